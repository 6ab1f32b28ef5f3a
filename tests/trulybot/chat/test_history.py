"""A visitor comes back to what was said, stops an answer, and is told who of the team answers."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.acorn import FOREIGN, REFUNDED
from tests.cast import MIRA, Browser
from tests.provider import ANSWER, Provider
from tests.trulybot.chat.writing import MY_OWN, ask, with_model
from trulybot.settings import Settings

PAGE = "https://shop.example/socks?colour=red#sizes"


async def history(browser: Browser, given: dict[str, Any]) -> dict[str, Any]:
    answer = await browser.get(f"/api/chat/{given['conversation']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_all_that_was_said_is_told_in_order(charlie: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    refused = await ask(charlie, FOREIGN, given["conversation"])
    await charlie.post(f"/api/chat/{given['conversation']}/turns/{given['turn']}/feedback", json={"vote": "down"})
    told = await history(charlie, given)
    assert told.keys() == {"turns", "messages", "handed_over", "person"}
    first, second = told["turns"]
    assert (first["turn"], first["question"], first["answer"]) == (given["turn"], REFUNDED, given["answer"])
    assert (first["citations"], first["vote"], first["state"]) == (given["citations"], "down", "done")
    assert (second["turn"], second["kind"], second["vote"]) == (refused["turn"], "refused", None)
    assert first["asked_at"] <= second["asked_at"]
    assert "record" not in first and "vote_reason" not in first
    assert (told["messages"], told["handed_over"], told["person"]) == ([], False, None)


async def test_outsider_cannot_look_back_stop_or_delete(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    conversation_id = given["conversation"].partition(".")[0]
    for handle in (conversation_id, f"{conversation_id}.0", "c_none.0", "\u00e9.0"):
        assert (await charlie.get(f"/api/chat/{handle}")).status_code == 404
        assert (await charlie.delete(f"/api/chat/{handle}")).status_code == 404
        assert (await charlie.delete(f"/api/chat/{handle}/turns/{given['turn']}/stream")).status_code == 404
    assert len((await history(charlie, given))["turns"]) == 1


async def test_the_page_it_was_asked_on_is_shown_to_staff_alone(
    charlie: Browser, robin: Browser, mira: Browser
) -> None:
    asked = await charlie.post("/api/chat", json={"question": "hello", "page": PAGE})
    given = asked.json()
    (turn,) = (await robin.get(f"/api/conversations/{given['conversation']}")).json()["turns"]
    assert turn["page"] == PAGE
    assert PAGE in (await mira.get(f"/inbox/{given['conversation'].partition('.')[0]}")).text
    assert "shop.example" not in str(await history(charlie, given))


@pytest.mark.parametrize(
    "page",
    [
        "",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "//shop.example",
        "https://",
        "https://shop.example/a b",
        "https://shop.example/\n",
        "https://shop.example/\0",
        "https://shop.example/" + "x" * 2000,
        7,
    ],
)
async def test_what_is_no_page_is_refused(charlie: Browser, robin: Browser, page: object) -> None:
    assert (await charlie.post("/api/chat", json={"question": "hello", "page": page})).status_code == 400
    assert (await robin.get("/api/conversations")).json()["conversations"] == []


async def test_visitors_are_told_the_name_a_teammate_chose_and_never_an_address(
    charlie: Browser, mira: Browser, robin: Browser
) -> None:
    given = await ask(charlie, REFUNDED)
    conversation_id = given["conversation"].partition(".")[0]
    csrf = await mira.csrf()
    headers = {"origin": "https://localhost", "x-csrf-token": csrf}
    path = f"/api/conversations/{conversation_id}"
    assert (await mira.post(f"{path}/handover", json={}, headers=headers)).status_code == 201
    await mira.post(f"{path}/messages", json={"text": "Good morning."}, headers=headers)
    assert (await history(charlie, given))["person"] is None
    saved = await mira.submit("/account/shown-name", csrf=csrf, shown_as="  Mira from Acorn ")
    assert saved.status_code == 303
    await mira.post(f"{path}/messages", json={"text": "I am back."}, headers=headers)
    await mira.delete(f"{path}/handover", headers=headers)
    await mira.post(f"{path}/handover", json={}, headers=headers)
    told = await history(charlie, given)
    assert told["person"] == "Mira from Acorn"
    assert [message["person"] for message in told["messages"]] == [None, "Mira from Acorn"]
    along = (await charlie.get(f"/api/chat/{given['conversation']}/messages")).json()
    assert (along["person"], along["messages"]) == (told["person"], told["messages"])
    charlie.cookies.set("__Host-conversation", given["conversation"])
    page = (await charlie.get("/chat")).text
    assert page.count("Mira from Acorn</p>") == 1 and MIRA not in page
    assert MIRA not in str(told) and MIRA.partition("@")[0] not in str(told)
    seen = (await robin.get(path)).json()
    assert [message["author"] for message in seen["messages"]] == [MIRA, MIRA]


@pytest.mark.parametrize("name", ["mira@acorn.example", "x" * 81, "Mi\nra", "Mi\0ra"])
async def test_a_name_that_is_none_is_refused_and_shown_again(mira: Browser, name: str) -> None:
    refused = await mira.submit("/account/shown-name", csrf=await mira.csrf(), shown_as=name)
    assert refused.status_code == 422
    assert 'id="shown_as-error"' in refused.text


async def test_outsider_cannot_choose_a_name(charlie: Browser, robin: Browser) -> None:
    assert (await charlie.submit("/account/shown-name", shown_as="Eve")).status_code == 401
    assert (await robin.post("/account/shown-name", data={"shown_as": "Eve"})).status_code == 403


class TestWhileItIsAnswered:
    @pytest.fixture
    def settings(self, settings: Settings, stand_in: Provider) -> Settings:
        stand_in.pause = 0.25
        return with_model(settings, stand_in)

    async def test_what_was_said_by_now_is_told(self, charlie: Browser) -> None:
        given, asking = await begun(charlie)
        told = await said_something(charlie, given)
        assert told["state"] == "running" and ANSWER.startswith(told["answer"])
        assert (await asking).json()["answer"] == ANSWER
        assert (await history(charlie, given))["turns"][-1]["answer"] == ANSWER

    async def test_it_is_stopped_where_it_is_and_stays_so(self, charlie: Browser, robin: Browser) -> None:
        given, asking = await begun(charlie)
        running = await said_something(charlie, given)
        path = f"/api/chat/{given['conversation']}/turns/{running['turn']}/stream"
        stopped = await charlie.delete(path)
        assert stopped.status_code == 200
        assert stopped.json()["state"] == "interrupted"
        said = stopped.json()["answer"]
        assert said and said != ANSWER and ANSWER.startswith(said)
        assert (await asking).status_code == 503
        assert (await history(charlie, given))["turns"][-1] == stopped.json()
        assert (await charlie.delete(path)).json() == stopped.json()
        followed = await charlie.get(path)
        assert "event: error" in followed.text
        assert (await ask(charlie, MY_OWN, given["conversation"]))["answer"] == ANSWER

    async def test_one_that_is_done_stays_as_it_is(self, charlie: Browser) -> None:
        given = await ask(charlie, "hello")
        stopped = await charlie.delete(f"/api/chat/{given['conversation']}/turns/{given['turn']}/stream")
        assert (stopped.json()["state"], stopped.json()["answer"]) == ("done", given["answer"])


async def begun(charlie: Browser) -> tuple[dict[str, Any], "asyncio.Task[httpx.Response]"]:
    """A conversation in which a question is being answered."""
    given = await ask(charlie, "hello")
    question = {"question": MY_OWN, "conversation": given["conversation"]}
    return given, asyncio.create_task(charlie.post("/api/chat", json=question))


async def said_something(charlie: Browser, given: dict[str, Any]) -> dict[str, Any]:
    """The turn that is being answered, once its first words were said."""
    async with asyncio.timeout(20):
        while True:
            turn: dict[str, Any] = (await history(charlie, given))["turns"][-1]
            if turn["question"] == MY_OWN and turn["answer"]:
                return turn
            await asyncio.sleep(0.02)
