"""The first page of the staff: what needs doing now, how the bot does, and the first steps until it is live."""

from typing import Annotated, Any, NamedTuple

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, HeaderParameter
from litestar.response import Redirect, Stream
from sqlalchemy import Connection

from trulybot.chat import inbox_queries
from trulybot.chat.asking import Chat
from trulybot.chat.pages import WATCHING
from trulybot.chat.visitor_routes import event_stream
from trulybot.chat.watching import Watching
from trulybot.contract import LAST_EVENT_ID
from trulybot.home import examples, queries, showing
from trulybot.home.changes import changes
from trulybot.home.first_steps import Step, first_steps
from trulybot.home.models import PERIODS, Figures, Period
from trulybot.home.waiting import Waiting, waiting
from trulybot.kit import reader, times
from trulybot.kit.access import actor_of, open_to, principal_of
from trulybot.kit.clock import now
from trulybot.kit.database import Database
from trulybot.kit.events import Actor, record
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.kit.texts import N_
from trulybot.preferences.current import Choices

USUAL = 30  # days


class Seen(NamedTuple):
    """All that the page shows, in one snapshot; without `figures` nothing was ever asked."""

    steps: list[Step] | None
    waiting: Waiting
    figures: Figures | None
    are_examples: bool


@get("/", opt=open_to("visitor"), include_in_schema=False)
async def home(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    choices: NamedDependency[Choices],
    days: FromQuery[int] = USUAL,
) -> Response[Any]:
    """The front door: visitors are led to the chat."""
    if principal_of(request) is None:
        return Redirect("/chat")
    length = days if days in PERIODS else USUAL
    period = Period.ending(now(), length, times.zone(reader.current.get().time_zone))
    sites = (await choices.now()).sites
    version = db.version()
    seen = await db.read(_seen, period, sites, _staff_id(request))
    return pages.render(
        "trulybot/home/home.html",
        request,
        steps=seen.steps,
        waiting=seen.waiting,
        are_examples=seen.are_examples,
        version=version,
        length=length,
        periods=PERIODS,
        **(_shown(seen.figures, period) if seen.figures else {"summary": None}),
    )


@get("/live", opt=open_to("viewer", WATCHING), include_in_schema=False)
async def live(
    db: NamedDependency[Database],
    watching: NamedDependency[Watching],
    after: FromQuery[int] = 0,
    last_event_id: Annotated[int | None, HeaderParameter(name=LAST_EVENT_ID)] = None,
) -> Stream:
    """That something has changed since the page was made, or since the browser was last told."""
    since = after if last_event_id is None else last_event_id
    return event_stream(changes(db, watching.stopping, since))


@post("/first-steps/dismissal", opt=open_to("admin"), include_in_schema=False)
async def dismiss(request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(_dismiss, actor_of(request))
    return Redirect("/", status_code=303)


@post("/examples/deletion", opt=open_to("admin"), include_in_schema=False)
async def remove_examples(request: AnyRequest, chat: NamedDependency[Chat]) -> Redirect:
    await examples.remove(chat, actor_of(request))
    return Redirect("/", status_code=303)


def home_page() -> Routes:
    return Routes(home, live, dismiss, remove_examples)


def _dismiss(connection: Connection, actor: Actor) -> None:
    queries.dismiss_first_steps(connection)
    record(connection, actor, N_("Put the first steps away"))


def _staff_id(request: AnyRequest) -> int:
    """0 for a program, to which nothing is ever new."""
    principal = principal_of(request)
    return principal.id if principal and not principal.is_program else 0


def _seen(connection: Connection, period: Period, sites: tuple[str, ...], staff_id: int) -> Seen:
    figures = queries.figures(connection, period)
    has_figures = not figures.is_empty or inbox_queries.has_any(connection)
    return Seen(
        first_steps(connection, sites),
        waiting(connection, staff_id),
        figures if has_figures else None,
        queries.has_conversation_of(connection, examples.EXAMPLE),
    )


def _shown(figures: Figures, period: Period) -> dict[str, object]:
    return {
        "summary": showing.summary(figures),
        "tiles": showing.tiles(figures),
        "by_day": showing.questions_by_day(figures, period),
        "by_hour": showing.questions_by_hour(figures),
        "busiest": showing.busiest_hour(figures),
    }
