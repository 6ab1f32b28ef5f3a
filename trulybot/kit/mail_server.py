"""Where mail is handed in, as the operator writes it: one address, and whom it comes from."""

from email.utils import parseaddr
from typing import Literal
from urllib.parse import unquote, urlsplit

import msgspec

from trulybot.kit.emails import normal_email

Encryption = Literal["from the start", "by STARTTLS", "where it is offered", "none"]

_PORTS = {"smtps": 465, "starttls": 587, "smtp": 25}
_HERE = ("localhost", "127.0.0.1", "::1")


class Sender(msgspec.Struct, frozen=True):
    address: str
    name: str = ""


class MailServer(msgspec.Struct, frozen=True):
    """`user` and `password` are empty where it asks for none."""

    host: str
    port: int
    encryption: Encryption
    sender: Sender
    user: str = ""
    password: str = ""

    @property
    def is_here(self) -> bool:
        return self.host in _HERE


def mail_server(url: str, sender: Sender) -> MailServer | None:
    """`smtps://user:password@host:port`, or starttls:// or smtp://; None where it is none of these.

    A password is never sent without encryption, but to this very machine.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    if not port or not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        return None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(
        host=parts.hostname,
        port=port,
        encryption=_encryption(parts.scheme, parts.hostname, password),
        sender=sender,
        user=user,
        password=password,
    )


def sender_from(text: str) -> Sender | None:
    """`name@example.com` or `Acorn support <name@example.com>`."""
    if any(character in text for character in "\r\n\0"):
        return None
    name, typed = parseaddr(text)
    address = normal_email(typed)
    return Sender(address, name) if address and address.isascii() else None


def _encryption(scheme: str, host: str, password: str) -> Encryption:
    if scheme == "smtps":
        return "from the start"
    if scheme == "starttls":
        return "by STARTTLS"
    if host in _HERE:
        return "none"
    return "by STARTTLS" if password else "where it is offered"
