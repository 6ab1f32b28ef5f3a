"""Through the gateway's door: what a hosted workspace, which has no network, asks of models."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec

from trulybot.kit.gateway import Answer, Gateway, NotReached
from trulybot.kit.texts import N_, with_values
from trulybot.llm.embedding import EmbeddingFailed, in_parts
from trulybot.llm.local import DIMENSION, LONGEST_TEXT, MODEL

CALL_TEXTS = 32
CALLS_IN_FLIGHT = 2  # one is embedded while the other travels; more would only stand in the neighbours' way
URGENT_TEXTS = 4
SECONDS = 300.0  # many workspaces may be read into at once
URGENT_SECONDS = 15.0  # a visitor waits; search goes on with words alone

NONSENSE = N_("The embedding service answered nonsense. Tell the operator of this platform.")


class _Vector(msgspec.Struct):
    index: int
    embedding: bytes  # in base64, which is how msgspec reads bytes


class _Answer(msgspec.Struct):
    data: list[_Vector]


class DoorEmbedder:
    """The control plane runs the model that a workspace of its own would run in its child: the same vectors."""

    model = MODEL
    dimension = DIMENSION

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._in_flight = asyncio.Semaphore(CALLS_IN_FLIGHT)

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> list[bytes]:
        if urgent:
            return await in_parts(texts, URGENT_TEXTS, lambda part: self._vectors(part, True, URGENT_SECONDS))
        return await in_parts(texts, CALL_TEXTS, self._in_turn)

    async def _in_turn(self, texts: Sequence[str]) -> list[bytes]:
        async with self._in_flight:
            return await self._vectors(texts, False, SECONDS)

    async def _vectors(self, texts: Sequence[str], urgent: bool, seconds: float) -> list[bytes]:
        wish: dict[str, Any] = {"model": MODEL, "encoding_format": "base64", "urgent": urgent}
        wish["input"] = [text[:LONGEST_TEXT] for text in texts]
        try:
            async with asyncio.timeout(seconds):
                answer = await self._gateway.post("/v1/embeddings", msgspec.json.encode(wish), silence=seconds)
        except (NotReached, TimeoutError) as error:
            raise EmbeddingFailed("The embedding service is out of reach. Try again later.", passing=True) from error
        return _checked(answer, len(texts))


def _checked(answer: Answer, number: int) -> list[bytes]:
    if not answer.is_good:
        is_passing = answer.status == 429 or answer.status >= 500
        busy = N_("The embedding service is busy, or this workspace has used up its share. Try again later.")
        refused = with_values("The embedding service refused the request (HTTP %(status)s).", status=answer.status)
        raise EmbeddingFailed(busy if is_passing else refused, passing=is_passing)
    try:
        data = msgspec.json.decode(answer.body, type=_Answer).data
    except msgspec.MsgspecError as error:
        raise EmbeddingFailed(NONSENSE) from error
    vectors = [each.embedding for each in sorted(data, key=lambda each: each.index)]
    if len(vectors) != number or any(len(vector) != 4 * DIMENSION for vector in vectors):
        raise EmbeddingFailed(NONSENSE)
    return vectors
