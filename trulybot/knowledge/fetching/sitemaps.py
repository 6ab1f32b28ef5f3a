"""The addresses a sitemap lists (sitemaps.org), from XML, gzipped XML or plain text, through index files too."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from xml.parsers import expat

from trulybot.kit.net.decoding import Damaged, Gunzip
from trulybot.kit.net.outcomes import Failure, Fetched
from trulybot.kit.net.urls import MOST_CHARACTERS, NotAWebAddress, WebAddress, found_address, web_address
from trulybot.knowledge.fetching.canonical import at_site
from trulybot.knowledge.fetching.visits import Skipped

if TYPE_CHECKING:
    from trulybot.kit.net.client import Web

MOST_SITEMAPS = 50
MOST_LEVELS = 3
MOST_BYTES = 16 * 2**20
DEEPEST_ELEMENT = 8
LONGEST_TOKEN = 2**20
STEP = 64 * 1024


class NotASitemap(Exception):
    """The file is no sitemap, or one made to do harm."""


class _Enough(Exception):
    pass


async def addresses_in(web: "Web", url: str, most: int, into: Path) -> list[WebAddress] | Failure | Skipped:
    """At most `most` addresses of the sitemap's own site; a failure only where its first file could not be read."""
    first = await _locations(web, url, most, into)
    if not isinstance(first, tuple):
        return first
    site, found, nested = first
    level = [str(address) for address in _of_site(site, nested)]
    read = {url}
    for _ in range(MOST_LEVELS - 1):
        deeper: list[str] = []
        for address in level:
            if address in read or len(read) >= MOST_SITEMAPS or len(found) >= most:
                continue
            read.add(address)
            if isinstance(more := await _locations(web, address, most - len(found), into), tuple):
                found += more[1]
                deeper += map(str, _of_site(site, more[2]))
        level = deeper
    return list(dict.fromkeys(_of_site(site, found)))[:most]


async def _locations(
    web: "Web", url: str, most: int, into: Path
) -> tuple[WebAddress, list[str], list[str]] | Failure | Skipped:
    """Where the file was found, the pages it lists, and the sitemaps it lists."""
    outcome = await web.get(url, into=into, most_bytes=MOST_BYTES)
    if not isinstance(outcome, Fetched):
        return outcome
    try:
        return web_address(outcome.url), *await asyncio.to_thread(locations_in, outcome.path, most)
    except (NotASitemap, Damaged):
        return Skipped(outcome.url, "sitemap")
    finally:
        outcome.path.unlink()


def locations_in(file: Path, most: int) -> tuple[list[str], list[str]]:
    """The locations of pages and of nested sitemaps; raises NotASitemap or Damaged."""
    steps = _unpacked(file)
    first = next(steps, b"")
    if not first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _lines(b"".join([first, *steps]).decode("utf-8-sig", "replace"), most), []
    reading = _Reading(most)
    try:
        reading.feed(first)
        for step in steps:
            reading.feed(step)
    except _Enough:
        pass
    except expat.ExpatError as error:
        # A sitemap that breaks off, as a truncated one does, is read up to there.
        if not reading.is_sitemap:
            raise NotASitemap from error
    if not reading.is_sitemap:
        raise NotASitemap
    return reading.pages, reading.sitemaps


class _Reading:
    """Expat as a stream: entities, document types and depths no sitemap has are refused as they appear."""

    def __init__(self, most: int) -> None:
        self.pages: list[str] = []
        self.sitemaps: list[str] = []
        self.is_sitemap = False
        self._most = most
        self._open: list[str] = []
        self._text: list[str] = []
        self._fed = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse

    def feed(self, data: bytes) -> None:
        self._parser.Parse(data, False)
        self._fed += len(data)
        # An unfinished token is read again with each step (quadratic before expat 2.6).
        if self._fed - max(self._parser.CurrentByteIndex, 0) > LONGEST_TOKEN:
            raise NotASitemap

    def _start(self, name: str, attributes: object) -> None:
        self._open.append(name.rpartition(" ")[2])
        if self._open[0] not in ("urlset", "sitemapindex") or len(self._open) > DEEPEST_ELEMENT:
            raise NotASitemap
        self.is_sitemap = True
        self._text = []

    def _characters(self, text: str) -> None:
        if self._open and self._open[-1] == "loc" and len(self._text) < MOST_CHARACTERS:
            self._text.append(text[:MOST_CHARACTERS])

    def _end(self, name: str) -> None:
        match self._open:
            case ["urlset", "url", "loc"]:
                self.pages.append("".join(self._text).strip())
            case ["sitemapindex", "sitemap", "loc"]:
                self.sitemaps.append("".join(self._text).strip())
        self._open.pop()
        if len(self.pages) >= self._most or len(self.sitemaps) >= MOST_SITEMAPS:
            raise _Enough

    def _refuse(self, *_: object) -> None:
        raise NotASitemap


def _lines(text: str, most: int) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or not lines[0].startswith(("http://", "https://")):
        raise NotASitemap
    return lines[:most]


def _unpacked(file: Path) -> Iterator[bytes]:
    """The file's bytes, out of gzip where it is gzipped, at most MOST_BYTES of them."""
    gunzip, size = None, 0
    with file.open("rb") as opened:
        while data := opened.read(STEP):
            if not size and data.startswith(b"\x1f\x8b"):
                gunzip = Gunzip()
            for step in gunzip.feed(data) if gunzip else (data,):
                size += len(step)
                if size > MOST_BYTES:
                    raise NotASitemap
                yield step


def _of_site(site: WebAddress, locations: list[str]) -> Iterator[WebAddress]:
    for location in locations:
        try:
            address = found_address(location, site)
        except NotAWebAddress:
            continue
        # As it is listed: a sitemap read over http may well list pages on https.
        if at_site(address, site):
            yield address
