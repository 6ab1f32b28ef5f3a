"""Mira fills her workspace and looks after what it answers, in a browser: uploads, corrections, gaps."""

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Served

pytestmark = pytest.mark.browser

HANDBOOK = "\n\n".join(f"## Room {n}\n\nThe cupboard of room {n} holds {n * 7} jars of jam." for n in range(400))
OFFICE = "# Office\n\nOur office dog is called Bruno. He sleeps under the desk of Ines."
DOG = "What is the office dog called?"
PARROT = "Which songs does the parrot of the lighthouse sing?"


async def test_many_files_go_up_at_once_and_their_reading_is_watched(page: Page, workspace: Served) -> None:
    await _sign_in(page, workspace)
    await page.goto("/knowledge/add")
    files = [_file("handbook.md", HANDBOOK), _file("office.md", OFFICE), _file("empty.md", "")]
    await page.get_by_label("Files", exact=True).set_input_files(files)
    await page.get_by_role("button", name="Upload files").click()
    await expect(page.get_by_role("status")).to_have_text("2 of 3 files added.")
    uploads = page.get_by_role("list", name="Files being uploaded").get_by_role("listitem")
    await expect(uploads.filter(has_text="empty.md")).to_contain_text("This file is empty.")
    await expect(uploads.filter(has_text="office.md")).to_contain_text("Added")
    assert await violations(page) == []
    await page.goto("/knowledge")
    handbook = page.get_by_role("listitem").filter(has_text="handbook.md")
    await expect(handbook.get_by_role("progressbar")).to_be_visible()
    await expect(handbook).to_contain_text("Ready", timeout=60_000)
    await expect(handbook).to_contain_text("400 passages")
    await expect(handbook.get_by_role("progressbar")).to_have_count(0)

    await _leave_a_passage_out(page)
    await _write_an_answer_from_a_gap(page)
    await _delete_and_bring_back(page)


async def _leave_a_passage_out(page: Page) -> None:
    """The answer changes with it, and comes back with it."""
    await _try(page, DOG)
    await expect(page.locator("#tried")).to_contain_text("Our office dog is called Bruno.")
    assert await violations(page) == []
    await page.get_by_role("link", name="Office", exact=True).first.click()
    await page.get_by_role("button", name="Leave out of answers").click()
    await expect(page.get_by_role("button", name="Use again")).to_be_visible()
    await _try(page, DOG)
    await expect(page.locator("#tried")).to_contain_text("Not answered")
    await page.goto("/knowledge?q=office")
    await page.get_by_role("link", name="office.md").click()
    await page.get_by_role("button", name="Use again").click()
    await page.get_by_text("Correct", exact=True).click()
    await page.get_by_label("What the passage should say").fill("Our office dog is called Ada.")
    await page.get_by_role("button", name="Save correction").click()
    await expect(page.locator(".passage")).to_contain_text("Corrected")
    assert await violations(page) == []
    await _try(page, DOG)
    await expect(page.locator("#tried")).to_contain_text("Our office dog is called Ada.")


async def _write_an_answer_from_a_gap(page: Page) -> None:
    await page.goto("/chat")
    await page.get_by_label("Your question").fill(PARROT)
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-turn]").last).to_contain_text("could not find")
    await page.goto("/gaps")
    await page.get_by_role("link", name=PARROT).click()
    await expect(page.get_by_label("Question", exact=True)).to_have_value(PARROT)
    await page.get_by_label("Answer", exact=True).fill("Sea shanties, all of them.")
    assert await violations(page) == []
    await page.get_by_role("button", name="Save answer and ask again").click()
    await expect(page.get_by_role("status")).to_have_text("1 question found an answer and is closed.")
    await _try(page, PARROT)
    await expect(page.locator("#tried")).to_contain_text("Sea shanties, all of them.")


async def _delete_and_bring_back(page: Page) -> None:
    await page.goto("/knowledge")
    await page.keyboard.press("j")
    await expect(page.locator("a.row-link").first).to_be_focused()
    await page.keyboard.press("/")
    await expect(page.get_by_label("Search sources")).to_be_focused()
    for title in ("handbook.md", "office.md"):
        await page.get_by_label(f"Tick {title}").check()
    await page.get_by_role("button", name="Delete …").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Delete 2 sources and 401 passages?")
    assert await violations(page) == []
    await page.get_by_role("button", name="Delete 2 sources and 401 passages").click()
    await expect(page.get_by_role("status")).to_contain_text("Deleted 2 sources and 401 passages.")
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("link", name="handbook.md")).to_be_visible()


async def _try(page: Page, question: str) -> None:
    await page.goto("/knowledge/try")
    await page.get_by_label("Question").fill(question)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="The answer")).to_be_visible()


async def _sign_in(page: Page, workspace: Served) -> None:
    await page.goto(workspace.link)
    await page.get_by_label("E-mail address").fill("mira@acorn.example")
    await page.get_by_label("Password").fill("plum orbit lantern")
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda address: "/welcome/" not in address)


def _file(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "text/markdown", "buffer": text.encode()}
