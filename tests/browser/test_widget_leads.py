"""The form in the panel: at the moments the owner chose, with the fields and the words they chose."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Request, expect

from tests.browser.conftest import Served
from tests.browser.host import Host
from tests.browser.panel import QUESTION, ask, choose, focused, open_panel, visit, visiting
from trulybot.kit.languages import Languages
from trulybot.leads.capturing import TEXTS

pytestmark = pytest.mark.browser

EMAIL = {"name": "email", "kind": "email", "label": "E-mail", "required": True}
FIELDS: list[dict[str, Any]] = [
    EMAIL,
    {"name": "name", "kind": "name", "label": "Name"},
    {"name": "phone", "kind": "phone", "label": "Telephone"},
    {"name": "topic", "kind": "select", "label": "Topic", "required": True, "options": ["Socks", "Tents"]},
    {"name": "more", "kind": "text", "label": "Anything else?"},
]
NEVER = {
    "before": False,
    "after_questions": None,
    "unanswered": False,
    "on_request": False,
    "consent": "",
    "fields": [EMAIL],
}
UNKNOWN = "Who won the world cup in 1998?"


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    async with visiting(chromium) as page:
        yield page


@pytest.fixture
def form(filled: Served) -> Iterator[Any]:
    """Chooses the form; what is not said is off."""
    yield lambda **chosen: choose(filled, lead_form={**NEVER, **chosen})
    choose(filled, lead_form={**NEVER, "unanswered": True, "on_request": True})


async def test_every_kind_of_field_is_asked_for_and_sent(page: Page, host: Host, filled: Served, form: Any) -> None:
    form(on_request=True, fields=FIELDS, intro="We write back.", consent="Keep it for a year.", thanks="Until soon.")
    await visit(page, host, filled)
    panel = await open_panel(page)
    await panel.get_by_role("button", name="More").click()
    await panel.get_by_role("button", name="Leave your contact details").click()
    lead = panel.get_by_role("form", name="Leave your contact details")
    await expect(lead).to_contain_text("We write back.")
    assert await focused(page) == "E-mail"
    kinds = "inputs => inputs.map(input => [input.type, input.autocomplete].join())"
    expected = ["email,email", "text,name", "tel,tel", "select-one,", "textarea,", "checkbox,"]
    assert await lead.locator("input, select, textarea").evaluate_all(kinds) == expected

    await lead.get_by_role("button", name="Send").click()
    wrong = lead.locator("[aria-invalid=true]")
    await expect(wrong).to_have_count(3)
    assert await focused(page) == "E-mail"
    await expect(lead.get_by_label("E-mail")).to_have_accessible_description("Please fill this in.")
    await lead.get_by_label("E-mail").fill("mira at acorn")
    await lead.get_by_label("Telephone").fill("12")
    await lead.get_by_label("Topic").select_option("Tents")
    await lead.get_by_role("checkbox").check()
    await lead.get_by_role("button", name="Send").click()
    await expect(wrong).to_have_count(2)
    await expect(lead.get_by_label("E-mail")).to_have_value("mira at acorn")
    await lead.get_by_label("E-mail").fill("mira@acorn.example")
    await lead.get_by_label("Telephone").fill("+44 20 7946 0958")
    async with page.expect_request("**/api/leads") as sending:
        await lead.get_by_role("button", name="Send").click()
    sent = (await sending.value).post_data_json
    assert sent is not None
    assert sent["consent"] is True
    assert sent["fields"] == {
        "email": "mira@acorn.example", "name": "", "phone": "+44 20 7946 0958", "topic": "Tents", "more": "",
    }  # fmt: skip
    await expect(panel.locator(".thanks")).to_have_text("Until soon.")
    await expect(panel.locator(".thanks")).to_be_focused()


@pytest.mark.parametrize("locale", ["en", "de", "hi", "ar"])
async def test_what_the_workspace_refuses_is_said_at_its_field_in_the_visitors_language(
    page: Page, host: Host, filled: Served, form: Any, locale: str
) -> None:
    form(before=True, fields=FIELDS)
    await visit(page, host, filled)
    panel = await open_panel(page)
    await page.evaluate(f"TrulyBot('locale', '{locale}')")
    await expect(panel).to_have_attribute("lang", locale)
    await panel.get_by_label("Name").fill("x" * 201)
    await panel.get_by_label("Telephone").fill("9999999999999999999999")
    await panel.get_by_label("Topic").evaluate("select => { select.options[1].value = 'Hats'; select.value = 'Hats'; }")
    async with page.expect_response("**/api/leads") as refused:
        await page.keyboard.press("Enter")
    assert (await refused.value).status == 422
    said = Languages(TEXTS).texts[locale]
    for label, sentence in {
        "E-mail": said["missing"],
        "Name": said["too_long"].replace("{n}", "200"),
        "Telephone": said["phone_wrong"],
        "Topic": said["choose"],
    }.items():
        field = panel.get_by_label(label)
        await expect(field).to_have_attribute("aria-invalid", "true")
        await expect(field).to_have_accessible_description(sentence)
    await expect(panel.get_by_label("E-mail")).to_be_focused()
    await expect(panel.get_by_label("Telephone")).to_have_value("9999999999999999999999")


async def test_where_an_address_or_a_number_will_do_neither_is_called_optional(
    page: Page, host: Host, filled: Served, form: Any
) -> None:
    form(before=True, fields=[{**EMAIL, "required": False}, *FIELDS[1:3]])
    await visit(page, host, filled)
    panel = await open_panel(page)
    await expect(panel.locator(".lead label")).to_have_text(["E-mail", "Name(optional)", "Telephone"])
    await panel.locator(".lead").get_by_role("button", name="Send").click()
    email = panel.get_by_label("E-mail")
    await expect(email).to_have_accessible_description(Languages(TEXTS).texts["en"]["no_way"])


async def test_before_the_chat_a_required_form_is_filled_in_first(
    page: Page, host: Host, filled: Served, form: Any
) -> None:
    form(before=True)
    choose(filled, suggestions=[QUESTION])
    await visit(page, host, filled)
    panel = await open_panel(page)
    await expect(panel.get_by_label("E-mail")).to_be_focused()
    await expect(panel.get_by_role("button", name=QUESTION)).to_be_hidden()
    await expect(panel.get_by_role("button", name="Not now")).to_have_count(0)
    await page.locator("#question").focus()
    await expect(panel.get_by_label("E-mail")).to_be_focused()
    await page.keyboard.type("mira@acorn.example")
    await page.keyboard.press("Enter")
    await expect(panel.locator(".thanks")).to_be_visible()
    await expect(panel.get_by_role("button", name=QUESTION)).to_be_visible()
    await ask(page)
    await expect(panel.locator(".prose")).to_contain_text("within 60 days")
    choose(filled, suggestions=[])


async def test_before_the_chat_a_form_that_requires_nothing_is_skipped_once(
    page: Page, host: Host, filled: Served, form: Any
) -> None:
    form(before=True, fields=[{**EMAIL, "required": False}])
    await visit(page, host, filled)
    panel = await open_panel(page)
    await panel.get_by_role("button", name="Not now").click()
    await expect(page.locator("#question")).to_be_focused()
    await visit(page, host, filled)
    panel = await open_panel(page)
    await expect(page.locator("#question")).to_be_focused()
    await expect(panel.locator(".lead")).to_have_count(0)


async def test_a_workspace_that_cannot_keep_the_form_keeps_nobody_from_asking(
    page: Page, host: Host, filled: Served, form: Any
) -> None:
    form(before=True)
    await visit(page, host, filled)
    panel = await open_panel(page)
    await page.route("**/api/leads", lambda route: route.abort())
    await page.keyboard.type("mira@acorn.example")
    await page.keyboard.press("Enter")
    await expect(panel.locator(".lead").get_by_role("alert")).not_to_be_empty()
    await expect(panel.get_by_label("E-mail")).to_have_value("mira@acorn.example")
    await ask(page)
    await expect(panel.locator(".prose")).to_contain_text("within 60 days")


async def test_after_the_questions_the_owner_said_it_is_asked_once(
    page: Page, host: Host, filled: Served, form: Any
) -> None:
    form(after_questions=2)
    await visit(page, host, filled)
    panel = await open_panel(page)
    for number, forms in ((1, 0), (2, 1)):
        await ask(page)
        await expect(panel.locator(".actions")).to_have_count(number)
        await expect(panel.locator(".lead")).to_have_count(forms)
    await expect(page.locator("#question")).to_be_focused()
    await panel.get_by_role("button", name="Not now").click()
    await ask(page)
    await expect(panel.locator(".actions")).to_have_count(3)
    await expect(panel.locator(".lead")).to_have_count(0)


async def test_when_the_bot_cannot_answer_it_is_offered(page: Page, host: Host, filled: Served, form: Any) -> None:
    form(unanswered=True)
    await visit(page, host, filled)
    panel = await open_panel(page)
    await ask(page)
    await expect(panel.locator(".actions")).to_have_count(1)
    await expect(panel.locator(".lead")).to_have_count(0)
    await ask(page, UNKNOWN)
    await expect(panel.locator(".lead")).to_be_visible()


async def test_what_the_visitor_offers_is_shown_to_be_confirmed(
    page: Page, host: Host, filled: Served, form: Any
) -> None:
    form(on_request=True, fields=[EMAIL, *FIELDS[1:3]])
    posted: list[Request] = []
    page.on("request", lambda request: posted.append(request) if request.url.endswith("/api/leads") else None)
    await visit(page, host, filled)
    panel = await open_panel(page)
    await panel.get_by_role("button", name="More").click()
    await panel.get_by_role("button", name="Leave your contact details").click()
    await panel.get_by_label("E-mail").fill("mira@acorn.example")
    await ask(page, "Please call me at +44 20 7946 0958, my name is Chen")
    await expect(panel.get_by_label("Telephone")).to_have_value("+44 20 7946 0958")
    await expect(panel.get_by_label("E-mail")).to_have_value("mira@acorn.example")
    await expect(panel.locator(".lead")).to_have_count(1)
    assert posted == []
    await panel.locator(".lead").get_by_role("button", name="Send").click()
    await expect(panel.locator(".thanks")).to_be_visible()
    assert len([request for request in posted if request.method == "POST"]) == 1


async def test_without_a_moment_there_is_no_form(page: Page, host: Host, filled: Served, form: Any) -> None:
    form()
    await visit(page, host, filled)
    panel = await open_panel(page)
    await ask(page, UNKNOWN)
    await expect(panel.locator(".actions")).to_be_visible()
    await expect(panel.locator(".lead")).to_have_count(0)
    await panel.get_by_role("button", name="More").click()
    await expect(panel.locator(".item")).to_have_count(2)
