"""One workspace as a page: what is known of it, and what somebody of this role may change."""

from dataclasses import dataclass
from typing import Any

from litestar import Response

from control_plane.accounts import members
from control_plane.console.showing import address_of, shown
from control_plane.folders import Folders
from control_plane.runtimes.dialling import answers
from control_plane.settings import Settings
from control_plane.workspaces import queries, seeing
from control_plane.workspaces.models import Workspace
from control_plane.workspaces.proving import PAGE, RECORD
from control_plane.workspaces.seeing import Mine
from trulybot.kit.access import person_of
from trulybot.kit.database import Database
from trulybot.kit.errors import Refusal
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.ranks import Rank
from trulybot.kit.texts import N_, _

ROLES = (("viewer", N_("Viewer")), ("agent", N_("Agent")), ("admin", N_("Admin")), ("owner", N_("Owner")))


@dataclass(frozen=True)
class Console:
    db: Database
    pages: Pages
    folders: Folders
    settings: Settings

    async def mine(self, request: AnyRequest, workspace_id: str, rank: Rank = "viewer") -> Mine:
        """Raises NoWorkspace and Forbidden."""
        return await self.db.read(seeing.mine, person_of(request).id, workspace_id, rank)

    async def address(self, workspace: Workspace) -> str:
        domains = await self.db.read(queries.domains, workspace.id)
        own_names = [domain.name for domain in domains if domain.verified_at is not None]
        return address_of(workspace, own_names, self.settings)

    async def is_up(self, workspace: Workspace) -> bool:
        return workspace.should_run and await answers(self.folders.socket(workspace.id), seconds=0.5)

    async def page(self, request: AnyRequest, mine: Mine, status: int = 200, /, **said: Any) -> Response[str]:
        workspace = mine.workspace
        context = {
            "mine": mine,
            "person": person_of(request),
            "shown": shown(workspace, is_up=await self.is_up(workspace)),
            "address": await self.address(workspace),
            "workspace_domain": self.settings.workspace_domain,
            "members": await self.db.read(members.members_of, workspace.id),
            "invitations": await self.db.read(members.invitations_to, workspace.id),
            "domains": await self.db.read(queries.domains, workspace.id),
            "roles": [(role, _(name)) for role, name in ROLES],
            "record": RECORD,
            "proof_page": PAGE,
            "errors": {},
            "notice": None,
            **said,
        }
        values = {"name": workspace.name, "slug": workspace.slug, **context.pop("typed", {})}
        return self.pages.render("control_plane/console/workspace.html", request, status, **context, values=values)

    async def refused(
        self, request: AnyRequest, mine: Mine, refusal: Refusal, field: str, typed: dict[str, str]
    ) -> Response[str]:
        """The page again, with the sentence beside the field."""
        return await self.page(request, mine, refusal.status, errors={field: refusal.sentence}, typed=typed)
