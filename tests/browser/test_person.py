"""What a visitor thinks of an answer, and a person who takes over."""

import subprocess

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import TRULYBOT, Served

pytestmark = pytest.mark.browser

QUESTION = "How long do I have to return something?"
WORDS = "Good morning, this is Mira."


def program_of(filled: Served) -> httpx.Client:
    create = [*TRULYBOT, "api-key", "create", "person", "--data", str(filled.data)]
    key = subprocess.run(create, check=True, capture_output=True, text=True, timeout=60).stdout.strip()
    return httpx.Client(base_url=filled.address, headers={"authorization": f"Bearer {key}"})


async def ask(page: Page, question: str) -> None:
    await page.get_by_label("Your question").fill(question)
    await page.keyboard.press("Enter")


async def test_a_vote_is_kept_and_shown_again(page: Page, filled: Served) -> None:
    await page.goto("/chat")
    await ask(page, QUESTION)
    helped = page.get_by_role("button", name="This helped")
    async with page.expect_response("**/feedback") as voted:
        await helped.click()
    assert (await voted.value).status == 200
    await page.reload()
    await expect(helped).to_have_attribute("aria-pressed", "true")


async def test_a_persons_words_appear_without_a_reload(page: Page, filled: Served) -> None:
    await page.goto("/chat")
    await ask(page, "Talk to a human")
    await expect(page.locator("[data-turn]").last).to_have_attribute("data-kind", "handover")
    await expect(page.get_by_role("button", name="This helped")).to_have_count(0)
    conversation = await page.locator("body").get_attribute("data-conversation")
    with program_of(filled) as program:
        taken = program.post(f"/api/conversations/{conversation}/handover", json={"reason": "asked for"})
        assert taken.status_code == 201
        program.post(f"/api/conversations/{conversation}/messages", json={"text": WORDS})
    await expect(page.locator(".message")).to_contain_text(WORDS, timeout=15_000)
