"""The page of the workspace's settings: the bot's texts, API keys, who is signed in."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from trulybot.account import queries as account_queries
from trulybot.kit.access import Principal, open_to, principal_of
from trulybot.kit.database import Database
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
    db: NamedDependency[Database],
    choices: NamedDependency[Choices],
    saved: FromQuery[bool] = False,
) -> Response[str]:
    notice = "Saved." if saved else None
    return await _page(request, pages, db, _typed_from(await choices.now()), {}, notice)


@post("/settings", opt=open_to("staff"), include_in_schema=False)
async def save(
    request: AnyRequest, pages: NamedDependency[Pages], db: NamedDependency[Database], choices: NamedDependency[Choices]
) -> Response[Any]:
    form = await request.form()
    typed = {name: str(form.get(name, "")).strip() for name in (*TEXTS, "suggestions", "threshold")}
    try:
        await choices.change(_changes(typed))
    except Invalid as refusal:
        field = refusal.data.get("field", "bot_name")
        return await _page(request, pages, db, typed, {field: refusal.sentence}, None)
    return Redirect("/settings?saved=true", status_code=303)


def settings_page() -> Router:
    return Router("/", route_handlers=[shown, save])


async def _page(
    request: AnyRequest, pages: Pages, db: Database, typed: dict[str, str], errors: dict[str, str], notice: str | None
) -> Response[str]:
    return pages.render(
        "trulybot/preferences/settings.html",
        request,
        422 if errors else 200,
        values=typed,
        errors=errors,
        notice=notice,
        new_key=None,
        **await db.read(_beside, principal_of(request)),
    )


def _beside(connection: Connection, principal: Principal | None) -> dict[str, Any]:
    return {
        "measured_threshold": ANSWERABLE,
        "email": principal.name if principal else "",
        "api_keys": account_queries.api_keys(connection),
    }


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
