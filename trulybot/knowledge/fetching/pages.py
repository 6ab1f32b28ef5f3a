"""One page of the owner's choice: asked for by a person, so robots.txt, which speaks to crawlers, has no say."""

from pathlib import Path
from typing import TYPE_CHECKING

from trulybot.kit.net.outcomes import Outcome, Version

if TYPE_CHECKING:
    from trulybot.kit.net.client import Web

HTML = frozenset({"text/html", "application/xhtml+xml", ""})
# What a server may call something we can read; the reader judges by content, so a server that says nothing is heard.
READABLE = HTML | {
    "application/octet-stream",
    "binary/octet-stream",
    "application/pdf",
    "application/xml",
    "application/csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text/plain",
    "text/markdown",
    "text/x-markdown",
    "text/csv",
    "text/xml",
}


async def read_page(web: "Web", url: str, *, into: Path, known: Version | None = None) -> Outcome:
    """The page at `url`, in a new file in `into` that is the caller's to delete."""
    return await web.get(url, into=into, known=known, types=READABLE)
