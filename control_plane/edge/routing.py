"""Where a request goes: to the socket that its Host names.

Only where that cannot be connected to is the doorman asked, who wakes the workspace, and the request sent on, with
its body untouched. After any other failure nothing is sent twice. Pure.
"""

import string
from pathlib import Path

from control_plane.edge.handlers import Headers, Json, answer, asking, at_most, proxy, route, subroute
from control_plane.folders import Folders
from control_plane.settings import Settings
from trulybot.contract import APP_SOCKET

DOORMAN = "doorman"  # the Host it answers to; without a dot, so that nobody outside can ask for it

LARGEST_UPLOAD = 300_000_000  # bytes; what its plan takes, a workspace says itself
LARGEST_FORM = 1_000_000

A_NAME = r"^((?:[a-z0-9-]{1,63}\.){1,8}[a-z0-9-]{1,63})$"
DOT_AT_THE_END = r"^([a-z0-9.-]*[a-z0-9])\.(:[0-9]+)?$"

# {name} is a folder in names/, by the Host of this request; empty where it can be none.
NAMED: Json = {"vars_regexp": {"{name}": {"pattern": "."}}}
# How a request fails that never began. What a workspace says itself stands later in the message.
CANNOT_CONNECT: Json = {**NAMED, "expression": "{http.error.message}.matches('^dial unix ')"}

# Who is asking is said by us alone.
HEARSAY = (
    *("Forwarded", "X-Real-Ip", "X-Client-Ip", "True-Client-Ip", "Cf-Connecting-Ip"),
    *("X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Server", "X-Original-Url", "X-Rewrite-Url"),
)
LETTING_IN = ("Cookie", "Authorization")


def doors(settings: Settings) -> Json:
    """The routes of a server, and those that it takes when one of them failed."""
    return {
        "routes": [
            _in_lower_case(),
            _without_dot_at_the_end(),
            _to_console(settings),
            _naming(settings),
            route(at_most(LARGEST_UPLOAD), _to_workspace(settings), when=NAMED),
            route(answer(421, "This name is not served here.")),
        ],
        "errors": {"routes": [_static_from_doorman(settings), _waking(settings), _telling(settings)]},
    }


def to_doorman(settings: Settings) -> Headers:
    """Under its own name, and without what would let somebody in."""
    asked = {"Host": DOORMAN, "X-Forwarded-Method": "{http.request.method}", "X-Forwarded-Uri": "{http.request.uri}"}
    return _headers(settings, asked, LETTING_IN)


def _in_lower_case() -> Json:
    """Names of hosts know no case, names of files do; Caddy has no other way to say it."""
    letters = [{"search": letter.upper(), "replace": letter} for letter in string.ascii_lowercase]
    lowering = {"handler": "headers", "request": {"replace": {"Host": letters}}}
    return route(lowering, when={"header_regexp": {"Host": {"pattern": "[A-Z]"}}})


def _without_dot_at_the_end() -> Json:
    """Cookies and Origins differ between the two spellings of a name, so people get one of them only."""
    location = "{http.request.scheme}://{http.regexp.dot.1}{http.regexp.dot.2}{http.request.uri}"
    dotted = {"header_regexp": {"Host": {"name": "dot", "pattern": DOT_AT_THE_END}}}
    return route(answer(308, headers={"Location": [location]}), when=dotted)


def _to_console(settings: Settings) -> Json:
    console = proxy(settings.web_socket, _headers(settings))
    return route(at_most(LARGEST_FORM), console, when={"host": [settings.domain]})


def _naming(settings: Settings) -> Json:
    """A slug, or the whole of a name that may be an owner's own."""
    a_slug = rf"^([a-z0-9-]{{1,40}})\.{settings.workspace_domain.replace('.', '[.]')}$"
    return route(
        {
            "handler": "map",
            "source": "{http.request.host}",
            "destinations": ["{name}"],
            "mappings": [{"input_regexp": pattern, "outputs": ["${1}"]} for pattern in (a_slug, A_NAME)],
            "defaults": [""],
        }
    )


def _to_workspace(settings: Settings, **more: object) -> Json:
    # Connections are not kept: Caddy keeps them by path, and a name may lead to another workspace a moment later.
    return proxy(_socket(settings), _headers(settings), keeps_connections=False, **more)


def _socket(settings: Settings) -> Path:
    return Folders(settings.root).names / "{name}" / APP_SOCKET


def _static_from_doorman(settings: Settings) -> Json:
    """Styles and pictures are the same everywhere; where a workspace gives none, the doorman does, for its pages."""
    return route(proxy(settings.doorman_socket, to_doorman(settings)), when={**NAMED, "path": ["/static/*"]})


def _waking(settings: Settings) -> Json:
    ask = asking(settings.doorman_socket, "/wake/{name}?", to_doorman(settings))
    again = _to_workspace(settings, load_balancing=_until_connected())
    return route(subroute([route(ask, again)], [_telling(settings)]), when=CANNOT_CONNECT)


def _until_connected() -> Json:
    """Caddy would also repeat a GET that has been received, if it were not for a condition that never holds."""
    return {"try_duration": "5s", "try_interval": "20ms", "retry_match": [{"method": ["NONE"]}]}


def _telling(settings: Settings) -> Json:
    """What went wrong, as a page or as problem details; in a few words where the doorman is gone as well."""
    ask = asking(settings.doorman_socket, "/trouble/{http.error.status_code}?", to_doorman(settings))
    gone = answer(503, "This is being restarted. Try again in a moment.", headers={"Retry-After": ["5"]})
    return route(subroute([route(ask)], [route(gone)]))


def _headers(settings: Settings, said: dict[str, str] | None = None, private: tuple[str, ...] = ()) -> Headers:
    return Headers(
        said={"X-Forwarded-For": "{http.vars.client_ip}", **(said or {})},
        dropped=(*HEARSAY, *private),
        answered={} if settings.is_local else {"Strict-Transport-Security": "max-age=31536000"},
    )
