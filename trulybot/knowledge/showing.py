"""What pages say of sources and of gaps that were tried again."""

from typing import Any

import msgspec

from trulybot.kit.texts import _, ngettext, told
from trulybot.knowledge.models import Source


def source_line(source: Source) -> dict[str, Any]:
    shown = msgspec.structs.asdict(source) | {"error": told(source.error) if source.error else None}
    return {**shown, "how_far": _how_far(source), "is_busy": source.is_busy}


def said_of_tries(closed: int, left: int) -> str:
    """How asking the questions of a gap again has ended."""
    found = ngettext(
        "%(num)s question found an answer and is closed.", "%(num)s questions found an answer and are closed.", closed
    ) % {"num": closed}
    still = ngettext("%(num)s is still open.", "%(num)s are still open.", left) % {"num": left}
    return f"{found} {still}" if left else found


def _how_far(source: Source) -> str | None:
    """What bounds a walk through a site."""
    walk = source.walk
    if source.kind not in ("sitemap", "crawl"):
        return None
    pages = ngettext("At most %(num)s page", "At most %(num)s pages", walk.pages) % {"num": f"{walk.pages:,}"}
    if source.kind == "sitemap":
        return pages
    return _("%(pages)s, %(depth)s links deep") % {"pages": pages, "depth": walk.depth}
