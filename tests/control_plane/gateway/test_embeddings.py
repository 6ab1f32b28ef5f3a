import asyncio
import base64
from array import array
from typing import Any

import httpx
import pytest

from control_plane.gateway import queries
from control_plane.gateway.gateway import Gateway
from tests.control_plane.gateway.conftest import ACORN
from trulybot.kit.database import Database
from trulybot.kit.gateway import Gateway as WayOut
from trulybot.llm.door import CALL_TEXTS, DoorEmbedder
from trulybot.llm.embedding import Embedder
from trulybot.llm.local import DIMENSION, MODEL

PATH = "/v1/embeddings"


def wish(*texts: str, **more: Any) -> dict[str, Any]:
    return {"model": MODEL, "input": list(texts), **more}


async def test_texts_become_vectors_in_openais_shape(acorn: httpx.AsyncClient) -> None:
    answer = (await acorn.post(PATH, json=wish("refunds", "the cat"))).json()
    assert (answer["object"], answer["model"]) == ("list", MODEL)
    assert [(each["object"], each["index"]) for each in answer["data"]] == [("embedding", 0), ("embedding", 1)]
    first, second = [each["embedding"] for each in answer["data"]]
    assert len(first) == DIMENSION and first != second
    assert sum(number**2 for number in first) == pytest.approx(1, rel=1e-4)


async def test_base64_carries_the_same_numbers(acorn: httpx.AsyncClient) -> None:
    numbers = (await acorn.post(PATH, json=wish("refunds"))).json()["data"][0]["embedding"]
    encoded = (await acorn.post(PATH, json=wish("refunds", encoding_format="base64"))).json()["data"][0]["embedding"]
    assert array("f", base64.b64decode(encoded)).tolist() == numbers


async def test_one_text_may_come_without_a_list(acorn: httpx.AsyncClient) -> None:
    one = (await acorn.post(PATH, json={"model": MODEL, "input": "refunds"})).json()
    assert one == (await acorn.post(PATH, json=wish("refunds"))).json()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"model": "text-embedding-3-small", "input": "a"}, 404),
        (wish(), 422),
        (wish(*["a"] * 65), 422),
        (wish(*["a"] * 5, urgent=True), 422),
        (wish("a", encoding_format="hex"), 400),
        ({"model": MODEL, "input": [1, 2]}, 400),
        ({"model": MODEL, "input": "a" * 100_001}, 400),
    ],
)
async def test_what_makes_no_sense_is_refused(acorn: httpx.AsyncClient, body: dict[str, Any], status: int) -> None:
    assert (await acorn.post(PATH, json=body)).status_code == status


async def test_all_workspaces_share_one_child(
    gateway: Gateway, acorn: httpx.AsyncClient, birch: httpx.AsyncClient
) -> None:
    assert gateway.child.pid is None
    await acorn.post(PATH, json=wish("a"))
    pid = gateway.child.pid
    await asyncio.gather(*(client.post(PATH, json=wish("b")) for client in (acorn, birch)))
    assert pid is not None and gateway.child.pid == pid


async def test_a_question_goes_before_a_neighbours_passages(
    gateway: Gateway, acorn: httpx.AsyncClient, birch: httpx.AsyncClient
) -> None:
    await acorn.post(PATH, json=wish("the model is loaded now"))
    passages = asyncio.create_task(birch.post(PATH, json=wish(*["a passage of some words " * 40] * 64)))
    await asyncio.sleep(0.1)
    assert (await acorn.post(PATH, json=wish("a question", urgent=True))).status_code == 200
    assert not passages.done()
    assert (await passages).status_code == 200


async def test_the_call_is_noted_with_how_many_texts_it_had(
    gateway: Gateway, acorn: httpx.AsyncClient, db: Database
) -> None:
    await acorn.post(PATH, json=wish("a", "b", "c"))
    await gateway.noting.close()
    (call,) = await db.read(queries.calls, ACORN, 9)
    assert (call.verb, call.status, call.amount) == ("embeddings", 200, 3)
    assert call.milliseconds > 0


async def test_a_workspace_gets_the_vectors_that_a_model_of_its_own_would_give(
    gateway: Gateway, acorns_way_out: WayOut
) -> None:
    texts = [f"passage number {number}" for number in range(CALL_TEXTS + 1)]
    through: Embedder = DoorEmbedder(acorns_way_out)
    assert (through.model, through.dimension) == (gateway.embedder.model, gateway.embedder.dimension)
    assert await through.embed(texts) == await gateway.embedder.embed(texts)
    assert await through.embed(texts[:5], urgent=True) == await gateway.embedder.embed(texts[:5])
