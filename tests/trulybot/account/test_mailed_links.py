"""Invitations by mail, and a new address that counts once its mail was opened."""

import re

from tests.cast import MIRA, PASSWORD, Browser
from tests.trulybot.account.conftest import Mailed, link_in
from trulybot.kit import outbox
from trulybot.settings import Settings
from trulybot.workspace import written

KAVI = "kavi@acorn.example"
NEW = "mira@oak.example"
PHRASE = "a wholly new phrase"


async def test_an_invitation_is_mailed_and_shown(mailed: Mailed) -> None:
    mira, charlie, office, _ = mailed
    csrf = await mira.csrf()
    page = await mira.submit("/settings/team/invitations", csrf=csrf, email=KAVI, role="agent", mail="true")
    assert page.status_code == 200 and f"mailed to {KAVI}" in page.text
    link = await link_in(office)
    assert str(office.received[0]["To"]) == KAVI and link in page.text
    assert (await charlie.submit(link, password=PHRASE)).status_code == 303
    assert await charlie.is_signed_in()


async def test_an_invitation_is_mailed_only_where_that_was_asked_for(mailed: Mailed) -> None:
    mira, _, _, settings = mailed
    assert "Mail the invitation" in (await mira.get("/settings/team")).text
    await mira.submit("/settings/team/invitations", csrf=await mira.csrf(), email=KAVI, role="agent")
    assert written(settings, outbox.mails, 9) == []


async def test_without_a_mail_server_no_invitation_is_mailed(mira: Browser, settings: Settings) -> None:
    assert "Mail the invitation" not in (await mira.get("/settings/team")).text
    csrf = await mira.csrf()
    page = await mira.submit("/settings/team/invitations", csrf=csrf, email=KAVI, role="agent", mail="true")
    assert "Send this link" in page.text
    assert written(settings, outbox.mails, 9) == []


async def test_a_new_address_counts_once_its_mail_was_opened(mailed: Mailed) -> None:
    mira, charlie, office, _ = mailed
    csrf = await mira.csrf()
    assert "A link is mailed to it." in (await mira.get("/account")).text
    asked = await mira.submit("/account/address", csrf=csrf, email=NEW, address_password=PASSWORD)
    assert asked.headers["location"] == "/account?said=address-asked"
    assert "on its way to the new address" in (await mira.get(asked.headers["location"])).text
    link = await link_in(office)
    assert str(office.received[0]["To"]) == NEW
    assert NEW in (await charlie.get(link)).text
    assert (await mira.get("/api/user/profile")).json()["name"] == MIRA, "looking changes nothing"
    assert (await mira.submit(link)).headers["location"] == "/account?said=address"
    assert (await mira.get("/api/user/profile")).json()["name"] == NEW
    assert (await mira.submit(link)).status_code == 410
    log = (await mira.get("/settings/audit")).text
    assert "Asked to change their address" in log and "Changed their address" in log


async def test_only_the_last_new_address_can_be_confirmed_and_only_with_the_password(mailed: Mailed) -> None:
    mira, _, office, settings = mailed
    csrf = await mira.csrf()
    wrong = await mira.submit("/account/address", csrf=csrf, email=NEW, address_password="not my password")
    assert wrong.status_code == 422 and written(settings, outbox.mails, 9) == []
    for number, email in enumerate((NEW, "mira@elm.example"), 1):
        await mira.submit("/account/address", csrf=csrf, email=email, address_password=PASSWORD)
        await office.mails(number)
    first, last = await link_in(office, 1), await link_in(office, 2)
    assert (await mira.submit(first)).status_code == 410
    assert (await mira.submit(last)).status_code == 303
    assert (await mira.get("/api/user/profile")).json()["name"] == "mira@elm.example"


async def test_the_old_address_is_told_of_a_change_once_and_only_when_it_has_come_true(mailed: Mailed) -> None:
    mira, charlie, office, settings = mailed
    await mira.submit("/account/address", csrf=await mira.csrf(), email=NEW, address_password=PASSWORD)
    link = await link_in(office)
    assert [mail.recipient for mail in written(settings, outbox.mails, 9)] == [NEW]
    assert (await charlie.submit(link)).status_code == 303
    told = (await office.mails(2))[1]
    assert str(told["To"]) == MIRA and "was changed" in str(told["Subject"])
    body = told.get_body(("plain",))
    assert body is not None
    said = body.get_content()
    assert NEW in said and "If it was not you" in said and "reset-password" in said
    assert (await charlie.submit(link)).status_code == 410
    assert len(written(settings, outbox.mails, 9)) == 2


async def test_without_a_mail_server_the_notice_stands_among_the_mails(mira: Browser, settings: Settings) -> None:
    csrf = await mira.csrf()
    for _ in range(2):
        await mira.submit("/account/address", csrf=csrf, email=NEW, address_password=PASSWORD)
    [notice] = written(settings, outbox.mails, 9)
    assert notice.recipient == MIRA and NEW in notice.text


async def test_a_teammate_is_sent_to_the_owner_for_help(mira: Browser, charlie: Browser, settings: Settings) -> None:
    page = await mira.submit("/settings/team/invitations", csrf=await mira.csrf(), email=KAVI, role="agent")
    link = re.search(r"/welcome/[\w-]+", page.text)
    assert link and (await charlie.submit(link[0], password=PHRASE)).status_code == 303
    new = {"email": "kavi@oak.example", "address_password": PHRASE}
    await charlie.submit("/account/address", csrf=await charlie.csrf(), **new)
    [notice] = written(settings, outbox.mails, 9)
    assert notice.recipient == KAVI
    assert "on the page Team" in notice.text and "reset-password" not in notice.text
