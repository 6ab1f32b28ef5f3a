"""Which origins a list of sites lets in."""

import pytest

from trulybot.visitors.origins import is_allowed

SITES = (
    "https://www.example.com",
    "http://plain.example",
    "https://ports.example:8443",
    "https://*.example.com",
    "https://*.deep.example:444",
)

LET_IN = [
    "https://www.example.com",
    "https://shop.example.com",
    "https://a.b.example.com",
    "https://xn--bcher-kva.example.com",
    "http://plain.example",
    "https://ports.example:8443",
    "https://a.deep.example:444",
]

KEPT_OUT = [
    "",
    "null",
    "*",
    "https://example.com",
    "https://evilexample.com",
    "https://www.example.com.evil.example",
    "https://evil.example/.example.com",
    "https://evil.example?.example.com",
    "https://evil.example#.example.com",
    "https://evil.example\\.example.com",
    "https://x@shop.example.com",
    "https://.example.com",
    "https://*.example.com",
    "https://a..example.com",
    "https://shop.example.com.",
    "http://shop.example.com",
    "https://plain.example",
    "http://www.example.com",
    "https://www.example.com:443",
    "https://www.example.com:8443",
    "https://www.example.com:",
    "https://www.example.com/",
    "https://www.example.com ",
    "https://www.example.com\n",
    "https://WWW.example.com",
    "HTTPS://www.example.com",
    "https://ſhop.example.com",
    "https://ports.example",
    "https://a.deep.example",
    "https://www.example.com, https://evil.example",
    "www.example.com",
    "file://www.example.com",
    "http://localhost:3000",
]

THIS_MACHINE = [
    "http://localhost",
    "http://localhost:3000",
    "https://localhost:3000",
    "http://127.0.0.1:8080",
    "http://[::1]:8080",
    "http://shop.localhost:5173",
]

NOT_THIS_MACHINE = [
    "http://localhost.evil.example",
    "http://evillocalhost",
    "http://127.0.0.1.evil.example",
    "http://127.0.0.2",
    "http://192.168.1.10",
    "http://[::2]",
    "null",
    "https://evil.example",
]


@pytest.mark.parametrize("origin", LET_IN)
def test_a_listed_site_is_let_in(origin: str) -> None:
    assert is_allowed(origin, SITES, development=False)
    assert not is_allowed(origin, (), development=True)


@pytest.mark.parametrize("origin", KEPT_OUT)
def test_what_only_resembles_one_is_kept_out(origin: str) -> None:
    assert not is_allowed(origin, SITES, development=False)


@pytest.mark.parametrize("origin", THIS_MACHINE)
def test_this_machines_pages_are_let_in_during_development_alone(origin: str) -> None:
    assert is_allowed(origin, (), development=True)
    assert not is_allowed(origin, (), development=False)


@pytest.mark.parametrize("origin", NOT_THIS_MACHINE)
def test_development_lets_nobody_else_in(origin: str) -> None:
    assert not is_allowed(origin, (), development=True)
