"""The addresses a crawl has yet to visit: each once, the nearest first, and never endlessly many of one kind."""

import re
from collections import Counter, deque

from trulybot.kit.net.urls import WebAddress

MOST_FILTERS_OF_A_PATH = 50
MOST_DAYS_OF_A_CALENDAR = 100
MOST_REPEATS_OF_A_SEGMENT = 3
MOST_SEEN_PER_PAGE = 50

NUMBER = re.compile(r"\d+")
YEAR = re.compile(r"\b(19|20)\d\d\b")
# What a name in an address tells us is no document, before anything is asked for.
NOT_A_DOCUMENT = re.compile(
    r"\.(png|jpe?g|gif|webp|avif|svg|ico|bmp|tiff?|css|m?js|map|woff2?|ttf|otf|eot|mp[34]|m4[av]|mov|avi|webm|og[gv]"
    r"|wav|flac|zip|gz|tgz|rar|7z|tar|bz2|xz|dmg|exe|msi|deb|rpm|apk|iso|bin|rss|atom)$",
    re.IGNORECASE,
)


class Frontier:
    def __init__(self, most_pages: int) -> None:
        self._seen: set[str] = set()
        self._levels: dict[int, deque[WebAddress]] = {}
        self._kinds: Counter[str] = Counter()
        self._most = MOST_SEEN_PER_PAGE * most_pages

    def __len__(self) -> int:
        return sum(map(len, self._levels.values()))

    def claim(self, address: WebAddress) -> bool:
        """Whether this address is new; from now on it is not."""
        if str(address) in self._seen:
            return False
        self._seen.add(str(address))
        return True

    def add(self, address: WebAddress, depth: int) -> None:
        if self.claim(address):
            self._levels.setdefault(depth, deque()).append(address)

    def offer(self, address: WebAddress, depth: int) -> None:
        """Added, unless it was seen, looks like a trap, or there is too much to do already."""
        if str(address) not in self._seen and len(self._seen) < self._most and not self._is_trap(address):
            self.add(address, depth)

    def next(self) -> tuple[WebAddress, int] | None:
        depth = min((depth for depth, waiting in self._levels.items() if waiting), default=None)
        return None if depth is None else (self._levels[depth].popleft(), depth)

    def _is_trap(self, address: WebAddress) -> bool:
        path, _, query = address.target.partition("?")
        if NOT_A_DOCUMENT.search(path) or _repeats(path):
            return True
        # One parameter may well name the article; several are filters of a list, in ever new combinations.
        if "&" in query and self._is_one_too_many(path, MOST_FILTERS_OF_A_PATH):
            return True
        is_dated = YEAR.search(address.target) and len(NUMBER.findall(address.target)) > 1
        return bool(is_dated) and self._is_one_too_many(NUMBER.sub("0", address.target), MOST_DAYS_OF_A_CALENDAR)

    def _is_one_too_many(self, kind: str, most: int) -> bool:
        self._kinds[kind] += 1
        return self._kinds[kind] > most


def _repeats(path: str) -> bool:
    """Links written without their first slash grow /a/b/a/b/a/b for ever."""
    segments = Counter(segment for segment in path.split("/") if segment)
    return any(times > MOST_REPEATS_OF_A_SEGMENT for times in segments.values())
