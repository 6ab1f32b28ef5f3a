"""How asking through the door fails; that it gives what the model here gives is shown at the gateway itself."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stand_in_gateway import StandIn, gateway_at
from trulybot.kit.gateway import Gateway
from trulybot.llm.door import CALL_TEXTS, URGENT_TEXTS, DoorEmbedder
from trulybot.llm.embedding import EmbeddingFailed
from trulybot.llm.local import LONGEST_TEXT


@pytest.fixture
async def stand_in(tmp_path: Path) -> AsyncIterator[StandIn]:
    async with gateway_at(tmp_path / "g") as stand_in:
        yield stand_in


@pytest.fixture
async def embedder(tmp_path: Path) -> AsyncIterator[DoorEmbedder]:
    (tmp_path / "token").write_text("token")
    gateway = Gateway(tmp_path / "g", tmp_path / "token")
    yield DoorEmbedder(gateway)
    await gateway.close()


async def test_a_gateway_that_is_away_may_be_there_later(embedder: DoorEmbedder) -> None:
    with pytest.raises(EmbeddingFailed, match="out of reach") as failed:
        await embedder.embed(["a"])
    assert failed.value.passing


@pytest.mark.parametrize(("status", "passing"), [(429, True), (503, True), (500, True), (404, False), (401, False)])
async def test_a_refusal_is_a_sentence_and_says_whether_to_try_again(
    stand_in: StandIn, embedder: DoorEmbedder, status: int, passing: bool
) -> None:
    stand_in.status = status
    with pytest.raises(EmbeddingFailed) as failed:
        await embedder.embed(["a"])
    assert failed.value.passing is passing


@pytest.mark.parametrize("body", [b"", b"{}", b'{"data": []}', b'{"data": [{"index": 0, "embedding": "AAAA"}]}'])
async def test_nonsense_is_said_to_be_nonsense(stand_in: StandIn, embedder: DoorEmbedder, body: bytes) -> None:
    stand_in.status, stand_in.body = 200, body
    with pytest.raises(EmbeddingFailed, match="nonsense"):
        await embedder.embed(["a"])


async def test_no_texts_are_no_call(stand_in: StandIn, embedder: DoorEmbedder) -> None:
    assert await embedder.embed([]) == []
    assert stand_in.told == []


@pytest.mark.parametrize(("urgent", "most"), [(False, CALL_TEXTS), (True, URGENT_TEXTS)])
async def test_many_texts_go_in_calls_that_the_gateway_takes(
    stand_in: StandIn, embedder: DoorEmbedder, urgent: bool, most: int
) -> None:
    stand_in.status = 503
    with pytest.raises(EmbeddingFailed):
        await embedder.embed(["a" * (LONGEST_TEXT + 1)] * (most + 1), urgent=urgent)
    for told in stand_in.told:
        sent = told.read()
        assert sent["urgent"] is urgent
        assert sent["input"] in (["a" * LONGEST_TEXT] * most, ["a" * LONGEST_TEXT])
