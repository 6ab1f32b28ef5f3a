"""What no honest caller sends: each is refused with a sentence, and nothing is kept of it."""

import json
from collections.abc import Mapping

from litestar import Litestar
from sqlalchemy import Connection, text

from tests.cast import Browser
from trulybot.chat.forms import LONGEST_QUESTION
from trulybot.settings import Settings
from trulybot.workspace import written

JSON = {"content-type": "application/json"}

BODIES: Mapping[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "half an object": b'{"question": "hel',
    "no question": b"{}",
    "an empty question": b'{"question": ""}',
    "white space": b'{"question": " \\n\\t\\u00a0 "}',
    "a null character": b'{"question": "he\\u0000llo"}',
    "null characters alone": b'{"question": "\\u0000"}',
    "one character too many": json.dumps({"question": "x" * (LONGEST_QUESTION + 1)}).encode(),
    "a lone surrogate": b'{"question": "\\ud800"}',
    "half a pair in words": b'{"question": "hello \\udc00 there"}',
    "a broken pair": b'{"question": "\\ud800\\u0041"}',
    "invalid UTF-8": b'{"question": "\xff\xfe"}',
    "overlong UTF-8": b'{"question": "\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"question": "\xed\xa0\x80"}',
    "a number": b'{"question": 1}',
    "an object for a question": b'{"question": {"question": "hello"}}',
    "a question that is null": b'{"question": null}',
    "an unknown field": b'{"question": "hello", "model": "gpt"}',
    "a conversation that is a number": b'{"question": "hello", "conversation": 7}',
    "an endless conversation": json.dumps({"question": "hello", "conversation": "c" * 201}).encode(),
    "a conversation of surrogates": b'{"question": "hello", "conversation": "\\ud800.\\udc00"}',
    "deep nesting": b'{"question": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep nesting in an unknown field": b'{"question": "hello", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a locale that is none": b'{"question": "hello", "locale": "en; DROP TABLE turns"}',
    "an endless locale": json.dumps({"question": "hello", "locale": "en" + "-abcd" * 10}).encode(),
    "a locale that is a list": b'{"question": "hello", "locale": ["en"]}',
}

ODD = ['"', "'; DROP TABLE turns; --", "* OR NEAR(", "a AND NOT", "💡🏳️‍🌈", "<b>", "\u202e"]


def turns(connection: Connection) -> int:
    found: int = connection.execute(text("SELECT count(*) FROM turns")).scalar_one()
    return found


def assert_refused(answer: object, *statuses: int) -> None:
    assert answer.status_code in statuses, (answer.status_code, answer.text[:200])  # type: ignore[attr-defined]
    problem = answer.json()  # type: ignore[attr-defined]
    assert problem["detail"].rstrip().endswith(".")
    assert "surrogate" not in problem["detail"] and "msgspec" not in problem["detail"]


async def test_every_hostile_body_is_refused_and_nothing_is_kept(charlie: Browser, settings: Settings) -> None:
    for name, body in BODIES.items():
        answer = await charlie.post("/api/chat", content=body, headers=JSON)
        assert answer.status_code in (400, 404, 413, 422), (name, answer.status_code, answer.text)
        assert_refused(answer, answer.status_code)
    assert written(settings, turns) == 0
    assert (await charlie.post("/api/chat", content=b'{"question": "hello"}', headers=JSON)).status_code == 200


async def test_the_longest_question_is_taken(charlie: Browser) -> None:
    answer = await charlie.post("/api/chat", json={"question": "lamp " * (LONGEST_QUESTION // 5)})
    assert answer.status_code == 200


async def test_odd_characters_are_a_question_like_any_other(charlie: Browser) -> None:
    for question in ODD:
        answer = await charlie.post("/api/chat", json={"question": question})
        assert (answer.status_code, answer.json()["kind"]) == (200, "refused"), question


async def test_other_content_types_are_refused(charlie: Browser, settings: Settings) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml", ""):
        answer = await charlie.post("/api/chat", content=b'{"question": "hello"}', headers={"content-type": kind})
        assert_refused(answer, 400, 415)
    assert written(settings, turns) == 0


async def test_places_that_are_none_are_refused(robin: Browser) -> None:
    cursors = ["x", "W10=", "WzEsMl0=", "bnVsbA==", "\x00", "é", "W" * 5000]
    cursors += ["Wy0xLCAieCJd", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTksICJ4Il0="]  # [-1, "x"], [99999999999999999999999, "x"]
    for cursor in cursors:
        for address in ("/api/conversations", "/api/documents"):
            answer = await robin.get(address, params={"cursor": cursor})
            if cursor != "Wy0xLCAieCJd":
                assert_refused(answer, 400)


async def test_numbers_that_no_database_holds_are_refused(robin: Browser) -> None:
    for number in ("99999999999999999999999", "9" * 5000):
        assert_refused(await robin.delete(f"/api/gaps/{number}"), 400, 404)


async def test_last_event_ids_that_are_none_are_refused(charlie: Browser) -> None:
    asked = (await charlie.post("/api/chat", json={"question": "hello"})).json()
    address = f"/api/chat/{asked['conversation']}/turns/{asked['turn']}/stream"
    assert (await charlie.get(address, headers={"last-event-id": "0"})).status_code == 200
    for wrong in (b"", b"-1", b"1.5", b"x", b"9" * 10, b"\xb2", b"0x1", b"1 OR 1"):
        assert_refused(await charlie.get(address, headers={b"last-event-id": wrong}), 400)


async def test_an_odd_accept_header_gets_json(app: Litestar, charlie: Browser) -> None:
    for accept in ("", "*/*", "application/pdf", "\x00", "a" * 5000):
        answer = await charlie.post("/api/chat", json={"question": "hello"}, headers={"accept": accept})
        assert (answer.status_code, answer.json()["kind"]) == (200, "greeting")
