"""Whether a model answers at all, for the owner who has just configured it."""

import time
from contextlib import aclosing

import msgspec

from trulybot.llm.speech import Ended, Failed, Fault, Message, Prompt, Said, Speaker

_QUESTION = Prompt([Message("user", "Reply with the word yes.")], user="check", most_tokens=16, temperature=0)
_SENTENCES: dict[Fault, str] = {
    "unreachable": "Nobody answers at the model’s address. Check TRULYBOT_MODEL_URL, and that the server is running.",
    "slow": "The model did not answer in time. Try again, or raise TRULYBOT_MODEL_FIRST_SECONDS.",
    "too many requests": "The provider has had too many requests. Try again in a minute.",
    "over quota": "The quota at the provider is used up. Check the account there.",
    "refused": "The provider refused the request. Check TRULYBOT_MODEL_KEY and TRULYBOT_MODEL.",
    "broken": "The provider has a failure of its own. Try again later.",
    "nonsense": "What answers there is not OpenAI’s protocol. Check TRULYBOT_MODEL_URL; it usually ends in /v1.",
    "filtered": "The provider would not let the model answer. Try another model.",
    "resting": "The provider failed too often just now. Try again in a minute.",
    "busy": "Others wait for the provider already. Try again in a minute.",
}


class Check(msgspec.Struct, frozen=True):
    """`first_word` is in milliseconds; `counts_tokens` says whether the provider tells what was used."""

    works: bool
    sentence: str
    model: str
    status: int | None = None
    first_word: float | None = None
    counts_tokens: bool = False


async def check(speaker: Speaker) -> Check:
    """Ask it for one word, which costs a few tokens."""
    began = time.perf_counter()
    first_word = None
    async with aclosing(speaker.speak(_QUESTION)) as events:
        async for event in events:
            match event:
                case Said():
                    first_word = first_word or round(1000 * (time.perf_counter() - began), 1)
                case Failed(fault=fault, status=status):
                    return Check(False, _SENTENCES[fault], speaker.model, status)
                case Ended(usage=usage):
                    sentence = f"{speaker.model} answers."
                    return Check(True, sentence, speaker.model, None, first_word, usage is not None)
    return Check(False, _SENTENCES["nonsense"], speaker.model)
