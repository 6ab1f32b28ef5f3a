"""Hands the outbox's mails to the operator's mail server, one at a time, and writes down what came of each."""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

import msgspec

from trulybot import contract
from trulybot.kit import outbox
from trulybot.kit.backoff import wait_after
from trulybot.kit.clock import as_datetime, now
from trulybot.kit.database import Database
from trulybot.kit.gateway import Gateway, NotReached
from trulybot.kit.jobs import Handler
from trulybot.kit.mail_server import Encryption, MailServer
from trulybot.kit.outbox import Mail, Source
from trulybot.kit.texts import N_

if TYPE_CHECKING:
    from aiosmtplib import SMTP as Connection

SECONDS = 30.0  # for each step
WHOLE = 120.0  # for one mail

log = logging.getLogger(__name__)

# As aiosmtplib calls them: use_tls, and start_tls, of which None is to try.
_ENCRYPTION: dict[Encryption, tuple[bool, bool | None]] = {
    "from the start": (True, False),
    "by STARTTLS": (False, True),
    "where it is offered": (False, None),
    "none": (False, False),
}


class Taken(msgspec.Struct, frozen=True):
    pass


class NotNow(msgspec.Struct, frozen=True):
    """It may be taken later."""

    fault: str


class Never(msgspec.Struct, frozen=True):
    """The server said that it will not take this mail."""

    fault: str


Outcome = Taken | NotNow | Never


class _Problem(msgspec.Struct):
    detail: str = ""


@dataclass(frozen=True)
class Postman:
    """Without a `server` mails are kept, and `on_kept` is told. A hosted workspace has the gateway in its place."""

    db: Database
    server: MailServer | None
    seconds: float = SECONDS
    gateway: Gateway | None = None
    on_kept: Callable[[Mail], None] | None = None

    async def send(self, key: str) -> None:
        """The job; `key` is the mail's id. Cut off after the server took it, it sends it again under the same name."""
        mail = await self.db.read(outbox.mail, int(key))
        if mail is None or mail.state != "waiting":
            return
        outcome = await self._handed_over(mail)
        if outcome is None:
            await self.db.write(outbox.settle, mail.id, "kept")
            if self.on_kept:
                self.on_kept(mail)
            return
        wait = wait_after(mail.attempts + 1)
        if isinstance(outcome, Taken):
            await self.db.write(outbox.settle, mail.id, "sent")
        elif isinstance(outcome, NotNow) and wait is not None:
            await self.db.write(outbox.try_again, mail.id, outcome.fault, now() + wait)
        else:
            log.warning("Mail %d was given up after %d attempts.", mail.id, mail.attempts + 1)
            await self.db.write(outbox.settle, mail.id, "failed", outcome.fault)

    async def clear(self, _: str) -> None:
        """The job of each day."""
        await self.db.write(outbox.clear)

    async def _handed_over(self, mail: Mail) -> Outcome | None:
        if self.gateway:
            return await handed_through(self.gateway, mail)
        return await handed_to(self.server, mail, self.seconds) if self.server else None


def mail_tasks(
    db: Database,
    server: MailServer | None,
    gateway: Gateway | None = None,
    on_kept: Callable[[Mail], None] | None = None,
) -> dict[str, Handler]:
    postman = Postman(db, server, gateway=gateway, on_kept=on_kept)
    return {outbox.SENDING: postman.send, outbox.CLEARING: postman.clear}


async def handed_to(server: MailServer, mail: Mail, seconds: float = SECONDS) -> Outcome:
    """What the server says to one mail."""
    from aiosmtplib import SMTPDataError, SMTPNotSupported, SMTPRecipientsRefused

    try:
        async with asyncio.timeout(WHOLE):
            connection = await _connected(server, seconds)
            try:
                await connection.send_message(
                    _message(mail, server), sender=server.sender.address, recipients=[mail.recipient]
                )
            finally:
                connection.close()
    except SMTPRecipientsRefused as error:
        refused = error.recipients[0]
        return _by_code(refused.code, refused.message)
    except SMTPDataError as error:
        return _by_code(error.code, error.message)
    except SMTPNotSupported:
        return Never(N_("The mail server does not take addresses with letters beyond ASCII."))
    except Exception as error:
        return NotNow(_said(error))
    return Taken()


