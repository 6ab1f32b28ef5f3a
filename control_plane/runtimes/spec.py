"""What is to run for a workspace, and what it is told: values in, values out."""

from collections.abc import Sequence

from control_plane.settings import Settings
from control_plane.spec import Spec
from control_plane.workspaces.models import Workspace
from trulybot.contract import Given


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
        name=workspace.name,
        model=settings.model_name if settings.has_model else "",
    )
