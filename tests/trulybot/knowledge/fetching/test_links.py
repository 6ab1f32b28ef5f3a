import time
from pathlib import Path

import pytest

from trulybot.knowledge.fetching.links import MOST_HREF, MOST_LINKS, links_in, links_of


@pytest.mark.parametrize(
    "html",
    [
        '<a href="/x">',
        "<A HREF='/x'>",
        "<a class=y href=/x>",
        '<a\n title="a > b" href = "/x" data-href="/no">',
        '<area href="/x" href="/no">',
        '<a href=" /&#120; ">',
        '<a title="unclosed <a href="/x">',
        "İİİİİİİİ<SCRIPT>'<a href=/no>'</Script><a href=/x>",
        "<script>'<a href=\"/no\">'</script><a href='/x'>",
        '<!-- <a href="/no"> --><a href="/x">',
        '<style>a{}</style><a href="/x"><a href="#part"><a name="no"><abbr href="/no"><a rel="me nofollow" href="/no">',
    ],
)
def test_link_is_found(html: str) -> None:
    assert links_in(html).hrefs == ["/x"]


def test_page_says_what_it_is_called_and_what_robots_may_do() -> None:
    head = '<base href="/docs/"><link rel="canonical" href="/own"><meta name="ROBOTS" content="NoIndex, nofollow">'
    links = links_in(head)
    assert (links.base, links.canonical, links.index, links.follow) == ("/docs/", "/own", False, False)
    plain = links_in("<p>hello")
    assert (plain.base, plain.canonical, plain.index, plain.follow) == (None, None, True, True)


def test_header_speaks_for_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page"
    page.write_bytes('<a href="/ü">'.encode("latin-1"))
    links = links_of(page, "latin-1", "none")
    assert (links.hrefs, links.index, links.follow) == (["/ü"], False, False)
    for charset in ("no-such-charset", "cp9999", "punycode", "base64", "undefined", "unicode_escape"):
        assert links_of(page, charset).hrefs == ["/\ufffd"]


@pytest.mark.parametrize(
    "piece",
    [
        *("<a ", "<a href", "<a href='", '<a href="', "<!--", "<!-- -->", "<script", "<script>", '<a b="c', "<", '"'),
        *(
            "<a x" + " " * 50,
            "<a " + "x" * 50,
            "<a href=x>",
            "<a " + "'" * 51,
            "&#x",
            "<link rel=",
            "<a/" * 3,
            "<a ===",
        ),
    ],
)
def test_hostile_page_takes_time_in_proportion_to_its_size(piece: str) -> None:
    def seconds(times: int) -> float:
        html, began = piece * (times // len(piece)), time.thread_time()
        links_in(html)
        return time.thread_time() - began

    small, large = (min(seconds(size) for _ in range(3)) for size in (50_000, 1_600_000))
    assert large < 32 * 6 * max(small, 0.0005)  # quadratic would be 32 * 32


def test_links_are_bounded_in_number_and_length() -> None:
    assert len(links_in("<a href=/x>" * (MOST_LINKS + 9)).hrefs) == MOST_LINKS
    fits, over = (f"<a href=/{'x' * (MOST_HREF - 1 + more)}>" for more in (0, 1))
    assert len(links_in(fits + over).hrefs) == 1
