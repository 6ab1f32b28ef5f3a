"""Staff correct passages or leave them out: visitors are told so, and it stays so when a source is read again."""

from typing import Any

import pytest

from tests.cast import Browser
from tests.trulybot.chat.knowing import SUNDAYS, gap_lists, let_gaps_be_tried, teach
from tests.trulybot.chat.test_curated import ask
from tests.trulybot.chat.test_feedback import vote
from trulybot.app import WorkspaceApplication
from trulybot.settings import Settings

OFFICE = "Our office dog is called Bruno. He sleeps under the desk of Ines."
DOG = "What is the office dog called?"


async def passages(robin: Browser, document: str, q: str = "") -> list[dict[str, Any]]:
    found = await robin.get(f"/api/documents/{document}/passages", params={"q": q})
    assert found.status_code == 200, found.text
    listed: list[dict[str, Any]] = found.json()["passages"]
    return listed


async def change(robin: Browser, document: str, **changes: Any) -> dict[str, Any]:
    (passage,) = await passages(robin, document)
    answer = await robin.patch(f"/api/documents/{document}/passages/{passage['id']}", json=changes)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


async def read_again(robin: Browser, app: WorkspaceApplication, settings: Settings, document: str) -> None:
    await let_gaps_be_tried(app, settings)  # until it is indexed
    assert (await robin.post(f"/api/documents/{document}/reading")).status_code == 202
    await let_gaps_be_tried(app, settings)


async def test_what_is_left_out_is_not_answered_from_until_it_is_taken_back(
    app: WorkspaceApplication, charlie: Browser, robin: Browser, settings: Settings
) -> None:
    document = await teach(robin, "Office", OFFICE)
    assert "Bruno" in (await ask(charlie, DOG))["answer"]
    assert (await change(robin, document, excluded=True))["excluded_at"]
    assert (await ask(charlie, DOG))["kind"] == "refused"
    await read_again(robin, app, settings, document)
    assert (await ask(charlie, DOG))["kind"] == "refused"
    assert (await change(robin, document, excluded=False))["excluded_at"] is None
    assert "Bruno" in (await ask(charlie, DOG))["answer"]


async def test_a_correction_is_what_visitors_are_told_and_survives_a_reading(
    app: WorkspaceApplication, charlie: Browser, robin: Browser, settings: Settings
) -> None:
    document = await teach(robin, "Office", OFFICE)
    corrected = await change(robin, document, text=OFFICE.replace("Bruno", "Ada"))
    assert (corrected["read_text"], corrected["corrected_at"] > 0) == (OFFICE, True)
    await read_again(robin, app, settings, document)
    assert "Ada" in (await ask(charlie, DOG))["answer"]
    assert [one["id"] for one in await passages(robin, document, "ada")] == [corrected["id"]]
    restored = await change(robin, document, text=None)
    assert (restored["text"], restored["read_text"], restored["corrected_at"]) == (OFFICE, None, None)
    assert "Bruno" in (await ask(charlie, DOG))["answer"]


async def test_a_corrected_passage_gets_a_new_vector(
    app: WorkspaceApplication, charlie: Browser, robin: Browser, settings: Settings
) -> None:
    document = await teach(robin, "Office", OFFICE)
    await change(robin, document, text="Opening: we are closed on Sundays.")
    await let_gaps_be_tried(app, settings)
    found = (await robin.get("/api/search", params={"q": "closed on Sundays", "k": 1})).json()["passages"]
    assert found[0]["document"] == document and found[0]["vector"] > 0.5
    assert (await robin.get(f"/api/documents/{document}")).json()["status"] == "ready"


async def test_where_the_source_says_something_else_its_new_text_counts_and_the_correction_is_shown(
    app: WorkspaceApplication, mira: Browser, charlie: Browser, robin: Browser, settings: Settings
) -> None:
    document = await teach(robin, "Office", OFFICE)
    await change(robin, document, text="Our office dog is called Ada.", excluded=True)
    (file,) = settings.uploads.glob(f"{document}*")
    file.write_text(OFFICE.replace("Bruno", "Rex"))
    assert "The source has changed here" not in (await mira.get(f"/knowledge/{document}")).text
    await read_again(robin, app, settings, document)
    assert "Rex" in (await ask(charlie, DOG))["answer"]
    shown = (await mira.get(f"/knowledge/{document}")).text
    _, _, lost = shown.partition("The source has changed here")
    assert "called Bruno" in lost and "called Ada" in lost
    await mira.submit(f"/knowledge/{document}/lost/deletion", csrf=await mira.csrf())
    assert "The source has changed here" not in (await mira.get(f"/knowledge/{document}")).text


