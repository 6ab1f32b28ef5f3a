"""The panel for everybody: by keyboard, read aloud, on any screen, in any colours."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Served
from tests.browser.host import Host
from tests.browser.panel import DESKTOP, PHONE, QUESTION, ask, choose, focused, open_panel, refusing, visit, visiting

pytestmark = pytest.mark.browser

LONG = "<p>Socks</p>" * 200
FORM = {
    "fields": [
        {"name": "email", "kind": "email", "label": "E-mail", "required": True},
        {"name": "topic", "kind": "select", "label": "Topic", "options": ["Socks", "Tents"]},
        {"name": "more", "kind": "text", "label": "What is it about?"},
    ],
    "consent": "You may keep this for a year.",
}


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    async with visiting(chromium) as page:
        yield page


async def test_all_is_done_by_keyboard(page: Page, host: Host, filled: Served) -> None:
    choose(filled, suggestions=[QUESTION])
    await visit(page, host, filled, "<a href='#'>Cart</a>")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    assert await focused(page) == "Open chat"
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Your question")).to_be_focused()
    assert await tabbed(page, 4, "Shift+Tab") == [QUESTION, "Conversation", "Close", "More"]
    await page.keyboard.press("Enter")
    assert await tabbed(page, 1) == ["New conversation"]
    await page.keyboard.press("Escape")
    assert await focused(page) == "More"
    assert await tabbed(page, 3) == ["Close", "Conversation", QUESTION]
    await page.keyboard.press("Enter")
    await expect(page.locator(".actions")).to_be_visible()
    await page.get_by_label("Your question").focus()
    found = await tabbed(page, 5, "Shift+Tab")
    assert found == [
        "This did not help",
        "This helped",
        "Copy answer",
        "1 Returns and refunds",
        "Source 1: Returns and refunds",
    ]
    await page.keyboard.press("Enter")
    await expect(page.locator("blockquote")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("blockquote")).to_be_hidden()
    assert await focused(page) == "Source 1: Returns and refunds"
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    assert await focused(page) == "Open chat"
    choose(filled, suggestions=[])


async def test_beside_the_page_it_takes_nothing_from_it(page: Page, host: Host, filled: Served) -> None:
    await visit(page, host, filled, f"<a href='#'>Cart</a>{LONG}")
    await page.evaluate("scrollTo(0, 500)")
    panel = await open_panel(page)
    assert await page.evaluate("scrollY") == 500
    assert not await panel.evaluate("panel => panel.matches(':modal')")
    await page.get_by_role("link", name="Cart").focus()
    await expect(page.get_by_role("link", name="Cart")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(panel).to_be_visible()


async def test_on_a_phone_nothing_else_is_within_reach(page: Page, host: Host, filled: Served) -> None:
    await page.set_viewport_size(PHONE)
    await visit(page, host, filled, f"<a href='#'>Cart</a>{LONG}")
    panel = await open_panel(page)
    assert await panel.evaluate("panel => panel.matches(':modal')")
    takes_focus = "element => { element.focus(); return document.activeElement === element; }"
    assert not await page.locator("main a").evaluate(takes_focus)
    for _ in range(12):
        await page.keyboard.press("Tab")
        assert await focused(page) != "Cart"
    await page.get_by_label("Your question").focus()
    await page.set_viewport_size(DESKTOP)
    await expect(page.get_by_label("Your question")).to_be_focused()
    assert not await panel.evaluate("panel => panel.matches(':modal')")
    await page.set_viewport_size(PHONE)
    await page.keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    assert await focused(page) == "Open chat"


async def test_an_answer_is_announced_once_and_when_it_is_whole(page: Page, host: Host, filled: Served) -> None:
    await visit(page, host, filled)
    panel = await open_panel(page)
    await page.evaluate("""() => {
        const { root } = TrulyBot.bots.values().next().value;
        window.announced = [];
        const status = root.querySelector(".unseen[role=status]");
        new MutationObserver(() => announced.push(status.textContent)).observe(status, { childList: true });
    }""")
    await expect(panel.get_by_role("log")).to_have_attribute("aria-live", "off")
    await ask(page)
    await expect(panel.locator(".actions")).to_be_visible()
    announced = await page.evaluate("announced")
    assert len(announced) == 1 and "within 60 days" in announced[0] and "[1]" not in announced[0]
    await expect(panel.locator(".turn")).not_to_have_attribute("aria-busy", "true")
    await expect(panel.locator(".asked")).to_have_text(f"You asked: {QUESTION}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_every_state_is_for_everybody(
    chromium: Browser, host: Host, filled: Served, scheme: str, size: dict[str, int]
) -> None:
    choose(filled, suggestions=[QUESTION], lead_form=FORM)
    async with visiting(chromium, viewport=size, color_scheme=scheme, reduced_motion="reduce") as page:
        await visit(page, host, filled, locale="ar" if scheme == "dark" else "en")
        assert await violations(page) == [], "closed"
        panel = await open_panel(page)
        assert await violations(page) == [], "open"
        await page.locator("#question").fill("x" * 1950)
        assert await violations(page) == [], "nearly full"
        await page.locator("#question").fill(QUESTION)
        await page.keyboard.press("Enter")
        await expect(panel.locator(".actions")).to_be_visible()
        assert await violations(page) == [], "answered"
        await panel.locator(".cite").click()
        assert await violations(page) == [], "source"
        await page.keyboard.press("Escape")
        await panel.locator(".down").click()
        assert await violations(page) == [], "reason"
        await panel.locator(".more").click()
        assert await violations(page) == [], "menu"
        await panel.locator(".item").last.click()
        assert await violations(page) == [], "deleting"
        await page.keyboard.press("Escape")
        await panel.locator(".more").click()
        await panel.locator(".item").nth(1).click()
        await panel.locator(".lead .primary").click()
        await expect(panel.locator(".lead .error:visible")).to_have_count(2)
        assert await violations(page) == [], "form"
        await refusing(page, 429, "That was too often.", **{"retry-after": "20"})
        await page.locator("#question").fill(QUESTION)
        await page.locator("#question").press("Enter")
        await expect(panel.get_by_role("alert").last).to_be_visible()
        assert await violations(page) == [], "refused"
    choose(filled, suggestions=[], lead_form={"fields": FORM["fields"][:1], "consent": ""})


async def test_from_right_to_left_all_is_mirrored(page: Page, host: Host, filled: Served) -> None:
    await visit(page, host, filled, locale="ar")
    panel = await open_panel(page)
    await expect(panel).to_have_attribute("dir", "rtl")
    send = await panel.locator(".send").bounding_box()
    text = await panel.locator("#question").bounding_box()
    assert send and text and send["x"] < text["x"]
    await page.locator("#question").fill(QUESTION)
    await page.locator("#question").press("Enter")
    answer = panel.locator(".prose")
    await expect(answer).to_contain_text("within 60 days")
    assert await answer.evaluate("answer => getComputedStyle(answer).direction") == "ltr"


@pytest.mark.parametrize("size", [(320, 568), (320, 256), (740, 360), (640, 400)])
async def test_it_fits_a_small_screen_and_a_large_zoom(
    page: Page, host: Host, filled: Served, size: tuple[int, int]
) -> None:
    choose(filled, suggestions=["Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft?"])
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await visit(page, host, filled)
    panel = await open_panel(page)
    assert await panel.bounding_box() == {"x": 0, "y": 0, "width": size[0], "height": size[1]}
    await ask(page)
    await expect(panel.locator(".actions")).to_be_attached()
    sticking_out = "each => each.getBoundingClientRect().right > innerWidth"
    assert await panel.evaluate(f"panel => [...panel.querySelectorAll('*')].filter({sticking_out}).length") == 0
    await expect(page.get_by_label("Your question")).to_be_in_viewport()
    choose(filled, suggestions=[])


async def test_what_a_finger_presses_is_large_enough(chromium: Browser, host: Host, filled: Served) -> None:
    choose(filled, suggestions=["Where is my order?"])
    async with visiting(chromium, viewport=PHONE, has_touch=True, is_mobile=True) as page:
        await visit(page, host, filled)
        panel = await open_panel(page)
        assert await small(page) == []
        await ask(page)
        await expect(panel.locator(".actions")).to_be_visible()
        await panel.locator(".down").click()
        await expect(panel.locator("#reason")).to_be_visible()
        assert await small(page) == []
    choose(filled, suggestions=[])


async def test_who_wants_no_motion_sees_none(chromium: Browser, host: Host, filled: Served) -> None:
    async with visiting(chromium, reduced_motion="reduce") as page:
        await visit(page, host, filled)
        panel = await open_panel(page)
        moving = "panel => panel.getAnimations({ subtree: true }).length"
        assert await panel.evaluate(moving) == 0
        await ask(page)
        assert await panel.evaluate(moving) == 0


async def test_colours_that_the_reader_forces_leave_edges_to_see(chromium: Browser, host: Host, filled: Served) -> None:
    async with visiting(chromium, forced_colors="active") as page:
        await visit(page, host, filled)
        panel = await open_panel(page)
        await ask(page)
        await expect(panel.locator(".actions")).to_be_visible()
        for selector in (".panel", ".asked", ".composer", ".send"):
            edge = "element => { const { borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(element);"
            edge += " return borderTopWidth === '1px' && borderTopColor !== backgroundColor; }"
            assert await page.locator(selector).evaluate(edge), selector


async def tabbed(page: Page, times: int, key: str = "Tab") -> list[str]:
    """What comes to have the focus, one after the other."""
    names = []
    for _ in range(times):
        await page.keyboard.press(key)
        names.append(await focused(page))
    return names


async def small(page: Page) -> list[str]:
    """What a finger can hardly press; what stands in a sentence or names a source may be 24 px high."""
    found: list[str] = await page.get_by_role("dialog").evaluate("""panel =>
        [...panel.querySelectorAll("button, input, textarea, .source")].filter(element => {
            const { width, height } = element.getBoundingClientRect();
            return width && (width < 24 || height < (element.matches(".source, .link") ? 24 : 44));
        }).map(element => `${element.className}: ${element.offsetWidth} x ${element.offsetHeight}`)""")
    return found
