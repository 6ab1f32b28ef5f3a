"""One call of the model for one turn: followed to its end, and accounted for."""

import time
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from trulybot.chat.draft import Draft, Say
from trulybot.chat.spending import Spending
from trulybot.llm.moderation import Moderator
from trulybot.llm.speech import Ended, Failed, Prompt, Said, Speaker, Usage, estimated_tokens


@dataclass(frozen=True)
class Model:
    """What writes, what it may cost, and who judges what is asked and said, if somebody can."""

    speaker: Speaker
    spending: Spending
    moderator: Moderator | None = None


@dataclass
class Call:
    """`record` has tokens, the cost in micro-dollars, and the milliseconds to the first word."""

    model: Model
    prompt: Prompt
    end: Ended | Failed | None = None
    record: dict[str, Any] = field(default_factory=dict)
    tokens_heard: int = 0

    async def follow(self, draft: Draft, say: Say) -> None:
        """Say what the draft lets through; what was used is counted, whatever becomes of the call."""
        self.record["name"] = self.model.speaker.model
        try:
            await self._listen(draft, say)
        finally:
            await self._settle()

    async def _listen(self, draft: Draft, say: Say) -> None:
        began = time.perf_counter()
        async with aclosing(self.model.speaker.speak(self.prompt)) as events:
            async for event in events:
                if not isinstance(event, Said):
                    self.end = event
                    continue
                self.tokens_heard += estimated_tokens(event.text)
                if piece := draft.add(event.text):
                    self.record.setdefault("first_word", round(1000 * (time.perf_counter() - began), 1))
                    say(piece)
        if isinstance(self.end, Ended):
            say(draft.end())

    async def _settle(self) -> None:
        if isinstance(self.end, Failed):
            self.record["fault"] = self.end.fault
        usage = self._usage()
        if usage is None:
            return
        cost = await self.model.spending.note(self.model.speaker.model, usage)
        self.record |= {"prompt_tokens": usage.prompt_tokens, "completion_tokens": usage.completion_tokens}
        if usage.is_estimated:
            self.record["is_estimated"] = True
        if cost is not None:
            self.record["cost"] = cost

    def _usage(self) -> Usage | None:
        """By the provider's own count, where it gave one. A call that said nothing was not charged."""
        if isinstance(self.end, Ended) and self.end.usage:
            return self.end.usage
        if not self.tokens_heard:
            return None
        asked = sum(estimated_tokens(message.content) for message in self.prompt.messages)
        return Usage(asked, self.tokens_heard, is_estimated=True)
