"""What strangers’ pages fetch: the entry with the page, the panel and its configuration when a visitor opens it."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from trulybot.kit.access import is_from_allowed_site, open_to
from trulybot.kit.errors import Forbidden, NotFound
from trulybot.kit.pages import AnyRequest
from trulybot.kit.routes import Routes
from trulybot.kit.static import KEPT_FOR_EVER
from trulybot.preferences.current import Choices
from trulybot.widget.configuration import Configuration
from trulybot.widget.files import Sent
from trulybot.widget.requests import FETCHING, JSON, SCRIPT, colour_in, tags_of
from trulybot.widget.seen import Seen

# Any page may load our scripts, one that isolates itself too; whom they may talk to is asked when they do.
FOR_ANY_PAGE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}

# The entry is kept by the visitor’s browser alone: its language may be theirs, and many caches ignore Vary.
ENTRY_KEPT = "private, max-age=300"
CONFIGURATION_KEPT = "public, max-age=60"
VARIES = "Accept-Encoding, Accept-Language"


@get("/widget.js", opt=open_to("anyone", FETCHING), include_in_schema=False)
async def entry(
    request: AnyRequest,
    widget: NamedDependency[Configuration],
    choices: NamedDependency[Choices],
    locale: FromQuery[str] = "",
) -> Response[bytes]:
    found = widget.entry(await choices.now(), locale, tags_of(request))
    return _sent(request, found, SCRIPT, {**FOR_ANY_PAGE, "Cache-Control": ENTRY_KEPT, "Vary": VARIES})


@get("/widget/{version:str}/panel.js", opt=open_to("anyone", FETCHING), include_in_schema=False)
async def panel(request: AnyRequest, version: FromPath[str], widget: NamedDependency[Configuration]) -> Response[bytes]:
    """A page from before an update gets today’s panel, but not to be kept under yesterday’s name."""
    files = widget.files
    if not files.serves(version):
        raise NotFound("This page was loaded before an update. Reload it.")
    kept = KEPT_FOR_EVER if version == files.version else "no-cache"
    return _sent(request, files.panel, SCRIPT, {**FOR_ANY_PAGE, "Cache-Control": kept, "Vary": "Accept-Encoding"})


@get("/api/widget/config", opt=open_to("visitor", FETCHING))
async def configuration(
    request: AnyRequest,
    widget: NamedDependency[Configuration],
    choices: NamedDependency[Choices],
    seen: NamedDependency[Seen],
    locale: FromQuery[str] = "",
    accent: FromQuery[str] = "",
) -> Response[bytes]:
    """All that the widget is told when a visitor opens it; nothing of it is secret."""
    return await _configured(request, widget, choices, seen, locale, accent)


@get("/api/widget/config/{workspace:str}", opt=open_to("visitor", FETCHING))
async def configuration_of(
    workspace: FromPath[str],
    request: AnyRequest,
    widget: NamedDependency[Configuration],
    choices: NamedDependency[Choices],
    seen: NamedDependency[Seen],
    locale: FromQuery[str] = "",
    accent: FromQuery[str] = "",
) -> Response[bytes]:
    """The same, for who wants to be sure that this workspace is the one they mean."""
    if workspace != widget.workspace:
        raise Forbidden("This is the address of another workspace. Paste the line from your own page Widget.")
    return await _configured(request, widget, choices, seen, locale, accent)


def embedding() -> Routes:
    return Routes(entry, panel, configuration, configuration_of)


async def _configured(
    request: AnyRequest, widget: Configuration, choices: Choices, seen: Seen, locale: str, accent: str
) -> Response[bytes]:
    if is_from_allowed_site(request):
        await seen.note(request.headers["origin"])
    found = widget.panel(await choices.now(), locale, tags_of(request), colour_in(accent))
    return _sent(request, found, JSON, {"Cache-Control": CONFIGURATION_KEPT, "Vary": VARIES})


def _sent(request: AnyRequest, found: Sent, media_type: str, headers: dict[str, str]) -> Response[bytes]:
    headers = {**headers, "ETag": found.tag}
    if found.tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.gzipped, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(found.body, media_type=media_type, headers=headers)
