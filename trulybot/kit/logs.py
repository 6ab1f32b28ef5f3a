"""What may be logged: of a failure its kind and its place, never its words. They may quote a visitor, or hold a key."""

import errno
import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop  # which the child process does without

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
DEEPEST = 12  # frames, the last ones

log = logging.getLogger(__name__)


def to_standard_error(level: str) -> None:
    logging.basicConfig(level=level, handlers=[handler(sys.stderr)])
    quieten("httpcore", "httpx")


def handler(stream: TextIO) -> logging.Handler:
    writing = logging.StreamHandler(stream)
    writing.setFormatter(_WithoutWords(FORMAT))
    return writing


def quieten(*libraries: str) -> None:
    """They log whole addresses, which may hold a key, some also because a variable of their own asks for it."""
    for library in libraries:
        logging.getLogger(library).setLevel(logging.WARNING)


def without_words(error: BaseException) -> str:
    """An exception, what caused it, and where; of its own text only a code that a library's table explains."""
    return "\nin consequence of ".join(_told(one) for one in _chain(error))


def note_in_background(loop: "AbstractEventLoop", context: dict[str, Any]) -> None:
    """For `set_exception_handler`: asyncio's own words repeat the exception's, and what a callback was given."""
    if error := context.get("exception"):
        log.error("Something in the background failed: %s", without_words(error))
    else:
        log.error("asyncio: %s", context["message"])


class _WithoutWords(logging.Formatter):
    """For what libraries log with a traceback."""

    def formatException(self, ei: Any) -> str:
        return without_words(ei[1])


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following and id(following) not in seen:
        seen.add(id(following))
        yield following
        if isinstance(following, BaseExceptionGroup):
            for inner in following.exceptions:
                yield from _chain(inner)
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)


def _told(error: BaseException) -> str:
    kind = type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    return f"{name}{_code(error)}{_place(error.__traceback__)}"


def _code(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno:
        return f" {errno.errorcode.get(error.errno, error.errno)}"
    code = getattr(error, "sqlite_errorname", None) or getattr(error, "status_code", None)
    return f" {code}" if isinstance(code, str | int) else ""


def _place(at: TracebackType | None) -> str:
    frames = "".join(traceback.format_tb(at, limit=-DEEPEST)).rstrip()
    return f" at\n{frames}" if frames else ""
