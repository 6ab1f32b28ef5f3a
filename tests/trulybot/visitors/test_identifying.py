"""The owner's website says who a visitor is: believed with its server's signature, and with nothing else."""

import hashlib
import hmac
import re
from typing import Any

import pytest

from tests.cast import Browser
from tests.trulybot.visitors.conftest import SHOP
from trulybot.kit.clock import now
from trulybot.settings import Settings
from trulybot.visitors import queries
from trulybot.visitors.tokens import new_visitor, token_for
from trulybot.workspace import written

ANN = {"id": "customer-4711", "name": "Ann", "email": "ann@example.com"}
BEN = {"id": "customer-4712", "name": "Ben"}

pytestmark = pytest.mark.usefixtures("listed")


async def secret_of(mira: Browser) -> str:
    found = re.search(r"<code data-secret>([0-9a-f]{64})</code>", (await mira.get("/settings")).text)
    assert found
    return found[1]


def signed(secret: str, who: dict[str, str]) -> dict[str, str]:
    return {**who, "hash": hmac.new(secret.encode(), who["id"].encode(), hashlib.sha256).hexdigest()}


async def ask(shop: Browser, token: str = "", **more: str) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    asked = await shop.post("/api/chat", json={"question": "hello", **more}, headers=headers)
    assert asked.status_code == 200, asked.text
    given: dict[str, Any] = asked.json()
    return given


async def identify(shop: Browser, who: dict[str, Any], token: str = "") -> str:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = await shop.post("/api/visitors/identify", json=who, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert answer.json().keys() == {"visitor", "visitor_expires_at"}
    found: str = answer.json()["visitor"]
    return found


async def visitor_of(robin: Browser, given: dict[str, Any]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = (await robin.get(f"/api/conversations/{given['conversation']}")).json()["visitor"]
    return found


async def test_who_was_asking_already_is_known_from_then_on(shop: Browser, mira: Browser, robin: Browser) -> None:
    given = await ask(shop)
    assert await visitor_of(robin, given) is None
    await identify(shop, signed(await secret_of(mira), ANN), given["visitor"])
    known = await visitor_of(robin, given)
    assert known and (known["known_as"], known["name"], known["email"]) == (ANN["id"], ANN["name"], ANN["email"])
    assert known["proved_at"] > 0
    page = (await mira.get(f"/inbox/{given['conversation'].partition('.')[0]}")).text
    assert "customer-4711" in page and "ann@example.com" in page


async def test_a_conversation_begun_with_the_token_is_theirs(shop: Browser, mira: Browser, robin: Browser) -> None:
    token = await identify(shop, signed(await secret_of(mira), ANN))
    known = await visitor_of(robin, await ask(shop, token))
    assert known and known["known_as"] == ANN["id"]


@pytest.mark.parametrize(
    "change",
    [
        {"hash": "0" * 64},
        {"id": "customer-4712"},
        {"id": "customer-4711 "},
        {"id": "Customer-4711"},
    ],
)
async def test_without_the_right_hash_nobody_is_believed(
    shop: Browser, mira: Browser, robin: Browser, change: dict[str, str]
) -> None:
    given = await ask(shop)
    who = {**signed(await secret_of(mira), ANN), **change}
    headers = {"authorization": f"Bearer {given['visitor']}"}
    refused = await shop.post("/api/visitors/identify", json=who, headers=headers)
    assert (refused.status_code, "does not fit" in refused.json()["detail"]) == (403, True)
    assert await visitor_of(robin, given) is None


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""},
        {"id": "x" * 201},
        {"id": 4711},
        {"id": None},
        {"id": ["customer-4711"]},
        {"hash": ""},
        {"hash": "0" * 63},
        {"hash": "g" * 64},
        {"hash": 7},
        {"name": "x" * 121},
        {"name": {"first": "Ann"}},
        {"email": "x" * 255},
        {"visitor": "v_" + "x" * 16},
    ],
)
async def test_what_is_malformed_is_refused(
    shop: Browser, mira: Browser, robin: Browser, change: dict[str, Any]
) -> None:
    given = await ask(shop)
    headers = {"authorization": f"Bearer {given['visitor']}"}
    who = {**signed(await secret_of(mira), ANN), **change}
    refused = await shop.post("/api/visitors/identify", json=who, headers=headers)
    assert refused.status_code == 400
    assert next(iter(change)) in refused.json()["detail"]
    assert await visitor_of(robin, given) is None


@pytest.mark.parametrize(
    "odd", [{"id": "a\0b"}, {"id": "a\nb"}, {"name": "A\0nn"}, {"email": "ann"}, {"email": "a\0@b"}]
)
async def test_a_right_hash_makes_no_odd_text_right(
    shop: Browser, mira: Browser, robin: Browser, odd: dict[str, str]
) -> None:
    given = await ask(shop)
    headers = {"authorization": f"Bearer {given['visitor']}"}
    who = signed(await secret_of(mira), {**ANN, **odd})
    assert (await shop.post("/api/visitors/identify", json=who, headers=headers)).status_code == 422
    assert await visitor_of(robin, given) is None


async def test_said_again_nothing_is_lost_and_nobody_doubled(shop: Browser, mira: Browser, robin: Browser) -> None:
    secret = await secret_of(mira)
    first = await identify(shop, signed(secret, ANN))
    again = await identify(shop, signed(secret, {"id": ANN["id"]}))
    assert first.split(".")[0] == again.split(".")[0]
    known = await visitor_of(robin, await ask(shop, again))
    assert known and (known["name"], known["email"]) == ("Ann", "ann@example.com")


