"""An account is made by the link that is mailed to its address, and by nothing else."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar

from control_plane.app import create_app
from control_plane.platform import Platform
from control_plane.settings import Settings
from tests.cast import MIRA, PASSWORD, Browser
from tests.control_plane.conftest import browser_of, link_mailed_to, mails_to
from tests.serving import living
from trulybot.kit import outbox
from trulybot.kit.mail_server import Sender

NEW = "nila@cedar.example"
Age = Callable[[int], None]


async def test_the_mailed_link_makes_an_account_once(stranger: Browser, platform: Platform) -> None:
    assert "/sign-up" in (await stranger.get("/sign-in")).text
    asked = await stranger.submit("/sign-up", email=f" {NEW} ")
    assert asked.status_code == 200 and "nothing is sent" in asked.text  # nor is there a mail server in these tests
    link = await link_mailed_to(platform, NEW)
    assert NEW in (await stranger.get(link)).text, "a mail scanner that opens it does not use it up"
    assert (await stranger.submit(link, password=PASSWORD)).headers["location"] == "/sign-in?arrived=true&next=%2F"
    profile = (await stranger.get("/api/user/profile")).json()
    assert (profile["email"], profile["role"], profile["workspaces"]) == (NEW, "customer", [])
    assert (await stranger.get(link)).status_code == 410


async def test_where_there_is_a_mail_server_the_page_says_that_a_mail_is_on_its_way(settings: Settings) -> None:
    server = {"smtp_url": "smtp://127.0.0.1:9", "mail_from": Sender("bot@example.com")}
    sending = Platform.open(msgspec.structs.replace(settings, **server))
    app = create_app(sending)
    async with living(app), browser_of(app) as stranger:
        assert "on its way" in (await stranger.submit("/sign-up", email=NEW)).text
    await sending.close()


async def test_a_weak_password_is_refused_and_the_link_still_works(stranger: Browser, platform: Platform) -> None:
    await stranger.submit("/sign-up", email=NEW)
    link = await link_mailed_to(platform, NEW)
    for weak, said in (("short", "at least 12"), ("nila" * 3, "address"), ("passwordpassword", "tried first")):
        answer = await stranger.submit(link, password=weak)
        assert answer.status_code == 422 and said in answer.text
    assert (await stranger.submit(link, password=PASSWORD)).status_code == 303


async def test_who_has_an_account_is_told_so_by_mail_only(mira: Browser, stranger: Browser, platform: Platform) -> None:
    said = [(await stranger.submit("/sign-up", email=email)).text for email in (NEW, MIRA)]
    assert said[0].replace(NEW, "") == said[1].replace(MIRA, "")
    assert "/welcome/" in (await mails_to(platform, NEW))[0].text
    told = (await mails_to(platform, MIRA))[0].text
    assert "has one already" in told and "/welcome/" not in told


async def test_two_links_for_one_address_make_one_account(
    stranger: Browser, platform: Platform, app: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stranger.submit("/sign-up", email=NEW)
    first = await link_mailed_to(platform, NEW)
    monkeypatch.setattr("control_plane.accounts.signing_up.MINUTE", 1)
    await stranger.submit("/sign-up", email=NEW.upper())
    second = await link_mailed_to(platform, NEW.upper().replace("CEDAR.EXAMPLE", "cedar.example"))
    assert (await stranger.submit(first, password=PASSWORD)).status_code == 303
    async with browser_of(app, "203.0.113.11") as other:
        answer = await other.submit(second, password=PASSWORD)
        assert answer.status_code in (409, 410) and not await other.is_signed_in()


async def test_the_link_lasts_a_day(stranger: Browser, platform: Platform, age: Age) -> None:
    await stranger.submit("/sign-up", email=NEW)
    link = await link_mailed_to(platform, NEW)
    age(24 * 3600 - 60)
    assert (await stranger.get(link)).status_code == 200
    age(61)
    assert (await stranger.get(link)).status_code == 410
    assert (await stranger.submit(link, password=PASSWORD)).status_code == 410


async def test_nobody_can_fill_a_mailbox_or_ask_on_and_on(stranger: Browser, platform: Platform) -> None:
    asked = [(await stranger.submit("/sign-up", email=NEW)).status_code for _ in range(4)]
    assert asked == [200, 200, 200, 429], "by the address"
    many = [(await stranger.submit("/sign-up", email=f"x{n}@cedar.example")).status_code for n in range(8)]
    assert many[-1] == 429, "by the client"
    assert len(await mails_to(platform, NEW)) == 1, "in one minute"


async def test_a_wrong_address_is_shown_beside_its_field(stranger: Browser) -> None:
    answer = await stranger.submit("/sign-up", email="nila")
    assert answer.status_code == 422 and "whole e-mail address" in answer.text


async def test_the_mail_is_in_the_language_of_who_asked(stranger: Browser, platform: Platform) -> None:
    stranger.headers["accept-language"] = "hi"
    await stranger.submit("/sign-up", email=NEW)
    assert "पासवर्ड" in (await mails_to(platform, NEW))[0].text


async def test_programs_sign_up_with_json(stranger: Browser, platform: Platform) -> None:
    assert (await stranger.post("/api/auth/sign-up", json={"email": "nila"})).status_code == 422
    assert (await stranger.post("/api/auth/sign-up", json={"email": NEW})).status_code == 202
    token = (await link_mailed_to(platform, NEW)).rpartition("/")[2]
    weak = await stranger.post("/api/auth/confirmation", json={"token": token, "password": "short"})
    assert weak.status_code == 422
    wrong = await stranger.post("/api/auth/confirmation", json={"token": "x" * 43, "password": PASSWORD})
    assert wrong.status_code == 410
    assert (
        await stranger.post("/api/auth/confirmation", json={"token": token, "password": PASSWORD})
    ).status_code == 204
    assert await stranger.is_signed_in()


async def test_where_strangers_may_not_sign_up_nothing_is_begun(tmp_path: Path) -> None:
    settings = Settings(root=tmp_path / "r", control=tmp_path / "c")
    assert not settings.strangers_may_sign_up
    platform = Platform.open(settings)
    async with living(create_app(platform)) as app, browser_of(app) as stranger:
        assert "/sign-up" not in (await stranger.get("/sign-in")).text
        assert "by invitation" in (await stranger.get("/sign-up")).text
        assert (await stranger.submit("/sign-up", email=NEW)).status_code == 403
        assert (await stranger.post("/api/auth/sign-up", json={"email": NEW})).status_code == 403
        assert await platform.db.read(outbox.mails, 9) == []
    await platform.close()
