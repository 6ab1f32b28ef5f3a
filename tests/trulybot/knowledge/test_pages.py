"""Mira adds, sees and deletes her sources on the pages, as plain forms."""

import re

import pytest

from tests.cast import Browser

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


async def test_a_deleted_source_is_gone_with_its_page(mira: Browser) -> None:
    csrf = await mira.csrf()
    await mira.submit("/knowledge/add/text", csrf=csrf, title="Returns", text="Within 30 days.")
    found = re.search(r'href="(/knowledge/s_[^"]+)"', (await mira.get("/knowledge")).text)
    assert found
    assert (await mira.get(found[1])).status_code == 200
    gone = await mira.submit(f"{found[1]}/deletion", csrf=csrf)
    assert "Deleted the source" in (await mira.get(gone.headers["location"])).text
    assert (await mira.get(found[1])).status_code == 404


async def test_a_gap_is_taken_off_the_list(mira: Browser, charlie: Browser) -> None:
    await charlie.submit("/chat", question="Do you mend trousers?")
    listed = (await mira.get("/gaps")).text
    assert "Do you mend trousers?" in listed
    found = re.search(r'action="(/gaps/\d+/deletion)"', listed)
    assert found
    await mira.submit(found[1], csrf=await mira.csrf())
    assert "Do you mend trousers?" not in (await mira.get("/gaps")).text


async def test_a_kind_of_source_there_is_not_is_not_found(mira: Browser) -> None:
    assert (await mira.submit("/knowledge/add/spell", csrf=await mira.csrf())).status_code == 404
    assert 'aria-current="page">Files' in (await mira.get("/knowledge/add?kind=spell")).text
