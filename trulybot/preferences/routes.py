"""The owner's choices for programs; the page is in the dashboard's pages."""

from typing import Any

from litestar import Request, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.errors import Conflict
from trulybot.kit.limits import Limit
from trulybot.kit.routes import Routes
from trulybot.llm.checking import Check, check
from trulybot.llm.moderation import Moderator
from trulybot.llm.speech import Source
from trulybot.preferences.current import Choices
from trulybot.preferences.models import Preferences

CHECKING = Limit("checking the model", times=10, seconds=60)


@get("/api/settings", opt=open_to("viewer"))
async def settings(choices: NamedDependency[Choices]) -> Preferences:
    return await choices.now()


@patch("/api/settings", opt=open_to("admin"))
async def change_settings(
    data: JSONBody[dict[str, Any]], request: Request[Any, Any, Any], choices: NamedDependency[Choices]
) -> Preferences:
    """Change the choices that are sent; the others stay."""
    return await choices.change(data, actor_of(request))


@post("/api/settings/model-check", opt=open_to("admin", CHECKING), status_code=200)
async def check_model(
    provider: NamedDependency[Source | None],
    moderator: NamedDependency[Moderator | None],
    choices: NamedDependency[Choices],
) -> Check:
    """Ask the language model for one word and, where moderation is switched on, whether that works."""
    if provider is None:
        raise Conflict(
            "No language model is configured. Set TRULYBOT_MODEL_URL or TRULYBOT_MODEL_KEY, and start again."
        )
    is_moderated = (await choices.now()).moderation != "off"
    return await check(provider, moderator if is_moderated else None)


def choosing() -> Routes:
    return Routes(settings, change_settings, check_model)
