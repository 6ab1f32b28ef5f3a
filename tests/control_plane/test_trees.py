import os
from pathlib import Path

import pytest

from control_plane.trees import FOR_A_FILE, remove, size_of, sizes_below

MEBIBYTE = 2**20
DEEP = 1500  # folders of a name this long: no path leads to the last one
NAME = "d" * 200


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    """A folder with a mebibyte at the bottom of very many."""
    top = tmp_path / "deep"
    top.mkdir()
    at = os.open(top, os.O_RDONLY)
    for _ in range(DEEP):
        os.mkdir(NAME, dir_fd=at)
        below = os.open(NAME, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    with open(os.open("file", os.O_WRONLY | os.O_CREAT, dir_fd=at), "wb") as file:
        file.write(bytes(MEBIBYTE))
    os.close(at)
    return top


def test_each_folder_is_measured_with_all_below_it(tmp_path: Path) -> None:
    for name, mebibytes in (("acorn", 1), ("birch", 3)):
        (tmp_path / name / "uploads").mkdir(parents=True)
        (tmp_path / name / "uploads" / "file").write_bytes(bytes(mebibytes * MEBIBYTE))
    found = sizes_below(tmp_path)
    assert list(sorted(found)) == ["acorn", "birch"]
    assert MEBIBYTE < found["acorn"] < 2 * MEBIBYTE < 3 * MEBIBYTE < found["birch"] < 4 * MEBIBYTE
    assert size_of(tmp_path / "acorn") == found["acorn"]


def test_empty_files_count_too(tmp_path: Path) -> None:
    for number in range(1000):
        (tmp_path / str(number)).touch()
    assert size_of(tmp_path) >= 1000 * FOR_A_FILE


def test_what_a_link_leads_to_is_neither_measured_nor_removed(tmp_path: Path) -> None:
    kept, folder = tmp_path / "kept", tmp_path / "acorn"
    kept.mkdir()
    (kept / "file").write_bytes(bytes(MEBIBYTE))
    folder.mkdir()
    (folder / "away").symlink_to(kept)
    assert size_of(folder) < MEBIBYTE < size_of(kept)
    remove(folder)
    assert not folder.exists() and (kept / "file").exists()


def test_what_lies_deeper_than_a_path_can_name_is_measured_and_removed(deep: Path) -> None:
    assert size_of(deep) > MEBIBYTE + DEEP * FOR_A_FILE
    remove(deep)
    assert not deep.exists()


def test_what_is_not_there_has_no_size_and_is_no_trouble_to_remove(tmp_path: Path) -> None:
    remove(tmp_path / "nothing")
    assert size_of(tmp_path / "nothing") == 0 and sizes_below(tmp_path / "nothing") == {}
