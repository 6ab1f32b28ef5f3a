"""What visitors leave in the tests, and what staff see of it."""

from typing import Any

import httpx

from tests.cast import Browser

ANY_FORM: list[dict[str, object]] = [
    {"name": "email", "kind": "email", "label": "E-mail"},
    {"name": "phone", "kind": "phone", "label": "Telephone"},
    {"name": "name", "kind": "name", "label": "Name"},
    {"name": "size", "kind": "select", "label": "How many are you?", "options": ["1–10", "More"]},
    {"name": "about", "kind": "text", "label": "What is it about?"},
]


async def choose(robin: Browser, **form: object) -> None:
    chosen = await robin.patch("/api/settings", json={"lead_form": {"fields": ANY_FORM, **form}})
    assert chosen.status_code == 200, chosen.text


async def leave(browser: Browser, fields: dict[str, Any], key: str | None = None, **more: object) -> httpx.Response:
    headers = {"idempotency-key": key} if key is not None else {}
    return await browser.post("/api/leads", json={"fields": fields, **more}, headers=headers)


async def left(browser: Browser, fields: dict[str, Any], key: str | None = None, **more: object) -> str:
    """The id a visitor is given."""
    answer = await leave(browser, fields, key, **more)
    assert answer.status_code in (200, 201), answer.text
    lead: str = answer.json()["lead"]
    return lead


async def seen(robin: Browser, lead: str) -> dict[str, Any]:
    answer = await robin.get(f"/api/leads/{lead}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def listed(robin: Browser, **query: Any) -> list[dict[str, Any]]:
    answer = await robin.get("/api/leads", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["leads"]
    return found


async def conversation(browser: Browser, question: str = "hello") -> str:
    answer = await browser.post("/api/chat", json={"question": question})
    handle: str = answer.json()["conversation"]
    return handle
