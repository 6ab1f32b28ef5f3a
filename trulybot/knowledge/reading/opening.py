"""One document from its file to its passages: looked at, opened, read a batch at a time."""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from time import monotonic

from trulybot.kit.texts import N_, with_values
from trulybot.kit.words import sized
from trulybot.knowledge.chunking import CountTokens
from trulybot.knowledge.reading import detect, pairs
from trulybot.knowledge.reading.detect import READABLE
from trulybot.knowledge.reading.document import Document, Limits, ReadingFailed, cleaned
from trulybot.knowledge.reading.passages import passages
from trulybot.knowledge.reading.wire import Batch, Opened, Pair, Passage, Wanted

LONGEST_TITLE = 300  # characters
BATCH_PASSAGES = 256
BATCH_CHARACTERS = 256 * 1024
BATCH_SECONDS = 0.5  # so that progress moves, and the parent can tell slow from stuck


NO_TEXT = N_("There is no text in this document.")


class Reading:
    def __init__(
        self,
        opened: Opened,
        found: Iterator[Passage | Pair],
        progress: Callable[[], float] = lambda: 0.0,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self.opened = opened
        self.close = close
        self._found = found
        self._progress = progress
        self._is_empty = True

    def next_batch(self) -> Batch:
        """Raises ReadingFailed; also when the document ends without any text."""
        batch: list[Passage | Pair] = []
        size = 0
        started = monotonic()
        for item in self._found:
            batch.append(item)
            size += len(item.answer if isinstance(item, Pair) else item.text)
            if len(batch) == BATCH_PASSAGES or size > BATCH_CHARACTERS or monotonic() - started > BATCH_SECONDS:
                return self._batch(batch, is_last=False)
        return self._batch(batch, is_last=True)

    def _batch(self, items: list[Passage | Pair], *, is_last: bool) -> Batch:
        self._is_empty = self._is_empty and not items
        if is_last and self._is_empty:
            raise ReadingFailed(f"{NO_TEXT}\n{READABLE}")
        return Batch(
            passages=[item for item in items if isinstance(item, Passage)],
            pairs=[item for item in items if isinstance(item, Pair)],
            progress=1.0 if is_last else self._progress(),
            is_last=is_last,
        )


def opened(path: Path, name: str, title: str, wanted: Wanted, limits: Limits) -> Reading:
    """`title` wins over the document's own; raises ReadingFailed."""
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise ReadingFailed("The file of this document is no longer there. Upload it again.") from error
    if size > limits.file_bytes:
        raise ReadingFailed(
            with_values(
                "This file has %(size)s; the most that is read is %(most)s. Split it and upload the pieces.",
                size=sized(size),
                most=sized(limits.file_bytes),
            )
        )
    kind = detect.pasted_kind(path) if wanted == "text" else detect.kind_of(path, name)
    if wanted == "pairs":
        if kind not in ("csv", "text", "markdown"):
            raise ReadingFailed(pairs.NO_PAIRS)
        return Reading(Opened("pairs", title or _titled(name)), pairs.read(path, limits))
    document = _document(kind, path, wanted, limits)
    title = title or document.title[:LONGEST_TITLE] or _titled(name)
    found = passages(title, cleaned(document.sections, limits), _token_counter())
    return Reading(Opened(kind, title), found, document.progress, document.close)


def _document(kind: detect.Kind, path: Path, wanted: Wanted, limits: Limits) -> Document:
    # Imports one reader: most documents of a workspace are of one kind, and the libraries are large.
    reader = import_module(f"trulybot.knowledge.reading.{kind}")
    read: Callable[[Path, Limits], Document] = reader.read_page if (kind, wanted) == ("html", "page") else reader.read
    return read(path, limits)


@cache
def _token_counter() -> CountTokens:
    from trulybot.llm.minilm.tokens import token_counter

    return token_counter()


def _titled(name: str) -> str:
    return " ".join(Path(name).stem.replace("_", " ").replace("-", " ").split()) or "Document"
