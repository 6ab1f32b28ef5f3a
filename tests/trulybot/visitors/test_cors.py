"""Pages of other websites, as browsers speak for them: what they may call, and what they may read of the answer."""

import re

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import Connection, text

from tests.cast import ADDRESS, Browser
from tests.trulybot.visitors.conftest import SHOP
from trulybot.kit import access
from trulybot.settings import Settings
from trulybot.workspace import written

Calls = set[tuple[str, str]]

FOR_ANY_PAGE = {("GET", "/widget.js"), ("GET", "/widget/some/panel.js")}  # the widget’s scripts, the same for all

QUESTION = {"question": "hello"}
ODD = ["null", "HTTPS://SHOP.EXAMPLE", f"{SHOP}:443", f"{SHOP}:8443", f"{SHOP}/", "https://evilshop.example", "//", ""]
UNLISTED = ["https://evil.example", "https://shop.example.evil.example", "http://shop.example", "http://localhost:3000"]


async def preflight(page: Browser, path: str, method: str, **headers: str) -> httpx.Response:
    asked = {"access-control-request-method": method, "access-control-request-headers": "content-type"}
    return await page.options(path, headers=asked | headers)


def calls(app: Litestar) -> tuple[Calls, Calls]:
    """(method, path) of those that other websites' pages may make, and of all others."""
    theirs: Calls = set()
    ours: Calls = set()
    for path, handler in access.handlers(app):
        for method in handler.http_methods:
            address = re.sub(r"\{\w+:(\w+)\}", lambda found: "1" if found[1] == "int" else "some", path)
            visits = handler.opt["who"] == "visitor" and path.startswith("/api/")
            (theirs if visits else ours).add((method, address))
    return theirs, ours


def readable_by(answer: httpx.Response) -> str | None:
    assert "access-control-allow-credentials" not in answer.headers
    assert len(answer.headers.get_list("access-control-allow-origin")) <= 1
    allowed: str | None = answer.headers.get("access-control-allow-origin")
    return allowed


def varies(answer: httpx.Response) -> bool:
    return "Origin" in answer.headers.get("vary", "").split(", ")


@pytest.mark.usefixtures("listed")
async def test_a_listed_site_asks_and_reads_the_answer(shop: Browser) -> None:
    asked = await shop.post("/api/chat", json=QUESTION)
    assert (asked.status_code, asked.json()["kind"]) == (200, "greeting")
    assert readable_by(asked) == SHOP
    assert varies(asked)
    assert asked.headers["cross-origin-resource-policy"] == "cross-origin"
    assert asked.headers["access-control-expose-headers"] == "Retry-After"
    assert "set-cookie" not in asked.headers
    below = await shop.post("/api/chat", json=QUESTION, headers={"origin": "https://www.shop.example"})
    assert (below.status_code, readable_by(below)) == (200, "https://www.shop.example")


@pytest.mark.usefixtures("listed")
async def test_a_listed_site_reads_a_stream(shop: Browser) -> None:
    streamed = await shop.post("/api/chat", json=QUESTION, headers={"accept": "text/event-stream"})
    assert streamed.text.startswith("event: turn\n")
    assert readable_by(streamed) == SHOP and varies(streamed)


@pytest.mark.usefixtures("listed")
async def test_every_visitors_call_is_open_to_listed_sites_alone(app: Litestar, shop: Browser) -> None:
    theirs, _ = calls(app)
    assert len(theirs) >= 4
    for method, address in theirs:
        for origin in (*UNLISTED, *ODD):
            refused = await shop.request(method, address, json=QUESTION, headers={"origin": origin})
            assert (refused.status_code, varies(refused)) == (403, True), (method, address, origin)
        let_in = await shop.request(method, address, json=QUESTION)
        assert let_in.status_code != 403 or "origin" not in let_in.json(), (method, address)
        assert readable_by(let_in) == SHOP and varies(let_in), (method, address)


