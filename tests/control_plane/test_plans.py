import re
from pathlib import Path

from control_plane.plans import MEBIBYTE, PLANS, Plan

DOCS = (Path(__file__).parents[2] / "docs/containers.md").read_text()


def test_the_table_of_plans_says_what_they_are() -> None:
    for plan in PLANS.values():
        (row,) = re.findall(rf"^\| {plan.name} \|.*$", DOCS, re.MULTILINE)
        assert row == f"| {' | '.join(_cells(plan))} |"


def _cells(plan: Plan) -> list[str]:
    memory, documents, disk = (
        f"{size // MEBIBYTE:,} MiB" for size in (plan.memory_bytes, plan.max_total_bytes, plan.disk_bytes)
    )
    return [plan.name, memory, f"{plan.cpus:g}", str(plan.max_processes), f"{plan.open_files:,}", documents, disk]
