import re
import time
from collections.abc import Callable

import pytest
from litestar import Litestar
from pyotp import TOTP
from sqlalchemy import Connection, text

from tests.cast import MIRA, PASSWORD, TEAM, Browser
from tests.trulybot.account.test_team import id_of
from trulybot.account import first_run
from trulybot.settings import Settings
from trulybot.workspace import written

Pass = Callable[[], None]


@pytest.fixture
def later(settings: Settings) -> Pass:
    """Lets the codes that were used be of an earlier time, so that the one of now may be used again."""
    return lambda: written(settings, forget_used_codes)


class Phone:
    """Knows the secret, as an authenticator app does."""

    def __init__(self, secret: str, codes: list[str]) -> None:
        self.secret, self.recovery = secret, codes

    def code(self, steps: int = 0) -> str:
        return TOTP(self.secret).at(int(time.time()) + 30 * steps)


async def begun(browser: Browser) -> str:
    """The secret of a second step that is not on yet."""
    answer = await browser.submit("/account/two-step", csrf=await browser.csrf(), password=PASSWORD)
    found = re.search(r"<code>([A-Z2-7]{32})</code>", answer.text)
    assert found and "<svg" in answer.text, answer.text
    return found[1]


async def set_up(browser: Browser) -> Phone:
    phone = Phone(await begun(browser), [])
    answer = await browser.submit("/account/two-step/confirmation", csrf=await browser.csrf(), code=phone.code())
    phone.recovery = re.findall(r"<code>((?:[a-z2-7]{4}-){3}[a-z2-7]{4})</code>", answer.text)
    assert len(set(phone.recovery)) == 10, answer.text
    return phone


async def half_way(browser: Browser) -> str:
    answer = await browser.submit("/sign-in", email=MIRA, password=PASSWORD, next="/gaps")
    found = re.search(r'name="step" value="([\w-]+)"', answer.text)
    assert answer.status_code == 200 and found and "set-cookie" not in answer.headers, answer.text
    return found[1]


async def test_code_is_asked_for_and_lets_in(mira: Browser, charlie: Browser, later: Pass) -> None:
    phone = await set_up(mira)
    later()
    step = await half_way(charlie)
    assert not await charlie.is_signed_in()
    answer = await charlie.submit("/sign-in/code", step=step, code=phone.code(), next="/gaps")
    assert answer.status_code == 303 and answer.headers["location"].endswith("next=%2Fgaps")
    assert await charlie.is_signed_in()


async def test_a_code_is_used_once(mira: Browser, charlie: Browser, later: Pass) -> None:
    phone = await set_up(mira)
    code = phone.code()
    refused = await charlie.submit("/sign-in/code", step=await half_way(charlie), code=code)
    assert refused.status_code == 401 and "used already" in refused.text  # it was the one that switched it on
    later()
    step = await half_way(charlie)
    assert (await charlie.submit("/sign-in/code", step=step, code=code)).status_code == 303
    assert (await charlie.submit("/sign-in/code", step=await half_way(charlie), code=code)).status_code == 401
    assert (await charlie.submit("/sign-in/code", step=step, code=phone.code(1))).status_code == 401


async def test_wrong_code_may_be_tried_again_a_few_times(mira: Browser, charlie: Browser, later: Pass) -> None:
    phone = await set_up(mira)
    later()
    step = await half_way(charlie)
    for wrong in ("", "000000", phone.code(-40), phone.code(40), "x" * 5000):
        refused = await charlie.submit("/sign-in/code", step=step, code=wrong)
        assert refused.status_code == 401 and step in refused.text
    assert (
        await charlie.submit("/sign-in/code", step=step, code=f" {phone.code()[:3]} {phone.code()[3:]}")
    ).status_code == 303


async def test_many_machines_share_the_guesses_at_one_persons_codes(
    mira: Browser, charlie: Browser, later: Pass, app: Litestar
) -> None:
    phone = await set_up(mira)
    later()
    step = await half_way(charlie)

    async def guess(machine: int) -> int:
        async with Browser(app, address=f"198.51.100.{machine}") as stranger:
            return (await stranger.submit("/sign-in/code", step=step, code=f"{machine:06}")).status_code

    statuses = [await guess(machine) for machine in range(12)]
    assert statuses[0] == 401 and statuses[-1] == 429
    assert (await charlie.submit("/sign-in/code", step=step, code=phone.code())).status_code == 429


async def test_clock_may_be_half_a_minute_off(mira: Browser, charlie: Browser, later: Pass) -> None:
    phone = await set_up(mira)
    later()
    answer = await charlie.submit("/sign-in/code", step=await half_way(charlie), code=phone.code(-1))
    assert answer.status_code == 303


async def test_recovery_code_works_once_however_it_is_typed(mira: Browser, charlie: Browser) -> None:
    phone = await set_up(mira)
    code = phone.recovery[0].upper().replace("-", " ")
    assert (await charlie.submit("/sign-in/code", step=await half_way(charlie), code=code)).status_code == 303
    assert (await charlie.submit("/sign-in/code", step=await half_way(charlie), code=code)).status_code == 401
    assert "You have 9 left" in (await mira.get("/account/two-step")).text


