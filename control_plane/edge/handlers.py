"""The pieces of Caddy's configuration that we use, as Caddy writes them. Pure."""

from pathlib import Path
from typing import Any, NamedTuple

from trulybot.kit.rim import LARGEST_HEAD

LONGEST_CONNECTING = "5s"
LONGEST_THOUGHT = "2m"  # until an answer begins; a model may take 90 s over the whole of one
OF_CADDY = ("Server", "Via")

Json = dict[str, Any]


class Headers(NamedTuple):
    """What a request is sent on with and without, and what its answer gets."""

    said: dict[str, str]
    dropped: tuple[str, ...]
    answered: dict[str, str]


def route(*handlers: Json, when: Json | None = None) -> Json:
    return {"handle": list(handlers), **({"match": [when]} if when else {})}


def subroute(routes: list[Json], errors: list[Json]) -> Json:
    return {"handler": "subroute", "routes": routes, "errors": {"routes": errors}}


def answer(status: int, body: str = "", headers: Json | None = None) -> Json:
    return {"handler": "static_response", "status_code": status, "body": body, "headers": headers or {}}


def at_most(size: int) -> Json:
    return {"handler": "request_body", "max_size": size}


def proxy(socket: Path, headers: Headers, *, keeps_connections: bool = True, **more: object) -> Json:
    """Caddy passes a stream on as it comes, and ends it there when it is left here, unless it is told otherwise."""
    return {
        "handler": "reverse_proxy",
        "upstreams": [{"dial": f"unix/{socket}"}],
        "transport": {
            "protocol": "http",
            "compression": False,
            "dial_timeout": LONGEST_CONNECTING,
            "response_header_timeout": LONGEST_THOUGHT,
            "max_response_header_size": LARGEST_HEAD,
            "keep_alive": {"enabled": keeps_connections},
        },
        "headers": {
            "request": {"set": {name: [value] for name, value in headers.said.items()}, "delete": [*headers.dropped]},
            "response": {"set": {name: [value] for name, value in headers.answered.items()}, "delete": [*OF_CADDY]},
        },
        **more,
    }


def asking(socket: Path, path: str, headers: Headers) -> Json:
    """Ask there first, without the body: a yes goes on to what follows, anything else is the answer.

    A path that ends in a question mark is asked for without the query of the request.
    """
    yes = {"match": {"status_code": [2]}, "routes": []}
    return proxy(socket, headers, rewrite={"method": "GET", "uri": path}, handle_response=[yes])
