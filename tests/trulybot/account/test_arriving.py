"""Into a hosted workspace, over HTTP, as a browser comes that the console sent."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as fuzzing
from hypothesis import strategies as st
from litestar import Litestar

from tests.cast import Browser
from tests.hosted import CONSOLE, HOST, ID, MIRA, Console
from tests.stand_in_gateway import gateway_at
from tests.trulybot.conftest import running
from trulybot.account.arriving import LASTS
from trulybot.app import create_app
from trulybot.contract import SESSION_COOKIE
from trulybot.kit import access, passes, sqlite
from trulybot.settings import Settings

ADDRESS = f"https://{HOST}"
ASHA = "asha@acorn.example"


@pytest.fixture
def console(tmp_path: Path) -> Console:
    return Console(tmp_path / "given")


@pytest.fixture
def settings(console: Console, tmp_path: Path) -> Settings:
    return console.settings(tmp_path / "data")


@pytest.fixture
async def app(settings: Settings, migrated: Path) -> AsyncIterator[Litestar]:
    settings.data.mkdir()
    shutil.copy(migrated, settings.database)
    async with running(settings) as app:
        yield app


@pytest.fixture
async def browser(app: Litestar) -> AsyncIterator[Browser]:
    async with Browser(app) as browser:
        browser.base_url = httpx.URL(ADDRESS)
        yield browser


async def arrive(browser: Browser, shown: str, origin: str | None = CONSOLE, **fields: str) -> httpx.Response:
    headers = {"accept": "text/html", "sec-fetch-site": "cross-site"} | ({"origin": origin} if origin else {})
    return await browser.post("/arrive", data={"pass": shown, **fields}, headers=headers)


async def who_is(browser: Browser) -> tuple[str, str]:
    profile = (await browser.get("/api/user/profile")).json()
    return profile["name"], profile["role"]


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


async def test_the_session_ends_after_an_hour_however_much_it_is_used(
    browser: Browser, console: Console, age: Callable[[int], None]
) -> None:
    await arrive(browser, console.signed())
    for _ in range(2):
        age(LASTS // 2 - 60)
        assert await browser.is_signed_in()
    age(120)
    assert not await browser.is_signed_in()


async def test_who_is_not_signed_in_is_led_through_the_console(
    browser: Browser, console: Console, age: Callable[[int], None]
) -> None:
    await arrive(browser, console.signed())
    age(LASTS)
    answer = await browser.get("/gaps?state=open")
    answer = await browser.get(answer.headers["location"])
    assert answer.headers["location"] == f"{CONSOLE}/workspaces/{ID}/enter?next=%2Fgaps"


async def test_a_browser_that_keeps_no_cookie_is_told_so_and_not_sent_round(browser: Browser, console: Console) -> None:
    answer = await arrive(browser, console.signed())
    browser.cookies.clear()
    page = await browser.get(answer.headers["location"])
    assert page.status_code == 200 and "did not keep" in page.text
    assert f'href="{CONSOLE}/workspaces/{ID}/enter' in page.text


async def test_who_signs_out_is_out_and_stays_out(browser: Browser, console: Console) -> None:
    await arrive(browser, console.signed())
    answer = await browser.post(
        "/sign-out", data={"csrf": await browser.csrf()}, headers={"origin": ADDRESS, "accept": "text/html"}
    )
    page = await browser.get(answer.headers["location"])
    assert page.status_code == 200 and "signed out" in page.text
    assert not await browser.is_signed_in()


async def test_the_console_gives_the_workspace_other_keys_without_a_restart(browser: Browser, console: Console) -> None:
    before = console.signed()
    console.key = passes.new_key()
    console.give(signers=(passes.public_of(console.key),))
    assert (await arrive(browser, before)).status_code == 403
    assert (await arrive(browser, console.signed())).status_code == 303


async def test_nobody_signs_in_or_is_let_in_here_by_any_other_way(browser: Browser, console: Console) -> None:
    await arrive(browser, console.signed())
    csrf = await browser.csrf()
    gone = (
        "/sign-in", "/sign-in/code", "/api/auth/sign-in", "/forgotten-password", "/welcome/x", "/account/password",
        "/account/address", "/account/two-step", "/account/two-step/confirmation", "/settings/team/invitations",
        "/settings/team/1/role", "/settings/team/1/deletion", "/settings/team/1/ownership",
        "/settings/team/1/password-link", "/settings/team/1/two-step/deletion",
    )  # fmt: skip
    for path in gone:
        answer = await browser.post(path, data={"csrf": csrf}, headers={"origin": ADDRESS})
        assert answer.status_code in (404, 405), path


async def test_no_other_route_is_open_to_who_is_not_sent_than_elsewhere(app: Litestar, tmp_path: Path) -> None:
    others = {"anyone", "visitor", "console"}
    here = {path for path, handler in access.handlers(app) if handler.opt["who"] in others}
    elsewhere = create_app(Settings(data=tmp_path / "other"))
    there = {path for path, handler in access.handlers(elsewhere) if handler.opt["who"] in others}
    assert here - there == {"/arrive", "/account/two-step"}
    assert there - here == {"/sign-in/code", "/api/auth/sign-in"}


async def test_pages_of_ways_in_lead_to_the_console(browser: Browser) -> None:
    for path in ("/forgotten-password", "/welcome/x"):
        assert (await browser.get(path)).headers["location"] == f"{CONSOLE}/workspaces/{ID}/enter"
    assert (await browser.get("/account/two-step")).headers["location"] == f"{CONSOLE}/account"


async def test_the_team_and_the_account_are_changed_in_the_console(browser: Browser, console: Console) -> None:
    await arrive(browser, console.signed())
    team, account = (await browser.get("/settings/team")).text, (await browser.get("/account")).text
    assert f'href="{CONSOLE}/workspaces/{ID}"' in team and "invitations" not in team
    assert f'href="{CONSOLE}/account"' in account and "current-password" not in account
    assert f'href="{CONSOLE}/workspaces"' in account
    csrf = await browser.csrf()
    made = await browser.post("/settings/team/api-keys", data={"csrf": csrf, "name": "robin", "scope": "viewer"},
                              headers={"origin": ADDRESS})  # fmt: skip
    assert made.status_code in (200, 201) and "shown only now" in made.text


async def test_a_name_that_is_another_workspaces_is_not_served(browser: Browser, console: Console) -> None:
    for host in ("oak.example.com", "localhost", "oak.localhost", "127.0.0.1", "app.example.net", ""):
        assert (await browser.get("/", headers={"host": host})).status_code == 421, host
    assert (await browser.get("/up", headers={"host": "localhost"})).status_code == 200
    for host in (HOST, HOST.upper(), f"{HOST}:8443"):
        assert (await browser.get("/sign-in", headers={"host": host})).status_code == 303


async def test_a_new_name_is_served_without_a_restart(browser: Browser, console: Console) -> None:
    console.give(hosts=("oak.example.com",), address="https://oak.example.com")
    assert (await browser.get("/sign-in")).status_code == 421
    browser.base_url = httpx.URL("https://oak.example.com")
    await arrive(browser, console.signed())
    assert "https://oak.example.com/widget.js" in (await browser.get("/widget")).text


async def test_sessions_of_before_it_was_hosted_have_ended(console: Console, tmp_path: Path, migrated: Path) -> None:
    from trulybot.account.sessions import begin
    from trulybot.kit.sessions import Arrival
    from trulybot.workspace import written

    settings = console.settings(tmp_path / "data")
    settings.data.mkdir()
    shutil.copy(migrated, settings.database)

    def sign_in(connection: Any) -> str:
        from trulybot.account.queries import add_staff

        staff_id = add_staff(connection, MIRA, "a password's hash", "owner")
        assert staff_id
        return begin(connection, staff_id, Arrival())

    token = written(settings, sign_in)
    for hosted in (False, True):
        kept = settings if hosted else Settings(data=settings.data)
        async with running(kept) as app, Browser(app) as browser:
            browser.base_url = httpx.URL(ADDRESS if hosted else "https://localhost")
            headers = {"cookie": f"{SESSION_COOKIE}={token}"}
            status = (await browser.get("/api/user/profile", headers=headers)).status_code
            assert status == (401 if hosted else 200)


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
