from typing import Any

import httpx

from tests.acorn import FOREIGN, REFUNDED
from tests.cast import Browser
from tests.trulybot.chat.test_curated import ask

WORDS = "Good morning, this is Mira. What may I do for you?"


async def go_on(browser: Browser, given: dict[str, Any], question: str) -> dict[str, Any]:
    asked = await browser.post("/api/chat", json={"question": question, "conversation": given["conversation"]})
    found: dict[str, Any] = asked.json()
    return found


async def take_over(staff: Browser, given: dict[str, Any], reason: str = "complaint") -> httpx.Response:
    return await staff.post(f"/api/conversations/{given['conversation']}/handover", json={"reason": reason})


async def hand_back(staff: Browser, given: dict[str, Any]) -> httpx.Response:
    return await staff.delete(f"/api/conversations/{given['conversation']}/handover")


async def say(staff: Browser, given: dict[str, Any], text: str = WORDS) -> httpx.Response:
    return await staff.post(f"/api/conversations/{given['conversation']}/messages", json={"text": text})


async def heard(browser: Browser, given: dict[str, Any], after: int = 0) -> dict[str, Any]:
    found = await browser.get(f"/api/chat/{given['conversation']}/messages", params={"after": after})
    assert found.status_code == 200, found.text
    told: dict[str, Any] = found.json()
    return told


async def test_the_bot_is_silent_while_a_person_answers_and_says_so_once(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    assert (await take_over(robin, given)).status_code == 201
    first, second = await go_on(charlie, given, REFUNDED), await go_on(charlie, given, "Hello?")
    assert (first["kind"], second["kind"], second["answer"]) == ("handover", "handover", "")
    assert "person" in first["answer"]
    assert (await hand_back(robin, given)).status_code == 204
    assert (await go_on(charlie, given, REFUNDED))["kind"] == "cached"


async def test_a_persons_words_reach_the_visitor_in_order_and_once(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    assert await heard(charlie, given) == {"messages": [], "handed_over": False, "person": None}
    await take_over(robin, given)
    await say(robin, given)
    await say(robin, given, "Still there?")
    told = await heard(charlie, given)
    assert told["handed_over"]
    assert [message["text"] for message in told["messages"]] == [WORDS, "Still there?"]
    assert "robin" not in str(told)
    (last,) = (await heard(charlie, given, told["messages"][0]["id"]))["messages"]
    assert last["text"] == "Still there?"


async def test_it_has_authors_times_and_a_reason(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    await take_over(robin, given, "sale")
    await say(robin, given)
    await hand_back(robin, given)
    seen = (await robin.get(f"/api/conversations/{given['conversation']}")).json()
    (handover,) = seen["handovers"]
    assert (handover["reason"], handover["begun_by"], handover["ended_by"]) == ("sale", "robin", "robin")
    assert handover["begun_at"] <= handover["ended_at"]
    assert [(message["author"], message["text"]) for message in seen["messages"]] == [("robin", WORDS)]


async def test_two_cannot_take_over_and_nobody_writes_without(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    assert (await say(robin, given)).status_code == 409
    assert (await take_over(robin, given)).status_code == 201
    assert (await take_over(robin, given)).status_code == 409
    assert (await hand_back(robin, given)).status_code == 204
    assert (await hand_back(robin, given)).status_code == 404
    assert (await take_over(robin, {"conversation": "c_none"})).status_code == 404


async def test_the_question_a_person_had_to_take_is_a_gap(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    await take_over(robin, given)
    await go_on(charlie, given, FOREIGN)
    (gap,) = (await robin.get("/api/gaps")).json()["gaps"]
    assert (gap["question"], gap["asked"], gap["handed_over"]) == (REFUNDED, 1, 1)


async def test_outsider_cannot_take_over_write_or_read_along(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    assert (await take_over(charlie, given)).status_code == 401
    assert (await take_over(robin, given)).status_code == 201
    assert (await say(charlie, given)).status_code == 401
    assert (await hand_back(charlie, given)).status_code == 401
    assert (await say(robin, given)).status_code == 201
    conversation_id = given["conversation"].partition(".")[0]
    for handle in (conversation_id, f"{conversation_id}.0"):
        assert (await charlie.get(f"/api/chat/{handle}/messages")).status_code == 404
    assert len((await heard(charlie, given))["messages"]) == 1


async def test_the_page_shows_a_persons_words_after_the_question_they_answer(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    await take_over(robin, given)
    await say(robin, given, "<b>Hello</b>, this is Mira.")
    charlie.cookies.set("__Host-conversation", given["conversation"])
    page = (await charlie.get("/chat")).text
    assert "&lt;b&gt;Hello&lt;/b&gt;, this is Mira." in page
    assert page.index(REFUNDED) < page.index("this is Mira")
    assert " data-handed-over" in page
