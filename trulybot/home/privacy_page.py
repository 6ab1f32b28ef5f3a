"""The page on which the owner says how long things are kept. What would go at once is said before it is saved."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from trulybot.home.fields import Field, read_from, shown_whole_number, typed_from, typed_in, whole_number
from trulybot.keep.retention import ERASING, EVERYTHING, too_old
from trulybot.kit import jobs
from trulybot.kit.access import actor_of, open_to
from trulybot.kit.clock import now
from trulybot.kit.database import Database
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.texts import N_
from trulybot.preferences.current import Choices
from trulybot.preferences.models import Preferences

PATH = "/settings/privacy"
_DAYS = N_("Write a whole number of days from 1 to 3650, or leave it empty.")
FIELDS = tuple(
    Field(name, _DAYS, whole_number, shown_whole_number) for name in ("keep_conversations", "keep_leads", "keep_events")
)


@get(PATH, opt=open_to("viewer"), include_in_schema=False)
async def shown(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    choices: NamedDependency[Choices],
    saved: FromQuery[bool] = False,
) -> Response[str]:
    return _page(request, pages, typed_from(await choices.now(), FIELDS), is_saved=saved)


@post(PATH, opt=open_to("admin"), include_in_schema=False)
async def save(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    choices: NamedDependency[Choices],
    db: NamedDependency[Database],
) -> Response[Any]:
    """Saved at once where nothing is erased by it, else when just these days were agreed to."""
    form = await request.form()
    typed = typed_in(form, FIELDS)
    changes, errors = read_from(typed, FIELDS)
    if errors:
        return _page(request, pages, typed, 422, errors=errors)
    gone = await db.read(too_old, msgspec.convert(changes, Preferences), now())
    if any(gone) and form.get("agreed") != (asked := ",".join(typed.values())):
        return _page(request, pages, typed, gone=gone, asked=asked)
    await choices.change(changes, actor_of(request))
    await db.write(_erase_soon)
    return Redirect(f"{PATH}?saved=true", status_code=303)


def privacy_handlers() -> list[BaseRouteHandler]:
    return [shown, save]


def _erase_soon(connection: Connection) -> None:
    jobs.enqueue(connection, ERASING, EVERYTHING)


def _page(request: AnyRequest, pages: Pages, typed: dict[str, str], status: int = 200, **said: Any) -> Response[str]:
    return pages.render(
        "trulybot/preferences/privacy.html",
        request,
        status,
        **{"errors": {}, "is_saved": False, "gone": None, "asked": "", **said},
        values=typed,
    )
