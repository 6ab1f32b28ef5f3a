"""A person’s answer goes by mail to a visitor who left their address in that very conversation."""

from tests.cast import Browser
from tests.trulybot.leads.leaving import choose, conversation, left
from trulybot.kit import outbox
from trulybot.kit.database import Database
from trulybot.kit.letters import Letters
from trulybot.leads.replying import Replies
from trulybot.settings import Settings
from trulybot.workspace import written

CHEN = "chen@oak.example"


async def replied(settings: Settings, handle: str, key: str = "m1") -> str | None:
    db = Database(settings.database)
    try:
        replies = Replies(db, Letters(lambda: "Acorn", "https://acorn.example"))
        return await replies.send(handle.partition(".")[0], key, "We have it in blue.\n\nShall we send it?", "Asha")
    finally:
        db.close()


async def test_what_was_said_is_mailed_once(charlie: Browser, settings: Settings) -> None:
    handle = await conversation(charlie)
    assert await replied(settings, handle) is None, "nothing was left yet"
    await left(charlie, {"email": CHEN}, conversation=handle, page="https://shop.example/lamps")
    assert [await replied(settings, handle) for _ in range(2)] == [CHEN, CHEN]
    (mail,) = written(settings, outbox.mails, 9)
    assert (mail.recipient, mail.reply_to, mail.subject) == (CHEN, None, "An answer from Acorn")
    assert "Asha of Acorn answers you:\n\nWe have it in blue.\n\nShall we send it?" in mail.text
    assert "https://shop.example/lamps" in mail.text


async def test_it_never_goes_to_an_address_that_another_left(
    charlie: Browser, robin: Browser, settings: Settings
) -> None:
    """They gave the same telephone number, so they are one lead."""
    await choose(robin)
    await left(robin, {"email": CHEN, "phone": "+442079460958"})
    handle = await conversation(charlie)
    await left(charlie, {"phone": "+442079460958"}, conversation=handle)
    assert await replied(settings, handle) is None


async def test_it_is_in_the_visitors_language(charlie: Browser, settings: Settings) -> None:
    handle = await conversation(charlie)
    await left(charlie, {"email": CHEN}, conversation=handle, locale="hi-IN")
    await replied(settings, handle)
    (mail,) = written(settings, outbox.mails, 9)
    assert mail.subject != "An answer from Acorn" and "Acorn" in mail.subject
