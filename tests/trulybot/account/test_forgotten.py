"""A forgotten password: a link by mail to whoever is in the team, and the same words to everybody else."""

import asyncio
import re
import time
from statistics import median

import pytest
from sqlalchemy import Connection, text

from tests.cast import MIRA, PASSWORD, Browser
from tests.trulybot.account.conftest import Mailed, link_in
from tests.trulybot.account.test_two_step import forget_used_codes, set_up
from trulybot.account import forgotten, queries
from trulybot.kit import outbox
from trulybot.kit.limits import Limits
from trulybot.settings import Settings
from trulybot.workspace import Workspace, written

NEW = "a wholly new phrase"
STRANGER = "nobody@acorn.example"

_KIND = {"kind": forgotten.MAILING}


async def test_the_mailed_link_sets_a_new_password_once_and_ends_every_session(mailed: Mailed) -> None:
    mira, charlie, office, _ = mailed
    assert "/forgotten-password" in (await charlie.get("/sign-in")).text
    asked = await charlie.submit("/forgotten-password", email=MIRA.upper())
    assert asked.status_code == 200 and "is on its way" in asked.text
    link = await link_in(office)
    assert str(office.received[0]["To"]) == MIRA
    assert (await charlie.get(link)).status_code == 200, "a mail scanner that opens it does not use it up"
    assert (await charlie.submit(link, password=NEW)).status_code == 303
    assert await charlie.is_signed_in()
    assert not await mira.is_signed_in()
    assert (await mira.submit(link, password="another phrase entirely")).status_code == 410
    assert (await mira.submit("/sign-in", email=MIRA, password=PASSWORD)).status_code == 401
    assert (await mira.submit("/sign-in", email=MIRA, password=NEW)).status_code == 303
    log = (await mira.get("/settings/audit")).text
    assert "Mailed a link for a new password" in log and "Set a new password by a link" in log


async def test_the_mailed_link_does_not_stand_in_for_the_second_step(mailed: Mailed) -> None:
    mira, charlie, office, settings = mailed
    phone = await set_up(mira)
    await charlie.submit("/forgotten-password", email=MIRA)
    asked = await charlie.submit(await link_in(office), password=NEW)
    step = re.search(r'name="step" value="([\w-]+)"', asked.text)
    assert asked.status_code == 200 and step and "set-cookie" not in asked.headers
    assert not await charlie.is_signed_in() and not await mira.is_signed_in()
    assert (await charlie.submit("/sign-in/code", step=step[1], code="000000")).status_code == 401
    assert not await charlie.is_signed_in()
    written(settings, forget_used_codes)
    assert (await charlie.submit("/sign-in/code", step=step[1], code=phone.code())).status_code == 303
    assert await charlie.is_signed_in()


async def test_who_is_in_the_team_cannot_be_found_out(mailed: Mailed) -> None:
    _, charlie, office, settings = mailed
    said = [(await charlie.submit("/forgotten-password", email=email)).text for email in (STRANGER, MIRA)]
    assert said[0].replace(STRANGER, "") == said[1].replace(MIRA, "")
    await office.mails(1)
    assert [mail.recipient for mail in written(settings, outbox.mails, 9)] == [MIRA]


async def test_nobody_can_fill_a_mailbox_or_ask_on_and_on(mailed: Mailed) -> None:
    _, charlie, _, _ = mailed
    for email in (MIRA, STRANGER):
        codes = [(await charlie.submit("/forgotten-password", email=email)).status_code for _ in range(4)]
        assert codes[-1] == 429, "by the address, the same for both"
        charlie._transport.client = ("203.0.113.10", 4711)  # type: ignore[attr-defined]
    many = [await charlie.submit("/forgotten-password", email=f"x{n}@acorn.example") for n in range(6)]
    assert many[-1].status_code == 429, "by the client"


async def test_the_link_lasts_an_hour(mailed: Mailed, monkeypatch: pytest.MonkeyPatch) -> None:
    _, charlie, office, _ = mailed
    monkeypatch.setattr("trulybot.account.forgotten.MAILED_LINK_LIFETIME", 1)
    await charlie.submit("/forgotten-password", email=MIRA)
    link = await link_in(office)
    await asyncio.sleep(2)
    assert (await charlie.get(link)).status_code == 410


async def test_a_wrong_address_is_shown_beside_its_field(mailed: Mailed) -> None:
    answer = await mailed.charlie.submit("/forgotten-password", email="mira")
    assert answer.status_code == 422 and "whole e-mail address" in answer.text


async def test_without_a_mail_server_the_page_says_so_and_names_the_way(
    charlie: Browser, mira: Browser, settings: Settings
) -> None:
    for answer in (
        await charlie.get("/forgotten-password"),
        await charlie.submit("/forgotten-password", email=MIRA),
    ):
        assert "no mail server" in answer.text and "trulybot reset-password" in answer.text
    assert written(settings, outbox.mails, 9) == []


async def test_asking_is_the_same_work_whether_or_not_somebody_has_the_address(settings: Settings) -> None:
    workspace = Workspace.open(settings)  # whose jobs nobody does
    await workspace.db.write(queries.add_staff, MIRA, "no password has this hash", "owner")
    took: dict[str, list[float]] = {MIRA: [], STRANGER: []}
    for _ in range(40):
        for email, times in took.items():
            began = time.perf_counter()
            await forgotten.ask(workspace.db, Limits(), email)
            times.append(time.perf_counter() - began)
            assert await workspace.db.write(_take_jobs) == [(forgotten.MAILING, email)]
    await workspace.close()
    known, unknown = (median(times) for times in took.values())
    assert 0.5 < known / unknown < 2, took


def _take_jobs(connection: Connection) -> list[tuple[str, str]]:
    taken = connection.execute(text("DELETE FROM jobs WHERE kind = :kind RETURNING kind, key"), _KIND)
    return [(kind, key) for kind, key in taken]
