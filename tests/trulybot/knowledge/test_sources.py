"""Sources are added, read again and deleted; what cannot be read says why. Vectors come from a stand-in."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embeddings import Embeddings, embeddings
from tests.staff import Staff, staff_of
from tests.trulybot.knowledge.reading.files import encrypted, pdf

FILE_BYTES, ALL_BYTES = 200_000, 600_000
THINGS = {"A": "axe", "B": "bow", "C": "cup"}
PARTS = [f"## Part {room}\n\nThe {thing} is kept in room {room}.\n" for room, thing in THINGS.items()]


@pytest.fixture(scope="module")
def service() -> Iterator[Embeddings]:
    with embeddings() as service:
        yield service


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory, service: Embeddings) -> Iterator[Staff]:
    with staff_of(
        tmp_path_factory.mktemp("sources") / "data",
        EMBEDDINGS_URL=service.url,
        EMBEDDINGS_MODEL="words",
        MAX_FILE_BYTES=str(FILE_BYTES),
        MAX_TOTAL_BYTES=str(ALL_BYTES),
    ) as staff:
        yield staff


def bomb() -> bytes:
    """A .docx of 100 kB that would be 100 MB."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<w:document>" + b" " * 100_000_000)
    return written.getvalue()


def test_passages_are_found_by_word_before_they_have_vectors(staff: Staff, service: Embeddings) -> None:
    service.open.clear()
    document = staff.paste("Trumpets", "The brass trumpet hangs beside the door.")
    try:
        while staff.document(document)["status"] != "indexing":
            pass
        assert staff.rows("SELECT count(*) FROM passages WHERE source_id = ?", document) == [(1,)]
    finally:
        service.open.set()
    assert staff.settled(document)["status"] == "ready"
    found = staff.search("brass trumpet")[0]
    assert found["document"] == document
    assert found["vector"] is not None


def test_an_unchanged_document_read_again_costs_nothing(staff: Staff, service: Embeddings) -> None:
    document = staff.upload("same.md", "".join(PARTS).encode())
    assert staff.settled(document)["status"] == "ready"
    staff.idle()
    before, embedded = staff.passages(document), dict(service.embedded)
    assert staff.read_again(document)["status"] == "ready"
    staff.idle()
    assert staff.passages(document) == before
    assert service.embedded == embedded


def test_of_a_changed_document_only_the_changed_passages_are_replaced(staff: Staff) -> None:
    document = staff.upload("changing.md", b"# Rooms\n\n" + "".join(PARTS).encode())
    staff.settled(document)
    before = staff.passages(document)
    assert len(before) == 3
    staff.file_of(document).write_text("# Rooms\n\n" + PARTS[0] + PARTS[1].replace("bow", "spear") + PARTS[2])
    assert staff.read_again(document)["passages"] == 3
    after = staff.passages(document)
    kept = before.keys() & after.keys()
    assert {text: after[text] for text in kept} == {text: before[text] for text in kept}
    assert [text for text in after if text not in before] == ["The spear is kept in room B."]
    gone = before["The bow is kept in room B."]
    assert staff.rows("SELECT count(*) FROM vectors WHERE passage_id = ?", gone) == [(0,)]
    found = [found["text"] for found in staff.search("Where is the bow kept?") if found["document"] == document]
    assert found and not any("bow" in text for text in found)


def test_a_deleted_document_leaves_nothing(staff: Staff) -> None:
    document = staff.upload("secret.txt", b"The zebrafish recipe is kept in the safe of the mayor.")
    assert staff.settled(document)["status"] == "ready"
    (passage,) = staff.passages(document).values()
    file = staff.file_of(document)
    assert file.exists()
    assert staff.search("zebrafish recipe")[0]["document"] == document
    assert staff.http.delete(f"/api/documents/{document}").status_code == 204
    assert staff.http.get(f"/api/documents/{document}").status_code == 404
    assert staff.http.delete(f"/api/documents/{document}").status_code == 404
    assert not file.exists()
    for table in ("vectors", "vector_signs"):
        assert staff.rows(f"SELECT count(*) FROM {table} WHERE passage_id = ?", passage) == [(0,)]
    assert not any("zebrafish" in found["text"] for found in staff.search("zebrafish recipe"))


