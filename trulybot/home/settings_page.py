"""The owner's choices as pages, one for each group of them: a form, saved whole, with faults beside their fields."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery
from litestar.response import Redirect

from trulybot.home.fields import Field, lines, number, read_from, shown_lines, shown_number, typed_from, typed_in
from trulybot.home.hours_page import hours_handlers
from trulybot.home.identify_settings import renew, secret_for
from trulybot.home.model_page import model_handlers
from trulybot.home.privacy_page import privacy_handlers
from trulybot.kit.access import actor_of, open_to
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.kit.texts import N_
from trulybot.knowledge.confidence import ANSWERABLE
from trulybot.preferences.current import Choices


@dataclass(frozen=True)
class Sheet:
    """One of the pages; `more` is what its template needs beside the choices."""

    path: str
    template: str
    fields: tuple[Field, ...]
    more: Callable[[], Mapping[str, object]] = dict


GENERAL = Sheet(
    "/settings",
    "general.html",
    (
        Field("bot_name", N_("Give the bot a name of at most 120 characters.")),
        Field("welcome", N_("Write at most 2,000 characters.")),
        Field("suggestions", N_("Write at most six questions, each of at most 120 characters."), lines, shown_lines),
        Field("contact", N_("Write at most 2,000 characters.")),
    ),
)
ANSWERS = Sheet(
    "/settings/answers",
    "answers.html",
    (
        Field("refusal", N_("Write what the bot says then, in at most 2,000 characters.")),
        Field("threshold", N_("Write a number from 0 to 1, or leave it empty."), number, shown_number),
        Field("tone", N_("Choose one of these.")),
        Field("instructions", N_("Write at most 2,000 characters.")),
    ),
    lambda: {"answerable": ANSWERABLE},
)


def settings_page() -> Routes:
    handlers = [
        *_handlers(GENERAL),
        *_handlers(ANSWERS),
        *model_handlers(),
        *hours_handlers(),
        *privacy_handlers(),
        renew,
    ]
    return Routes(*handlers, dependencies={"secret": Provide(secret_for)})


def _handlers(sheet: Sheet) -> list[BaseRouteHandler]:
    @get(sheet.path, opt=open_to("viewer"), include_in_schema=False)
    async def shown(
        request: AnyRequest,
        pages: NamedDependency[Pages],
        choices: NamedDependency[Choices],
        secret: NamedDependency[str | None],
        saved: FromQuery[bool] = False,
    ) -> Response[str]:
        typed = typed_from(await choices.now(), sheet.fields)
        return _page(request, pages, sheet, typed, secret, is_saved=saved)

    @post(sheet.path, opt=open_to("admin"), include_in_schema=False)
    async def save(
        request: AnyRequest,
        pages: NamedDependency[Pages],
        choices: NamedDependency[Choices],
        secret: NamedDependency[str | None],
    ) -> Response[Any]:
        typed = typed_in(await request.form(), sheet.fields)
        changes, errors = read_from(typed, sheet.fields)
        if errors:
            return _page(request, pages, sheet, typed, secret, 422, errors=errors)
        await choices.change(changes, actor_of(request))
        return Redirect(f"{sheet.path}?saved=true", status_code=303)

    return [shown, save]


def _page(
    request: AnyRequest,
    pages: Pages,
    sheet: Sheet,
    typed: dict[str, str],
    secret: str | None,
    status: int = 200,
    **said: Any,
) -> Response[str]:
    return pages.render(
        f"trulybot/preferences/{sheet.template}",
        request,
        status,
        **{"errors": {}, "is_saved": False, **said},
        **sheet.more(),
        values=typed,
        identify_secret=secret,
    )
