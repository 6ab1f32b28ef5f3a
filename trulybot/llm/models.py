"""Embeddings over any OpenAI-compatible API."""

import asyncio
import math
import sys
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from trulybot.kit.texts import N_, with_values
from trulybot.llm.client import Client
from trulybot.llm.embedding import EmbeddingFailed, in_parts

if TYPE_CHECKING:
    import openai

CALL_TEXTS = 64
CALLS_IN_FLIGHT = 4
SECONDS = 60.0
RETRIES = 3
URGENT_SECONDS = 8.0  # a visitor waits; search goes on with words alone
URGENT_RETRIES = 1

NOT_OPENAI = N_(
    "What answers at the embedding service's address does not speak OpenAI's protocol. "
    "Check the address in the settings; it usually ends in /v1."
)


class _Vector(msgspec.Struct):
    index: int
    embedding: list[float]


class _Answer(msgspec.Struct):
    data: list[_Vector]


class OpenAIEmbedder:
    """`url` ends where `/embeddings` is added. The dimension is known once the first answer has come."""

    def __init__(self, url: str, key: str, model: str) -> None:
        self.model = model
        self.dimension: int | None = None
        self._client = Client(url, key)
        self._in_flight = asyncio.Semaphore(CALLS_IN_FLIGHT)

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> list[bytes]:
        return await in_parts(texts, CALL_TEXTS, lambda part: self._turn(list(part), urgent))

    async def close(self) -> None:
        await self._client.close()

    async def _turn(self, texts: list[str], urgent: bool) -> list[bytes]:
        if urgent:
            return await self._vectors(texts, URGENT_SECONDS, URGENT_RETRIES)
        async with self._in_flight:
            return await self._vectors(texts, SECONDS, RETRIES)

    async def _vectors(self, texts: list[str], seconds: float, retries: int) -> list[bytes]:
        client = (await self._client.started()).with_options(timeout=seconds, max_retries=retries)
        answered = await self._answered(client, texts)
        # Off the event loop: a hundred thousand numbers are to be divided.
        vectors = await asyncio.to_thread(_unit_vectors, answered)
        if len(vectors) != len(texts):
            raise EmbeddingFailed("The embedding service answered with fewer vectors than texts. Check its address.")
        self._learn_dimension(vectors)
        return vectors

    async def _answered(self, client: "openai.AsyncOpenAI", texts: list[str]) -> list[list[float]]:
        import openai

        try:
            # Not every compatible server knows the package's own default, base64.
            answer = await client.embeddings.with_raw_response.create(
                model=self.model, input=texts, encoding_format="float"
            )
            vectors = msgspec.json.decode(answer.content, type=_Answer).data
        except openai.APIStatusError as error:
            raise _failure(error.status_code, self.model) from error
        except openai.APIConnectionError as error:
            raise EmbeddingFailed(
                "The embedding service cannot be reached. Check its address in the settings, and that it is running.",
                passing=True,
            ) from error
        except (openai.OpenAIError, msgspec.MsgspecError) as error:
            raise EmbeddingFailed(NOT_OPENAI) from error
        return [vector.embedding for vector in sorted(vectors, key=lambda vector: vector.index)]

    def _learn_dimension(self, vectors: list[bytes]) -> None:
        for vector in vectors:
            dimension = len(vector) // 4
            if self.dimension not in (None, dimension):
                raise EmbeddingFailed("The embedding service's vectors differ in length. Check its model.")
            self.dimension = dimension


def _failure(status: int, model: str) -> EmbeddingFailed:
    match status:
        case 401 | 403:
            return EmbeddingFailed("The embedding service refused the key. Check the key in the settings.")
        case 404:
            return EmbeddingFailed(
                with_values(
                    "The embedding service has no model “%(model)s” at this address. Check both in the settings.",
                    model=model,
                )
            )
        case 429:
            return EmbeddingFailed(
                "The embedding service has had too many requests, or its quota is used up. Check the account there.",
                passing=True,
            )
        case _ if status >= 500:
            return EmbeddingFailed("The embedding service has a failure of its own. Try again later.", passing=True)
        case _:
            return EmbeddingFailed(
                with_values(
                    "The embedding service refused the request (HTTP %(status)s). "
                    "Check the model’s name in the settings.",
                    status=status,
                )
            )


def _unit_vectors(answered: list[list[float]]) -> list[bytes]:
    return [_unit(numbers) for numbers in answered]


def _unit(numbers: list[float]) -> bytes:
    length = math.hypot(*numbers)
    if not numbers or not math.isfinite(length) or length == 0:
        raise EmbeddingFailed("The embedding service answered with a vector that is no direction. Check its model.")
    vector = array("f", (number / length for number in numbers))
    if sys.byteorder == "big":
        vector.byteswap()
    return vector.tobytes()
