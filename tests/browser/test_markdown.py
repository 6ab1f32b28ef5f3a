"""The panel’s markdown: what it makes of each form, of every beginning of a text, and how long that takes."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.browser.host import Host
from tests.browser.modules import page_with

pytestmark = pytest.mark.browser

LINK = 'rel="noopener noreferrer nofollow"'
AWAY = f'{LINK} target="_blank"'

FORMS = {
    "paragraphs": {
        "One\n\nTwo": "<p>One</p><p>Two</p>",
        "One  \nline\r\nand more\n \n\n": "<p>One<br>line<br>and more</p>",
        "Before\n\n---\n* * *\nAfter": "<p>Before</p><p>After</p>",
        "# A *heading*\nText": "<p><strong>A <em>heading</em></strong></p><p>Text</p>",
        "#1 of all": "<p>#1 of all</p>",
        r"\*Not\* \[1\] C:\temp": r"<p>*Not* [1] C:\temp</p>",
        "a\0b\u202ec": "<p>abc</p>",
    },
    "emphasis": {
        "**bold** and *em*": "<p><strong>bold</strong> and <em>em</em></p>",
        "__bold__ and _em_.": "<p><strong>bold</strong> and <em>em</em>.</p>",
        "***both***": "<p><strong><em>both</em></strong></p>",
        "**bold *both***": "<p><strong>bold <em>both</em></strong></p>",
        "*em **both***": "<p><em>em <strong>both</strong></em></p>",
        "**Note:**text 这是**重点**的": "<p><strong>Note:</strong>text 这是<strong>重点</strong>的</p>",
        "*first *second* third": "<p>*first <em>second</em> third</p>",
        "2*3*4 snake_case_name 5 * 3 * 2": "<p>2*3*4 snake_case_name 5 * 3 * 2</p>",
        "Price*\n\n*with tax": "<p>Price*</p><p>*with tax</p>",
        "**** a**": "<p>**** a**</p>",
    },
    "code": {
        "`a*b*` `` ` ``": "<p><code>a*b*</code> <code>`</code></p>",
        "`open": "<p>`open</p>",
        "```js\nlet a = `1`;\n\n  b\n```\nText": '<pre tabindex="0"><code>let a = `1`;\n\n  b</code></pre><p>Text</p>',
        "~~~\n```\n~~~": '<pre tabindex="0"><code>```</code></pre>',
        "    indented": "<p>indented</p>",
    },
    "lists": {
        "Text\n- a\n* b\n• c\nText": "<p>Text</p><ul><li>a</li><li>b</li><li>c</li></ul><p>Text</p>",
        "- a\n  - b\n    - c\n- d": "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>",
        "1. a\n\n   more\n\n2) b": '<ol start="1"><li>a<p>more</p></li><li>b</li></ol>',
        "1. a\n- b\n2. c": '<ol start="1"><li>a</li></ol><ul><li>b</li></ul><ol start="2"><li>c</li></ol>',
        "1. a\n   ```\n   b\n   ```": '<ol start="1"><li>a<pre tabindex="0"><code>b</code></pre></li></ol>',
        "in\n1999. It was": "<p>in<br>1999. It was</p>",
        "of\n24. December": "<p>of<br>24. December</p>",
        "-a -- b": "<p>-a -- b</p>",
        "- " * 9 + "a": "<ul><li>" * 6 + "- - - a" + "</li></ul>" * 6,
    },
    "tables": {
        "| a | b |\n|---|:-:|\n| 1 | **2** |\n| 3 \\| 4 |\nText": "<table>"
        "<thead><tr><th>a</th><th>b</th></tr></thead><tbody>"
        "<tr><td>1</td><td><strong>2</strong></td></tr><tr><td>3 | 4</td></tr></tbody></table><p>Text</p>",
        "a | b\n- | -": "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody></tbody></table>",
        "|x| is absolute": "<p>|x| is absolute</p>",
    },
    "links": {
        "[a *b*](https://x.test/c_(d))": f'<p><a href="https://x.test/c_(d)" {AWAY}>a <em>b</em></a></p>',
        '**[a](https://x.test/ "Title")**': f'<p><strong><a href="https://x.test/" {AWAY}>a</a></strong></p>',
        "[write](mailto:a@b.test) [call](tel:+4930)": f'<p><a href="mailto:a@b.test" {LINK}>write</a> '
        f'<a href="tel:+4930" {LINK}>call</a></p>',
        "![a cat](https://x.test/cat.png)": f'<p><a href="https://x.test/cat.png" {AWAY}>a cat</a></p>',
        "![](https://x.test/cat.png)": f'<p><a href="https://x.test/cat.png" {AWAY}>https://x.test/cat.png</a></p>',
        "[a [b](https://x.test/) c](https://y.test/)": f'<p>[a <a href="https://x.test/" {AWAY}>b</a> '
        "c](https://y.test/)</p>",
        "[https://x.test](https://y.test/)": f'<p><a href="https://y.test/" {AWAY}>https://x.test</a></p>',
        "[home](/here) [x](ftp://x.test) [y](https://shop.test@y.test)": "<p>[home](/here) [x](ftp://x.test) "
        "[y](https://shop.test@y.test)</p>",
        "[brackets] and (these)": "<p>[brackets] and (these)</p>",
    },
    "bare addresses": {
        "See https://x.test/a_(b), or (https://x.test/c).": f'<p>See <a href="https://x.test/a_(b)" {AWAY}>'
        f'https://x.test/a_(b)</a>, or (<a href="https://x.test/c" {AWAY}>https://x.test/c</a>).</p>',
        "**https://x.test/**": f'<p><strong><a href="https://x.test/" {AWAY}>https://x.test/</a></strong></p>',
        "请看https://x.test/a。谢谢": f'<p>请看<a href="https://x.test/a" {AWAY}>https://x.test/a</a>。谢谢</p>',
        "Mail help@x.test.": f'<p>Mail <a href="mailto:help@x.test" {LINK}>help@x.test</a>.</p>',
        "`https://x.test`": "<p><code>https://x.test</code></p>",
        "https://": "<p>https://</p>",
    },
    "citations": {
        "So [1][2], not [9].": "<p>So <sup>1</sup><sup>2</sup>, not [9].</p>",
        "**So [1]**": "<p><strong>So <sup>1</sup></strong></p>",
        "[1](https://x.test/)": f'<p><a href="https://x.test/" {AWAY}>1</a></p>',
        "`[1]` [123]": "<p><code>[1]</code> [123]</p>",
    },
    "markup": {
        "<b onclick=x>a</b> &amp; <br>": "<p>&lt;b onclick=x&gt;a&lt;/b&gt; &amp;amp; &lt;br&gt;</p>",
    },
}

SHOW = """
(texts, inPlace) => texts.map((text) => {
  const cite = (n) => n < 9 ? Object.assign(document.createElement("sup"), { textContent: n }) : null;
  place.replaceChildren(markdown(text, cite, inPlace));
  return place.innerHTML;
})
"""

ANSWER = """\
Send it **within 60 days** [1], *unworn*, with `the slip`:

