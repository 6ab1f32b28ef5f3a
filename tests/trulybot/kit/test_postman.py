import socket
import ssl
from collections.abc import AsyncIterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from sqlalchemy import Connection

from tests.certificates import certificate_of
from tests.post_office import PostOffice, post_office
from trulybot.kit import jobs, outbox
from trulybot.kit.backoff import WAITS
from trulybot.kit.clock import DAY, HOUR, now
from trulybot.kit.database import Database
from trulybot.kit.jobs import Workers
from trulybot.kit.mail_server import Encryption, MailServer
from trulybot.kit.outbox import Mail
from trulybot.kit.postman import Postman, fault_of

UNREACHABLE = "The mail server cannot be reached, or its certificate is not valid."


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office() as office:
        yield office


async def written(db: Database, **more: Any) -> int:
    given: dict[str, Any] = {"key": "a", "to": "mira@acorn.example", "subject": "Hello", "text": "Hi", **more}
    await db.write(lambda connection: outbox.send(connection, **given))
    return (await db.read(outbox.mails, 1))[0].id


async def tried(db: Database, server: MailServer | None, mail_id: int, seconds: float = 5) -> Mail:
    await Postman(db, server, seconds).send(str(mail_id))
    found = await db.read(outbox.mail, mail_id)
    assert found is not None
    return found


def next_try(connection: Connection) -> int | None:
    found: int | None = connection.exec_driver_sql(
        "SELECT max(run_at) FROM jobs WHERE kind = ? AND state = 'queued'", (outbox.SENDING,)
    ).scalar()
    return found


async def test_a_mail_arrives_by_its_job(db: Database, office: PostOffice) -> None:
    await written(db, text="Grüße ’ “ ”\n.\n.dot", html="<p>Hi</p>", reply_to="visitor@oak.example", subject="Gruß")
    workers = Workers(db, {outbox.SENDING: Postman(db, office.server()).send})
    await workers.finish()
    (mail,) = office.received
    assert office.envelopes == [("bot@acorn.example", ["mira@acorn.example"])]
    assert str(mail["From"]) == "Acorn <bot@acorn.example>"
    assert str(mail["Subject"]) == "Gruß" and str(mail["Reply-To"]) == "visitor@oak.example"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain and plain.get_content().replace("\r\n", "\n") == "Grüße ’ “ ”\n.\n.dot\n"
    assert html and html.get_content().strip() == "<p>Hi</p>"
    assert [found.state for found in await db.read(outbox.mails, 9)] == ["sent"]
    assert await db.read(next_try) is None


async def test_nothing_in_it_becomes_a_header_of_its_own(db: Database, office: PostOffice) -> None:
    hostile = "Hello\r\nBcc: eve@eve.example\r\n\r\nA text"
    mail = await tried(db, office.server(), await written(db, subject=hostile, text=hostile))
    assert mail.state == "sent"
    assert office.received[0]["Bcc"] is None
    assert office.envelopes[0][1] == ["mira@acorn.example"]


async def test_without_a_server_it_is_kept(db: Database, office: PostOffice) -> None:
    mail_id = await written(db)
    assert (await tried(db, None, mail_id)).state == "kept"
    assert (await tried(db, office.server(), mail_id)).state == "kept", "it is not sent long after, unasked"
    await db.write(outbox.send_again, mail_id)
    assert (await tried(db, office.server(), mail_id)).state == "sent"


async def test_a_recipient_who_is_refused_for_good_is_not_tried_again(db: Database, office: PostOffice) -> None:
    office.to_recipients = ["550 5.1.1 No such person here"]
    mail = await tried(db, office.server(), await written(db))
    assert (mail.state, mail.fault, mail.attempts) == ("failed", "550 5.1.1 No such person here", 1)
    assert await tried(db, office.server(), mail.id) == mail
    assert office.received == []


