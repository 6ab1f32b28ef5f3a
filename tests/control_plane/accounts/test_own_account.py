"""One's own account: password, address, how pages read, sessions."""

import re

from litestar import Litestar

from control_plane.platform import Platform
from tests.cast import MIRA, PASSWORD, Browser
from tests.control_plane.conftest import CHARLIE, browser_of, link_mailed_to, mails_to

NEW_PASSWORD = "a wholly new phrase"
NEW_ADDRESS = "mira@elsewhere.example"


async def test_password_is_changed_and_other_sessions_end(mira: Browser, app: Litestar) -> None:
    async with browser_of(app) as phone:
        await phone.submit("/sign-in", email=MIRA, password=PASSWORD)
        csrf = await mira.csrf()
        wrong = await mira.submit("/account/password", csrf=csrf, current="not mine at all", password=NEW_PASSWORD)
        assert wrong.status_code == 422 and "This is not your password." in wrong.text
        weak = await mira.submit("/account/password", csrf=csrf, current=PASSWORD, password="short")
        assert weak.status_code == 422 and await phone.is_signed_in()
        await mira.submit("/account/password", csrf=csrf, current=PASSWORD, password=NEW_PASSWORD)
        assert await mira.is_signed_in() and not await phone.is_signed_in()
        assert (await phone.submit("/sign-in", email=MIRA, password=NEW_PASSWORD)).status_code == 303


async def test_a_stolen_session_helps_nobody_to_guess_on(mira: Browser) -> None:
    csrf = await mira.csrf()
    said = [
        (await mira.submit("/account/password", csrf=csrf, current=f"guess {n}", password=NEW_PASSWORD)).text
        for n in range(6)
    ]
    assert "This is not your password." in said[4] and "Too many guesses" in said[5]
    right = await mira.submit("/account/password", csrf=csrf, current=PASSWORD, password=NEW_PASSWORD)
    assert right.status_code == 422


async def test_address_counts_once_its_mailbox_has_confirmed_it(
    mira: Browser, stranger: Browser, platform: Platform
) -> None:
    csrf = await mira.csrf()
    wrong = await mira.submit("/account/address", csrf=csrf, email=NEW_ADDRESS, address_password="not mine at all")
    assert wrong.status_code == 422 and NEW_ADDRESS in wrong.text
    assert (await mira.submit("/account/address", csrf=csrf, email="mira")).status_code == 422
    asked = await mira.submit("/account/address", csrf=csrf, email=NEW_ADDRESS, address_password=PASSWORD)
    assert asked.headers["location"] == "/account?said=address-asked"
    assert (await mira.get("/api/user/profile")).json()["email"] == MIRA
    link = await link_mailed_to(platform, NEW_ADDRESS)
    assert NEW_ADDRESS in (await stranger.get(link)).text
    assert (await stranger.submit(link)).status_code == 303, "in whichever browser the mail is read"
    assert (await mira.get("/api/user/profile")).json()["email"] == NEW_ADDRESS
    assert (await stranger.submit(link)).status_code == 410
    told = (await mails_to(platform, MIRA))[0].text
    assert NEW_ADDRESS in told and "somebody knows your password" in told


async def test_address_of_somebody_else_reads_the_same_and_is_not_taken(
    mira: Browser, charlie: Browser, platform: Platform
) -> None:
    csrf = await mira.csrf()
    asked = await mira.submit("/account/address", csrf=csrf, email=CHARLIE.upper(), address_password=PASSWORD)
    assert asked.headers["location"] == "/account?said=address-asked"
    told = (await mails_to(platform, "CHARLIE@birch.example"))[0].text
    assert "has one already" in told and "/welcome/" not in told


async def test_two_who_want_one_address_get_it_once(mira: Browser, charlie: Browser, platform: Platform) -> None:
    links = []
    for number, browser in enumerate((mira, charlie), 1):
        await browser.submit(
            "/account/address", csrf=await browser.csrf(), email=NEW_ADDRESS, address_password=PASSWORD
        )
        links.append(await link_mailed_to(platform, NEW_ADDRESS, number))
    answers = [
        await browser.submit(link, csrf=await browser.csrf())
        for browser, link in zip((mira, charlie), links, strict=True)
    ]
    assert [answer.status_code for answer in answers] == [303, 409]


async def test_pages_read_as_their_reader_chose(mira: Browser) -> None:
    chosen = {"language": "hi", "time_zone": "Asia/Kolkata", "date_format": "year first"}
    saved = await mira.submit("/account/reading", csrf=await mira.csrf(), **chosen)
    assert saved.headers["location"] == "/account?said=saved"
    assert '<html lang="hi">' in (await mira.get("/account")).text
    wrong = await mira.submit("/account/reading", csrf=await mira.csrf(), **{**chosen, "language": "tlh"})
    assert wrong.status_code == 422


async def test_sessions_are_ended_one_by_one_or_all_at_once(mira: Browser, app: Litestar) -> None:
    for path in ("/account/sessions/{}/deletion", "/account/sessions/deletion"):
        async with browser_of(app) as phone:
            await phone.submit("/sign-in", email=MIRA, password=PASSWORD)
            assert await phone.is_signed_in()
            (other,) = await _others(mira)
            assert (await mira.submit(path.format(other), csrf=await mira.csrf())).status_code == 303
            assert await mira.is_signed_in() and not await phone.is_signed_in()


async def test_nobody_ends_the_session_of_somebody_else(mira: Browser, charlie: Browser, app: Litestar) -> None:
    async with browser_of(app) as phone:
        await phone.submit("/sign-in", email=MIRA, password=PASSWORD)
        (other,) = await _others(mira)
        csrf = await charlie.csrf()
        assert (await charlie.submit(f"/account/sessions/{other}/deletion", csrf=csrf)).status_code == 404
        await charlie.submit("/account/sessions/deletion", csrf=csrf)
        assert await phone.is_signed_in() and await mira.is_signed_in()


async def _others(browser: Browser) -> list[str]:
    """The ids of the other sessions that are listed."""
    return re.findall(r"/account/sessions/(\d+)/deletion", (await browser.get("/account")).text)


async def test_the_account_of_whoever_is_not_signed_in_is_nobodys(stranger: Browser) -> None:
    for path in ("/account", "/account/two-step"):
        assert (await stranger.get(path)).status_code == 303
    for path in (
        "/account/reading",
        "/account/address",
        "/account/password",
        "/account/sessions/1/deletion",
        "/account/sessions/deletion",
        "/account/two-step",
        "/account/two-step/confirmation",
        "/account/two-step/recovery-codes",
        "/account/two-step/deletion",
    ):
        assert (await stranger.submit(path)).status_code == 401
