"""The child's side of embedding: its parent's calls to `embed` are answered here, in a few threads."""

import ctypes
import itertools
import logging
import os
import queue
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

import msgspec

from trulybot.kit.frames import Call
from trulybot.kit.logs import without_words
from trulybot.kit.parent import Parent
from trulybot.kit.texts import N_

if TYPE_CHECKING:
    from trulybot.llm.minilm.model import MiniLM

NO_MODEL = N_("The embedding model's files are missing or damaged. Install TrulyBot again, or run `trulybot doctor`.")

log = logging.getLogger(__name__)


class Embed(msgspec.Struct):
    texts: list[str]
    urgent: bool


class Embedding:
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
        _give_back()
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


def _give_back() -> None:
    """What loading the model took and using it does not: a third of the process, which glibc would keep."""
    with suppress(AttributeError, OSError, TypeError):  # other systems' libraries have no such call
        ctypes.CDLL(None).malloc_trim(0)


def _model() -> "MiniLM | None":
    from trulybot.llm.minilm.files import WrongModel
    from trulybot.llm.minilm.model import MiniLM

    try:
        return MiniLM()
    except WrongModel as error:
        log.error("%s", error)
        return None
