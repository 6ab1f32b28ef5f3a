import os
import time
from pathlib import Path

from tests.cast import Browser
from trulybot.knowledge.routes import PASTED_BYTES
from trulybot.knowledge.uploads import STILL_COMING, Shelf


def shelf_in(folder: Path) -> Shelf:
    return Shelf(folder, max_file_bytes=10, max_total_bytes=10, max_pages=1)


def put(path: Path, age: float) -> Path:
    path.write_text("x")
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_old_file_of_no_source_is_swept(tmp_path: Path) -> None:
    orphan = put(tmp_path / "orphan.md", 2 * STILL_COMING)
    kept = put(tmp_path / "kept.md", 2 * STILL_COMING)
    coming = put(tmp_path / "coming.md", 0)
    shelf_in(tmp_path).sweep({"kept.md"})
    assert not orphan.exists()
    assert kept.exists() and coming.exists()


def test_file_goes_again_when_its_row_cannot_be_saved(tmp_path: Path) -> None:
    try:
        with shelf_in(tmp_path).place("s_1", "prices.PDF") as path:
            path.write_text("x")
            raise RuntimeError
    except RuntimeError:
        pass
    assert path.name == "s_1.pdf"
    assert list(tmp_path.iterdir()) == []


def test_names_that_are_no_plain_suffix_are_left_out(tmp_path: Path) -> None:
    with shelf_in(tmp_path).place("s_1", "odd.p/../df") as path:
        assert path == tmp_path / "s_1"


async def test_pasted_text_is_held_to_far_less_than_a_file(robin: Browser) -> None:
    pasted = {"title": "Long", "text": "word " * (PASTED_BYTES // 5)}
    answer = await robin.post("/api/text-upload", json=pasted)
    assert answer.status_code == 413 and "Upload it as a file" in answer.json()["detail"]
    assert (await robin.get("/api/documents")).json()["documents"] == []
    assert (await robin.post("/api/text-upload", json={"title": "Short", "text": "word"})).status_code == 202
