"""The operator's first page: every workspace, as it is wanted and as it is."""

from typing import Annotated
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter, SkipValidation

from control_plane.settings import Settings
from control_plane.staff import queries, showing
from control_plane.staff.models import Seen, Sought
from control_plane.staff.observing import Observing
from control_plane.workspaces.models import State
from control_plane.workspaces.wording import STATES
from trulybot.kit.access import open_to
from trulybot.kit.database import Database
from trulybot.kit.lists import Place, page_of, place_from
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.texts import _
from trulybot.kit.words import sized

PAGE = 30

Words = Annotated[str, QueryParameter(max_length=200)]


@get("/staff", opt=open_to("operator"), include_in_schema=False)
async def workspaces_page(
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    settings: NamedDependency[SkipValidation[Settings]],
    observing: NamedDependency[SkipValidation[Observing]],
    only: FromQuery[State | None] = None,
    q: Words = "",
    cursor: FromQuery[str | None] = None,
) -> Response[str]:
    some = await observing.some(Sought(only, q.strip()), PAGE + 1, place_from(cursor))
    shown, following = page_of(some, PAGE, _place)
    counts = await db.read(queries.counts)
    return pages.render(
        "control_plane/staff/workspaces.html",
        request,
        rows=shown,
        showing=showing,
        sized=sized,
        host_of=settings.host_of,
        is_blind=any(seen.found is None for seen in shown),
        counts=counts,
        tabs=[(each, _(word), _address(each, q), counts.get(each, 0)) for each, (word, *_rest) in STATES.items()],
        all_of_them=_address(None, q),
        values={"only": only or "", "q": q},
        newer=_address(only, q) if cursor else None,
        older=_address(only, q, following) if following else None,
    )


def _place(seen: Seen) -> Place:
    return seen.workspace.created_at, seen.workspace.id


def _address(only: State | None, q: str, cursor: str = "") -> str:
    given = {name: value for name, value in (("only", only), ("q", q), ("cursor", cursor)) if value}
    return f"/staff?{urlencode(given)}" if given else "/staff"
