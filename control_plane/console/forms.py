"""What programs send about their workspaces, and get. Times are in seconds since 1970."""

from typing import Annotated

import msgspec

from control_plane.accounts.forms import Email
from control_plane.accounts.models import Invitation, Invited, Member
from control_plane.plans import PlanName
from control_plane.workspaces.models import State
from trulybot.kit.ranks import Rank

Name = Annotated[str, msgspec.Meta(max_length=200)]
Slug = Annotated[str, msgspec.Meta(max_length=80)]


class NewWorkspace(msgspec.Struct, forbid_unknown_fields=True):
    """`slug` is the first part of its address: 3 to 40 letters a–z, digits and hyphens."""

    name: Name
    slug: Slug


class WorkspaceChanges(msgspec.Struct, forbid_unknown_fields=True):
    """Only what is sent changes. After another `slug` the old address leads nowhere."""

    name: Name | None = None
    slug: Slug | None = None


class Closing(msgspec.Struct, forbid_unknown_fields=True):
    """`slug` is the workspace’s own, so that none is closed by mistake."""

    slug: Slug


class ShownWorkspace(msgspec.Struct, kw_only=True):
    """`role` is what the caller is in it, `reason` why it is suspended, `erase_at` when a closed one is erased."""

    id: str
    name: str
    slug: str | None
    address: str
    plan: PlanName
    state: State
    role: Rank
    reason: str
    erase_at: int | None
    created_at: int


class WorkspaceList(msgspec.Struct):
    workspaces: list[ShownWorkspace]


class MemberList(msgspec.Struct):
    """The owner first."""

    members: list[Member]


class NewRole(msgspec.Struct, forbid_unknown_fields=True):
    role: Invited


class NewInvitation(msgspec.Struct, forbid_unknown_fields=True):
    email: Email
    role: Invited


class InvitationList(msgspec.Struct):
    """Those that still work."""

    invitations: list[Invitation]


class NewDomain(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(max_length=300)]


class ShownDomain(msgspec.Struct):
    """Before `verified_at`, `token` is to be put into the TXT record `record`, or on the page `page`."""

    name: str
    token: str
    record: str
    page: str
    added_at: int
    verified_at: int | None


class DomainList(msgspec.Struct):
    domains: list[ShownDomain]
