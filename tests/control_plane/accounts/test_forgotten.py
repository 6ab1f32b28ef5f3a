"""A forgotten password: a link by mail to whoever has an account, and the same words to everybody else."""

import asyncio
from collections.abc import Callable

from control_plane.platform import Platform
from tests.cast import MIRA, PASSWORD, Browser
from tests.control_plane.conftest import link_mailed_to
from trulybot.kit import outbox

NEW = "a wholly new phrase"
STRANGER = "nobody@acorn.example"


async def test_the_mailed_link_sets_a_new_password_once_and_ends_every_session(
    mira: Browser, stranger: Browser, platform: Platform
) -> None:
    assert "/forgotten-password" in (await stranger.get("/sign-in")).text
    asked = await stranger.submit("/forgotten-password", email=MIRA.upper())
    assert asked.status_code == 200 and "nothing is sent" in asked.text
    link = await link_mailed_to(platform, MIRA)
    assert (await stranger.get(link)).status_code == 200, "a mail scanner that opens it does not use it up"
    assert (await stranger.submit(link, password="short")).status_code == 422
    assert (await stranger.submit(link, password=NEW)).status_code == 303
    assert await stranger.is_signed_in()
    assert not await mira.is_signed_in()
    assert (await mira.submit(link, password="another phrase entirely")).status_code == 410
    assert (await mira.submit("/sign-in", email=MIRA, password=PASSWORD)).status_code == 401
    assert (await mira.submit("/sign-in", email=MIRA, password=NEW)).status_code == 303


async def test_who_is_signed_in_can_use_a_link_too(mira: Browser, platform: Platform) -> None:
    await mira.submit("/forgotten-password", email=MIRA)
    link = await link_mailed_to(platform, MIRA)
    assert (await mira.submit(link, password=NEW)).status_code == 403, "without what the page sends along"
    assert (await mira.submit(link, password=NEW, csrf=await mira.csrf())).status_code == 303
    assert await mira.is_signed_in()


async def test_who_has_an_account_cannot_be_found_out(mira: Browser, stranger: Browser, platform: Platform) -> None:
    said = [(await stranger.submit("/forgotten-password", email=email)).text for email in (STRANGER, MIRA)]
    assert said[0].replace(STRANGER, "") == said[1].replace(MIRA, "")
    await link_mailed_to(platform, MIRA)
    assert [mail.recipient for mail in await platform.db.read(outbox.mails, 9)] == [MIRA]


async def test_the_link_lasts_an_hour(
    mira: Browser, stranger: Browser, platform: Platform, age: Callable[[int], None]
) -> None:
    await stranger.submit("/forgotten-password", email=MIRA)
    link = await link_mailed_to(platform, MIRA)
    age(3601)
    assert (await stranger.get(link)).status_code == 410


async def test_asking_again_is_limited_by_the_address(mira: Browser, stranger: Browser) -> None:
    for email in (MIRA, STRANGER):
        codes = [(await stranger.submit("/forgotten-password", email=email)).status_code for _ in range(4)]
        assert codes == [200, 200, 200, 429], "the same for both"


async def test_programs_set_a_new_password_with_json(mira: Browser, stranger: Browser, platform: Platform) -> None:
    asked = [await stranger.post("/api/auth/forgotten-password", json={"email": email}) for email in (MIRA, STRANGER)]
    assert [(answer.status_code, answer.content) for answer in asked] == [(202, asked[0].content)] * 2
    token = (await link_mailed_to(platform, MIRA)).rpartition("/")[2]
    answer = await stranger.post("/api/auth/new-password", json={"token": token, "password": NEW})
    assert answer.status_code == 204 and not await stranger.is_signed_in()
    assert (await stranger.post("/api/auth/sign-in", json={"email": MIRA, "password": NEW})).status_code == 204


async def test_one_link_is_used_by_one_of_two_at_once(mira: Browser, stranger: Browser, platform: Platform) -> None:
    await stranger.submit("/forgotten-password", email=MIRA)
    link = await link_mailed_to(platform, MIRA)
    answers = await asyncio.gather(*(stranger.submit(link, password=f"{NEW} {n}") for n in range(4)))
    assert sorted(answer.status_code for answer in answers) == [303, 410, 410, 410]
