from pathlib import Path

import pytest

from tests.trulybot.knowledge.reading import files
from trulybot.knowledge.reading.document import ReadingFailed
from trulybot.knowledge.reading.wire import Pair


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pairs.csv"


def test_questions_answers_and_variants_are_told_by_their_header(path: Path) -> None:
    path.write_text("id,Answer,Question,Variants\n1,At nine.,When do you open?,opening hours | open when\n")
    assert files.pairs(path) == [Pair("When do you open?", "At nine.", ["opening hours", "open when"])]


def test_a_table_without_header_is_question_then_answer(path: Path) -> None:
    path.write_text("When do you open?,At nine.\nWhere are you?,In Rome.\n")
    assert files.pairs(path) == [Pair("When do you open?", "At nine.", []), Pair("Where are you?", "In Rome.", [])]


def test_an_answer_is_kept_word_for_word_however_long(path: Path) -> None:
    answer = "First.\n\nSecond, with  spaces. " + "And so on. " * 500
    path.write_text(f'question;answer\nHow?;"{answer}"\n')
    assert files.pairs(path)[0].answer == answer.strip()


def test_half_a_pair_is_left_out(path: Path) -> None:
    path.write_text("question,answer\nWhen?,Now.\nWhere?,\n,Nobody.\n")
    assert [pair.question for pair in files.pairs(path)] == ["When?"]


@pytest.mark.parametrize("content", [b"just words\nand more\n", b"question,answer\n", b"<html><p>Hello</html>"])
def test_what_holds_no_pairs_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ReadingFailed):
        files.pairs(path)
