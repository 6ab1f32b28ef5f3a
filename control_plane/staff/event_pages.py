"""What happened on the platform: what never should, and what people did."""

from typing import Annotated
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter, SkipValidation

from control_plane.staff.observing import Observing
from trulybot.kit import events
from trulybot.kit.access import open_to
from trulybot.kit.database import Database
from trulybot.kit.lists import LARGEST
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.texts import _

PAGE = 50

Words = Annotated[str, QueryParameter(max_length=200)]
Before = Annotated[int | None, QueryParameter(ge=1, le=LARGEST)]


@get("/staff/security-events", opt=open_to("operator"), include_in_schema=False)
async def security_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    observing: NamedDependency[SkipValidation[Observing]],
    before: Before = None,
) -> Response[str]:
    found = await observing.security_events(PAGE + 1, before)
    return pages.render(
        "control_plane/staff/security.html",
        request,
        security_events=found[:PAGE],
        newer="/staff/security-events" if before else None,
        older=f"/staff/security-events?before={found[PAGE - 1].id}" if len(found) > PAGE else None,
    )


@get("/staff/audit", opt=open_to("operator"), include_in_schema=False)
async def audit_page(
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    q: Words = "",
    action: Words = "",
    before: Before = None,
) -> Response[str]:
    found = await db.read(events.found, events.Sought(q.strip(), action), PAGE + 1, before)
    return pages.render(
        "control_plane/staff/audit.html",
        request,
        events=found[:PAGE],
        actions=[(each, _(each)) for each in await db.read(events.actions)],
        values={"q": q, "action": action},
        is_filtered=bool(q or action),
        newer=_address(q, action) if before else None,
        older=_address(q, action, found[PAGE - 1].id) if len(found) > PAGE else None,
    )


def _address(q: str, action: str, before: int | None = None) -> str:
    given = {name: value for name, value in (("q", q), ("action", action), ("before", before)) if value}
    return f"/staff/audit?{urlencode(given)}" if given else "/staff/audit"
