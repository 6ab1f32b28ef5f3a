"""What every benchmark shares: medians of runs that take turns, percentiles, and one table."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple, TypeVar

RUNS = 5

T = TypeVar("T")


@dataclass(frozen=True)
class Bar:
    """What a ratio (or, without a baseline, a value) must reach or not pass."""

    limit: float
    at_least: bool = False

    def holds(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"


@dataclass(frozen=True)
class Row:
    what: str
    ours: float
    baseline: float | None = None
    unit: str = ""
    bar: Bar | None = None

    @property
    def judged(self) -> float:
        """The ratio to the baseline; the value itself where there is none."""
        return self.ours if self.baseline is None else self.ours / self.baseline


class Finding(NamedTuple):
    """What is right or wrong instead of fast or slow; `found` is shown in its words."""

    what: str
    holds: bool
    found: object


def report(title: str, rows: Sequence[Row]) -> bool:
    """Print one table; whether every bar in it holds."""
    print(f"\n{title}\n")
    print(f"  {'':50}{'ours':>12}{'baseline':>12}  {'':8}{'ratio':>7}  bar")
    for row in rows:
        print(f"  {row.what:50}{_number(row.ours):>12}{_number(row.baseline):>12}  {row.unit:8}{_verdict(row)}")
    return all(row.bar is None or row.bar.holds(row.judged) for row in rows)


def judge(title: str, findings: Iterable[Finding]) -> bool:
    """Print each finding as it comes; whether all of them hold."""
    print(f"\n{title}\n")
    well = True
    for finding in findings:
        print(f"  {'ok' if finding.holds else 'MISSED':8}{finding.what:66}{finding.found}", flush=True)
        well = well and finding.holds
    return well


def take_turns(runs: int, *measures: Callable[[], T]) -> list[list[T]]:
    """Results of each measure; one run of each in turn, so that a noisy minute hurts them all alike."""
    rounds = [[measure() for measure in measures] for _ in range(runs)]
    return [list(results) for results in zip(*rounds, strict=True)]


def medians(results: Sequence[Sequence[float]]) -> list[float]:
    return [median(values) for values in results]


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0..1) of all values do not pass."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _verdict(row: Row) -> str:
    ratio = "–" if row.baseline is None else f"{row.judged:.2f}"
    if row.bar is None:
        return f"{ratio:>7}"
    return f"{ratio:>7}  {row.bar}  {'ok' if row.bar.holds(row.judged) else 'MISSED'}"
