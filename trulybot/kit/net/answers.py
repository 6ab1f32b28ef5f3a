"""From a server's answer to an outcome: what is refused before its body is read, and the body counted into a file."""

import hashlib
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Final

import httpcore
import msgspec

from trulybot import __version__
from trulybot.kit.net.decoding import ENCODINGS, decoded
from trulybot.kit.net.outcomes import Failed, Failure, Fetched, NotModified, Outcome, Refused, TooLarge, Version
from trulybot.kit.net.urls import WebAddress

AGENT: Final = f"TrulyBot/{__version__} (reads a site's own pages for its support bot)"
MOST_VERSION_CHARACTERS = 512
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Asking(msgspec.Struct, frozen=True):
    into: Path
    known: Version
    types: Collection[str] | None
    most_bytes: int

    def headers(self, address: WebAddress) -> list[tuple[str, str]]:
        asked = [
            ("Host", address.authority),
            ("User-Agent", AGENT),
            ("Accept", "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.5"),
            ("Accept-Encoding", "gzip"),
            ("If-None-Match", self.known.etag),
            ("If-Modified-Since", self.known.last_modified),
        ]
        return [(name, value) for name, value in asked if value]


class Elsewhere(msgspec.Struct, frozen=True):
    location: str


async def outcome_of(address: WebAddress, answer: httpcore.Response, asking: Asking) -> Outcome | Elsewhere:
    url = str(address)
    headers = _headers(answer)
    if answer.status == 304 and asking.known != Version():
        return NotModified(url, asking.known)
    if answer.status in REDIRECTS and "location" in headers:
        return Elsewhere(headers["location"])
    if not 200 <= answer.status < 300:
        return Failed(url, answer.status, _retry_after(headers))
    content_type, charset = _content_type(headers)
    if failure := _refusal(url, headers, content_type, asking):
        return failure
    saved = await _saved(answer, headers, asking)
    if saved is None:
        return TooLarge(url, asking.most_bytes)
    return Fetched(
        url=url,
        status=answer.status,
        content_type=content_type,
        charset=charset,
        robots_tag=headers.get("x-robots-tag", ""),
        path=saved.path,
        size=saved.size,
        digest=saved.digest,
        version=Version(_sendable(headers.get("etag")), _sendable(headers.get("last-modified"))),
        policy=headers.get("content-security-policy", ""),
    )


def _refusal(url: str, headers: dict[str, str], content_type: str, asking: Asking) -> Failure | None:
    """Why the body need not be read at all."""
    if asking.types is not None and content_type not in asking.types:
        return Refused(url, "type")
    if headers.get("content-encoding", "").lower() not in ENCODINGS:
        return Refused(url, "encoding")
    if int(headers.get("content-length", 0)) > asking.most_bytes:
        return TooLarge(url, asking.most_bytes)
    return None


class _Saved(msgspec.Struct, frozen=True):
    path: Path
    size: int
    digest: bytes


async def _saved(answer: httpcore.Response, headers: dict[str, str], asking: Asking) -> _Saved | None:
    """The body in a file; None, and no file, when it is more than was asked for."""
    size, digest = 0, hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=asking.into, prefix="page-", delete=False) as file:
        path = Path(file.name)
        try:
            # Written on the loop: a step is 64 KiB into the page cache, less than the hop to a thread costs.
            async for step in decoded(answer.aiter_stream(), headers.get("content-encoding", "").lower()):
                size += len(step)
                if size > asking.most_bytes:
                    path.unlink()
                    return None
                digest.update(step)
                file.write(step)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return _Saved(path, size, digest.digest())


def _headers(answer: httpcore.Response) -> dict[str, str]:
    """The first of each header, in lower case."""
    return {name.decode("ascii").lower(): value.decode("utf-8", "replace") for name, value in reversed(answer.headers)}


def _content_type(headers: dict[str, str]) -> tuple[str, str | None]:
    kind, *parameters = headers.get("content-type", "").lower().split(";")
    named = dict(parameter.strip().partition("=")[::2] for parameter in parameters)
    return kind.strip(), named.get("charset", "").strip("\"' ") or None


def _sendable(value: str | None) -> str | None:
    return value if value and value.isascii() and len(value) <= MOST_VERSION_CHARACTERS else None


def _retry_after(headers: dict[str, str]) -> int | None:
    text = headers.get("retry-after", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None
