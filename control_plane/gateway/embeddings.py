"""`/v1/embeddings` in OpenAI's shape: one model in one child process for all workspaces."""

import base64
import sys
from array import array
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import Body

from control_plane.gateway import caps
from control_plane.gateway.door import AnyRequest, for_workspaces
from control_plane.gateway.models import Caller
from control_plane.gateway.noting import AMOUNT
from trulybot.kit.errors import NotFound, Unavailable, Unprocessable
from trulybot.kit.limits import Limits
from trulybot.kit.texts import with_values
from trulybot.llm.embedding import EmbeddingFailed
from trulybot.llm.local import LocalEmbedder

Encoding = Literal["float", "base64"]
Text = Annotated[str, msgspec.Meta(max_length=100_000)]


class Wish(msgspec.Struct, frozen=True):
    """`urgent` is ours: somebody waits, and passages of all workspaces stand back."""

    input: Text | list[Text]
    model: str
    encoding_format: Encoding = "float"
    urgent: bool = False

    @property
    def texts(self) -> list[str]:
        return [self.input] if isinstance(self.input, str) else self.input


class Embedded(msgspec.Struct, frozen=True):
    index: int
    embedding: list[float] | str
    object: Literal["embedding"] = "embedding"


class Used(msgspec.Struct, frozen=True):
    """What runs here is not paid by the token, so nobody counts them."""

    prompt_tokens: int = 0
    total_tokens: int = 0


class Answer(msgspec.Struct, frozen=True):
    model: str
    data: list[Embedded]
    object: Literal["list"] = "list"
    usage: Used = Used()


@post("/v1/embeddings", status_code=200, opt=for_workspaces("embeddings", caps.EMBEDDING_CALLS))
async def embed(
    data: Annotated[Wish, Body()],
    request: AnyRequest,
    caller: NamedDependency[Caller],
    limits: NamedDependency[Limits],
    embedder: NamedDependency[LocalEmbedder],
) -> Response[bytes]:
    texts = _checked(data, embedder)
    limits.spend(caps.TEXTS, caller.workspace, len(texts))
    request.scope["state"][AMOUNT] = len(texts)
    try:
        vectors = await embedder.embed(texts, urgent=data.urgent)
    except EmbeddingFailed as failure:
        raise Unavailable(failure.sentence) from failure
    answer = Answer(embedder.model, _listed(vectors, data.encoding_format))
    return Response(msgspec.json.encode(answer), media_type="application/json")


def _checked(wish: Wish, embedder: LocalEmbedder) -> list[str]:
    if wish.model != embedder.model:
        raise NotFound(with_values("There is no such model here, only “%(model)s”.", model=embedder.model))
    most = caps.MOST_URGENT_TEXTS if wish.urgent else caps.MOST_TEXTS
    if not 1 <= len(wish.texts) <= most:
        raise Unprocessable(with_values("Send 1 to %(most)s texts at a time.", most=most))
    return wish.texts


def _listed(vectors: Sequence[bytes], encoding: Encoding) -> list[Embedded]:
    return [Embedded(index, _written(vector, encoding)) for index, vector in enumerate(vectors)]


def _written(vector: bytes, encoding: Encoding) -> list[float] | str:
    if encoding == "base64":
        return base64.b64encode(vector).decode()
    numbers = array("f", vector)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tolist()
