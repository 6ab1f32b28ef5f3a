"""A workspace that visitors have talked with for a year: conversations, leads, gaps, answers and a long audit log."""

import random
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, TextClause, text

from tests.benchmarks import synthetic
from trulybot.account import queries
from trulybot.kit.clock import DAY, now
from trulybot.kit.database import Database
from trulybot.kit.migrate import migrate
from trulybot.settings import Settings
from trulybot.workspace import MIGRATIONS

QUESTIONS = 4  # of a conversation: with their answers and two messages of a person, ten in all are said
LEADS = 10  # conversations for each
AT_ONCE = 2_000  # rows in one write

COMMON, RARE = synthetic.word(60), synthetic.word(20_000)

KINDS = ("quoted", "quoted", "generated", "curated", "cached", "refused")
STATUSES = ("new", "new", "contacted", "qualified", "won", "lost")

Row = dict[str, Any]


def conversation_id(number: int) -> str:
    return f"c_{number:016d}"


def lead_id(number: int) -> str:
    return f"l_{number:016d}"


def fill(settings: Settings, conversations: int) -> None:
    """Ten messages for each conversation, spread over the last year; says on standard error how far it is."""
    migrate(settings.database, MIGRATIONS)
    database = Database(settings.database)
    try:
        database.write_now(queries.add_staff, "mira@acorn.example", "no password", "owner")
        for name, rows in _tables(conversations).items():
            _insert(database, name, rows)
        database.write_now(lambda c: c.execute(text("ANALYZE")))
    finally:
        database.close()
    print(file=sys.stderr)


def _insert(database: Database, table: str, rows: Iterable[Row]) -> None:
    waiting, done = iter(rows), 0
    while batch := list(islice(waiting, AT_ONCE)):
        columns = ", ".join(batch[0])
        statement = text(f"INSERT INTO {table} ({columns}) VALUES ({', '.join(f':{name}' for name in batch[0])})")
        database.write_now(_insert_all, statement, batch)
        done += len(batch)
        print(f"\r  {table}: {done:,} rows{'':20}", end="", file=sys.stderr, flush=True)


def _insert_all(connection: Connection, statement: TextClause, rows: list[Row]) -> None:
    connection.execute(statement, rows)


def _tables(conversations: int) -> dict[str, Iterator[Row]]:
    said = synthetic.sentences()
    chance = random.Random(5)
    ended = now()

    def at(number: int) -> int:
        return ended - 365 * DAY * (conversations - number) // conversations

    numbers = range(conversations)
    turns = ((number, turn) for number in numbers for turn in range(QUESTIONS))
    return {
        "conversations": ({"id": conversation_id(n), "started_at": at(n), "asked_at": at(n)} for n in numbers),
        "turns": (_turn(number, turn, at(number), said, chance) for number, turn in turns),
        "feedback": (_vote(number, at(number), chance) for number in numbers if number % 5 == 0),
        "messages": (_message(number, at(number), said) for number in numbers for _ in range(2)),
        "leads": (_lead(number, at(number * LEADS), said, chance) for number in range(conversations // LEADS)),
        "lead_captures": (_capture(number, at(number * LEADS)) for number in range(conversations // LEADS)),
        "gaps": (_gap(number, ended - number, said) for number in range(conversations // 50)),
        "sources": (_source(number, ended) for number in range(conversations // 200)),
        "curated": (_answer(number, conversations // 200, ended, said) for number in range(conversations // 50)),
        "events": (_event(number, ended - number, said) for number in range(conversations // 2)),
    }


def _turn(number: int, turn: int, at: int, said: Callable[[int], str], chance: random.Random) -> Row:
    return {
        "id": f"t_{number * QUESTIONS + turn:016d}",
        "conversation_id": conversation_id(number),
        "question": said(8),
        "answer": said(24),
        "kind": chance.choice(KINDS),
        "state": "done",
        "asked_at": at + turn,
        "answered_at": at + turn,
    }


def _vote(number: int, at: int, chance: random.Random) -> Row:
    return {
        "turn_id": f"t_{number * QUESTIONS:016d}",
        "vote": chance.choice(("up", "up", "down")),
        "given_at": at,
    }


def _message(number: int, at: int, said: Callable[[int], str]) -> Row:
    return {
        "conversation_id": conversation_id(number),
        "author": "mira@acorn.example",
        "text": said(16),
        "sent_at": at + 60,
    }


def _lead(number: int, at: int, said: Callable[[int], str], chance: random.Random) -> Row:
    name = said(2)
    return {
        "id": lead_id(number),
        "email": f"visitor{number}@example.com",
        "name": name,
        "words": f"visitor{number}@example.com {name} {said(6)}",
        "status": chance.choice(STATUSES),
        "created_at": at,
        "captured_at": at,
    }


def _capture(number: int, at: int) -> Row:
    return {
        "id": lead_id(number),
        "lead_id": lead_id(number),
        "conversation_id": conversation_id(number * LEADS),
        "fields": "{}",
        "captured_at": at,
    }


def _gap(number: int, at: int, said: Callable[[int], str]) -> Row:
    question = f"{said(8)} {number}"
    return {"question": question, "normal": question, "asked": 1 + number % 40, "first_at": at - DAY, "last_at": at}


def _source(number: int, at: int) -> Row:
    return {
        "id": f"s_{number:016d}",
        "kind": "pairs",
        "title": f"Answers {number}",
        "status": "ready",
        "created_at": at,
    }


def _answer(number: int, sources: int, at: int, said: Callable[[int], str]) -> Row:
    source = f"s_{number % sources:016d}"
    return {"source_id": source, "question": f"{said(8)} {number}", "answer": said(24), "created_at": at - number}


def _event(number: int, at: int, said: Callable[[int], str]) -> Row:
    return {
        "at": at,
        "actor": "mira@acorn.example",
        "address": "127.0.0.1",
        "action": "Changed settings",
        "subject": said(3),
    }
