"""What an owner writes for a site, and how a browser would write it."""

import pytest

from tests.cast import Browser
from trulybot.preferences.sites import NotASite, site_from

WRITTEN = {
    "www.example.com": "https://www.example.com",
    "  HTTPS://WWW.Example.COM:443/ ": "https://www.example.com",
    "http://example.com:80": "http://example.com",
    "http://localhost:3000": "http://localhost:3000",
    "https://example.com:8443": "https://example.com:8443",
    "https://example.com.": "https://example.com",
    "*.example.com": "https://*.example.com",
    "http://*.shop.example.com:8080": "http://*.shop.example.com:8080",
    "*.acorn.github.io": "https://*.acorn.github.io",
    "co.uk": "https://co.uk",
    "bücher.example": "https://xn--bcher-kva.example",
    "https://*.BÜCHER.example": "https://*.xn--bcher-kva.example",
    "例え。テスト": "https://xn--r8jz45g.xn--zckzah",
    "http://intranet": "http://intranet",
    "http://192.168.1.10:8080": "http://192.168.1.10:8080",
    "http://[0:0:0:0:0:0:0:1]": "http://[::1]",
}

NO_SITES = {
    "*": "List each site",
    "null": "List each site",
    "https://*": "not the address",
    "*.com": "all sites under .com",
    "*.co.uk": "all sites under .co.uk, also strangers’",
    "http://*.GitHub.io": "all sites under .github.io",
    "*.政府.香港": "all sites under",
    "*.*.example.com": "not the address",
    "www.*.example.com": "not the address",
    "*example.com": "not the address",
    "https://example.com/shop": "Write https://example.com.",
    "https://*.example.com/shop": "Write https://*.example.com.",
    "https://example.com?a=1": "names a page",
    "https://example.com/#top": "names a page",
    "https://mira:secret@example.com": "before the @",
    "ftp://example.com": "Begin with https://",
    "file:///etc/passwd": "Begin with https://",
    "javascript:alert(1)": "not the address",
    "https://example.com:0": "not the address",
    "https://example.com:65536": "not the address",
    "https://exa mple.com": "not the address",
    "https://example.com\\@evil.example": "not the address",
    "https://exa\0mple.com": "not the address",
    "https://": "not the address",
    "": "not the address",
    "a" * 300: "not the address",
    "127.1": "IP address",
    "0x7f.0.0.1": "IP address",
    "2130706433": "IP address",
    "010.0.0.1": "IP address",
    "*.10.0.0.1": "IP address",
    "[::ffff:10.0.0.1]": "IP address",
    "*.[::1]": "IP address",
}


@pytest.mark.parametrize("written", WRITTEN)
def test_a_site_is_kept_as_browsers_write_it(written: str) -> None:
    assert site_from(written) == WRITTEN[written]
    assert site_from(WRITTEN[written]) == WRITTEN[written]


@pytest.mark.parametrize("written", NO_SITES)
def test_what_is_no_site_is_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(NotASite) as refused:
        site_from(written)
    assert NO_SITES[written] in refused.value.sentence
    assert len(refused.value.sentence) < 250


async def test_sites_are_changed_over_http_each_of_them_once(robin: Browser) -> None:
    changed = await robin.patch("/api/settings", json={"sites": ["Example.com", "https://example.com/", "*.a.example"]})
    assert changed.json()["sites"] == ["https://example.com", "https://*.a.example"]
    emptied = await robin.patch("/api/settings", json={"sites": []})
    assert emptied.json()["sites"] == []


@pytest.mark.parametrize(
    "sites", [["ok.example", "*"], ["ok.example", 7], "ok.example", None, {"a": 1}, ["ok.example"] * 51]
)
async def test_a_list_with_something_else_in_it_changes_nothing(robin: Browser, sites: object) -> None:
    before = (await robin.patch("/api/settings", json={"sites": ["shop.example"]})).json()
    refused = await robin.patch("/api/settings", json={"sites": sites, "contact": "Changed"})
    assert refused.status_code == 400
    assert "“*”" in refused.json()["detail"] or "sites" in refused.json()["detail"]
    assert (await robin.get("/api/settings")).json() == before
