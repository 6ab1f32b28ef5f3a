"""Vectors of passages in the database, scanned and compared by sqlite-vec. All SQL about them.

A scan looks at signs only, one bit a dimension; the best of it are compared exactly.
"""

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from sqlalchemy import Connection

from trulybot.kit.clock import now

FLOAT = 4  # bytes
LAST = 2**63 - 1  # no passage has a higher id

State = Literal["building", "serving"]


class UnusableVector(ValueError):
    """A vector that would poison every comparison: of another dimension, not a number, or zero."""


@dataclass(frozen=True, slots=True)
class VectorIndex:
    id: int
    model: str
    dimension: int
    state: State


@dataclass(frozen=True, slots=True)
class Unembedded:
    id: int
    title: str
    heading: str
    text: str


def index_in(connection: Connection, state: State) -> VectorIndex | None:
    row = connection.exec_driver_sql(
        "SELECT id, model, dimension, state FROM vector_indexes WHERE state = ?", (state,)
    ).one_or_none()
    return VectorIndex(*row) if row else None


def index_for(connection: Connection, model: str, dimension: int) -> VectorIndex:
    """The index for this model, begun if there is none. The first ever serves at once; a later one is built first."""
    serving, building = index_in(connection, "serving"), index_in(connection, "building")
    for index in (serving, building):
        if index and (index.model, index.dimension) == (model, dimension):
            return index
    connection.exec_driver_sql("DELETE FROM vector_indexes WHERE state = 'building'")
    state: State = "building" if serving else "serving"
    row = connection.exec_driver_sql(
        "INSERT INTO vector_indexes (model, dimension, state, created_at) VALUES (?, ?, ?, ?) RETURNING id",
        (model, dimension, state, now()),
    ).one()
    return VectorIndex(row[0], model, dimension, state)


def serve(connection: Connection, index: VectorIndex) -> None:
    """From now on searches use this index; the one before is gone."""
    connection.exec_driver_sql("DELETE FROM vector_indexes WHERE id != ?", (index.id,))
    connection.exec_driver_sql("UPDATE vector_indexes SET state = 'serving' WHERE id = ?", (index.id,))


def unembedded(
    connection: Connection, index: VectorIndex, most: int, after: int = 0, last: int = LAST
) -> list[Unembedded]:
    """Passages with an id above `after`, up to `last`, that can be found by word and have no vector yet."""
    rows = connection.exec_driver_sql(
        "SELECT id, title, heading, text FROM searchable_passages WHERE id > ? AND id <= ? "
        "AND NOT EXISTS (SELECT 1 FROM vector_signs WHERE passage_id = id AND index_id = ?) ORDER BY id LIMIT ?",
        (after, last, index.id, most),
    )
    return [Unembedded(*row) for row in rows]


def add(connection: Connection, index: VectorIndex, vectors: Iterable[tuple[int, bytes]]) -> None:
    """Store (passage id, little-endian float32) pairs; a passage that is gone by now is passed over.

    Raises UnusableVector, for sqlite-vec would store anything.
    """
    rows = [(passage, index.id, assert_usable(vector, index.dimension)) for passage, vector in vectors]
    for table, column, value in (("vectors", "vector", "?3"), ("vector_signs", "signs", "vec_quantize_binary(?3)")):
        connection.exec_driver_sql(
            f"INSERT OR REPLACE INTO {table} (passage_id, index_id, {column}) "
            f"SELECT id, ?2, {value} FROM searchable_passages WHERE id = ?1",
            rows,
        )


def assert_usable(vector: bytes, dimension: int) -> bytes:
    numbers = array("f")
    if len(vector) == FLOAT * dimension:
        numbers.frombytes(vector)
    if not all(map(isfinite, numbers)) or not any(numbers):
        raise UnusableVector(f"A vector of {len(vector)} bytes is not one of {dimension} finite numbers.")
    return vector


def but_of_deleted(connection: Connection, passage: str) -> str:
    """A condition that leaves out passages of sources that are deleted, but can be brought back: they must not take the
    places of others. While there is none it is empty, for it costs a quarter of a scan."""
    if connection.exec_driver_sql("SELECT 1 FROM sources WHERE deleted_at IS NOT NULL LIMIT 1").one_or_none() is None:
        return ""
    deleted = "SELECT passages.id FROM sources JOIN passages ON source_id = sources.id WHERE deleted_at IS NOT NULL"
    return f"AND {passage} NOT IN ({deleted}) "


def nearest(connection: Connection, index: VectorIndex, vector: bytes, most: int) -> list[int]:
    """Passages whose signs differ least, in that order: a coarse choice, to be compared by `cosines`."""
    there = but_of_deleted(connection, "passage_id")
    rows = connection.exec_driver_sql(
        f"SELECT passage_id FROM vector_signs, (SELECT vec_quantize_binary(?) AS asked) WHERE index_id = ? {there}"
        "ORDER BY vec_distance_hamming(vec_bit(signs), vec_bit(asked)) LIMIT ?",
        (vector, index.id, most),
    )
    return [row[0] for row in rows.all()]


def cosines(connection: Connection, index: VectorIndex, vector: bytes, passages: Sequence[int]) -> dict[int, float]:
    """The exact cosine of each passage that has a vector."""
    rows = connection.exec_driver_sql(
        "SELECT passage_id, 1 - vec_distance_cosine(vector, ?) FROM vectors "
        "WHERE passage_id IN (SELECT value FROM json_each(?)) AND index_id = ?",
        (vector, json.dumps(passages), index.id),
    )
    return {passage: cosine for passage, cosine in rows.all()}
