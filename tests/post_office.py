"""A real SMTP server on a free port of this machine, which can be told to misbehave."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from trulybot.kit.mail_server import MailServer, Sender

SENDER = Sender("bot@acorn.example", "Acorn")
OK = "250 OK"


class PostOffice:
    """Takes everything, but for what is next in `to_recipients` and `to_data`: a reply, "hang" or "drop".

    What was taken is in `received`, also where the sender never heard of it.
    """

    def __init__(self) -> None:
        self.to_recipients: list[str] = []
        self.to_data: list[str] = []
        self.received: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.signed_in: list[str] = []
        self.port = 0
        self.sessions: list[SMTP] = []
        self.arrived = asyncio.Event()

    def server(self, **changes: Any) -> MailServer:
        given = {"host": "127.0.0.1", "port": self.port, "encryption": "none", "sender": SENDER, **changes}
        return MailServer(**given)

    async def mails(self, number: int, seconds: float = 10) -> list[EmailMessage]:
        """Once so many have arrived."""
        async with asyncio.timeout(seconds):
            while len(self.received) < number:
                self.arrived.clear()
                await self.arrived.wait()
        return self.received

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Iterable[str]
    ) -> str:
        reply = await self._next(self.to_recipients, server)
        if reply == OK:
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        if not self.to_data or self.to_data[0] == "drop":
            self.received.append(message_from_bytes(content, policy=default))
            self.envelopes.append((envelope.mail_from or "", envelope.rcpt_tos))
            self.arrived.set()
        return await self._next(self.to_data, server)

    async def _next(self, replies: list[str], server: SMTP) -> str:
        reply = replies.pop(0) if replies else OK
        if reply == "hang":
            await asyncio.Event().wait()
        if reply == "drop":
            _hang_up(server)
        return reply


@asynccontextmanager
async def post_office(
    tls: ssl.SSLContext | None = None, *, from_the_start: bool = False, password: str = ""
) -> AsyncIterator[PostOffice]:
    """With a password it wants one, in encrypted connections only where there is `tls`."""
    office = PostOffice()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        _smtp(office, None if from_the_start else tls, password),
        "127.0.0.1",
        0,
        ssl=tls if from_the_start else None,
    )
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        for session in office.sessions:
            _hang_up(session)


def _smtp(office: PostOffice, tls: ssl.SSLContext | None, password: str) -> Callable[[], SMTP]:
    def allow(_server: object, _session: object, _envelope: object, _how: str, given: LoginPassword) -> AuthResult:
        office.signed_in.append(given.login.decode())
        return AuthResult(success=given.password == password.encode(), handled=False)

    def begin() -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it does not like a password without encryption; here that is a test's
            session = SMTP(
                office,
                enable_SMTPUTF8=True,
                tls_context=tls,
                require_starttls=tls is not None,
                auth_required=bool(password),
                auth_require_tls=tls is not None,
                authenticator=allow,
                timeout=60,
            )
        office.sessions.append(session)
        return session

    return begin


def _hang_up(session: SMTP) -> None:
    if isinstance(session.transport, asyncio.WriteTransport):
        session.transport.abort()
