"""Litestar inside our rim, and without its pydantic plugins: they would cost a third of the start."""

from typing import Any

from litestar import Litestar
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin

from trulybot.kit.rim import Rim


class Application(Litestar):
    """Set `rim` before the first request."""

    rim: Rim

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.rim(scope, receive, send, self.within_rim)

    async def within_rim(self, scope: Any, receive: Any, send: Any) -> None:
        await super().__call__(scope, receive, send)

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]
