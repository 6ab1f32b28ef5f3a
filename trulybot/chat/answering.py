"""How a question is answered. The order of the steps stands here and nowhere else."""

import re
import time
from asyncio import Event
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection

from trulybot.chat import cache
from trulybot.chat.call import Model
from trulybot.chat.draft import Say, in_silence
from trulybot.chat.follow_up import standing_alone
from trulybot.chat.intent import Intent, intent_of
from trulybot.chat.models import DECLINED, Answer, CacheKey, Citation
from trulybot.chat.moderating import meanwhile, moderation_of
from trulybot.chat.writing import Task, Written, write
from trulybot.knowledge.confidence import ANSWERABLE
from trulybot.knowledge.library import Library, Question
from trulybot.knowledge.matching import match
from trulybot.knowledge.search import Findings, search
from trulybot.llm.prompts import Exchange
from trulybot.llm.quoting import quote
from trulybot.preferences.models import Preferences

PASSAGES = 8
RECORDED = 5  # passages whose scores are kept with a turn

BROKE_OFF = "I was cut off there. This is what our documents say:"
YOU_ARE_WELCOME = "You’re welcome. Is there anything else?"
KEEP_CALM = "I would like to help. Ask me about our documents, and I’ll do what I can."
DECLINE = "I can’t answer that. Ask me something else about our documents, and I’ll do what I can."
NOBODY_TO_REACH = "I can’t put you through to a person here. Ask me about our documents, and I’ll do what I can."

_NUMBER = re.compile(r"\[(\d{1,2})\]")


@dataclass(frozen=True)
class Room:
    """What answering needs: the owner's choices, a way to search their documents, and a model if there is one."""

    preferences: Preferences
    library: Library
    model: Model | None = None
    has_cache: bool = True


@dataclass(frozen=True)
class Asked:
    """`earlier` is the conversation so far, oldest first; `user` tells a provider whose question it is, not who.

    Searching need not wait until the question is `saved`, a provider is not called before.
    """

    question: str
    earlier: Sequence[Exchange] = ()
    user: str = "staff"
    saved: Event | None = None


def at_once(message: str, preferences: Preferences) -> Answer | None:
    """First of all: the answer to what is no question about the documents. None for a question, to be answered."""
    intent = intent_of(message)
    return None if intent == "question" else _small_talk(intent, preferences)


async def answer(asked: Asked, room: Room, say: Say = in_silence) -> Answer:
    """The answer with its sources, or the owner's words for “this is not in our documents”.

    A model's words are said while it writes; the answer's text then begins with them.
    """
    steps = _Steps()
    wanted = await _reading(asked, room.library, steps)
    if wanted != asked.question:
        steps.note(searched=wanted)
    writer = room.model.speaker.model if room.model else ""
    heard = steps.time("understanding", await room.library.understand(wanted))
    ready, key = steps.time("words", room.library.db.glance(_ready, heard, room, writer))
    moderation = moderation_of(room.model, room.preferences)
    findings = None
    if ready is None:
        async with meanwhile(moderation.judge_question(asked.question, asked.saved)) as judging:
            heard = steps.time("embedding", await room.library.embed(heard))
            found = await room.library.db.read(_ready_or_found, heard, room, writer)
            ready, key, findings = steps.time("search", found)
            if moderation.is_on and ready is None:
                steps.note(moderation=steps.time("moderation", await judging))
    if ready:
        steps.note(**ready.record)
        return steps.recorded(ready, decision=ready.kind)
    assert findings is not None
    threshold = ANSWERABLE if room.preferences.threshold is None else room.preferences.threshold
    steps.note(passages=_scores(findings), confidence=round(findings.confidence, 4), threshold=threshold)
    if moderation.declines:
        return steps.recorded(_refuse(room.preferences, DECLINE), decision=DECLINED)
    if not findings.passages or findings.confidence < threshold:
        return steps.recorded(_refuse(room.preferences), decision="not in the documents")
    if room.model is None:
        return steps.recorded(steps.time("quoting", _quote(findings)), decision="quoted", key=key)
    if asked.saved:
        await asked.saved.wait()
    task = Task(asked.question, findings.passages, asked.earlier, asked.user)
    written = steps.time("model", await write(task, room.model, room.preferences, moderation.heard(say)))
    if moderation.judges_answers:
        written = steps.time("moderation of the answer", await moderation.checked(written))
    steps.note(model=written.record)
    if written.outcome == "whole":
        generated = Answer("generated", written.text, written.citations)
        # What this visitor said before may be in it, which is nobody else's business.
        is_for_all = not asked.earlier and moderation.is_complete
        return steps.recorded(generated, decision="written by the model", key=key if is_for_all else None)
    return _in_place_of(written, findings, room.preferences, steps)