async def test_who_comes_next_in_a_browser_does_not_read_on(shop: Browser, mira: Browser) -> None:
    secret = await secret_of(mira)
    anns = await identify(shop, signed(secret, ANN))
    given = await ask(shop, anns)
    bens = await identify(shop, signed(secret, BEN), anns)
    path = f"/api/chat/{given['conversation']}"
    turn = f"{path}/turns/{given['turn']}"
    for method, address in [
        ("GET", path),
        ("GET", f"{path}/messages"),
        ("GET", f"{turn}/stream"),
        ("DELETE", f"{turn}/stream"),
        ("POST", f"{turn}/feedback"),
        ("DELETE", path),
    ]:
        body = {"json": {"vote": "up"}} if method == "POST" else {}
        headers = {"authorization": f"Bearer {bens}"}
        assert (await shop.request(method, address, headers=headers, **body)).status_code == 404, (method, address)  # type: ignore[arg-type]
    question = {"question": "thanks", "conversation": given["conversation"]}
    assert (await shop.post("/api/chat", json=question, headers={"authorization": f"Bearer {bens}"})).status_code == 404
    assert (await shop.get(path, headers={"authorization": f"Bearer {anns}"})).status_code == 200


async def test_one_person_goes_on_in_another_browser(shop: Browser, mira: Browser) -> None:
    secret = await secret_of(mira)
    given = await ask(shop)
    await identify(shop, signed(secret, ANN), given["visitor"])
    elsewhere = await ask(shop)
    other = await identify(shop, signed(secret, ANN), elsewhere["visitor"])
    assert (await ask(shop, other, conversation=given["conversation"]))["conversation"] == given["conversation"]


async def test_what_was_begun_by_nobody_in_particular_becomes_theirs(
    shop: Browser, mira: Browser, robin: Browser
) -> None:
    given = await ask(shop)
    token = await identify(shop, signed(await secret_of(mira), ANN))
    await ask(shop, token, conversation=given["conversation"])
    known = await visitor_of(robin, given)
    assert known and known["known_as"] == ANN["id"]


async def test_a_token_that_does_not_fit_changes_nothing(shop: Browser, robin: Browser) -> None:
    given = await ask(shop)
    forged = given["visitor"][:-1] + ("0" if given["visitor"][-1] != "0" else "1")
    for token in (forged, "vt_", "vt_nonsense", given["visitor"] + "0"):
        headers = {"authorization": f"Bearer {token}"}
        for refused in (
            await shop.post("/api/chat", json={"question": "hello"}, headers=headers),
            await shop.get(f"/api/chat/{given['conversation']}", headers=headers),
            await shop.delete(f"/api/chat/{given['conversation']}", headers=headers),
            await shop.post("/api/visitors/identify", json={"id": "a", "hash": "0" * 64}, headers=headers),
        ):
            assert refused.status_code == 401
            assert "Leave the header Authorization out" in refused.json()["detail"]
            assert refused.headers["access-control-allow-origin"] == SHOP
    assert len((await robin.get("/api/conversations")).json()["conversations"]) == 1
    assert (await ask(shop, conversation=given["conversation"]))["conversation"] == given["conversation"]


async def test_a_token_ends_after_an_hour_and_in_another_workspace(shop: Browser, settings: Settings) -> None:
    visitor, key = new_visitor(), written(settings, queries.keys).tokens
    path = "/api/visitors/identify"
    for token, status in [
        (token_for(visitor, key, now()), 403),  # good: it is the hash that does not fit
        (token_for(visitor, key, now() - 3590), 403),
        (token_for(visitor, key, now() - 3600), 401),
        (token_for(visitor, b"x" * 32, now()), 401),
    ]:
        headers = {"authorization": f"Bearer {token.visitor}"}
        answer = await shop.post(path, json={"id": "a", "hash": "0" * 64}, headers=headers)
        assert answer.status_code == status


async def test_a_visitors_token_is_no_key(shop: Browser, robin: Browser) -> None:
    token = (await ask(shop))["visitor"]
    headers = {"authorization": f"Bearer {token}", "origin": "https://localhost"}
    assert (await robin.get("/api/documents")).status_code == 200
    for address in ("/api/documents", "/api/conversations", "/api/settings", "/api/user/profile"):
        assert (await shop.get(address, headers=headers)).status_code == 401
    assert (await shop.patch("/api/settings", json={}, headers=headers)).status_code == 401


async def test_a_key_still_works_where_visitors_ask(robin: Browser) -> None:
    assert (await robin.post("/api/chat", json={"question": "hello"})).status_code == 200


async def test_the_secret_is_the_owners_alone(mira: Browser, robin: Browser, charlie: Browser) -> None:
    secret = await secret_of(mira)
    assert secret not in (await robin.get("/settings")).text
    assert secret not in (await robin.get("/api/settings")).text
    assert (await robin.post("/settings/identify-secret")).status_code == 403
    assert (await charlie.submit("/settings/identify-secret")).status_code == 401
    assert await secret_of(mira) == secret


async def test_a_renewed_secret_ends_what_the_old_one_proved(shop: Browser, mira: Browser) -> None:
    old = await secret_of(mira)
    token = await identify(shop, signed(old, ANN))
    given = await ask(shop, token)
    renewed = await mira.submit("/settings/identify-secret", csrf=await mira.csrf())
    assert renewed.status_code == 303
    new = await secret_of(mira)
    assert new != old
    assert (await shop.post("/api/visitors/identify", json=signed(old, ANN))).status_code == 403
    asked = await shop.post("/api/chat", json={"question": "hello"}, headers={"authorization": f"Bearer {token}"})
    assert asked.status_code == 401
    again = await identify(shop, signed(new, ANN))
    assert (await ask(shop, again, conversation=given["conversation"]))["conversation"] == given["conversation"]
