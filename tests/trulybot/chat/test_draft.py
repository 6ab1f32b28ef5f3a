import random
import time
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trulybot.chat.passages import PASSAGES
from trulybot.chat.draft import Draft
from trulybot.chat.grounding import Source, is_from
from trulybot.kit.words import paragraphs
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
    "See [https://evil.example/x](https://evil.example/x) and [https://evil.example/x].": "See … and […].",
    "See [https://evil.example/x](https://acorn.example/r).": "See … https://acorn.example/r.",
    "See htt[9]ps://evil.example/x or http [9]s://evil.example.": "See … or ….",
    "See htt[ps://evil.example/x](y), xhttps://evil.example, 【https://evil.example】.": "See …, x…, 【….",
    "Write to boss[9]@evil.example, boss@[9]evil.example or [boss@evil.example](mailto:boss@evil.example).": (
        "Write to boss…, boss… or boss…."
    ),
    "See https://acorn.example[9]@evil.example/ or https://acorn.example/r[9][8].": "See … or https://acorn.example/r.",
    "So [[9]9] it [99] is [0].": "So [ 9] it is.",
    "  One\n\n- two [1]\n- three ": "One\n\n- two [1]\n- three",
    "": "",
}

NASTY = [
    *("[9]", "[1]", "[2]", "【9】", "[", "]", "](", ")", "(", "@", ".", " ", "\n", "“", "1", "x"),
    *("https://", "http", "htt", "ps://", "://", "h", "HTTPS://", "evil.example", "acorn.example", "/r", "help"),
    NO_ANSWER,
]  # fmt: skip


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


@given(st.lists(st.sampled_from(NASTY), max_size=16), st.randoms(use_true_random=False), st.booleans())
def test_whatever_is_put_together_a_page_shows_true_links_and_citations_only(
    parts: list[str], cuts: random.Random, strict: bool
) -> None:
    answer = "".join(parts)
    draft = said(answer, cuts, strict)
    assert draft.said == said(answer, None, strict).said
    for piece in chain.from_iterable(paragraphs(draft.said)):
        if piece.kind == "link":
            assert is_from(piece.text, SOURCES), draft.said
        if piece.kind == "citation":
            assert 1 <= int(piece.text) <= len(draft.cited), draft.said


@pytest.mark.parametrize(
    "again", ["[", "【", "a", "@", ".", " ", "\n", "https://a", "[a](b", "a@b.c ", "NO_ANSWE", "1,"]
)
@pytest.mark.parametrize("strict", [False, True])
def test_a_model_that_goes_on_and_on_holds_nobody_up(again: str, strict: bool) -> None:
    answer = again * (40_000 // len(again))
    draft, longest = Draft(SOURCES, strict), 0.0
    for start in range(0, len(answer), 20):
        began = time.process_time()
        draft.add(answer[start : start + 20])
        longest = max(longest, time.process_time() - began)
    assert longest < 0.05


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
