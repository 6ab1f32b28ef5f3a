"""The figures of a period in words and shapes: one tile for each figure, and two charts with their tables."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from trulybot.home.models import Figures, Period, Spent, change, percent
from trulybot.kit import charts, times
from trulybot.kit.charts import Bars
from trulybot.kit.texts import _, ngettext

MICRO = 1_000_000
EVERY = {7: 1, 30: 6, 90: 15}  # so many days one is named below a chart, in places of the same width


class Tile(NamedTuple):
    """`change` is in percent against the time before; `points` draw its days."""

    label: str
    value: str
    note: str
    before: str
    change: int | None
    points: str
    href: str


class Chart(NamedTuple):
    """`columns` are the rows of its table: what is said below a bar, and its numbers."""

    bars: Bars
    columns: Sequence[tuple[str, Sequence[int]]]
    labels: Sequence[str]


def tiles(figures: Figures) -> list[Tile]:
    now, before, spent = figures.total, figures.before, figures.spent_in_all

    def tile(label: str, name: str, href: str, note: str = "") -> Tile:
        count, was = getattr(now, name), getattr(before, name)
        points = charts.sparkline([getattr(day, name) for day in figures.days])
        return Tile(label, f"{count:,}", note, f"{was:,}", change(count, was), points, href)

    def share(part: int) -> str:
        return _("%(percent)s %% of questions") % {"percent": percent(part, now.questions)}

    def thumbs(part: int) -> str:
        return _("%(percent)s %% of thumbs") % {"percent": percent(part, now.liked + now.disliked)}

    asked = ngettext("%(num)s question", "%(num)s questions", now.questions) % {"num": f"{now.questions:,}"}
    leaving = percent(now.leads, now.conversations)
    return [
        tile(_("Conversations"), "conversations", "/inbox", asked),
        tile(_("Answered"), "answered", "/inbox", share(now.answered)),
        tile(_("Not answered"), "refused", "/inbox?show=unanswered", share(now.refused)),
        tile(_("Asked for a person"), "handed_over", "/inbox?show=wanted", share(now.handed_over)),
        tile(_("Leads"), "leads", "/leads", _("%(percent)s %% of conversations") % {"percent": leaving}),
        tile(_("Thumbs up"), "liked", "/inbox", thumbs(now.liked)),
        tile(_("Thumbs down"), "disliked", "/inbox?show=disliked", thumbs(now.disliked)),
        Tile(
            _("Cost of the model"),
            dollars(spent),
            ngettext("%(num)s token", "%(num)s tokens", spent.tokens) % {"num": f"{spent.tokens:,}"},
            dollars(figures.spent_before),
            change(spent.cost, figures.spent_before.cost),
            charts.sparkline([day.cost or day.tokens / MICRO for day in figures.spent]),
            "/settings/model",
        ),
    ]


def questions_by_day(figures: Figures, period: Period) -> Chart:
    numbers = [(day.answered, day.refused, day.handed_over) for day in figures.days]
    names = [times.day(span.begin) for span in period.days]
    labels = [times.day_of_year(span.begin) for span in period.days[:: EVERY[len(names)]]]
    return Chart(charts.stacked(numbers), list(zip(names, numbers, strict=True)), labels)


def questions_by_hour(figures: Figures) -> Chart:
    numbers = [(asked,) for asked in figures.hours]
    names = [f"{hour}:00" for hour in range(24)]
    return Chart(charts.stacked(numbers), list(zip(names, numbers, strict=True)), names[::6])


def busiest_hour(figures: Figures) -> int | None:
    most = max(figures.hours)
    return figures.hours.index(most) if most else None


def summary(figures: Figures) -> dict[str, Any]:
    now, before = figures.total, figures.before
    return {
        "questions": now.questions,
        "answered": now.answered,
        "share": now.answered_share,
        "share_before": before.answered_share if before.questions else None,
    }


def dollars(spent: Spent) -> str:
    """To the cent; a cost of less than one is not called nothing."""
    if 0 < spent.cost < MICRO // 100:
        return "< $0.01"
    return f"${spent.cost / MICRO:,.2f}"
