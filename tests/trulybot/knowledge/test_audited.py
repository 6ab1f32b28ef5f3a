"""What staff do to the knowledge stands in the audit log, by whom, on a page as over the API."""

from sqlalchemy import Connection

from tests.cast import MIRA, Browser
from trulybot.kit import events
from trulybot.knowledge import gaps
from trulybot.knowledge.gaps import Unhelpful
from trulybot.settings import Settings
from trulybot.workspace import written

QUESTION = "Do you ship to Norway?"
PAIR = {"question": QUESTION, "answer": "Yes, within a week."}


def recorded(connection: Connection) -> list[tuple[str, str]]:
    return [(event.action, event.subject) for event in events.found(connection, events.Sought(), 20)]


async def test_sources_that_are_added(mira: Browser, robin: Browser, settings: Settings) -> None:
    await robin.post("/api/text-upload", json={"title": "A note", "text": "Cups are blue."})
    await robin.post("/api/documents", json={"pairs": [PAIR], "title": "Pairs"})
    form = {"csrf": await mira.csrf(), "title": "Typed", "text": "Plates are green."}
    assert (await mira.submit("/knowledge/add/text", **form)).status_code == 303
    added = [subject for action, subject in written(settings, recorded) if action == "Added a source"]
    assert added == ["Typed", "Pairs", "A note"]
    assert written(settings, events.found, events.Sought(), 1)[0].actor == MIRA


async def test_answers_that_are_written_and_changed(mira: Browser, robin: Browser, settings: Settings) -> None:
    added = (await robin.post("/api/answers", json=PAIR)).json()
    await robin.patch(f"/api/answers/{added['id']}", json={"answer": "No."})
    csrf = await mira.csrf()
    await mira.submit(f"/answers/{added['id']}", csrf=csrf, **PAIR, variants="")
    await mira.submit("/answers", csrf=csrf, question="And to Sweden?", answer="Yes.", variants="")
    assert written(settings, recorded)[:4] == [
        ("Added an answer", "And to Sweden?"),
        ("Changed an answer", QUESTION),
        ("Changed an answer", QUESTION),
        ("Added an answer", QUESTION),
    ]


async def test_an_import_is_recorded_once(robin: Browser, settings: Settings) -> None:
    table = "question,answer\nOne?,1\nTwo?,2\n"
    imported = await robin.post("/api/answers/import", content=table, headers={"content-type": "text/csv"})
    assert imported.is_success
    assert [action for action, _ in written(settings, recorded)][:1] == ["Imported answers"]
    assert "Added an answer" not in dict(written(settings, recorded))


async def test_gaps_are_named_by_no_visitors_words(mira: Browser, robin: Browser, settings: Settings) -> None:
    written(settings, gaps.note, QUESTION, "refused", Unhelpful(None, ()))
    gap = (await robin.get("/api/gaps")).json()["gaps"][0]["id"]
    csrf = await mira.csrf()
    await mira.submit(f"/gaps/{gap}/deletion", csrf=csrf)
    await mira.submit(f"/gaps/{gap}/deletion", csrf=csrf)  # there is nothing to take off any more
    await mira.submit(f"/gaps/{gap}/return", csrf=csrf)
    assert (await robin.delete(f"/api/gaps/{gap}")).status_code == 204
    assert written(settings, recorded)[:3] == [
        ("Took a gap off the list", ""),
        ("Put a gap back on the list", ""),
        ("Took a gap off the list", ""),
    ]
