"""The owner's choices for programs; the page is in the dashboard's pages."""

from typing import Any

from litestar import Router, get, patch
from litestar.di import NamedDependency
from litestar.params import JSONBody

from trulybot.kit.access import open_to
from trulybot.preferences.current import Choices
from trulybot.preferences.models import Preferences


@get("/api/settings", opt=open_to("staff"))
async def settings(choices: NamedDependency[Choices]) -> Preferences:
    return await choices.now()


@patch("/api/settings", opt=open_to("staff"))
async def change_settings(data: JSONBody[dict[str, Any]], choices: NamedDependency[Choices]) -> Preferences:
    """Change the choices that are sent; the others stay."""
    return await choices.change(data)


def choosing() -> Router:
    return Router("/", route_handlers=[settings, change_settings])
