"""What a caller reads when something is refused: as problem details, or for a person's browser as a page."""

import logging
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from trulybot.kit.errors import (
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    Unprocessable,
)
from trulybot.kit.logs import without_words
from trulybot.kit.rim import PROBLEM, ClientLeft
from trulybot.kit.texts import N_, with_values
from trulybot.kit.words import without_pattern

log = logging.getLogger(__name__)


def refusal_from(error: Exception) -> Refusal:
    """What a person is told about an exception; the unexpected is logged and said to be our fault."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, ValidationException):
        return Invalid(_field_sentence(error))
    if isinstance(error, ClientLeft):
        return Invalid("The request broke off. Send it again.")
    if isinstance(error, HTTPException) and isinstance(error.__cause__, msgspec.ValidationError):
        return Invalid(_namesake_sentence(error.__cause__))
    # Of text that is no UTF-8, and of nesting that never ends, msgspec raises the other two.
    if isinstance(error, msgspec.DecodeError | UnicodeDecodeError | RecursionError):
        return Invalid("The body is not what this address takes. See /openapi.json.")
    if isinstance(error, HTTPException) and error.status_code < 500:
        return _from_http(error)
    log.error("Unexpected %s", without_words(error))
    unexpected = Unavailable("Something went wrong on our side. It was noted; try again in a moment.")
    unexpected.status, unexpected.title = 500, N_("Internal error")
    return unexpected


def problem(refusal: Refusal) -> Response[Any]:
    """A refusal as RFC 9457 problem details."""
    return Response(
        content=refusal.as_problem(),
        status_code=refusal.status,
        media_type=PROBLEM,
        headers=refusal_headers(refusal),
    )


def refusal_headers(refusal: Refusal) -> dict[str, str]:
    headers = {}
    if isinstance(refusal, TooMany | Unavailable):
        headers["retry-after"] = str(refusal.retry_after)
    if isinstance(refusal, Unauthenticated):
        headers["www-authenticate"] = "Bearer"
    return headers


def wants_page(request: "Request[Any, Any, Any]") -> bool:
    """Whether a person's browser asks, and not a program."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def _field_sentence(error: ValidationException) -> str:
    extra = error.extra if isinstance(error.extra, list) else []
    faults = [
        f"“{fault.get('key', 'body')}”: {without_pattern(fault.get('message', 'is wrong'))}"
        for fault in extra
        if isinstance(fault, dict)
    ]
    if not faults:
        return N_("The request is not what this address takes. See /openapi.json.")
    return with_values(_CHECK, faults="; ".join(faults))


def _namesake_sentence(fault: msgspec.ValidationError) -> str:
    """Of a body's field that is called like a dependency, such as `pages`: Litestar takes it for our own mistake."""
    message, _, place = without_pattern(str(fault)).partition(" - at `$.data.")
    return with_values(_CHECK, faults=f"“{place.rstrip('`')}”: {message}")


# What is wrong with each is in the words of the library that found it, for whoever writes the program that calls.
_CHECK = N_("Check these fields and send it again: %(faults)s.")


_SENTENCES: dict[int, Refusal] = {
    400: Invalid("This request cannot be read: a JSON body must be valid, and in UTF-8. See /openapi.json."),
    401: Unauthenticated("Sign in first, or send an API key as “Authorization: Bearer KEY”."),
    403: Forbidden("You may not do this."),
    404: NotFound("There is nothing at this address."),
    413: TooLarge("This is larger than this address takes. Send less."),
}


def _from_http(error: HTTPException) -> Refusal:
    if known := _SENTENCES.get(error.status_code):
        return known
    refusal = Unprocessable("This request cannot be served as it is. See /openapi.json for what this address takes.")
    refusal.status, refusal.title = error.status_code, "Not possible"
    return refusal
