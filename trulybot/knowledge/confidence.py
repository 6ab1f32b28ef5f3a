"""How sure a score makes us that a question can be answered. Set by `calibration`, read by `search`."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import median

from sqlalchemy import Connection

from trulybot.kit.clock import now

ANSWERABLE = 0.5  # the confidence at a workspace's own threshold
SURE = 0.95  # the confidence in the middle one of its own questions

# The threshold's place between the middle foreign question (0) and the middle own one (1). On sixteen corpora of 25 to
# 1,450 passages, 0.2 to 0.55 kept 95 % of real questions and refused 95 % of foreign ones. Words alone separate the
# two far less, and the own questions, made of the passages' words, flatter them.
PLACE_WITH_VECTORS = 0.4
PLACE_BY_WORDS = 0.05
SMALLEST_GAP = 0.05

BY_WORDS = "words"


@dataclass(frozen=True, slots=True)
class Calibration:
    """`kept` and `refused` are the shares of own and of foreign questions that fell on the right side."""

    threshold: float
    steepness: float
    kept: float
    refused: float

    def confidence(self, score: float) -> float:
        return 1 / (1 + exp(min(500.0, self.steepness * (self.threshold - score))))


# Until a workspace has calibrated itself: the middle of what others found.
FIRST_BY_WORDS = Calibration(threshold=0.12, steepness=9.0, kept=0.0, refused=0.0)
FIRST_WITH_VECTORS = Calibration(threshold=0.44, steepness=7.0, kept=0.0, refused=0.0)


def searched_by(model: str | None) -> str:
    return f"{BY_WORDS} and {model}" if model else BY_WORDS


def calibrated(own: Sequence[float], foreign: Sequence[float], *, by_words: bool) -> Calibration:
    """From the best scores of own and foreign questions. Medians, because a workspace may well be about some of what
    is foreign to most, and because some questions made of its own sentences make no sense."""
    low = median(foreign)
    gap = max(median(own) - low, SMALLEST_GAP)
    place = PLACE_BY_WORDS if by_words else PLACE_WITH_VECTORS
    threshold = low + place * gap
    return Calibration(
        threshold=threshold,
        steepness=log(SURE / (1 - SURE)) / (gap * (1 - place)),
        kept=sum(score >= threshold for score in own) / len(own),
        refused=sum(score < threshold for score in foreign) / len(foreign),
    )


def calibration_of(connection: Connection, searched_by: str) -> Calibration:
    row = connection.exec_driver_sql(
        "SELECT threshold, steepness, kept, refused FROM calibrations WHERE searched_by = ?", (searched_by,)
    ).one_or_none()
    if row:
        return Calibration(*row)
    return FIRST_BY_WORDS if searched_by == BY_WORDS else FIRST_WITH_VECTORS


def save(connection: Connection, searched_by: str, calibration: Calibration, passages: int) -> None:
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO calibrations (searched_by, passages, threshold, steepness, kept, refused, made_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            searched_by,
            passages,
            calibration.threshold,
            calibration.steepness,
            calibration.kept,
            calibration.refused,
            now(),
        ),
    )


def is_stale(connection: Connection, searched_by: str) -> bool:
    """The corpus has grown or shrunk by a fifth since, or was never calibrated."""
    row = connection.exec_driver_sql(
        "SELECT searchable.passages, calibrations.passages FROM searchable LEFT JOIN calibrations ON searched_by = ?",
        (searched_by,),
    ).one()
    passages, then = row
    return bool(passages) and (then is None or abs(passages - then) > then / 5)
