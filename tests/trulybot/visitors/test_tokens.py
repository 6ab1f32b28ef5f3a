"""A token proves one visitor, in one workspace, for one hour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trulybot.visitors.tokens import LIFETIME, NoVisitor, new_visitor, token_for, visitor_in

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
NOW = 1_800_000_000
ALPHABET = "abcABC019._-~\0é"


def test_it_names_its_visitor_until_it_expires() -> None:
    visitor = new_visitor()
    token = token_for(visitor, KEY, NOW)
    assert token.visitor.startswith("vt_")
    assert token.visitor_expires_at == NOW + LIFETIME <= NOW + 3600
    assert visitor_in(token.visitor, KEY, NOW) == visitor
    assert visitor_in(token.visitor, KEY, token.visitor_expires_at - 1) == visitor
    with pytest.raises(NoVisitor):
        visitor_in(token.visitor, KEY, token.visitor_expires_at)


def test_another_workspaces_is_refused() -> None:
    token = token_for(new_visitor(), OTHER_KEY, NOW)
    assert visitor_in(token.visitor, OTHER_KEY, NOW)
    with pytest.raises(NoVisitor):
        visitor_in(token.visitor, KEY, NOW)


def test_the_parts_of_two_tokens_make_no_third() -> None:
    one, other = (token_for(new_visitor(), KEY, at).visitor.split(".") for at in (NOW, NOW + 60))
    mixed = [".".join(parts) for parts in ([one[0], *other[1:]], [*one[:2], other[2]], [one[0], other[1], one[2]])]
    for token in mixed:
        with pytest.raises(NoVisitor):
            visitor_in(token, KEY, NOW)


@given(st.data())
def test_a_token_with_another_character_anywhere_is_refused(data: st.DataObject) -> None:
    token = token_for("v_" + "x" * 16, KEY, NOW).visitor
    place = data.draw(st.integers(0, len(token)))
    instead = data.draw(st.sampled_from(["", *ALPHABET]))
    ending = data.draw(st.integers(place, len(token)))
    changed = token[:place] + instead + token[ending:]
    if changed != token:
        with pytest.raises(NoVisitor):
            visitor_in(changed, KEY, NOW)


@pytest.mark.parametrize("token", ["", "vt_", "vt_..", "tb_key", "vt_v_x.1.0", "vt_" + "x" * 5000, "vt_\0", "vt_é.٣.x"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(NoVisitor):
        visitor_in(token, KEY, NOW)
