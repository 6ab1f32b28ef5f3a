from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from trulybot.kit import sqlite
from trulybot.knowledge.terms import STOP_WORDS, TOKENIZE, stems_of, with_words, words_of

LETTERS = "aZ09 -_'.,é\u0301üÀßñक्याहिंदी।தமிழ்שלוםسلام中文かな"


def words_by_sqlite(text: str) -> list[str]:
    connection = sqlite.connect(Path(":memory:"))
    connection.executescript(f"""
        CREATE VIRTUAL TABLE texts USING fts5 (text, tokenize = "{TOKENIZE}");
        CREATE VIRTUAL TABLE words USING fts5vocab ('texts', 'instance');
    """)
    connection.execute("INSERT INTO texts VALUES (?)", (text,))
    words = [word for (word,) in connection.execute("SELECT term FROM words ORDER BY offset") if word]
    connection.close()
    return words


@given(st.text(alphabet=LETTERS, max_size=40))
@example("Größe, naïve café – don't 3.5 e-mail snake_case")
@example("हिन्दी में कैसे?")
@example("\u0301")
def test_words_are_those_of_the_index(text: str) -> None:
    assert words_of(text) == words_by_sqlite(text)


def test_stems_are_those_of_the_index() -> None:
    assert stems_of(["connection", "connected", "running", "हिन्दी"]) == {
        "connection": "connect",
        "connected": "connect",
        "running": "run",
        "हिन्दी": "हिन्दी",
    }
    assert stems_of([]) == {}


def test_stop_words_tell_nothing_of_a_subject() -> None:
    assert {"what", "the", "is"} <= STOP_WORDS
    assert not {"refund", "password", "price"} & STOP_WORDS


def test_only_the_named_words_are_replaced() -> None:
    assert with_words("Wher is my Pacel, pacels?", {"pacel": "parcel"}) == "Wher is my parcel, pacels?"
    assert with_words("Untouched  text", {}) == "Untouched  text"
