"""A turn as events. What Last-Event-ID resumes is proven for every place where a reader may have left."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.acorn import REFUNDED
from tests.cast import Browser
from trulybot.chat import streaming
from trulybot.chat.models import Citation, Turn
from trulybot.visitors.tokens import token_for

TOKEN = token_for("v_" + "x" * 16, b"key", 0)
STREAM = {"accept": "text/event-stream"}

Event = tuple[str, int, Any]  # its name, id and data


def events(stream: str) -> list[Event]:
    frames = [frame for frame in stream.split("\n\n") if frame and not frame.startswith(":")]
    return [_event(frame) for frame in frames]


def _event(frame: str) -> Event:
    fields = dict(line.split(": ", 1) for line in frame.split("\n"))
    assert fields.keys() == {"event", "id", "data"}
    return fields["event"], int(fields["id"]), json.loads(fields["data"])


def without_token(stream: list[Event]) -> list[Event]:
    """A visitor’s token is renewed with each request, and differs from one second to the next."""
    return [(name, number, {k: v for k, v in data.items() if "visitor" not in k}) for name, number, data in stream]


def said(stream: list[Event]) -> str:
    return "".join(data["text"] for name, _, data in stream if name == "token")


@given(st.text(min_size=1), st.lists(st.integers(0, 200)), st.integers(0, 3), st.integers(0, 260))
def test_a_reader_who_comes_back_gets_exactly_the_rest(answer: str, cuts: list[int], cited: int, left_at: int) -> None:
    turn = Turn(
        id="t", conversation_id="c", question="q", answer=answer, kind="quoted", state="done",
        citations=tuple(Citation(n=n, title="T", quote="Q") for n in range(cited)),
    )  # fmt: skip
    live = [streaming.opening(turn, "c.x", TOKEN)]
    position = 0
    for cut in sorted(cuts):
        live.append(streaming.tokens(answer[:cut], position))
        position = max(position, min(cut, len(answer)))
    whole = events("".join([*live, *streaming.closing(turn, position)]))
    assert [name for name, _, _ in whole if name != "token"] == ["turn", "citations", "done"]
    assert said(whole) == answer
    seen = whole[: 1 + left_at % len(whole)]
    rest = events("".join(streaming.closing(turn, seen[-1][1])))
    assert said(seen) + said(rest) == answer
    unseen = [name for name, _, _ in whole[len(seen) :] if name != "token"]
    assert [name for name, _, _ in rest if name != "token"] == unseen


@given(st.text(min_size=1))
def test_event_ids_only_rise_and_frames_hold_no_stray_line(answer: str) -> None:
    turn = Turn(id="t", conversation_id="c", question="q", answer=answer, kind="quoted", state="done")
    ids = [
        number for _, number, _ in events("".join([streaming.opening(turn, "c.x", TOKEN), *streaming.closing(turn, 0)]))
    ]
    assert ids == sorted(set(ids))


def test_an_interrupted_turn_ends_with_an_error_and_what_was_said() -> None:
    turn = Turn(id="t", conversation_id="c", question="q", answer="Half of", state="interrupted")
    whole = events("".join(streaming.closing(turn, 0)))
    assert [name for name, _, _ in whole] == ["token", "error"]
    assert "Ask again" in whole[-1][2]["detail"]


async def test_a_question_is_streamed_with_turn_tokens_citations_and_done(charlie: Browser) -> None:
    answer = await charlie.post("/api/chat", json={"question": REFUNDED}, headers=STREAM)
    assert answer.headers["content-type"].startswith("text/event-stream")
    whole = events(answer.text)
    assert [name for name, _, _ in whole] == ["turn", "token", "citations", "done"]
    assert whole[0][2].keys() == {"conversation", "turn", "visitor", "visitor_expires_at"}
    assert whole[-1][2] == {"kind": "quoted", "lead": None}
    assert "five working days" in said(whole)
    assert whole[2][2]["citations"][0].keys() >= {"n", "title", "quote"}


async def test_a_stream_says_what_the_whole_answer_says(charlie: Browser) -> None:
    streamed = events((await charlie.post("/api/chat", json={"question": REFUNDED}, headers=STREAM)).text)
    whole = (await charlie.post("/api/chat", json={"question": REFUNDED})).json()
    assert (said(streamed), streamed[2][2]["citations"]) == (whole["answer"], whole["citations"])


async def test_a_finished_turn_is_followed_from_anywhere(charlie: Browser) -> None:
    whole = events((await charlie.post("/api/chat", json={"question": REFUNDED}, headers=STREAM)).text)
    address = f"/api/chat/{whole[0][2]['conversation']}/turns/{whole[0][2]['turn']}/stream"
    again = events((await charlie.get(address)).text)
    assert without_token(again) == without_token(whole)
    answer = said(whole)
    for offset in range(0, len(answer) + 3, 7):
        rest = events((await charlie.get(address, headers={"last-event-id": str(offset)})).text)
        assert said(rest) == answer[offset:]
        assert rest[-1][0] == "done"
    end = str(whole[-1][1])
    assert events((await charlie.get(address, headers={"last-event-id": end})).text) == []


async def test_a_turn_is_saved_whole_when_its_reader_leaves(charlie: Browser, robin: Browser) -> None:
    async with charlie.stream("POST", "/api/chat", json={"question": REFUNDED}, headers=STREAM) as answer:
        first = await anext(answer.aiter_text())
    opened = events(first)[0][2]
    kept = events((await charlie.get(f"/api/chat/{opened['conversation']}/turns/{opened['turn']}/stream")).text)
    assert [name for name, _, _ in kept] == ["turn", "token", "citations", "done"]
    assert "five working days" in said(kept)
