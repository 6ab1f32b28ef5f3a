"""One strict reading of a web address, used by everything that fetches, so that no two parsers can disagree."""

import re
from ipaddress import IPv6Address
from socket import AF_INET6, inet_ntop
from typing import Literal
from urllib.parse import quote, urljoin, urlsplit

import msgspec

MOST_CHARACTERS = 2048
DEFAULT_PORTS = {"http": 80, "https": 443}

_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*", re.ASCII)
_KEPT = "%/:?@!$&'()*+,;=~-._[]|"


class NotAWebAddress(Exception):
    def __init__(self, reason: Literal["unreadable", "scheme", "credentials"]) -> None:
        super().__init__(reason)
        self.reason = reason


class WebAddress(msgspec.Struct, frozen=True):
    """Scheme, host, port and target as they will be used; the host in ASCII, without trailing dot or brackets."""

    scheme: str
    host: str
    port: int
    target: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def web_address(text: str, base: WebAddress | None = None) -> WebAddress:
    """The address in `text`, relative to `base` where given, without its fragment; raises NotAWebAddress."""
    text = text.strip()
    if len(text) > MOST_CHARACTERS or _UNSAFE.search(text):
        raise NotAWebAddress("unreadable")
    try:
        parts = urlsplit(urljoin(str(base), text) if base else text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NotAWebAddress("unreadable") from None
    if port == 0:
        raise NotAWebAddress("unreadable")
    if parts.scheme not in DEFAULT_PORTS:
        raise NotAWebAddress("scheme")
    if "@" in parts.netloc:
        raise NotAWebAddress("credentials")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WebAddress(
        scheme=parts.scheme,
        host=_literal(host) if "[" in parts.netloc else _name(host),
        port=DEFAULT_PORTS[parts.scheme] if port is None else port,
        target=quote(target if target.startswith("/") else f"/{target}", safe=_KEPT),
    )


def found_address(text: str, base: WebAddress) -> WebAddress:
    """An address as a page or a Location header writes it: line breaks dropped, spaces encoded, as browsers do."""
    return web_address(re.sub(r"[\t\r\n]", "", text.strip()).replace(" ", "%20"), base)


def _literal(host: str) -> str:
    try:
        address = IPv6Address(host)
    except ValueError:
        raise NotAWebAddress("unreadable") from None
    if address.scope_id is not None:
        raise NotAWebAddress("unreadable")
    return inet_ntop(AF_INET6, address.packed)  # str() differs between versions of Python


def _name(host: str) -> str:
    host = _in_ascii(host).lower().removesuffix(".")
    if len(host) > 253 or not _NAME.fullmatch(host):
        raise NotAWebAddress("unreadable")
    return host


def _in_ascii(host: str) -> str:
    if host.isascii():
        return host
    import idna  # late: its tables are large and few addresses need them

    try:
        return idna.encode(host, uts46=True).decode()
    except UnicodeError:
        raise NotAWebAddress("unreadable") from None
