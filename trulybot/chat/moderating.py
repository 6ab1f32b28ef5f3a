"""The provider judges a question, and by choice the model's answer, before it is answered or said.

Where it cannot be asked, the visitor is answered all the same, and the record says so: a failure of somebody else's
must not silence the bot.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from trulybot.chat.call import Model
from trulybot.chat.draft import Say, in_silence
from trulybot.chat.writing import Written
from trulybot.llm.moderation import Allowed, Flagged, Moderator, Verdict
from trulybot.preferences.models import Preferences

T = TypeVar("T")


@dataclass
class Moderation:
    """Of one turn. `record` has a verdict for the question and for the answer, as far as they were judged."""

    moderator: Moderator | None
    judges_answers: bool
    record: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def is_on(self) -> bool:
        return self.moderator is not None

    @property
    def is_complete(self) -> bool:
        """Whether nothing went by unjudged that should have been judged."""
        return all(judged["verdict"] != "unavailable" for judged in self.record.values())

    @property
    def declines(self) -> bool:
        return self.record.get("question", {}).get("verdict") == "flagged"

    def heard(self, say: Say) -> Say:
        """How the model's words are said while it writes: not at all, where they must be judged first."""
        return in_silence if self.judges_answers else say

    async def judge_question(self, question: str, saved: asyncio.Event | None) -> dict[str, dict[str, Any]]:
        """The record, once the question is `saved` and the provider has said what it thinks of it."""
        if self.is_on and saved:
            await saved.wait()
        await self._flags("question", question)
        return self.record

    async def checked(self, written: Written) -> Written:
        """What the model wrote, or nothing of it where that was flagged."""
        if not self.judges_answers or not written.text or not await self._flags("answer", written.text):
            return written
        record = {name: fact for name, fact in written.record.items() if name != "grounding"}
        return Written("refused" if written.outcome == "refused" else "flagged", record=record)

    async def _flags(self, what: str, text: str) -> bool:
        if self.moderator is None:
            return False
        verdict = await self.moderator.judge(text)
        self.record[what] = _recorded(verdict)
        return isinstance(verdict, Flagged)


def moderation_of(model: Model | None, preferences: Preferences) -> Moderation:
    """As the owner wants it; what no model is asked for need not be judged."""
    wanted = preferences.moderation
    moderator = model.moderator if model and wanted != "off" else None
    return Moderation(moderator, moderator is not None and wanted == "questions and answers")


@asynccontextmanager
async def meanwhile(work: Coroutine[Any, Any, T]) -> AsyncIterator[asyncio.Task[T]]:
    """The work goes on beside the block, and is given up at its end."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()


def _recorded(verdict: Verdict) -> dict[str, Any]:
    match verdict:
        case Allowed():
            return {"verdict": "allowed"}
        case Flagged(categories=categories):
            return {"verdict": "flagged", "categories": categories}
    return {"verdict": "unavailable", "fault": verdict.fault}
