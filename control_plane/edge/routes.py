"""What Caddy asks the doorman."""

from typing import Any, NoReturn

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from control_plane.edge.doorman import Doorman
from control_plane.edge.refusals import Asleep, AtDoor, Broken, Closed, Starting, Suspended, trouble
from trulybot.kit import access
from trulybot.kit.access import open_to
from trulybot.kit.errors import NotFound, Refusal
from trulybot.kit.limits import Limit
from trulybot.kit.looking_on import looks_on
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.texts import _
from trulybot.kit.web import problem, refusal_from, refusal_headers

PATIENCE = 2.0  # seconds that a person looks at nothing; then they are told
PROGRAMS_PATIENCE = 90.0  # a program sees nothing anyway, and what it sent goes in when the door opens

KNOCKING = Limit("knocking", times=600, seconds=60)


@get("/wake/{name:str}", opt=open_to("anyone", KNOCKING))
async def wake(request: AnyRequest, doorman: NamedDependency[Doorman], name: FromPath[str]) -> Response[None]:
    if looks_on(request.headers.get("x-forwarded-uri", "").partition("?")[0], request.headers):
        raise Asleep
    await doorman.let_in(name, PATIENCE if wants_page(request) else PROGRAMS_PATIENCE)
    return Response(None, status_code=200)


@get("/trouble/{status:int}", opt=open_to("anyone", KNOCKING))
async def say_what_went_wrong(status: FromPath[int]) -> NoReturn:
    raise trouble(status)


# Without a limit: Caddy asks, and only where it has no certificate yet.
@get("/ask", opt={"who": "anyone"})
async def ask(doorman: NamedDependency[Doorman], domain: FromQuery[str]) -> Response[None]:
    """200 when this name may have a certificate."""
    if not await doorman.may_have_certificate(domain):
        raise NotFound("This name is not ours.")
    return Response(None, status_code=200)


def wants_page(request: AnyRequest) -> bool:
    """Whether a person's browser waits to show what comes. The request itself was another one, of which we are told."""
    told = request.headers
    return (
        told.get("x-forwarded-method") in ("GET", "HEAD")
        and not told.get("x-forwarded-uri", "").startswith("/api/")
        and "text/html" in told.get("accept", "")
        and told.get("sec-fetch-dest", "document") == "document"
    )


def answer_refused(request: AnyRequest, error: Exception) -> Response[Any]:
    refusal = refusal_from(error)
    page = _page(request, refusal) if wants_page(request) else problem(refusal)
    page.headers |= {**refusal_headers(refusal), "x-robots-tag": "noindex"}
    if isinstance(refusal, Starting) and wants_page(request):
        page.headers["refresh"] = str(refusal.retry_after)  # the page asks again by itself, without a script
    return page


def _page(request: AnyRequest, refusal: Refusal) -> Response[Any]:
    access.note_reader(request)  # who is refused was not admitted
    pages: Pages = request.app.state.pages
    return pages.render(
        "control_plane/edge/door.html",
        request,
        refusal.status,
        status=refusal.status,
        title=_(refusal.title),
        sentence=_(refusal.sentence),
        is_starting=isinstance(refusal, Starting),
        is_owners_matter=isinstance(refusal, Suspended | Broken | Closed),
        **({"workspace": refusal.workspace} if isinstance(refusal, AtDoor | Closed) else {}),
    )
