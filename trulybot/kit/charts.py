"""The shapes of charts, in the units of an SVG that stretches to its place; templates draw them. Bars begin at zero."""

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import NamedTuple

WIDTH, HEIGHT = 100.0, 24.0  # of a sparkline, whose line stays inside by its own thickness
INSIDE = 2.0
GAP = 0.22  # of a bar's place


class Bar(NamedTuple):
    """A piece of a bar; `series` is which of its numbers it stands for. 0 is left or top, 100 right or below."""

    series: int
    x: float
    y: float
    width: float
    height: float


class Bars(NamedTuple):
    top: int  # the number at the upper end
    bars: tuple[Bar, ...]


def sparkline(numbers: Sequence[float]) -> str:
    """The points of a polyline, from zero at the bottom to the largest number at the top."""
    most = max(numbers, default=0) or 1
    across = WIDTH / max(1, len(numbers) - 1)
    high = HEIGHT - 2 * INSIDE
    return " ".join(f"{place * across:.1f},{HEIGHT - INSIDE - high * n / most:.1f}" for place, n in enumerate(numbers))


def stacked(columns: Sequence[Sequence[int]]) -> Bars:
    """One bar for each column, its numbers on top of each other, the first at the bottom."""
    top = round_above(max((sum(column) for column in columns), default=0))
    place = 100 / max(1, len(columns))
    bars = []
    for number, column in enumerate(columns):
        height = 0.0
        for series, value in enumerate(column):
            tall = 100 * value / top
            height += tall
            if value:
                left = (number + GAP / 2) * place
                bars.append(Bar(series, _cut(left), _cut(100 - height), _cut(place * (1 - GAP)), _cut(tall)))
    return Bars(top, tuple(bars))


def round_above(number: int) -> int:
    """The next even 1, 2, 4, 6, 8 or 10 times a power of ten, so that half of it is a whole number too; at least 2."""
    if number <= 2:
        return 2
    power: int = 10 ** floor(log10(number))
    steps = (1, 2, 4, 6, 8, 10) if power > 1 else (2, 4, 6, 8, 10)
    return next(step * power for step in steps if step >= ceil(number * 1000 / power) / 1000)


def _cut(number: float) -> float:
    return round(number, 2)
