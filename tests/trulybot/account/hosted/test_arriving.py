"""Into a hosted workspace, over HTTP, as a browser comes that the console sent."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as fuzzing
from hypothesis import strategies as st
from litestar import Litestar

from tests.cast import Browser
from tests.hosted import ADDRESS, CONSOLE, HOST, ID, MIRA, Console, arrive, who_is
from tests.stand_in_gateway import gateway_at
from trulybot.account.arriving import LASTS
from trulybot.kit import passes, sqlite
from trulybot.settings import Settings

ASHA = "asha@acorn.example"


def let_in(settings: Settings) -> dict[str, Any]:
    """What the tables hold of who may come in, and what is written down of that; the rest lives its own life."""
    tables = ("staff", "sessions", "used_passes", "one_time_links", "api_keys", "events")
    connection = sqlite.connect(settings.database, read_only=True)
    try:
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
    finally:
        connection.close()


async def test_a_pass_lets_its_person_in_with_its_role(browser: Browser, console: Console) -> None:
    answer = await arrive(browser, console.signed(MIRA, "owner"))
    assert answer.status_code == 303, answer.text
    assert (await browser.get(answer.headers["location"])).headers["location"] == "/"
    assert await who_is(browser) == (MIRA, "owner")
    assert (await browser.get("/")).status_code == 200


async def test_the_sessions_cookie_is_as_strict_as_any_and_lasts_an_hour(browser: Browser, console: Console) -> None:
    cookie = (await arrive(browser, console.signed())).headers["set-cookie"]
    assert cookie.startswith("__Host-session=") and f"Max-Age={LASTS}" in cookie
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


async def test_who_was_on_the_way_somewhere_gets_there_and_never_elsewhere(browser: Browser, console: Console) -> None:
    answer = await arrive(browser, console.signed(), next="/gaps?page=2")
    assert (await browser.get(answer.headers["location"])).headers["location"] == "/gaps?page=2"
    for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = await arrive(browser, console.signed(), next=elsewhere)
        assert answer.headers["location"].endswith("next=%2F")


async def test_roles_are_the_consoles_to_say_and_there_is_one_owner(browser: Browser, console: Console) -> None:
    await arrive(browser, console.signed(MIRA, "owner"))
    await arrive(browser, console.signed(ASHA, "owner"))
    assert await who_is(browser) == (ASHA, "owner")
    await arrive(browser, console.signed(MIRA.upper(), "viewer"))
    assert await who_is(browser) == (MIRA, "viewer")
    assert (await browser.get("/settings/team")).text.count("@acorn.example</strong>") == 2


async def test_a_lower_role_holds_for_sessions_of_before_too(browser: Browser, console: Console, app: Litestar) -> None:
    await arrive(browser, console.signed(ASHA, "admin"))
    async with Browser(app) as phone:
        phone.base_url = httpx.URL(ADDRESS)
        await arrive(phone, console.signed(ASHA, "viewer"))
    assert await who_is(browser) == (ASHA, "viewer")


Refusal = Callable[[Console], tuple[str, str | None]]
REFUSED: dict[str, Refusal] = {
    "no pass": lambda console: ("", CONSOLE),
    "garbage": lambda console: ("garbage." * 200, CONSOLE),
    "another key's": lambda console: (_forged(console), CONSOLE),
    "expired": lambda console: (console.signed(lasts=0), CONSOLE),
    "of far too long": lambda console: (console.signed(lasts=3600), CONSOLE),
    "from no page": lambda console: (console.signed(), None),
    "from a page without a site": lambda console: (console.signed(), "null"),
    "from another site": lambda console: (console.signed(), "https://evil.example"),
    "from ourselves": lambda console: (console.signed(), ADDRESS),
    "from the console without TLS": lambda console: (console.signed(), CONSOLE.replace("https", "http")),
    "from another port": lambda console: (console.signed(), f"{CONSOLE}:8443"),
    "from a name like the console's": lambda console: (console.signed(), f"{CONSOLE}.evil.example"),
}


@pytest.mark.parametrize("why", REFUSED)
async def test_whatever_is_wrong_with_a_pass_it_changes_nothing(
    browser: Browser, console: Console, settings: Settings, why: str
) -> None:
    shown, origin = REFUSED[why](console)
    before = let_in(settings)
    answer = await arrive(browser, shown, origin)
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert f'href="{CONSOLE}/workspaces/{ID}/enter' in answer.text
    assert let_in(settings) == before
    assert (await browser.get("/api/user/profile")).status_code == 401
    assert (await arrive(browser, console.signed())).status_code == 303


async def test_two_origins_are_none(browser: Browser, console: Console, settings: Settings) -> None:
    before = let_in(settings)
    headers = [("origin", CONSOLE), ("origin", CONSOLE)]
    answer = await browser.post("/arrive", data={"pass": console.signed()}, headers=headers)
    assert answer.status_code == 403
    assert let_in(settings) == before


async def test_a_pass_is_good_once(browser: Browser, console: Console, app: Litestar, settings: Settings) -> None:
    shown = console.signed()
    assert (await arrive(browser, shown)).status_code == 303
    before = let_in(settings)
    async with Browser(app) as thief:
        thief.base_url = httpx.URL(ADDRESS)
        assert (await arrive(thief, shown)).status_code == 403
    assert let_in(settings) == before


async def test_a_pass_for_another_workspace_is_refused_written_down_and_told(
    browser: Browser, console: Console, settings: Settings
) -> None:
    assert settings.gateway
    async with gateway_at(settings.gateway) as gateway:
        answer = await arrive(browser, console.signed(ASHA, "owner", workspace="oak1"))
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
        told = (await gateway.first("/security-events")).read()
    assert told["kind"] == "pass for another workspace"
    assert f"oak1 {ASHA}" in str(told["detail"])
    await arrive(browser, console.signed())
    audit = (await browser.get("/settings/audit")).text
    assert "Refused a pass for another workspace" in audit and "oak1" in audit
    assert ASHA not in (await browser.get("/settings/team")).text


async def test_of_many_such_passes_only_some_are_written_down(browser: Browser, console: Console, app: Litestar,
                                                              settings: Settings) -> None:  # fmt: skip
    for machine in range(5):
        async with Browser(app, address=f"198.51.100.{machine}") as attacker:
            attacker.base_url = httpx.URL(ADDRESS)
            for _ in range(30):
                assert (await arrive(attacker, console.signed(workspace="oak1"))).status_code == 403
    assert len(let_in(settings)["events"]) == 100


async def test_nothing_that_is_posted_to_the_way_in_is_an_error_of_ours(app: Litestar, console: Console) -> None:
    shown = console.signed()
    text = st.one_of(st.text(), st.just(shown), st.builds("{}.{}".format, st.text(), st.text()))
    field = st.dictionaries(st.sampled_from(["pass", "next", "csrf"]), text)
    kind = st.sampled_from(
        ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data",
         "application/json", "text/plain", "", "é"]
    )  # fmt: skip
    origin = st.sampled_from([CONSOLE, "null", "http://[", "https://app.example.net\x00", ""])

    async def post(body: bytes | dict[str, str], type: str, origin: str, client: Browser) -> int:
        headers = {b"origin": origin.encode(), b"host": HOST.encode()}
        if isinstance(body, bytes):
            return (await client.post("/arrive", content=body, headers=headers | _typed(type))).status_code
        return (await client.post("/arrive", data=body, headers=headers)).status_code

    posted: list[tuple[bytes | dict[str, str], str, str]] = []

    @fuzzing(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(st.binary(max_size=300), field), kind, origin)
    def collect(body: bytes | dict[str, str], type: str, origin: str) -> None:
        posted.append((body, type, origin))

    collect()
    statuses: set[int] = set()
    for number, (body, type, origin_) in enumerate(posted):
        async with Browser(app, address=f"198.51.{number // 250}.{number % 250 + 1}") as client:
            status = await post(body, type, origin_, client)
        assert status < 500, (body, type, origin_)
        statuses.add(status)
    assert 403 in statuses


def _forged(console: Console) -> str:
    ours, console.key = console.key, passes.new_key()
    forged = console.signed()
    console.key = ours
    return forged


def _typed(type: str) -> dict[bytes, bytes]:
    return {b"content-type": type.encode()} if type else {}
