"""The panel’s talk with the workspace over lines that fail in every way: all of the answer arrives, asked for once."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.browser.faults import HANDLE, TEXT, TURN, Faults, faults
from tests.browser.host import Host, breaches
from tests.browser.modules import page_with, until

pytestmark = pytest.mark.browser

MODULES = {"conversation.js": "conversationWith", "following.js": "patience"}

# The panel’s texts are their own keys here. `heard` is what the panel was told.
BEGIN = """
(base) => {
  Object.assign(patience, { first: 150, silence: 300, unknown: 3000, pause: 20, longestPause: 100, offline: 5000 });
  let kept = null;
  window.memory = { get: () => kept, set: (state) => { kept = state; } };
  window.told = [];
  window.talk = conversationWith(base, memory, (...one) => told.push(one), (key) => key, "en");
  window.ask = async (question = "Which towns?") => {
    window.heard = { text: "", waiting: [], failure: null };
    const hear = {
      turn: ({ turn }) => { heard.turn = turn; },
      token: ({ text }) => { heard.text += text; },
      citations: ({ citations }) => { heard.citations = citations; },
      waiting: (sentence) => heard.waiting.push(sentence),
      done: (done) => { heard.done = done; },
    };
    await talk.ask(question, hear).catch((failure) => { heard.failure = { ...failure }; });
    return heard;
  };
}
"""


@pytest.fixture
def line() -> Iterator[Faults]:
    with faults() as server:
        yield server


@pytest.fixture
async def page(chromium: Browser, host: Host, line: Faults) -> AsyncIterator[Page]:
    page = await page_with(chromium, host, MODULES, connect=line.address)
    await page.evaluate(BEGIN, line.address)
    yield page
    assert await breaches(page) == []


async def ask(page: Page, question: str = "Which towns?") -> dict[str, Any]:
    heard: dict[str, Any] = await page.evaluate("ask", question)
    return heard


def assert_whole(heard: dict[str, Any], line: Faults) -> None:
    assert heard["failure"] is None
    assert heard["text"] == TEXT
    assert heard["done"]["kind"] == "quoted"
    assert [citation["title"] for citation in heard["citations"]] == ["Towns"]
    assert line.methods().count("POST") == 1


@pytest.mark.parametrize("play", ["well", "crlf", "one byte at a time", "buffered"])
async def test_an_answer_arrives_whole_in_whatever_pieces(page: Page, line: Faults, play: str) -> None:
    line.plays = [play]
    assert_whole(await ask(page), line)
    assert line.methods() == ["POST"]


@pytest.mark.parametrize("play", ["cut in a token", "cut in a letter", "silent"])
async def test_an_answer_that_breaks_off_goes_on_where_it_was(page: Page, line: Faults, play: str) -> None:
    line.plays = [play, play, "hang up", "500", "page of a proxy"]
    heard = await ask(page)
    assert_whole(heard, line)
    assert line.methods() == ["POST"] + ["GET"] * 5
    assert heard["waiting"] == ["reconnecting"] * 5
    resumed = [int(headers["Last-Event-ID"]) for _, _, headers, _ in line.requests[1:]]
    assert resumed == sorted(resumed) and 0 < resumed[0] < resumed[1] < len(TEXT)


async def test_too_many_calls_while_it_goes_on_are_waited_out(page: Page, line: Faults) -> None:
    line.plays, line.retry_after = ["cut in a token", "429"], "1"
    assert_whole(await ask(page), line)


async def test_another_tab_that_begins_anew_takes_no_answer_away(page: Page, line: Faults) -> None:
    line.plays = ["silent"]
    await page.evaluate("window.asked = ask(); 0")
    await until(page, "heard.text.length > 20")
    await page.evaluate("memory.set({ ...memory.get(), conversation: 'c_2.other' })")
    assert_whole(await page.evaluate("asked"), line)
    assert all(HANDLE in path for method, path, _, _ in line.requests if method == "GET")


async def test_a_conversation_that_is_gone_is_not_asked_for_again(page: Page, line: Faults) -> None:
    await ask(page)
    line.plays = ["404"]
    assert (await ask(page))["failure"]["kind"] == "gone"
    await ask(page)
    assert "conversation" not in line.requests[-1][3]


async def test_a_double_click_asks_once(page: Page, line: Faults) -> None:
    heard = await page.evaluate("(() => { const both = [ask(), talk.ask('Which towns?', {})]; return both[0]; })()")
    assert_whole(heard, line)


async def test_a_line_that_never_comes_back_is_given_up(page: Page, line: Faults) -> None:
    line.plays = ["cut in a token"] + ["hang up"] * 20
    heard = await ask(page)
    assert heard["failure"]["sentence"] == "interrupted"
    assert heard["text"] and TEXT.startswith(heard["text"])
    assert line.methods().count("POST") == 1 and len(line.requests) < 20


async def test_what_a_restart_cut_off_is_said_to_be(page: Page, line: Faults) -> None:
    line.plays = ["restarted"]
    heard = await ask(page)
    assert heard["failure"]["sentence"] == "interrupted"
    assert heard["text"] and TEXT.startswith(heard["text"])


@pytest.mark.parametrize(
    ("play", "kind", "sentence"),
    [
        ("403", "not_allowed", "not_allowed"),
        ("404", "gone", "gone"),
        ("422", "invalid", "The workspace says 422."),
        ("429", "limited", "limited"),
        ("500", "server", "server"),
        ("page of a proxy", "server", "server"),
        ("hang up", "server", "server"),
    ],
)
async def test_a_refusal_is_told_once_and_not_argued_with(
    page: Page, line: Faults, play: str, kind: str, sentence: str
) -> None:
    line.plays = [play]
    heard = await ask(page)
    assert (heard["failure"]["kind"], heard["failure"]["sentence"]) == (kind, sentence)
    assert heard["failure"].get("retryAfter") == (17 if play == "429" else None)
    assert line.methods() == ["POST"]


async def test_asked_again_after_no_answer_it_is_the_same_question_to_the_workspace(page: Page, line: Faults) -> None:
    line.plays = ["hang up"]
    await ask(page)
    await ask(page)
    await ask(page)
    first, again, another = (headers["Idempotency-Key"] for _, _, headers, _ in line.requests)
    assert first == again != another


async def test_the_visitor_is_known_from_the_first_answer_on(page: Page, line: Faults) -> None:
    await ask(page)
    await ask(page)
    (_, _, first, began), (_, _, second, went_on) = line.requests
    assert "Authorization" not in first and "conversation" not in began
    assert second["Authorization"] == "Bearer vt_1"
    assert went_on["conversation"] == HANDLE


async def test_a_token_that_has_run_out_is_not_shown(page: Page, line: Faults) -> None:
    await ask(page)
    await page.evaluate("memory.set({ ...memory.get(), visitor_expires_at: Date.now() / 1000 - 1 })")
    await ask(page)
    assert "Authorization" not in line.requests[-1][2]


async def test_a_stopped_answer_ends_where_it_is_on_both_sides(page: Page, line: Faults) -> None:
    line.plays = ["silent"]
    await page.evaluate("patience.silence = 9000; window.asked = ask(); 0")
    await until(page, "heard.text.length > 20")
    await page.evaluate("talk.stop()")
    heard = await page.evaluate("asked")
    assert heard["failure"] is None and "done" not in heard
    assert TEXT.startswith(heard["text"]) and heard["text"] != TEXT
    assert line.requests[-1][:2] == ("DELETE", f"/api/chat/{HANDLE}/turns/{TURN.id}/stream")


async def test_offline_the_answer_waits_for_the_network(page: Page, line: Faults) -> None:
    line.plays = ["silent"]
    await page.evaluate("window.asked = ask(); 0")
    await until(page, "heard.text.length > 20")
    await page.context.set_offline(True)
    await until(page, "heard.waiting.includes('offline')")
    await page.context.set_offline(False)
    assert_whole(await page.evaluate("asked"), line)


async def test_offline_from_the_beginning_it_is_said(page: Page, line: Faults) -> None:
    await page.context.set_offline(True)
    heard = await ask(page)
    assert heard["failure"]["kind"] == "offline"
    await page.context.set_offline(False)
    assert_whole(await ask(page), line)


async def test_the_page_is_told_what_happens(page: Page, line: Faults) -> None:
    await ask(page)
    told = await page.evaluate("told")
    assert told == [["message", {"question": "Which towns?"}], ["answer", {"turn": TURN.id, "kind": "quoted"}]]
