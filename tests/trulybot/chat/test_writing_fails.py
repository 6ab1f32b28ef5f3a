"""The model fails, in every way it can: the same turn ends with an answer, and says nothing false."""

import asyncio

import httpx
import pytest

from tests.acorn import REFUNDED
from tests.cast import Browser
from tests.processes import serving
from tests.provider import COMPLETION_TOKENS, PROMPT_TOKENS, Provider
from tests.trulybot.chat.writing import (
    COST,
    MY_OWN,
    QUOTED,
    ask,
    choose,
    environment,
    events_in,
    last_record,
    streamed,
    with_model,
)
from trulybot.chat.answering import BROKE_OFF
from trulybot.chat.live import KEPT_EVERY
from trulybot.settings import Settings

BEFORE_A_WORD = ["wrong key", "failing", "starting", "over quota", "page", "hang before"]
AFTER_SOME_WORDS = ["hang after", "cut", "ends early", "nonsense", "fails midway"]


@pytest.fixture
def settings(settings: Settings, stand_in: Provider) -> Settings:
    return with_model(settings, stand_in)


@pytest.mark.parametrize("play", BEFORE_A_WORD)
async def test_where_the_model_says_nothing_the_documents_are_quoted(
    charlie: Browser, robin: Browser, stand_in: Provider, play: str
) -> None:
    stand_in.then = play
    given = await ask(charlie)
    assert given["kind"] == "quoted"
    assert given["answer"].startswith(QUOTED)
    record = await last_record(robin, given)
    assert record["decision"] == "quoted in place of the model"
    assert record["model"]["fault"]


@pytest.mark.parametrize("play", AFTER_SOME_WORDS)
async def test_a_model_cut_off_midway_is_said_to_be_and_the_documents_go_on(
    charlie: Browser, robin: Browser, stand_in: Provider, play: str
) -> None:
    stand_in.then = play
    events = await streamed(charlie)
    said = "".join(data["text"] for event, _, data in events if event == "token")
    before, _, after = said.partition(BROKE_OFF)
    assert before == "The refund arrives within …\n\n"
    assert after.strip().startswith(QUOTED)
    assert "[1]" in after
    citations = events[-2][2]["citations"]
    assert citations[-1]["n"] == 1 and QUOTED in citations[-1]["quote"]
    assert events[-1] == ("done", len(said) + 2, {"kind": "generated", "lead": None})
    found = (await robin.get(f"/api/conversations/{events[0][2]['conversation']}")).json()["turns"][0]
    assert found["answer"] == said
    assert found["record"]["model"]["is_estimated"]


async def test_after_the_provider_is_back_it_writes_again(charlie: Browser, stand_in: Provider) -> None:
    stand_in.plays = ["wrong key"]
    assert [(await ask(charlie, MY_OWN))["kind"] for _ in range(2)] == ["quoted", "generated"]


async def test_too_many_requests_are_waited_out_or_quoted(charlie: Browser, stand_in: Provider) -> None:
    stand_in.plays, stand_in.retry_after = ["too many"], "0.05"
    assert (await ask(charlie, MY_OWN))["kind"] == "generated"
    stand_in.plays, stand_in.retry_after = ["too many"], "120"
    assert (await ask(charlie, MY_OWN))["kind"] == "quoted"


@pytest.mark.parametrize(
    ("ceiling", "calls"),
    [
        ({"daily_tokens": PROMPT_TOKENS + COMPLETION_TOKENS + 1}, 2),
        ({"daily_tokens": PROMPT_TOKENS + COMPLETION_TOKENS}, 1),
        ({"monthly_tokens": 1}, 1),
        ({"monthly_cost": COST}, 1),
        ({"daily_cost": COST + 1}, 2),
        ({"daily_tokens": 0}, 0),
    ],
)
async def test_beyond_a_ceiling_the_documents_are_quoted(
    charlie: Browser, robin: Browser, stand_in: Provider, ceiling: dict[str, int], calls: int
) -> None:
    await choose(robin, **ceiling)
    kinds = [(await ask(charlie, MY_OWN))["kind"] for _ in range(3)]
    assert kinds == ["generated"] * calls + ["quoted"] * (3 - calls)
    assert len(stand_in.asked) == calls


async def test_a_turn_goes_on_when_its_reader_has_gone(settings: Settings, stand_in: Provider) -> None:
    stand_in.pause = 0.1
    with serving(settings.data, **environment(settings)) as workspace:
        ask_ = {"question": REFUNDED}
        with workspace.http.stream("POST", "/api/chat", json=ask_, headers={"accept": "text/event-stream"}) as answer:
            opening = next(answer.iter_text())
        turn = events_in(opening)[0][2]
        rest = workspace.http.get(f"/api/chat/{turn['conversation']}/turns/{turn['turn']}/stream").text
    assert "".join(data["text"] for event, _, data in events_in(rest) if event == "token") == stand_in.answer


async def test_a_turn_whose_process_was_killed_is_interrupted(settings: Settings, stand_in: Provider) -> None:
    stand_in.then = "hang after"
    given = {**environment(settings), "MODEL_PAUSE_SECONDS": "30", "MODEL_WHOLE_SECONDS": "60"}
    with serving(settings.data, **given) as workspace:
        ask_ = {"question": REFUNDED}
        with workspace.http.stream("POST", "/api/chat", json=ask_, headers={"accept": "text/event-stream"}) as answer:
            words = answer.iter_text()
            turn = events_in(next(words))[0][2]
            assert await asyncio.to_thread(stand_in.said_first.wait, 10)
            await asyncio.sleep(2 * KEPT_EVERY)
            workspace.kill()
            with pytest.raises(httpx.HTTPError):
                list(words)
    with serving(settings.data, **given) as workspace:
        events = events_in(workspace.http.get(f"/api/chat/{turn['conversation']}/turns/{turn['turn']}/stream").text)
    assert [event for event, _, _ in events] == ["turn", "token", "error"]
    assert events[1][2]["text"] == "The refund arrives within"
