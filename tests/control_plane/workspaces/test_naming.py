import pytest

from control_plane.workspaces.naming import looks_like, problem_with


@pytest.mark.parametrize("slug", ["acorn", "acorn-garden", "a1b", "4711", "x" * 40])
def test_a_plain_slug_may_be_had(slug: str) -> None:
    assert problem_with(slug) is None


@pytest.mark.parametrize(
    "slug",
    ["", "ab", "x" * 41, "-acorn", "acorn-", "Acorn", "acorn.shop", "acörn", "acorn\n", "..", "a/b", "a b", "аcorn",
     "acorn\r\nhost", "a--b", "xn--acrn-jua", "acorn_1", "\0abc", "acorn%2e"],
)  # fmt: skip
def test_what_no_host_name_may_hold_is_refused(slug: str) -> None:
    assert problem_with(slug) is not None


@pytest.mark.parametrize("slug", ["www", "admin", "app", "mail", "adm1n", "rnail", "b1lling", "a-d-m-i-n", "logln"])
def test_what_is_ours_or_looks_like_it_is_refused(slug: str) -> None:
    assert problem_with(slug) == "This name is reserved, or looks like one that is. Choose another."


def test_two_slugs_that_are_mistaken_for_one_another_look_alike() -> None:
    assert looks_like("acorn") == looks_like("ac0rn") == looks_like("a-corn") == looks_like("acom")
    assert looks_like("acorn") != looks_like("oak")
