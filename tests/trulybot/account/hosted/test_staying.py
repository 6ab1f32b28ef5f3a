"""In a hosted workspace: for an hour, under the names it is told, and by no other way."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar

from tests.cast import Browser
from tests.hosted import ADDRESS, CONSOLE, HOST, ID, MIRA, Console, arrive
from tests.trulybot.conftest import running
from trulybot.account.arriving import LASTS
from trulybot.app import WorkspaceApplication
from trulybot.contract import SESSION_COOKIE
from trulybot.kit import access, passes
from trulybot.settings import Settings

ASHA = "asha@acorn.example"


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


async def test_no_other_route_is_open_to_who_is_not_sent_than_elsewhere(app: Litestar) -> None:
    others = {"anyone", "visitor", "console"}
    here = {path for path, handler in access.handlers(app) if handler.opt["who"] in others}
    elsewhere = WorkspaceApplication(max_file_bytes=1, is_hosted=False)
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
    assert f'href="{CONSOLE}/"' in account
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
