"""A workspace's database with passages in it, made without readers and jobs."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

import trulybot
from trulybot.kit.database import Database
from trulybot.kit.migrate import migrate
from trulybot.knowledge import vectors, vocabulary
from trulybot.knowledge.chunking import Passage, embedded_text
from trulybot.llm.embedding import Embedder

MIGRATIONS = Path(trulybot.__file__).with_name("migrations")

Document = tuple[str, Sequence[Passage]]  # its address and what it says


async def open_corpus(path: Path, documents: Sequence[Document], embedder: Embedder | None = None) -> Database:
    """All documents are one source's; passages are numbered from 1 in their order."""
    migrate(path, MIGRATIONS)
    database = Database(path)
    passages = [passage for _, its in documents for passage in its]
    await database.write(save_documents, documents)
    if embedder:
        texts = [embedded_text(passage.title, passage.heading, passage.text) for passage in passages]
        await database.write(save_vectors, embedder.model, await embedder.embed(texts))
    return database


def save_documents(connection: Connection, documents: Sequence[Document]) -> None:
    connection.exec_driver_sql(
        "INSERT INTO sources (id, kind, title, status, created_at) VALUES ('s_1', 'text', 'Corpus', 'ready', 0)"
    )
    passage_id = 0
    for page_id, (url, passages) in enumerate(documents, start=1):
        connection.exec_driver_sql("INSERT INTO pages (id, source_id, url) VALUES (?, 's_1', ?)", (page_id, url))
        for position, passage in enumerate(passages):
            passage_id += 1
            connection.exec_driver_sql(
                "INSERT INTO passages (id, source_id, page_id, position, title, heading, text, hash, reading) "
                "VALUES (?, 's_1', ?, ?, ?, ?, ?, ?, 1)",
                (
                    passage_id,
                    page_id,
                    position,
                    passage.title,
                    passage.heading,
                    passage.text,
                    str(passage_id).encode(),
                ),
            )
    vocabulary.learn(
        connection,
        (text for _, its in documents for passage in its for text in (passage.title, passage.heading, passage.text)),
    )


def save_vectors(connection: Connection, model: str, embedded: Sequence[bytes]) -> None:
    index = vectors.index_for(connection, model, len(embedded[0]) // vectors.FLOAT)
    vectors.add(connection, index, enumerate(embedded, start=1))