async def test_a_corrected_passage_is_another_answer_for_a_gap(
    app: WorkspaceApplication, charlie: Browser, robin: Browser, settings: Settings
) -> None:
    document = await teach(robin, "Opening hours", "We are open on Sundays.")
    await vote(charlie, await ask(charlie, SUNDAYS), "down")
    await let_gaps_be_tried(app, settings)
    assert (await gap_lists(robin))[0] == [SUNDAYS]
    await change(robin, document, text="We are open on Sundays from ten to two.")
    await let_gaps_be_tried(app, settings)
    open_questions, answered = await gap_lists(robin)
    assert open_questions == [] and "from ten to two" in answered[SUNDAYS]


async def test_the_page_changes_a_passage_by_plain_forms(mira: Browser, charlie: Browser, robin: Browser) -> None:
    document = await teach(robin, "Office", OFFICE)
    (passage,) = await passages(robin, document)
    form, csrf = f"/knowledge/{document}/passages/{passage['id']}", await mira.csrf()

    async def do(what: str, text: str = "") -> int:
        return (await mira.submit(form, csrf=csrf, do=what, text=text, at="?q=dog&to=//evil.example")).status_code

    left_out = await mira.submit(form, csrf=csrf, do="leave-out", at="?q=dog&to=//evil.example")
    assert left_out.headers["location"] == f"/knowledge/{document}?q=dog#passage-{passage['id']}"
    assert "Left out" in (await mira.get(left_out.headers["location"])).text
    assert (await ask(charlie, DOG))["kind"] == "refused"
    assert await do("take-back") == 303
    assert await do("correct", "Our office dog is called Ada.") == 303
    assert "Ada" in (await ask(charlie, DOG))["answer"]
    empty = await mira.submit(form, csrf=csrf, do="correct", text=" ")
    assert (empty.status_code, "Write what the passage should say" in empty.text) == (422, True)
    assert await do("restore") == 303
    assert await do("conjure") == 404


async def test_the_answers_of_a_table_are_not_corrected_here(robin: Browser, mira: Browser) -> None:
    added = await robin.post("/api/answers", json={"question": "Who knits?", "answer": "Grandmother does."})
    document = added.json()["source_id"]
    (passage,) = await passages(robin, document)
    refused = await robin.patch(f"/api/documents/{document}/passages/{passage['id']}", json={"excluded": True})
    assert (refused.status_code, "on the page Answers" in refused.json()["detail"]) == (409, True)
    assert "Leave out of answers" not in (await mira.get(f"/knowledge/{document}")).text


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"text": ""}, 422),
        ({"text": " \n"}, 422),
        ({"text": "a\0b"}, 422),
        ({"text": "x" * 10_001}, 422),
        ({"no": 1}, 422),
    ],
)
async def test_hostile_corrections_are_refused(robin: Browser, changes: dict[str, Any], status: int) -> None:
    document = await teach(robin, "Office", OFFICE)
    (before,) = await passages(robin, document)
    answer = await robin.patch(f"/api/documents/{document}/passages/{before['id']}", json=changes)
    assert answer.status_code in (status, 400), answer.text
    assert await passages(robin, document) == [before]


async def test_a_passage_of_another_document_is_not_found(robin: Browser, charlie: Browser) -> None:
    office, hours = await teach(robin, "Office", OFFICE), await teach(robin, "Hours", "We open at ten.")
    (passage,) = await passages(robin, office)
    assert (await robin.patch(f"/api/documents/{hours}/passages/{passage['id']}", json={})).status_code == 404
    path = f"/api/documents/{office}/passages/{passage['id']}"
    assert (await charlie.patch(path, json={"excluded": True})).status_code == 401
    assert (await robin.patch(path, json={})).status_code == 200


async def test_passages_come_in_pages_and_are_searched(robin: Browser, mira: Browser) -> None:
    rooms = "\n\n".join(
        f"## Room {n}\n\nThe thing of room {n} is a {'lamp' if n % 2 else 'chair'}." for n in range(120)
    )
    document = await teach(robin, "Rooms", rooms)
    listed, cursor = [], ""
    while True:
        found = (await robin.get(f"/api/documents/{document}/passages?cursor={cursor}")).json()
        listed += [one["heading"] for one in found["passages"]]
        if not (cursor := found["next"] or ""):
            break
    assert len(listed) == len(set(listed)) == 120
    assert {one["text"].split()[-1] for one in await passages(robin, document, "lam")} == {"lamp."}
    assert await passages(robin, document, '"*') == []
    first = (await mira.get(f"/knowledge/{document}?q=lamp")).text
    assert "More passages" in first and "chair." not in first
    assert (await robin.get(f"/api/documents/{document}/passages?cursor=WzEsIngiXQ==")).status_code in (400, 422)
