import os

import httpx
import pytest
from sqlalchemy import Connection, text

from control_plane.gateway import queries
from control_plane.gateway.app import create_gateway
from control_plane.gateway.door import assert_declared
from control_plane.gateway.gateway import Gateway
from control_plane.workspaces import queries as workspace_queries
from tests.control_plane.gateway.conftest import ACORN, BIRCH, Asleep
from trulybot.kit.access import handlers
from trulybot.kit.database import Database
from trulybot.kit.errors import CannotStart
from trulybot.kit.security import hashed

IDLE = "/idle"


def events(connection: Connection) -> list[tuple[str, str, str]]:
    sql = "SELECT workspace_id, kind, detail FROM security_events ORDER BY id"
    return [(workspace, kind, detail) for workspace, kind, detail in connection.execute(text(sql))]


async def test_a_workspace_is_known_by_its_token(
    acorn: httpx.AsyncClient, birch: httpx.AsyncClient, asleep: Asleep
) -> None:
    assert (await acorn.post(IDLE, json={"up_again_at": 7})).status_code == 204
    assert (await birch.post(IDLE, json={})).status_code == 204
    assert asleep.told == [(ACORN, 7), (BIRCH, None)]


@pytest.mark.parametrize("shown", [None, "", "Bearer", "Bearer token of w_elm", "Basic token of w_acorn"])
async def test_without_a_token_of_ours_nobody_comes_in(
    acorn: httpx.AsyncClient, asleep: Asleep, shown: str | None
) -> None:
    assert (await acorn.post(IDLE, json={})).status_code == 204
    request = acorn.build_request("POST", IDLE, json={})
    del request.headers["authorization"]
    if shown is not None:
        request.headers["authorization"] = shown
    answer = await acorn.send(request)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(asleep.told) == 1


async def test_every_route_but_up_wants_a_token(gateway: Gateway, acorn: httpx.AsyncClient) -> None:
    del acorn.headers["authorization"]
    paths = [path for path, handler in handlers(create_gateway(gateway)) if "POST" in handler.http_methods]
    assert IDLE in paths
    assert {(await acorn.post(path, json={})).status_code for path in paths} == {401}
    assert (await acorn.get("/up")).status_code == 200


async def test_both_tokens_hold_while_one_is_exchanged_and_the_old_one_no_longer(
    acorn: httpx.AsyncClient, db: Database
) -> None:
    await db.write(workspace_queries.add_token, ACORN, hashed("new"))
    new = {"authorization": "Bearer new"}
    assert (await acorn.post(IDLE, json={})).status_code == 204
    assert (await acorn.post(IDLE, json={}, headers=new)).status_code == 204
    await db.write(workspace_queries.forget_other_tokens, ACORN, hashed("new"))
    assert (await acorn.post(IDLE, json={}, headers=new)).status_code == 204
    assert (await acorn.post(IDLE, json={})).status_code == 401


async def test_a_suspended_workspace_is_nobody(acorn: httpx.AsyncClient, db: Database) -> None:
    assert (await acorn.post(IDLE, json={})).status_code == 204
    await db.write(workspace_queries.want, ACORN, "suspended", "open", reason="Unpaid")
    assert (await acorn.post(IDLE, json={})).status_code == 401


async def test_the_token_of_another_users_process_is_refused_and_noted(
    gateway: Gateway, acorn: httpx.AsyncClient, birch: httpx.AsyncClient, db: Database
) -> None:
    others = {ACORN: os.getuid(), BIRCH: os.getuid() + 1}
    object.__setattr__(gateway.door, "uid_of", others.get)
    assert (await acorn.post(IDLE, json={})).status_code == 204
    assert (await birch.post(IDLE, json={})).status_code == 403
    assert await db.read(events) == [(BIRCH, "token from another peer", f"uid {os.getuid()}")]


async def test_too_many_calls_are_refused_to_the_workspace_that_made_them(
    acorn: httpx.AsyncClient, birch: httpx.AsyncClient
) -> None:
    answers = [await acorn.post(IDLE, json={}) for _ in range(61)]
    assert [answer.status_code for answer in answers] == [*[204] * 60, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert (await birch.post(IDLE, json={})).status_code == 204


async def test_what_should_not_have_happened_is_noted_with_its_workspace(
    acorn: httpx.AsyncClient, db: Database
) -> None:
    told = {"kind": "pass for another workspace", "detail": "w_birch"}
    assert (await acorn.post("/security-events", json=told)).status_code == 204
    assert await db.read(events) == [(ACORN, "pass for another workspace", "w_birch")]


async def test_each_call_of_a_workspace_is_a_row(
    gateway: Gateway, acorn: httpx.AsyncClient, birch: httpx.AsyncClient, db: Database
) -> None:
    await acorn.post(IDLE, json={})
    await acorn.post(IDLE, json={"up_again_at": "soon"})
    await birch.post("/security-events", json={"kind": "odd"})
    await acorn.get("/up")
    await gateway.noting.close()
    assert [(call.verb, call.status) for call in await db.read(queries.calls, ACORN, 9)] == [
        ("idle", 400),
        ("idle", 204),
    ]
    assert [call.verb for call in await db.read(queries.calls, BIRCH, 9)] == ["security event"]


@pytest.mark.parametrize("host", ["acorn.example.com", "app.example.com", ""])
async def test_under_another_name_nothing_is_here(acorn: httpx.AsyncClient, host: str) -> None:
    assert (await acorn.post(IDLE, json={}, headers={"host": host})).status_code == 421


def test_a_route_that_does_not_say_whose_it_is_stops_the_start(gateway: Gateway) -> None:
    app = create_gateway(gateway)
    next(handler for path, handler in handlers(app) if path == IDLE).opt.pop("verb")
    with pytest.raises(CannotStart, match=IDLE):
        assert_declared(app)
