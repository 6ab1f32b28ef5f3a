"""Mira closes gaps on the pages: with an answer, a source, or by taking them off the list, which can be undone."""

import re
from hashlib import sha256

from sqlalchemy import Connection

from tests.acorn import FOREIGN
from tests.cast import Browser
from tests.trulybot.chat.knowing import HOURS, SUNDAYS, let_gaps_be_tried, teach
from tests.trulybot.chat.test_curated import ask
from tests.trulybot.chat.test_feedback import vote
from trulybot.app import WorkspaceApplication
from trulybot.knowledge import gaps
from trulybot.knowledge.gaps import Unhelpful
from trulybot.settings import Settings
from trulybot.workspace import written

ON_SUNDAY = "Are you open on Sundays in the winter?"


async def only_gap(mira: Browser) -> str:
    """The path of the only gap on the list."""
    (path,) = set(re.findall(r'href="(/gaps/\d+)"', (await mira.get("/gaps")).text))
    assert isinstance(path, str)
    return path


async def grouped(app: WorkspaceApplication, settings: Settings, charlie: Browser) -> None:
    """One gap of two questions, of which SUNDAYS was asked more often."""
    for question in (SUNDAYS, ON_SUNDAY, SUNDAYS):
        assert (await ask(charlie, question))["kind"] == "refused"
    await let_gaps_be_tried(app, settings)


async def test_an_answer_is_written_from_a_gap_in_one_step_and_closes_it(
    app: WorkspaceApplication, mira: Browser, charlie: Browser, settings: Settings
) -> None:
    await grouped(app, settings, charlie)
    path = await only_gap(mira)
    page = (await mira.get(path)).text
    assert f'value="{SUNDAYS}"' in page and f"\n{ON_SUNDAY}</textarea>" in page and "asked 2 times" in page
    typed = {"question": SUNDAYS, "variants": ON_SUNDAY, "answer": "From ten to two."}
    saved = await mira.submit(f"{path}/answer", csrf=await mira.csrf(), **typed)
    listed = (await mira.get(saved.headers["location"])).text
    assert "2 questions found an answer and are closed." in listed and "No gaps" in listed
    for question in (SUNDAYS, ON_SUNDAY):
        assert (await ask(charlie, question))["answer"] == "From ten to two."
    assert "From ten to two." in (await mira.get("/gaps/closed")).text
    assert (await mira.get(path)).status_code == 404


async def test_an_answer_to_something_else_leaves_the_gap_open(mira: Browser, charlie: Browser) -> None:
    await ask(charlie, FOREIGN)
    path = await only_gap(mira)
    typed = {"question": "When is the shop shut?", "variants": "", "answer": "At night."}
    saved = await mira.submit(f"{path}/answer", csrf=await mira.csrf(), **typed)
    listed = (await mira.get(saved.headers["location"])).text
    assert "0 questions found an answer and are closed. 1 is still open." in listed and FOREIGN in listed


async def test_an_answer_that_cannot_be_saved_says_why_beside_its_gap(mira: Browser, charlie: Browser) -> None:
    await ask(charlie, SUNDAYS)
    path = await only_gap(mira)
    refused = await mira.submit(f"{path}/answer", csrf=await mira.csrf(), question="Mine", variants="", answer=" ")
    assert (refused.status_code, 'value="Mine"' in refused.text) == (422, True)
    assert "Write a question of at most 1,000 characters" in refused.text and SUNDAYS in refused.text


async def test_a_gap_is_asked_again_now(mira: Browser, robin: Browser, charlie: Browser) -> None:
    await ask(charlie, SUNDAYS)
    path, csrf = await only_gap(mira), await mira.csrf()
    vain = await mira.submit(f"{path}/attempt", csrf=csrf)
    assert "0 questions found an answer" in (await mira.get(vain.headers["location"])).text
    await teach(robin, "Opening hours", HOURS)
    found = await mira.submit(f"{path}/attempt", csrf=csrf)
    assert "1 question found an answer and is closed." in (await mira.get(found.headers["location"])).text


async def test_a_gap_is_taken_off_the_list_and_put_back(mira: Browser, charlie: Browser) -> None:
    await ask(charlie, FOREIGN)
    path, csrf = await only_gap(mira), await mira.csrf()
    off = await mira.submit(f"{path}/deletion", csrf=csrf)
    said = (await mira.get(off.headers["location"])).text
    assert f"Took “{FOREIGN}” off the list." in said and "No gaps" in said
    assert "Taken off the list" in (await mira.get("/gaps/closed")).text
    assert (await mira.submit(f"{path}/return", csrf=csrf)).status_code == 303
    assert await only_gap(mira) == path
    assert (await mira.submit(f"{path}/return", csrf=csrf)).status_code == 404


async def test_a_gap_leads_to_the_conversations_it_was_asked_in(mira: Browser, charlie: Browser) -> None:
    first = await ask(charlie, SUNDAYS)
    other = await ask(charlie, SUNDAYS)
    found = re.findall(r'href="(/inbox/[^"]+)"', (await mira.get(await only_gap(mira))).text)
    assert len(found) == 2
    for link in found:
        assert SUNDAYS in (await mira.get(link)).text
    assert (await charlie.delete(f"/api/chat/{first['conversation']}")).status_code == 200
    (left,) = re.findall(r'href="(/inbox/[^"]+)"', (await mira.get(await only_gap(mira))).text)
    assert left in found and left.rpartition("/")[2] in other["conversation"]


async def test_a_vote_that_is_taken_back_leaves_no_trace(mira: Browser, charlie: Browser, robin: Browser) -> None:
    await teach(robin, "Opening hours", HOURS)
    disliked, given = await ask(charlie, SUNDAYS), await ask(charlie, SUNDAYS)
    for each in (disliked, given):
        await vote(charlie, each, "down")
    page = (await mira.get(await only_gap(mira))).text
    assert "2 thumbs down" in page and "Did not help:" in page and len(re.findall(r'href="/inbox/', page)) == 2
    await vote(charlie, given, "up")
    page = (await mira.get(await only_gap(mira))).text
    assert "1 thumb down" in page and len(re.findall(r'href="/inbox/', page)) == 1


async def test_a_viewer_reads_gaps_and_answers_none(mira: Browser, vera: Browser, charlie: Browser) -> None:
    await ask(charlie, SUNDAYS)
    path = await only_gap(mira)
    assert "Save answer and ask again" in (await mira.get(path)).text
    seen = (await vera.get(path)).text + (await vera.get("/gaps")).text
    assert SUNDAYS in seen
    assert not [word for word in ("Save answer", "Take off", "Ask again") if word in seen]
    assert (await charlie.get(path)).headers["location"].startswith("/sign-in")


async def test_gaps_come_in_pages_the_most_asked_first(
    app: WorkspaceApplication, robin: Browser, mira: Browser, settings: Settings
) -> None:
    questions = [sha256(str(number).encode()).hexdigest() for number in range(120)]
    written(settings, note_all, [*questions, *[questions[7]] * 30])
    await let_gaps_be_tried(app, settings)
    listed, cursor = [], ""
    while True:
        found = (await robin.get(f"/api/gaps?cursor={cursor}")).json()
        listed += [question for gap in found["gaps"] for question in gap["examples"]]
        if not (cursor := found["next"] or ""):
            break
    assert (listed[0], sorted(listed)) == (questions[7], sorted(questions))
    first = (await mira.get("/gaps")).text
    assert "More gaps" in first and listed[0] in first and listed[-1] not in first


def note_all(connection: Connection, questions: list[str]) -> None:
    for question in questions:
        gaps.note(connection, question, "refused", Unhelpful(None, []))
