from pathlib import Path

import pytest

from trulybot.llm.minilm import files


def test_the_files_that_are_installed_are_the_right_ones() -> None:
    assert files.model()
    assert files.tokenizer()


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    changed = tmp_path / "tokenizer.json"
    changed.write_bytes(files.tokenizer() + b" ")
    with pytest.raises(files.WrongModel):
        files.checked(changed, files.TOKENIZER_SHA256)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(files.WrongModel):
        files.checked(tmp_path / "model.onnx", files.MODEL_SHA256)


def test_the_notice_names_both_files_by_their_hashes() -> None:
    notice = Path(files.__file__).with_name("NOTICE").read_text()
    assert files.MODEL_SHA256 in notice
    assert files.TOKENIZER_SHA256 in notice
