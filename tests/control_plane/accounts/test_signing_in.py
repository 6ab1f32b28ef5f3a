from collections.abc import Callable

import pytest
from litestar import Litestar

from control_plane.platform import Platform
from tests.cast import MIRA, PASSWORD, Browser
from tests.control_plane.conftest import browser_of, link_mailed_to
from trulybot.contract import SESSION_COOKIE
from trulybot.kit.sessions import LONGEST_ABSENCE, LONGEST_SESSION

Age = Callable[[int], None]
NOBODY = "nobody@acorn.example"


async def sign_in(browser: Browser, email: str = MIRA, password: str = PASSWORD, **more: str) -> int:
    return (await browser.submit("/sign-in", email=email, password=password, **more)).status_code


async def test_right_password_signs_in_and_goes_where_one_wanted(mira: Browser, stranger: Browser) -> None:
    answer = await stranger.submit("/sign-in", email=MIRA.upper(), password=PASSWORD, next="/account")
    assert answer.headers["location"] == "/sign-in?arrived=true&next=%2Faccount"
    assert (await stranger.get(answer.headers["location"])).headers["location"] == "/account"
    assert (await stranger.get("/api/user/profile")).json()["email"] == MIRA


async def test_sign_in_leads_to_pages_of_ours_only(mira: Browser, stranger: Browser) -> None:
    for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example"):
        answer = await stranger.submit("/sign-in", email=MIRA, password=PASSWORD, next=elsewhere)
        assert answer.headers["location"].endswith("next=%2F")
        assert (await stranger.get(f"/sign-in?next={elsewhere}")).headers["location"] == "/"


async def test_wrong_password_and_unknown_account_read_the_same(mira: Browser, stranger: Browser) -> None:
    wrong = await stranger.submit("/sign-in", email=MIRA, password="plum orbit lanterns")
    unknown = await stranger.submit("/sign-in", email=NOBODY, password=PASSWORD)
    assert wrong.status_code == unknown.status_code == 401
    assert "do not go together" in wrong.text
    assert wrong.text.replace(MIRA, "X") == unknown.text.replace(NOBODY, "X")
    assert not await stranger.is_signed_in()


async def test_whoever_is_not_signed_in_is_led_there_and_a_program_is_refused(stranger: Browser) -> None:
    assert (await stranger.get("/account")).headers["location"] == "/sign-in?next=%2Faccount"
    refused = await stranger.get("/api/user/profile")
    assert refused.status_code == 401 and refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("email", [MIRA, NOBODY])
async def test_guessing_has_to_wait_longer_each_time_whether_there_is_an_account_or_not(
    mira: Browser, stranger: Browser, age: Age, email: str
) -> None:
    assert [await sign_in(stranger, email, f"guess number {n}") for n in range(6)] == [401] * 5 + [429]
    answer = await stranger.submit("/sign-in", email=email, password="guess number 6")
    first = int(answer.headers["retry-after"])
    assert 25 <= first <= 30 and "mailed" in answer.text
    age(31)
    assert await sign_in(stranger, email, "guess number 7") == 401
    again = await stranger.submit("/sign-in", email=email, password="guess number 8")
    assert again.status_code == 429 and int(again.headers["retry-after"]) > first + 20


async def test_the_right_password_has_to_wait_too_and_then_all_is_forgotten(
    mira: Browser, stranger: Browser, age: Age
) -> None:
    for number in range(5):
        await sign_in(stranger, password=f"guess number {number}")
    assert await sign_in(stranger) == 429
    age(31)
    assert await sign_in(stranger) == 303
    assert [await sign_in(stranger, password=f"guess number {n}") for n in range(5)] == [401] * 5


async def test_many_machines_share_the_guesses_at_one_account(mira: Browser, app: Litestar) -> None:
    async def guess(machine: int) -> int:
        async with browser_of(app, f"198.51.100.{machine}") as guesser:
            return await sign_in(guesser, password="guess guess guess")

    assert [await guess(machine) for machine in range(6)] == [401] * 5 + [429]


