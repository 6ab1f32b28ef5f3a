"""The workspace asks itself: questions made of its own sentences, and questions about everything else.

Between the scores of the two lies its threshold for "this can be answered" (docs/search.md).
"""

import random
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection

from trulybot.kit.database import Database
from trulybot.knowledge import confidence, vocabulary
from trulybot.knowledge.confidence import Calibration
from trulybot.knowledge.search import search
from trulybot.knowledge.terms import ENDS, STOP_WORDS, words_and_ends_of, words_of
from trulybot.knowledge.understanding import understand
from trulybot.llm.embedding import Embedder

OWN = 80  # questions
WORDS = 4  # of a sentence make a question
LONG_CORPUS = 20_000  # passages; from here on a third of the questions must do
AT_ONCE = 16  # questions in one read, so that visitors need not wait for a reader

_FOREIGN = Path(__file__).with_name("offtopic.txt")


async def calibrate(database: Database, embedder: Embedder | None) -> Calibration | None:
    """Measure and store the threshold of search by words, or by words and the embedder's vectors.

    Takes some seconds, most of them in the embedder. None when there is nothing to search yet.
    """
    await database.write(vocabulary.refresh, await database.read(vocabulary.stale))
    own = await database.read(own_questions)
    foreign = list(foreign_questions())
    passages = await database.read(_searchable)
    if not own:
        return None
    if passages > LONG_CORPUS:
        own, foreign = own[::3], foreign[::3]
    found = confidence.calibrated(
        await _best_scores(database, embedder, own),
        await _best_scores(database, embedder, foreign),
        by_words=embedder is None,
    )
    by = confidence.searched_by(embedder.model if embedder else None)
    await database.write(confidence.save, by, found, passages)
    return found


@cache
def foreign_questions() -> tuple[str, ...]:
    lines = _FOREIGN.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def own_questions(connection: Connection) -> list[str]:
    """A few words of one sentence of a passage, as somebody might type them; the same ones for the same corpus."""
    chance = random.Random(OWN)
    first, last = connection.exec_driver_sql("SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM passages").one()
    questions = (
        _question(text, chance)
        for _ in range(OWN)
        for (text,) in connection.exec_driver_sql(
            "SELECT text FROM searchable_passages WHERE id >= ? ORDER BY id LIMIT 1", (chance.randint(first, last),)
        )
    )
    return [question for question in questions if question]


def _question(text: str, chance: random.Random) -> str:
    sentences = [_telling(words) for is_end, words in groupby(words_and_ends_of(text), ENDS.__contains__) if not is_end]
    words = chance.choice([words for words in sentences if len(words) >= WORDS] or [_telling(words_of(text))])
    chosen = sorted(chance.sample(range(len(words)), min(WORDS, len(words))))
    return " ".join(words[place] for place in chosen)


def _telling(words: Iterable[str]) -> list[str]:
    return [word for word in dict.fromkeys(words) if word not in STOP_WORDS]


def _searchable(connection: Connection) -> int:
    count: int = connection.exec_driver_sql("SELECT passages FROM searchable").scalar_one()
    return count


async def _best_scores(database: Database, embedder: Embedder | None, questions: Sequence[str]) -> list[float]:
    scores: list[float] = []
    for start in range(0, len(questions), AT_ONCE):
        group = questions[start : start + AT_ONCE]
        if embedder is None:
            embedded: Sequence[bytes | None] = [None] * len(group)
        else:
            embedded = await embedder.embed(await database.read(_repaired, group))
        scores += await database.read(_scores, group, embedded)
    return scores


def _repaired(connection: Connection, questions: Sequence[str]) -> list[str]:
    return [understand(connection, question).text for question in questions]


def _scores(connection: Connection, questions: Sequence[str], embedded: Sequence[bytes | None]) -> list[float]:
    return [
        search(connection, understand(connection, question), vector, 1).best
        for question, vector in zip(questions, embedded, strict=True)
    ]
