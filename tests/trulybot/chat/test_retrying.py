"""Gaps are tried again by themselves, in a workspace whose jobs run. What staff try is in test_feedback.py."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection, text

from tests.acorn import FOREIGN, PAGES, REFUNDED, RETURNS
from tests.cast import Browser
from tests.embeddings import Embeddings
from tests.trulybot.chat.knowing import (
    HOURS,
    PARKING,
    SUNDAYS,
    gap_lists,
    hurry,
    let_gaps_be_tried,
    teach,
    waiting,
)
from tests.trulybot.chat.test_curated import add, ask
from tests.trulybot.chat.test_feedback import vote
from trulybot.app import WorkspaceApplication
from trulybot.chat.retrying import AT_ONCE
from trulybot.knowledge import gaps
from trulybot.knowledge.gaps import Unhelpful
from trulybot.settings import Settings
from trulybot.workspace import written


async def wants_a_person(charlie: Browser, given: dict[str, Any]) -> None:
    asked = {"question": "Talk to a human", "conversation": given["conversation"]}
    assert (await charlie.post("/api/chat", json=asked)).json()["kind"] == "handover"


async def test_a_question_that_a_new_source_answers_leaves_the_list(
    app: WorkspaceApplication, charlie: Browser, robin: Browser, mira: Browser, settings: Settings
) -> None:
    for question in (SUNDAYS, FOREIGN):
        assert (await ask(charlie, question))["kind"] == "refused"
    assert "Nothing was closed yet" in (await mira.get("/gaps/closed")).text
    await teach(robin, "Opening hours", HOURS)
    await let_gaps_be_tried(app, settings)
    assert await gap_lists(robin) == ([FOREIGN], {SUNDAYS: f"{HOURS} [1]"})
    closed = (await mira.get("/gaps/closed")).text
    assert SUNDAYS in closed and HOURS in closed and FOREIGN not in closed


async def test_a_question_that_the_owner_answers_leaves_the_list(
    app: WorkspaceApplication, charlie: Browser, robin: Browser, settings: Settings
) -> None:
    await ask(charlie, SUNDAYS)
    await add(robin, question="Do you open on Sunday?", variants=[SUNDAYS], answer="From ten to two.")
    await let_gaps_be_tried(app, settings)
    assert await gap_lists(robin) == ([], {SUNDAYS: "From ten to two."})


async def test_it_opens_again_when_the_answer_does_not_help(
    app: WorkspaceApplication, charlie: Browser, robin: Browser, settings: Settings
) -> None:
    await ask(charlie, SUNDAYS)
    await add(robin, question=SUNDAYS, answer="Perhaps.")
    await let_gaps_be_tried(app, settings)
    assert await gap_lists(robin) == ([], {SUNDAYS: "Perhaps."})
    await vote(charlie, await ask(charlie, SUNDAYS), "down")
    assert await gap_lists(robin) == ([SUNDAYS], {})
    await teach(robin, "Parking", PARKING)
    await let_gaps_be_tried(app, settings)
    assert await gap_lists(robin) == ([SUNDAYS], {})


async def test_what_was_disliked_stays_until_there_is_another_answer(
    app: WorkspaceApplication, charlie: Browser, robin: Browser, settings: Settings
) -> None:
    await vote(charlie, await ask(charlie, REFUNDED), "down")
    await teach(robin, "Parking", PARKING)
    await let_gaps_be_tried(app, settings)
    assert await gap_lists(robin) == ([REFUNDED], {})
    better = "The refund arrives on the fifth working day, on the account that you paid from."
    await teach(robin, "When the refund arrives", better)
    await let_gaps_be_tried(app, settings)
    questions, answered = await gap_lists(robin)
    assert questions == []
    assert better in answered[REFUNDED]


async def test_the_same_document_again_is_no_other_answer(
    app: WorkspaceApplication, charlie: Browser, robin: Browser, settings: Settings
) -> None:
    await vote(charlie, await ask(charlie, REFUNDED), "down")
    for document in (await robin.get("/api/documents")).json()["documents"]:
        await robin.delete(f"/api/documents/{document['id']}")
    await let_gaps_be_tried(app, settings)
    assert (await robin.get("/api/search", params={"q": REFUNDED})).json()["passages"] == []
    await robin.post("/api/text-upload", files={"file": (f"{RETURNS}.md", PAGES[RETURNS].encode())})
    await let_gaps_be_tried(app, settings)
    assert (await ask(charlie, REFUNDED))["kind"] == "quoted"
    assert await gap_lists(robin) == ([REFUNDED], {})


async def test_who_wanted_a_person_after_an_answer_needs_another(
    app: WorkspaceApplication, charlie: Browser, robin: Browser, settings: Settings
) -> None:
    await wants_a_person(charlie, await ask(charlie, REFUNDED))
    await teach(robin, "Parking", PARKING)
    await let_gaps_be_tried(app, settings)
    assert await gap_lists(robin) == ([REFUNDED], {})
    (gap,) = (await robin.get("/api/gaps")).json()["gaps"]
    (tried,) = (await robin.post(f"/api/gaps/{gap['id']}/attempt")).json()["attempts"]
    assert (tried["kind"], tried["closed"]) == ("quoted", False)
    await add(robin, question=REFUNDED, answer="On the fifth working day.")
    await let_gaps_be_tried(app, settings)
    assert await gap_lists(robin) == ([], {REFUNDED: "On the fifth working day."})


async def test_who_wanted_a_person_after_a_refusal_needs_any(
    app: WorkspaceApplication, charlie: Browser, robin: Browser, settings: Settings
) -> None:
    await wants_a_person(charlie, await ask(charlie, SUNDAYS))
    await teach(robin, "Opening hours", HOURS)
    await let_gaps_be_tried(app, settings)
    assert await gap_lists(robin) == ([], {SUNDAYS: f"{HOURS} [1]"})


async def test_what_is_excluded_or_gone_answers_nothing_and_what_is_closed_stays_closed(
    app: WorkspaceApplication, charlie: Browser, robin: Browser, settings: Settings
) -> None:
    await ask(charlie, SUNDAYS)
    document = await teach(robin, "Opening hours", HOURS)
    written(settings, _exclude, document)
    await let_gaps_be_tried(app, settings)
    assert await gap_lists(robin) == ([SUNDAYS], {})
    other = await teach(robin, "Opening hours", HOURS)
    await let_gaps_be_tried(app, settings)
    assert await gap_lists(robin) == ([], {SUNDAYS: f"{HOURS} [1]"})
    assert (await robin.delete(f"/api/documents/{other}")).status_code == 204
    await let_gaps_be_tried(app, settings)
    assert (await gap_lists(robin))[0] == []


async def test_nothing_is_tried_before_a_quiet_minute_nor_while_documents_are_indexed(
    app: WorkspaceApplication, charlie: Browser, robin: Browser, settings: Settings, embedding_service: Embeddings
) -> None:
    await ask(charlie, SUNDAYS)
    assert written(settings, waiting) == []
    await teach(robin, "Opening hours", HOURS)
    async with asyncio.timeout(20):
        while written(settings, _at_work):
            await asyncio.sleep(0.05)
    (seconds,) = written(settings, waiting)
    assert 50 <= seconds <= 60
    embedding_service.open.clear()
    try:
        await robin.post("/api/text-upload", json={"title": "Parking", "text": PARKING})
        written(settings, hurry)
        async with asyncio.timeout(20):
            while written(settings, waiting) and written(settings, waiting)[0] <= 0:
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.2)
        assert (await gap_lists(robin))[0] == [SUNDAYS]
        (seconds,) = written(settings, waiting)
        assert 50 <= seconds <= 60
    finally:
        embedding_service.open.set()
    await let_gaps_be_tried(app, settings)
    assert (await gap_lists(robin))[0] == []


async def test_a_run_tries_some_and_the_next_the_others_without_any_call(
    app: WorkspaceApplication, robin: Browser, settings: Settings, embedding_service: Embeddings
) -> None:
    for number in range(AT_ONCE + 5):
        written(settings, _note_gap, f"Which opera number {number} did Puccini write?")
    await let_gaps_be_tried(app, settings)  # they are grouped by now, so each has a vector
    await teach(robin, "Parking", PARKING)
    async with asyncio.timeout(20):
        while written(settings, _at_work):
            await asyncio.sleep(0.05)
    before = dict(embedding_service.embedded)
    written(settings, hurry)
    async with asyncio.timeout(30):
        while written(settings, _tried) < AT_ONCE or not written(settings, waiting):
            await asyncio.sleep(0.05)
    assert (written(settings, _tried), written(settings, waiting)[0] > 50) == (AT_ONCE, True)
    await let_gaps_be_tried(app, settings)
    assert written(settings, _tried) == AT_ONCE + 5
    assert embedding_service.embedded == before


async def test_while_the_embedding_model_is_out_of_reach_nothing_is_decided(
    app: WorkspaceApplication,
    charlie: Browser,
    robin: Browser,
    settings: Settings,
    embedding_service: Embeddings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    written(settings, _note_gap, SUNDAYS)
    await teach(robin, "Opening hours", HOURS)
    async with asyncio.timeout(20):
        while written(settings, _at_work):
            await asyncio.sleep(0.05)
    written(settings, _forget_vectors)
    embedding_service.broken = True
    try:
        written(settings, hurry)
        async with asyncio.timeout(30):
            while "CannotTry" not in caplog.text:
                await asyncio.sleep(0.05)
        assert (await gap_lists(robin))[0] == [SUNDAYS]
    finally:
        embedding_service.broken = False
    await let_gaps_be_tried(app, settings)
    assert (await gap_lists(robin))[0] == []


async def test_a_workspace_without_gaps_tries_nothing(
    app: WorkspaceApplication, robin: Browser, settings: Settings
) -> None:
    await teach(robin, "Parking", PARKING)
    assert written(settings, waiting) == []


async def test_a_question_joins_those_that_are_left_of_its_topic(
    app: WorkspaceApplication, charlie: Browser, robin: Browser, settings: Settings
) -> None:
    first, second, third = FOREIGN, f"So {FOREIGN}", f"But {FOREIGN}"
    for question in (first, second):
        await ask(charlie, question)
        await let_gaps_be_tried(app, settings)
    written(settings, _close, first)
    await ask(charlie, third)
    await let_gaps_be_tried(app, settings)
    (gap,) = (await robin.get("/api/gaps")).json()["gaps"]
    assert set(gap["examples"]) == {second, third}


def _at_work(connection: Connection) -> int:
    left: int = connection.execute(text("SELECT count(*) FROM jobs WHERE run_at <= unixepoch()")).scalar_one()
    return left


def _tried(connection: Connection) -> int:
    query = "SELECT count(*) FROM gaps WHERE tried = (SELECT version FROM knowledge_version)"
    found: int = connection.execute(text(query)).scalar_one()
    return found


def _exclude(connection: Connection, document: str) -> None:
    connection.execute(text("UPDATE passages SET excluded_at = 1 WHERE source_id = :id"), {"id": document})


def _close(connection: Connection, question: str) -> None:
    connection.execute(text("UPDATE gaps SET closed_at = 1 WHERE question = :question"), {"question": question})


def _note_gap(connection: Connection, question: str) -> None:
    gaps.note(connection, question, "refused", Unhelpful(None, []))


def _forget_vectors(connection: Connection) -> None:
    connection.execute(text("UPDATE gaps SET vector = NULL"))
