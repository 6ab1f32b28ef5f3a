"""The words of a text, cut, folded and stemmed exactly as the full-text index does it."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from trulybot.kit import sqlite

_GRAMMAR = """
    a about am an and are as at be been being but by can could did do does doing for from had has have having he her
    hers him his how i if in into is it its me my no nor not of on or our ours s she should so t than that the their
    theirs them then there these they this those to too was we were what when where which who whom why will with would
    you your yours
"""
STOP_WORDS = frozenset(_GRAMMAR.split())  # they tell nothing about the subject
ENDS = frozenset(".!?।。！？\n")

TOKENIZE = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"

# Python's \w leaves out combining marks. The ranges: combining diacritics, Hebrew, Arabic, and India to Thailand,
# except the two dandas that end a sentence.
_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0e4e])+")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_ASCII_WORD_OR_END = re.compile(r"[a-z0-9]+|[.!?](?=\s)|\n")
_WORD_OR_END = re.compile(_WORD.pattern + r"|[.!?।](?=\s)|[。！？\n]")
_MARKS = re.compile(r"[\u0300-\u036f]+")


def words_of(text: str) -> list[str]:
    """All words in order, folded: lower case, without the diacritics of Latin letters."""
    folded = text.lower()
    return _ASCII_WORD.findall(folded) if folded.isascii() else _plain(_WORD.findall(folded))


def words_and_ends_of(text: str) -> list[str]:
    """The same with the marks (see ENDS) that end a sentence among them."""
    folded = text.lower()
    return _ASCII_WORD_OR_END.findall(folded) if folded.isascii() else _plain(_WORD_OR_END.findall(folded))


def with_words(text: str, replacements: dict[str, str]) -> str:
    """The text with some of its words, given as `words_of` folds them, replaced."""
    if not replacements:
        return text
    return _WORD.sub(lambda match: _replacement(match[0], replacements), text)


def stems_of(words: Iterable[str]) -> dict[str, str]:
    """The stem of each word; it is SQLite itself that is asked, so index and question cannot disagree."""
    return _stemmer().stems_of(words)


def _plain(words: list[str]) -> list[str]:
    plain = (word if word.isascii() else _MARKS.sub("", unicodedata.normalize("NFD", word)) for word in words)
    return [word for word in plain if word]  # nothing is left of a mark that stood alone


def _replacement(word: str, replacements: dict[str, str]) -> str:
    return replacements.get("".join(words_of(word)), word)


@lru_cache(maxsize=1)
def _stemmer() -> "_Stemmer":
    return _Stemmer()


class _Stemmer:
    def __init__(self) -> None:
        self._lock = Lock()
        self._connection: Any = sqlite.connect(Path(":memory:"))
        self._connection.executescript(f"""
            CREATE VIRTUAL TABLE words USING fts5 (word, content = '', tokenize = "porter {TOKENIZE}");
            CREATE VIRTUAL TABLE stems USING fts5vocab ('words', 'instance');
        """)

    def stems_of(self, words: Iterable[str]) -> dict[str, str]:
        numbered = dict(enumerate(set(words), start=1))
        if not numbered:
            return {}
        with self._lock:
            self._connection.execute("BEGIN")
            self._connection.executemany("INSERT INTO words (rowid, word) VALUES (?, ?)", numbered.items())
            found = self._connection.execute("SELECT doc, term FROM stems WHERE offset = 0").fetchall()
            self._connection.execute("ROLLBACK")
        return {numbered[number]: term for number, term in found}
