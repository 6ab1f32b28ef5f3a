"""What a walk through a site says of each page it came to."""

from typing import Literal

import msgspec

from trulybot.kit.net.outcomes import Failure, Fetched, NotModified, Version
from trulybot.kit.texts import N_


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
    "robots": N_("The site asks robots not to read this page. Allow “TrulyBot” in its robots.txt, or upload the page."),
    "moved": N_("The page now leads to another address. If that is another site, add it as a source of its own."),
    "sitemap": N_("This is not a sitemap we can read. Enter the address of an XML sitemap, often /sitemap.xml."),
}
