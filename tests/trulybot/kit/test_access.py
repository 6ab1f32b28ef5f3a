"""Who may call what, on every route of the real application."""

import re
from itertools import product
from pathlib import Path

import pytest
from litestar import Litestar, get

from tests.cast import ADDRESS, MIRA, PASSWORD, Browser
from trulybot.kit import access
from trulybot.kit.access import admit, assert_declared, open_to
from trulybot.kit.errors import CannotStart
from trulybot.kit.ranks import RANKS
from trulybot.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """As it is served to the world; in development the pages of this machine are let in."""
    return Settings(data=tmp_path / "data", public_url="https://chat.acorn.example")


OURS = {"origin": ADDRESS}
FOREIGN = ["https://evil.example", "null", "https://localhost:8443", "https://localhost.evil.example", ""]


def calls(app: Litestar, *who: str) -> list[tuple[str, str]]:
    """(method, address) of every route open to these, with something in place of each parameter."""
    return [
        (method, re.sub(r"\{\w+:(\w+)\}", lambda found: "1" if found[1] == "int" else "some", path))
        for path, handler in access.handlers(app)
        if handler.opt["who"] in who
        for method in handler.http_methods
        if method != "HEAD"
    ]


def test_a_route_that_does_not_say_who_may_call_it_stops_the_start() -> None:
    @get("/said", opt=open_to("viewer"))
    async def said() -> None: ...

    @get("/silent")
    async def silent() -> None: ...

    assert_declared(Litestar([said], openapi_config=None, before_request=admit))
    with pytest.raises(CannotStart, match="/silent"):
        assert_declared(Litestar([said, silent], openapi_config=None, before_request=admit))
    with pytest.raises(CannotStart, match="/said"):
        assert_declared(Litestar([said], openapi_config=None))


async def test_every_route_of_the_staff_is_closed_to_an_outsider(app: Litestar, charlie: Browser) -> None:
    staffs = calls(app, *RANKS)
    assert len(staffs) > 20
    opened = []
    for method, address in staffs:
        answer = await charlie.request(method, address, headers=OURS)
        refused = answer.status_code == 401 and "sign in" in answer.text.lower()
        sent_away = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?")
        if not refused and not sent_away:
            opened.append((method, address, answer.status_code))
    assert opened == []


async def test_every_page_of_the_staff_is_open_to_staff(app: Litestar, mira: Browser) -> None:
    """For the test before this one to mean anything."""
    shut = []
    for method, address in calls(app, *RANKS):
        if method != "GET" or address in (
            "/live",
            "/inbox/live",
        ):  # they have tests of their own
            continue
        if (status := (await mira.get(address)).status_code) not in (200, 400, 404):
            shut.append((address, status))
    assert shut == []


async def test_no_route_beside_the_chosen_few_is_open_to_anyone(app: Litestar) -> None:
    public = {address for _, address in calls(app, "anyone", "visitor")}
    expected = {
        "/", "/up", "/api", "/openapi.json", "/api/schema", "/api/schema/some", "/api/schema/openapi.json",
        "/static/some/some", "/sign-in", "/sign-in/code", "/welcome/some", "/api/auth/sign-in", "/forgotten-password",
        "/chat", "/chat/new", "/api/chat", "/api/chat/some/turns/some/stream", "/api/chat/some/turns/some/feedback",
            "/api/chat/some/messages", "/api/chat/some", "/api/visitors/identify", "/api/leads", "/chat/lead",
        "/chat/lead/declined",
        "/widget.js", "/widget/some/panel.js", "/widget/preview", "/api/widget/config", "/api/widget/config/some",
        "/widget/drafts/some/widget.js", "/widget/drafts/some/widget/some/panel.js", "/widget/drafts/some/api/leads",
        "/widget/drafts/some/api/widget/config", "/widget/drafts/some/api/some",
    }  # fmt: skip
    assert public - expected == set()


