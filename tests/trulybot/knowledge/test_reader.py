import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.trulybot.knowledge.reading import files
from trulybot.kit.child import Child
from trulybot.knowledge.reader import Reader, ReadingInterrupted, knowledge_child
from trulybot.knowledge.reading.document import ReadingFailed
from trulybot.knowledge.reading.wire import Passage, Wanted
from trulybot.llm.local import LocalEmbedder

MEGABYTE = 1024 * 1024


@pytest.fixture
async def child() -> AsyncIterator[Child]:
    child = knowledge_child()
    yield child
    await child.close()


async def passages(child: Child, path: Path, wanted: Wanted = "file") -> list[Passage]:
    async with Reader(child).reading(path, wanted=wanted) as reading:
        return [passage async for batch in reading.batches() for passage in batch.passages]


def table(path: Path, rows: int) -> Path:
    path.write_text("Name,Price\n" + "".join(f"Apple {row},{row}\n" for row in range(rows)))
    return path


async def test_a_document_comes_out_in_batches(child: Child, tmp_path: Path) -> None:
    async with Reader(child).reading(table(tmp_path / "price_list.csv", 3_000)) as reading:
        assert (reading.kind, reading.title) == ("csv", "price list")
        batches = [batch async for batch in reading.batches()]
    assert len(batches) > 3
    assert [batch.progress for batch in batches] == sorted(batch.progress for batch in batches)
    assert batches[-1].progress == 1
    texts = [passage.text for batch in batches for passage in batch.passages]
    assert texts == [f"Name: Apple {row} · Price: {row}" for row in range(3_000)]


async def test_pairs_come_out_word_for_word(child: Child, tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("question,answer\nWhen?,Now.\n")
    async with Reader(child).reading(path, wanted="pairs") as reading:
        (batch,) = [batch async for batch in reading.batches()]
    assert [(pair.question, pair.answer) for pair in batch.pairs] == [("When?", "Now.")]


async def test_a_failure_is_a_sentence_and_the_child_lives(child: Child, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    with pytest.raises(ReadingFailed, match="This file is empty"):
        await passages(child, tmp_path / "empty.txt")
    pid = child.pid
    assert await passages(child, table(tmp_path / "a.csv", 2))
    assert child.pid == pid


@pytest.mark.parametrize("name", ["laughs.docx", "cut.xlsx", "self.pdf", "program.pdf"])
async def test_hostile_files_never_end_the_child(child: Child, tmp_path: Path, name: str) -> None:
    hostile = {
        "laughs.docx": files.docx(("Normal", "&b;"), declaration='<!DOCTYPE x [<!ENTITY b "ha">]>'),
        "cut.xlsx": files.xlsx({"S": [["a", 1]]}).replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet2.xml"),
        "self.pdf": files.pdf("Page.").replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"),
        "program.pdf": Path(sys.executable).read_bytes()[:100_000],
    }
    path = tmp_path / name
    path.write_bytes(hostile[name])
    assert await passages(child, table(tmp_path / "a.csv", 2))
    pid = child.pid
    with pytest.raises(ReadingFailed) as failed:
        await passages(child, path)
    assert failed.value.sentence.endswith(".")
    assert child.pid == pid


async def test_documents_that_are_open_at_once_take_turns(child: Child, tmp_path: Path) -> None:
    reader = Reader(child)
    one, other = table(tmp_path / "one.csv", 1_000), table(tmp_path / "other.csv", 1_000)
    async with reader.reading(one) as first, reader.reading(other) as second:
        firsts, seconds = aiter(first.batches()), aiter(second.batches())
        assert (await anext(firsts)).passages == [
            Passage("one", *rest)
            for _, *rest in ((p.title, p.heading, p.text) for p in (await anext(seconds)).passages)
        ]


async def test_a_child_killed_while_reading_fails_the_document_and_the_next_is_read(
    child: Child, tmp_path: Path
) -> None:
    path = table(tmp_path / "long.csv", 200_000)
    with pytest.raises(ReadingFailed):
        async with Reader(child).reading(path) as reading:
            async for _ in reading.batches():
                assert child.pid
                os.kill(child.pid, signal.SIGKILL)
    assert len(await passages(child, table(tmp_path / "short.csv", 3))) == 3


async def test_a_child_that_died_between_batches_is_not_the_documents_fault(child: Child, tmp_path: Path) -> None:
    async with Reader(child).reading(table(tmp_path / "long.csv", 10_000)) as reading:
        batches = aiter(reading.batches())
        first = child.pid
        assert first and (await anext(batches)).passages
        await asyncio.sleep(0.1)
        await child.call("close", 0, bool)  # behind the batch that is read ahead: no call is in flight any more
        os.kill(first, signal.SIGKILL)
        while child.pid == first:
            await asyncio.sleep(0.01)
        with pytest.raises(ReadingInterrupted):
            async for _ in batches:
                pass


async def test_a_document_that_takes_too_much_memory_fails_alone(tmp_path: Path) -> None:
    child = knowledge_child(memory_bytes=160 * MEGABYTE)
    greedy = tmp_path / "greedy.html"
    greedy.write_text("<html>" + "<p>words</p>" * (20 * MEGABYTE // 12))
    assert len(await passages(child, table(tmp_path / "a.csv", 3))) == 3
    with pytest.raises(ReadingFailed, match="memory"):
        await passages(child, greedy)
    assert len(await passages(child, table(tmp_path / "a.csv", 3))) == 3
    await child.close()


async def test_questions_are_embedded_while_a_document_is_read(child: Child, tmp_path: Path) -> None:
    embedder = LocalEmbedder(child)
    async with Reader(child).reading(table(tmp_path / "long.csv", 50_000)) as reading:
        async for batch in reading.batches():
            if not batch.is_last:
                assert len(await embedder.embed(["a question"], urgent=True)) == 1
                break


async def test_an_abandoned_document_is_closed_in_the_child(child: Child, tmp_path: Path) -> None:
    path = table(tmp_path / "long.csv", 10_000)
    async with Reader(child).reading(path) as reading:
        await anext(aiter(reading.batches()))
        assert path in open_files(child)
    assert await passages(child, table(tmp_path / "short.csv", 3))
    assert path not in open_files(child)


def open_files(child: Child) -> set[Path]:
    return {link.resolve() for link in Path(f"/proc/{child.pid}/fd").iterdir()}
