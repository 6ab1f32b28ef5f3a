"""Which leads a page shows: as it stands in the address, so that it can be kept and sent. Pure but for the clock."""

from typing import get_args
from urllib.parse import urlencode

import msgspec

from trulybot.kit.clock import DAY, now
from trulybot.leads.models import Reach, Sought, Status

REACHES: tuple[Reach, ...] = get_args(Reach)
DAYS = (1, 7, 30, 90)


class Filter(msgspec.Struct, frozen=True):
    """`q` is sought in all they left; `has` is how they can be reached; `days` is since when they left something."""

    status: Status | None = None
    q: str = ""
    has: Reach | None = None
    days: int | None = None

    @property
    def sought(self) -> Sought:
        return Sought(
            status=self.status,
            words=self.q.strip() or None,
            has=(self.has,) if self.has else (),
            since=now() - self.days * DAY if self.days else None,
        )

    @property
    def narrows(self) -> bool:
        return self != Filter()

    def query(self, **more: object) -> str:
        """What stands behind the path, with the question mark."""
        own = {"status": self.status, "q": self.q.strip(), "has": self.has, "days": self.days}
        given = {name: value for name, value in {**own, **more}.items() if value}
        return f"?{urlencode(given)}" if given else ""

    def page(self, **more: object) -> str:
        return f"/leads{self.query(**more)}"

    def export(self) -> str:
        sought = self.sought
        own = {"status": self.status, "q": sought.words, "has": self.has, "since": sought.since}
        given = {name: value for name, value in own.items() if value}
        return "/api/leads/export" + (f"?{urlencode(given)}" if given else "")


def filter_from(typed: dict[str, str]) -> Filter:
    """As a form of the list carries it along; what no link of ours says is left out."""
    chosen = {name: typed[f"shown_{name}"] for name in ("status", "has", "days") if typed.get(f"shown_{name}")}
    try:
        return msgspec.convert({**chosen, "q": typed.get("q", "")[:200]}, Filter, strict=False)
    except msgspec.ValidationError:
        return Filter()
