"""The second step: asked for after the password, never gone round, guessed at in vain."""

import re
import time
from collections.abc import Callable

import pytest
from litestar import Litestar
from pyotp import TOTP
from sqlalchemy import Connection, text

from control_plane.platform import Platform
from tests.cast import MIRA, PASSWORD, Browser
from tests.control_plane.conftest import browser_of, link_mailed_to

Pass = Callable[[], None]


@pytest.fixture
def later(platform: Platform) -> Pass:
    """Lets the codes that were used be of an earlier time, so that the one of now may be used again."""
    return lambda: platform.db.write_now(_forget_used)


class Phone:
    """Knows the secret, as an authenticator app does."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.recovery: list[str] = []

    def code(self, steps: int = 0) -> str:
        return TOTP(self.secret).at(int(time.time()) + 30 * steps)


async def begun(browser: Browser) -> str:
    """The secret of a second step that is not on yet."""
    answer = await browser.submit("/account/two-step", csrf=await browser.csrf(), password=PASSWORD)
    found = re.search(r"<code>([A-Z2-7]{32})</code>", answer.text)
    assert found and "<svg" in answer.text, answer.text
    return found[1]


async def set_up(browser: Browser) -> Phone:
    phone = Phone(await begun(browser))
    answer = await browser.submit("/account/two-step/confirmation", csrf=await browser.csrf(), code=phone.code())
    phone.recovery = codes_in(answer.text)
    assert len(set(phone.recovery)) == 10, answer.text
    return phone


def codes_in(page: str) -> list[str]:
    return re.findall(r"<code>((?:[a-z2-7]{4}-){3}[a-z2-7]{4})</code>", page)


def step_in(page: str) -> str:
    found = re.search(r'name="step" value="([\w-]+)"', page)
    assert found, page
    return found[1]


async def half_way(browser: Browser) -> str:
    answer = await browser.submit("/sign-in", email=MIRA, password=PASSWORD, next="/account")
    assert answer.status_code == 200 and "set-cookie" not in answer.headers, answer.text
    return step_in(answer.text)


async def test_code_is_asked_for_and_lets_in_once(mira: Browser, stranger: Browser, later: Pass) -> None:
    phone = await set_up(mira)
    assert (await mira.get("/api/user/profile")).json()["two_steps"] is True
    refused = await stranger.submit("/sign-in/code", step=await half_way(stranger), code=phone.code())
    assert refused.status_code == 401 and "used already" in refused.text  # it was the one that switched it on
    later()
    step = await half_way(stranger)
    assert not await stranger.is_signed_in()
    answer = await stranger.submit("/sign-in/code", step=step, code=phone.code(), next="/account")
    assert answer.status_code == 303 and answer.headers["location"].endswith("next=%2Faccount")
    assert await stranger.is_signed_in()
    assert (await stranger.submit("/sign-in/code", step=step, code=phone.code(1))).status_code == 401


async def test_guesses_at_codes_have_to_wait_from_wherever_they_come(
    mira: Browser, stranger: Browser, later: Pass, app: Litestar, age: Callable[[int], None]
) -> None:
    phone = await set_up(mira)
    later()
    step = await half_way(stranger)

    async def guess(machine: int) -> int:
        async with browser_of(app, f"198.51.100.{machine}") as guesser:
            return (await guesser.submit("/sign-in/code", step=step, code=f"{machine:06}")).status_code

    assert [await guess(machine) for machine in range(6)] == [401] * 5 + [429]
    assert (await stranger.submit("/sign-in/code", step=step, code=phone.code())).status_code == 429
    age(31)
    assert (await stranger.submit("/sign-in/code", step=await half_way(stranger), code=phone.code())).status_code == 303


async def test_recovery_code_works_once_however_it_is_typed(mira: Browser, stranger: Browser) -> None:
    phone = await set_up(mira)
    code = phone.recovery[0].upper().replace("-", " ")
    assert (await stranger.submit("/sign-in/code", step=await half_way(stranger), code=code)).status_code == 303
    assert (await stranger.submit("/sign-in/code", step=await half_way(stranger), code=code)).status_code == 401
    assert "You have 9 left" in (await mira.get("/account/two-step")).text


async def test_new_recovery_codes_take_the_place_of_the_others(mira: Browser, stranger: Browser) -> None:
    phone = await set_up(mira)
    answer = await mira.submit(
        "/account/two-step/recovery-codes", csrf=await mira.csrf(), renewal_code=phone.recovery[0]
    )
    codes = codes_in(answer.text)
    assert len(codes) == 10 and not set(codes) & set(phone.recovery)
    step = await half_way(stranger)
    assert (await stranger.submit("/sign-in/code", step=step, code=phone.recovery[1])).status_code == 401
    assert (await stranger.submit("/sign-in/code", step=step, code=codes[0])).status_code == 303


async def test_secret_is_shown_once_and_counts_only_when_confirmed(mira: Browser, stranger: Browser) -> None:
    refused = await mira.submit("/account/two-step", csrf=await mira.csrf(), password="not mine at all")
    assert refused.status_code == 422 and "<code>" not in refused.text
    secret = await begun(mira)
    assert secret not in (await mira.get("/account/two-step")).text
    wrong = await mira.submit("/account/two-step/confirmation", csrf=await mira.csrf(), code="000000")
    assert wrong.status_code == 422 and secret not in wrong.text
    assert (await stranger.submit("/sign-in", email=MIRA, password=PASSWORD)).status_code == 303


async def test_switching_off_needs_password_and_code(mira: Browser, stranger: Browser) -> None:
    phone = await set_up(mira)
    assert (await mira.submit("/account/two-step", csrf=await mira.csrf(), password=PASSWORD)).status_code == 409
    csrf = await mira.csrf()
    for password, code in (("not mine at all", phone.recovery[0]), (PASSWORD, "000000"), (PASSWORD, "")):
        answer = await mira.submit("/account/two-step/deletion", csrf=csrf, password=password, code=code)
        assert answer.status_code == 422
    await half_way(stranger)
    answer = await mira.submit("/account/two-step/deletion", csrf=csrf, password=PASSWORD, code=phone.recovery[1])
    assert answer.status_code == 200
    assert (await stranger.submit("/sign-in", email=MIRA, password=PASSWORD)).status_code == 303


async def test_a_link_for_a_new_password_does_not_go_round_it(
    mira: Browser, stranger: Browser, platform: Platform
) -> None:
    phone = await set_up(mira)
    await stranger.submit("/forgotten-password", email=MIRA)
    link = await link_mailed_to(platform, MIRA)
    as_step = await stranger.submit("/sign-in/code", step=link.rpartition("/")[2], code=phone.recovery[0])
    assert as_step.status_code in (303, 401) and not await stranger.is_signed_in()
    answer = await stranger.submit(link, password="a wholly new phrase")
    assert answer.status_code == 200 and not await stranger.is_signed_in()
    step = step_in(answer.text)
    assert (await stranger.get(f"/welcome/{step}")).status_code == 410
    await stranger.submit("/sign-in/code", step=step, code=phone.recovery[1])
    assert await stranger.is_signed_in()


async def test_programs_send_the_code_along(mira: Browser, stranger: Browser) -> None:
    phone = await set_up(mira)
    credentials = {"email": MIRA, "password": PASSWORD}
    refused = await stranger.post("/api/auth/sign-in", json=credentials)
    assert refused.status_code == 401 and "“code”" in refused.json()["detail"]
    assert (await stranger.post("/api/auth/sign-in", json={**credentials, "code": "000000"})).status_code == 401
    answer = await stranger.post("/api/auth/sign-in", json={**credentials, "code": phone.recovery[0]})
    assert answer.status_code == 204 and await stranger.is_signed_in()


def _forget_used(connection: Connection) -> None:
    connection.execute(text("UPDATE second_steps SET used = 0"))
