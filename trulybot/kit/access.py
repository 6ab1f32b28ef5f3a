"""Who may call a route. Every route declares it; `admit` enforces it; a route without a declaration stops the start."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from litestar import Litestar, Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from trulybot.contract import CSRF_HEADER
from trulybot.kit import reader, security
from trulybot.kit.errors import CannotStart, Forbidden, Unauthenticated, Unsupported
from trulybot.kit.events import Actor
from trulybot.kit.limits import Limit, Limits
from trulybot.kit.ranks import PLATFORM_RANKS, RANKS, AnyRank, reaches, refusal
from trulybot.kit.reader import DateFormat, Reader

AnyConnection = ASGIConnection[Any, Any, Any, Any]
Who = Literal["anyone", "visitor", "console"] | AnyRank
SIGNED_IN = (*RANKS, *PLATFORM_RANKS)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

ALLOWED_SITE = "allowed_site"  # in a request's state

DEFAULT_LIMIT = Limit("any route", times=300, seconds=60)


class Principal(msgspec.Struct, frozen=True):
    """A person of the staff, or a program with an API key, whose role is the key's scope."""

    id: int
    name: str
    role: AnyRank
    is_program: bool = False
    shown_as: str | None = None  # what visitors are told, where a person chose to be named
    csrf: str = ""  # empty for a program: it sends no cookie, so nobody can borrow it
    # How pages are written for them; empty where they have not chosen.
    language: str = ""
    time_zone: str = ""
    date_format: DateFormat | Literal[""] = ""

    def may(self, rank: AnyRank) -> bool:
        """Whether this is somebody of the rank, or of a higher one."""
        return reaches(self.role, rank)


Authenticate = Callable[[AnyConnection], Awaitable[Principal | None]]


def open_to(who: Who, limit: Limit = DEFAULT_LIMIT) -> dict[str, Any]:
    """A route's declaration: `@get("/path", opt=open_to("agent"))`. The limit counts per client address.

    A rank opens it to staff of that rank and of those above it, and to API keys of such a scope.
    What is open to visitors below /api/ may be called from the pages of the allowed sites too. What is open to the
    console is posted to from its page: its handler judges the Origin, and that of whom the console vouches for.
    """
    return {"who": who, "limit": limit}


async def admit(request: "Request[Any, Any, Any]") -> None:
    """`guard` as a hook before each request; as a guard, Litestar would copy the handler for every call."""
    if request.method != "OPTIONS":  # which Routes answers: the methods of the path and nothing else
        await guard(request, request.route_handler)
        note_reader(request)
        _refuse_other_types(request)


async def guard(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Refuse a caller who is too fast, forged, unknown, or not allowed here."""
    who: Who = handler.opt["who"]
    unsafe = connection.scope.get("method") not in SAFE_METHODS
    if unsafe and who != "console" and not (who == "visitor" and is_from_allowed_site(connection)):
        _refuse_other_origins(connection)
    principal = None if who in ("anyone", "console") else await _principal(connection)
    connection.scope["state"]["principal"] = principal
    _refuse_too_fast(connection, handler, principal)
    if who in SIGNED_IN and principal is None:
        raise Unauthenticated("Sign in first, or send an API key as “Authorization: Bearer KEY”.")
    if principal and principal.csrf and unsafe:
        await _refuse_forged(Request(connection.scope, connection.receive), principal)
    if principal and who in SIGNED_IN and not principal.may(who):
        raise Forbidden(refusal(who, principal.is_program))


def principal_of(request: AnyConnection) -> Principal | None:
    found: Principal | None = request.scope["state"].get("principal")
    return found


def person_of(request: AnyConnection) -> Principal:
    """Whoever is signed in; raises Forbidden for a program, whose id is its key's."""
    principal = principal_of(request)
    if principal is None or principal.is_program:
        raise Forbidden("An API key has no account of its own. Sign in as a person.")
    return principal


def _reader_of(request: AnyConnection) -> Reader:
    """As they chose, else in the language of their browser."""
    chosen = principal_of(request)
    return Reader(
        (chosen and chosen.language) or reader.preferred(request.headers.get("accept-language", "")),
        (chosen and chosen.time_zone) or "UTC",
        (chosen and chosen.date_format) or "day first",
    )


def note_reader(request: AnyConnection) -> None:
    """From here on texts are in the language of whoever asks."""
    reader.current.set(_reader_of(request))


def actor_of(request: AnyConnection) -> Actor:
    """Whoever calls, as the audit log names them; a stranger has no name."""
    principal = principal_of(request)
    address: str = request.scope["state"]["client_address"]
    return Actor(principal.name, address, principal.is_program) if principal else Actor("", address)


def is_from_allowed_site(connection: AnyConnection) -> bool:
    """Whether the layer that knows the owner's sites has let this request in; it does so on visitors' routes only."""
    return connection.scope["state"].get(ALLOWED_SITE) is True


def is_from_us(origin: str, host: str) -> bool:
    """Whether the page that a browser names as an Origin came from the Host it is asking now."""
    return _host_in(origin) == host.lower()


def assert_declared(app: Litestar) -> None:
    """Raises CannotStart when a route does not say who may call it."""
    silent = [
        path
        for path, handler in handlers(app)
        if "who" not in handler.opt or handler.resolve_before_request() is not admit
    ]
    if silent:
        raise CannotStart(f"These routes do not say who may call them: {', '.join(sorted(silent))}.")


def handlers(app: Litestar) -> Iterable[tuple[str, HTTPRouteHandler]]:
    for route in app.routes:
        for handler, _paths in getattr(route, "route_handler_map", {}).values():
            if isinstance(handler, HTTPRouteHandler) and handler.http_methods != {"OPTIONS"}:
                yield route.path, handler


async def _principal(connection: AnyConnection) -> Principal | None:
    authenticate: Authenticate = connection.app.state.authenticate
    return await authenticate(connection)


def _refuse_too_fast(connection: AnyConnection, handler: BaseRouteHandler, principal: Principal | None) -> None:
    """Limits are for strangers and browsers; the owner's own programs may work as fast as they can."""
    limit: Limit | None = handler.opt.get("limit")
    if limit and not (principal and principal.is_program):
        limits: Limits = connection.app.state.limits
        limits.spend(limit, connection.scope["state"]["client_address"])


def _refuse_other_origins(connection: AnyConnection) -> None:
    """A browser names the page it posts from; that page must be ours. Programs send no Origin."""
    origin = connection.headers.get("origin")
    if origin is None and connection.headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
        return
    if origin is None or not is_from_us(origin, connection.headers.get("host", "")):
        raise Forbidden("This request came from another site. Open the page here and try again.")


def _host_in(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:  # such as "http://["
        return ""


def _refuse_other_types(request: "Request[Any, Any, Any]") -> None:
    """Litestar would read a JSON body whatever it is called. Forms are read by their handlers."""
    takes_json = request.route_handler.parsed_data_field is not None
    if takes_json and request.content_type[0] != "application/json":
        raise Unsupported("Send JSON, with the header “Content-Type: application/json”.")


async def _refuse_forged(request: "Request[Any, Any, Any]", principal: Principal) -> None:
    sent = request.headers.get(CSRF_HEADER)
    if sent is None and request.content_type[0] in ("application/x-www-form-urlencoded", "multipart/form-data"):
        sent = (await request.form()).get("csrf")
    if not isinstance(sent, str) or not security.same(sent, principal.csrf):
        raise Forbidden("This page is out of date. Reload it and try again.")
