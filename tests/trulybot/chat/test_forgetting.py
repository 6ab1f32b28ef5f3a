"""“Delete my chat” deletes each word of it, for good, and says whether details stay that were left with the form."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, text

from tests.acorn import FOREIGN, REFUNDED
from tests.cast import Browser
from tests.provider import Provider
from tests.trulybot.chat.test_handover import say, take_over
from tests.trulybot.chat.test_history import begun, said_something
from tests.trulybot.chat.writing import MY_OWN, ask, gaps, with_model
from trulybot.chat import forgetting
from trulybot.chat.forms import Question
from trulybot.settings import Settings
from trulybot.workspace import Workspace, written

PERSONS_WORDS = "Good morning, this is about your wombat."


async def forget(browser: Browser, given: dict[str, Any]) -> httpx.Response:
    return await browser.delete(f"/api/chat/{given['conversation']}")


async def downvote(browser: Browser, given: dict[str, Any]) -> None:
    path = f"/api/chat/{given['conversation']}/turns/{given['turn']}/feedback"
    assert (await browser.post(path, json={"vote": "down", "reason": "wombats"})).status_code == 200


def rows_with(connection: Connection, words: str) -> set[str]:
    """The tables that hold these words anywhere, whatever their case."""
    tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '% STRICT%'"))
    found = set()
    for (table,) in tables.all():
        for row in connection.execute(text(f"SELECT * FROM {table}")):
            if any(isinstance(value, str) and words.lower() in value.lower() for value in row):
                found.add(table)
    return found


async def test_it_is_gone_for_everybody(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    assert (await charlie.get(f"/api/chat/{given['conversation']}")).status_code == 200
    forgotten = await forget(charlie, given)
    assert (forgotten.status_code, forgotten.json()) == (200, {"deleted": True, "lead_stays": False})
    path = f"/api/chat/{given['conversation']}"
    question = {"question": "thanks", "conversation": given["conversation"]}
    assert (await charlie.get(path)).status_code == 404
    assert (await charlie.get(f"{path}/messages")).status_code == 404
    assert (await charlie.get(f"{path}/turns/{given['turn']}/stream")).status_code == 404
    assert (await charlie.post(f"{path}/turns/{given['turn']}/feedback", json={"vote": "up"})).status_code == 404
    assert (await charlie.post("/api/chat", json=question)).status_code == 404
    assert (await forget(charlie, given)).status_code == 404
    assert (await robin.get(f"/api/conversations/{given['conversation']}")).status_code == 404
    assert (await robin.get("/api/conversations")).json()["conversations"] == []
    assert (await take_over(robin, given)).status_code == 404


async def test_who_begins_to_follow_it_at_that_moment_is_told_of_its_end(settings: Settings) -> None:
    workspace = Workspace.open(settings)
    chat = workspace.chat
    turn = await chat.finished(await chat.ask(Question(question="hello"), "203.0.113.7"))
    frames = chat.follow(turn, None)
    assert not await forgetting.forget(chat, turn.conversation_id)
    assert [frame.partition("\n")[0] async for frame in frames if frame] == ["event: turn", "event: error"]
    await workspace.close()


async def test_no_word_of_it_stays_anywhere(charlie: Browser, robin: Browser, settings: Settings) -> None:
    given = await ask(charlie, "When does the wombat refund arrive?")
    await downvote(charlie, given)
    await ask(charlie, "Which wombat composed the opera Tosca?", given["conversation"])
    await take_over(robin, given)
    await say(robin, given, PERSONS_WORDS)
    await ask(charlie, "Where is my wombat?", given["conversation"])
    assert written(settings, rows_with, "wombat") >= {"turns", "feedback", "messages", "gaps"}
    assert (await forget(charlie, given)).status_code == 200
    assert written(settings, rows_with, "wombat") == set()


async def test_what_others_asked_too_stays_theirs(charlie: Browser, robin: Browser) -> None:
    mine, theirs = await ask(charlie, FOREIGN), await ask(charlie, FOREIGN.upper())
    await downvote(charlie, await ask(charlie, REFUNDED, mine["conversation"]))
    assert sorted(await gaps(robin)) == sorted([FOREIGN, REFUNDED])
    await forget(charlie, mine)
    (gap,) = (await robin.get("/api/gaps")).json()["gaps"]
    assert (gap["question"], gap["asked"], gap["refused"]) == (FOREIGN, 1, 1)
    assert (await charlie.get(f"/api/chat/{theirs['conversation']}")).status_code == 200


async def test_what_a_wish_for_a_person_noted_is_taken_back_once(charlie: Browser, robin: Browser) -> None:
    for _ in range(2):
        given = await ask(charlie, REFUNDED)
        await ask(charlie, "I want to talk to a human", given["conversation"])
    (gap,) = (await robin.get("/api/gaps")).json()["gaps"]
    assert (gap["asked"], gap["handed_over"]) == (2, 2)
    await forget(charlie, given)
    (gap,) = (await robin.get("/api/gaps")).json()["gaps"]
    assert (gap["asked"], gap["handed_over"]) == (1, 1)


async def test_details_that_were_left_stay_and_it_says_so(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, FOREIGN)
    fields = {"email": "ann@example.com"}
    left = await charlie.post("/api/leads", json={"fields": fields, "conversation": given["conversation"]})
    assert left.status_code == 201
    assert (await forget(charlie, given)).json() == {"deleted": True, "lead_stays": True}
    (lead,) = (await robin.get("/api/leads")).json()["leads"]
    assert lead["email"] == "ann@example.com"


async def test_who_said_who_they_are_is_forgotten_with_their_last_conversation(
    charlie: Browser, settings: Settings
) -> None:
    first = await ask(charlie, "hello")
    visitor = first["visitor"].removeprefix("vt_").partition(".")[0]
    second = await charlie.post(
        "/api/chat", json={"question": "hello"}, headers={"authorization": f"Bearer {first['visitor']}"}
    )
    written(settings, _know, visitor)
    await forget(charlie, first)
    assert written(settings, rows_with, "wombat@example.com") == {"visitors"}
    await forget(charlie, second.json())
    assert written(settings, rows_with, "wombat@example.com") == set()


class TestWhileItIsAnswered:
    @pytest.fixture
    def settings(self, settings: Settings, stand_in: Provider) -> Settings:
        stand_in.pause = 0.25
        return with_model(settings, stand_in)

    async def test_what_was_said_to_one_goes_though_others_were_not_helped_either(
        self, charlie: Browser, robin: Browser, settings: Settings, stand_in: Provider
    ) -> None:
        await downvote(charlie, await ask(charlie, MY_OWN))
        stand_in.answer = "Badgers [1]."
        given = await ask(charlie, MY_OWN)
        await downvote(charlie, given)
        assert "gaps" in written(settings, rows_with, "badgers")
        await forget(charlie, given)
        assert written(settings, rows_with, "badgers") == set()
        assert await gaps(robin) == [MY_OWN]

    async def test_the_answer_ends_and_nothing_appears_again(
        self, charlie: Browser, robin: Browser, settings: Settings, stand_in: Provider
    ) -> None:
        given, asking = await begun(charlie)
        await said_something(charlie, given)
        assert (await forget(charlie, given)).json()["deleted"]
        assert (await asking).status_code in (404, 503)
        assert written(settings, rows_with, MY_OWN) == set()
        assert written(settings, rows_with, "five working days") <= {"passages"}
        assert (await robin.get("/api/conversations")).json()["conversations"] == []
        assert stand_in.hung_up.wait(20)

    async def test_a_question_that_comes_just_then_brings_nothing_back(
        self, charlie: Browser, robin: Browser, settings: Settings
    ) -> None:
        """Both are under way at once, many times: whichever is first, nothing of the conversation is left."""
        for _ in range(10):
            given = await ask(charlie, "hello")
            question = {"question": "thanks", "conversation": given["conversation"]}
            asked, forgotten = await asyncio.gather(charlie.post("/api/chat", json=question), forget(charlie, given))
            assert forgotten.status_code == 200
            assert asked.status_code in (200, 404, 503)
        assert (await robin.get("/api/conversations")).json()["conversations"] == []
        assert written(settings, rows_with, "thanks") == set()


def _know(connection: Connection, visitor_id: str) -> None:
    connection.execute(
        text("INSERT INTO visitors (id, known_as, email, proved_at) VALUES (:id, '4711', 'wombat@example.com', 1)"),
        {"id": visitor_id},
    )
