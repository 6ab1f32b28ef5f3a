"""What no honest visitor sends: it is refused with a sentence, or kept as harmless text."""

import json
from collections.abc import Mapping

import pytest

from tests.cast import Browser
from tests.trulybot.leads.leaving import choose, left, listed, seen

MIRA = "mira@acorn.example"
JSON = {"content-type": "application/json"}

BODIES: Mapping[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "half an object": b'{"fields": {"email": "mira@ac',
    "no fields": b"{}",
    "fields that are a list": b'{"fields": []}',
    "fields that are null": b'{"fields": null}',
    "a number for a value": b'{"fields": {"email": 7}}',
    "an object for a value": b'{"fields": {"email": {"email": "a@b.example"}}}',
    "a lone surrogate": b'{"fields": {"email": "mira@acorn.example", "name": "\\ud800"}}',
    "invalid UTF-8": b'{"fields": {"email": "\xff@acorn.example"}}',
    "deep nesting": b'{"fields": {"email": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    "an unknown member": b'{"fields": {"email": "mira@acorn.example"}, "status": "won"}',
    "a name without end": json.dumps({"fields": {"email": MIRA, "x" * 41: "x"}}).encode(),
    "fields without end": json.dumps({"fields": {f"f{n}": "x" for n in range(51)}}).encode(),
    "a page without end": json.dumps({"fields": {"email": MIRA}, "page": "https://" + "x" * 2000}).encode(),
    "consent that is a text": b'{"fields": {"email": "mira@acorn.example"}, "consent": "yes"}',
    "a locale that is none": b'{"fields": {"email": "mira@acorn.example"}, "locale": "en; DROP TABLE leads"}',
    "a conversation that is none": b'{"fields": {"email": "mira@acorn.example"}, "conversation": "x"}',
    "an address with a null character": b'{"fields": {"email": "mira\\u0000@acorn.example\\u0000 x"}}',
    "an address with a header": b'{"fields": {"email": "mira@acorn.example\\r\\nBcc: all@acorn.example"}}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
async def test_a_hostile_body_is_refused_and_nothing_is_kept(charlie: Browser, robin: Browser, body: bytes) -> None:
    answer = await charlie.post("/api/leads", content=body, headers=JSON)
    assert answer.status_code in (400, 404, 422), answer.text
    assert answer.json()["detail"].rstrip().endswith(".")
    assert "msgspec" not in answer.text and "surrogate" not in answer.text
    assert await listed(robin) == []
    assert await left(charlie, {"email": MIRA})


async def test_ten_megabytes_are_too_many(charlie: Browser, robin: Browser) -> None:
    body = json.dumps({"fields": {"email": MIRA, "name": "x" * 10_000_000}}).encode()
    assert (await charlie.post("/api/leads", content=body, headers=JSON)).status_code == 413
    assert await listed(robin) == []


async def test_the_last_of_two_equal_keys_counts(charlie: Browser, robin: Browser) -> None:
    body = b'{"fields": {"email": "a@acorn.example", "email": "b@acorn.example"}}'
    assert (await charlie.post("/api/leads", content=body, headers=JSON)).status_code == 201
    (lead,) = await listed(robin)
    assert lead["email"] == "b@acorn.example"


async def test_other_content_types_are_refused(charlie: Browser) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        answer = await charlie.post("/api/leads", content=b'{"fields": {}}', headers={"content-type": kind})
        assert answer.status_code in (400, 415)


async def test_what_no_keyboard_types_is_left_out(charlie: Browser, robin: Browser) -> None:
    await choose(robin)
    name = "\u202eMira\u2066 \u0000R\u0007ao\u001b[31m\r\nBcc: x"
    lead = await seen(robin, await left(charlie, {"email": MIRA, "name": name, "about": "a\u0000\r\n\tb\u202e"}))
    assert lead["name"] == "Mira Rao[31m Bcc: x"
    assert lead["fields"]["about"] == "a\n\tb"


async def test_odd_words_are_kept_as_they_are(charlie: Browser, robin: Browser) -> None:
    await choose(robin)
    for odd in ("'; DROP TABLE leads; --", "<script>alert(1)</script>", "=1+1", "👩‍👩‍👧", "نام من", '{"a": 1}', "%00"):
        lead = await seen(robin, await left(charlie, {"email": MIRA, "about": odd}))
        assert lead["captures"][-1]["fields"]["about"] == odd
    assert len(await listed(robin)) == 1


async def test_the_longest_values_are_taken(charlie: Browser, robin: Browser) -> None:
    await choose(robin)
    longest = {"email": "m" * 64 + "@" + ".".join(["b" * 61] * 3) + ".ex", "name": "n" * 200, "about": "é" * 2000}
    lead = await seen(robin, await left(charlie, longest))
    assert (lead["name"], lead["fields"]["about"]) == (longest["name"], longest["about"])