async def test_new_recovery_codes_take_the_place_of_the_others(mira: Browser, charlie: Browser) -> None:
    phone = await set_up(mira)
    csrf = await mira.csrf()
    answer = await mira.submit("/account/two-step/recovery-codes", csrf=csrf, renewal_code=phone.recovery[0])
    codes = re.findall(r"<code>((?:[a-z2-7]{4}-){3}[a-z2-7]{4})</code>", answer.text)
    assert len(codes) == 10 and not set(codes) & set(phone.recovery)
    step = await half_way(charlie)
    assert (await charlie.submit("/sign-in/code", step=step, code=phone.recovery[1])).status_code == 401
    assert (await charlie.submit("/sign-in/code", step=step, code=codes[0])).status_code == 303


async def test_secret_is_shown_once_and_counts_only_when_confirmed(mira: Browser, charlie: Browser) -> None:
    secret = await begun(mira)
    assert secret not in (await mira.get("/account/two-step")).text
    wrong = await mira.submit("/account/two-step/confirmation", csrf=await mira.csrf(), code="000000")
    assert wrong.status_code == 422 and secret not in wrong.text
    assert (await charlie.submit("/sign-in", email=MIRA, password=PASSWORD)).status_code == 303


async def test_setting_up_needs_the_password(mira: Browser) -> None:
    answer = await mira.submit("/account/two-step", csrf=await mira.csrf(), password="not mine at all")
    assert answer.status_code == 422 and "This is not your password." in answer.text and "<code>" not in answer.text


async def test_switching_off_needs_password_and_code(mira: Browser, charlie: Browser) -> None:
    phone = await set_up(mira)
    csrf = await mira.csrf()
    for password, code in (("not mine at all", phone.recovery[0]), (PASSWORD, "000000"), (PASSWORD, "")):
        answer = await mira.submit("/account/two-step/deletion", csrf=csrf, password=password, code=code)
        assert answer.status_code == 422
    await half_way(charlie)
    answer = await mira.submit("/account/two-step/deletion", csrf=csrf, password=PASSWORD, code=phone.recovery[1])
    assert answer.status_code == 200
    assert (await charlie.submit("/sign-in", email=MIRA, password=PASSWORD)).status_code == 303


async def test_one_that_is_on_is_not_set_up_again(mira: Browser) -> None:
    await set_up(mira)
    answer = await mira.submit("/account/two-step", csrf=await mira.csrf(), password=PASSWORD)
    assert answer.status_code == 409


async def test_new_password_by_a_link_does_not_go_round_the_second_step(
    mira: Browser, charlie: Browser, settings: Settings
) -> None:
    phone = await set_up(mira)
    link = written(settings, first_run.new_password_link, "")
    answer = await charlie.submit(link, password="a wholly new phrase")
    assert answer.status_code == 200 and not await charlie.is_signed_in()
    step = re.search(r'name="step" value="([\w-]+)"', answer.text)
    assert step
    await charlie.submit("/sign-in/code", step=step[1], code=phone.recovery[0])
    assert await charlie.is_signed_in()


async def test_link_printed_on_the_server_lets_the_owner_in_without_a_phone(
    mira: Browser, charlie: Browser, settings: Settings
) -> None:
    await set_up(mira)
    await charlie.submit(written(settings, first_run.sign_in_link, ""))
    assert await charlie.is_signed_in()


async def test_token_of_another_kind_of_link_is_no_second_step(
    mira: Browser, charlie: Browser, settings: Settings
) -> None:
    phone = await set_up(mira)
    link = written(settings, first_run.new_password_link, "").rpartition("/")[2]
    answer = await charlie.submit("/sign-in/code", step=link, code=phone.recovery[0])
    assert answer.status_code in (303, 401) and not await charlie.is_signed_in()
    assert (await charlie.get(f"/welcome/{await half_way(charlie)}")).status_code == 410


async def test_programs_send_the_code_along(mira: Browser, charlie: Browser) -> None:
    phone = await set_up(mira)
    credentials = {"email": MIRA, "password": PASSWORD}
    refused = await charlie.post("/api/auth/sign-in", json=credentials)
    assert refused.status_code == 401 and "“code”" in refused.json()["detail"]
    assert (await charlie.post("/api/auth/sign-in", json={**credentials, "code": "000000"})).status_code == 401
    answer = await charlie.post("/api/auth/sign-in", json={**credentials, "code": phone.recovery[0]})
    assert answer.status_code == 204 and await charlie.is_signed_in()


async def test_owner_resets_a_teammates(mira: Browser, vera: Browser, settings: Settings) -> None:
    written(settings, _with_two_steps, TEAM["viewer"])
    assert "two steps" in (await mira.get("/settings/team")).text
    their = await id_of(mira, TEAM["viewer"])
    await mira.submit(f"/settings/team/{their}/two-step/deletion", csrf=await mira.csrf())
    assert "two steps" not in (await mira.get("/settings/team")).text


def forget_used_codes(connection: Connection) -> None:
    connection.execute(text("UPDATE second_steps SET used = 0"))


def _with_two_steps(connection: Connection, email: str) -> None:
    sql = (
        "INSERT INTO second_steps (staff_id, secret, begun_at, confirmed_at) "
        "SELECT id, 'JBSWY3DPEHPK3PXP', 1, 2 FROM staff WHERE email = :email"
    )
    connection.execute(text(sql), {"email": email})
