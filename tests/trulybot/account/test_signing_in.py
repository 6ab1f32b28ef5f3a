from collections.abc import Callable

from litestar import Litestar

from tests.cast import MIRA, PASSWORD, Browser
from trulybot.contract import SESSION_COOKIE
from trulybot.kit.sessions import LONGEST_ABSENCE, LONGEST_SESSION

Age = Callable[[int], None]


async def test_right_password_signs_in_and_goes_where_one_wanted(mira: Browser, charlie: Browser) -> None:
    answer = await charlie.submit("/sign-in", email=MIRA.upper(), password=PASSWORD, next="/gaps")
    assert answer.headers["location"] == "/sign-in?arrived=true&next=%2Fgaps"
    assert (await charlie.get(answer.headers["location"])).headers["location"] == "/gaps"


async def test_sign_in_leads_to_pages_of_ours_only(mira: Browser, charlie: Browser) -> None:
    for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = await charlie.submit("/sign-in", email=MIRA, password=PASSWORD, next=elsewhere)
        assert answer.headers["location"].endswith("next=%2F")
        assert (await charlie.get(f"/sign-in?next={elsewhere}")).headers["location"] == "/"


async def test_wrong_password_and_unknown_person_read_the_same(mira: Browser, charlie: Browser) -> None:
    wrong = await charlie.submit("/sign-in", email=MIRA, password="plum orbit lanterns")
    unknown = await charlie.submit("/sign-in", email="nobody@acorn.example", password=PASSWORD)
    assert wrong.status_code == unknown.status_code == 401
    assert "do not go together" in wrong.text
    assert wrong.text.replace(MIRA, "X") == unknown.text.replace("nobody@acorn.example", "X")
    assert not await charlie.is_signed_in()


async def test_guessing_is_stopped_and_says_when_to_go_on(mira: Browser, charlie: Browser) -> None:
    answers = [await charlie.submit("/sign-in", email=MIRA, password=f"guess number {n}") for n in range(12)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429 and int(answers[-1].headers["retry-after"]) > 0
    assert (await charlie.submit("/sign-in", email=MIRA, password=PASSWORD)).status_code == 429


async def test_many_machines_share_the_guesses_at_one_person(mira: Browser, app: Litestar) -> None:
    async def guess(machine: int) -> int:
        async with Browser(app, address=f"198.51.100.{machine}") as stranger:
            return (await stranger.submit("/sign-in", email=MIRA, password="guess guess guess")).status_code

    statuses = [await guess(machine) for machine in range(22)]
    assert statuses[0] == 401 and statuses[-1] == 429


async def test_session_cookie_is_the_strictest_a_link_from_a_mail_survives(mira: Browser, charlie: Browser) -> None:
    answer = await charlie.submit("/sign-in", email=MIRA, password=PASSWORD)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-") and "; Path=/" in cookie
    assert {"Secure", "HttpOnly", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}


async def test_planted_session_does_not_become_a_signed_in_one(mira: Browser, app: Litestar) -> None:
    async with Browser(app) as victim:
        victim.headers["cookie"] = f"{SESSION_COOKIE}=planted"
        answer = await victim.submit("/sign-in", email=MIRA, password=PASSWORD)
        assert answer.status_code == 303 and "planted" not in answer.headers["set-cookie"]
    assert not await _has_session(app, "planted")


async def test_signing_in_again_ends_the_browsers_session_before(mira: Browser, app: Litestar) -> None:
    before = mira.cookies[SESSION_COOKIE]
    await mira.submit("/sign-in", email=MIRA, password=PASSWORD)
    assert await mira.is_signed_in() and mira.cookies[SESSION_COOKIE] != before
    assert not await _has_session(app, before)


async def test_sign_out_ends_the_session_itself(mira: Browser, app: Litestar) -> None:
    token = mira.cookies[SESSION_COOKIE]
    assert await _has_session(app, token)
    assert (await mira.submit("/sign-out", csrf=await mira.csrf())).status_code == 303
    assert not await _has_session(app, token)


async def test_sign_out_without_the_pages_token_is_refused(mira: Browser) -> None:
    assert (await mira.submit("/sign-out")).status_code == 403
    assert (await mira.submit("/sign-out", csrf="0" * 64)).status_code == 403
    assert await mira.is_signed_in()


async def test_unused_session_expires(mira: Browser, age: Age) -> None:
    age(LONGEST_ABSENCE - 60)
    assert await mira.is_signed_in()
    age(LONGEST_ABSENCE + 60)
    assert not await mira.is_signed_in()


async def test_even_a_used_session_expires(mira: Browser, age: Age) -> None:
    for _ in range(LONGEST_SESSION // LONGEST_ABSENCE):
        age(LONGEST_ABSENCE - 60)
        assert await mira.is_signed_in()
    age(LONGEST_ABSENCE - 60)
    assert not await mira.is_signed_in()


async def test_browser_that_keeps_no_cookie_is_told_why(mira: Browser, charlie: Browser) -> None:
    answer = await charlie.submit("/sign-in", email=MIRA, password=PASSWORD)
    charlie.cookies.clear()
    page = await charlie.get(answer.headers["location"])
    assert page.status_code == 200 and "over HTTPS" in page.text


async def test_sign_in_of_a_new_workspace_points_to_the_link(charlie: Browser) -> None:
    assert "one-time link" in (await charlie.get("/sign-in")).text


async def test_programs_sign_in_with_json(mira: Browser, charlie: Browser) -> None:
    answer = await charlie.post("/api/auth/sign-in", json={"email": MIRA, "password": PASSWORD})
    assert answer.status_code == 204
    csrf = (await charlie.get("/api/user/profile")).json()["csrf"]
    assert (await charlie.post("/api/auth/sign-out")).status_code == 403
    assert (await charlie.post("/api/auth/sign-out", headers={"x-csrf-token": csrf})).status_code == 204
    assert not await charlie.is_signed_in()


async def test_wrong_json_password_is_a_problem(mira: Browser, charlie: Browser) -> None:
    answer = await charlie.post("/api/auth/sign-in", json={"email": MIRA, "password": "not this one at all"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert "do not go together" in answer.json()["detail"]


async def _has_session(app: Litestar, token: str) -> bool:
    async with Browser(app) as browser:
        browser.headers["cookie"] = f"{SESSION_COOKIE}={token}"
        return await browser.is_signed_in()
