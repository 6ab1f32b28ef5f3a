"""The rim of the application: which Host is ours, who the client is, how a body may come, what headers go out."""

import asyncio
import logging
from collections.abc import Container, Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from trulybot.kit import reader
from trulybot.kit.errors import HeadTooLarge, Refusal, TooSlow, WrongHost
from trulybot.kit.reader import Reader
from trulybot.kit.security import HEADERS
from trulybot.kit.texts import N_

PROBLEM = "application/problem+json"
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
LARGEST_PORT = 65535
LARGEST_HEAD = 32_768  # bytes of all header names and values
LONGEST_SILENCE = 30  # seconds between two pieces of a body
LONGEST_DRAIN = 10  # seconds

NOT_SERVED = N_("This name is not served here. Set TRULYBOT_PUBLIC_URL to the address people use.")
HOSTED_ELSEWHERE = N_("This name is not served here. Use the address that you were given.")

ALWAYS = {**HEADERS, "cache-control": "no-store"}

log = logging.getLogger(__name__)


class ClientLeft(Exception):
    """Nobody is there any more to read an answer."""


class Rim:
    """Outermost ASGI layer: refuses foreign hosts, finds the client's address, adds the security headers.

    With `only_named` loopback's names are foreign too: at an edge they are other applications' own.
    """

    def __init__(
        self,
        hosts: Container[str],
        trusted_proxies: tuple[IPv4Network | IPv6Network, ...],
        *,
        only_named: bool = False,
    ) -> None:
        self._hosts = hosts
        self._only_named = only_named
        self._proxies = trusted_proxies
        self._headers = [(name.encode(), value.encode()) for name, value in ALWAYS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send, app: ASGIApp) -> None:
        if scope["type"] != ScopeType.HTTP:
            return await app(scope, receive, send)
        headers = dict(scope["headers"])
        scope.setdefault("state", {})
        scope["state"]["client_address"] = _one_clients(self._client_address(scope, headers))
        reader.current.set(Reader(reader.preferred(headers.get(b"accept-language", b"").decode("latin-1"))))
        body = _Body(receive)
        send = self._finishing(body, send)
        if refusal := self._refusal(scope, headers):
            return await refuse(refusal, send)
        await app(scope, body, send)

    def _refusal(self, scope: Scope, headers: dict[bytes, bytes]) -> Refusal | None:
        if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEAD:
            return HeadTooLarge("The headers of this request are too large. Clear this site’s cookies, or send less.")
        name, port = _name_and_port(headers.get(b"host", b"").decode("latin-1").lower())
        is_ours = scope["path"] == "/up" or self._is_ours(name)
        if not is_ours or port > LARGEST_PORT:  # of such a port Litestar could make no address
            return WrongHost(HOSTED_ELSEWHERE if self._only_named else NOT_SERVED)
        return None

    def _is_ours(self, name: str) -> bool:
        return name in self._hosts or (not self._only_named and is_loopback(name))

    def _client_address(self, scope: Scope, headers: dict[bytes, bytes]) -> str:
        """The nearest address that is not one of our own proxies. A unix socket's peer is always one."""
        client = scope.get("client")
        address = client[0] if client else ""
        if client and not self._is_trusted(address):
            return address
        for hop in reversed(headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")):
            address = hop.strip() or address
            if not self._is_trusted(address):
                break
        return address

    def _is_trusted(self, address: str) -> bool:
        try:
            return any(ip_address(address) in network for network in self._proxies)
        except ValueError:
            return False

    def _finishing(self, body: "_Body", send: Send) -> Send:
        async def finish(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] == 413:
                    await _drain(body)
                message["headers"] = [*message["headers"], *self._missing(message["headers"])]
            await send(message)

        return finish

    def _missing(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        present = {name.lower() for name, _ in headers}
        if any(name == b"content-security-policy" and b"frame-ancestors" in value for name, value in headers):
            present.add(b"x-frame-options")  # the page says itself, and more exactly, who may frame it
        return [pair for pair in self._headers if pair[0] not in present]


def is_loopback(name: str) -> bool:
    """Whether a host name always leads to the machine it is used on."""
    return name in LOOPBACK_NAMES or name.endswith(".localhost")


async def refuse(refusal: Refusal, send: Send) -> None:
    """Answer with problem details, before there is a request that Litestar knows of."""
    body = msgspec.json.encode(refusal.as_problem())
    headers = [(b"content-type", PROBLEM.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


class _Body:
    """A request's body as the application receives it; knows when it has come to its end.

    Raises ClientLeft when the client goes before that, TooSlow when it falls silent.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.has_ended = False

    async def __call__(self) -> Any:
        if self.has_ended:
            return await self._receive()  # whoever streams an answer waits here for the client to leave
        message = await self._next_piece()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        self.has_ended = not message.get("more_body", False)
        return message

    async def _next_piece(self) -> Any:
        try:
            async with asyncio.timeout(LONGEST_SILENCE):
                return await self._receive()
        except TimeoutError:
            self.has_ended = True
            raise TooSlow("The rest of this request did not come. Send it again.") from None


async def _drain(body: _Body) -> None:
    """Read on for a while before refusing a body: a client that is still sending would never see the answer."""
    try:
        async with asyncio.timeout(LONGEST_DRAIN):
            while not body.has_ended:
                await body()
    except (TimeoutError, ClientLeft):
        log.info("Gave up draining a body that was too large")


def _one_clients(address: str) -> str:
    """Of an IPv6 address the /64 it is in, which is what one connection gets: its client may use any of that."""
    try:
        found = IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))


def _name_and_port(host: str) -> tuple[str, int]:
    """The port 0 where none is named; one of more than five digits counts as the first that is none."""
    name, _, port = host.rpartition(":")
    if not (name and port.isdecimal()):
        return host, 0
    return name, int(port) if len(port) <= len(str(LARGEST_PORT)) else LARGEST_PORT + 1
