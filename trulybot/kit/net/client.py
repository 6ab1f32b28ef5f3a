"""The only way out to the web: a GET, its redirects followed by our own hand, its body counted into a file; a POST.

Built on httpcore rather than httpx: it has no cookies, no proxies from the environment, no redirects, no decoding
and no log of every address, all of which would have to be switched off again. Import this module late: httpcore
takes a tenth of a second, and most workspaces fetch nothing for hours.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Collection, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, overload

import certifi
import httpcore
import msgspec

from trulybot.kit.net.addresses import Reach
from trulybot.kit.net.answers import AGENT, Asking, Elsewhere, outcome_of
from trulybot.kit.net.decoding import Damaged
from trulybot.kit.net.dialling import GuardedBackend, NameUnknown, NotReachable
from trulybot.kit.net.outcomes import Failed, Failure, Fetched, Outcome, Refused, Taken, TimedOut, Unreachable, Version
from trulybot.kit.net.urls import NotAWebAddress, WebAddress, found_address, web_address

MOST_REDIRECTS = 5

POSTING_AGENT = AGENT.partition(" ")[0]

T = TypeVar("T")


class Limits(msgspec.Struct, frozen=True):
    """`seconds` is the whole time with redirects, `silence` the longest wait for the next bytes."""

    most_bytes: int = 32 * 2**20
    seconds: float = 60
    silence: float = 15
    connecting: float = 10
    connections: int = 8


class Web:
    """A guarded client; open it with `async with`, one for a whole job."""

    def __init__(
        self,
        *,
        reach: Reach = Reach(),  # noqa: B008 - frozen
        limits: Limits = Limits(),  # noqa: B008 - frozen
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.limits = limits
        self._reach = reach
        self._tls = tls

    async def __aenter__(self) -> Self:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=self._tls or await asyncio.to_thread(ssl.create_default_context, cafile=certifi.where()),
            network_backend=GuardedBackend(self._reach),
            max_connections=self.limits.connections,
            keepalive_expiry=self.limits.silence,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.aclose()

    @overload
    async def get(
        self, url: str, *, into: Path, types: Collection[str] | None = None, most_bytes: int | None = None
    ) -> Fetched | Failure: ...

    @overload
    async def get(
        self,
        url: str,
        *,
        into: Path,
        known: Version | None,
        types: Collection[str] | None = None,
        most_bytes: int | None = None,
    ) -> Outcome: ...

    async def get(
        self,
        url: str,
        *,
        into: Path,
        known: Version | None = None,
        types: Collection[str] | None = None,
        most_bytes: int | None = None,
    ) -> Outcome:
        """The page at `url` in a new file in the folder `into`, or why not; only `types` of content, where given."""
        asking = Asking(into, known or Version(), types, most_bytes or self.limits.most_bytes)
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await self._follow(url, asking)
        except TimeoutError:
            return TimedOut(url)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Taken | Failure:
        """Hand `body` to the server at `url`. No redirect is followed, and of the answer only its status is read."""
        try:
            address = web_address(url)
        except NotAWebAddress as error:
            return Refused(url, error.reason)
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await _told(url, self._hand_over(address, body, headers))
        except TimeoutError:
            return TimedOut(url)

    async def _hand_over(self, address: WebAddress, body: bytes, headers: Mapping[str, str]) -> Taken | Failure:
        sent = [("Host", address.authority), ("User-Agent", POSTING_AGENT), ("Content-Length", str(len(body)))]
        async with self._answer("POST", address, [*sent, *headers.items()], body) as answer:
            url = str(address)
            return Taken(url, answer.status) if 200 <= answer.status < 300 else Failed(url, answer.status)

    async def _follow(self, url: str, asking: Asking) -> Outcome:
        address: WebAddress | None = None
        for _ in range(MOST_REDIRECTS + 1):
            try:
                here = found_address(url, address) if address else web_address(url)
            except NotAWebAddress as error:
                return Refused(url, error.reason)
            if address and address.scheme == "https" and here.scheme == "http":
                return Refused(str(here), "downgrade")
            outcome = await _told(str(here), self._ask(here, asking))
            if not isinstance(outcome, Elsewhere):
                return outcome
            address, url = here, outcome.location
        return Refused(str(address), "redirects")

    async def _ask(self, address: WebAddress, asking: Asking) -> Outcome | Elsewhere:
        async with self._answer("GET", address, asking.headers(address)) as answer:
            return await outcome_of(address, answer, asking)

    @asynccontextmanager
    async def _answer(
        self, method: str, address: WebAddress, headers: list[tuple[str, str]], body: bytes | None = None
    ) -> AsyncIterator[httpcore.Response]:
        where = httpcore.URL(scheme=address.scheme, host=address.host, port=address.port, target=address.target)
        silence, connecting = self.limits.silence, self.limits.connecting
        timeout = {"connect": connecting, "read": silence, "write": silence, "pool": self.limits.seconds}
        told = {"timeout": timeout}
        async with self._pool.stream(method, where, headers=headers, content=body, extensions=told) as answer:
            yield answer


async def _told(url: str, asked: Awaitable[T]) -> T | Refused | Unreachable | TimedOut:
    """What came of asking, where the network gave no answer."""
    try:
        return await asked
    except NotReachable as error:
        return Refused(url, error.reason)
    except NameUnknown:
        return Unreachable(url, "name")
    except httpcore.ConnectError as error:
        # httpcore drops the cause on its way, but keeps it as the argument.
        is_mistrust = any(isinstance(cause, ssl.SSLCertVerificationError) for cause in error.args)
        return Unreachable(url, "certificate" if is_mistrust else "connection")
    except httpcore.TimeoutException:
        return TimedOut(url)
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, Damaged):
        return Unreachable(url, "broken")
