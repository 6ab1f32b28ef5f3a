"""What a provider’s `/moderations` makes of a text. That it does not say is a value too."""

import time
from asyncio import timeout
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from trulybot.llm.breaker import Breaker
from trulybot.llm.client import Client
from trulybot.llm.provider import failure_from
from trulybot.llm.speech import Fault

SECONDS = 3.0  # a visitor waits


@dataclass(frozen=True, slots=True)
class Allowed:
    pass


@dataclass(frozen=True, slots=True)
class Flagged:
    """Under the provider's own names, such as `harassment` or `violence/graphic`."""

    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoVerdict:
    """`status` is what the provider answered, if anything."""

    fault: Fault
    status: int | None = None


Verdict = Allowed | Flagged | NoVerdict


class _Result(msgspec.Struct):
    categories: dict[str, bool | None]
    flagged: bool | None = None  # some compatible servers leave it to the categories


class _Answer(msgspec.Struct):
    results: list[_Result]


class Moderator:
    """Tries once, and leaves a provider that failed again and again alone for a while."""

    def __init__(
        self, client: Client, model: str, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.model = model
        self._seconds = seconds
        self._client = client
        self._breaker = Breaker(clock)

    async def judge(self, text: str) -> Verdict:
        if not self._breaker.allows():
            return NoVerdict("resting")
        verdict = await self._judged(text)
        if isinstance(verdict, NoVerdict):
            self._breaker.failed()
        else:
            self._breaker.succeeded()
        return verdict

    async def _judged(self, text: str) -> Verdict:
        client = await self._client.started()
        import openai

        calls = client.moderations.with_raw_response
        try:
            async with timeout(self._seconds):
                answer = await calls.create(model=self.model, input=text)
            return _verdict(msgspec.json.decode(answer.content, type=_Answer).results)
        except openai.APIStatusError as error:
            return NoVerdict(failure_from(error).fault, error.status_code)
        except (TimeoutError, openai.APITimeoutError):
            return NoVerdict("slow")
        except openai.APIConnectionError:
            return NoVerdict("unreachable")
        except (openai.OpenAIError, msgspec.MsgspecError):
            return NoVerdict("nonsense")


def _verdict(results: list[_Result]) -> Verdict:
    categories = tuple(name for result in results for name, applies in result.categories.items() if applies)
    if categories or any(result.flagged for result in results):
        return Flagged(categories)
    return Allowed() if results else NoVerdict("nonsense")
