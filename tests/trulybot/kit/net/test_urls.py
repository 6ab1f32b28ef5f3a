import pytest
from hypothesis import given
from hypothesis import strategies as st

from trulybot.kit.net.urls import NotAWebAddress, found_address, web_address


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("http://example.com", "http://example.com/"),
        ("  HTTPS://Example.COM:443/A?b=c#d ", "https://example.com/A?b=c"),
        ("http://example.com.:8080/x", "http://example.com:8080/x"),
        ("http://bücher.example/ü?q=ö", "http://xn--bcher-kva.example/%C3%BC?q=%C3%B6"),
        ("http://[::FFFF:127.0.0.1]/", "http://[::ffff:127.0.0.1]/"),
        ("http://127.0.0.1/", "http://127.0.0.1/"),  # noqa: RUF001 - full-width on purpose
        ("http://①②⑦.⓪.⓪.①/", "http://127.0.0.1/"),
        ("http://127。0。0。1/", "http://127.0.0.1/"),
    ],
)
def test_address_is_read_in_one_way(text: str, read: str) -> None:
    assert str(web_address(text)) == read


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *[(text, "scheme") for text in ("ftp://example.com", "file:///etc/passwd", "gopher://x", "javascript:1", "x")],
        *[(text, "scheme") for text in ("//example.com/", "data:text/html,x", "", "unix:/run/x.sock")],
        *[(f"http://{who}@example.com/", "credentials") for who in ("user", "user:password", ":", "")],
        ("http://example.com@127.0.0.1/", "credentials"),
        ("http://example.com\\@127.0.0.1/", "unreadable"),
        ("http://127%2e0.0.1/", "unreadable"),
        ("http://[fe80::1%25eth0]/", "unreadable"),
        ("http://[fe80::1%eth0]/", "unreadable"),
        ("http://[::1/", "unreadable"),
        ("http://[127.0.0.1]/", "unreadable"),
        ("http://[v1.fe]/", "unreadable"),
        ("http:///path", "unreadable"),
        ("http://exa mple.com/", "unreadable"),
        ("http://example.com/\r\nHost: other", "unreadable"),
        ("http://example.com:99999/", "unreadable"),
        ("http://example.com:x/", "unreadable"),
        ("http://example.com:0/", "unreadable"),
        ("http://example..com/", "unreadable"),
        ("http://" + "a" * 254 + "/", "unreadable"),
        ("http://example.com/" + "a" * 2048, "unreadable"),
    ],
)
def test_address_that_could_mean_two_things_is_refused(text: str, reason: str) -> None:
    with pytest.raises(NotAWebAddress) as refusal:
        web_address(text)
    assert refusal.value.reason == reason


def test_address_in_a_page_is_read_as_browsers_do() -> None:
    base = web_address("https://example.com/docs/a?b=c")
    assert str(found_address(" ../new\n page ", base)) == "https://example.com/new%20page"
    assert str(found_address("//other.example/x", base)) == "https://other.example/x"
    assert str(found_address("?page=2", base)) == "https://example.com/docs/a?page=2"


@given(st.text(max_size=60))
def test_reading_is_stable_or_refused(text: str) -> None:
    try:
        once = web_address(f"http://{text}")
    except NotAWebAddress:
        return
    assert web_address(str(once)) == once
