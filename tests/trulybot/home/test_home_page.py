"""The first page of the staff, over HTTP."""

import re

from sqlalchemy import Connection, text

from tests.cast import PASSWORD, Browser
from trulybot.settings import Settings
from trulybot.workspace import written

QUESTION = "Do you ship to Peru?"
SITE = "https://acorn.example"


async def shown_to(staff: Browser, path: str = "/") -> str:
    page = await staff.get(path)
    assert page.status_code == 200, page.text
    return page.text


def figure(page: str, label: str) -> str:
    found = re.search(rf'>{label}</a></dt>\s*<dd class="figure-value">([^< ]+)', page)
    assert found, page
    return found[1]


async def ask(browser: Browser, question: str = QUESTION) -> dict[str, str]:
    answer = await browser.post("/api/chat", json={"question": question})
    assert answer.status_code == 200, answer.text
    given: dict[str, str] = answer.json()
    return given


async def test_outsider_is_led_to_the_chat_and_dismisses_nothing(charlie: Browser, mira: Browser) -> None:
    await ask(charlie)
    page = await charlie.get("/")
    assert (page.status_code, page.headers["location"]) == (302, "/chat")
    assert (await charlie.submit("/first-steps/dismissal")).status_code == 401
    assert 'class="steps"' in await shown_to(mira)


async def test_who_signs_in_arrives_here(charlie: Browser, mira: Browser) -> None:
    entered = await charlie.submit("/sign-in", email="mira@acorn.example", password=PASSWORD, next="")
    assert entered.headers["location"] == "/sign-in?arrived=true&next=%2F"


async def test_a_new_workspace_shows_the_first_steps_and_no_figures(mira: Browser) -> None:
    page = await shown_to(mira)
    assert page.count('class="step"') == 4
    assert "0 of 4 done" in page
    assert "figure-value" not in page


async def test_each_step_is_ticked_by_what_is_there(charlie: Browser, mira: Browser) -> None:
    await ask(charlie)
    assert "1 of 4 done" in await shown_to(mira)
    await mira.submit("/widget/sites", csrf=await mira.csrf(), site=SITE)
    assert f"{SITE} may use it." in (page := await shown_to(mira))
    assert "2 of 4 done" in page
    assert "was opened on" not in page


async def test_the_line_is_pasted_when_the_widget_was_opened_on_an_allowed_site(
    charlie: Browser, mira: Browser
) -> None:
    refused = await charlie.get("/api/widget/config", headers={"origin": SITE})
    assert refused.status_code == 403
    assert (await charlie.get("/api/widget/config", headers={"origin": "https://localhost"})).status_code == 200
    await mira.submit("/widget/sites", csrf=await mira.csrf(), site=SITE)
    assert "was opened on" not in await shown_to(mira)
    for _ in range(2):
        assert (await charlie.get("/api/widget/config", headers={"origin": SITE})).status_code == 200
    assert f"The widget was opened on {SITE}." in await shown_to(mira)


async def test_the_steps_can_be_dismissed_for_all(charlie: Browser, mira: Browser, asha: Browser) -> None:
    await ask(charlie)
    assert 'class="steps"' in await shown_to(asha)
    assert (await mira.submit("/first-steps/dismissal", csrf=await mira.csrf())).status_code == 303
    assert 'class="steps"' not in await shown_to(asha)


async def test_a_viewer_sees_the_steps_but_not_how_to_take_them(charlie: Browser, mira: Browser, vera: Browser) -> None:
    await ask(charlie)
    assert "/first-steps/dismissal" in await shown_to(mira)
    page = await shown_to(vera)
    assert 'class="steps"' in page
    assert "/first-steps/dismissal" not in page
    assert 'href="/knowledge/add"' not in page
    refused = await vera.submit("/first-steps/dismissal", csrf=await vera.csrf())
    assert refused.status_code == 403


async def test_what_happens_is_counted(charlie: Browser, mira: Browser) -> None:
    given = await ask(charlie)
    await ask(charlie, "hello")
    await ask(charlie, "I want to talk to a person")
    path = f"/api/chat/{given['conversation']}/turns/{given['turn']}/feedback"
    await charlie.post(path, json={"vote": "down"})
    page = await shown_to(mira)
    assert "Answered 0 of 2 questions" in page
    assert figure(page, "Conversations") == "3"
    assert figure(page, "Not answered") == "1"
    assert figure(page, "Asked for a person") == "1"
    assert (figure(page, "Thumbs up"), figure(page, "Thumbs down")) == ("0", "1")
    await charlie.post(path, json={"vote": "up"})
    page = await shown_to(mira)
    assert (figure(page, "Thumbs up"), figure(page, "Thumbs down")) == ("1", "0")


async def test_counts_stay_when_a_conversation_is_deleted(charlie: Browser, mira: Browser) -> None:
    given = await ask(charlie)
    assert (await charlie.delete(f"/api/chat/{given['conversation']}")).status_code in (200, 204)
    page = await shown_to(mira)
    assert figure(page, "Conversations") == "1"
    assert "Answered 0 of 1 question" in page
    assert QUESTION not in page


async def test_what_waits_for_somebody_has_its_link(charlie: Browser, mira: Browser) -> None:
    assert "Nothing waits" not in await shown_to(mira)
    await ask(charlie, "<b>Do you</b> ship to Peru?")
    wanting = await ask(charlie, "I want to talk to a person")
    page = await shown_to(mira)
    assert "1 visitor wants a person" in page
    assert f'href="/inbox/{wanting["conversation"].split(".")[0]}?show=wanted"' in page
    assert "2 conversations you have not read" in page
    assert "1 gap in what it knows" in page
    assert "&lt;b&gt;Do you&lt;/b&gt; ship to Peru?" in page
    assert "<b>Do you" not in page


async def test_a_period_is_compared_with_the_one_before(charlie: Browser, mira: Browser, settings: Settings) -> None:
    await ask(charlie)
    written(settings, _count_ten_days_ago, 4)
    page = await shown_to(mira, "/?days=7")
    assert "Answered 0 of 1 question" in page
    assert "4 in the 7 days before" in page
    assert "−75 %" in page
    assert figure(await shown_to(mira, "/?days=30"), "Not answered") == "5"


async def test_an_odd_length_is_the_usual_one(charlie: Browser, mira: Browser) -> None:
    await ask(charlie)
    assert 'href="/?days=30" aria-current="page"' in await shown_to(mira, "/?days=31")


def _count_ten_days_ago(connection: Connection, refused: int) -> None:
    connection.execute(
        text("INSERT INTO quarter_hours (quarter, refused) VALUES ((unixepoch() - 864000) / 900, :refused)"),
        {"refused": refused},
    )
