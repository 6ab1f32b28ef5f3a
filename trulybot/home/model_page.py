"""The page about the language model: which one it is, for the owner alone, and the choices about it."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from trulybot.chat.writer import Writer
from trulybot.home.fields import read_from, typed_from, typed_in
from trulybot.home.model_place import place_from, typed_place, typed_place_in
from trulybot.home.model_settings import MODEL_FIELDS, known
from trulybot.kit import events
from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict
from trulybot.kit.events import Actor
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.texts import N_, _
from trulybot.kit.words import without_secrets
from trulybot.llm.checking import Check, check
from trulybot.llm.provider import OPENAI
from trulybot.preferences import model_queries
from trulybot.preferences.current import Choices
from trulybot.preferences.model_choice import ModelChoice, in_force
from trulybot.preferences.routes import CHECKING

PATH = "/settings/model"


@get(PATH, opt=open_to("viewer"), include_in_schema=False)
async def shown(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    choices: NamedDependency[Choices],
    writer: NamedDependency[Writer],
    saved: FromQuery[str] = "",
) -> Response[str]:
    return _page(request, pages, writer, typed_from(await choices.now(), MODEL_FIELDS), saved=saved)


@post(PATH, opt=open_to("admin"), include_in_schema=False)
async def save(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    choices: NamedDependency[Choices],
    writer: NamedDependency[Writer],
) -> Response[Any]:
    typed = typed_in(await request.form(), MODEL_FIELDS)
    changes, errors = read_from(typed, MODEL_FIELDS)
    if errors:
        return _page(request, pages, writer, typed, status=422, errors=errors)
    await choices.change(changes, actor_of(request))
    return Redirect(f"{PATH}?saved=use#use", status_code=303)


@post(f"{PATH}/place", opt=open_to("owner"), include_in_schema=False)
async def choose(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    choices: NamedDependency[Choices],
    writer: NamedDependency[Writer],
    db: NamedDependency[Database],
) -> Response[Any]:
    """Another model, in force at once; or the operator's again."""
    _refuse_the_platforms(writer)
    place = typed_place_in(await request.form())
    choice, errors = place_from(place, writer.given, await db.read(model_queries.chosen))
    if errors:
        typed = typed_from(await choices.now(), MODEL_FIELDS)
        return _page(request, pages, writer, typed, place, 422, errors=errors)
    await db.write(_choose, choice, actor_of(request))
    return Redirect(f"{PATH}?saved=place", status_code=303)


@post(f"{PATH}/check", opt=open_to("owner", CHECKING), include_in_schema=False)
async def try_model(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    choices: NamedDependency[Choices],
    writer: NamedDependency[Writer],
    db: NamedDependency[Database],
) -> Response[str]:
    """The page again with what was typed, saved or not, and whether that model works."""
    _refuse_the_platforms(writer)
    place = typed_place_in(await request.form())
    chosen = await choices.now()
    typed = typed_from(chosen, MODEL_FIELDS)
    choice, errors = place_from(place, writer.given, await db.read(model_queries.chosen))
    tried = in_force(choice, writer.given)
    if errors or not tried.is_a_place:
        missing = {"model_url": _("Write an address or a key first.")}
        return _page(request, pages, writer, typed, place, 422, errors=errors or missing)
    checked = await _tried(writer, tried, is_moderated=chosen.moderation != "off")
    return _page(request, pages, writer, typed, place, checked=checked)


def model_handlers() -> list[BaseRouteHandler]:
    return [shown, save, choose, try_model]


def _refuse_the_platforms(writer: Writer) -> None:
    if writer.is_the_platforms:
        raise Conflict("The platform that hosts this workspace chooses its language model. Ask whoever runs it.")


async def _tried(writer: Writer, choice: ModelChoice, *, is_moderated: bool) -> Check:
    provider = writer.provider_at(choice)
    try:
        return await check(provider, writer.moderator_beside(provider) if is_moderated else None)
    finally:
        await provider.close()


def _choose(connection: Connection, choice: ModelChoice, actor: Actor) -> None:
    model_queries.choose(connection, choice)
    events.record(connection, actor, N_("Changed the language model"), choice.name)


def _page(
    request: AnyRequest,
    pages: Pages,
    writer: Writer,
    typed: dict[str, str],
    place: dict[str, str] | None = None,
    status: int = 200,
    **said: Any,
) -> Response[str]:
    writing = writer.now()
    chosen = writer.chosen
    return pages.render(
        "trulybot/preferences/model.html",
        request,
        status,
        **{"errors": {}, "saved": "", "checked": None, **said},
        values=typed | (place or typed_place(chosen or ModelChoice())),
        model=known(writing.model, writing.provider) if writing else None,
        has_key=bool(chosen and chosen.key),
        is_own=chosen is not None,
        is_the_platforms=writer.is_the_platforms,
        given=writer.given,
        given_address=without_secrets(writer.given.url or OPENAI) if writer.given.is_a_place else "",
    )
