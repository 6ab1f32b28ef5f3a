from typing import Any

from trulybot.chat.models import SILENT, Handover, Message, PassageNow, Turn
from trulybot.chat.transcript import asked_before, entries, how


def turn(number: int, at: int, **more: Any) -> Turn:
    given: dict[str, Any] = {"kind": "quoted", "state": "done", "asked_at": at, **more}
    return Turn(id=f"t{number}", conversation_id="c", question=f"question {number}", **given)


def message(number: int, at: int) -> Message:
    return Message(id=number, author="robin", text="Hello", sent_at=at, person=None)


def handover(number: int, begun_at: int, ended_at: int | None = None, taken_from: int | None = None) -> Handover:
    return Handover(
        id=number,
        conversation_id="c",
        reason="sale",
        begun_by=f"person {number}",
        begun_at=begun_at,
        told_at=None,
        ended_by="somebody" if ended_at else None,
        ended_at=ended_at,
        person=None,
        taken_from=taken_from,
    )


def test_all_stands_in_the_order_in_which_it_was_said_and_done() -> None:
    left = turn(2, 20, kind="handover", record={"decision": SILENT})
    said = entries([turn(1, 10), left], [message(1, 20), message(2, 21)], [handover(1, 20, 22)])
    assert [each["is"] for each in said] == ["turn", "begun", "turn", "message", "message", "ended"]


def test_a_colleague_who_goes_on_takes_over_and_nobody_gives_back() -> None:
    said = entries([], [], [handover(1, 10, 20), handover(2, 20, None, taken_from=1)])
    assert [(each["is"], each["by"], each.get("taken_from")) for each in said] == [
        ("begun", "person 1", None),
        ("begun", "person 2", "person 1"),
    ]


def test_the_page_is_named_where_it_is_another_than_before() -> None:
    shown = entries([turn(1, 1, page="a"), turn(2, 2, page="a"), turn(3, 3), turn(4, 4, page="b")], [], [])
    assert [each["page"] for each in shown] == ["a", None, None, "b"]


def test_a_message_answers_the_last_question_that_is_about_something() -> None:
    turns = [turn(1, 1), turn(2, 2, kind="greeting"), turn(3, 3, kind="handover", record={"decision": "person"})]
    answered = asked_before(turns, message(1, 4))
    assert answered is not None and answered.id == "t1"
    assert asked_before(turns[1:], message(1, 4)) is None
    assert asked_before([turn(1, 9)], message(1, 4)) is None


def test_a_passage_whose_id_now_belongs_to_another_is_not_shown_as_it_is_now() -> None:
    record = {"decision": "quoted", "passages": [{"passage": n, "title": "Returns", "score": 0.5} for n in (1, 2, 3)]}
    now = {1: PassageNow("s1", "Returns", "Refunds", "Five days."), 2: PassageNow("s2", "Delivery", "", "Two days.")}
    shown = how(turn(1, 1, record=record), now)["passages"]
    assert [(each["source"], each["text"]) for each in shown] == [("s1", "Five days."), (None, ""), (None, "")]


def test_an_empty_and_an_unknown_record_are_shown_as_far_as_they_go() -> None:
    assert how(turn(1, 1), {})["decision"] is None
    shown = how(turn(1, 1, record={"decision": "by magic", "milliseconds": {"magic": 2.0}, "model": {}}), {})
    assert (shown["decision"], shown["steps"], shown["whole"], shown["model"]) == (
        "by magic",
        [("magic", 2.0)],
        2,
        None,
    )


def test_costs_are_said_in_dollars() -> None:
    model = {"name": "m", "prompt_tokens": 10, "completion_tokens": 2, "cost": 1250}
    assert how(turn(1, 1, record={"model": model}), {})["model"]["cost"] == "0.00125"
    assert how(turn(1, 1, record={"model": {**model, "cost": 0}}), {})["model"]["cost"] == "0"
