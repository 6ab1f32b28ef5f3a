"""Mira adds, sees and deletes her sources on the pages, as plain forms."""

import asyncio
import re

import pytest
from sqlalchemy import Connection, text

from tests.cast import ADDRESS, Browser
from tests.trulybot.chat.knowing import nudge
from trulybot.app import WorkspaceApplication
from trulybot.knowledge.sources import CLEARING
from trulybot.settings import Settings
from trulybot.workspace import written

ORIGIN = {"origin": ADDRESS}

FORMS: list[tuple[str, dict[str, str], str]] = [
    ("text", {"title": "Returns", "text": "Socks may be returned within 30 days."}, "Returns"),
    ("url", {"url": "https://acorn.example/help"}, "https://acorn.example/help"),
    ("sitemap", {"url": "https://acorn.example/sitemap.xml", "pages": "20"}, "At most 20 pages"),
    ("crawl", {"url": "https://acorn.example/", "pages": "20", "depth": "2"}, "At most 20 pages, 2 links deep"),
    ("pairs", {"title": "Asked often", "question": "Who knits?", "answer": "Grandmother does."}, "Asked often"),
]

# What was typed, the sentence that refuses it, and what the form shows again.
REFUSED: list[tuple[str, dict[str, str], str, str]] = [
    ("files", {}, "Choose at least one file.", "Files"),
    ("text", {"text": "Typed already"}, "Give the text a title", "Typed already"),
    ("text", {"title": "Blank", "text": " "}, "The text is empty.", "Blank"),
    ("url", {"url": "ftp://acorn.example"}, "must begin with http", "ftp://acorn.example"),
    ("crawl", {"url": "https://acorn.example", "depth": "-1"}, "Write a whole number of at least 0.", "-1"),
    ("sitemap", {"url": "https://acorn.example", "pages": "99999"}, "Ask for fewer.", "99999"),
    ("pairs", {"question": "Who knits?", "answer": ""}, "Write each question with its answer", "Who knits?"),
    (
        "pairs",
        {"question": "", "answer": "Grandmother does."},
        "Write each question with its answer",
        "Grandmother does.",
    ),
]


async def added(mira: Browser, *titles: str) -> list[str]:
    """The paths of all sources, the latest first, with texts of these titles added."""
    for title in titles:
        typed = {"title": title, "text": f"{title} is what this is about."}
        assert (await mira.submit("/knowledge/add/text", csrf=await mira.csrf(), **typed)).status_code == 303
    return re.findall(r'href="(/knowledge/s_[^"]+)"', (await mira.get("/knowledge")).text)


def names(paths: list[str]) -> list[str]:
    return [path.rpartition("/")[2] for path in paths]


def clearing_waits(connection: Connection) -> int:
    query = "SELECT run_at - unixepoch() FROM jobs WHERE kind = :kind"
    seconds: int = connection.execute(text(query), {"kind": CLEARING}).scalar_one()
    return seconds


def hurry_clearing(connection: Connection) -> None:
    connection.execute(text("UPDATE jobs SET run_at = 0 WHERE kind = :kind"), {"kind": CLEARING})


@pytest.mark.parametrize(("kind", "typed", "shown"), FORMS, ids=[kind for kind, _, _ in FORMS])
async def test_what_is_typed_becomes_a_source(mira: Browser, kind: str, typed: dict[str, str], shown: str) -> None:
    added = await mira.submit(f"/knowledge/add/{kind}", csrf=await mira.csrf(), **typed)
    assert (added.status_code, added.headers["location"]) == (303, "/knowledge")
    found = re.search(r'href="(/knowledge/s_[^"]+)"', (await mira.get("/knowledge")).text)
    assert found
    assert shown in (await mira.get(found[1])).text


