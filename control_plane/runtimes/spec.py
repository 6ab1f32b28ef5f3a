"""What is to run for a workspace, and what it is told: values in, values out."""

import hashlib
from collections.abc import Sequence

import msgspec

from control_plane.plans import PLANS, Plan, PlanName
from control_plane.settings import Settings
from control_plane.workspaces.models import Workspace
from trulybot import __version__
from trulybot.contract import Given


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """`image` is the digest of a container's; empty, it is the TrulyBot installed here. There is no secret in it."""

    workspace: str
    plan: PlanName
    image: str = ""

    @property
    def limits(self) -> Plan:
        return PLANS[self.plan]

    @property
    def version(self) -> str:
        """Another one means that what runs has to be started anew."""
        return hashlib.sha256(msgspec.json.encode((self.limits, self.image or __version__))).hexdigest()[:12]


def spec_of(workspace: Workspace) -> Spec:
    return Spec(workspace=workspace.id, plan=workspace.plan, image=workspace.image or "")


def given_of(workspace: Workspace, own_names: Sequence[str], settings: Settings, signer: str) -> Given:
    """People find it under its own name, if it has one, else under its slug."""
    hosts = (*sorted(own_names), settings.host_of(workspace.slug or workspace.id))
    return Given(
        workspace=workspace.id,
        address=settings.address_of(hosts[0]),
        hosts=hosts,
        console=settings.console,
        signers=(signer,),
        idle_seconds=workspace.limits.idle_seconds,
        model=settings.model_name if settings.has_model else "",
    )
