"""What a crawl may do, and what it says of each page it came to."""

from fnmatch import fnmatchcase
from typing import Annotated, Literal

import msgspec

from trulybot.kit.net.outcomes import Failure, Fetched, NotModified, Version
from trulybot.kit.net.urls import WebAddress

Pattern = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Patterns = Annotated[tuple[Pattern, ...], msgspec.Meta(max_length=50)]

WILD = "*?["


class CrawlOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The owner's bounds. `depth` counts links from the first page. Patterns: /docs, /docs/*, or https://…/* whole."""

    most_pages: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 200
    depth: Annotated[int, msgspec.Meta(ge=0, le=20)] = 3
    include: Patterns = ()
    exclude: Patterns = ()

    def wants(self, address: WebAddress) -> bool:
        if any(_matches(address, pattern) for pattern in self.exclude):
            return False
        return not self.include or any(_matches(address, pattern) for pattern in self.include)


class Known(msgspec.Struct, frozen=True):
    """A page as it was last read, and how far from the first page it was found."""

    version: Version
    depth: int


class Skipped(msgspec.Struct, frozen=True):
    """The page may be there, but is not ours to read here."""

    url: str
    reason: Literal["robots", "moved", "sitemap"]

    @property
    def sentence(self) -> str:
        return _SKIPPED[self.reason]


class Visit(msgspec.Struct, frozen=True):
    """One page and what came of it; `url` is its canonical address, `waiting` how many more are known of now.

    `ends_walk`: the site, its robots.txt or the sitemap could not be read at all, so nothing is said of pages known.
    """

    url: str
    depth: int
    outcome: Fetched | NotModified | Failure | Skipped
    waiting: int = 0
    ends_walk: bool = False


_SKIPPED = {
    "robots": "The site asks robots not to read this page. Allow “TrulyBot” in its robots.txt, or upload the page.",
    "moved": "The page now leads to another address. If that is another site, add it as a source of its own.",
    "sitemap": "This is not a sitemap we can read. Enter the address of an XML sitemap, often /sitemap.xml.",
}


def _matches(address: WebAddress, pattern: str) -> bool:
    if "://" in pattern:
        return fnmatchcase(str(address), pattern)
    pattern = pattern if pattern.startswith(("/", "*")) else f"/{pattern}"
    if any(sign in pattern for sign in WILD):
        return fnmatchcase(address.target, pattern)
    path = address.target.partition("?")[0].rstrip("/")
    return f"{path}/".startswith(f"{pattern.rstrip('/')}/")
