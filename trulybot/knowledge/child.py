"""The child process: reads strangers' files and embeds texts, within limits. Its one argument: bytes of memory."""

import logging
import os
import queue
import sys
import threading
from pathlib import Path

import msgspec

from trulybot.kit.confinement import confine
from trulybot.kit.frames import Call
from trulybot.kit.logs import without_words
from trulybot.kit.parent import Parent, ToParent, parent_of_this_process
from trulybot.kit.texts import N_
from trulybot.knowledge.reading.document import ReadingFailed
from trulybot.knowledge.reading.opening import Reading, opened
from trulybot.knowledge.reading.wire import Open
from trulybot.llm.minilm.embedding import Embedding

log = logging.getLogger(__name__)

DAMAGED = N_(
    "This document is damaged, or made in a way that cannot be read. Save it again, or as PDF, and upload that."
)
TOO_MUCH_MEMORY = N_("Reading this document takes more memory than it may. Split it and upload the pieces.")


class _Lost(Exception):
    """The reading was opened in a process that has died since."""


def main() -> None:
    confine(int(sys.argv[1]))
    sys.setswitchinterval(0.001)  # a reader in pure Python shall not keep a visitor's question waiting
    parent = parent_of_this_process()
    logging.getLogger().addHandler(ToParent(parent))
    embedding, reading = Embedding(parent), _Readings(parent)
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


if __name__ == "__main__":
    main()
