from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.corpus import open_corpus
from tests.trulybot.knowledge.conftest import WordEmbedder
from trulybot.kit.database import Database
from trulybot.knowledge import confidence
from trulybot.knowledge.calibration import OWN, calibrate, foreign_questions, own_questions
from trulybot.knowledge.chunking import Passage
from trulybot.knowledge.confidence import (
    ANSWERABLE,
    FIRST_BY_WORDS,
    FIRST_WITH_VECTORS,
    calibrated,
    calibration_of,
    is_stale,
)
from trulybot.knowledge.reader import knowledge_child
from trulybot.knowledge.search import search
from trulybot.knowledge.understanding import understand
from trulybot.llm.embedding import Embedder
from trulybot.llm.local import LocalEmbedder

BICYCLES = [
    Passage("Hiring a bicycle", "Prices", "A city bicycle costs twelve euros a day. An electric one costs thirty."),
    Passage("Hiring a bicycle", "Deposit", "We ask for a deposit of one hundred euros, by card or in cash."),
    Passage("Hiring a bicycle", "Insurance", "Theft is insured when the bicycle was locked with both locks."),
    Passage("Repairs", "Punctures", "We mend a flat tyre while you wait, for nine euros and the new tube."),
    Passage("Repairs", "Time", "Larger repairs take three working days. We send a message when it is done."),
]


@pytest.fixture
async def minilm() -> AsyncIterator[Embedder]:
    child = knowledge_child()
    yield LocalEmbedder(child)
    await child.close()


async def confidence_in(database: Database, question: str, embedder: Embedder) -> float:
    understood = await database.read(understand, question)
    (vector,) = await embedder.embed([understood.text])
    return (await database.read(search, understood, vector, 5)).confidence


def test_foreign_questions_are_many_and_distinct() -> None:
    assert 150 <= len(set(foreign_questions())) == len(foreign_questions()) <= 300


async def test_own_questions_are_made_of_the_corpus_and_always_the_same(shop: Database) -> None:
    own = await shop.read(own_questions)
    assert 0 < len(own) <= OWN
    assert own == await shop.read(own_questions)
    assert len(set(own)) > 10


async def test_a_workspace_of_five_passages_tells_its_questions_from_others(tmp_path: Path, minilm: Embedder) -> None:
    database = await open_corpus(tmp_path / "trulybot.db", [(f"/{p.heading}", [p]) for p in BICYCLES], minilm)
    found = await calibrate(database, minilm)
    assert found and found.kept > 0.9 and found.refused > 0.9
    for question in ("What do I pay for an e-bike?", "can you fix a puncture", "What if the bike gets stolen?"):
        assert await confidence_in(database, question, minilm) >= ANSWERABLE, question
    for question in ("Who painted the Mona Lisa?", "Reset my password", "best pizza in Naples"):
        assert await confidence_in(database, question, minilm) < ANSWERABLE, question
    database.close()


async def test_words_alone_can_be_calibrated(shop: Database) -> None:
    assert await shop.read(calibration_of, "words") == FIRST_BY_WORDS
    found = await calibrate(shop, None)
    assert found and found.refused > 0.5
    assert await shop.read(calibration_of, "words") == found


async def test_each_kind_of_search_has_its_own_threshold(embedded_shop: Database, embedder: WordEmbedder) -> None:
    by = confidence.searched_by(embedder.model)
    assert await embedded_shop.read(calibration_of, by) == FIRST_WITH_VECTORS
    await calibrate(embedded_shop, None)
    assert await embedded_shop.read(calibration_of, by) == FIRST_WITH_VECTORS
    found = await calibrate(embedded_shop, embedder)
    assert await embedded_shop.read(calibration_of, by) == found


async def test_an_empty_workspace_has_nothing_to_calibrate(tmp_path: Path) -> None:
    database = await open_corpus(tmp_path / "trulybot.db", [])
    assert await calibrate(database, None) is None
    assert not await database.read(is_stale, "words")
    database.close()


async def test_calibration_is_stale_once_the_corpus_has_grown(shop: Database) -> None:
    assert await shop.read(is_stale, "words")
    await calibrate(shop, None)
    assert not await shop.read(is_stale, "words")

    def double(connection: Connection) -> None:
        connection.exec_driver_sql(
            "INSERT INTO passages (source_id, page_id, position, title, heading, text, hash, reading) "
            "SELECT source_id, page_id, 9, title, heading, text, randomblob(8), 1 FROM passages"
        )

    await shop.write(double)
    assert await shop.read(is_stale, "words")


@given(
    st.lists(st.floats(0, 1.7), min_size=1, max_size=30),
    st.lists(st.floats(0, 1.7), min_size=1, max_size=30),
    st.booleans(),
)
def test_confidence_rises_with_the_score_and_is_even_at_the_threshold(
    own: list[float], foreign: list[float], by_words: bool
) -> None:
    found = calibrated(own, foreign, by_words=by_words)
    assert found.confidence(found.threshold) == pytest.approx(ANSWERABLE)
    assert 0 <= found.confidence(-1e9) <= found.confidence(0.2) <= found.confidence(1.2) <= 1
    assert 0 <= found.kept <= 1
    assert 0 <= found.refused <= 1