@pytest.mark.usefixtures("listed")
async def test_every_other_call_is_closed_to_listed_sites(app: Litestar, shop: Browser) -> None:
    _, ours = calls(app)
    assert ("PATCH", "/api/settings") in ours
    assert ours >= FOR_ANY_PAGE
    for method, address in ours - FOR_ANY_PAGE:
        asked = await shop.request(method, address, json={})
        assert readable_by(asked) is None, (method, address)
        assert asked.headers["cross-origin-resource-policy"] == "same-origin"
        assert method == "GET" or asked.status_code == 403, (method, address)
        assert readable_by(await preflight(shop, address, method)) is None or ("POST", address) in calls(app)[0]


@pytest.mark.usefixtures("listed")
async def test_a_preflight_is_told_what_this_path_takes(app: Litestar, shop: Browser) -> None:
    theirs, _ = calls(app)
    for method, address in theirs:
        told = await preflight(shop, address, method)
        assert (told.status_code, told.content, readable_by(told)) == (204, b"", SHOP)
        assert varies(told)
        methods = told.headers["access-control-allow-methods"].split(", ")
        assert set(methods) == {one for one, other in theirs if other == address}
        allowed = set(told.headers["access-control-allow-headers"].lower().split(", "))
        assert allowed == {"accept", "authorization", "content-type", "idempotency-key", "last-event-id"}
        assert 0 < int(told.headers["access-control-max-age"]) <= 7200


@pytest.mark.usefixtures("listed")
async def test_an_unlisted_site_is_told_its_name_on_the_preflight_too(shop: Browser, robin: Browser) -> None:
    for origin in UNLISTED:
        named = {"origin": origin}
        for refused in (
            await preflight(shop, "/api/chat", "POST", **named),
            await shop.post("/api/chat", json=QUESTION, headers=named),
            await shop.get("/api/chat/some/messages", headers=named),
        ):
            assert refused.status_code == 403
            assert refused.headers["content-type"] == "application/problem+json"
            assert f"can add {origin} to the allowed sites" in refused.json()["detail"]
            assert refused.json()["origin"] == origin
            assert readable_by(refused) == origin and varies(refused)
            assert "access-control-allow-methods" not in refused.headers
    assert (await robin.get("/api/conversations")).json()["conversations"] == []


@pytest.mark.usefixtures("listed")
async def test_what_names_no_site_may_read_nothing(shop: Browser) -> None:
    for origin in ("null", "HTTPS://SHOP.EXAMPLE", "", f"{SHOP}\u00e9"):
        refused = await shop.post("/api/chat", json=QUESTION, headers={b"origin": origin.encode("latin-1")})
        assert (refused.status_code, readable_by(refused), varies(refused)) == (403, None, True)
        assert "does not say which website" in refused.json()["detail"]


@pytest.mark.usefixtures("listed")
async def test_two_origins_are_refused_even_where_each_is_allowed(shop: Browser) -> None:
    for other in (SHOP, "https://evil.example", ADDRESS):
        headers = [("origin", SHOP), ("origin", other), ("content-type", "application/json")]
        async with httpx.AsyncClient(transport=shop._transport, base_url=ADDRESS) as client:
            refused = await client.post("/api/chat", content=b'{"question": "hello"}', headers=headers)
        assert (refused.status_code, readable_by(refused)) == (403, None)


@pytest.mark.usefixtures("listed")
async def test_errors_can_be_read_too(shop: Browser) -> None:
    statuses = set()
    for answer in (
        await shop.post("/api/chat", json={}),
        await shop.post("/api/chat", content=b"{", headers={"content-type": "application/json"}),
        await shop.post("/api/chat", content=b"question=hello"),
        await shop.post("/api/chat", content=b"x" * 1_500_000, headers={"content-type": "application/json"}),
        await shop.post("/api/chat", json=QUESTION | {"conversation": "c_none.0"}),
        await shop.get("/api/chat/c_none.0/messages?after=x"),
    ):
        assert answer.headers["content-type"] == "application/problem+json"
        assert readable_by(answer) == SHOP and varies(answer)
        statuses.add(answer.status_code)
    assert statuses == {400, 404, 413, 415}
    while (limited := await shop.post("/api/chat", json=QUESTION)).status_code == 200:
        assert readable_by(limited) == SHOP
    assert (limited.status_code, readable_by(limited)) == (429, SHOP)


