"""What a question asks for: its words, repaired and weighed by how rare the corpus has them."""

from dataclasses import dataclass
from functools import cached_property, partial
from math import log

from sqlalchemy import Connection

from trulybot.knowledge import vocabulary
from trulybot.knowledge.spelling import repair
from trulybot.knowledge.terms import STOP_WORDS, stems_of, with_words, words_of
from trulybot.llm.minilm.words import ordinary_words

MOST_WORDS = 64  # of a question; a pasted page is judged by its beginning


@dataclass(frozen=True, slots=True)
class Term:
    word: str
    stem: str
    passages: int  # that hold it
    idf: float
    is_stop_word: bool = False


@dataclass(frozen=True)
class Understood:
    """`text` is the question with its spelling repaired: what to embed. `terms` are all its words, each once."""

    question: str
    text: str
    terms: tuple[Term, ...]
    passages: int  # in the index
    average_length: float  # of their texts, in characters

    @cached_property
    def telling(self) -> tuple[Term, ...]:
        """The terms that mean something; all of them when none does."""
        return tuple(term for term in self.terms if not term.is_stop_word) or self.terms

    @cached_property
    def _idf(self) -> dict[str, float]:
        return {term.word: term.idf for term in self.terms}

    def idf(self, word: str) -> float:
        """How rare a word of the question is in the corpus; any other counts as one the corpus does not have."""
        return self._idf.get(word, _idf(0, self.passages))


def understand(connection: Connection, question: str) -> Understood:
    words = list(dict.fromkeys(words_of(question)))[:MOST_WORDS]
    passages, characters = connection.exec_driver_sql("SELECT passages, characters FROM searchable").one()
    stems = stems_of(words)
    counts = vocabulary.passages_with(connection, set(stems.values()))
    repairs = _repairs(connection, [word for word in words if stems.get(word) not in counts])
    repaired = {right: found for right, found in repairs.values()}
    stems |= stems_of(repaired)
    terms = []
    for word in dict.fromkeys(repairs[word][0] if word in repairs else word for word in words):
        count = counts.get(stems.get(word, word)) or repaired.get(word, 0)
        terms.append(Term(word, stems.get(word, word), count, _idf(count, passages), word in STOP_WORDS))
    text = with_words(question, {wrong: right for wrong, (right, _) in repairs.items()})
    return Understood(question, text, tuple(terms), passages, characters / passages if passages else 1.0)


def _repairs(connection: Connection, unknown: list[str]) -> dict[str, tuple[str, int]]:
    """Each word that can be repaired, with the corpus' word and the number of passages that hold it."""
    count = partial(vocabulary.passages_with_words, connection)
    alike = partial(vocabulary.words_like, connection)
    # An ordinary word is no mistake, however near a word of the corpus is: a question about film is not about files.
    misspelt = [word for word in unknown if word not in STOP_WORDS and word not in ordinary_words()]
    found = {word: right for word in misspelt if (right := repair(word, count, alike))}
    counts = count(found.values()) if found else {}
    return {word: (right, counts[right]) for word, right in found.items()}


def _idf(count: int, passages: int) -> float:
    return log(1 + (passages - count + 0.5) / (count + 0.5)) if count <= passages else 0.0
