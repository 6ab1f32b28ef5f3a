"""The visitor's page without script, and what staff see of the conversations."""

import re

import pytest

from tests.acorn import FOREIGN, REFUNDED, RETURNS
from tests.cast import Browser
from trulybot.chat.forms import LONGEST_QUESTION
from trulybot.contract import CONVERSATION_COOKIE


async def test_a_visitor_without_script_asks_and_reads_the_answer_with_its_source(charlie: Browser) -> None:
    posted = await charlie.submit("/chat", question=REFUNDED)
    assert posted.status_code == 303
    page = (await charlie.get(posted.headers["location"])).text
    assert "five working days" in page
    assert RETURNS in page
    turn = posted.headers["location"].partition("#")[2]
    assert f'id="{turn}"' in page


async def test_the_conversation_is_kept_in_a_cookie_that_only_this_site_reads(charlie: Browser) -> None:
    posted = await charlie.submit("/chat", question="hello")
    cookie = posted.headers["set-cookie"]
    assert cookie.startswith(f"{CONVERSATION_COOKIE}=")
    parts = {part.strip().lower() for part in cookie.split(";")}
    assert parts >= {"secure", "httponly", "samesite=lax", "path=/"}
    assert not any(part.startswith("domain") for part in parts)


async def test_the_conversation_goes_on_until_it_is_begun_anew(charlie: Browser) -> None:
    for question in ("hello", FOREIGN):
        await charlie.submit("/chat", question=question)
    assert FOREIGN in (await charlie.get("/chat")).text
    anew = await charlie.submit("/chat/new")
    assert anew.status_code == 303
    assert FOREIGN not in (await charlie.get("/chat")).text


async def test_a_strangers_browser_sees_nothing_of_it(charlie: Browser, robin: Browser) -> None:
    await charlie.submit("/chat", question=FOREIGN)
    assert FOREIGN in (await charlie.get("/chat")).text
    del robin.headers["authorization"]
    assert FOREIGN not in (await robin.get("/chat")).text


@pytest.mark.parametrize("cookie", ["", "x", "c_x.y", "a.b.c", '"', "\u00e9.\u00ff"])
async def test_a_cookie_that_proves_nothing_begins_a_new_conversation(charlie: Browser, cookie: str) -> None:
    headers = {b"cookie": f"{CONVERSATION_COOKIE}={cookie}".encode("latin-1"), b"origin": b"https://localhost"}
    assert (await charlie.get("/chat", headers=headers)).status_code == 200
    assert (await charlie.post("/chat", data={"question": "hello"}, headers=headers)).status_code == 303


async def test_a_question_that_cannot_be_asked_is_shown_again_with_why(charlie: Browser) -> None:
    for typed, status in (("", 400), ("   ", 400), ("x" * (LONGEST_QUESTION + 1), 422)):
        page = await charlie.submit("/chat", question=typed)
        assert page.status_code == status
        assert "question" in page.text
    assert "Shorten it." in page.text
    assert typed in page.text


async def test_what_a_visitor_typed_is_never_markup(charlie: Browser, mira: Browser) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    await charlie.submit("/chat", question=attack)
    handle = re.search(r"c_[\w-]+", str(charlie.cookies))
    assert handle
    pages = ["/inbox", f"/inbox/{handle[0]}", "/gaps"]
    for page in [await charlie.get("/chat"), *[await mira.get(path) for path in pages]]:
        assert page.status_code == 200
        assert "alert(1)" in page.text
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


async def test_staff_who_try_it_find_the_way_back_and_visitors_are_shown_none(charlie: Browser, mira: Browser) -> None:
    way_back = 'href="/" title="Home"'
    assert way_back in (await mira.get("/chat")).text
    assert way_back not in (await charlie.get("/chat")).text


async def test_staff_read_conversations_page_by_page(charlie: Browser, mira: Browser) -> None:
    for _ in range(52):
        await charlie.submit("/chat/new")
        await charlie.submit("/chat", question="thanks")
    first = (await mira.get("/inbox")).text
    older = re.search(r'"(/inbox\?cursor=[^"]+)"', first)
    assert older
    second = (await mira.get(older[1])).text
    listed = [set(re.findall(r"/inbox/c_[\w-]+", page)) for page in (first, second)]
    assert [len(page) for page in listed] == [50, 2]
    assert not listed[0] & listed[1]