@pytest.mark.parametrize(
    ("recipients", "data", "fault"),
    [
        (["450 4.2.1 Greylisted"], [], "450 4.2.1 Greylisted"),
        ([], ["451 4.3.0 Later"], "451 4.3.0 Later"),
        ([], ["hang"], "The mail server took too long to answer."),
        (["drop"], [], "The mail server broke off the connection."),
    ],
)
async def test_what_passes_is_tried_again(
    db: Database, office: PostOffice, recipients: list[str], data: list[str], fault: str
) -> None:
    office.to_recipients, office.to_data = recipients, data
    mail_id = await written(db)
    await db.write(jobs.withdraw, outbox.SENDING, str(mail_id))  # as it is while the job runs
    mail = await tried(db, office.server(), mail_id, seconds=0.3)
    assert (mail.state, mail.fault, mail.attempts) == ("waiting", fault, 1)
    due = await db.read(next_try)
    assert due is not None and due - now() == pytest.approx(WAITS[0], abs=3)
    assert (await tried(db, office.server(), mail.id)).state == "sent"
    assert len(office.received) == 1


async def test_one_that_was_taken_but_never_acknowledged_comes_again_under_the_same_name(
    db: Database, office: PostOffice
) -> None:
    office.to_data = ["drop"]
    mail = await tried(db, office.server(), await written(db, html="<p>Hi</p>"))
    assert mail.state == "waiting"
    assert (await tried(db, office.server(), mail.id)).state == "sent"
    first, second = office.received
    assert first["Message-ID"] == second["Message-ID"] == f"<{mail.name}@acorn.example>"
    assert first.as_bytes() == second.as_bytes()


async def test_after_a_day_it_is_given_up_with_the_servers_words(db: Database, office: PostOffice) -> None:
    mail_id = await written(db)
    office.to_recipients = ["450 Later"] * (len(WAITS) + 1)
    for _ in WAITS:
        assert (await tried(db, office.server(), mail_id)).state == "waiting"
    mail = await tried(db, office.server(), mail_id)
    assert (mail.state, mail.fault) == ("failed", "450 Later")
    assert DAY < sum(WAITS) < DAY + HOUR


async def test_a_server_that_is_not_there_is_tried_again(db: Database) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    office = PostOffice()
    office.port = port
    mail = await tried(db, office.server(), await written(db))
    assert (mail.state, mail.fault) == (
        "waiting",
        "The mail server cannot be reached, or its certificate is not valid.",
    )


async def test_the_password_is_given_where_one_is_wanted(db: Database) -> None:
    async with post_office(password="plum") as office:
        right, wrong = (office.server(user="bot", password=each) for each in ("plum", "secret" * 9))
        assert await fault_of(right) is None
        fault = await fault_of(wrong)
        assert fault is not None and fault.startswith("535")
        assert (await tried(db, wrong, await written(db))).state == "waiting", "the operator may yet correct it"
        mail_id = await written(db, key="b")
        assert (await tried(db, right, mail_id)).state == "sent"
        assert "bot" in office.signed_in


@pytest.mark.parametrize("encryption", ["from the start", "by STARTTLS", "where it is offered"])
async def test_mail_is_handed_in_encrypted_to_whom_the_certificate_names(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encryption: Encryption
) -> None:
    certificate = certificate_of(x509.IPAddress(ip_address("127.0.0.1")), tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    async with post_office(tls, from_the_start=encryption == "from the start") as office:
        server, mail_id = office.server(encryption=encryption), await written(db)
        assert (await tried(db, server, mail_id)).fault == UNREACHABLE
        assert office.received == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert (await tried(db, server, mail_id)).state == "sent"


async def test_no_password_goes_over_a_connection_that_cannot_be_encrypted(office: PostOffice) -> None:
    server = office.server(encryption="by STARTTLS", user="bot", password="plum")
    assert await fault_of(server) is not None
    assert office.signed_in == []


async def test_one_mail_is_not_sent_twice_at_once(db: Database, office: PostOffice) -> None:
    mail_id = await written(db)
    await db.write(jobs.enqueue, outbox.SENDING, str(mail_id))
    await Workers(db, {outbox.SENDING: Postman(db, office.server()).send}).finish()
    assert len(office.received) == 1
