"""Connecting only to addresses that were checked, so that a name that changes its mind gains nothing."""

import asyncio
from collections.abc import Iterable
from typing import Literal

import httpcore

from trulybot.kit.net.addresses import IPAddress, Reach, true_address

MOST_ADDRESSES = 4


class NotReachable(Exception):
    """This place is outside the client's reach."""

    def __init__(self, reason: Literal["address", "port"]) -> None:
        super().__init__(reason)
        self.reason = reason


class NameUnknown(httpcore.ConnectError):
    pass


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves once, refuses the name if any of its addresses is out of reach, then connects by number.

    TLS still checks the certificate against the name: httpcore starts it on the stream with the host of the URL.
    """

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        if self._reach.ports is not None and port not in self._reach.ports:
            raise NotReachable("port")
        addresses = await self._checked(host, port, timeout)
        for address in addresses[:-1]:
            try:
                return await self._dial(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._dial(addresses[-1], port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise NotReachable("address")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _checked(self, host: str, port: int, timeout: float | None) -> list[IPAddress]:
        try:
            async with asyncio.timeout(timeout):
                found = [true_address(address) for address in await self._reach.resolve(host, port)]
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        except (OSError, UnicodeError) as error:
            raise NameUnknown from error
        if not found:
            raise NameUnknown
        if not all(map(self._reach.allow, found)):
            raise NotReachable("address")
        return list(dict.fromkeys(found))[:MOST_ADDRESSES]

    async def _dial(
        self,
        address: IPAddress,
        port: int,
        timeout: float | None,
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.AsyncNetworkStream:
        return await self._sockets.connect_tcp(str(address), port, timeout, local_address, socket_options)
