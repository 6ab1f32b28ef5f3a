"""All SQL about guesses that failed."""

from typing import NamedTuple

from sqlalchemy import Connection, text

from trulybot.kit.clock import now


class Failed(NamedTuple):
    failures: int
    last_at: int


def failed(connection: Connection, about: bytes) -> Failed:
    sql = "SELECT failures, last_at FROM guesses WHERE about = :about"
    row = connection.execute(text(sql), {"about": about}).one_or_none()
    return Failed(*row) if row else Failed(0, 0)


def add(connection: Connection, about: bytes) -> None:
    sql = (
        "INSERT INTO guesses (about, failures, last_at) VALUES (:about, 1, :now) "
        "ON CONFLICT (about) DO UPDATE SET failures = failures + 1, last_at = :now"
    )
    connection.execute(text(sql), {"about": about, "now": now()})


def take_back(connection: Connection, about: bytes) -> None:
    sql = "UPDATE guesses SET failures = failures - 1 WHERE about = :about AND failures > 0"
    connection.execute(text(sql), {"about": about})


def forget(connection: Connection, about: bytes) -> None:
    connection.execute(text("DELETE FROM guesses WHERE about = :about"), {"about": about})


def forget_before(connection: Connection, before: int) -> None:
    connection.execute(text("DELETE FROM guesses WHERE last_at < :before"), {"before": before})
