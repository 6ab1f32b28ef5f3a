"""When llama.cpp dies, the turn under way is finished by quoting, and so is every later one."""

from collections.abc import Iterator

from tests.benchmarks.asking import Heard
from tests.benchmarks.llama_server import Llama
from tests.benchmarks.llama_shop import Shop, conversation_in
from tests.benchmarks.measuring import Finding
from trulybot.chat.answering import BROKE_OFF

MOST_TOKENS = 1_000
QUESTION = "How long do parcels take?"
NOBODY = "Nobody answers at the model’s address."


def fails(shop: Shop, model: Llama) -> Iterator[Finding]:
    with shop.opened(MOST_TOKENS) as caller:
        events: list[Heard] = []
        for heard in caller.follow(QUESTION):
            if heard.event == "token" and not model.is_dead:
                model.kill()
            events.append(heard)
        turn = caller.turn_of(conversation_in(events))
        said, _, quoted = turn["answer"].partition(BROKE_OFF)
        is_finished = bool(said and quoted.strip() and turn["citations"]) and events[-1].event == "done"
        yield Finding("killed in mid-answer: the rest is quoted", is_finished, turn["record"]["decision"])
        fault = turn["record"]["model"].get("fault")
        yield Finding("and the record says why", fault == "unreachable", fault)
        again = list(caller.follow(QUESTION))
        turn = caller.turn_of(conversation_in(again))
        found = (turn["kind"], turn["record"]["model"].get("fault"))
        yield Finding("asked again: quoted", found == ("quoted", "unreachable"), found)
        check = caller.call("POST", "/api/settings/model-check")
        yield Finding("model-check: nobody answers", check["sentence"].startswith(NOBODY), check["sentence"])
    said_by_doctor = [line for line in shop.doctor() if NOBODY in line]
    is_told = [line[:4] for line in said_by_doctor] == ["FIX "]
    yield Finding("doctor: nobody answers", is_told, *said_by_doctor or ["nothing"])
