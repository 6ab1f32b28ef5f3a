from pathlib import Path

import pytest

from tests.trulybot.knowledge.reading import files
from trulybot.knowledge.reading import html
from trulybot.knowledge.reading.document import Limits, ReadingFailed
from trulybot.knowledge.reading.wire import Passage, Wanted

ARTICLE = """<h2>Refunds</h2>
<p>Whoever is not happy gets the money back within fourteen days, without being asked for a reason.</p>
<p>Send the goods to our warehouse in the box they came in, and put the receipt on top of them.</p>
<p>As soon as the box has arrived we pay the price to the card or the account it came from.</p>"""


def read(tmp_path: Path, markup: str | bytes, wanted: Wanted = "file") -> list[Passage]:
    path = tmp_path / "page.html"
    path.write_bytes(markup if isinstance(markup, bytes) else markup.encode())
    return files.passages(path, wanted=wanted)


def text_of(tmp_path: Path, body: str) -> str:
    return "\n\n".join(passage.text for passage in read(tmp_path, f"<html><body>{body}</body></html>"))


def test_text_stands_under_its_headings(tmp_path: Path) -> None:
    found = read(tmp_path, "<html><title>Help</title><h1>Shop</h1><p>Hi.<h2>Pay</h2>By card.<h2>Send</h2>By post.")
    assert [(passage.title, passage.heading, passage.text) for passage in found] == [
        ("Help", "Shop", "Hi."),
        ("Help", "Shop › Pay", "By card."),
        ("Help", "Shop › Send", "By post."),
    ]


def test_a_title_that_only_adds_the_sites_name_is_the_heading(tmp_path: Path) -> None:
    assert read(tmp_path, "<html><title>Paying by card | Shop</title><h1>Paying by card</h1>Yes.")[0].title == (
        "Paying by card"
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>A <b>bold</b>ly  set\n word</p>", "A boldly set word"),
        ("<p>one<br>two</p>", "one\ntwo"),
        ("before<p>a paragraph</p>after", "before\n\na paragraph\n\nafter"),
        ("<ul><li>one<li>two <ol><li>inner</ol></ul>", "- one\n- two\n- inner"),
        ("<dl><dt>Term</dt><dd>What it means</dd></dl>", "Term\nWhat it means"),
        ("<pre>a\n    b</pre>", "a\n    b"),
        ("<details><summary>Why?</summary>Because.</details>", "Why?\n\nBecause."),
        ("caf&eacute; &lt;3 &amp; tea", "café <3 & tea"),
    ],
)
def test_blocks_are_paragraphs(tmp_path: Path, body: str, text: str) -> None:
    assert text_of(tmp_path, body) == text


def test_a_tables_row_names_its_columns(tmp_path: Path) -> None:
    table = "<table><tr><th>Plan<th>Price<tr><td>Pro<td><p>5 €</p><p>a month</p><tr><td>Free<td></table>"
    assert text_of(tmp_path, table) == "Plan: Pro · Price: 5 € a month\nPlan: Free"


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>no()</script>",
        "<style>no {}</style>",
        "<nav>no</nav>",
        "<div hidden>no</div>",
        "<p aria-hidden=true>no</p>",
        "<p style='display: none'>no</p>",
        "<div role=navigation>no</div>",
        "<noscript>no</noscript>",
        "<template>no</template>",
        "<!-- no -->",
        "<button>no</button>",
    ],
)
def test_what_no_reader_sees_is_not_text(tmp_path: Path, hidden: str) -> None:
    assert text_of(tmp_path, f"<p>before</p>{hidden}<p>after</p>") == "before\n\nafter"


def test_a_fetched_pages_main_element_is_its_content(tmp_path: Path) -> None:
    page = f"<html><body><header>Our shop</header><main>{ARTICLE}</main><footer>Imprint</footer></body></html>"
    text = read(tmp_path, page, wanted="page")[0].text
    assert "fourteen days" in text
    assert "Our shop" not in text and "Imprint" not in text
    assert "Imprint" in files.text(tmp_path / "page.html")


def test_a_fetched_pages_content_is_found_without_a_main_element(tmp_path: Path) -> None:
    menu = "".join(f"<a href=/{number}>Offer {number}</a> " for number in range(30))
    page = f"<html><body><div class=menu>{menu}</div><div class=content>{ARTICLE}</div><div>{menu}</div></body></html>"
    found = read(tmp_path, page, wanted="page")
    assert "fourteen days" in found[-1].text
    assert not any("Offer 7" in passage.text for passage in found)
    assert "Refunds" in found[-1].heading + found[-1].title + found[-1].text


def test_a_fetched_page_without_content_of_its_own_is_read_whole(tmp_path: Path) -> None:
    found = read(tmp_path, "<html><body><p>Open from nine.</p><p>Closed on Sundays.</p></body></html>", wanted="page")
    assert found[0].text == "Open from nine.\n\nClosed on Sundays."


def test_the_declared_encoding_is_believed(tmp_path: Path) -> None:
    page = "<html><head><meta charset='iso-8859-2'></head><body>Złoty żółw</body></html>"
    assert read(tmp_path, page.encode("iso-8859-2"))[0].text == "Złoty żółw"


def test_an_unknown_declared_encoding_is_guessed(tmp_path: Path) -> None:
    page = "<html><head><meta charset='klingon'></head><body>Süßes für alle</body></html>"
    assert read(tmp_path, page.encode())[0].text == "Süßes für alle"


def test_nesting_as_deep_as_pages_are_is_read_and_deeper_is_refused(tmp_path: Path) -> None:
    def nested(depth: int) -> str:
        return "<html>" + "<div>" * depth + "deep" + "</div>" * depth

    assert read(tmp_path, nested(1_000))[0].text == "deep"
    with pytest.raises(ReadingFailed, match="too deeply"):
        read(tmp_path, nested(200_000))


def test_many_tags_that_need_no_end_are_not_deep(tmp_path: Path) -> None:
    assert len(read(tmp_path, "<html>" + "<p>word<br><img src=x>" * html.MOST_OPEN * 2)) > 10


def test_a_page_larger_than_allowed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html>" + "<p>words</p>" * 100_000)
    assert files.passages(path)
    with pytest.raises(ReadingFailed, match="1 MB"):
        files.passages(path, Limits(whole_bytes=1024 * 1024))
