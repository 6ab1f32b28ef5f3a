from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from trulybot.kit.database import Database
from trulybot.kit.events import LONGEST, Actor, Sought, actions, found, found_after, record, record_some
from trulybot.kit.migrate import migrate

MIRA = Actor("mira@acorn.example", "203.0.113.7")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    product = tmp_path / "product" / "migrations"
    product.mkdir(parents=True)
    migrate(tmp_path / "data.db", product)
    db = Database(tmp_path / "data.db")
    yield db
    db.close()


EVERYTHING = Sought()


def subjects(db: Database, sought: Sought = EVERYTHING, most: int = 9, before: int | None = None) -> list[str]:
    return [event.subject for event in db.write_now(found, sought, most, before)]


def test_what_was_recorded_is_found_the_latest_first(db: Database) -> None:
    for title in ("One", "Two", "Three"):
        db.write_now(record, MIRA, "Deleted a source", title, "12 passages")
    assert subjects(db) == ["Three", "Two", "One"]
    (latest,) = db.write_now(found, Sought(), 1)
    assert (latest.actor, latest.address, latest.action) == (MIRA.name, MIRA.address, "Deleted a source")
    assert latest.detail == "12 passages" and latest.at > 1_700_000_000
    assert subjects(db, most=2, before=latest.id) == ["Two", "One"]
    assert [event.subject for event in db.write_now(found_after, Sought(), 2, 1)] == ["Two", "Three"]


def test_every_word_is_sought_in_all_that_is_known(db: Database) -> None:
    db.write_now(record, MIRA, "Deleted a source", "Opening hours 100%")
    db.write_now(record, Actor("robin", "198.51.100.9", True), "Deleted a source", "Prices")
    assert subjects(db, Sought("OPENING mira")) == ["Opening hours 100%"]
    assert subjects(db, Sought("198.51")) == ["Prices"]
    assert subjects(db, Sought("0%")) == ["Opening hours 100%"]
    assert subjects(db, Sought("% _")) == []
    assert subjects(db, Sought("' OR 1=1 --")) == []


def test_actions_are_named_once_and_chosen_by(db: Database) -> None:
    assert db.write_now(actions) == []
    for action in ("Signed in", "Made a key", "Signed in"):
        db.write_now(record, MIRA, action, action)
    assert db.write_now(actions) == ["Made a key", "Signed in"]
    assert subjects(db, Sought(action="Signed in")) == ["Signed in", "Signed in"]


def test_strangers_cannot_fill_the_log(db: Database) -> None:
    for _ in range(12):
        db.write_now(record_some, Actor("", "198.51.100.9"), "Sign-in refused", "x", most=5, seconds=3600)
    assert len(subjects(db, most=99)) == 5


def test_long_texts_are_cut(db: Database) -> None:
    db.write_now(record, MIRA, "Deleted a source", "x" * 5000)
    assert subjects(db) == ["x" * LONGEST]


def test_nobody_changes_what_was_recorded(db: Database) -> None:
    db.write_now(record, MIRA, "Signed in")
    with pytest.raises(SQLAlchemyError, match="never changed"):
        db.write_now(lambda connection: connection.exec_driver_sql("UPDATE events SET actor = 'gopal'"))
    assert [event.actor for event in db.write_now(found, Sought(), 9)] == [MIRA.name]
