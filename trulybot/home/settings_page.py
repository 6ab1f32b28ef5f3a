"""The page on which the owner sets the bot's texts and how sure it must be."""

from typing import Any

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from trulybot.kit.access import open_to
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.knowledge.confidence import ANSWERABLE
from trulybot.preferences.current import Choices
from trulybot.preferences.models import Preferences

TEXTS = ("bot_name", "welcome", "refusal", "contact")
KINDS = {field.name: field.type for field in msgspec.structs.fields(Preferences)}
ADVICE = {
    "bot_name": "Give the bot a name of at most 120 characters.",
    "welcome": "Write at most 2,000 characters.",
    "refusal": "Write what the bot says then, in at most 2,000 characters.",
    "contact": "Write at most 2,000 characters.",
    "suggestions": "Write at most six questions, each of at most 120 characters.",
    "threshold": "Write a number from 0 to 1, or leave it empty.",
}


@get("/settings", opt=open_to("staff"), include_in_schema=False)
async def shown(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    choices: NamedDependency[Choices],
    saved: FromQuery[bool] = False,
) -> Response[str]:
    notice = "Saved." if saved else None
    return _page(request, pages, _typed_from(await choices.now()), {}, notice)


@post("/settings", opt=open_to("staff"), include_in_schema=False)
async def save(request: AnyRequest, pages: NamedDependency[Pages], choices: NamedDependency[Choices]) -> Response[Any]:
    form = await request.form()
    typed = {name: str(form.get(name, "")).strip() for name in (*TEXTS, "suggestions", "threshold")}
    changes = _changes(typed)
    if errors := {name: advice for name, advice in ADVICE.items() if not _fits(changes[name], KINDS[name])}:
        return _page(request, pages, typed, errors, None)
    await choices.change(changes)
    return Redirect("/settings?saved=true", status_code=303)


def settings_page() -> Router:
    return Router("/", route_handlers=[shown, save])


def _page(
    request: AnyRequest, pages: Pages, typed: dict[str, str], errors: dict[str, str], notice: str | None
) -> Response[str]:
    return pages.render(
        "trulybot/preferences/settings.html",
        request,
        422 if errors else 200,
        values=typed,
        errors=errors,
        notice=notice,
        answerable=ANSWERABLE,
    )


def _typed_from(chosen: Preferences) -> dict[str, str]:
    texts = {name: getattr(chosen, name) for name in TEXTS}
    threshold = "" if chosen.threshold is None else f"{chosen.threshold:g}"
    return {**texts, "suggestions": "\n".join(chosen.suggestions), "threshold": threshold}


def _changes(typed: dict[str, str]) -> dict[str, object]:
    suggestions = [line.strip() for line in typed["suggestions"].splitlines() if line.strip()]
    return {**typed, "suggestions": suggestions, "threshold": _number(typed["threshold"])}


def _number(typed: str) -> float | str | None:
    """What is no number stays as it was typed, and will not fit."""
    try:
        return float(typed) if typed else None
    except ValueError:
        return typed


def _fits(value: object, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True
