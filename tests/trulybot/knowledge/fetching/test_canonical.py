import pytest
from hypothesis import given
from hypothesis import strategies as st

from trulybot.kit.net.urls import NotAWebAddress, web_address
from trulybot.knowledge.fetching.canonical import TRACKING, at_site, canonical


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("http://a.example/x#part", "http://a.example/x"),
        ("http://a.example/x?utm_source=n&id=3&gclid=1&fbclid=2", "http://a.example/x?id=3"),
        ("http://a.example/x?utm_source=n", "http://a.example/x"),
        ("http://a.example/x?", "http://a.example/x"),
        ("http://a.example/x?b=2&a=1", "http://a.example/x?b=2&a=1"),
        ("http://a.example/x;jsessionid=12AB?a=1", "http://a.example/x?a=1"),
        ("http://a.example/a/./b/../c", "http://a.example/a/c"),
        ("http://a.example/../../x", "http://a.example/x"),
        ("http://a.example/a/..", "http://a.example/"),
        ("http://a.example/a/b/.", "http://a.example/a/b/"),
        ("http://a.example/%7euser/%e2%82%ac%2f", "http://a.example/~user/%E2%82%AC%2F"),
        ("http://a.example/%2e%2E/x", "http://a.example/x"),
        ("http://a.example/100%", "http://a.example/100%25"),
        ("http://a.example//other.example/x", "http://a.example//other.example/x"),
    ],
)
def test_variants_of_an_address_become_one(written: str, read: str) -> None:
    assert str(canonical(web_address(written))) == read


@given(st.text(alphabet="ab/.%2eEf7~?&=;#:@ü utmgclid_source", max_size=40))
def test_canonical_address_is_stable_and_clean(target: str) -> None:
    try:
        once = canonical(web_address(f"https://a.example/{target}"))
    except NotAWebAddress:
        return
    assert canonical(once) == once
    assert canonical(web_address(str(once))) == once
    path, _, query = once.target.partition("?")
    assert "#" not in once.target and not {".", ".."} & set(path.split("/"))
    assert not any(TRACKING.fullmatch(pair.partition("=")[0]) for pair in query.split("&"))


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("https://example.com/x", "https://example.com/x"),
        ("http://www.example.com/x?y", "https://example.com/x?y"),
        ("https://docs.example.com/x", None),
        ("https://example.com:8443/x", None),
        ("https://example.com.evil.example/x", None),
    ],
)
def test_site_knows_its_own_addresses(address: str, own: str | None) -> None:
    found = at_site(web_address(address), web_address("https://example.com/"))
    assert (str(found) if found else None) == own
