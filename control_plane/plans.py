"""What a workspace of each plan may use. Pure values; what plans cost is billing's."""

from typing import Literal, get_args

import msgspec

from trulybot.kit.clock import MINUTE

MEBIBYTE = 1024 * 1024

PlanName = Literal["free", "team", "business"]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """`memory_bytes` is what a workspace's container may take, or each of its processes where it has none.

    `cpus` is in processors' time, `max_processes` counts threads too.
    """

    name: PlanName
    memory_bytes: int
    cpus: float
    max_processes: int
    open_files: int
    idle_seconds: int
    max_file_bytes: int
    max_total_bytes: int
    max_passages: int

    @property
    def disk_bytes(self) -> int:
        """What it takes on disk at most, if all is well: its documents, and as much again for what is made of them."""
        return 2 * self.max_total_bytes

    @property
    def environment(self) -> dict[str, str]:
        """What a workspace is told of its own limits: settings by name, without their prefix."""
        return {
            "MAX_FILE_BYTES": str(self.max_file_bytes),
            "MAX_TOTAL_BYTES": str(self.max_total_bytes),
            "MAX_PASSAGES": str(self.max_passages),
        }


PLANS: dict[PlanName, Plan] = {
    plan.name: plan
    for plan in (
        Plan(
            name="free",
            memory_bytes=512 * MEBIBYTE,
            cpus=1.0,
            max_processes=128,
            open_files=1024,
            idle_seconds=10 * MINUTE,
            max_file_bytes=32 * MEBIBYTE,
            max_total_bytes=256 * MEBIBYTE,
            max_passages=20_000,
        ),
        Plan(
            name="team",
            memory_bytes=768 * MEBIBYTE,
            cpus=1.5,
            max_processes=192,
            open_files=1024,
            idle_seconds=30 * MINUTE,
            max_file_bytes=128 * MEBIBYTE,
            max_total_bytes=1024 * MEBIBYTE,
            max_passages=200_000,
        ),
        Plan(
            name="business",
            memory_bytes=1024 * MEBIBYTE,
            cpus=2.0,
            max_processes=256,
            open_files=2048,
            idle_seconds=60 * MINUTE,
            max_file_bytes=256 * MEBIBYTE,
            max_total_bytes=4096 * MEBIBYTE,
            max_passages=1_000_000,
        ),
    )
}
assert set(PLANS) == set(get_args(PlanName))
