"""The audit log: searched, read page by page, taken away as CSV."""

from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Stream

from trulybot.kit import events
from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.lists import LARGEST
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.spreadsheets import CSV, MARK, row
from trulybot.kit.texts import N_, _
from trulybot.kit.times import machine

PAGE = 50
AT_ONCE = 500
COLUMNS = ("at", "actor", "kind", "address", "action", "subject", "detail")

Words = Annotated[str, QueryParameter(max_length=200)]
Before = Annotated[int | None, QueryParameter(ge=1, le=LARGEST)]


@get("/settings/audit", opt=open_to("admin"), include_in_schema=False)
async def audit_page(
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    q: Words = "",
    action: Words = "",
    before: Before = None,
) -> Response[str]:
    sought = events.Sought(q.strip(), action)
    found = await db.read(events.found, sought, PAGE + 1, before)
    shown = found[:PAGE]
    return pages.render(
        "trulybot/account/audit.html",
        request,
        events=shown,
        actions=[(each, _(each)) for each in await db.read(events.actions)],
        values={"q": q, "action": action},
        is_filtered=bool(q or action),
        newer=_address("/settings/audit", q, action) if before else None,
        older=_address("/settings/audit", q, action, shown[-1].id) if len(found) > PAGE else None,
        export=_address("/settings/audit/export.csv", q, action),
    )


@get("/settings/audit/export.csv", opt=open_to("admin"), include_in_schema=False)
async def export(request: AnyRequest, db: NamedDependency[Database], q: Words = "", action: Words = "") -> Stream:
    """The oldest first; that somebody took it away is itself an event, and the last of it."""
    await db.write(events.record, actor_of(request), N_("Exported the audit log"))
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Stream(_table(db, events.Sought(q.strip(), action)), media_type=CSV, headers=headers)


async def _table(db: Database, sought: events.Sought) -> AsyncIterator[str]:
    yield MARK + row(COLUMNS)
    place = 0
    while some := await db.read(events.found_after, sought, AT_ONCE, place):
        place = some[-1].id
        yield "".join(map(_line, some))


def _line(event: events.Event) -> str:
    kind = "key" if event.is_program else "person" if event.actor else ""
    return row((machine(event.at), event.actor, kind, event.address, event.action, event.subject, event.detail))


def _address(path: str, q: str, action: str, before: int | None = None) -> str:
    chosen = {"q": q, "action": action, "before": before or ""}
    given = {name: value for name, value in chosen.items() if value}
    return f"{path}?{urlencode(given)}" if given else path
