"""The last look at what is about to be said: every address in it must be a source's, every number a citation's.

It looks at the words as the visitor will read them, because taking a mark out may join what stood around it to an
address. What was said stays said, so whatever may go on to be one of those is held back until it is clear.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from trulybot.chat.grounding import Source, is_from
from trulybot.llm.prompts import NO_ANSWER

OMITTED = "…"

LONGEST_NAME = 100  # characters before the @ of an address
LONGEST_LEAD = 100  # characters without a letter before the first word
LONGEST_BLANK = 100  # white space from one word to the next

# Each part has its longest length, because a model may go on and on; what is longer is not an address.
_MARK = re.compile(
    r"(?P<url>https?://[^\s<>\"\[\]]{1,2000}[^\s<>\"\[\].,;:!?)])"
    r"|(?P<domain>@[\w-]{1,100}\.(?:(?!https?:)[\w.-]){0,300}(?!https?:)\w)"
    rf"|\[(?P<number>\d{{1,2}})\]|(?P<refusal>{NO_ANSWER})"
)
_OPEN = re.compile(r"(?<!\s)\s+$|h(?:t(?:t(?:p(?:s?(?::(?:/(?:/\S{0,2000})?)?)?)?)?)?)?$|@[\w.-]{0,400}$|\[\d{0,2}$")
_NAME = re.compile(r"[\w.+-]+\Z")
_SAYS_SOMETHING = re.compile(rf"[^\W_]|{OMITTED}")
_BLANK = re.compile(rf"(\s{{{LONGEST_BLANK}}})\s+")


@dataclass
class Saying:
    """`cited` are the citations so far, which are numbered from 1. `is_refusal`: the model finds no answer."""

    sources: Sequence[Source]
    cited: Sequence[int]
    said: str = ""
    is_refusal: bool = False
    _held: str = ""
    _space: str = ""  # behind what was said, in case something follows

    def add(self, text: str) -> str:
        """What may be said now."""
        self._held = with_short_blanks(self._held + text)
        until = self._open_from()
        clear, self._held = self._held[:until], self._held[until:]
        return self._say(clear)

    def end(self) -> str:
        """What is left to say, once nothing more will come."""
        rest, self._held = self._held, ""
        return self._say(rest)

    def _open_from(self) -> int:
        opened = _OPEN.search(self._held)
        until = opened.start() if opened else len(self._held)
        for length in range(min(until, len(NO_ANSWER) - 1), 0, -1):
            if self._held.endswith(NO_ANSWER[:length], 0, until):
                until -= length
                break
        # An answer begins with a word: a quotation mark may be the refusal's.
        begins = self.said or until > LONGEST_LEAD or any(map(str.isalnum, self._held[:until]))
        return until if begins else 0

    def _say(self, text: str) -> str:
        before = len(self.said)
        piece = self._space + self._shown(text)
        if not self.is_refusal:
            spoken = piece.rstrip()
            self._space = piece[len(spoken) :] if self.said or spoken else ""
            self.said += spoken if self.said else spoken.lstrip()
        return self.said[before:]

    def _shown(self, text: str) -> str:
        """Without what is not true. In its place stands what cannot join the two sides to something else."""
        shown = before = self.said[-LONGEST_NAME:] + self._space
        at = 0
        while mark := _MARK.search(text, at):
            shown += text[at : mark.start()]
            at = mark.end()
            if mark["refusal"]:
                self.is_refusal = self.is_refusal or not _SAYS_SOMETHING.search(self.said + shown)
                shown += " "
            elif mark["number"]:
                shown += mark[0] if 1 <= int(mark["number"]) <= len(self.cited) else " "
            elif mark["url"]:
                gap = " " if _NAME.search(shown[-1:]) else ""
                shown += gap + mark[0] if is_from(mark[0], self.sources) else OMITTED
            # Of a name before an @ some may be said already, so only the domain can be taken out.
            elif name := _NAME.search(shown[-LONGEST_NAME:]):
                gap = " " if (text[at:] or self._held)[:1].isalnum() else ""
                shown += mark[0] + gap if is_from(name[0] + mark[0], self.sources) else OMITTED
            else:
                shown, at = f"{shown}@", mark.start() + 1
        return shown[len(before) :] + text[at:]


def with_short_blanks(text: str) -> str:
    return _BLANK.sub(r"\1", text)
