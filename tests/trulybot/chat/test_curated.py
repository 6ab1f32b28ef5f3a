import asyncio
import csv
from io import StringIO
from typing import Any

from tests.acorn import FOREIGN, REFUNDED
from tests.cast import Browser

SUNDAYS: dict[str, Any] = {
    "question": "Are you open on Sundays?",
    "answer": "On Sundays we are open from ten to two.",
    "variants": ["Sunday opening hours"],
}


async def ask(browser: Browser, question: str) -> dict[str, Any]:
    answer = await browser.post("/api/chat", json={"question": question})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def add(robin: Browser, **answer: object) -> dict[str, Any]:
    added = await robin.post("/api/answers", json={**SUNDAYS, **answer})
    assert added.status_code == 201, added.text
    found: dict[str, Any] = added.json()
    return found


async def matches(robin: Browser, question: str) -> list[dict[str, Any]]:
    found = await robin.get("/api/answers/match", params={"q": question})
    assert found.status_code == 200, found.text
    listed: list[dict[str, Any]] = found.json()["matches"]
    return listed


async def test_an_answer_is_given_word_for_word_from_the_moment_it_is_written(charlie: Browser, robin: Browser) -> None:
    assert (await ask(charlie, SUNDAYS["question"]))["kind"] == "refused"
    await add(robin)
    given = await ask(charlie, "are you open on sundays")
    assert (given["kind"], given["answer"], given["citations"]) == ("curated", SUNDAYS["answer"], [])


async def test_a_variant_is_as_good_as_the_question(charlie: Browser, robin: Browser) -> None:
    await add(robin)
    assert (await ask(charlie, "Sunday opening hours?"))["answer"] == SUNDAYS["answer"]


async def test_a_question_that_is_close_matches_and_one_about_another_thing_does_not(
    charlie: Browser, robin: Browser
) -> None:
    await add(robin)
    async with asyncio.timeout(20):
        while not any(match["cosine"] for match in await matches(robin, "open Sundays")):
            await asyncio.sleep(0.05)
    (near,) = await matches(robin, "So are you open on Sundays?")
    assert near["given"] and near["answer"]["question"] == SUNDAYS["question"]
    assert (await ask(charlie, "So are you open on Sundays?"))["kind"] == "curated"
    assert not any(match["given"] for match in await matches(robin, "Are you open on Christmas?"))
    assert (await ask(charlie, REFUNDED))["kind"] == "quoted"


async def test_a_changed_answer_is_given_at_once(charlie: Browser, robin: Browser) -> None:
    added = await add(robin)
    changed = await robin.patch(f"/api/answers/{added['id']}", json={"answer": "On Sundays we are closed."})
    assert changed.json()["variants"] == SUNDAYS["variants"]
    assert (await ask(charlie, SUNDAYS["question"]))["answer"] == "On Sundays we are closed."


async def test_a_removed_answer_is_neither_given_nor_found(charlie: Browser, robin: Browser) -> None:
    added = await add(robin)
    assert (await robin.get("/api/search", params={"q": "Sundays"})).json()["passages"][0]["text"] == SUNDAYS["answer"]
    assert (await robin.delete(f"/api/answers/{added['id']}")).status_code == 204
    assert (await robin.get(f"/api/answers/{added['id']}")).status_code == 404
    assert (await ask(charlie, SUNDAYS["question"]))["kind"] == "refused"
    found = (await robin.get("/api/search", params={"q": "Sundays"})).json()["passages"]
    assert SUNDAYS["answer"] not in [passage["text"] for passage in found]


async def test_a_hit_is_counted(charlie: Browser, robin: Browser) -> None:
    added = await add(robin)
    assert (added["hits"], added["hit_at"]) == (0, None)
    await ask(charlie, SUNDAYS["question"])
    await ask(charlie, SUNDAYS["question"])
    seen = (await robin.get(f"/api/answers/{added['id']}")).json()
    assert seen["hits"] == 2
    assert seen["hit_at"]


