"""Mira writes her own answers on the pages: visitors are given them at once, and no more once they are deleted."""

import re

import pytest
from sqlalchemy import Connection, text

from tests.cast import ADDRESS, Browser
from tests.trulybot.chat.knowing import let_gaps_be_tried, teach
from tests.trulybot.chat.test_curated import ask
from tests.trulybot.idle import idle
from trulybot.app import WorkspaceApplication
from trulybot.knowledge import curated
from trulybot.knowledge.sources import KEPT_BACK
from trulybot.settings import Settings
from trulybot.workspace import written

PARCEL = "Can I pick my parcel up?"
PICK_UP = "Yes, at our warehouse in Ghent, any day before noon."


async def write(mira: Browser, question: str = PARCEL, variants: str = "", answer: str = PICK_UP) -> str:
    """The path of the new answer."""
    saved = await mira.submit("/answers", csrf=await mira.csrf(), question=question, variants=variants, answer=answer)
    assert saved.status_code == 303, saved.text
    assert "Saved." in (await mira.get(saved.headers["location"])).text
    paths: list[str] = re.findall(r'href="(/answers/\d+)"', (await mira.get("/answers")).text)
    return paths[0]


async def test_a_written_answer_is_given_and_a_changed_one_in_its_place(mira: Browser, charlie: Browser) -> None:
    path = await write(mira, variants="May I collect it?\n\nCan I fetch my order?")
    for question in (PARCEL, "can i fetch my order"):
        given = await ask(charlie, question)
        assert (given["kind"], given["answer"]) == ("curated", PICK_UP)
    assert "given 2 times" in (await mira.get("/answers")).text
    typed = {"question": PARCEL, "variants": "May I collect it?", "answer": "Not any more."}
    assert (await mira.submit(path, csrf=await mira.csrf(), **typed)).status_code == 303
    assert (await ask(charlie, PARCEL))["answer"] == "Not any more."
    assert (await ask(charlie, "Can I fetch my order?"))["kind"] != "curated"
    assert "May I collect it?" in (await mira.get(path)).text


async def test_a_deleted_answer_is_given_no_more_until_it_is_brought_back(
    app: WorkspaceApplication, mira: Browser, charlie: Browser, settings: Settings
) -> None:
    path, csrf = await write(mira), await mira.csrf()
    gone = await mira.submit(f"{path}/deletion", csrf=csrf)
    assert "This can be undone for an hour" in (await mira.get(gone.headers["location"])).text
    assert (await ask(charlie, PARCEL))["kind"] != "curated"
    assert "Deleted in the last hour" in (await mira.get("/answers")).text
    assert (await mira.submit(f"{path}/return", csrf=csrf)).status_code == 303
    assert (await ask(charlie, PARCEL))["answer"] == PICK_UP
    await let_gaps_be_tried(app, settings)
    found = (await mira.get("/api/search", params={"q": "pick up a parcel in Ghent", "k": 1})).json()["passages"]
    assert found[0]["text"] == PICK_UP and found[0]["vector"] is not None


async def test_after_an_hour_it_is_gone_for_good(mira: Browser, settings: Settings) -> None:
    path, csrf = await write(mira), await mira.csrf()
    await mira.submit(f"{path}/deletion", csrf=csrf)
    written(settings, removed_earlier)
    assert (await mira.submit(f"{path}/return", csrf=csrf)).status_code == 404
    assert written(settings, answers_kept) == 1
    written(settings, curated.clear_removed)
    assert written(settings, answers_kept) == 0


async def test_paragraphs_part_however_a_browser_ends_its_lines(mira: Browser, charlie: Browser) -> None:
    await write(mira, variants="May I collect it?\r\nCan I fetch it?", answer="Yes.\r\n\r\nBefore noon.")
    assert (await ask(charlie, "Can I fetch it?"))["answer"] == "Yes.\n\nBefore noon."


async def test_a_deleted_answer_makes_room_for_another_to_its_question(mira: Browser, charlie: Browser) -> None:
    path, csrf = await write(mira), await mira.csrf()
    await mira.submit(f"{path}/deletion", csrf=csrf)
    await write(mira, answer="Only on Fridays.")
    assert (await mira.submit(f"{path}/return", csrf=csrf)).status_code in (303, 404)
    assert (await ask(charlie, PARCEL))["answer"] == "Only on Fridays."


