"""Passages that answer a question, best first: words and vectors propose, one score decides (docs/search.md)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from trulybot.knowledge import confidence, ranking, vectors, vocabulary
from trulybot.knowledge.ranking import Asked, Match
from trulybot.knowledge.understanding import Term, Understood

PROPOSED_BY_VECTORS = 100
PROPOSED_BY_WORDS = 50
READ = 30  # of these are read and scored in full
LONG_CORPUS = 5_000  # passages; from here on stop words find nothing but cost most
MOST_POSTINGS = 20_000  # passages looked at for the words of one question


@dataclass(frozen=True, slots=True)
class Found:
    id: int
    source_id: str
    title: str
    heading: str
    text: str
    url: str | None
    score: float
    cosine: float | None  # None where there is no vector
    match: Match

    @property
    def keyword(self) -> float:
        return self.match.keyword


@dataclass(frozen=True, slots=True)
class Findings:
    """`confidence` (0 to 1): that the best of them answers. The workspace's threshold is `confidence.ANSWERABLE`."""

    understood: Understood
    passages: tuple[Found, ...]
    searched_by: str
    confidence: float

    @property
    def best(self) -> float:
        return self.passages[0].score if self.passages else 0.0


def search(connection: Connection, understood: Understood, vector: bytes | None, most: int) -> Findings:
    """`vector` embeds `understood.text`; without it, or before passages have theirs, words alone decide."""
    index = vectors.index_in(connection, "serving") if vector is not None else None
    by_words = _by_words(connection, understood)
    by_vector: dict[int, float] = {}
    if index and vector is not None and len(vector) == vectors.FLOAT * index.dimension:
        near = vectors.nearest(connection, index, vector, PROPOSED_BY_VECTORS)
        by_vector = vectors.cosines(connection, index, vector, list({*near, *by_words}))
    finalists = sorted(
        {*by_words, *by_vector},
        key=lambda passage: -_score(by_vector, passage, by_words.get(passage, 0.0)),
    )[: max(READ, most)]
    found = _read(connection, understood, finalists, by_vector)
    by = confidence.searched_by(index.model if index and by_vector else None)
    sure = confidence.calibration_of(connection, by).confidence(found[0].score) if found else 0.0
    return Findings(understood, tuple(found[:most]), by, sure)


def match_expression(understood: Understood) -> str:
    """The question as the full-text index is asked: any of its words."""
    terms = understood.terms if understood.passages < LONG_CORPUS else understood.telling
    return " OR ".join(f'"{word}"' for word in _affordable(terms))


def _by_words(connection: Connection, understood: Understood) -> dict[int, float]:
    """The best by the index' own BM25, as a share of the most it could be."""
    expression = match_expression(understood)
    total = (ranking.SATURATION + 1) * sum(term.idf for term in understood.telling)
    if not expression or not total:
        return {}
    rows = connection.exec_driver_sql(
        "SELECT rowid, rank FROM passages_index WHERE passages_index MATCH ? "
        f"{vectors.but_of_deleted(connection, 'rowid')}ORDER BY rank LIMIT ?",
        (expression, PROPOSED_BY_WORDS),
    )
    return {passage: -rank / total for passage, rank in rows.all()}


def _affordable(terms: Sequence[Term]) -> list[str]:
    """The rarest words, as many as can be looked up in time, two at least. Scoring has the other words too."""
    words: list[str] = []
    postings = 0
    for term in sorted(terms, key=lambda term: (term.is_stop_word, term.passages)):
        postings += term.passages
        if term.passages and (postings <= MOST_POSTINGS or len(words) < 2):
            words.append(term.word)
    return words


def _read(
    connection: Connection, understood: Understood, passages: Sequence[int], cosines: dict[int, float]
) -> list[Found]:
    asked = Asked.by(understood.telling, vocabulary.forms_of(connection, [term.stem for term in understood.telling]))
    rows = connection.exec_driver_sql(
        "SELECT passages.id, passages.source_id, passages.title, heading, text, "
        "coalesce(nullif(pages.url, ''), sources.url) "  # a pasted text has its source's
        "FROM passages JOIN pages ON pages.id = page_id JOIN sources ON sources.id = passages.source_id "
        "WHERE passages.id IN (SELECT value FROM json_each(?)) AND excluded_at IS NULL AND deleted_at IS NULL",
        (json.dumps(passages),),
    )
    found = []
    for passage, source, title, heading, text, url in rows.all():
        match = ranking.match(asked, title, heading, text, understood.average_length)
        score = _score(cosines, passage, match.keyword)
        found.append(Found(passage, source, title, heading, text, url, score, cosines.get(passage), match))
    return sorted(found, key=lambda passage: (-passage.score, passage.id))


def _score(cosines: dict[int, float], passage: int, keyword: float) -> float:
    # A passage that has no vector yet must not lose to all that have: its words stand in.
    return ranking.score(cosines.get(passage, keyword) if cosines else 0.0, keyword)
