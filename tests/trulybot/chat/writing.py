"""How the tests ask, where a model writes the answers."""

import json
import re
from typing import Any

import msgspec

from tests.acorn import REFUNDED
from tests.cast import Browser
from tests.provider import KEY, MODEL, Provider
from trulybot.settings import Settings

QUOTED = "The refund arrives within five working days after we receive the parcel."
MY_OWN = "When does the refund arrive where I live?"  # personal, so its answer is kept for nobody
COST = 72  # micro-dollars: 400 tokens at 0.15 and 20 at 0.60 dollars a million


def with_model(settings: Settings, stand_in: Provider) -> Settings:
    return msgspec.structs.replace(
        settings,
        model_url=stand_in.url,
        model_key=KEY,
        model=MODEL,
        model_first_seconds=0.5,
        model_pause_seconds=0.5,
        model_whole_seconds=5.0,
    )


async def ask(browser: Browser, question: str = REFUNDED, conversation: str | None = None) -> dict[str, Any]:
    answer = await browser.post("/api/chat", json={"question": question, "conversation": conversation})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def streamed(browser: Browser, question: str = REFUNDED) -> list[tuple[str, int, dict[str, Any]]]:
    answer = await browser.post("/api/chat", json={"question": question}, headers={"accept": "text/event-stream"})
    return events_in(answer.text)


def events_in(text: str) -> list[tuple[str, int, dict[str, Any]]]:
    found = re.findall(r"event: (\w+)\nid: (\d+)\ndata: (.*)\n\n", text)
    return [(event, int(number), json.loads(data)) for event, number, data in found]


async def choose(robin: Browser, **choices: object) -> None:
    changed = await robin.patch("/api/settings", json=choices)
    assert changed.status_code == 200, changed.text


async def last_record(robin: Browser, given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await robin.get(f"/api/conversations/{given['conversation']}")).json()
    record: dict[str, Any] = found["turns"][-1]["record"]
    return record


async def gaps(robin: Browser) -> list[str]:
    return [gap["question"] for gap in (await robin.get("/api/gaps")).json()["gaps"]]


def environment(settings: Settings) -> dict[str, str]:
    names = ("model_url", "model_key", "embeddings_url", "embeddings_model")
    return {name.upper(): getattr(settings, name) for name in names}
