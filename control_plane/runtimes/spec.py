"""What is to run for a workspace, and what it is told: values in, values out."""

import hashlib
from collections.abc import Sequence

import msgspec

from control_plane.runtimes.folders import Folders
from control_plane.settings import Settings
from control_plane.workspaces.models import Workspace
from trulybot import __version__
from trulybot.contract import Given


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """`environment` names settings without their prefix. There is no secret in it: those lie in given/ID."""

    workspace: str
    memory_bytes: int
    open_files: int
    environment: dict[str, str]

    @property
    def version(self) -> str:
        """Another one means that what runs has to be started anew."""
        return hashlib.sha256(msgspec.json.encode((__version__, self), order="sorted")).hexdigest()[:12]


def spec_of(workspace: Workspace, folders: Folders) -> Spec:
    plan = workspace.limits
    return Spec(
        workspace=workspace.id,
        memory_bytes=plan.memory_bytes,
        open_files=plan.open_files,
        environment={
            "GIVEN": str(folders.given(workspace.id)),
            "GATEWAY": str(folders.gateway_socket),
            "MAX_FILE_BYTES": str(plan.max_file_bytes),
            "MAX_TOTAL_BYTES": str(plan.max_total_bytes),
            "MAX_PASSAGES": str(plan.max_passages),
        },
    )


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