async def _reading(asked: Asked, library: Library, steps: "_Steps") -> str:
    """What to search for: with the words of the question before it, unless the documents answer it better alone.

    “Which files can it read?” may go on with a subject, or ask about the site itself; the wording does not tell.
    """
    together = standing_alone(asked.question, [one.question for one in asked.earlier])
    if together == asked.question:
        return together
    scores = {wanted: (await library.find(wanted, 1)).best for wanted in (together, asked.question)}
    better: str = steps.time("reading", max(scores, key=lambda wanted: scores[wanted]))
    return better


def _ready(connection: Connection, heard: Question, room: Room, writer: str) -> tuple[Answer | None, CacheKey | None]:
    """A curated answer, else one given before; and the key under which another may be kept."""
    if curated := match(connection, heard):
        return Answer("curated", curated.answer, record={"answer": curated.id}), None
    key, known = cache.look_up(connection, heard, room.preferences, writer)
    return known if room.has_cache else None, key


def _ready_or_found(
    connection: Connection, heard: Question, room: Room, writer: str
) -> tuple[Answer | None, CacheKey | None, Findings | None]:
    """One look at the database for an answer of the same meaning and, where there is none, for passages."""
    ready, key = _ready(connection, heard, room, writer)
    return ready, key, None if ready else search(connection, heard.understood, heard.vector, PASSAGES)


def _small_talk(intent: Intent, preferences: Preferences) -> Answer:
    record = {"decision": intent}
    match intent:
        case "person" | "contact":
            return Answer("handover", preferences.contact or NOBODY_TO_REACH, record=record)
        case "abuse":
            return Answer("greeting", KEEP_CALM, record=record)
        case "thanks":
            return Answer("greeting", YOU_ARE_WELCOME, record=record)
    return Answer("greeting", preferences.welcome, record=record)


def _in_place_of(written: Written, findings: Findings, preferences: Preferences, steps: "_Steps") -> Answer:
    """Where the model gave no whole answer: the owner's refusal, or the documents' own words, in the same turn."""
    if written.outcome == "refused":
        return steps.recorded(_refuse(preferences, written.text), decision="refused by the model")
    if written.outcome == "flagged":
        quoted = steps.time("quoting", _quote(findings))
        return steps.recorded(quoted, decision="quoted, because what the model wrote was flagged")
    if written.outcome == "broke off":
        finished = steps.time("quoting", _finish(written, _quote(findings)))
        return steps.recorded(finished, decision="the model broke off, so the rest is quoted")
    return steps.recorded(steps.time("quoting", _quote(findings)), decision="quoted in place of the model")


def _refuse(preferences: Preferences, said: str = "") -> Answer:
    """In the owner's words, unless it is said in others."""
    return Answer("refused", "\n\n".join(text for text in (said or preferences.refusal, preferences.contact) if text))


def _quote(findings: Findings) -> Answer:
    passages = findings.passages
    quoted = quote(findings.understood.text, passages, findings.understood.idf)
    citations = tuple(
        Citation(n=cited.n, title=passages[cited.passage].title, url=passages[cited.passage].url, quote=cited.quote)
        for cited in quoted.citations
    )
    return Answer("quoted", quoted.text, citations)


def _finish(written: Written, quoted: Answer) -> Answer:
    """What the model said before its line was cut, marked as such, then what the documents say word for word."""
    after = len(written.citations)
    moved = tuple(msgspec.structs.replace(cited, n=cited.n + after) for cited in quoted.citations)
    text = _NUMBER.sub(lambda mark: f"[{int(mark[1]) + after}]", quoted.text)
    return Answer("generated", "\n\n".join([written.text, BROKE_OFF, text]), written.citations + moved)


def _scores(findings: Findings) -> list[dict[str, Any]]:
    return [
        {"passage": passage.id, "title": passage.title, "score": round(passage.score, 4)}
        for passage in findings.passages[:RECORDED]
    ]


@dataclass
class _Steps:
    """What was done for a turn and how long each step took, in milliseconds."""

    noted: dict[str, Any] = field(default_factory=dict)
    milliseconds: dict[str, float] = field(default_factory=dict)
    last: float = field(default_factory=time.perf_counter)

    def time(self, step: str, result: Any) -> Any:
        """Call it with the step's finished result: what passed since the step before is its time."""
        now = time.perf_counter()
        self.milliseconds[step] = round(1000 * (now - self.last), 2)
        self.last = now
        return result

    def note(self, **facts: Any) -> None:
        self.noted |= facts

    def recorded(self, answer: Answer, decision: str, key: CacheKey | None = None) -> Answer:
        """Under a key the answer is kept, for whoever asks the same."""
        record = {"decision": decision, "milliseconds": self.milliseconds, **self.noted}
        return Answer(answer.kind, answer.text, answer.citations, record, key)
