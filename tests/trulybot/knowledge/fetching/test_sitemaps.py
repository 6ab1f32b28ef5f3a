import gzip
from pathlib import Path

import pytest

from trulybot.kit.net.decoding import Damaged
from trulybot.knowledge.fetching.sitemaps import MOST_BYTES, NotASitemap, locations_in

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
PAGES = f"<urlset {SPACE}><url><loc> http://a.example/1?a=1&amp;b=2\n</loc><lastmod>x</lastmod></url></urlset>"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sitemap"


@pytest.mark.parametrize("head", ["", '<?xml version="1.0" encoding="UTF-8"?>\n', "\ufeff"])
def test_pages_are_listed(file: Path, head: str) -> None:
    file.write_text(head + PAGES)
    assert locations_in(file, 9) == (["http://a.example/1?a=1&b=2"], [])


def test_pages_are_listed_without_a_namespace_and_out_of_gzip(file: Path) -> None:
    file.write_bytes(gzip.compress(PAGES.replace(SPACE, "").encode()))
    assert locations_in(file, 9) == (["http://a.example/1?a=1&b=2"], [])


def test_image_locations_are_no_pages(file: Path) -> None:
    image = "<image:image xmlns:image='i'><image:loc>http://a.example/i.png</image:loc></image:image>"
    file.write_text(PAGES.replace("</url>", image + "</url>"))
    assert locations_in(file, 9) == (["http://a.example/1?a=1&b=2"], [])


def test_index_lists_sitemaps(file: Path) -> None:
    file.write_text(f"<sitemapindex {SPACE}><sitemap><loc>http://a.example/s.xml</loc></sitemap></sitemapindex>")
    assert locations_in(file, 9) == ([], ["http://a.example/s.xml"])


def test_plain_text_lists_pages(file: Path) -> None:
    pages = [f"http://a.example/{n}" for n in range(9000)]
    file.write_text("\ufeff" + "\r\n\r\n".join(pages))
    assert locations_in(file, 9999) == (pages, [])


def test_reading_stops_at_the_number_asked_for(file: Path) -> None:
    file.write_text(f"<urlset>{'<url><loc>http://a.example/</loc></url>' * 9} and then it breaks")
    assert len(locations_in(file, 5)[0]) == 5
    assert len(locations_in(file, 50)[0]) == 9


BOMB = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa">{BOMB}]><urlset><url><loc>&i;</loc></url></urlset>',
        '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>&x;</loc></url></urlset>',
        '<!DOCTYPE urlset SYSTEM "http://127.0.0.1/x.dtd"><urlset/>',
        "<urlset>" + "<url>" * 100_000,
        f"<urlset><url loc='{'x' * 3_000_000}'/></urlset>",
        "<html><body><p>Not found</p></body></html>",
        "just some text",
        "",
        "<",
    ],
    ids=["bomb", "entity", "doctype", "deep", "token", "html", "text", "empty", "broken"],
)
def test_what_is_no_sitemap_or_does_harm_is_refused(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(NotASitemap):
        locations_in(file, 9)


def test_gzip_bomb_is_refused(file: Path) -> None:
    file.write_bytes(gzip.compress(b"<urlset>" + b" " * (MOST_BYTES + 1)))
    with pytest.raises(NotASitemap):
        locations_in(file, 9)


def test_damaged_gzip_is_noticed(file: Path) -> None:
    file.write_bytes(b"\x1f\x8b" + b"x" * 99)
    with pytest.raises(Damaged):
        locations_in(file, 9)
