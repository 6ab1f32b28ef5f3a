"""When we hang up, llama.cpp writes no further."""

import asyncio
import http.client
from collections.abc import Iterator
from contextlib import aclosing, suppress

from tests.benchmarks.llama_server import KEY, Llama
from tests.benchmarks.llama_shop import Shop, conversation_in
from tests.benchmarks.measuring import Finding
from trulybot.llm.hearing import Patience
from trulybot.llm.provider import Provider
from trulybot.llm.speech import Failed, Message, Prompt, Said

MOST_TOKENS = 1_500  # takes far longer to write than SOON
SOON = 3.0  # seconds
FEW = 20  # tokens
LONG = Prompt([Message("user", "Tell me a long story.")], user="check", most_tokens=MOST_TOKENS, temperature=0)
SLOWLY_READ = Prompt(
    [Message("user", "one two three four " * 300)], user="check", most_tokens=MOST_TOKENS, temperature=0
)


def hangs_up(shop: Shop, model: Llama) -> Iterator[Finding]:
    yield _stopped_soon("who closes the call stops it", asyncio.run(_close_at_first_word(model)), model)
    yield _impatient(model)
    with shop.opened(MOST_TOKENS) as caller:
        heard = caller.follow("Which number has the shop’s phone?")
        events = [next(heard), next(heard)]
        was_busy = model.is_busy
        caller.server.process.terminate()
        with suppress(ConnectionError, http.client.HTTPException):
            events += heard
        caller.server.process.wait()
        yield _stopped_soon("a workspace that stops in mid-answer stops it", was_busy, model)
    with shop.opened(MOST_TOKENS) as caller:
        turn = caller.turn_of(conversation_in(events))
        is_kept = turn["state"] == "interrupted" and len(turn["answer"]) > 0
        yield Finding("and keeps what was said, as interrupted", is_kept, f"{len(turn['answer'])} characters")


def _stopped_soon(what: str, was_busy: bool, model: Llama) -> Finding:
    seconds = model.seconds_until_idle()
    return Finding(what, was_busy and seconds < SOON, f"idle after {seconds:.1f} s" if was_busy else "it was idle")


def _impatient(model: Llama) -> Finding:
    """llama.cpp reads a prompt to its end though nobody listens any more, and only then looks: curl fares no better."""
    before = model.tokens()
    was_busy = asyncio.run(_lose_patience(model))
    written = model.tokens().completion - before.completion
    return Finding("who waits no longer stops it at its first word", was_busy and written < FEW, f"{written} tokens")


async def _close_at_first_word(model: Llama) -> bool:
    """Whether it was writing then."""
    provider = Provider(model.url, KEY, "")
    events = provider.speak(LONG)
    await anext(event async for event in events if isinstance(event, Said))
    was_busy = model.is_busy
    await events.aclose()
    await provider.close()
    return was_busy


async def _lose_patience(model: Llama) -> bool:
    """Whether it was still reading the prompt when we had waited long enough."""
    provider = Provider(model.url, KEY, "", Patience(first=0.3))
    async with aclosing(provider.speak(SLOWLY_READ)) as events:
        was_busy = [event async for event in events] == [Failed("slow")] and model.is_busy
    await provider.close()
    return was_busy
