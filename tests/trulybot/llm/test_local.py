import asyncio
import os
import signal
from array import array

import pytest

from trulybot.kit.child import Child
from trulybot.knowledge.reader import knowledge_child
from trulybot.llm.embedding import Embedder, EmbeddingFailed
from trulybot.llm.local import CALL_TEXTS, DIMENSION, LocalEmbedder


def cosine(one: bytes, other: bytes) -> float:
    return sum(a * b for a, b in zip(array("f", one), array("f", other), strict=True))


async def test_what_means_the_same_lies_close_together(child: Child) -> None:
    embedder: Embedder = LocalEmbedder(child)
    question, answer, other = await embedder.embed(
        ["How do I get my money back?", "Refunds are paid within 14 days.", "The cat sat on the mat."]
    )
    assert cosine(question, answer) > 0.3 > cosine(question, other)
    assert len(question) == 4 * DIMENSION
    assert cosine(question, question) == pytest.approx(1)


async def test_order_is_kept_over_many_calls(child: Child) -> None:
    embedder = LocalEmbedder(child)
    texts = [f"number {number}" for number in range(2 * CALL_TEXTS + 1)]
    together = await embedder.embed(texts)
    assert together[-1:] == await embedder.embed(texts[-1:])
    assert len(set(together)) == len(texts)


async def test_no_texts_are_no_call(child: Child) -> None:
    assert await LocalEmbedder(child).embed([]) == []
    assert child.pid is None


@pytest.mark.parametrize("text", ["", " ", "word " * 5_000, "x" * 100_000, "\U0001f600" * 100, "नमस्ते"])
async def test_any_text_has_a_vector(child: Child, text: str) -> None:
    (vector,) = await LocalEmbedder(child).embed([text])
    assert cosine(vector, vector) == pytest.approx(1, rel=1e-4)


async def test_a_question_goes_before_passages(child: Child) -> None:
    embedder = LocalEmbedder(child)
    await embedder.embed(["the model is loaded now"])
    passages = asyncio.create_task(embedder.embed(["a passage of some words " * 40] * 60))
    await asyncio.sleep(0.05)
    await embedder.embed(["a question"], urgent=True)
    assert not passages.done()
    assert len(await passages) == 60


async def test_texts_beside_a_document_that_killed_the_child_are_asked_again(child: Child) -> None:
    embedder = LocalEmbedder(child)
    await embedder.embed(["the model is loaded now"])
    assert child.pid
    passages = asyncio.create_task(embedder.embed(["a passage of some words " * 40] * 40))
    await asyncio.sleep(0.1)
    os.kill(child.pid, signal.SIGKILL)
    assert len(await passages) == 40


async def test_too_little_memory_for_the_model_is_a_sentence() -> None:
    child = knowledge_child(memory_bytes=48 * 1024 * 1024)
    with pytest.raises(EmbeddingFailed, match="memory"):
        await LocalEmbedder(child).embed(["hello"])
    await child.close()
