"""How well questions are told apart, on a set that the marks were not set on, with the built-in model."""

from pathlib import Path

import pytest

from trulybot.knowledge.matching import is_close
from trulybot.knowledge.reader import knowledge_child
from trulybot.llm.local import MODEL, LocalEmbedder

SET = Path(__file__).with_name("ways_of_asking.tsv")
FEWEST_FOUND = 0.5
MOST_WRONG = 0.05


async def test_paraphrases_match_and_questions_about_other_things_do_not() -> None:
    rows = [line.split("\t") for line in SET.read_text().splitlines()]
    given: dict[str, list[bool]] = {"same": [], "near": []}
    for (kind, way, asked), cosine in zip(rows, await _cosines(rows), strict=True):
        given[kind].append(is_close(asked, way, [way], cosine, MODEL))
    shares = {kind: sum(answers) / len(answers) for kind, answers in given.items()}
    assert shares["same"] >= FEWEST_FOUND, shares
    assert shares["near"] <= MOST_WRONG, shares


@pytest.mark.parametrize(
    ("asked", "cosine", "close"),
    [
        ("Are dogs allowed?", 0.71, True),
        ("Are dogs allowed inside?", 0.85, False),
        ("Are dogs allowed inside?", 0.89, True),
        ("When are dogs allowed?", 0.89, True),
        ("Dogs?", 0.79, False),
    ],
)
def test_other_words_ask_for_a_closer_meaning(asked: str, cosine: float, close: bool) -> None:
    assert is_close(asked, "Are dogs allowed?", ["Are dogs allowed?"], cosine, MODEL) is close


def test_who_is_not_when_however_close() -> None:
    way = "Who founded the company?"
    assert is_close("Who founded the company?", way, [way], 0.93, MODEL)
    assert not is_close("When was the company founded?", way, [way], 0.93, MODEL)


def test_a_model_we_did_not_measure_must_be_surer() -> None:
    way = "Are dogs allowed?"
    assert is_close(way, way, [way], 0.75, MODEL)
    assert not is_close(way, way, [way], 0.75, "another")


async def _cosines(rows: list[list[str]]) -> list[float]:
    from array import array

    child = knowledge_child()
    try:
        vectors = [
            array("f", vector) for vector in await LocalEmbedder(child).embed([t for row in rows for t in row[1:]])
        ]
    finally:
        await child.close()
    pairs = zip(vectors[::2], vectors[1::2], strict=True)
    return [sum(a * b for a, b in zip(one, other, strict=True)) for one, other in pairs]
