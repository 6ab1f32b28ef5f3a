"""Calls from other websites' pages: let in on visitors' routes when the owner allows the site, else refused.

Browsers tell us the page's site (Origin) and keep an answer from it that does not name it. Whether a route is a
visitors' route is what it declares (`open_to("visitor")`) and that it lies below /api/: our own pages do not.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Send
from litestar.utils import normalize_path

from trulybot.contract import IDEMPOTENCY_KEY, LAST_EVENT_ID
from trulybot.kit.access import ALLOWED_SITE, handlers, is_from_us
from trulybot.kit.errors import Forbidden
from trulybot.kit.rim import refuse
from trulybot.kit.texts import with_values
from trulybot.visitors.origins import names_a_site

Headers = list[tuple[bytes, bytes]]
IsAllowed = Callable[[str], Awaitable[bool]]

ALLOWED_HEADERS = f"Accept, Authorization, Content-Type, {IDEMPOTENCY_KEY}, {LAST_EVENT_ID}"
READABLE_HEADERS = "Retry-After"
REMEMBERED = 7200  # seconds; of a preflight, by the browser. The call itself is judged again each time.

_PARAMETER = re.compile(r"\{[^}]*\}")


class Cors:
    """The layer between the rim and the routes; it never allows credentials, so no cookie is of use to a site."""

    def __init__(self, app: Litestar, is_allowed: IsAllowed) -> None:
        self._paths = list(_visitors_paths(app))
        self._is_allowed = is_allowed

    async def __call__(self, scope: Any, receive: Receive, send: Send, app: ASGIApp) -> None:
        if scope["type"] != ScopeType.HTTP or not (methods := self._methods(scope)):
            return await app(scope, receive, send)
        origins = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        if not origins or (len(origins) == 1 and is_from_us(origins[0], host)):
            return await app(scope, receive, _adding([], send))
        if len(origins) > 1 or not await self._is_allowed(origins[0]):
            return await refuse(_refusal(origins), _adding(_readable_by(origins), send))
        send = _adding(_readable_by(origins), send)
        if scope["method"] == "OPTIONS":
            return await _answer_preflight(methods, send)
        scope["state"][ALLOWED_SITE] = True
        await app(scope, receive, send)

    def _methods(self, scope: Any) -> frozenset[str]:
        """Those that visitors may use on this path, where this request uses one of them or asks for them."""
        path = normalize_path(scope["path"])
        if path.startswith("/api/"):
            for pattern, methods in self._paths:
                if pattern.fullmatch(path):
                    return methods if scope["method"] in methods | {"OPTIONS"} else frozenset()
        return frozenset()


def _visitors_paths(app: Litestar) -> Iterator[tuple[re.Pattern[str], frozenset[str]]]:
    """As patterns, those without parameters first, as Litestar prefers them."""
    methods: dict[str, set[str]] = {}
    for path, handler in handlers(app):
        if handler.opt["who"] == "visitor" and path.startswith("/api/"):
            methods.setdefault(path, set()).update(handler.http_methods)
    for path in sorted(methods, key=lambda path: path.count("{")):
        yield _pattern(path), frozenset(methods[path])


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(re.escape(part) for part in _PARAMETER.split(path)))


def _refusal(origins: list[str]) -> Forbidden:
    (origin, *others) = origins
    if others or not names_a_site(origin):
        return Forbidden("The page that asks does not say which website it belongs to, so it cannot be allowed.")
    return Forbidden(
        with_values(
            "The website %(site)s may not use this workspace yet. Its owner can add %(site)s to the allowed sites "
            "under Widget.",
            site=origin,
        ),
        origin=origin,
    )


def _readable_by(origins: Iterable[str]) -> Headers:
    """So that the page may read the answer, a refusal too; a page without a site of its own may read nothing."""
    (origin, *others) = origins
    if others or not names_a_site(origin):
        return []
    return [
        (b"access-control-allow-origin", origin.encode()),
        (b"access-control-expose-headers", READABLE_HEADERS.encode()),
    ]


async def _answer_preflight(methods: frozenset[str], send: Send) -> None:
    headers = [
        (b"access-control-allow-methods", ", ".join(sorted(methods)).encode()),
        (b"access-control-allow-headers", ALLOWED_HEADERS.encode()),
        (b"access-control-max-age", str(REMEMBERED).encode()),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _adding(headers: Headers, send: Send) -> Send:
    """Whatever the answer is, it depends on who asks, and may be used by other sites' pages."""
    always = [*headers, (b"vary", b"Origin"), (b"cross-origin-resource-policy", b"cross-origin")]

    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *always]
        await send(message)

    return add
