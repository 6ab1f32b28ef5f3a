"""The page on which the owner makes their choices: the bot's texts, how sure it must be, and the language model."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery
from litestar.response import Redirect

from trulybot.chat.call import Model
from trulybot.home.fields import Field, lines, number, read_from, shown_lines, shown_number, typed_from, typed_in
from trulybot.home.identify_settings import renew, secret_for
from trulybot.home.model_settings import MODEL_FIELDS, KnownModel, known
from trulybot.kit.access import actor_of, open_to
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.knowledge.confidence import ANSWERABLE
from trulybot.llm.checking import check
from trulybot.llm.moderation import Moderator
from trulybot.llm.provider import Provider
from trulybot.preferences.current import Choices
from trulybot.preferences.routes import CHECKING
from trulybot.preferences.sites import sites_from

FIELDS = (
    Field("bot_name", "Give the bot a name of at most 120 characters."),
    Field("welcome", "Write at most 2,000 characters."),
    Field("refusal", "Write what the bot says then, in at most 2,000 characters."),
    Field("contact", "Write at most 2,000 characters."),
    Field("suggestions", "Write at most six questions, each of at most 120 characters.", lines, shown_lines),
    Field("sites", "Write at most 50 sites, one a line.", lines, shown_lines, sites_from),
    Field("threshold", "Write a number from 0 to 1, or leave it empty.", number, shown_number),
)


@get("/settings", opt=open_to("viewer"), include_in_schema=False)
async def shown(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    choices: NamedDependency[Choices],
    model: NamedDependency[Model | None],
    provider: NamedDependency[Provider | None],
    secret: NamedDependency[str | None],
    saved: FromQuery[bool] = False,
) -> Response[str]:
    typed = typed_from(await choices.now(), _fields(model))
    return _page(request, pages, typed, known(model, provider), secret, notice="Saved." if saved else None)


@post("/settings", opt=open_to("admin"), include_in_schema=False)
async def save(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    choices: NamedDependency[Choices],
    model: NamedDependency[Model | None],
    provider: NamedDependency[Provider | None],
    secret: NamedDependency[str | None],
) -> Response[Any]:
    typed = typed_in(await request.form(), _fields(model))
    changes, errors = read_from(typed, _fields(model))
    if errors:
        return _page(request, pages, typed, known(model, provider), secret, 422, errors=errors)
    await choices.change(changes, actor_of(request))
    return Redirect("/settings?saved=true", status_code=303)


@post("/settings/model-check", opt=open_to("admin", CHECKING), include_in_schema=False)
async def try_model(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    model: NamedDependency[Model | None],
    provider: NamedDependency[Provider | None],
    moderator: NamedDependency[Moderator | None],
    secret: NamedDependency[str | None],
) -> Response[str]:
    """The page again with what was typed, saved or not, and whether that model and moderation work."""
    typed = typed_in(await request.form(), _fields(model))
    if provider is None:
        return _page(request, pages, typed, None, secret, 409)
    checked = await check(provider, moderator if typed["moderation"] != "off" else None)
    return _page(request, pages, typed, known(model, provider), secret, checked=checked)


def settings_page() -> Router:
    return Router("/", route_handlers=[shown, save, try_model, renew], dependencies={"secret": Provide(secret_for)})


def _fields(model: Model | None) -> tuple[Field, ...]:
    """Choices about a model that is not there would do nothing, so they are neither shown nor changed."""
    return (*FIELDS, *MODEL_FIELDS) if model else FIELDS


def _page(
    request: AnyRequest,
    pages: Pages,
    typed: dict[str, str],
    model: KnownModel | None,
    secret: str | None,
    status: int = 200,
    **said: Any,
) -> Response[str]:
    return pages.render(
        "trulybot/preferences/settings.html",
        request,
        status,
        **{"errors": {}, "notice": None, "checked": None, **said},
        values=typed,
        identify_secret=secret,
        model=model,
        answerable=ANSWERABLE,
    )
