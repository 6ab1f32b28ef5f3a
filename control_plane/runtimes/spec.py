"""What is to run for a workspace: values in, a value out."""

import hashlib

import msgspec

from control_plane.runtimes.folders import Folders
from control_plane.workspaces.models import Workspace
from trulybot import __version__


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