1. Print the [form](https://x.test/form).
   - Or write to help@x.test.
2. ***Seal*** it.

| Where | Days |
|-------|------|
| Here  | 2    |

```
curl https://x.test
```
Zürich, मुंबई, 東京: done 👍
"""
TAGS = {"P", "STRONG", "EM", "CODE", "PRE", "UL", "OL", "LI", "A", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "BR"}

# Each is repeated until 100,000 characters are full: openings without ends, ends without beginnings, and what nests.
REPEATED = [
    "[a](", "](", "[a](b[", '[a](b "', "[]", "[](x)", "![", "[1]", "[a](https://x.test)", "[https://x.test](",
    "**a ", "*a _b ", "***a ", "a**b", "*a*", "**a** ", "_a", "`a``b", "``a`b", "`a` ", "a@b", "a@b.", "a-",
    "https://", "https://(", "(https://a.b)", "\\|", "- ", "- - ", "1. ", "* ", "--- ", "- \n", "\n- ", "\n  - ",
    "-  \n ", "|a", "\n|", "|-", "a|\n-|\n", "\n```\n", "~~~\n", "\n# ", "# #", "a\n", "a\n\n", "<b>",
]  # fmt: skip
TIME = """
(texts) => texts.map((text) => Math.min(...[1, 2, 3].map(() => {
  const began = performance.now();
  markdown(text, () => document.createElement("sup"));
  return performance.now() - began;
})))
"""


@pytest.fixture
async def page(chromium: Browser, host: Host) -> AsyncIterator[Page]:
    yield await page_with(chromium, host, {"markdown.js": "markdown"})


@pytest.mark.parametrize("name", FORMS)
async def test_form(page: Page, name: str) -> None:
    forms = FORMS[name]
    shown = await page.evaluate(f"texts => ({SHOW})(texts)", list(forms))
    assert dict(zip(forms, shown, strict=True)) == forms


async def test_links_to_the_pages_own_site_may_open_in_place(page: Page, host: Host) -> None:
    texts = [f"{host.origin()}/help", "https://x.test/"]
    own, other = await page.evaluate(f"texts => ({SHOW})(texts, true)", texts)
    assert own == f'<p><a href="{texts[0]}" {LINK}>{texts[0]}</a></p>'
    assert other == f'<p><a href="{texts[1]}" {AWAY}>{texts[1]}</a></p>'
    (own,) = await page.evaluate(f"texts => ({SHOW})(texts, false)", texts[:1])
    assert own == f'<p><a href="{texts[0]}" {AWAY}>{texts[0]}</a></p>'


async def test_every_beginning_of_a_text_can_be_shown(page: Page) -> None:
    beginnings = [ANSWER[:end] for end in range(len(ANSWER) + 1)]
    tags = await page.evaluate(
        f"""texts => texts.flatMap((text) => {{
            ({SHOW})([text]);
            return [...place.querySelectorAll("*")].map((element) => element.tagName);
        }})""",
        beginnings,
    )
    assert set(tags) == {*TAGS, "SUP"}


async def test_bold_that_is_still_being_written_never_shows_its_marks(page: Page) -> None:
    """Only the marks at the very end, of which nobody can know yet what they become."""
    text = "Send it **within 60 days, *unworn* and [clean](https://x.test)** please.\n\n- **Fast** shipping"
    beginnings = [text[:end] for end in range(len(text) + 1) if "*u" not in text[end - 9 : end]]
    seen = await page.evaluate(f"texts => texts.map((text) => (({SHOW})([text]), place.textContent))", beginnings)
    assert [shown for shown in seen if "*" in shown.rstrip("*")] == []
    assert "within 60 days" in seen[-1]


async def test_time_is_linear_whatever_comes(page: Page) -> None:
    signs = [*map(chr, range(32, 127)), "\n", "\t", "\r", "\0", "é", "中", "👍", "\u202e"]
    times = await page.evaluate(f"texts => ({TIME})(texts)", [sign * 100_000 for sign in signs])
    assert {sign: time for sign, time in zip(signs, times, strict=True) if time > 100} == {}
    texts = [(piece * (100_000 // len(piece))) for piece in REPEATED]
    texts += [f"x{piece}{' ' * 100_000}y{piece}" for piece in REPEATED]
    times = await page.evaluate(f"texts => ({TIME})(texts)", texts)
    assert {text[:20]: time for text, time in zip(texts, times, strict=True) if time > 500} == {}


async def test_a_very_long_label_is_a_link_too(page: Page) -> None:
    (shown,) = await page.evaluate(f"texts => ({SHOW})(texts)", ["[" + "a\n" * 150_000 + "](https://x.test/)"])
    assert shown.startswith('<p><a href="https://x.test/"')
