"""The web as a hosted workspace reaches it: the gateway goes there, guarded as we would be ourselves."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import httpcore
import msgspec

from trulybot.kit.gateway import Gateway, NotReached
from trulybot.kit.net import wire
from trulybot.kit.net.answers import Asking
from trulybot.kit.net.client import Limits, Web
from trulybot.kit.net.outcomes import Failed, Failure, Fetched, Outcome, Taken, TooLarge, Unreachable
from trulybot.kit.net.urls import WebAddress

LONGEST_LINE = 64 * 1024


class DoorWeb(Web):
    """Opened and asked like the other. Redirects are followed over there, where each address is looked at."""

    def __init__(self, gateway: Gateway, limits: Limits = Limits()) -> None:  # noqa: B008 - frozen
        super().__init__(limits=limits)
        self._gateway = gateway

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The connections are the gateway's, and stay."""

    async def _follow(self, url: str, asking: Asking) -> Outcome:
        types = None if asking.types is None else tuple(sorted(asking.types))
        wish = wire.Fetch(url, asking.known, types, asking.most_bytes)
        outcome = await self._asked("/fetch", wish, url, asking)
        assert not isinstance(outcome, Taken)
        return outcome

    async def _hand_over(self, address: WebAddress, body: bytes, headers: Mapping[str, str]) -> Taken | Failure:
        wish = wire.Post(str(address), body, dict(headers))
        outcome = await self._asked("/webhooks", wish, str(address), None)
        return outcome if isinstance(outcome, Taken | Failure) else Unreachable(str(address), "broken")

    async def _asked(self, path: str, wish: wire.Fetch | wire.Post, url: str, asking: Asking | None) -> wire.Told:
        try:
            async with self._gateway.stream(path, msgspec.json.encode(wish), silence=self.limits.seconds) as answer:
                return await _told(answer, url, asking)
        except (NotReached, msgspec.MsgspecError):
            return Unreachable(url, "broken")


async def _told(answer: httpcore.Response, url: str, asking: Asking | None) -> wire.Told:
    if answer.status != 200:
        return Failed(url, answer.status, _retry_after(answer))
    pieces = answer.aiter_stream()
    line, rest = await _first_line(pieces)
    outcome = wire.outcome_from(line)
    if not isinstance(outcome, Fetched):
        return outcome
    return await _saved(outcome, rest, pieces, asking) if asking else Unreachable(url, "broken")


async def _first_line(pieces: AsyncIterator[bytes]) -> tuple[bytes, bytes]:
    """And what came with it."""
    begun = b""
    async for piece in pieces:
        begun += piece
        if b"\n" in begun or len(begun) > LONGEST_LINE:
            break
    line, _, rest = begun.partition(b"\n")
    return line, rest


async def _saved(page: Fetched, begun: bytes, pieces: AsyncIterator[bytes], asking: Asking) -> Fetched | Failure:
    """The page in a file of ours; one that is not what was said is none."""
    size = 0
    with tempfile.NamedTemporaryFile(dir=asking.into, prefix="page-", delete=False) as file:
        path = Path(file.name)
        try:
            async for piece in _all(begun, pieces):
                size += len(piece)
                if size > asking.most_bytes:
                    path.unlink()
                    return TooLarge(page.url, asking.most_bytes)
                file.write(piece)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    if size != page.size:
        path.unlink()
        return Unreachable(page.url, "broken")
    return msgspec.structs.replace(page, path=path)


async def _all(begun: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield begun
    async for piece in pieces:
        yield piece


def _retry_after(answer: httpcore.Response) -> int | None:
    text = dict(answer.headers).get(b"retry-after", b"")
    return int(text) if text.isdigit() else None
