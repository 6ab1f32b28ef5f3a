"""The page on which the owner sets the bot's texts and how sure it must be."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from trulybot.kit.access import open_to
from trulybot.kit.errors import Invalid
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.knowledge.confidence import ANSWERABLE
from trulybot.preferences.current import Choices
from trulybot.preferences.models import Preferences

TEXTS = ("bot_name", "welcome", "refusal", "contact")


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
    try:
        await choices.change(_changes(typed))
    except Invalid as refusal:
        field = refusal.data.get("field", "bot_name")
        return _page(request, pages, typed, {field: refusal.sentence}, None)
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
        measured_threshold=ANSWERABLE,
    )


def _typed_from(chosen: Preferences) -> dict[str, str]:
    texts = {name: getattr(chosen, name) for name in TEXTS}
    threshold = "" if chosen.threshold is None else f"{chosen.threshold:g}"
    return {**texts, "suggestions": "\n".join(chosen.suggestions), "threshold": threshold}


def _changes(typed: dict[str, str]) -> dict[str, object]:
    suggestions = [line.strip() for line in typed["suggestions"].splitlines() if line.strip()]
    return {**typed, "suggestions": suggestions, "threshold": _number(typed["threshold"])}


def _number(typed: str) -> float | None:
    try:
        return float(typed) if typed else None
    except ValueError:
        raise Invalid("Write a number from 0 to 1, or leave it empty.", field="threshold") from None
