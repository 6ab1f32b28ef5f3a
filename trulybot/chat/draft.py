"""An answer while a model writes it: what may be said of it so far, with only such citations and links as are true.

What was said stays said, so a word is held back while it may still become a citation, an address, or the refusal.
Pure: however the text is cut into pieces, the same is said in the end.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from trulybot.chat.grounding import URL, Source, is_from, is_supported
from trulybot.llm.prompts import NO_ANSWER

Say = Callable[[str], None]

OMITTED = "…"

_MARK = re.compile(
    r"(?P<gap>[ \t]*)(?:\[(?P<text>[^\[\]\n]{1,200})\]\((?P<link>[^()\s]*)\)"
    r"|\[(?P<numbers>[^\[\]\n]{1,40})\]|【(?P<others>[^【】\n]{1,40})】)"
    rf"|(?P<url>{URL.pattern})|(?P<domain>@[\w-]+\.[\w.-]*\w)|(?P<refusal>\s*{NO_ANSWER})"
)
_NUMBERS = re.compile(r"\s*(?:passages?|sources?)?\s*\^?\d{1,3}(?:\s*[,;–-]\s*\d{1,3}|†.*)*\s*", re.IGNORECASE)
# What may go on to be one of those: held back until it is clear.
_OPEN = re.compile(
    r"[ \t]*\[[^\[\]\n]{0,200}(?:\](?:\([^()\s]{0,500})?)?$|[ \t]*【[^【】\n]{0,40}$"
    r"|\s+$|\bh(?:t(?:t(?:p(?:s?(?::(?:/(?:/\S*)?)?)?)?)?)?)?$|@[\w.-]*$"
)
_LINK = re.compile(r"\[[^\[\]\n]{1,200}\]\([^()\s]*\)")
_NAME = re.compile(r"[\w.+-]+\Z")
_SENTENCE_END = re.compile(r"[.!?…।。！？][\"”’)\]]*\s+(?=[^\s\[【])|\n+")


@dataclass
class Draft:
    """`strict` leaves out what no source supports, and therefore says whole sentences only."""

    sources: Sequence[Source]
    strict: bool = False
    said: str = ""
    cited: list[int] = field(default_factory=list)  # places of sources, in the order of their numbers in the answer
    left_out: int = 0
    is_refusal: bool = False
    _held: str = ""
    _space: str = ""  # behind what was said, in case something follows

    def add(self, piece: str) -> str:
        """What may be said now."""
        self._held += piece
        return self._say(self._clear())

    def end(self) -> str:
        """What is left to say, once nothing more will come."""
        rest, self._held = self._held, ""
        return self._say(rest)

    def add_own(self, text: str) -> str:
        """Words of ours, said as they are. What a broken line left unclear stays unsaid."""
        self.said += text
        return text

    def _clear(self) -> str:
        """The part of what is held whose meaning cannot change any more."""
        until = self._last_sentence_end() if self.strict else self._open_from()
        clear, self._held = self._held[:until], self._held[until:]
        return clear

    def _open_from(self) -> int:
        opened = _OPEN.search(_LINK.sub(lambda link: "." * len(link[0]), self._held))
        until = opened.start() if opened else len(self._held)
        for length in range(min(until, len(NO_ANSWER) - 1), 0, -1):
            if self._held.endswith(NO_ANSWER[:length], 0, until):
                until -= length
                break
        # An answer begins with a word: a quotation mark may be the refusal's.
        return until if self.said or any(map(str.isalnum, self._held[:until])) else 0

    def _last_sentence_end(self) -> int:
        ends = [match.end() for match in _SENTENCE_END.finditer(self._held)]
        return ends[-1] if ends else 0

    def _say(self, text: str) -> str:
        before = len(self.said)
        for part in self._supported(text) if self.strict else [text]:
            piece = self._space + _MARK.sub(self._checked, part)
            if self.is_refusal:
                break
            spoken = piece.rstrip()
            self._space = piece[len(spoken) :] if self.said or spoken else ""
            self.said += spoken if self.said else spoken.lstrip()
        return self.said[before:]

    def _supported(self, text: str) -> Iterator[str]:
        start = 0
        for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
            sentence = text[start:end]
            start = end
            if not sentence.strip() or NO_ANSWER in sentence or is_supported(sentence, self.sources):
                yield sentence
            else:
                self.left_out += 1

    def _checked(self, mark: re.Match[str]) -> str:
        """The mark itself if it is true, or else what is left of it."""
        if mark["refusal"]:
            before = self.said + mark.string[: mark.start()]
            self.is_refusal = self.is_refusal or not any(map(str.isalnum, before))
            return ""
        if mark["url"]:
            return mark[0] if is_from(mark["url"], self.sources) else OMITTED
        if mark["domain"]:
            # The name before it may be said already, so only the domain can be taken out.
            name = _NAME.search(self.said + mark.string[: mark.start()])
            return mark[0] if name is None or is_from(name[0] + mark[0], self.sources) else OMITTED
        numbers = mark["text"] or mark["numbers"] or mark["others"]
        if _NUMBERS.fullmatch(numbers):
            return self._citation(numbers)
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
