"""What a model said, held against the passages it was given. Pure: nothing is looked up and nobody is asked."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from trulybot.llm.english import FUNCTION_WORDS, stem_of, words_of
from trulybot.llm.evidence import Passage
from trulybot.llm.sentences import sentences_of

SUPPORTED = 0.5  # share of a sentence's telling words that one passage has
FEWEST_WORDS = 3  # telling ones; a sentence with fewer claims nothing that could be looked for

CITED = re.compile(r"\s?\[\d{1,2}\]")
URL = re.compile(r"https?://[^\s<>\"\[\]]+[^\s<>\"\[\].,;:!?)]")
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
_CITED_AFTER = re.compile(r"([.!?…।。！？][\"”’)]*)[ \t]+((?:\[\d{1,2}\])+)")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NUMERALS = {
    word: str(value)
    for value, word in enumerate(
        words_of(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen twenty"
        )
    )
}


class Source:
    """A passage as sentences are held against it; each part is found when it is needed, the model writing already."""

    def __init__(self, passage: Passage, url: str | None = None) -> None:
        self.text = passage.text
        self._whole = f"{passage.title}\n{passage.heading}\n{passage.text}"
        self._url = url

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(map(stem_of, words_of(self._whole)))

    @cached_property
    def numbers(self) -> frozenset[str]:
        return _numbers_in(self._whole, words_of(self._whole))

    @cached_property
    def addresses(self) -> frozenset[str]:
        mails = map(str.lower, MAIL.findall(self._whole))
        return frozenset([*URL.findall(self._whole), *mails, *([self._url] if self._url else [])])


def is_supported(sentence: str, sources: Iterable[Source]) -> bool:
    """Whether one passage has most of its telling words, and the passages have all of its numbers.

    Judged by words, so a sentence in another language than the passages' is not.
    """
    given = list(sources)
    words = words_of(CITED.sub("", sentence))
    numbers = _numbers_in(CITED.sub("", sentence), words)
    if numbers - frozenset().union(*(source.numbers for source in given)):
        return False
    telling = {stem_of(word) for word in words if word not in FUNCTION_WORDS}
    if len(telling) < FEWEST_WORDS:
        return True
    return any(len(telling & source.stems) >= SUPPORTED * len(telling) for source in given)


def sentences_in(answer: str) -> list[str]:
    """In their order, each with the citations that stand before or behind its full stop."""
    return [said.text for said in sentences_of(_CITED_AFTER.sub(r"\1\2", answer))]


def unsupported_in(answer: str, sources: Sequence[Source]) -> list[str]:
    return [said for said in sentences_in(answer) if not is_supported(said, sources)]


def is_from(address: str, sources: Iterable[Source]) -> bool:
    """Whether a web or mail address stands in a passage, or is a passage's own."""
    spellings = {address, address.lower(), address.rstrip("/"), address.rstrip("/") + "/"}
    return any(spellings & source.addresses for source in sources)


def nearest(text: str, sources: Sequence[Source]) -> int | None:
    """The place of the source that has most of the text's telling words, where one has enough."""
    telling = {stem_of(word) for word in words_of(CITED.sub("", text)) if word not in FUNCTION_WORDS}
    shares = [len(telling & source.stems) / max(1, len(telling)) for source in sources]
    best = max(range(len(shares)), key=lambda place: shares[place], default=None)
    return best if best is not None and shares[best] >= SUPPORTED else None


def quote_for(claims: str, source: Source) -> str:
    """The sentence of the source that has most of the words it is cited for, word for word."""
    claimed = {stem_of(word) for word in words_of(claims) if word not in FUNCTION_WORDS}
    said = [one.text for one in sentences_of(source.text) if one.kind != "heading"] or [source.text.strip()]
    return max(said, key=lambda sentence: len(claimed & {stem_of(word) for word in words_of(sentence)}))


def _numbers_in(text: str, words: Iterable[str]) -> frozenset[str]:
    """Digits without their separators, and numerals as digits: “1,000” is “1000”, and “five” is “5”."""
    digits = {re.sub(r"[.,:]", "", number) for number in _NUMBER.findall(text)}
    return frozenset(digits | {_NUMERALS[word] for word in words if word in _NUMERALS})
