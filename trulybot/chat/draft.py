"""An answer while a model writes it: what may be said of it so far, with only such citations and links as are true.

A bracket is held back while it may still become a citation or a link; `saying` then looks at the words themselves.
Pure: however the text is cut into pieces, the same is said in the end.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from trulybot.chat.grounding import Source, is_from, is_supported
from trulybot.chat.saying import Saying, with_short_blanks
from trulybot.llm.prompts import NO_ANSWER

Say = Callable[[str], None]

LONGEST_SENTENCE = 2_000  # characters; a longer one is judged in parts

_MARK = re.compile(
    r"(?P<gap>(?<![ \t])[ \t]*)(?:\[(?P<text>[^\[\]\n]{1,200})\]\((?P<link>[^()\s]{0,500})\)"
    r"|\[(?P<numbers>[^\[\]\n]{1,40})\]|【(?P<others>[^【】\n]{1,40})】)"
)
_NUMBERS = re.compile(r"\s*(?:passages?|sources?)?\s*\^?\d{1,3}(?:\s*[,;–-]\s*\d{1,3}|†.*)*\s*", re.IGNORECASE)
# What may go on to be one of those: held back until it is clear.
_OPEN = re.compile(
    r"(?<![ \t])[ \t]*(?:\[[^\[\]\n]{0,200}(?:\](?:\([^()\s]{0,500}\)?)?)?|【[^【】\n]{0,40}】?)$|(?<!\s)\s+$"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # browsers and we do not agree where one ends an address
_LINK_GOES_BEFORE = re.compile(r"\[[^\[\]\n]{1,200}\]\([^()\s]{0,500}\)(?=.)", re.DOTALL)
_SENTENCE_END = re.compile(r"[.!?…।。！？][\"”’)\]]*\s+(?=[^\s\[【])|\n+(?=[^\n])")


@dataclass
class Draft:
    """`strict` leaves out what no source supports, and therefore says whole sentences only."""

    sources: Sequence[Source]
    strict: bool = False
    cited: list[int] = field(default_factory=list)  # places of sources, in the order of their numbers in the answer
    left_out: int = 0
    _held: str = ""

    def __post_init__(self) -> None:
        self._saying = Saying(self.sources, self.cited)

    @property
    def said(self) -> str:
        return self._saying.said

    @property
    def is_refusal(self) -> bool:
        return self._saying.is_refusal

    def add(self, piece: str) -> str:
        """What may be said now."""
        self._held = with_short_blanks(self._held + _CONTROL.sub("", piece))
        until = self._sentences_until() if self.strict else self._open_from()
        clear, self._held = self._held[:until], self._held[until:]
        return self._saying.add(self._marked(clear))

    def end(self) -> str:
        """What is left to say, once nothing more will come."""
        rest, self._held = self._held, ""
        return self._saying.add(self._marked(rest)) + self._saying.end()

    def add_own(self, text: str) -> str:
        """Words of ours, said as they are. What a broken line left unclear stays unsaid."""
        self._saying.said += text
        return text

    def _open_from(self) -> int:
        opened = _OPEN.search(_LINK_GOES_BEFORE.sub(lambda link: "." * len(link[0]), self._held))
        return opened.start() if opened else len(self._held)

    def _sentences_until(self) -> int:
        return max(_ends_in(self._held), default=0)

    def _marked(self, text: str) -> str:
        """With our numbers in place of the model's, and without those that stand for nothing."""
        parts = self._supported(text) if self.strict else [text]
        return "".join(_MARK.sub(self._checked, part) for part in parts)

    def _supported(self, text: str) -> Iterator[str]:
        start = 0
        for end in [*_ends_in(text), len(text)]:
            sentence = text[start:end]
            start = end
            if not sentence.strip() or NO_ANSWER in sentence or is_supported(sentence, self.sources):
                yield sentence
            else:
                self.left_out += 1

    def _checked(self, mark: re.Match[str]) -> str:
        numbers = mark["text"] or mark["numbers"] or mark["others"]
        if _NUMBERS.fullmatch(numbers):
            return self._citation(numbers) or _apart(mark.string[mark.end() : mark.end() + 1])
        if mark["link"] and is_from(mark["link"], self.sources):
            return f"{mark['gap']}{mark['text']} {mark['link']}"
        return f"{mark['gap']}{mark['text']}" if mark["text"] else mark[0]

    def _citation(self, numbers: str) -> str:
        """Numbered anew in the order they are first said; those of passages that were not given are gone."""
        kept = []
        for number in re.findall(r"\d+", numbers.partition("†")[0]):
            place = int(number) - 1
            if not 0 <= place < len(self.sources):
                continue
            if place not in self.cited:
                self.cited.append(place)
            if (own := self.cited.index(place) + 1) not in kept:
                kept.append(own)
        return " " + "".join(f"[{number}]" for number in kept) if kept else ""


def in_silence(piece: str) -> None:
    """For who wants the whole answer in the end."""


def _apart(following: str) -> str:
    """In place of a number that is gone: in “[[9]1]” the outer brackets must not become a citation."""
    return " " if following.isdigit() or following == "]" else ""


def _ends_in(text: str) -> Iterator[int]:
    """Where sentences end; one that goes on and on ends all the same."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        yield from range(start + LONGEST_SENTENCE, match.end(), LONGEST_SENTENCE)
        yield match.end()
        start = match.end()
    yield from range(start + LONGEST_SENTENCE, len(text), LONGEST_SENTENCE)
