"""The corpus' own words: which there are, in how many passages, and how they are stemmed. All SQL about them."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from trulybot.knowledge.terms import stems_of, words_of

FREQUENT = 500  # passages; fewer are counted in the index itself, in less than a millisecond
LONGEST = 40  # letters; longer ones are addresses, keys and the like
MOST_ALIKE = 400

_IN_JSON = "IN (SELECT value FROM json_each(?))"
_COUNT = "coalesce(frequent.passages, (SELECT doc FROM passages_stems WHERE term = {stem}))"


class Stale(NamedTuple):
    """What `refresh` has to change."""

    stems: list[str]  # no passage holds them any more
    frequent: dict[str, int]


def learn(connection: Connection, texts: Iterable[str]) -> None:
    """Remember the words of new passages; belongs into the write that saves them."""
    words = {word for text in texts for word in words_of(text) if _is_plain(word)}
    new = connection.exec_driver_sql(
        "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT word FROM words)", (json.dumps(sorted(words)),)
    )
    stems = stems_of(word for (word,) in new)
    if stems:
        connection.exec_driver_sql("INSERT OR IGNORE INTO words (word, stem) VALUES (?, ?)", list(stems.items()))


def passages_with(connection: Connection, stems: Iterable[str]) -> dict[str, int]:
    """In how many passages each stem occurs; those in none are left out."""
    rows = connection.exec_driver_sql(
        f"SELECT value, {_COUNT.format(stem='value')} FROM json_each(?) "
        "LEFT JOIN frequent_stems frequent ON stem = value",
        (json.dumps(list(stems)),),
    )
    return {stem: count for stem, count in rows.all() if count}


def passages_with_words(connection: Connection, words: Iterable[str]) -> dict[str, int]:
    """The same for words as they are written (their other forms count with them)."""
    rows = connection.exec_driver_sql(
        f"SELECT word, {_COUNT.format(stem='words.stem')} FROM words LEFT JOIN frequent_stems frequent USING (stem) "
        f"WHERE word {_IN_JSON}",
        (json.dumps(list(words)),),
    )
    return {word: count for word, count in rows if count}


def forms_of(connection: Connection, stems: Iterable[str]) -> dict[str, str]:
    """Every word of the corpus that has one of these stems, with its stem."""
    rows = connection.exec_driver_sql(f"SELECT word, stem FROM words WHERE stem {_IN_JSON}", (json.dumps(list(stems)),))
    return {word: stem for word, stem in rows.all()}


def words_like(connection: Connection, word: str) -> list[str]:
    """Words of about the same length that begin with the same three letters."""
    rows = connection.exec_driver_sql(
        "SELECT word FROM words WHERE word >= ? AND word < ? AND length(word) BETWEEN ? AND ? LIMIT ?",
        (word[:3], word[:3] + "\U0010ffff", len(word) - 2, len(word) + 2, MOST_ALIKE),
    )
    return [row[0] for row in rows]


def stale(connection: Connection) -> Stale:
    """Looks through the whole index, so read this apart from the short write of `refresh`."""
    gone = connection.exec_driver_sql("SELECT stem FROM words EXCEPT SELECT term FROM passages_stems")
    frequent = connection.exec_driver_sql("SELECT term, doc FROM passages_stems WHERE doc >= ?", (FREQUENT,))
    return Stale([row[0] for row in gone], {stem: count for stem, count in frequent})


def refresh(connection: Connection, found: Stale) -> None:
    connection.exec_driver_sql(f"DELETE FROM words WHERE stem {_IN_JSON}", (json.dumps(found.stems),))
    connection.exec_driver_sql("DELETE FROM frequent_stems")
    if found.frequent:
        connection.exec_driver_sql("INSERT INTO frequent_stems VALUES (?, ?)", list(found.frequent.items()))


def _is_plain(word: str) -> bool:
    return len(word) <= LONGEST and not any(letter.isdigit() for letter in word)
