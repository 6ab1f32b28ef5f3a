"""The languages that visitors are spoken to in, and which of them one gets."""

import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

FALLBACK = "en"
NAMES = {
    "ar": "العربية", "de": "Deutsch", "en": "English", "es": "Español", "fr": "Français", "hi": "हिन्दी",
    "id": "Bahasa Indonesia", "it": "Italiano", "ja": "日本語", "nl": "Nederlands", "pt": "Português", "zh": "中文",
}  # fmt: skip
FROM_THE_RIGHT = frozenset({"ar", "fa", "he", "ur"})

Texts = dict[str, str]


class Languages:
    """Each with its texts, of which the folder holds one file; they are read when they are first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def texts(self) -> dict[str, Texts]:
        return {path.stem: json.loads(path.read_text()) for path in sorted(self._folder.glob("*.json"))}

    def best(self, wished: Iterable[str]) -> str:
        """The first of these tags that we speak, if only its language: “de” for “de-AT”."""
        for tag in wished:
            tag = tag.lower().replace("_", "-")
            for known in (tag, tag.partition("-")[0]):
                if known in self.texts:
                    return known
        return FALLBACK


def accepted(header: str) -> list[str]:
    """The tags of an Accept-Language header, most wished for first (RFC 9110, 12.5.4)."""
    wished = [_wish(part) for part in header.split(",")]
    return [tag for weight, tag in sorted(wished, key=lambda wish: -wish[0]) if weight > 0]


def direction(language: str) -> str:
    return "rtl" if language in FROM_THE_RIGHT else "ltr"


def _wish(part: str) -> tuple[float, str]:
    tag, _, weight = part.strip().partition(";q=")
    try:
        return (float(weight) if weight else 1.0), tag.strip()
    except ValueError:
        return 0.0, tag
