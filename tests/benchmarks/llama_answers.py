"""What llama.cpp writes reaches a visitor as it is written, and is counted as llama.cpp counts it."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.benchmarks.asking import Caller, Heard
from tests.benchmarks.llama_server import PATIENCE, POLL, Llama, Tokens
from tests.benchmarks.llama_shop import Shop, conversation_in, words_in
from tests.benchmarks.measuring import Finding
from trulybot.chat.writing import CUT
from trulybot.llm.breaker import FAILURES
from trulybot.llm.provider import Provider
from trulybot.llm.speech import Event, Failed, Message, Prompt

MOST_TOKENS = 60
TOO_LONG = "𒀀" * 2_000  # as many characters as instructions may have, and more than one token each
PROMPT = Prompt([Message("user", "How long does a refund take?")], user="check", most_tokens=8, temperature=0)


def answers(shop: Shop, model: Llama) -> Iterator[Finding]:
    with shop.opened(MOST_TOKENS) as caller:
        check = caller.call("POST", "/api/settings/model-check")
        yield Finding(
            "model-check: it works and counts tokens", check["works"] and check["counts_tokens"], check["sentence"]
        )
        yield from _streamed(caller, model)
        yield from _at_once(caller)
        yield from _left(caller)
        yield from _too_long(caller)
        yield from _unmoderated(caller)
    said = [line for line in shop.doctor() if "language model" in line]
    yield Finding("doctor: it answers", said == [f"ok   the language model {check['model']} answers."], said)
    refused = asyncio.run(_said(Provider(model.url, "sk-wrong", "")))
    yield Finding("a wrong key is refused", refused == [Failed("refused", status=401)], refused)


def _streamed(caller: Caller, model: Llama) -> Iterator[Finding]:
    before = model.tokens()
    events, busy = [], False
    for heard in caller.follow("How long does a refund take?"):
        busy = busy or (heard.event == "token" and model.is_busy)
        events.append(heard)
    words = words_in(events)
    spread = words[-1].at - words[0].at
    yield Finding("words come while it writes", busy and len(words) > 10, f"{len(words)} events in {spread:.1f} s")
    turn = _turn(caller, events)
    last = events[-1]
    is_done = (last.event, last.data, turn["kind"]) == ("done", {"kind": "generated"}, "generated")
    yield Finding("the answer is generated, and done", is_done, turn["answer"][:40].replace("\n", " ") + "…")
    record, after = turn["record"]["model"], model.tokens()
    yield Finding("no fault, under a name that it does not know", "fault" not in record, record["name"])
    counted = Tokens(after.prompt - before.prompt, after.completion - before.completion)
    ours = Tokens(record["prompt_tokens"], record["completion_tokens"])
    yield Finding(
        "usage is its own count", ours == counted and "is_estimated" not in record, f"{tuple(ours)}, {tuple(counted)}"
    )
    cut = ours.completion == MOST_TOKENS and CUT in turn["answer"]
    yield Finding("it heeds max_tokens, and the answer is marked as cut", cut, ours.completion)


def _at_once(caller: Caller) -> Iterator[Finding]:
    """It answers one at a time, so the second waits for the first."""
    with ThreadPoolExecutor() as pool:
        both = list(pool.map(lambda question: list(caller.follow(question)), ["When do parcels leave?", "Who phones?"]))
    kinds = [events[-1].data.get("kind") for events in both]
    yield Finding("two at once are both answered, one after the other", kinds == ["generated"] * 2, kinds)


def _left(caller: Caller) -> Iterator[Finding]:
    heard = caller.follow("Who answers the phone?")
    events = [next(heard), next(heard)]
    heard.close()
    deadline = time.monotonic() + PATIENCE
    while (turn := _turn(caller, events))["state"] == "running" and time.monotonic() < deadline:
        time.sleep(POLL)
    counted = turn["record"].get("model", {}).get("completion_tokens")
    yield Finding("a visitor who leaves stops nothing: the turn is kept", counted == MOST_TOKENS, turn["state"])


def _too_long(caller: Caller) -> Iterator[Finding]:
    """As often in a row as would make us leave a failing server alone."""
    caller.call("PATCH", "/api/settings", {"instructions": TOO_LONG})
    refused = [list(caller.follow("On which days is the shop’s phone answered?")) for _ in range(FAILURES)]
    caller.call("PATCH", "/api/settings", {"instructions": ""})
    kinds = {(_turn(caller, events)["kind"], _turn(caller, events)["record"]["model"]["fault"]) for events in refused}
    yield Finding("a prompt beyond its context is refused, so quoted", kinds == {("quoted", "refused")}, kinds)
    after = _turn(caller, list(caller.follow("Where is the warehouse?")))
    yield Finding("and it is still asked what it can read", after["kind"] == "generated", after["record"]["decision"])


def _unmoderated(caller: Caller) -> Iterator[Finding]:
    """llama.cpp has no /moderations."""
    caller.call("PATCH", "/api/settings", {"moderation": "questions"})
    turn = _turn(caller, list(caller.follow("Which days are working days?")))
    check = caller.call("POST", "/api/settings/model-check")["moderation"]
    caller.call("PATCH", "/api/settings", {"moderation": "off"})
    found = (turn["kind"], turn["record"]["moderation"]["question"]["verdict"])
    yield Finding("moderation, which it has not, silences nobody", found == ("generated", "unavailable"), found)
    yield Finding(
        "model-check: moderation does not work", not check["works"] and check["status"] == 404, check["sentence"]
    )


def _turn(caller: Caller, events: list[Heard]) -> dict[str, Any]:
    return caller.turn_of(conversation_in(events))


async def _said(provider: Provider) -> list[Event]:
    try:
        return [event async for event in provider.speak(PROMPT)]
    finally:
        await provider.close()
