import re
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text

from tests.cast import MIRA, PASSWORD, Browser
from trulybot.account import queries
from trulybot.settings import Settings
from trulybot.workspace import written

TABLES = ("staff", "sessions", "one_time_links", "api_keys")


@pytest.mark.parametrize("path", ["/account", "/api/user/profile"])
async def test_outsider_cannot_see(mira: Browser, charlie: Browser, path: str) -> None:
    assert (await mira.get(path)).status_code == 200
    answer = await charlie.get(path)
    assert answer.status_code in (302, 303, 401) and MIRA not in answer.text


async def test_outsider_is_sent_to_sign_in_and_back(mira: Browser, charlie: Browser) -> None:
    assert (await mira.get("/gaps")).status_code == 200
    answer = await charlie.get("/gaps")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fgaps")
    fragment = await charlie.get("/knowledge", headers={"hx-request": "true"})
    assert fragment.status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/sign-out",
        "/account/password",
        "/settings/team/api-keys",
        "/settings/team/api-keys/1/deletion",
        "/api/auth/sign-out",
    ],
)
async def test_outsider_cannot_change(mira: Browser, charlie: Browser, path: str) -> None:
    answer = await charlie.submit(path, csrf=await mira.csrf(), name="mine", current=PASSWORD, password=PASSWORD)
    assert answer.status_code in (302, 303, 401)
    assert "set-cookie" not in answer.headers
    assert await mira.is_signed_in()


async def test_password_change_ends_other_sessions_and_keeps_this_one(mira: Browser, charlie: Browser) -> None:
    await charlie.submit("/sign-in", email=MIRA, password=PASSWORD)
    assert await charlie.is_signed_in()
    csrf = await mira.csrf()
    answer = await mira.submit("/account/password", csrf=csrf, current=PASSWORD, password="a wholly new phrase")
    assert answer.status_code == 303 and await mira.is_signed_in()
    assert not await charlie.is_signed_in()


async def test_password_change_needs_the_current_one(mira: Browser) -> None:
    csrf = await mira.csrf()
    answer = await mira.submit(
        "/account/password", csrf=csrf, current="not mine at all", password="a wholly new phrase"
    )
    assert answer.status_code == 422 and "This is not your password." in answer.text
    answer = await mira.submit("/account/password", csrf=csrf, current=PASSWORD, password="short")
    assert answer.status_code == 422 and "Use at least 12 characters" in answer.text


async def test_api_key_is_shown_once_and_works_until_it_is_deleted(mira: Browser, charlie: Browser) -> None:
    csrf = await mira.csrf()
    key = _key_in((await mira.submit("/settings/team/api-keys", csrf=csrf, name="Import", scope="admin")).text)
    again = (await mira.get("/settings/team")).text
    assert "Import" in again and key not in again
    charlie.headers["authorization"] = f"Bearer {key}"
    profile = (await charlie.get("/api/user/profile")).json()
    assert profile == {"name": "Import", "role": "key", "rank": "admin", "csrf": ""}
    await mira.submit("/settings/team/api-keys/1/deletion", csrf=csrf)
    assert not await charlie.is_signed_in()


async def test_secrets_are_stored_hashed(mira: Browser, settings: Settings) -> None:
    key = _key_in(
        (await mira.submit("/settings/team/api-keys", csrf=await mira.csrf(), name="Import", scope="agent")).text
    )
    stored = written(settings, _everything_stored)
    assert MIRA in stored and "Import" in stored
    for secret in (key, key.removeprefix("tb_"), PASSWORD, *(cookie.value for cookie in mira.cookies.jar)):
        assert secret and secret not in stored


async def test_use_of_a_key_is_noted_at_most_once_a_minute(
    robin: Browser, settings: Settings, age: Callable[[int], None]
) -> None:
    assert _last_used(settings) is None
    await robin.get("/api/user/profile")
    age(50)
    noted = _last_used(settings)
    assert noted is not None
    await robin.get("/api/user/profile")
    assert _last_used(settings) == noted
    age(20)
    await robin.get("/api/user/profile")
    assert (_last_used(settings) or 0) > noted


async def test_program_has_no_account_page_and_makes_no_keys(mira: Browser, robin: Browser) -> None:
    assert await robin.is_signed_in()
    assert (await robin.get("/account")).status_code == 403
    assert (await robin.post("/settings/team/api-keys", data={"name": "more"})).status_code == 403
    answer = await robin.post("/account/password", data={"current": PASSWORD, "password": "a wholly new phrase"})
    assert answer.status_code == 403


async def test_wrong_key_is_not_saved_by_a_good_session(mira: Browser) -> None:
    assert await mira.is_signed_in()
    answer = await mira.get("/api/user/profile", headers={"authorization": "Bearer tb_wrong"})
    assert answer.status_code == 401


def _last_used(settings: Settings) -> int | None:
    return written(settings, queries.api_keys)[0].last_used_at


def _everything_stored(connection: Connection) -> str:
    return "\n".join(repr(row) for table in TABLES for row in connection.execute(text(f"SELECT * FROM {table}")))


def _key_in(page: str) -> str:
    found = re.search(r"tb_[\w-]{43}", page)
    assert found, page
    return found[0]
