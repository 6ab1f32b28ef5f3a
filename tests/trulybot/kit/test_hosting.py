import logging
from pathlib import Path

import msgspec
import pytest

from trulybot.contract import GIVEN, Given
from trulybot.kit.errors import CannotStart
from trulybot.kit.hosting import Hosting

ACORN = Given(
    workspace="w1",
    address="https://acorn.example.com",
    hosts=("acorn.example.com",),
    console="https://app.example.net",
    signers=(),
    idle_seconds=600,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    give(tmp_path, ACORN)
    return tmp_path


def give(folder: Path, given: Given) -> None:
    """As the control plane does: a new file in the place of the old."""
    (folder / "new").write_bytes(msgspec.json.encode(given))
    (folder / "new").replace(folder / GIVEN)


def test_a_workspace_knows_its_names_and_the_way_in(folder: Path) -> None:
    hosting = Hosting(folder)
    assert hosting.now == ACORN
    assert "acorn.example.com" in hosting and "localhost" not in hosting
    assert hosting.entrance == "https://app.example.net/workspaces/w1/enter"


def test_what_changes_is_known_at_once(folder: Path) -> None:
    hosting = Hosting(folder)
    give(folder, msgspec.structs.replace(ACORN, hosts=("oak.example.com",), address="https://oak.example.com"))
    assert "oak.example.com" in hosting and "acorn.example.com" not in hosting
    assert hosting.address == "https://oak.example.com"


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"workspace": 1}', b"\xff"])
def test_a_file_that_says_nothing_changes_nothing(folder: Path, text: bytes, caplog: pytest.LogCaptureFixture) -> None:
    hosting = Hosting(folder)
    (folder / GIVEN).write_bytes(text)
    with caplog.at_level(logging.ERROR):
        assert hosting.now == ACORN
    assert "still holds" in caplog.text
    give(folder, msgspec.structs.replace(ACORN, idle_seconds=7))
    assert hosting.now.idle_seconds == 7


def test_a_file_that_is_gone_changes_nothing(folder: Path) -> None:
    hosting = Hosting(folder)
    (folder / GIVEN).unlink()
    assert hosting.now == ACORN


def test_a_workspace_that_is_told_nothing_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="does not say what this workspace is"):
        Hosting(tmp_path)
    (tmp_path / GIVEN).write_bytes(b"{}")
    with pytest.raises(CannotStart, match="does not say what this workspace is"):
        Hosting(tmp_path)
