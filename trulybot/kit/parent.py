"""The child's side of kit/child.py: its parent's calls come in, answers go out, from any thread."""

import logging
import os
import sys
from collections.abc import Iterator
from threading import Lock
from typing import BinaryIO

import msgspec

from trulybot.kit.frames import LENGTH, LOG, Answer, Call, Failure, framed, length_of, raw


class Parent:
    def __init__(self, calls: BinaryIO, answers: BinaryIO) -> None:
        self._calls = calls
        self._answers = answers
        self._writing = Lock()

    def calls(self) -> Iterator[Call]:
        """Ends when the parent closes the pipe or is gone."""
        while len(header := self._calls.read(LENGTH.size)) == LENGTH.size:
            yield msgspec.msgpack.decode(self._calls.read(length_of(header)), type=Call)

    def answer(self, number: int, value: object) -> None:
        self._write(Answer(number, None, raw(value)))

    def refuse(self, number: int, kind: str, sentence: str) -> None:
        self._write(Answer(number, Failure(kind, sentence), raw(None)))

    def log(self, sentence: str) -> None:
        self._write(Answer(LOG, Failure("log", sentence), raw(None)))

    def _write(self, answer: Answer) -> None:
        frame = framed(answer)
        with self._writing:
            self._answers.write(frame)
            self._answers.flush()


class ToParent(logging.Handler):
    """What our own code logs stands in the parent's log. Libraries may quote what they read, so theirs is dropped."""

    def __init__(self, parent: Parent) -> None:
        super().__init__(logging.WARNING)
        self._parent = parent

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] in ("trulybot", "__main__"):
            self._parent.log(self.format(record))


def parent_of_this_process() -> Parent:
    """Takes the pipes for itself: what a library prints must not land among the answers."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    calls = os.fdopen(os.dup(0), "rb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdout = sys.stderr
    return Parent(calls, answers)