@pytest.mark.parametrize(("kind", "typed", "sentence", "again"), REFUSED)
async def test_a_form_that_is_refused_says_why_and_keeps_what_was_typed(
    mira: Browser, kind: str, typed: dict[str, str], sentence: str, again: str
) -> None:
    answer = await mira.submit(f"/knowledge/add/{kind}", csrf=await mira.csrf(), **typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert any(
        f"{before}{again}{after}" in answer.text for before, after in [('value="', '"'), ("\n", "<"), (">", "<")]
    )
    assert "Nothing to answer from yet" in (await mira.get("/knowledge")).text


async def test_a_deleted_source_is_gone_and_can_be_brought_back(mira: Browser) -> None:
    csrf = await mira.csrf()
    (path,) = await added(mira, "Returns")
    gone = await mira.submit(f"{path}/deletion", csrf=csrf)
    shown = (await mira.get(gone.headers["location"])).text
    assert "Deleted 1 source and 0 passages. This can be undone for an hour." in shown
    assert (await mira.get(path)).status_code == 404
    assert "1 deleted source can still be brought back" in (await mira.get("/knowledge")).text
    (name,) = re.findall(r'name="id" value="(s_[^"]+)"', shown)
    await mira.submit("/knowledge/return", csrf=csrf, id=name)
    assert (await mira.get(path)).status_code == 200
    assert "Nothing to bring back" in (await mira.get("/knowledge/deleted")).text


async def test_several_are_deleted_in_one_step_that_says_what_goes(mira: Browser) -> None:
    csrf = await mira.csrf()
    first, second, third = names(await added(mira, "Returns", "Delivery", "Care"))
    asked = await mira.post("/knowledge/deletion", data={"csrf": csrf, "id": [first, second]}, headers=ORIGIN)
    assert "Delete 2 sources and" in asked.text
    assert len(await added(mira)) == 3
    agreed = {"csrf": csrf, "id": [first, second], "agreed": "yes"}
    gone = await mira.post("/knowledge/deletion", data=agreed, headers=ORIGIN)
    assert gone.status_code == 303
    assert names(await added(mira)) == [third]
    assert "Deleted 2 sources" in (await mira.get(gone.headers["location"])).text
    assert "Tick at least one source" in (await mira.submit("/knowledge/deletion", csrf=csrf)).text


async def test_what_is_deleted_for_good_leaves_nothing(mira: Browser, settings: Settings) -> None:
    csrf = await mira.csrf()
    (path,) = await added(mira, "Returns")
    (name,) = names([path])
    await mira.submit(f"{path}/deletion", csrf=csrf)
    assert list(settings.uploads.glob(f"{name}*"))
    await mira.submit("/knowledge/erasure", csrf=csrf, id=name)
    assert not list(settings.uploads.glob(f"{name}*"))
    await mira.submit("/knowledge/return", csrf=csrf, id=name)
    assert (await mira.get(path)).status_code == 404


async def test_after_an_hour_a_job_clears_what_was_deleted(
    app: WorkspaceApplication, mira: Browser, settings: Settings
) -> None:
    (path,) = await added(mira, "Returns")
    await mira.submit(f"{path}/deletion", csrf=await mira.csrf())
    waits = written(settings, clearing_waits)
    assert 3590 < waits <= 3600
    written(settings, hurry_clearing)
    async with asyncio.timeout(20):
        while list(settings.uploads.glob("s_*")):
            nudge(app)
            await asyncio.sleep(0.05)
    assert "Nothing to bring back" in (await mira.get("/knowledge/deleted")).text


async def test_the_list_is_narrowed_and_searched(mira: Browser) -> None:
    await added(mira, "Returns", "Delivery")
    found = (await mira.get("/knowledge?q=RETURN")).text
    assert "Returns" in found and "Delivery" not in found
    assert "No source matches" in (await mira.get("/knowledge?only=failed")).text
    assert (await mira.get("/knowledge?only=spells")).status_code == 400


async def test_a_viewer_is_shown_nothing_to_change(mira: Browser, vera: Browser) -> None:
    (path,) = await added(mira, "Returns")
    for page in ("/knowledge", path):
        assert "Read again" in (await mira.get(page)).text
        seen = (await vera.get(page)).text
        assert "Returns" in seen
        assert not [word for word in ("Read again", "Delete", "Add source", "Correct<") if word in seen]


async def test_a_kind_of_source_there_is_not_is_not_found(mira: Browser) -> None:
    assert (await mira.submit("/knowledge/add/spell", csrf=await mira.csrf())).status_code == 404
    assert 'aria-current="page">Files' in (await mira.get("/knowledge/add?kind=spell")).text
