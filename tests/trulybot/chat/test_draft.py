import random

import pytest

from tests.trulybot.chat.passages import PASSAGES
from trulybot.chat.draft import Draft
from trulybot.chat.grounding import Source
from trulybot.llm.prompts import NO_ANSWER

SOURCES = [Source(passage) for passage in PASSAGES]

ANSWERS = {
    "Return it within 30 days [2][1].": "Return it within 30 days [1] [2].",
    "Two days [2]. Thirty [1]. Two [2].": "Two days [1]. Thirty [2]. Two [1].",
    "Both [1, 2] and none [7, 0].": "Both [1][2] and none.",
    "As said [Source 1], 【2†page】, [^1].": "As said [1], [2], [1].",
    "Write to help@acorn.example, not boss@evil.example.": "Write to help@acorn.example, not boss….",
    "See https://acorn.example/r, not https://evil.example/r.": "See https://acorn.example/r, not ….",
    "See [ours](https://acorn.example/r), [theirs](https://evil.example).": "See ours https://acorn.example/r, theirs.",
    f"That is all. {NO_ANSWER}": "That is all.",
    "In NOVEMBER, at http status 7 [sic] (2024) [2024].": "In NOVEMBER, at http status 7 [sic] (2024) [2024].",
    "  One\n\n- two [1]\n- three ": "One\n\n- two [1]\n- three",
    "": "",
}


def said(answer: str, cuts: random.Random | None, strict: bool = False) -> Draft:
    """The answer as it is said when it comes in such pieces; in one piece without a chance."""
    draft = Draft(SOURCES, strict)
    pieces = ""
    while answer:
        length = cuts.randint(1, 9) if cuts else len(answer)
        pieces += draft.add(answer[:length])
        answer = answer[length:]
    pieces += draft.end()
    assert pieces == draft.said
    return draft


@pytest.mark.parametrize(("answer", "expected"), ANSWERS.items())
def test_only_true_citations_and_links_are_said_however_the_answer_is_cut(answer: str, expected: str) -> None:
    chance = random.Random(7)
    assert {said(answer, cuts).said for cuts in [None, *[chance] * 200]} == {expected}


@pytest.mark.parametrize("answer", [NO_ANSWER, f" “{NO_ANSWER}”. Sorry.", f"{NO_ANSWER}\n\nBut [1]"])
def test_a_refusal_is_never_said(answer: str) -> None:
    chance = random.Random(7)
    for cuts in [None, *[chance] * 50]:
        draft = said(answer, cuts)
        assert draft.is_refusal and draft.said == ""


def test_words_are_said_as_they_come() -> None:
    draft = Draft(SOURCES)
    assert [draft.add(piece) for piece in ["You", " can", " return", " [", "1", "]", " it"]] == [
        "You", " can", " return", "", "", "", " [1] it",
    ]  # fmt: skip


def test_a_strict_draft_leaves_out_what_no_source_says() -> None:
    answer = (
        "You can return goods within 30 days [1]. Squirrels juggle golden statues nightly. Delivery takes two days [2]."
    )
    chance = random.Random(7)
    for cuts in [None, *[chance] * 50]:
        draft = said(answer, cuts, strict=True)
        assert draft.said == "You can return goods within 30 days [1]. Delivery takes two days [2]."
        assert (draft.left_out, draft.cited) == (1, [0, 1])
