"""Whether a model answers at all, for the owner who has just configured it."""

import time
from contextlib import aclosing

import msgspec

from trulybot.kit.texts import N_, _
from trulybot.llm.moderation import Moderator, NoVerdict
from trulybot.llm.speech import Ended, Failed, Fault, Message, Prompt, Said, Speaker

_HARMLESS = "How long does delivery take?"
_QUESTION = Prompt([Message("user", "Reply with the word yes.")], user="check", most_tokens=16, temperature=0)
_SENTENCES: dict[Fault, str] = {
    "unreachable": N_("Nobody answers there. Check the address (TRULYBOT_MODEL_URL), and that the server is running."),
    "slow": N_("The model did not answer in time. Try again, or raise TRULYBOT_MODEL_FIRST_SECONDS."),
    "too many requests": N_("The provider has had too many requests. Try again in a minute."),
    "over quota": N_("The quota at the provider is used up. Check the account there."),
    "refused": N_("The provider refused the request. Check the key (TRULYBOT_MODEL_KEY) and TRULYBOT_MODEL."),
    "broken": N_("The provider has a failure of its own. Try again later."),
    "nonsense": N_("That is not OpenAI’s protocol. Check the address (TRULYBOT_MODEL_URL); it usually ends in /v1."),
    "filtered": N_("The provider would not let the model answer. Try another model."),
    "resting": N_("The provider failed too often just now. Try again in a minute."),
    "busy": N_("Others wait for the provider already. Try again in a minute."),
}
_NO_MODERATION = N_("Moderation does not work, so visitors are answered unchecked.")
_MODERATION_ADVICE: dict[Fault, str] = {
    "slow": N_("It gave no verdict in time. Try again later."),
    "refused": N_(
        "Check that the provider offers it, TRULYBOT_MODERATION_MODEL and TRULYBOT_MODEL_KEY; or switch it off."
    ),
    "nonsense": N_("Check that the provider offers it, or switch it off."),
}


class ModerationCheck(msgspec.Struct, frozen=True):
    works: bool
    sentence: str
    model: str
    status: int | None = None


class Check(msgspec.Struct, frozen=True):
    """`first_word` is in milliseconds; `counts_tokens` says whether the provider tells what was used."""

    works: bool
    sentence: str
    model: str
    status: int | None = None
    first_word: float | None = None
    counts_tokens: bool = False
    moderation: ModerationCheck | None = None  # where it is switched on


async def check(speaker: Speaker, moderator: Moderator | None = None) -> Check:
    """Ask it for one word, which costs a few tokens, and the moderator for a verdict."""
    found = await _check_speaker(speaker)
    return msgspec.structs.replace(found, moderation=await _check_moderator(moderator)) if moderator else found


async def _check_speaker(speaker: Speaker) -> Check:
    began = time.perf_counter()
    first_word = None
    async with aclosing(speaker.speak(_QUESTION)) as events:
        async for event in events:
            match event:
                case Said():
                    first_word = first_word or round(1000 * (time.perf_counter() - began), 1)
                case Failed(fault=fault, status=status):
                    return Check(False, _(_SENTENCES[fault]), speaker.model, status)
                case Ended(usage=usage):
                    sentence = _("%(model)s answers.") % {"model": speaker.model}
                    return Check(True, sentence, speaker.model, None, first_word, usage is not None)
    return Check(False, _(_SENTENCES["nonsense"]), speaker.model)


async def _check_moderator(moderator: Moderator) -> ModerationCheck:
    verdict = await moderator.judge(_HARMLESS)
    if isinstance(verdict, NoVerdict):
        advice = _MODERATION_ADVICE.get(verdict.fault, _SENTENCES[verdict.fault])
        return ModerationCheck(False, f"{_(_NO_MODERATION)} {_(advice)}", moderator.model, verdict.status)
    return ModerationCheck(True, _("%(model)s moderates.") % {"model": moderator.model}, moderator.model)
