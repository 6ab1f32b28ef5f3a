"""A model writes the answer from the passages that were found, and what it says is checked while it is said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from trulybot.chat.call import Call, Model
from trulybot.chat.draft import Draft, Say
from trulybot.chat.grounding import Source, nearest, quote_for, sentences_in, unsupported_in
from trulybot.chat.models import Citation
from trulybot.knowledge.search import Found
from trulybot.llm import prompts
from trulybot.llm.speech import Ended, Prompt
from trulybot.preferences.models import Preferences
from trulybot.preferences.tones import manner

Outcome = Literal["whole", "refused", "broke off", "flagged", "nothing"]

CUT = " …"

# A model that refuses in words of its own instead of those it was given.
_REFUSES = re.compile(
    r"\b(?:passages?|documents?|sources?|information|context|text)\b.{0,60}"
    r"\b(?:do(?:es)? not|don[’']t|doesn[’']t|did not|no)\b.{0,30}"
    r"\b(?:contain|mention|provide|say|include|answer|specify)"
    r"|\bI (?:do not|don[’']t|can ?not|can[’']t)\b.{0,40}\b(?:know|find|answer|have (?:any |enough )?information)\b",
    re.IGNORECASE,
)
_LAST_MARK = re.compile(r"[.!?…।。！？:\"”)\]]\Z")


@dataclass(frozen=True)
class Task:
    """`user` is sent to the provider, so it must not tell who it is."""

    question: str
    passages: Sequence[Found]
    earlier: Sequence[prompts.Exchange]
    user: str


@dataclass
class Written:
    """What became of it; all of `text` was said already."""

    outcome: Outcome
    text: str = ""
    citations: tuple[Citation, ...] = ()
    record: dict[str, Any] = field(default_factory=dict)


async def write(task: Task, model: Model, preferences: Preferences, say: Say) -> Written:
    """Each piece is said as soon as nothing that follows can change it."""
    if model.spending.has_reached_ceiling(preferences):
        return Written("nothing", record={"fault": "ceiling reached"})
    passages = task.passages[: prompts.readable(task.passages)]
    draft = Draft([Source(passage, passage.url) for passage in passages], preferences.leave_out_unsupported)
    call = Call(model, _prompt(task, preferences))
    await call.follow(draft, say)
    outcome = _outcome(draft, call)
    if outcome in ("refused", "nothing"):
        return Written(outcome, draft.said, record=call.record)
    if not (isinstance(call.end, Ended) and call.end.is_whole) and not _LAST_MARK.search(draft.said):
        say(draft.add_own(CUT))
    if outcome == "whole" and not draft.cited and (place := nearest(draft.said, draft.sources)) is not None:
        draft.cited.append(place)
        say(draft.add_own(" [1]"))
    return Written(outcome, draft.said, _citations(draft, passages), call.record | {"grounding": _grounding(draft)})


def _prompt(task: Task, preferences: Preferences) -> Prompt:
    messages = prompts.messages(
        task.question,
        task.passages,
        name=preferences.bot_name,
        instructions=manner(preferences.tone, preferences.instructions),
        earlier=task.earlier,
    )
    return Prompt(messages, task.user, preferences.max_tokens, preferences.temperature)


def _outcome(draft: Draft, call: Call) -> Outcome:
    if draft.is_refusal:
        return "refused"
    if not draft.said:
        return "nothing"
    if not isinstance(call.end, Ended):
        return "broke off"
    return "refused" if not draft.cited and _REFUSES.search(draft.said) else "whole"


def _citations(draft: Draft, passages: Sequence[Found]) -> tuple[Citation, ...]:
    said = sentences_in(draft.said)
    return tuple(
        Citation(
            n=number,
            title=passages[place].title,
            url=passages[place].url,
            quote=quote_for(" ".join(one for one in said if f"[{number}]" in one) or draft.said, draft.sources[place]),
        )
        for number, place in enumerate(draft.cited, start=1)
    )


def _grounding(draft: Draft) -> dict[str, Any]:
    unsupported = unsupported_in(draft.said, draft.sources)
    return {"sentences": len(sentences_in(draft.said)), "unsupported": unsupported, "left_out": draft.left_out}
