"""All SQL about answers that may be given again."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, text

from trulybot.chat.models import Answer, CacheKey, Citation
from trulybot.kit.clock import now

_SCOPE = "knowledge = :knowledge AND settings = :settings AND language = :language"


def knowledge_version(connection: Connection) -> int:
    version: int = connection.execute(text("SELECT version FROM knowledge_version")).scalar_one()
    return version


def found(connection: Connection, key: CacheKey, least_cosine: float) -> Answer | None:
    """The answer to the same words; else to the same gist, where the vectors are that near as well."""
    row = connection.execute(
        text(
            f"""
            SELECT answer, citations, passages FROM cached_answers WHERE {_SCOPE} AND (normal = :normal OR (
                gist = :gist AND model = :model AND length(vector) = length(:vector)
                AND 1 - vec_distance_cosine(vector, :vector) >= :least
            )) ORDER BY normal = :normal DESC, used_at DESC LIMIT 1
            """
        ),
        {**msgspec.structs.asdict(key), "least": least_cosine},
    ).one_or_none()
    if row is None:
        return None
    citations = msgspec.json.decode(row.citations, type=tuple[Citation, ...])
    return Answer("cached", row.answer, citations, {"passages": msgspec.json.decode(row.passages)})


def keep(connection: Connection, key: CacheKey, given: Answer, most: int) -> None:
    """Also forgets what another knowledge said, and what was used longest ago beyond `most`."""
    connection.execute(
        text(
            """
            INSERT OR REPLACE INTO cached_answers
                (knowledge, settings, language, normal, gist, model, vector, answer, citations, passages, used_at)
            VALUES (:knowledge, :settings, :language, :normal, :gist, :model, :vector, :answer, :citations, :passages,
                :now)
            """
        ),
        {
            **msgspec.structs.asdict(key),
            "answer": given.text,
            "citations": msgspec.json.encode(given.citations).decode(),
            "passages": msgspec.json.encode(given.record["passages"]).decode(),
            "now": now(),
        },
    )
    connection.execute(text("DELETE FROM cached_answers WHERE knowledge < :now"), {"now": key.knowledge})
    if connection.execute(text("SELECT count(*) FROM cached_answers")).scalar_one() > most:
        connection.execute(
            text(
                """
                DELETE FROM cached_answers WHERE id IN (
                    SELECT id FROM cached_answers ORDER BY used_at DESC, id DESC LIMIT -1 OFFSET :most
                )
                """
            ),
            {"most": most},
        )


def note_use(connection: Connection, answer: str) -> None:
    connection.execute(
        text("UPDATE cached_answers SET used_at = :now WHERE answer = :answer"), {"answer": answer, "now": now()}
    )


def forget(connection: Connection, answer: str) -> None:
    """Somebody was not helped by it."""
    connection.execute(text("DELETE FROM cached_answers WHERE answer = :answer"), {"answer": answer})


def forget_asked(connection: Connection, normals: Iterable[str]) -> None:
    """What was asked in these words, as cache keys have them."""
    for normal in normals:
        connection.execute(text("DELETE FROM cached_answers WHERE normal = :normal"), {"normal": normal})
