"""What a model's tokens cost. A table of list prices as of one date; the operator may set the price instead."""

import re
from dataclasses import dataclass

from trulybot.llm.speech import Usage

AS_OF = "2025-08-31"
MILLION = 1_000_000

_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")  # gpt-4o-mini-2024-07-18 costs what gpt-4o-mini costs


@dataclass(frozen=True, slots=True)
class Price:
    """In micro-dollars for a million tokens."""

    prompt: int
    completion: int

    def of(self, usage: Usage) -> int:
        """Micro-dollars, rounded up. What a provider takes off for cached prompts is not taken off."""
        cost = self.prompt * usage.prompt_tokens + self.completion * usage.completion_tokens
        return -(-cost // MILLION)


_LISTED = {
    "gpt-4o-mini": Price(150_000, 600_000),
    "gpt-4o": Price(2_500_000, 10_000_000),
    "gpt-4.1": Price(2_000_000, 8_000_000),
    "gpt-4.1-mini": Price(400_000, 1_600_000),
    "gpt-4.1-nano": Price(100_000, 400_000),
    "gpt-5": Price(1_250_000, 10_000_000),
    "gpt-5-mini": Price(250_000, 2_000_000),
    "gpt-5-nano": Price(50_000, 400_000),
}


def listed_price(model: str) -> Price | None:
    """None for a model that is not in the table: then tokens are counted, and no money."""
    return _LISTED.get(_DATED.sub("", model))
