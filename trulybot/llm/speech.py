"""What is said to a language model and what comes back. How it fails is a value: somebody else answers then."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

Role = Literal["system", "user", "assistant"]
Fault = Literal[
    "unreachable",  # nobody answers there, or the line was cut before the end
    "slow",  # no first word, no next word, or no end in time
    "too many requests",
    "over quota",
    "refused",  # the request: a wrong key, an unknown model, a prompt that is too long
    "broken",  # the provider says that it failed
    "nonsense",  # what came is not the protocol
    "filtered",  # the provider would not let it be said
    "resting",  # it failed so often that it is not asked for a while
    "busy",  # others wait for it already
]


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """`user` tells the provider whose abuse it is without telling who; it must not be a name."""

    messages: Sequence[Message]
    user: str
    most_tokens: int
    temperature: float


@dataclass(frozen=True, slots=True)
class Usage:
    """In the provider's own tokens; `is_estimated` where it did not count them for us."""

    prompt_tokens: int
    completion_tokens: int
    is_estimated: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The model has finished; `is_whole` is false when it was stopped at the most tokens it may use."""

    usage: Usage | None
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Failed:
    """`retry_after` (seconds) is the provider's wish; `status` what it answered, if anything."""

    fault: Fault
    retry_after: float | None = None
    status: int | None = None


Event = Said | Ended | Failed


class Speaker(Protocol):
    """Whatever answers a prompt: any number of Said, then one Ended or one Failed."""

    @property
    def model(self) -> str: ...

    def speak(self, prompt: Prompt) -> AsyncGenerator[Event, None]: ...


@runtime_checkable
class Source(Speaker, Protocol):
    """Where a model is asked; `url` is its address as a page may show it."""

    @property
    def url(self) -> str: ...

    async def warm(self) -> None: ...

    async def close(self) -> None: ...


def estimated_tokens(text: str) -> int:
    """About as many as any tokenizer makes of it, rather more than fewer: four ASCII letters or half a character."""
    wide = 0 if text.isascii() else sum(character > "\u024f" for character in text)
    return (len(text) - wide) // 4 + 2 * wide + 1