async def handed_through(gateway: Gateway, mail: Mail) -> Outcome:
    """What the gateway says to one mail: it makes it anew, from the template it is of, and sends that."""
    if mail.source is None:
        return Never(N_("A hosted workspace does not send this kind of mail."))
    source = msgspec.json.decode(mail.source, type=Source)
    wish = contract.Mail(
        key=mail.name,
        template=source.template,
        language=source.language,
        given=source.given,
        to=mail.recipient,
        reply_to=mail.reply_to,
        consent=source.consent,
    )
    try:
        answer = await gateway.tell("/mail", wish)
    except NotReached:
        return NotNow(N_("The platform’s mail service is out of reach."))
    if answer.is_good:
        return Taken()
    said = f"{answer.status} {_detail(answer.body)}"
    return NotNow(said) if answer.status in (401, 429) or answer.status >= 500 else Never(said)


async def fault_of(server: MailServer, seconds: float = SECONDS) -> str | None:
    """What keeps us from handing mail to this server; None where nothing does. No mail is sent."""
    try:
        async with asyncio.timeout(WHOLE):
            (await _connected(server, seconds)).close()
    except Exception as error:
        return _said(error)
    return None


async def _connected(server: MailServer, seconds: float) -> "Connection":
    from aiosmtplib import SMTP as Connection  # late: most workspaces send nothing for hours

    use_tls, start_tls = _ENCRYPTION[server.encryption]
    connection = Connection(
        hostname=server.host,
        port=server.port,
        use_tls=use_tls,
        start_tls=start_tls,
        username=server.user or None,
        password=server.password or None,
        local_hostname=server.sender.address.rpartition("@")[2],
        timeout=seconds,
    )
    try:
        await connection.connect()
    except BaseException:
        connection.close()
        raise
    return connection


def _message(mail: Mail, server: MailServer) -> EmailMessage:
    """The same bytes each time, so that a mail that is sent twice is recognised as one."""
    from email.headerregistry import Address  # late, like what speaks SMTP
    from email.policy import SMTP, SMTPUTF8

    sender = server.sender
    message = EmailMessage(policy=SMTP if mail.recipient.isascii() else SMTPUTF8)
    message["From"] = Address(mail.from_name or sender.name, addr_spec=sender.address)
    message["To"] = Address(addr_spec=mail.recipient) if mail.recipient.isascii() else mail.recipient
    if mail.reply_to and mail.reply_to.isascii():
        message["Reply-To"] = Address(addr_spec=mail.reply_to)
    message["Subject"] = mail.subject
    if mail.stop:  # RFC 8058: mail programs offer it as one click
        message["List-Unsubscribe"] = f"<{mail.stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Date"] = format_datetime(as_datetime(mail.created_at))
    message["Message-ID"] = f"<{mail.name}@{sender.address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence is answered to it
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
        message.set_boundary(f"={mail.name}")
    return message


def _detail(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Problem).detail
    except msgspec.MsgspecError:
        return ""


def _by_code(code: int, words: str) -> Outcome:
    return Never(f"{code} {words}") if code >= 500 else NotNow(f"{code} {words}")


def _said(error: Exception) -> str:
    """In the server's words where it said something. Ours for what hides a password in its own."""
    from aiosmtplib import SMTPConnectError, SMTPResponseException, SMTPServerDisconnected, SMTPTimeoutError

    if isinstance(error, SMTPResponseException):
        return f"{error.code} {_without_base64(str(error.message))}"
    if isinstance(error, (SMTPTimeoutError, TimeoutError)):
        return N_("The mail server took too long to answer.")
    if isinstance(error, SMTPServerDisconnected):
        return N_("The mail server broke off the connection.")
    if isinstance(error, (SMTPConnectError, OSError)):
        return N_("The mail server cannot be reached, or its certificate is not valid.")
    return N_("The mail could not be handed in.")


def _without_base64(words: str) -> str:
    """Some servers repeat what they were sent to sign in with."""
    return re.sub(r"[A-Za-z0-9+/]{20,}={0,2}", "…", words)