@pytest.mark.usefixtures("listed")
async def test_our_own_mistakes_can_be_read_too(shop: Browser, settings: Settings) -> None:
    given = (await shop.post("/api/chat", json=QUESTION)).json()
    written(settings, _break_messages)
    failed = await shop.get(f"/api/chat/{given['conversation']}/messages")
    assert (failed.status_code, readable_by(failed)) == (500, SHOP)


@pytest.mark.usefixtures("listed")
async def test_a_site_that_is_taken_off_the_list_is_out_at_once(shop: Browser, robin: Browser) -> None:
    given = (await shop.post("/api/chat", json=QUESTION)).json()
    await robin.patch("/api/settings", json={"sites": []})
    assert (await shop.post("/api/chat", json=QUESTION | {"conversation": given["conversation"]})).status_code == 403
    assert (await shop.get(f"/api/chat/{given['conversation']}/messages")).status_code == 403


async def test_nothing_is_allowed_until_it_is_listed(shop: Browser, charlie: Browser) -> None:
    assert (await shop.post("/api/chat", json=QUESTION)).status_code == 403
    assert (await charlie.post("/api/chat", json=QUESTION)).status_code == 200


@pytest.mark.usefixtures("listed")
async def test_a_detour_in_the_path_leads_past_nothing(shop: Browser) -> None:
    for path in (f"{ADDRESS}/api/chat/", f"{ADDRESS}//api//chat", f"{ADDRESS}/api/ch%61t"):
        assert (await shop.post(path, json=QUESTION)).status_code == 200
        unlisted = await shop.post(path, json=QUESTION, headers={"origin": UNLISTED[0]})
        assert (unlisted.status_code, unlisted.json()["origin"]) == (403, UNLISTED[0])


async def test_our_own_pages_and_programs_need_no_list(charlie: Browser) -> None:
    own = await charlie.post("/api/chat", json=QUESTION, headers={"origin": ADDRESS, "sec-fetch-site": "same-origin"})
    program = await charlie.post("/api/chat", json=QUESTION)
    asked = await charlie.options("/api/chat", headers={"origin": ADDRESS})
    for answer in (own, program, asked):
        assert answer.status_code in (200, 204)
        assert readable_by(answer) is None and varies(answer)


@pytest.mark.usefixtures("listed")
async def test_a_post_from_another_site_without_an_origin_stays_refused(charlie: Browser) -> None:
    for site in ("cross-site", "same-site"):
        asked = await charlie.post("/api/chat", json=QUESTION, headers={"sec-fetch-site": site})
        assert (asked.status_code, varies(asked)) == (403, True)


@pytest.mark.usefixtures("listed")
async def test_a_listed_site_cannot_borrow_a_session(mira: Browser) -> None:
    """Even where a browser would send the cookie: for pages of the same registered domain."""
    refused = await mira.post("/api/chat", json=QUESTION, headers={"origin": SHOP, "sec-fetch-site": "same-site"})
    assert (refused.status_code, "out of date" in refused.json()["detail"]) == (403, True)


def _break_messages(connection: Connection) -> None:
    connection.execute(text("DROP TABLE messages"))


class TestInDevelopment:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return Settings(data=settings.data, public_url="http://localhost:8000")

    async def test_this_machines_pages_are_let_in(self, shop: Browser) -> None:
        for origin in ("http://localhost:3000", "http://127.0.0.1:5173", "http://shop.localhost"):
            asked = await shop.post("/api/chat", json=QUESTION, headers={"origin": origin})
            assert (asked.status_code, readable_by(asked)) == (200, origin)
        assert (await shop.post("/api/chat", json=QUESTION)).status_code == 403
        changed = await shop.patch("/api/settings", json={}, headers={"origin": "http://localhost:3000"})
        assert changed.status_code == 403