def test_a_document_that_is_being_read_is_not_read_twice_at_once(staff: Staff, service: Embeddings) -> None:
    service.open.clear()
    document = staff.paste("Slow", "It takes its time.")
    try:
        answer = staff.http.post(f"/api/documents/{document}/reading")
        assert answer.status_code == 409
        assert "Wait until it is ready" in answer.json()["detail"]
    finally:
        service.open.set()
    assert staff.settled(document)["status"] == "ready"


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("locked.pdf", encrypted(pdf("A secret."), "pw"), "password"),
        ("bomb.docx", bomb(), ""),
        ("noise.pdf", b"%PDF-1.7 and then nothing of the kind", ""),
        ("program.txt", b"\x7fELF" + bytes(range(256)) * 20, ""),
        ("empty.txt", b" \n\t ", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_read_fails_with_what_to_do(staff: Staff, name: str, content: bytes, advice: str) -> None:
    failed = staff.settled(staff.upload(name, content))
    assert failed["status"] == "failed", failed
    assert failed["passages"] == 0
    assert failed["error"].endswith(".") and advice in failed["error"]
    assert "Traceback" not in failed["error"] and "Error" not in failed["error"]
    assert staff.http.get("/up").status_code == 200


def test_a_file_of_0_bytes_is_refused(staff: Staff) -> None:
    answer = staff.offer("empty.txt", b"")
    assert answer.status_code == 400
    assert "empty" in answer.json()["detail"]


def test_a_file_that_is_too_large_is_refused_and_not_kept(staff: Staff) -> None:
    files = set((staff.data / "uploads").iterdir())
    for content in (b"x" * (FILE_BYTES + 1), b"x" * 5_000_000):
        answer = staff.offer("large.txt", content)
        assert answer.status_code == 413
        assert answer.json()["detail"].endswith(".")
    assert set((staff.data / "uploads").iterdir()) == files


def test_all_documents_together_have_a_limit(tmp_path: Path, service: Embeddings) -> None:
    limits = {"MAX_FILE_BYTES": "3000", "MAX_TOTAL_BYTES": "5000"}
    with staff_of(tmp_path / "data", EMBEDDINGS_URL=service.url, EMBEDDINGS_MODEL="words", **limits) as staff:
        first = staff.upload("one.txt", b"One. " * 600)
        refused = staff.offer("two.txt", b"Two. " * 600)
        assert refused.status_code == 413
        assert "Delete some first" in refused.json()["detail"]
        assert len(list((staff.data / "uploads").iterdir())) == 1
        staff.settled(first)
        assert staff.http.delete(f"/api/documents/{first}").status_code == 204
        staff.upload("two.txt", b"Two. " * 600)


BODIES = [
    {}, [], 7, {"url": "https://a.example", "crawl": "https://a.example"}, {"pairs": []},
    {"pairs": [{"question": "", "answer": "a"}]}, {"pairs": [{"question": "q"}]}, {"url": "ftp://a.example"},
    {"url": "javascript:alert(1)"}, {"url": "file:///etc/passwd"}, {"url": 1}, {"url": "https://a.example", "x": 1},
    {"crawl": "https://a.example", "depth": -1}, {"sitemap": "https://a.example", "pages": 0},
    {"url": "https://a.example", "resync_seconds": 1}, {"url": "https://" + "a" * 3000},
]  # fmt: skip


def test_hostile_forms_are_refused_and_add_nothing(staff: Staff) -> None:
    before = staff.rows("SELECT count(*) FROM sources")
    for body in BODIES:
        answer = staff.http.post("/api/documents", json=body)
        assert answer.status_code in (400, 422), (body, answer.text)
        assert answer.json()["detail"].rstrip().endswith("."), body
    texts = [{"title": "t"}, {"title": "", "text": "x"}, {"title": "t", "text": " "}, {"title": "t", "text": "\0"}]
    texts += [{"title": "t", "text": "x", "url": "javascript:alert(1)"}, {"title": "t", "text": "x", "kind": "x"}]
    for body in texts:
        answer = staff.http.post("/api/text-upload", json=body)
        assert answer.status_code in (400, 422), (body, answer.text)
    headers = {"content-type": "application/json"}
    for raw in (b'{"title": "\\ud800", "text": "x"}', b'{"title": "t", "text": "\xff"}', b"[" * 100_000):
        assert staff.http.post("/api/text-upload", content=raw, headers=headers).status_code == 400
    unknown = staff.http.post("/api/text-upload", content=b"x", headers={"content-type": "text/x"})
    assert unknown.status_code == 415
    assert staff.rows("SELECT count(*) FROM sources") == before


@pytest.mark.parametrize("query", ["", "q=", "q=" + "x" * 2001, "q=x&k=0", "q=x&k=101", "q=x&k=many"])
def test_hostile_searches_are_refused(staff: Staff, query: str) -> None:
    answer = staff.http.get(f"/api/search?{query}")
    assert answer.status_code == 400
    assert answer.json()["detail"].endswith(".")


def test_odd_searches_are_searches(staff: Staff) -> None:
    for query in ('"', "a AND", "NEAR(", "*", "\0", "' OR 1=1 --", "💡", "title:x", "-", "%"):
        answer = staff.http.get("/api/search", params={"q": query})
        assert answer.status_code == 200, (query, answer.text)
