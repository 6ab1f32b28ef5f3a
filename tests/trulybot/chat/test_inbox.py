"""The inbox’s list: views, search, and what is unread to whom; kept right by the database, whatever happens."""

from typing import Any

import pytest
from sqlalchemy import Connection, text

from tests.acorn import FOREIGN, REFUNDED
from tests.cast import Browser
from tests.trulybot.chat.test_curated import ask
from tests.trulybot.chat.test_handover import WORDS, go_on, hand_back, say, take_over
from trulybot.chat import inbox, inbox_queries
from trulybot.chat.inbox import Listed
from trulybot.chat.inbox_models import SHOWS, Show
from trulybot.kit.lists import place_from
from trulybot.settings import Settings
from trulybot.workspace import written

MIRAS = 1  # the first who was added to the staff


def listed(settings: Settings, show: Show = "", typed: str = "", cursor: str | None = None) -> Listed:
    return written(settings, inbox.listed, inbox.sought(MIRAS, show, typed), place_from(cursor))


def found(settings: Settings, show: Show = "", typed: str = "") -> list[str]:
    return [line.id for line in listed(settings, show, typed).lines]


def id_of(given: dict[str, Any]) -> str:
    named: str = given["conversation"].partition(".")[0]
    return named


def views(settings: Settings, given: dict[str, Any]) -> set[str]:
    return {show for show in SHOWS if show and id_of(given) in found(settings, show)}


async def vote(browser: Browser, given: dict[str, Any], vote: str) -> None:
    path = f"/api/chat/{given['conversation']}/turns/{given['turn']}/feedback"
    assert (await browser.post(path, json={"vote": vote})).status_code == 200


async def test_each_view_has_what_it_says_and_loses_it_again(
    mira: Browser, charlie: Browser, robin: Browser, settings: Settings
) -> None:
    given = await ask(charlie, REFUNDED)
    assert views(settings, given) == {"unread"}
    refused = await ask(charlie, FOREIGN)
    assert views(settings, refused) == {"unread", "unanswered"}
    await vote(charlie, given, "down")
    assert views(settings, given) == {"unread", "disliked"}
    await vote(charlie, given, "up")
    assert views(settings, given) == {"unread"}
    await go_on(charlie, given, "Talk to a human")
    assert views(settings, given) == {"unread", "wanted"}
    await take_over(robin, given)
    await go_on(charlie, given, "Are you there?")
    assert views(settings, given) == {"unread", "open"}
    await hand_back(robin, given)
    assert views(settings, given) == {"unread"}
    left = {"fields": {"email": "nora@fjord.example"}, "conversation": given["conversation"], "consent": True}
    lead = (await charlie.post("/api/leads", json=left)).json()["lead"]
    assert views(settings, given) == {"unread", "lead"}
    assert (await robin.delete(f"/api/leads/{lead}")).status_code == 204
    assert views(settings, given) == {"unread"}
    assert found(settings) == [id_of(given), id_of(refused)] or found(settings) == [id_of(refused), id_of(given)]


async def test_a_line_has_the_last_words_and_counts_the_questions(
    mira: Browser, charlie: Browser, robin: Browser, settings: Settings
) -> None:
    given = await ask(charlie, REFUNDED)
    await go_on(charlie, given, FOREIGN)
    (line,) = listed(settings).lines
    assert (line.first_question, line.last_words, line.questions) == (REFUNDED, FOREIGN, 2)
    assert (line.last_kind, line.refused, line.is_unread) == ("refused", 1, 1)
    await take_over(robin, given)
    await say(robin, given)
    (line,) = listed(settings).lines
    assert (line.last_words, line.taken_by) == (WORDS, "robin")


async def test_what_was_said_is_found_by_whoever_said_it(charlie: Browser, robin: Browser, settings: Settings) -> None:
    given = await ask(charlie, REFUNDED)
    other = await ask(charlie, FOREIGN)
    await take_over(robin, given)
    await say(robin, given, "Your parcel is in the crème brûlée department.")
    assert found(settings, typed="refund") == [id_of(given)]
    assert found(settings, typed="five working") == [id_of(given)]
    assert found(settings, typed="CREME depart") == [id_of(given)]
    assert found(settings, typed="tosca") == [id_of(other)]
    assert found(settings, typed="refund tosca") == []
    assert found(settings, "unanswered", "tosca") == [id_of(other)]
    assert found(settings, "unanswered", "refund") == []
    assert found(settings, typed="zzz") == []


@pytest.mark.parametrize(
    "typed",
    [
        '"', '""', "'", "*", "refund*", "refund AND", "NOT refund", "OR", "NEAR(refund 5)", "words: refund",
        "^refund", "refund)", "(((", "-refund", "refund -", "{a b}: c", "a" * 200, "🦊", "\0", "refund\0", "%", "_",
        "\\", "e-mail", "said_index", "; DROP TABLE turns; --", "ﬁ", "\ud7ff", "१२", "a" * 50 + " " + "b" * 100,
    ],
)  # fmt: skip
async def test_no_search_is_hostile_enough_to_fail(mira: Browser, charlie: Browser, typed: str) -> None:
    await ask(charlie, REFUNDED)
    page = await mira.get("/inbox", params={"q": typed})
    assert page.status_code == 200
    assert 'role="search"' in page.text


