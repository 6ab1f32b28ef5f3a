"""The child process: reads strangers' files and embeds texts, within limits. Its one argument: bytes of memory."""

import itertools
import logging
import os
import queue
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import msgspec

from trulybot.kit.confinement import confine
from trulybot.kit.frames import Call
from trulybot.kit.logs import without_words
from trulybot.kit.parent import Parent, ToParent, parent_of_this_process
from trulybot.kit.texts import N_
from trulybot.knowledge.reading.document import ReadingFailed
from trulybot.knowledge.reading.opening import Reading, opened
from trulybot.knowledge.reading.wire import Open

if TYPE_CHECKING:
    from trulybot.llm.minilm.model import MiniLM

log = logging.getLogger(__name__)

DAMAGED = N_(
    "This document is damaged, or made in a way that cannot be read. Save it again, or as PDF, and upload that."
)
TOO_MUCH_MEMORY = N_("Reading this document takes more memory than it may. Split it and upload the pieces.")
NO_MODEL = N_("The embedding model's files are missing or damaged. Install TrulyBot again, or run `trulybot doctor`.")


class _Lost(Exception):
    """The reading was opened in a process that has died since."""


class Embed(msgspec.Struct):
    texts: list[str]
    urgent: bool


def main() -> None:
    confine(int(sys.argv[1]))
    sys.setswitchinterval(0.001)  # a reader in pure Python shall not keep a visitor's question waiting
    parent = parent_of_this_process()
    logging.getLogger().addHandler(ToParent(parent))
    embedding, reading = _Embedding(parent), _Readings(parent)
    for call in parent.calls():
        (embedding if call.verb == "embed" else reading).take(call)
    os._exit(0)  # the parent is done with us or gone; whatever a thread is in the middle of is for nobody


class _Readings:
    """One thread reads; documents that are open at once take turns, a batch each."""

    def __init__(self, parent: Parent) -> None:
        self._parent = parent
        self._calls: queue.SimpleQueue[Call] = queue.SimpleQueue()
        self._open: dict[int, Reading] = {}
        self._started = False

    def take(self, call: Call) -> None:
        self._calls.put(call)
        if not self._started:
            self._started = True
            threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while True:
            call = self._calls.get()
            try:
                self._parent.answer(call.number, self._answer(call))
            except _Lost:
                self._parent.refuse(call.number, "lost", DAMAGED)
            except ReadingFailed as failure:
                self._parent.refuse(call.number, "unreadable", failure.sentence)
            except MemoryError:
                for number in list(self._open):  # what they hold may be why
                    self._close(number)
                self._parent.refuse(call.number, "unreadable", TOO_MUCH_MEMORY)
            except Exception as error:  # whatever the libraries raise on what strangers wrote
                log.error("Reading failed: %s", without_words(error))
                self._parent.refuse(call.number, "unreadable", DAMAGED)

    def _answer(self, call: Call) -> object:
        if call.verb == "open":
            return self._opened(msgspec.msgpack.decode(call.arguments, type=Open))
        number = msgspec.msgpack.decode(call.arguments, type=int)
        if call.verb == "next":
            if number not in self._open:
                raise _Lost
            return self._open[number].next_batch()
        return self._close(number)

    def _opened(self, wish: Open) -> object:
        reading = opened(Path(wish.path), wish.name, wish.title, wish.wanted, wish.limits)
        self._open[wish.reading] = reading
        return reading.opened

    def _close(self, number: int) -> bool:
        if reading := self._open.pop(number, None):
            reading.close()
        return reading is not None


class _Embedding:
    """A few threads embed text by text, so that a visitor's question waits for one passage at most."""

    def __init__(self, parent: Parent) -> None:
        self._parent = parent
        self._wishes: queue.PriorityQueue[_Wish] = queue.PriorityQueue()
        self._order = itertools.count()
        self._started = False

    def take(self, call: Call) -> None:
        embed = msgspec.msgpack.decode(call.arguments, type=Embed)
        self._wishes.put(_Wish(not embed.urgent, next(self._order), call.number, embed.texts))
        if not self._started:
            self._started = True
            threading.Thread(target=self._begin, daemon=True).start()

    def _begin(self) -> None:
        try:
            model = _model()
        except Exception as error:
            _give_up(error)
        for _ in range(model.texts_at_once if model else 1):
            threading.Thread(target=self._work, args=[model], daemon=True).start()

    def _work(self, model: "MiniLM | None") -> None:
        try:
            while True:
                self._advance(self._wishes.get(), model)
        except Exception as error:
            _give_up(error)

    def _advance(self, wish: "_Wish", model: "MiniLM | None") -> None:
        if model is None:
            self._parent.refuse(wish.call, "no model", NO_MODEL)
        elif len(wish.vectors) == len(wish.texts):
            self._parent.answer(wish.call, wish.vectors)
        else:
            wish.vectors.append(model.vector(wish.texts[len(wish.vectors)]))
            self._wishes.put(wish)


@dataclass(order=True)
class _Wish:
    can_wait: bool
    order: int
    call: int = field(compare=False)
    texts: list[str] = field(compare=False)
    vectors: list[bytes] = field(compare=False, default_factory=list)


def _give_up(error: Exception) -> NoReturn:
    """A model that cannot go on (memory, most likely) gets a fresh process: the parent asks again there."""
    log.error("Embedding failed: %s", without_words(error))
    os._exit(1)


def _model() -> "MiniLM | None":
    from trulybot.llm.minilm.files import WrongModel
    from trulybot.llm.minilm.model import MiniLM

    try:
        return MiniLM()
    except WrongModel as error:
        log.error("%s", error)
        return None


if __name__ == "__main__":
    main()
