import pytest

from trulybot.kit.errors import Invalid
from trulybot.kit.repeats import name_of_request

KEY = b"k" * 32


def test_a_request_has_one_name_within_its_scope() -> None:
    name = name_of_request(KEY, "here", "1")
    assert name and name == name_of_request(KEY, "here", "1")
    others = {name_of_request(KEY, "there", "1"), name_of_request(KEY, "here", "2"), name_of_request(b"", "here", "1")}
    assert len(others) == 3 and name not in others


def test_without_a_key_it_has_none() -> None:
    assert name_of_request(KEY, "here", None) is None


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "a\nb", "a\0"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(Invalid):
        name_of_request(KEY, "here", key)
