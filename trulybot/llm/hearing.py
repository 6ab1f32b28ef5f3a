"""What a language model says over OpenAI's protocol: chunks as they come, and what was heard of the answer so far."""

import time
from dataclasses import dataclass
from typing import Any

import msgspec

from trulybot.llm.speech import Ended, Event, Failed, Usage

DONE = "[DONE]"
MOST_CHARACTERS = 40_000  # of an answer, from a provider that heeds no most_tokens


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to a connection, to the first word, from one word to the next, and for the whole answer."""

    connect: float = 5.0
    first: float = 20.0
    between: float = 15.0
    whole: float = 90.0

    def seconds_left(self, hearing: "Hearing", began: float) -> float:
        """Until the next word is due, whatever else comes meanwhile: some servers send signs of life."""
        due = hearing.heard_at + self.between if hearing.characters else began + self.first
        return min(due, began + self.whole) - time.monotonic()


class _Delta(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta | None = None
    message: _Delta | None = None  # where the server does not stream
    finish_reason: str | None = None

    @property
    def text(self) -> str:
        said = self.delta or self.message
        return said.content or "" if said else ""


class _Usage(msgspec.Struct):
    prompt_tokens: int
    completion_tokens: int


class Chunk(msgspec.Struct):
    choices: list[_Choice] = []
    usage: _Usage | None = None
    error: Any = None


@dataclass
class Hearing:
    """What was heard of an answer so far."""

    characters: int = 0
    heard_at: float = 0.0  # the last word
    finish: str | None = None
    usage: Usage | None = None
    failed: bool = False

    @property
    def is_finished(self) -> bool:
        return self.finish is not None

    @property
    def is_over(self) -> bool:
        return self.failed or self.characters > MOST_CHARACTERS

    def text_of(self, chunk: Chunk) -> str:
        self.failed = chunk.error is not None
        if chunk.usage:
            self.usage = Usage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        self.finish = choice.finish_reason or self.finish
        text = choice.text[: MOST_CHARACTERS + 1 - self.characters]  # one piece may be longer than any answer
        if text:
            self.characters += len(text)
            self.heard_at = time.monotonic()
        return text

    def end(self) -> Event:
        if self.failed:
            return Failed("broken")
        if self.finish == "content_filter":
            return Failed("filtered")
        if self.characters > MOST_CHARACTERS:
            return Ended(self.usage, is_whole=False)
        if not self.is_finished:
            return Failed("unreachable" if self.characters else "nonsense")
        return Ended(self.usage, is_whole=self.finish != "length")


def data_of(line: str, streams: bool) -> str | None:
    """What a line of the stream carries, if it carries something; anything that is no event is not JSON either."""
    if not streams:
        return line
    if line.startswith("data:"):
        return line[5:]
    is_other_field = not line.strip() or line.startswith((":", "event:", "id:", "retry:"))
    return None if is_other_field else line
