"""A person’s words go by e-mail to whoever left an address and did not come back for them: once, and to nobody else."""

from typing import Any

import pytest
from sqlalchemy import Connection, text

from tests.acorn import REFUNDED
from tests.cast import TEAM, Browser
from tests.trulybot.chat.test_curated import ask
from tests.trulybot.chat.test_handover import WORDS, go_on, heard, say, take_over
from tests.trulybot.chat.test_inbox import id_of
from tests.trulybot.leads.leaving import choose, left
from trulybot.chat.mailing import MAILING, Mailing
from trulybot.kit import outbox
from trulybot.kit.database import Database
from trulybot.kit.outbox import Mail
from trulybot.preferences.current import Choices
from trulybot.settings import Settings
from trulybot.workspace import written

NORA = "nora@fjord.example"
HERE = "https://chat.acorn.example"


async def leave(charlie: Browser, given: dict[str, Any], **fields: str) -> None:
    left = {"fields": fields or {"email": NORA}, "conversation": given["conversation"], "consent": True}
    assert (await charlie.post("/api/leads", json=left)).status_code == 201


async def do_job(settings: Settings, given: dict[str, Any]) -> list[Mail]:
    """What the job writes to visitors when it is due; and it may be done twice, as after a crash."""
    db = Database(settings.database)
    job = Mailing(db, Choices(db), lambda: HERE)
    await job.mail_missed(id_of(given))
    await job.mail_missed(id_of(given))
    mails = await db.read(outbox.mails, 10)
    db.close()
    return [mail for mail in mails if mail.recipient not in TEAM.values()]  # who may be told of a new lead meanwhile


def due(connection: Connection) -> list[tuple[str, int]]:
    rows = connection.execute(
        text("SELECT key, run_at - created_at AS wait FROM jobs WHERE kind = :kind"), {"kind": MAILING}
    )
    return [(row.key, row.wait) for row in rows]


async def test_what_was_not_fetched_is_mailed_once_in_one_mail(
    charlie: Browser, robin: Browser, settings: Settings
) -> None:
    given = await ask(charlie, REFUNDED)
    await leave(charlie, given)
    await take_over(robin, given)
    await say(robin, given)
    await say(robin, given, "It arrives on Monday.")
    assert written(settings, due) == [(id_of(given), 180)]
    (mail,) = await do_job(settings, given)
    assert mail.recipient == NORA
    for words in (REFUNDED, WORDS, "It arrives on Monday.", f"{HERE}/chat"):
        assert words in mail.text
    assert "robin" not in mail.text
    await say(robin, given, "And one more thing.")
    assert len(mails := await do_job(settings, given)) == 2
    assert WORDS not in mails[0].text and "And one more thing." in mails[0].text


async def test_what_the_visitor_came_back_for_is_not_mailed(
    charlie: Browser, robin: Browser, settings: Settings
) -> None:
    given = await ask(charlie, REFUNDED)
    await leave(charlie, given)
    await take_over(robin, given)
    await say(robin, given)
    assert len((await heard(charlie, given))["messages"]) == 1
    assert await do_job(settings, given) == []


async def test_who_left_no_address_is_not_mailed(charlie: Browser, robin: Browser, settings: Settings) -> None:
    given = await ask(charlie, REFUNDED)
    await take_over(robin, given)
    await say(robin, given)
    await leave(charlie, given, phone="+32 470 12 34 56")
    await say(robin, given)
    assert written(settings, due) == []
    assert await do_job(settings, given) == []


async def test_it_never_goes_to_an_address_that_another_left(
    charlie: Browser, robin: Browser, settings: Settings
) -> None:
    """They gave the same telephone number, so they are one lead."""
    phone = "+32 470 12 34 56"
    await choose(robin)
    await left(robin, {"email": NORA, "phone": phone})
    given = await ask(charlie, REFUNDED)
    await leave(charlie, given, phone=phone)
    await take_over(robin, given)
    await say(robin, given)
    assert await do_job(settings, given) == []
    await left(charlie, {"email": "chen@oak.example"}, conversation=given["conversation"], consent=True)
    (mail,) = await do_job(settings, given)
    assert mail.recipient == "chen@oak.example"


async def test_the_mail_leads_back_to_the_page_and_names_whom_the_visitor_is_told_of(
    charlie: Browser, robin: Browser, gopal: Browser, settings: Settings
) -> None:
    page = "https://acorn.example/help"
    given = (await charlie.post("/api/chat", json={"question": REFUNDED, "page": page})).json()
    await leave(charlie, given)
    written(settings, show_as, TEAM["agent"], "Gopal")
    path = f"/inbox/{id_of(given)}"
    assert NORA in (await gopal.get(path)).text
    await gopal.submit(f"{path}/messages", csrf=await gopal.csrf(), text=WORDS)
    (mail,) = await do_job(settings, given)
    assert page in mail.text and "Gopal:" in mail.text
    assert TEAM["agent"] not in mail.text + mail.subject + str(mail.reply_to)
    assert "sent by e-mail" in (await gopal.get(path)).text


@pytest.mark.parametrize(
    ("question", "words"),
    [("¿Cuándo llega el reembolso de mi pedido?", "Usted preguntó"), ("पैसे कब आएँगे?", "आपने पूछा था")],
)
async def test_it_is_written_in_the_visitors_language(
    charlie: Browser, robin: Browser, settings: Settings, question: str, words: str
) -> None:
    given = await ask(charlie, question)
    await leave(charlie, given)
    await take_over(robin, given)
    await say(robin, given)
    (mail,) = await do_job(settings, given)
    assert words in mail.text


async def test_a_deleted_conversation_takes_its_mails_along(
    charlie: Browser, robin: Browser, settings: Settings
) -> None:
    given, other = await ask(charlie, REFUNDED), await ask(charlie, REFUNDED)
    for one in (given, other):
        await leave(charlie, one)
        await take_over(robin, one)
        await say(robin, one, "Good morning, this is about your wombat.")
        await do_job(settings, one)
    assert (await charlie.delete(f"/api/chat/{given['conversation']}")).status_code == 200
    (kept,) = await do_job(settings, given)
    assert "wombat" in kept.text
    assert (await charlie.delete(f"/api/chat/{other['conversation']}")).status_code == 200
    assert await do_job(settings, given) == []


async def test_what_a_visitor_asks_cannot_become_a_header(charlie: Browser, robin: Browser, settings: Settings) -> None:
    given = await ask(charlie, "Hello\r\nBcc: eve@eve.example\r\n\r\nWhere is my refund? {page} %s")
    await leave(charlie, given)
    await take_over(robin, given)
    await go_on(charlie, given, "{said} {0}")
    await say(robin, given, "{question} is a {strange} thing.")
    (mail,) = await do_job(settings, given)
    assert "Bcc" not in mail.subject
    assert "{question} is a {strange} thing." in mail.text and "{said} {0}" in mail.text


def show_as(connection: Connection, email: str, name: str) -> None:
    connection.execute(text("UPDATE staff SET shown_as = :name WHERE email = :email"), {"name": name, "email": email})