async def test_every_unsafe_route_is_closed_to_a_session_without_its_csrf_token(app: Litestar, mira: Browser) -> None:
    unsafe = [call for call in calls(app, *RANKS, "visitor") if call[0] != "GET"]
    assert unsafe
    ours = {b"origin": ADDRESS.encode()}
    for wrong in ({}, {b"x-csrf-token": b"0" * 64}, {b"x-csrf-token": b"\xe9"}):
        for method, address in unsafe:
            answer = await mira.request(method, address, headers=ours | wrong)
            assert answer.status_code == 403, (method, address)
            assert "Reload" in answer.text
    assert await mira.is_signed_in()


async def test_every_unsafe_route_is_closed_to_another_origin(app: Litestar, mira: Browser) -> None:
    csrf = await mira.csrf()
    unsafe = [call for call in calls(app, *RANKS, "visitor", "anyone") if call[0] != "GET"]
    for origin, (method, address) in product(FOREIGN, unsafe):
        answer = await mira.request(method, address, headers={"origin": origin, "x-csrf-token": csrf})
        assert answer.status_code == 403, (origin, method, address)
    assert await mira.is_signed_in()


async def test_an_origin_that_is_no_address_is_refused(charlie: Browser) -> None:
    for origin in ("http://[", "http://[::1", "//", ""):
        answer = await charlie.post("/api/chat", json={"question": "hello"}, headers={"origin": origin})
        assert answer.status_code == 403, origin


async def test_a_cross_site_post_without_an_origin_is_refused(mira: Browser) -> None:
    headers = {"x-csrf-token": await mira.csrf(), "sec-fetch-site": "cross-site"}
    assert (await mira.patch("/api/settings", json={"contact": "gone"}, headers=headers)).status_code == 403
    headers["sec-fetch-site"] = "same-origin"
    assert (await mira.patch("/api/settings", json={"contact": "here"}, headers=headers)).status_code == 200


async def test_the_csrf_token_is_taken_from_header_or_form(mira: Browser) -> None:
    csrf = await mira.csrf()
    changed = await mira.patch("/api/settings", json={"contact": "Call us"}, headers={**OURS, "x-csrf-token": csrf})
    assert changed.json()["contact"] == "Call us"
    assert (await mira.submit("/sign-out", csrf=csrf)).status_code == 303
    assert not await mira.is_signed_in()


async def test_the_token_of_another_session_is_refused(mira: Browser, charlie: Browser) -> None:
    await charlie.submit("/sign-in", email=MIRA, password=PASSWORD)
    assert await charlie.is_signed_in()
    answer = await mira.submit("/sign-out", csrf=await charlie.csrf())
    assert answer.status_code == 403
    assert await mira.is_signed_in()


async def test_a_program_needs_no_csrf_token(robin: Browser) -> None:
    assert (await robin.patch("/api/settings", json={"contact": "Call us"})).status_code == 200


async def test_a_program_is_not_the_owner(app: Litestar, mira: Browser, robin: Browser) -> None:
    owners = calls(app, "owner")
    assert owners
    for method, address in owners:
        assert (await robin.request(method, address)).status_code == 403


async def test_a_wrong_key_is_judged_by_itself_even_beside_a_session(mira: Browser) -> None:
    assert (await mira.get("/api/documents")).status_code == 200
    for wrong in ("Bearer nonsense", "Bearer", "Basic bWlyYTpw", "Bearer \u00e9\u00ff"):
        answer = await mira.get("/api/documents", headers={b"authorization": wrong.encode("latin-1")})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_who_calls_too_often_is_told_when_to_come_back(app: Litestar, charlie: Browser) -> None:
    question = {"question": "hello"}
    allowed = 0
    while (refused := await charlie.post("/api/chat", json=question)).status_code == 200:
        allowed += 1
    assert allowed >= 60
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert "Try again in" in refused.json()["detail"]
    async with Browser(app, address="198.51.100.9") as other:
        assert (await other.post("/api/chat", json=question)).status_code == 200


async def test_every_route_but_health_has_a_limit(app: Litestar) -> None:
    unlimited = {path for path, handler in access.handlers(app) if not handler.opt.get("limit")}
    assert unlimited == {"/up"}


async def test_no_page_of_the_api_loads_what_is_not_ours(charlie: Browser) -> None:
    for address in ("/api", "/api/schema", "/api/schema/swagger", "/api/schema/redoc"):
        page = await charlie.get(address)
        assert not re.search(r'(src|href)="?https?://', page.text)