async def test_the_search_of_a_deleted_conversation_finds_nothing_and_its_words_are_gone(
    charlie: Browser, robin: Browser, settings: Settings
) -> None:
    given = await ask(charlie, "When does the wombat refund arrive?")
    await take_over(robin, given)
    await say(robin, given, "The wombats were sent.")
    assert found(settings, typed="wombat") == [id_of(given)]
    assert written(settings, indexed, b"wombat")
    assert (await charlie.delete(f"/api/chat/{given['conversation']}")).status_code == 200
    assert found(settings, typed="wombat") == []
    assert not written(settings, indexed, b"wombat")
    assert not written(settings, rows_of_unread)


async def test_pages_of_a_list_and_of_a_search_follow_each_other(mira: Browser, settings: Settings) -> None:
    written(settings, fill, 120)
    for typed in ("", "wombat"):
        seen: list[str] = []
        cursor = None
        for _ in range(3):
            page = listed(settings, "", typed, cursor)
            seen += [line.id for line in page.lines]
            cursor = page.following
        assert cursor is None
        assert len(seen) == len(set(seen)) == 120
        assert seen == sorted(seen, reverse=True)


async def test_a_conversation_that_a_page_has_shown_is_not_on_a_later_one(mira: Browser, settings: Settings) -> None:
    written(settings, fill, 60)
    written(settings, ask_again, "c_000")
    first = listed(settings, typed="wombat")
    second = listed(settings, typed="wombat", cursor=first.following)
    assert first.lines[0].id == "c_000"
    assert "c_000" not in [line.id for line in second.lines]
    assert len(first.lines) + len(second.lines) == 60


async def test_a_search_that_has_looked_through_enough_says_where_to_go_on(
    mira: Browser, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_queries, "MOST_MATCHES", 10)
    written(settings, fill, 25)
    written(settings, refuse, "c_003")
    cursor, looked = None, 0
    while not (page := listed(settings, "unanswered", "wombat", cursor)).lines:
        cursor, looked = page.following, looked + 1
        assert cursor and looked < 5
    assert [line.id for line in page.lines] == ["c_003"]


async def test_unread_is_each_teammates_own(mira: Browser, asha: Browser, charlie: Browser, settings: Settings) -> None:
    given = await ask(charlie, REFUNDED)
    path = f"/inbox/{id_of(given)}"
    for reader in (mira, asha):
        assert 'class="talk unread"' in (await reader.get("/inbox")).text
    await mira.get(path)
    assert 'class="talk unread"' not in (await mira.get("/inbox")).text
    assert 'class="talk unread"' in (await asha.get("/inbox")).text
    assert written(settings, inbox_queries.unread, 1) == 0
    assert written(settings, inbox_queries.unread, 2) == 1
    await go_on(charlie, given, FOREIGN)
    assert written(settings, inbox_queries.unread, 1) == 1


async def test_read_can_be_taken_back_and_all_can_be_read_at_once(
    mira: Browser, charlie: Browser, settings: Settings
) -> None:
    given = await ask(charlie, REFUNDED)
    csrf = await mira.csrf()
    path = f"/inbox/{id_of(given)}"
    await mira.get(path)
    assert (await mira.submit(f"{path}/unread", csrf=csrf)).status_code == 303
    assert written(settings, inbox_queries.unread, MIRAS) == 1
    await ask(charlie, FOREIGN)
    assert (await mira.submit("/inbox/read", csrf=csrf)).status_code == 303
    assert written(settings, inbox_queries.unread, MIRAS) == 0
    assert (await mira.submit("/inbox/c_none/unread", csrf=csrf)).status_code == 303
    assert written(settings, inbox_queries.unread, MIRAS) == 0


async def test_a_program_that_reads_makes_nothing_read(
    mira: Browser, robin: Browser, charlie: Browser, settings: Settings
) -> None:
    given = await ask(charlie, REFUNDED)
    assert (await robin.get(f"/inbox/{id_of(given)}")).status_code == 200
    assert written(settings, inbox_queries.unread, MIRAS) == 1


def indexed(connection: Connection, word: bytes) -> bool:
    blocks = connection.execute(text("SELECT block FROM said_index_data")).scalars()
    return any(word in bytes(block) or word[1:] in bytes(block) for block in blocks)


def rows_of_unread(connection: Connection) -> int:
    count: int = connection.execute(text("SELECT count(*) FROM unread")).scalar_one()
    return count


def fill(connection: Connection, number: int) -> None:
    for each in range(number):
        given = {"id": f"c_{each:03}", "at": 1000 + each}
        sql = "INSERT INTO conversations (id, started_at, asked_at) VALUES (:id, :at, :at)"
        connection.execute(text(sql), given)
        ask_again(connection, given["id"], given["at"])


def ask_again(connection: Connection, conversation_id: object, at: object = 9000) -> None:
    sql = """
        INSERT INTO turns (id, conversation_id, question, answer, kind, state, asked_at)
        VALUES (:turn, :id, 'Where is my wombat?', 'At the zoo.', 'quoted', 'done', :at)
    """
    connection.execute(text(sql), {"turn": f"t_{conversation_id}_{at}", "id": conversation_id, "at": at})


def refuse(connection: Connection, conversation_id: str) -> None:
    connection.execute(text("UPDATE conversations SET refused = 1 WHERE id = :id"), {"id": conversation_id})
