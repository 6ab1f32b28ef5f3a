"""What is logged of a failure says of what kind and where it was, and quotes nobody."""

import asyncio
import errno
import io
import logging
import sqlite3

import pytest

from trulybot.kit import logs
from trulybot.kit.logs import note_in_background, without_words

WORDS = "I am Zebedee Quill"


def failed(error: Exception, cause: Exception | None = None) -> Exception:
    try:
        raise error from cause
    except Exception as raised:
        return raised


def formatted(record: logging.LogRecord) -> str:
    stream = io.StringIO()
    handler = logs.handler(stream)
    handler.handle(record)
    return stream.getvalue()


def test_kind_and_place_are_told_and_words_are_not() -> None:
    told = without_words(failed(ValueError(WORDS)))
    assert told.startswith("ValueError at\n")
    assert "test_logs.py" in told and "in failed" in told
    assert WORDS not in told


def test_what_caused_it_is_told_without_words_too() -> None:
    told = without_words(failed(RuntimeError(WORDS), failed(KeyError(WORDS))))
    assert "RuntimeError" in told and "in consequence of KeyError" in told
    assert WORDS not in told


def test_every_failure_of_a_group_is_told() -> None:
    told = without_words(failed(ExceptionGroup(WORDS, [failed(ValueError(WORDS)), failed(KeyError(WORDS))])))
    assert all(kind in told for kind in ("ExceptionGroup", "ValueError", "KeyError"))
    assert WORDS not in told


def test_codes_are_told() -> None:
    assert without_words(OSError(errno.ENOSPC, WORDS)) == "OSError ENOSPC"
    with pytest.raises(sqlite3.Error) as caught:
        sqlite3.connect(":memory:").execute("SELECT * FROM nothing")
    assert without_words(caught.value).startswith("sqlite3.OperationalError SQLITE_ERROR at\n")


def test_a_librarys_traceback_is_logged_without_its_words() -> None:
    error = failed(ValueError(WORDS))
    record = logging.LogRecord(
        "a.library", logging.ERROR, "", 1, "It failed", (), (ValueError, error, error.__traceback__)
    )
    said = formatted(record)
    assert "ERROR a.library: It failed\nValueError at" in said
    assert WORDS not in said


async def test_what_fails_in_the_background_is_told_without_words(caplog: pytest.LogCaptureFixture) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(note_in_background)
    task = asyncio.create_task(_fail())
    await asyncio.wait([task])
    del task
    loop.call_soon(_fail_with, WORDS)
    await asyncio.sleep(0)
    assert caplog.text.count("Something in the background failed: ValueError at") == 2
    assert WORDS not in caplog.text


async def _fail() -> None:
    raise ValueError(WORDS)


def _fail_with(words: str) -> None:
    raise ValueError(words)
