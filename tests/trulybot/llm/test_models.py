import json
import math
import threading
from array import array
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from trulybot.llm.embedding import Embedder, EmbeddingFailed
from trulybot.llm.models import CALL_TEXTS, OpenAIEmbedder

KEY = "sk-right"
MODEL = "tiny"


class Service(ThreadingHTTPServer):
    """A stand-in for an embeddings API: a text's vector is its length and 1; what goes wrong can be chosen."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses: list[int] = []  # to answer before all goes well
        self.body: bytes | None = None
        self.asked: list[list[str]] = []
        self.url = f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = self.server.statuses.pop(0) if self.server.statuses else self._status(request)
        if status == 200:
            self.server.asked.append(request["input"])
        self._answer(status, self.server.body or json.dumps(self._vectors(request["input"])).encode())

    def _status(self, request: dict[str, Any]) -> int:
        if self.headers["Authorization"] != f"Bearer {KEY}":
            return 401
        return 200 if request["model"] == MODEL and self.path == "/v1/embeddings" else 404

    def _vectors(self, texts: list[str]) -> dict[str, Any]:
        data = [{"object": "embedding", "index": at, "embedding": [len(text), 1.0]} for at, text in enumerate(texts)]
        # Backwards, as the protocol allows: `index` says which is whose.
        return {"object": "list", "model": MODEL, "data": data[::-1], "usage": {"prompt_tokens": 1, "total_tokens": 1}}

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as service:
        thread = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield service
        service.shutdown()
        thread.join()


@pytest.fixture
async def embedder(service: Service) -> AsyncIterator[OpenAIEmbedder]:
    embedder = OpenAIEmbedder(service.url, KEY, MODEL)
    yield embedder
    await embedder.close()


async def sentence_of(embedder: OpenAIEmbedder) -> str:
    with pytest.raises(EmbeddingFailed) as failure:
        await embedder.embed(["hello"])
    await embedder.close()
    return str(failure.value)


async def test_vectors_come_in_order_and_of_length_one(embedder: OpenAIEmbedder) -> None:
    as_protocol: Embedder = embedder
    first, second = (array("f", vector) for vector in await as_protocol.embed(["", "abc"]))
    assert list(first) == [0, 1]
    assert list(second) == pytest.approx([3 / math.sqrt(10), 1 / math.sqrt(10)])


async def test_the_dimension_is_learnt(embedder: OpenAIEmbedder) -> None:
    assert embedder.dimension is None
    await embedder.embed(["hello"])
    assert embedder.dimension == 2


async def test_many_texts_are_several_calls(embedder: OpenAIEmbedder, service: Service) -> None:
    texts = ["x" * length for length in range(2 * CALL_TEXTS + 1)]
    vectors = await embedder.embed(texts)
    ratios = [vector[0] / vector[1] for vector in (array("f", vector) for vector in vectors)]
    assert ratios == pytest.approx(range(len(texts)), rel=1e-4)
    assert sorted(len(asked) for asked in service.asked) == [1, CALL_TEXTS, CALL_TEXTS]


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_passing_failure_is_tried_again(embedder: OpenAIEmbedder, service: Service, status: int) -> None:
    service.statuses = [status]
    assert len(await embedder.embed(["hello"])) == 1


async def test_a_failure_that_stays_says_so(embedder: OpenAIEmbedder, service: Service) -> None:
    service.statuses = [500] * 2
    with pytest.raises(EmbeddingFailed, match="failure of its own") as failure:
        await embedder.embed(["hello"], urgent=True)
    assert failure.value.passing


async def test_a_wrong_key_is_a_sentence_without_the_key(service: Service) -> None:
    sentence = await sentence_of(OpenAIEmbedder(service.url, "sk-wrong", MODEL))
    assert "key" in sentence
    assert "sk-wrong" not in sentence


async def test_an_unknown_model_is_named(service: Service) -> None:
    assert "“huge”" in await sentence_of(OpenAIEmbedder(service.url, KEY, "huge"))


async def test_a_service_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(EmbeddingFailed, match="cannot be reached") as failure:
        await OpenAIEmbedder("http://127.0.0.1:9/v1", KEY, MODEL).embed(["hello"], urgent=True)
    assert failure.value.passing


@pytest.mark.parametrize(
    "body",
    [
        b"<html>It works!</html>",
        b"[]",
        b'{"data": []}',
        b'{"data": [{"index": 0, "embedding": []}]}',
        b'{"data": [{"index": 0, "embedding": [0, 0]}]}',
        b'{"data": [{"index": 0, "embedding": [NaN, 1]}]}',
        b'{"data": [{"index": 0, "embedding": [1e400, 1]}]}',
        b'{"data": [{"index": 0, "embedding": [null, 1]}]}',
        b'{"data": [{"embedding": "AAAA"}]}',
        b'{"data": null}',
        b'{"data": [7]}',
    ],
)
async def test_nonsense_is_refused(service: Service, body: bytes) -> None:
    service.body = body
    assert "embedding service" in await sentence_of(OpenAIEmbedder(service.url, KEY, MODEL))


async def test_vectors_of_another_length_are_refused(embedder: OpenAIEmbedder, service: Service) -> None:
    await embedder.embed(["hello"])
    service.body = b'{"data": [{"index": 0, "embedding": [1, 2, 3]}]}'
    with pytest.raises(EmbeddingFailed, match="length"):
        await embedder.embed(["hello"])
