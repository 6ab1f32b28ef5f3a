"""A workspace as it is wanted."""

from typing import Literal

import msgspec

from control_plane.plans import PLANS, Plan, PlanName

Wanted = Literal["open", "suspended", "closed", "erased"]
# What a person is told of it. `broken`: it did not start MOST_FAILURES times in a row.
State = Literal["awake", "asleep", "broken", "suspended", "closed", "erased"]

Upgrading = Literal["saving", "proving", "restoring"]

MOST_FAILURES = 5
MOST_TROUBLES = 1  # where the platform was at fault: it is never given up, and soon tried again


class Workspace(msgspec.Struct, frozen=True, kw_only=True):
    """`slug` is empty once it is erased."""

    id: str
    name: str
    slug: str | None
    plan: PlanName
    image: str | None  # the digest of its container's; none until it is first started, and where there is no choice
    image_before: str | None  # which an upgrade goes back to
    upgrading: Upgrading | None  # how far it has come
    wanted: Wanted
    reason: str
    is_awake: bool
    up_again_at: int | None
    failures: int
    tried_at: int | None
    active_at: int | None
    erase_at: int | None
    erased_at: int | None
    created_at: int

    @property
    def limits(self) -> Plan:
        return PLANS[self.plan]

    @property
    def is_broken(self) -> bool:
        return self.failures >= MOST_FAILURES

    @property
    def should_run(self) -> bool:
        return self.wanted == "open" and self.is_awake and not self.is_broken

    @property
    def state(self) -> State:
        if self.wanted != "open":
            return self.wanted
        if self.is_broken:
            return "broken"
        return "awake" if self.is_awake else "asleep"


class Domain(msgspec.Struct, frozen=True):
    name: str
    workspace_id: str
    token: str
    added_at: int
    verified_at: int | None
