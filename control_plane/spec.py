"""What is to run for a workspace, as the runtimes and the warden are told: no secret, and nothing free to choose."""

import hashlib
from typing import Annotated

import msgspec

from control_plane.plans import PLANS, Plan, PlanName
from trulybot import __version__

WorkspaceId = Annotated[str, msgspec.Meta(pattern=r"\Aw[0-9a-f]{16}\Z")]
Image = Annotated[str, msgspec.Meta(pattern=r"\A(sha256:[0-9a-f]{64})?\Z")]


class Spec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`image` is the digest of a container's; empty, it is the TrulyBot installed here."""

    workspace: WorkspaceId
    plan: PlanName
    image: Image = ""

    @property
    def limits(self) -> Plan:
        return PLANS[self.plan]

    @property
    def version(self) -> str:
        """Another one means that what runs has to be started anew."""
        return hashlib.sha256(msgspec.json.encode((self.limits, self.image or __version__))).hexdigest()[:12]
