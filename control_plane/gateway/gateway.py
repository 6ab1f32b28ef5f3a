"""Everything the gateway is made of, wired in one place."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from control_plane.gateway.chat import Chatting
from control_plane.gateway.door import Door
from control_plane.gateway.mailing import Mailing
from control_plane.gateway.noting import Noting
from control_plane.gateway.telling import Sleep
from control_plane.gateway.upstream import Upstream
from control_plane.gateway.web import SharedWeb
from control_plane.settings import Settings
from trulybot.kit.child import Child
from trulybot.kit.database import Database
from trulybot.kit.limits import Limits
from trulybot.kit.net.addresses import Reach
from trulybot.llm.local import LocalEmbedder, embedding_child


def _unknown(_: str) -> None:
    return None


@dataclass
class Gateway:
    """`sleep` stops a workspace that says it is idle; `uid_of` gives the user it runs as, where the runtime knows."""

    settings: Settings
    db: Database
    sleep: Sleep
    mailing: Mailing
    uid_of: Callable[[str], int | None] = _unknown
    reach: Reach = Reach()

    async def close(self) -> None:
        """Before the database is closed."""
        await self.chatting.close()
        await self.noting.close()
        await self.child.close()
        await self.web.close()

    @cached_property
    def limits(self) -> Limits:
        return Limits()

    @cached_property
    def door(self) -> Door:
        return Door(self.db, self.limits, self.uid_of)

    @cached_property
    def noting(self) -> Noting:
        return Noting(self.db)

    @cached_property
    def embedder(self) -> LocalEmbedder:
        return LocalEmbedder(self.child)

    @cached_property
    def chatting(self) -> Chatting:
        return Chatting(Upstream(self.settings), self.limits, self.noting)

    @cached_property
    def web(self) -> SharedWeb:
        return SharedWeb(self.settings.control / "fetched", self.reach)

    @cached_property
    def child(self) -> Child:
        return embedding_child()
