"""Every kind of source, from its upload to a cited answer: a real server, a real child, the real model."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from tests.staff import Staff, staff_of
from tests.trulybot.knowledge.reading.files import docx, pdf, xlsx


class Kind(NamedTuple):
    content: bytes
    question: str
    answer: str


KINDS: Mapping[str, Kind] = {
    "lamps.txt": Kind(
        b"The Aurora lamp\n\nThe Aurora lamp burns for nine hundred hours before its bulb must be changed.\n",
        "How long does the Aurora lamp burn?", "nine hundred hours",
    ),
    "chairs.md": Kind(
        b"# Chairs\n\n## The Otter chair\n\nThe Otter chair carries at most 140 kilograms.\n",
        "How many kilograms does the Otter chair carry?", "140 kilograms",
    ),
    "shops.csv": Kind(
        b"city,street,opens\nGhent,Korenmarkt 5,ten in the morning\nPorto,Rua das Flores 9,eleven in the morning\n",
        "When does the shop in Porto open?", "eleven in the morning",
    ),
    "carpets.html": Kind(
        b"<html><head><title>Carpets</title></head><body><nav>Home</nav><main><h1>Carpets</h1>"
        b"<p>The Heron carpet is woven by hand in Jaipur from the wool of highland sheep.</p></main></body></html>",
        "Where is the Heron carpet woven?", "Jaipur",
    ),
    "tables.pdf": Kind(
        pdf("The Badger table is made of oak from the forests of Slavonia."),
        "What is the Badger table made of?", "oak",
    ),
    "beds.docx": Kind(
        docx(("Heading1", "Beds"), ("", "The Dormouse bed is two metres and ten centimetres long.")),
        "How long is the Dormouse bed?", "two metres and ten",
    ),
    "clocks.xlsx": Kind(
        xlsx({"Clocks": [["clock", "battery"], ["Cuckoo", "three cells of type AA"], ["Magpie", "one button cell"]]}),
        "Which battery does the Magpie clock need?", "button cell",
    ),
}  # fmt: skip

PAIRS = [
    {"question": "Do you gift wrap?", "answer": "Yes, in recycled paper, for two euros."},
    {"question": "Do you plant trees?", "answer": "We plant one birch for each wardrobe that is sold."},
]


class Read(NamedTuple):
    staff: Staff
    ids: dict[str, str]
    documents: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    with staff_of(tmp_path_factory.mktemp("kinds") / "data") as staff:
        ids = {name: staff.upload(name, kind.content) for name, kind in KINDS.items()}
        ids["pairs"] = staff.add(pairs=PAIRS, title="Asked often")
        ids["pasted"] = staff.paste("Parking", "Customers park behind the mill.", url="https://acorn.example/parking")
        yield Read(staff, ids, {name: staff.settled(document) for name, document in ids.items()})


def test_every_kind_becomes_ready(read: Read) -> None:
    for name, document in read.documents.items():
        assert document["status"] == "ready", (name, document)
        assert document["progress"] == 1
        assert document["passages"] >= 1
        assert "error" not in document


def test_every_passage_has_its_vector(read: Read) -> None:
    ((passages,),) = read.staff.rows("SELECT count(*) FROM passages")
    assert read.staff.rows("SELECT count(*) FROM vectors") == [(passages,)]
    assert read.staff.rows("SELECT count(*) FROM vector_signs") == [(passages,)]


@pytest.mark.parametrize("name", KINDS)
def test_what_a_file_says_is_found_and_cited(read: Read, name: str) -> None:
    kind = KINDS[name]
    best = read.staff.search(kind.question)[0]
    assert best["document"] == read.ids[name]
    assert kind.answer in best["text"]
    assert best["vector"] is not None
    answer = read.staff.http.post("/api/chat", json={"question": kind.question}).json()
    assert answer["kind"] == "quoted", answer
    assert kind.answer in answer["answer"]
    assert answer["citations"][0]["title"] == best["title"]


def test_a_row_is_a_passage(read: Read) -> None:
    assert read.documents["shops.csv"]["passages"] == 2
    assert read.documents["clocks.xlsx"]["passages"] == 2


def test_a_pair_is_found_by_its_question_and_kept_word_for_word(read: Read) -> None:
    best = read.staff.search("Do you plant trees?")[0]
    assert (best["document"], best["text"]) == (read.ids["pairs"], PAIRS[1]["answer"])
    kept = read.staff.rows("SELECT question, answer FROM curated ORDER BY id")
    assert kept == [(pair["question"], pair["answer"]) for pair in PAIRS]


def test_a_pasted_text_is_cited_with_its_address(read: Read) -> None:
    answer = read.staff.http.post("/api/chat", json={"question": "Where do customers park?"}).json()
    assert answer["kind"] == "quoted"
    assert answer["citations"][0] | {"quote": ""} == {
        "n": 1, "title": "Parking", "url": "https://acorn.example/parking", "quote": "",
    }  # fmt: skip


def test_a_question_about_something_else_is_refused(read: Read) -> None:
    for question in ("Who won the chess championship of 1972?", "How do I renew a passport?"):
        answer = read.staff.http.post("/api/chat", json={"question": question}).json()
        assert (answer["kind"], answer["citations"]) == ("refused", [])


def test_the_best_come_first(read: Read) -> None:
    scores = [passage["score"] for passage in read.staff.search("Which lamp, chair or table is the best?")]
    assert scores == sorted(scores, reverse=True)


def test_every_document_is_listed(read: Read) -> None:
    listed = read.staff.http.get("/api/documents").json()["documents"]
    assert {document["id"] for document in listed} == set(read.ids.values())
