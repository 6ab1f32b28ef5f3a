import pytest

from trulybot.kit.forms import Typed, safe_path


@pytest.mark.parametrize("path", ["/", "/gaps", "/knowledge?page=2#end"])
def test_a_path_of_ours_is_gone_to(path: str) -> None:
    assert safe_path(path, "/home") == path


@pytest.mark.parametrize(
    "path", ["", "gaps", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "/a b"]
)
def test_nothing_else_is(path: str) -> None:
    assert safe_path(path, "/home") == "/home"


def test_a_field_that_was_not_sent_is_empty() -> None:
    assert Typed({"email": "mira@acorn.example"})["password"] == ""
