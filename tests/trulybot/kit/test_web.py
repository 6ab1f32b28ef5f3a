"""The rim, as every answer shows it."""

import re
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import Connection, text

from tests.cast import Browser
from trulybot.app import create_app
from trulybot.kit.rim import LARGEST_HEAD
from trulybot.kit.security import HEADERS
from trulybot.settings import Settings
from trulybot.workspace import written


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data=tmp_path / "data",
        public_url="https://chat.acorn.example",
        trusted_proxies=(ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")),
    )


async def ask_from(app: Litestar, peer: str | None, forwarded: str | None) -> int:
    """The answer's status to one question that came by this way."""
    transport = httpx.ASGITransport(app, client=(peer, 4711) if peer else None)  # type: ignore[arg-type]
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    async with httpx.AsyncClient(transport=transport, base_url="https://localhost", headers=headers) as client:
        return (await client.post("/api/chat", json={"question": "hello"})).status_code


async def exhaust(app: Litestar, peer: str | None, forwarded: str | None) -> None:
    while await ask_from(app, peer, forwarded) == 200:
        pass


async def a_static_file(browser: Browser) -> str:
    found = re.search(r'"(/static/[^"]+)"', (await browser.get("/chat")).text)
    assert found
    return found[1]


async def test_a_foreign_host_is_refused_with_what_to_do(charlie: Browser) -> None:
    for host in ("evil.example", "localhost.evil.example", "evil.example:443", "localhost@evil.example", ""):
        answer = await charlie.get("/chat", headers={"host": host})
        assert answer.status_code == 421, host
        assert answer.headers["content-type"] == "application/problem+json"
        assert "TRULYBOT_PUBLIC_URL" in answer.json()["detail"]


async def test_our_own_hosts_are_served(charlie: Browser) -> None:
    for host in ("chat.acorn.example", "CHAT.acorn.example:8443", "localhost:8000", "[::1]:8000", "acorn.localhost"):
        assert (await charlie.get("/chat", headers={"host": host})).status_code == 200, host


async def test_a_port_that_cannot_be_is_refused(charlie: Browser) -> None:
    assert (await charlie.get("/nowhere", headers={"host": "localhost:65535"})).status_code == 404
    for port in ("65536", "99999999", "0000099999"):
        answer = await charlie.get("/nowhere", headers={"host": f"localhost:{port}"})
        assert answer.status_code == 421, port