async def test_the_answer_of_a_file_comes_back_too(mira: Browser, robin: Browser, charlie: Browser) -> None:
    pairs = {"pairs": [{"question": PARCEL, "answer": PICK_UP}]}
    document = (await robin.post("/api/documents", json=pairs)).json()["id"]
    await teach(robin, "Other things", "The lamp in the hall is green.")
    while (await robin.get(f"/api/documents/{document}")).json()["status"] != "ready":
        pass
    (path,) = re.findall(r'href="(/answers/\d+)"', (await mira.get("/answers")).text)
    csrf = await mira.csrf()
    await mira.submit(f"{path}/deletion", csrf=csrf)
    assert (await ask(charlie, PARCEL))["kind"] != "curated"
    await mira.submit(f"{path}/return", csrf=csrf)
    assert (await ask(charlie, PARCEL))["kind"] == "curated"


async def test_answers_are_searched_and_ordered(mira: Browser, charlie: Browser) -> None:
    await write(mira)
    await write(mira, "Who knits?", "Who makes the socks?", "Grandmother does.")
    await ask(charlie, PARCEL)

    async def listed(query: str) -> list[str]:
        return re.findall(r'title="([^"]+\?)"', (await mira.get(f"/answers?{query}")).text)

    assert await listed("") == ["Who knits?", PARCEL]
    assert await listed("by=most-given") == [PARCEL, "Who knits?"]
    assert await listed("by=never-given") == ["Who knits?"]
    assert await listed("q=SOCKS") == ["Who knits?"]
    assert "No answer matches" in (await mira.get("/answers?q=zebra")).text


async def test_testing_a_question_says_which_answer_is_given_and_how_near_others_are(
    mira: Browser, settings: Settings
) -> None:
    assert "no answer of yours to compare" in (await mira.get("/answers/match?q=Anything")).text
    await write(mira)
    await idle(settings)
    exact = (await mira.get("/answers/match", params={"q": "can I pick my parcel up"})).text
    assert "given the first of these" in exact and "the same words" in exact
    other = (await mira.get("/answers/match", params={"q": "Who composed the opera Tosca?"})).text
    assert "given none of these" in other and "Not given" in other


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"question": "?!", "answer": "Yes."}, "Write a question and its answer."),
        ({"question": PARCEL, "answer": ""}, "Write a question of at most 1,000 characters"),
        ({"question": "Why? " * 300, "answer": "Yes."}, "Write a question of at most 1,000 characters"),
        ({"question": "Who knits?", "answer": "Another."}, "There is an answer to this question already."),
    ],
)
async def test_what_cannot_be_saved_says_why_and_is_shown_again(
    mira: Browser, typed: dict[str, str], sentence: str
) -> None:
    await write(mira, "Who knits?", answer="Grandmother does.")
    refused = await mira.submit("/answers", csrf=await mira.csrf(), variants="One more way?", **typed)
    assert (refused.status_code, sentence in refused.text, "One more way?" in refused.text) == (422, True, True)


async def test_a_table_is_imported_whole_or_not_at_all(mira: Browser, charlie: Browser) -> None:
    async def send(table: str) -> tuple[int, str]:
        answer = await mira.post(
            "/answers/import",
            data={"csrf": await mira.csrf()},
            files={"file": ("answers.csv", table.encode())},
            headers={"origin": ADDRESS},
        )
        return answer.status_code, answer.headers.get("location", answer.text)

    status, page = await send("question,answer\nWho knits?,\n")
    assert (status, "Row 2 cannot be imported" in page) == (422, True)
    assert "No answers of your own yet" in (await mira.get("/answers")).text
    status, where = await send("question,answer,variants\nWho knits?,Grandmother.,Who makes socks?|Who darns?\n")
    assert status == 303 and "Imported 1 answer." in (await mira.get(where)).text
    assert (await ask(charlie, "Who darns?"))["answer"] == "Grandmother."
    assert "Choose a CSV file." in (await mira.submit("/answers/import", csrf=await mira.csrf())).text


async def test_a_viewer_reads_answers_and_changes_none(mira: Browser, vera: Browser) -> None:
    path = await write(mira)
    assert "Save answer" in (await mira.get(path)).text
    seen = (await vera.get(path)).text + (await vera.get("/answers")).text
    assert PICK_UP in seen
    assert not [word for word in ("Save answer", "Delete", "Write answer", "Import") if word in seen]


def removed_earlier(connection: Connection) -> None:
    connection.execute(text("UPDATE curated SET removed_at = removed_at - :hour"), {"hour": KEPT_BACK})


def answers_kept(connection: Connection) -> int:
    count: int = connection.execute(text("SELECT count(*) FROM curated")).scalar_one()
    return count
