"""Crashes while documents are read and indexed, and a change of the embedding model, in real processes."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.acorn import DELIVERY, PAGES, REFUNDED, RETURNS
from tests.embeddings import DIMENSIONS, Embeddings, embeddings
from tests.living import living_children
from tests.staff import Staff, staff_of

ROWS = 3000


@pytest.fixture
def service() -> Iterator[Embeddings]:
    with embeddings() as service:
        yield service


def using(service: Embeddings, model: str = "words") -> dict[str, str]:
    return {"EMBEDDINGS_URL": service.url, "EMBEDDINGS_MODEL": model}


def long_table() -> bytes:
    return "\n".join(["name,room", *(f"Thing number {row},room {row % 97}" for row in range(ROWS))]).encode()


def wait_for(staff: Staff, document: str, status: str) -> None:
    while (found := staff.document(document))["status"] != status:
        assert found["status"] != "failed", found


def test_what_a_kill_cut_off_is_finished_after_the_next_start(tmp_path: Path, service: Embeddings) -> None:
    service.open.clear()
    with staff_of(tmp_path / "data", **using(service)) as staff:
        table = staff.upload("things.csv", long_table())
        wait_for(staff, table, "reading")
        staff.workspace.kill()
    service.open.set()
    with staff_of(tmp_path / "data", **using(service)) as staff:
        done = staff.settled(table)
        assert (done["status"], done["passages"]) == ("ready", ROWS)
        assert staff.rows("SELECT count(DISTINCT text), count(*) FROM passages") == [(ROWS, ROWS)]
        assert staff.rows("PRAGMA integrity_check") == [("ok",)]
        assert staff.rows("SELECT count(*) FROM vectors") == [(ROWS,)]


def test_indexing_that_a_kill_cut_off_goes_on(tmp_path: Path, service: Embeddings) -> None:
    service.open.clear()
    with staff_of(tmp_path / "data", **using(service)) as staff:
        document = staff.paste(RETURNS, PAGES[RETURNS])
        wait_for(staff, document, "indexing")
        staff.workspace.kill()
    service.open.set()
    with staff_of(tmp_path / "data", **using(service)) as staff:
        assert staff.settled(document)["status"] == "ready"
        assert staff.search(REFUNDED)[0]["vector"] is not None


def test_a_child_that_dies_takes_nothing_else_with_it(tmp_path: Path, service: Embeddings) -> None:
    with staff_of(tmp_path / "data", **using(service)) as staff:
        table = staff.upload("things.csv", long_table())
        wait_for(staff, table, "reading")
        while not (found := living_children(staff.workspace.process.pid)):
            pass
        for child in found:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        done = staff.settled(table)
        assert done["status"] in ("ready", "failed")
        assert done.get("error", "Split it.").endswith(".")
        assert staff.http.get("/up").status_code == 200
        after = staff.paste(RETURNS, PAGES[RETURNS])
        assert staff.settled(after)["status"] == "ready"
        assert staff.http.post("/api/chat", json={"question": REFUNDED}).json()["kind"] == "quoted"


def test_the_old_index_serves_until_the_new_models_is_built(tmp_path: Path, service: Embeddings) -> None:
    with staff_of(tmp_path / "data", **using(service)) as staff:
        documents = [staff.paste(title, text) for title, text in PAGES.items()]
        assert {staff.settled(document)["status"] for document in documents} == {"ready"}
        staff.idle()
        staff.workspace.stop()
    with staff_of(tmp_path / "data", **using(service, "more words")) as staff:
        found = staff.search(REFUNDED)[0]
        assert found["title"] == RETURNS
        assert found["vector"] is not None
        staff.idle()
        assert staff.rows("SELECT model, dimension, state FROM vector_indexes") == [
            ("more words", DIMENSIONS["more words"], "serving")
        ]
        ((passages,),) = staff.rows("SELECT count(*) FROM passages")
        assert staff.rows("SELECT count(*) FROM vectors") == [(passages,)]
        assert staff.search("How long does delivery to Portugal take?")[0]["title"] == DELIVERY


def test_while_the_new_index_is_built_the_old_one_answers(tmp_path: Path, service: Embeddings) -> None:
    with staff_of(tmp_path / "data", **using(service)) as staff:
        assert staff.settled(staff.paste(RETURNS, PAGES[RETURNS]))["status"] == "ready"
        staff.idle()
        staff.workspace.stop()
    service.held.add("more words")
    with staff_of(tmp_path / "data", **using(service, "more words")) as staff:
        assert staff.search(REFUNDED)[0]["vector"] is not None
        assert staff.http.post("/api/chat", json={"question": REFUNDED}).json()["kind"] == "quoted"
        assert staff.rows("SELECT model FROM vector_indexes WHERE state = 'serving'") == [("words",)]
        service.held.clear()


def test_without_its_model_search_goes_on_by_words(tmp_path: Path, service: Embeddings) -> None:
    with staff_of(tmp_path / "data", **using(service)) as staff:
        assert staff.settled(staff.paste(RETURNS, PAGES[RETURNS]))["status"] == "ready"
        service.broken = True
        found = staff.search("refund working days parcel")[0]
        assert (found["title"], found["vector"]) == (RETURNS, None)
        assert found["keyword"] is not None