async def test_a_head_that_is_far_too_large_is_refused(charlie: Browser) -> None:
    assert (await charlie.get("/up", headers={"x-much": "x" * (LARGEST_HEAD // 2)})).status_code == 200
    answer = await charlie.get("/up", headers={"x-much": "x" * LARGEST_HEAD})
    assert answer.status_code == 431 and "send less" in answer.json()["detail"]


async def test_the_addresses_of_one_connection_share_a_limit(app: Litestar) -> None:
    await exhaust(app, "2a00:1:2:3::1", None)
    assert await ask_from(app, "2a00:1:2:3:ffff::2", None) == 429
    assert await ask_from(app, None, "2a00:1:2:3::4") == 429
    assert await ask_from(app, "2a00:1:2:4::1", None) == 200


async def test_addresses_of_the_old_kind_share_none_in_their_new_spelling(app: Litestar) -> None:
    await exhaust(app, "::ffff:203.0.113.1", None)
    assert await ask_from(app, "203.0.113.1", None) == 429
    assert await ask_from(app, "::ffff:203.0.113.2", None) == 200


async def test_a_body_that_is_no_json_is_called_that(charlie: Browser) -> None:
    answer = await charlie.post("/api/chat", content=b"{", headers={"content-type": "application/json"})
    assert answer.status_code == 400 and "must be valid" in answer.json()["detail"]


async def test_health_is_told_under_any_host(charlie: Browser) -> None:
    for path in ("/up", "/up?database=false"):
        answer = await charlie.get(path, headers={"host": "10.1.2.3:8000"})
        assert (answer.status_code, answer.json()) == (200, {"status": "up"})


async def test_an_ipv6_address_may_be_ours(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path / "six", host="2001:db8::5"))
    async with app.lifespan(), Browser(app) as browser:
        for host in ("[2001:db8::5]", "[2001:db8::5]:8000"):
            assert (await browser.get("/chat", headers={"host": host})).status_code == 200
        assert (await browser.get("/chat", headers={"host": "[2001:db8::6]"})).status_code == 421


async def test_every_kind_of_answer_has_the_security_headers(
    charlie: Browser, mira: Browser, settings: Settings
) -> None:
    answers = [
        await charlie.get("/chat"),
        await charlie.get("/up"),
        await charlie.get("/openapi.json"),
        await charlie.get("/nothing/here"),
        await charlie.get("/api/nothing"),
        await charlie.get("/knowledge"),
        await charlie.get("/api/settings"),
        await charlie.put("/api/chat"),
        await charlie.options("/api/chat"),
        await charlie.get("/chat", headers={"host": "evil.example"}),
        await charlie.post("/api/chat", json={"question": "hello"}, headers={"accept": "text/event-stream"}),
        await charlie.post("/api/chat", content=b"x" * 1_500_000, headers={"content-type": "application/json"}),
        await charlie.get(await a_static_file(charlie)),
    ]
    written(settings, _break_gaps)
    answers.append(await mira.get("/gaps"))
    assert {answer.status_code for answer in answers} >= {200, 303, 401, 404, 405, 413, 421, 500}
    for answer in answers:
        asked = answer.request
        to_other_sites = asked.url.path == "/api/chat" and asked.method != "PUT"
        wanted = HEADERS | ({"cross-origin-resource-policy": "cross-origin"} if to_other_sites else {})
        missing = {name: value for name, value in wanted.items() if answer.headers.get(name) != value}
        assert missing == {}, asked.url


async def test_the_policy_allows_no_inline_script_and_no_eval(charlie: Browser) -> None:
    policy = (await charlie.get("/chat")).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy


async def test_nothing_is_kept_by_caches_but_what_never_changes(charlie: Browser) -> None:
    page = await charlie.get("/chat")
    assert page.headers["cache-control"] == "no-store"
    script = await charlie.get(await a_static_file(charlie))
    assert script.status_code == 200
    assert "immutable" in script.headers["cache-control"]


async def test_a_stranger_cannot_choose_their_own_address(app: Litestar) -> None:
    await exhaust(app, "203.0.113.7", "1.1.1.1")
    assert await ask_from(app, "203.0.113.7", "2.2.2.2") == 429
    assert await ask_from(app, "203.0.113.8", "1.1.1.1") == 200


async def test_behind_our_proxies_visitors_are_told_apart(app: Litestar) -> None:
    await exhaust(app, "10.0.0.1", "203.0.113.7")
    assert await ask_from(app, "10.0.0.1", "203.0.113.8") == 200
    assert await ask_from(app, "10.0.0.1", "6.6.6.6, 203.0.113.7") == 429  # what they say themselves is not believed
    assert await ask_from(app, "10.0.0.1", "203.0.113.7, 10.9.9.9") == 429
    assert await ask_from(app, "2001:db8::1", "203.0.113.7") == 429
    assert await ask_from(app, "203.0.113.7", None) == 429


async def test_over_a_unix_socket_visitors_are_told_apart(app: Litestar) -> None:
    await exhaust(app, None, "203.0.113.7")
    assert await ask_from(app, None, "203.0.113.8") == 200


async def test_a_program_is_told_problems_as_problem_json(charlie: Browser) -> None:
    for path in ("/api/nothing", "/api/documents", "/api/chat/x/turns/y/stream"):
        answer = await charlie.get(path)
        body = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert body.keys() >= {"type", "title", "status", "detail"}
        assert body["status"] == answer.status_code
        assert body["detail"].endswith(".")


async def test_a_wrong_field_that_is_called_like_a_dependency_is_named(robin: Browser) -> None:
    assert (await robin.post("/api/documents", json={"crawl": "https://acorn.example", "pages": 1})).status_code == 202
    for pages in (0, -1, 100_001, "many", None):
        answer = await robin.post("/api/documents", json={"crawl": "https://acorn.example", "pages": pages})
        assert answer.status_code == 400, pages
        assert "“pages”" in answer.json()["detail"]


async def test_a_person_is_told_problems_as_a_page(charlie: Browser) -> None:
    answer = await charlie.get("/nothing/here")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "There is nothing at this address." in answer.text


async def test_what_nobody_expected_is_our_fault_and_leaks_nothing(
    mira: Browser, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await mira.get("/gaps")).status_code == (await mira.get("/api/gaps")).status_code == 200
    written(settings, _break_gaps)
    for answer in (await mira.get("/gaps"), await mira.get("/api/gaps")):
        assert answer.status_code == 500
        assert "Something went wrong on our side" in answer.text
        for secret in ("sqlite", "no such table", "Traceback", "gaps WHERE"):
            assert secret not in answer.text
    assert "SQLITE_ERROR" in caplog.text and "gap_list_queries.py" in caplog.text


def _break_gaps(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE gaps RENAME TO lost"))
