"""Texts that attack the page they are shown on, whole and as they come a byte at a time: they stay texts."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.browser.host import Host, breaches
from tests.browser.hostile_texts import TEXTS
from tests.browser.modules import page_with

pytestmark = pytest.mark.browser

# Every beginning is shown, as a stream would; a beginning may end within a letter, whose bytes are then replaced.
SHOW = """
async (texts) => {
  const seen = [];
  for (const text of texts) {
    const bytes = new TextEncoder().encode(text);
    for (let end = 1; end <= bytes.length; end++) {
      place.replaceChildren(markdown(new TextDecoder().decode(bytes.subarray(0, end)), () => null));
      for (const element of place.querySelectorAll("*")) {
        const names = [...element.attributes].map(({ name }) => name);
        const { protocol = "", rel = "", username = "" } = element;
        seen.push(JSON.stringify([element.localName, names, protocol, rel, username]));
      }
    }
    place.onclick = (event) => event.preventDefault();
    for (const element of place.querySelectorAll("*")) {
      element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    }
  }
  await new Promise(requestAnimationFrame);
  return [...new Set(seen)].map(JSON.parse);
}
"""
HARMLESS = {"p", "strong", "em", "code", "pre", "br", "ul", "ol", "li", "a",
            "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip


@pytest.fixture
async def page(chromium: Browser, host: Host) -> AsyncIterator[Page]:
    yield await page_with(chromium, host, {"markdown.js": "markdown"})


def test_there_are_many() -> None:
    assert len(set(TEXTS)) == len(TEXTS) >= 60


async def test_none_of_them_runs_loads_or_leads_astray(page: Page) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    await page.evaluate("window.ran = 0")
    seen = await page.evaluate(SHOW, TEXTS)
    assert await page.evaluate("window.ran") == 0
    assert requests == []
    assert await breaches(page) == []
    for tag, attributes, protocol, rel, username in seen:
        assert tag in HARMLESS
        assert set(attributes) <= ({"href", "rel", "target"} if tag == "a" else {"tabindex", "start"}), (
            tag,
            attributes,
        )
        if tag == "a":
            assert protocol in ("http:", "https:", "mailto:", "tel:")
            assert (rel, username) == ("noopener noreferrer nofollow", "")


async def test_the_same_texts_do_harm_where_markup_is_believed(chromium: Browser) -> None:
    """Or else the test before would prove nothing."""
    page = await chromium.new_page()
    await page.goto("about:blank")
    ran = await page.evaluate(
        """async (texts) => {
            let harmful = 0;
            for (const text of texts) {
                window.ran = 0;
                document.body.innerHTML = text;
                await new Promise((done) => setTimeout(done, 20));
                harmful += window.ran;
            }
            return harmful;
        }""",
        TEXTS,
    )
    assert ran >= 5