async def test_a_question_has_one_typed_answer(robin: Browser) -> None:
    added = await add(robin)
    again = await robin.post("/api/answers", json=SUNDAYS)
    assert again.status_code == 409
    other = await add(robin, question="Do you sell lamps?", variants=[])
    taken = await robin.patch(f"/api/answers/{other['id']}", json={"question": SUNDAYS["question"]})
    assert taken.status_code == 409
    assert (await robin.get(f"/api/answers/{added['id']}")).json()["answer"] == SUNDAYS["answer"]


async def test_the_answers_of_a_file_can_be_rewritten_and_stay_so(charlie: Browser, robin: Browser) -> None:
    pairs = [{"question": SUNDAYS["question"], "answer": "Never on Sundays."}]
    source = (await robin.post("/api/documents", json={"pairs": pairs})).json()["id"]
    await until_read(robin, source)
    (line,) = (await robin.get("/api/answers")).json()["answers"]
    assert (await ask(charlie, SUNDAYS["question"]))["answer"] == "Never on Sundays."
    await robin.patch(f"/api/answers/{line['id']}", json={"answer": SUNDAYS["answer"]})
    assert (await robin.post(f"/api/documents/{source}/reading")).status_code == 202
    await until_read(robin, source)
    assert (await ask(charlie, SUNDAYS["question"]))["answer"] == SUNDAYS["answer"]
    assert [line["id"] for line in (await robin.get("/api/answers")).json()["answers"]] == [line["id"]]
    found = (await robin.get("/api/search", params={"q": "Sundays"})).json()["passages"]
    assert "Never on Sundays." not in [passage["text"] for passage in found]


async def test_answers_leave_and_come_back_as_a_table(charlie: Browser, robin: Browser) -> None:
    await add(robin, answer='=HYPERLINK("https://example.com")')
    table = await robin.get("/api/answers/export")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(StringIO(table.text.lstrip("\ufeff")))
    assert row["answer"].startswith("'=")
    await robin.patch(f"/api/answers/{await only_id(robin)}", json={"answer": "Another"})
    back = await robin.post("/api/answers/import", content=table.content, headers={"content-type": "text/csv"})
    assert back.json() == {"answers": 1}
    assert (await ask(charlie, "Sunday opening hours"))["answer"] == '=HYPERLINK("https://example.com")'


async def test_a_table_that_cannot_be_read_changes_nothing(robin: Browser) -> None:
    await add(robin)
    table = "question,answer\nWhere are you?,In Ghent.\nWho are you?,\n"
    refused = await robin.post("/api/answers/import", content=table, headers={"content-type": "text/csv"})
    assert refused.status_code == 400
    assert "Row 3" in refused.json()["detail"]
    assert await only_id(robin)


async def test_the_list_of_answers_has_pages(robin: Browser) -> None:
    rows = "".join(f"Question number {n}?,Answer {n}.\n" for n in range(51))
    sent = await robin.post(
        "/api/answers/import", content="question,answer\n" + rows, headers={"content-type": "text/csv"}
    )
    assert sent.json() == {"answers": 51}
    first = (await robin.get("/api/answers")).json()
    second = (await robin.get("/api/answers", params={"cursor": first["next"]})).json()
    assert (len(first["answers"]), len(second["answers"]), second["next"]) == (50, 1, None)


async def test_outsider_cannot_see_or_write_answers(charlie: Browser, robin: Browser) -> None:
    added = await add(robin)
    for method, path in (
        ("GET", "/api/answers"),
        ("POST", "/api/answers"),
        ("GET", f"/api/answers/{added['id']}"),
        ("PATCH", f"/api/answers/{added['id']}"),
        ("DELETE", f"/api/answers/{added['id']}"),
        ("GET", "/api/answers/export"),
        ("POST", "/api/answers/import"),
        ("GET", "/api/answers/match?q=Sundays"),
    ):
        assert (await charlie.request(method, path)).status_code == 401, path
    assert (await ask(charlie, FOREIGN))["kind"] == "refused"


async def only_id(robin: Browser) -> int:
    (line,) = (await robin.get("/api/answers")).json()["answers"]
    found: int = line["id"]
    return found


async def until_read(robin: Browser, source: str) -> None:
    async with asyncio.timeout(20):
        while (await robin.get(f"/api/documents/{source}")).json()["status"] != "ready":
            await asyncio.sleep(0.05)
