"""How a question is answered. The order of the steps stands here and nowhere else."""

import time
from dataclasses import dataclass, field
from typing import Any

from trulybot.chat import cache
from trulybot.chat.intent import Intent, intent_of
from trulybot.chat.models import Answer, CacheKey, Citation
from trulybot.knowledge.confidence import ANSWERABLE
from trulybot.knowledge.library import Library
from trulybot.knowledge.matching import match
from trulybot.knowledge.search import Findings
from trulybot.llm.quoting import quote
from trulybot.preferences.models import Preferences

PASSAGES = 8
RECORDED = 5  # passages whose scores are kept with a turn

YOU_ARE_WELCOME = "You’re welcome. Is there anything else?"
KEEP_CALM = "I would like to help. Ask me about our documents, and I’ll do what I can."
NOBODY_TO_REACH = "I can’t put you through to a person here. Ask me about our documents, and I’ll do what I can."


@dataclass(frozen=True)
class Room:
    """What answering needs: the owner's choices and a way to search their documents."""

    preferences: Preferences
    library: Library


def at_once(message: str, preferences: Preferences) -> Answer | None:
    """First of all: the answer to what is no question about the documents. None for a question, to be answered."""
    intent = intent_of(message)
    return None if intent == "question" else _small_talk(intent, preferences)


async def answer(question: str, room: Room) -> Answer:
    """The answer with its sources, or the owner's words for “this is not in our documents”."""
    steps = _Steps()
    heard = steps.time("understanding", await room.library.hear(question))
    if curated := steps.time("curated", await room.library.db.read(match, heard)):
        steps.note(answer=curated.id)
        return steps.recorded(Answer("curated", curated.answer), decision="curated")
    key, known = steps.time("cache", await room.library.db.read(cache.look_up, heard, room.preferences))
    if known:
        return steps.recorded(known, decision="cached")
    findings = steps.time("search", await room.library.search(heard, PASSAGES))
    threshold = ANSWERABLE if room.preferences.threshold is None else room.preferences.threshold
    steps.note(passages=_scores(findings), confidence=round(findings.confidence, 4), threshold=threshold)
    if not findings.passages or findings.confidence < threshold:
        return steps.recorded(_refuse(room.preferences), decision="not in the documents")
    quoted = steps.time("quoting", _quote(findings))
    return steps.recorded(quoted, decision="quoted", key=key)


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


def _refuse(preferences: Preferences) -> Answer:
    return Answer("refused", "\n\n".join(text for text in (preferences.refusal, preferences.contact) if text))


def _quote(findings: Findings) -> Answer:
    passages = findings.passages
    quoted = quote(findings.understood.text, passages, findings.understood.idf)
    citations = tuple(
        Citation(n=cited.n, title=passages[cited.passage].title, url=passages[cited.passage].url, quote=cited.quote)
        for cited in quoted.citations
    )
    return Answer("quoted", quoted.text, citations)


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
