"""Whoever of the team is chosen gets a mail each time somebody leaves their details."""

import asyncio
from pathlib import Path

from tests.cast import MIRA, TEAM, Browser
from tests.post_office import post_office
from tests.trulybot.conftest import workspace_of
from tests.trulybot.leads.leaving import conversation, left
from trulybot.kit import jobs, outbox
from trulybot.kit.mail_server import Sender
from trulybot.kit.outbox import Mail
from trulybot.leads.telling import MOST_AN_HOUR, TELLING
from trulybot.settings import Settings
from trulybot.workspace import written

CHEN = "chen@oak.example"


async def mails(settings: Settings, number: int) -> list[Mail]:
    """The oldest first, once there are so many."""
    async with asyncio.timeout(15):
        while len(found := written(settings, outbox.mails, 500)) < number:
            await asyncio.sleep(0.02)
    return found[::-1]


async def test_the_owner_is_told_of_each_lead_with_all_that_was_left(
    charlie: Browser, mira: Browser, robin: Browser, settings: Settings
) -> None:
    await robin.patch("/api/settings", json={"lead_form": {"consent": "You may call me."}})
    handle = await conversation(charlie)
    fields = {"email": CHEN, "name": "Chen <b>&\nBcc: eve@eve.example"}
    lead = await left(charlie, fields, conversation=handle, page="https://shop.example/x", consent=True)
    (mail,) = await mails(settings, 1)
    assert (mail.recipient, mail.reply_to) == (MIRA, CHEN)
    assert mail.subject == "New lead: Chen <b>& Bcc: eve@eve.example"
    for told in ("E-mail:", f"> {CHEN}", "> You may call me.", "> https://shop.example/x"):
        assert told in mail.text
    assert f"/leads/{lead}\n" in mail.text
    assert mail.html is not None and "<b>&" not in mail.html and 'href="https://shop' not in mail.html
    assert f'/leads/{lead}"' in mail.html


async def test_a_repeat_says_so(charlie: Browser, mira: Browser, settings: Settings) -> None:
    await left(charlie, {"email": CHEN, "name": "Chen"})
    await left(charlie, {"email": CHEN})
    texts = {mail.subject: mail.text for mail in await mails(settings, 2)}
    assert sorted(texts) == ["Chen left their details again", "New lead: Chen"]
    assert "They stay one lead." in texts["Chen left their details again"]


async def test_a_deleted_lead_takes_its_mails_along(charlie: Browser, mira: Browser, settings: Settings) -> None:
    gone = await left(charlie, {"email": CHEN, "name": "Chen"})
    await left(charlie, {"email": "oak@oak.example", "name": "Oak"})
    await mails(settings, 2)
    assert (await mira.submit(f"/leads/{gone}/deletion", csrf=await mira.csrf())).status_code in (200, 303)
    (mail,) = written(settings, outbox.mails, 9)
    assert mail.subject == "New lead: Oak"


async def test_those_who_are_ticked_are_told_in_their_language(
    charlie: Browser, mira: Browser, vera: Browser, settings: Settings
) -> None:
    await vera.submit(
        "/account/reading", csrf=await vera.csrf(), language="hi", time_zone="Asia/Kolkata", date_format="day first"
    )
    assert await vera.submit("/lead-settings/mail", csrf=await vera.csrf(), id="2")
    page = (await mira.get("/lead-settings")).text
    assert page.count("checked") == 1
    await mira.submit("/lead-settings/mail", csrf=await mira.csrf(), id="2")
    await left(charlie, {"email": CHEN, "name": "Chen"})
    (mail,) = await mails(settings, 1)
    assert mail.recipient == TEAM["viewer"]
    assert mail.subject.startswith("नया") and "New lead" not in mail.subject


async def test_a_teammate_who_is_gone_is_told_no_more(
    charlie: Browser, mira: Browser, vera: Browser, settings: Settings
) -> None:
    await mira.submit("/lead-settings/mail", csrf=await mira.csrf(), id="2")
    await mira.submit("/settings/team/2/deletion", csrf=await mira.csrf())
    assert (await vera.get("/leads")).status_code == 303
    await left(charlie, {"email": CHEN})
    await asyncio.sleep(2.5)
    assert written(settings, outbox.mails, 9) == []


async def test_a_script_cannot_fill_the_owners_mailbox(mira: Browser, robin: Browser, settings: Settings) -> None:
    for number in range(MOST_AN_HOUR + 5):
        await left(robin, {"email": f"m{number}@oak.example"})
    found = await mails(settings, MOST_AN_HOUR)
    async with asyncio.timeout(15):
        while written(settings, jobs.is_under_way, [TELLING]):
            await asyncio.sleep(0.05)
    assert len(written(settings, outbox.mails, 500)) == MOST_AN_HOUR
    assert ["last mail about leads within an hour" in mail.text for mail in found].count(True) == 1


async def test_a_trial_goes_to_whoever_is_ticked(mira: Browser, settings: Settings) -> None:
    await mira.submit("/lead-settings/mail/trial", csrf=await mira.csrf())
    (mail,) = await mails(settings, 1)
    assert mail.recipient == MIRA and "This is a trial" in mail.text


async def test_a_lead_arrives_at_a_mail_server(tmp_path: Path) -> None:
    async with post_office() as office:
        url = f"smtp://127.0.0.1:{office.port}"
        settings = Settings(data=tmp_path / "data", smtp_url=url, mail_from=Sender("bot@acorn.example"))
        async with workspace_of(settings) as mira:
            sent = {"fields": {"email": CHEN, "name": "Chen"}}
            assert (await mira.post("/api/leads", json=sent, headers={"x-csrf-token": await mira.csrf()})).is_success
            (mail,) = await office.mails(1)
            assert str(mail["Subject"]) == "New lead: Chen" and str(mail["Reply-To"]) == CHEN
