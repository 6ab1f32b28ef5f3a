"""An image on its way to the workspaces, and what became of each."""

from typing import Literal, NamedTuple

import msgspec

# `halted`: too many failed, and an operator has to say whether to go on.
RolloutState = Literal["running", "paused", "halted", "stopped", "done"]

# `refused`: it was not touched. `left`: it is not open, and is taken by a later rollout.
Result = Literal["upgraded", "refused", "rolled back", "left"]
FAILED: tuple[Result, ...] = ("refused", "rolled back")

MOST_FAILURES = 3


class Outcome(NamedTuple):
    """The reason is for the operator."""

    result: Result
    reason: str = ""


class Upgrade(msgspec.Struct, frozen=True, kw_only=True):
    """Of one workspace; `result` is None until it has ended."""

    workspace_id: str
    name: str
    slug: str | None
    result: Result | None
    reason: str
    began_at: int | None
    ended_at: int | None


class Rollout(msgspec.Struct, frozen=True, kw_only=True):
    """`total` are the workspaces it is for, `ended` those it is through with, `failed` those of them that failed."""

    id: int
    image: str
    state: RolloutState
    accepted: int
    began_at: int
    ended_at: int | None
    total: int
    ended: int
    upgraded: int
    failed: int
    under_way: int

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def has_failed_too_often(self) -> bool:
        return self.failed - self.accepted >= MOST_FAILURES
