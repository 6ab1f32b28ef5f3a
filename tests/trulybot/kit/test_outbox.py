from typing import Any

import pytest
from sqlalchemy import Connection

from trulybot.kit import outbox
from trulybot.kit.clock import DAY, now
from trulybot.kit.database import Database
from trulybot.kit.outbox import KEPT_FOR, LONGEST_SUBJECT, Mail, WrongAddress


def sent(connection: Connection, /, key: str = "a", **more: Any) -> Mail:
    outbox.send(connection, **{"key": key, "to": "mira@acorn.example", "subject": "Hello", "text": "Hi", **more})
    return outbox.mails(connection, 1)[0]


async def test_a_mail_is_written_once_for_a_key(db: Database) -> None:
    def twice(connection: Connection) -> list[bool]:
        return [outbox.send(connection, key=key, to="mira@acorn.example", subject="Hello", text="Hi") for key in "aab"]

    assert await db.write(twice) == [True, False, True]
    assert len(await db.read(outbox.mails, 9)) == 2


async def test_it_is_not_written_when_its_transaction_fails(db: Database) -> None:
    def work(connection: Connection, fails: bool) -> None:
        sent(connection)
        if fails:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await db.write(work, True)
    assert await db.read(outbox.mails, 9) == []
    await db.write(work, False)
    assert len(await db.read(outbox.mails, 9)) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "mira",
        "mira@",
        "@acorn.example",
        "mira@acorn",
        "a b@acorn.example",
        "mira@acorn.example\r\nBcc: eve@eve.example",
        "mira@acorn.example, eve@eve.example",
        "Mira <mira@acorn.example>",
        "mira@127.0.0.1",
    ],
)
async def test_what_is_no_single_address_is_refused(db: Database, address: str) -> None:
    with pytest.raises(WrongAddress):
        await db.write(sent, to=address)
    with pytest.raises(WrongAddress):
        await db.write(sent, reply_to=address or "nobody")


async def test_a_subject_is_one_line_of_a_bounded_length(db: Database) -> None:
    mail = await db.write(sent, subject="Hello\r\nBcc: eve@eve.example\x00\u2028\tthere" + "x" * 1000)
    assert mail.subject.startswith("Hello Bcc: eve@eve.example there")
    assert len(mail.subject) == LONGEST_SUBJECT


async def test_the_name_in_its_message_id_follows_from_the_key_and_the_workspace(db: Database) -> None:
    first = await db.write(sent, "a")
    await db.write(outbox.settle, first.id, "sent")
    await db.write(age, KEPT_FOR + DAY)
    await db.write(outbox.clear)
    assert await db.read(outbox.mails, 9) == []
    again, other = await db.write(sent, "a"), await db.write(sent, "b")
    assert again.name == first.name != other.name
    assert first.name.isalnum() and len(first.name) == 40


async def test_old_mails_are_erased_unless_they_wait(db: Database) -> None:
    waiting, old, new = [(await db.write(sent, key)).id for key in "abc"]
    await db.write(outbox.settle, old, "sent")
    await db.write(age, KEPT_FOR + DAY)
    await db.write(outbox.settle, new, "failed")
    await db.write(outbox.clear)
    assert [mail.id for mail in await db.read(outbox.mails, 9)] == [new, waiting]


async def test_one_that_failed_or_was_kept_can_be_sent_again(db: Database) -> None:
    mail = await db.write(sent)
    assert not await db.write(outbox.send_again, mail.id), "it still waits"
    await db.write(outbox.settle, mail.id, "failed", "550 no")
    assert await db.read(outbox.failed_since, now() - DAY) == 1
    assert await db.write(outbox.send_again, mail.id)
    again = await db.read(outbox.mail, mail.id)
    assert again and (again.state, again.attempts) == ("waiting", 0)
    assert await db.read(outbox.failed_since, now() - DAY) == 0


async def test_the_list_goes_on_behind_the_last_one_seen(db: Database) -> None:
    ids = [(await db.write(sent, key)).id for key in "abc"]
    assert [mail.id for mail in await db.read(outbox.mails, 2)] == [ids[2], ids[1]]
    assert [mail.id for mail in await db.read(outbox.mails, 2, ids[1])] == [ids[0]]


def age(connection: Connection, seconds: int) -> None:
    connection.exec_driver_sql(
        f"UPDATE mails SET created_at = created_at - {seconds}, settled_at = settled_at - {seconds}"
    )
