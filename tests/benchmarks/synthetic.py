"""A corpus of any size whose words are as unevenly frequent as those of a language, with questions to it."""

import random
from collections.abc import Callable, Iterator
from itertools import accumulate, product

from trulybot.knowledge.chunking import Passage
from trulybot.knowledge.terms import STOP_WORDS

WORDS = 50_000
PASSAGE = 120  # words
SENTENCE = 15
ASKED = 6  # words of a question that stand in one passage, beside three of grammar


def passages(number: int, seed: int = 1) -> Iterator[Passage]:
    draw = _drawing(seed)
    for _ in range(number):
        drawn = draw(PASSAGE)
        sentences = (" ".join(drawn[start : start + SENTENCE]) for start in range(0, PASSAGE, SENTENCE))
        yield Passage(drawn[-1], " ".join(drawn[-4:-2]), ". ".join(sentences))


def sentences(seed: int = 3) -> Callable[[int], str]:
    """Each call gives so many words."""
    draw = _drawing(seed)
    return lambda number: " ".join(draw(number))


def word(rank: int) -> str:
    """The one of that place among the frequent."""
    return _words()[rank]


def questions(corpus: list[Passage], number: int, seed: int = 2) -> list[str]:
    """Each about another passage, in which its telling words stand."""
    chance = random.Random(seed)
    grammar = sorted(STOP_WORDS)
    asked = []
    for passage in chance.sample(corpus, number):
        telling = list(dict.fromkeys(word for word in passage.text.replace(".", "").split() if word not in STOP_WORDS))
        asked.append(" ".join(chance.sample(grammar, 3) + chance.sample(telling, ASKED)))
    return asked


def _drawing(seed: int) -> Callable[[int], list[str]]:
    chance = random.Random(seed)
    words = _words()
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    return lambda number: chance.choices(words, cum_weights=weights, k=number)


def _words() -> list[str]:
    """From the most to the least frequent: those of grammar first, as in any language."""
    syllables = [a + b for a, b in product("bdfgklmnprstvz", "aeiou")]
    made = ("".join(parts) for parts in product(syllables, syllables, syllables))
    chance = random.Random(0)
    content = list(made)
    chance.shuffle(content)
    return [*sorted(STOP_WORDS), *content][:WORDS]