async def test_one_machine_that_tries_many_accounts_has_to_wait(mira: Browser, stranger: Browser) -> None:
    tried = [await sign_in(stranger, f"n{number}@acorn.example", "guess guess guess") for number in range(21)]
    assert tried == [401] * 20 + [429]
    assert await sign_in(stranger) == 429


async def test_guesses_outlive_a_restart(mira: Browser, stranger: Browser, platform: Platform) -> None:
    for number in range(5):
        await sign_in(stranger, password=f"guess number {number}")
    platform.limits._buckets.clear()
    assert await sign_in(stranger) == 429


async def test_who_is_kept_out_by_guesses_comes_in_by_a_mailed_link(
    mira: Browser, stranger: Browser, platform: Platform
) -> None:
    for number in range(5):
        await sign_in(stranger, password=f"guess number {number}")
    await stranger.submit("/forgotten-password", email=MIRA)
    link = await link_mailed_to(platform, MIRA)
    assert (await stranger.submit(link, password="a wholly new phrase")).status_code == 303
    assert await stranger.is_signed_in()
    assert await sign_in(stranger, password="a wholly new phrase") == 303


async def test_session_cookie_is_the_strictest_a_link_from_a_mail_survives(mira: Browser, stranger: Browser) -> None:
    answer = await stranger.submit("/sign-in", email=MIRA, password=PASSWORD)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-") and "; Path=/" in cookie
    assert {"Secure", "HttpOnly", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}


async def test_signing_in_again_ends_the_browsers_session_before(mira: Browser, app: Litestar) -> None:
    before = mira.cookies[SESSION_COOKIE]
    assert await sign_in(mira) == 303
    assert await mira.is_signed_in() and mira.cookies[SESSION_COOKIE] != before
    async with browser_of(app) as other:
        other.headers["cookie"] = f"{SESSION_COOKIE}={before}"
        assert not await other.is_signed_in()


async def test_sign_out_ends_the_session_itself(mira: Browser) -> None:
    token = mira.cookies[SESSION_COOKIE]
    assert (await mira.submit("/sign-out")).status_code == 403
    assert (await mira.submit("/sign-out", csrf=await mira.csrf())).status_code == 303
    mira.headers["cookie"] = f"{SESSION_COOKIE}={token}"
    assert not await mira.is_signed_in()


async def test_unused_session_expires_and_a_used_one_after_a_month(mira: Browser, age: Age) -> None:
    for _ in range(LONGEST_SESSION // LONGEST_ABSENCE):
        age(LONGEST_ABSENCE - 60)
        assert await mira.is_signed_in()
    age(LONGEST_ABSENCE - 60)
    assert not await mira.is_signed_in()


async def test_browser_that_keeps_no_cookie_is_told_why(mira: Browser, stranger: Browser) -> None:
    answer = await stranger.submit("/sign-in", email=MIRA, password=PASSWORD)
    stranger.cookies.clear()
    page = await stranger.get(answer.headers["location"])
    assert page.status_code == 200 and "over HTTPS" in page.text


async def test_programs_sign_in_with_json(mira: Browser, stranger: Browser) -> None:
    assert (await stranger.post("/api/auth/sign-in", json={"email": MIRA, "password": "x"})).status_code == 401
    answer = await stranger.post("/api/auth/sign-in", json={"email": MIRA, "password": PASSWORD})
    assert answer.status_code == 204
    csrf = (await stranger.get("/api/user/profile")).json()["csrf"]
    assert (await stranger.post("/api/auth/sign-out")).status_code == 403
    assert (await stranger.post("/api/auth/sign-out", headers={"x-csrf-token": csrf})).status_code == 204
    assert not await stranger.is_signed_in()


async def test_who_is_lost_is_led_to_the_console_and_not_to_a_chat(stranger: Browser) -> None:
    page = await stranger.get("/nowhere")
    assert page.status_code == 404 and 'href="/"' in page.text and "/chat" not in page.text
