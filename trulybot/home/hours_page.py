"""The page of business hours: a time zone, seven days, and days off."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery
from litestar.response import Redirect

from trulybot.home.fields import lines
from trulybot.kit.access import actor_of, open_to
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.texts import N_, _
from trulybot.preferences.current import Choices
from trulybot.preferences.hours import Hours, Opening

PATH = "/settings/hours"
DAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip


@get(PATH, opt=open_to("viewer"), include_in_schema=False)
async def shown(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    choices: NamedDependency[Choices],
    saved: FromQuery[bool] = False,
) -> Response[str]:
    return _page(request, pages, _typed((await choices.now()).hours), is_saved=saved)


@post(PATH, opt=open_to("admin"), include_in_schema=False)
async def save(request: AnyRequest, pages: NamedDependency[Pages], choices: NamedDependency[Choices]) -> Response[Any]:
    typed = {name: str(value).strip() for name, value in (await request.form()).items()}
    hours, errors = _hours(typed)
    if errors:
        return _page(request, pages, typed, 422, errors=errors)
    await choices.change({"hours": hours}, actor_of(request))
    return Redirect(f"{PATH}?saved=true", status_code=303)


def hours_handlers() -> list[BaseRouteHandler]:
    return [shown, save]


def _typed(hours: Hours) -> dict[str, str]:
    typed = {"time_zone": hours.time_zone, "closed": "\n".join(hours.closed)}
    for number, opening in enumerate(hours.week):
        typed |= {
            f"opens_{number}": opening.opens if opening else "",
            f"closes_{number}": opening.closes if opening else "",
        }
    return typed


def _hours(typed: Mapping[str, str]) -> tuple[dict[str, object], dict[str, str]]:
    """The choice, and what is wrong by the name of its field."""
    errors = {}
    week: list[dict[str, str] | None] = []
    for number in range(len(DAYS)):
        opening = {"opens": typed.get(f"opens_{number}", ""), "closes": typed.get(f"closes_{number}", "")}
        week.append(opening if any(opening.values()) else None)
        if week[-1] and not _fits(opening, Opening):
            errors[f"opens_{number}"] = _("Write a time and a later one, such as 09:00 and 17:00; 24:00 is midnight.")
    closed = lines(typed.get("closed", ""))
    if not _fits({"closed": closed}, Hours):
        errors["closed"] = _("Write days such as 2026-12-25, one a line, 100 at most.")
    if typed.get("time_zone", "") not in available_timezones():
        errors["time_zone"] = _("Choose a time zone such as Europe/Berlin.")
    return {"time_zone": typed.get("time_zone", ""), "week": week, "closed": closed}, errors


def _fits(value: object, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _page(request: AnyRequest, pages: Pages, typed: Mapping[str, str], status: int = 200, **said: Any) -> Response[str]:
    return pages.render(
        "trulybot/preferences/hours.html",
        request,
        status,
        **{"errors": {}, "is_saved": False, **said},
        values=typed,
        days=[_(day) for day in DAYS],
        zones=sorted(available_timezones()),
    )
