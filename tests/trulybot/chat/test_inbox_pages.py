"""Staff in the inbox without script: they read, take over, write and give back, and see what their colleagues do."""

import re

import pytest

from tests.acorn import FOREIGN, REFUNDED
from tests.cast import TEAM, Browser
from tests.trulybot.chat.test_curated import ask
from tests.trulybot.chat.test_handover import WORDS, go_on, heard, take_over
from tests.trulybot.chat.test_inbox import id_of
from trulybot.chat.forms import LONGEST_MESSAGE


async def open_by(staff: Browser, path: str) -> str:
    page = await staff.get(path)
    assert page.status_code == 200
    return page.text


async def test_staff_see_how_an_answer_came_about(charlie: Browser, mira: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    await charlie.post(
        f"/api/chat/{given['conversation']}/turns/{given['turn']}/feedback",
        json={"vote": "down", "reason": "<b>No</b>"},
    )
    page = await open_by(mira, f"/inbox/{id_of(given)}")
    for words in ("Quoted from your documents.", "Confidence", "Returns", "Search the passages", "No model was called"):
        assert words in page
    assert "&lt;b&gt;No&lt;/b&gt;" in page
    assert "The refund arrives within five working days" in page


async def test_to_write_is_to_take_over_and_the_visitor_hears_it(charlie: Browser, gopal: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    path, csrf = f"/inbox/{id_of(given)}", await gopal.csrf()
    sent = await gopal.submit(f"{path}/messages?show=unread", csrf=csrf, text=WORDS + "\r\nYours")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{path}?show=unread#reply")
    told = await heard(charlie, given)
    assert told["handed_over"]
    assert [message["text"] for message in told["messages"]] == [WORDS + "\nYours"]
    page = await open_by(gopal, path)
    assert "You have this conversation" in page
    assert (await gopal.submit(f"{path}/handover/end", csrf=csrf)).status_code == 303
    assert (await gopal.submit(f"{path}/handover/end", csrf=csrf)).status_code == 303
    assert "The bot answers here" in (page := await open_by(gopal, path))
    assert "gave this back to the bot" in page
    assert (await go_on(charlie, given, REFUNDED))["kind"] == "cached"


async def test_the_second_to_take_over_sees_the_first_and_may_take_it_from_them(
    charlie: Browser, gopal: Browser, asha: Browser
) -> None:
    given = await ask(charlie, REFUNDED)
    path = f"/inbox/{id_of(given)}"
    gopals, ashas = await gopal.csrf(), await asha.csrf()
    assert (await gopal.submit(f"{path}/handover", csrf=gopals, reason="complaint")).status_code == 303
    second = await asha.submit(f"{path}/handover", csrf=ashas, reason="sale")
    assert second.status_code == 409
    assert f"Take it over from {TEAM['agent']}" in second.text
    taken = re.search(r'name="handover" value="(\d+)"', second.text)
    assert taken
    assert (await asha.submit(f"{path}/handover", csrf=ashas, handover=taken[1])).status_code == 303
    assert "You have this conversation" in (page := await open_by(asha, path))
    assert "took this over from" in page
    late = await gopal.submit(f"{path}/messages", csrf=gopals, text="I am <late>")
    assert late.status_code == 409
    assert "I am &lt;late&gt;" in late.text
    assert f"{TEAM['admin']} has this conversation" in late.text
    assert (await heard(charlie, given))["messages"] == []


async def test_what_is_taken_is_the_handover_that_was_seen_and_no_later_one(
    charlie: Browser, gopal: Browser, asha: Browser, mira: Browser
) -> None:
    given = await ask(charlie, REFUNDED)
    path = f"/inbox/{id_of(given)}"
    await gopal.submit(f"{path}/handover", csrf=await gopal.csrf(), reason="sale")
    seen = re.search(r'name="handover" value="(\d+)"', await open_by(asha, path))
    assert seen
    assert (await mira.submit(f"{path}/handover", csrf=await mira.csrf(), handover=seen[1])).status_code == 303
    assert (await asha.submit(f"{path}/handover", csrf=await asha.csrf(), handover=seen[1])).status_code == 409
    for odd in ("0", "-1", "x", "9" * 30):
        assert (await asha.submit(f"{path}/handover", csrf=await asha.csrf(), handover=odd)).status_code == 409


async def test_a_conversation_taken_from_a_colleague_is_one_gap_and_told_to_the_visitor_once(
    charlie: Browser, robin: Browser, mira: Browser
) -> None:
    given = await ask(charlie, REFUNDED)
    begun = (await take_over(robin, given)).json()
    assert "person" in (await go_on(charlie, given, "Hello?"))["answer"]
    csrf = await mira.csrf()
    await mira.submit(f"/inbox/{id_of(given)}/handover", csrf=csrf, handover=str(begun["id"]))
    assert (await go_on(charlie, given, "Hello?"))["answer"] == ""
    (gap,) = (await robin.get("/api/gaps")).json()["gaps"]
    assert (gap["question"], gap["handed_over"]) == (REFUNDED, 1)
    assert (await charlie.delete(f"/api/chat/{given['conversation']}")).status_code == 200
    assert (await robin.get("/api/gaps")).json()["gaps"] == []


async def test_a_program_takes_over_from_a_person_on_purpose_only(
    charlie: Browser, gopal: Browser, robin: Browser
) -> None:
    given = await ask(charlie, REFUNDED)
    await gopal.submit(f"/inbox/{id_of(given)}/handover", csrf=await gopal.csrf(), reason="sale")
    refused = await take_over(robin, given)
    assert (refused.status_code, refused.json()["taken_by"]) == (409, TEAM["agent"])
    address = f"/api/conversations/{given['conversation']}/handover"
    taken = await robin.post(address, json={"handover": refused.json()["handover"]})
    assert (taken.status_code, taken.json()["begun_by"]) == (201, "robin")
    assert taken.json()["taken_from"] == refused.json()["handover"]


async def test_staff_see_whether_the_visitor_was_given_what_they_wrote(charlie: Browser, gopal: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    path = f"/inbox/{id_of(given)}"
    await gopal.submit(f"{path}/messages", csrf=await gopal.csrf(), text=WORDS)
    assert "not fetched by the visitor yet" in await open_by(gopal, path)
    await heard(charlie, given)
    assert "given to the visitor" in await open_by(gopal, path)


@pytest.mark.parametrize(
    ("typed", "status"), [("", 422), (" \r\n ", 422), ("x" * (LONGEST_MESSAGE + 1), 422), ("\0", 400)]
)
async def test_a_reply_that_cannot_be_sent_is_kept_and_takes_nothing_over(
    charlie: Browser, gopal: Browser, typed: str, status: int
) -> None:
    given = await ask(charlie, REFUNDED)
    path = f"/inbox/{id_of(given)}"
    refused = await gopal.submit(f"{path}/messages", csrf=await gopal.csrf(), text=typed)
    assert refused.status_code == status
    assert 'role="alert"' in refused.text
    assert "The bot answers here. Write, and you take over." in refused.text


async def test_a_viewer_reads_and_is_offered_nothing_to_do(charlie: Browser, vera: Browser, gopal: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    path = f"/inbox/{id_of(given)}"
    page = await open_by(vera, path)
    assert REFUNDED in page
    assert "Take over" not in page and "<textarea" not in page and "the answer" not in page
    csrf = await vera.csrf()
    for what in ("handover", "handover/end", "messages"):
        assert (await vera.submit(f"{path}/{what}", csrf=csrf, text=WORDS)).status_code == 403
    assert (await heard(charlie, given))["messages"] == []
    await gopal.submit(f"{path}/handover", csrf=await gopal.csrf(), reason="sale")
    page = await open_by(vera, path)
    assert "took this over" in page and "Take it over" not in page


async def test_an_outsider_sees_and_does_nothing(charlie: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    path = f"/inbox/{id_of(given)}"
    for address in ("/inbox", path, "/inbox/live"):
        assert (await charlie.get(address)).headers["location"].startswith("/sign-in?")
    for what in ("read", f"{id_of(given)}/unread", f"{id_of(given)}/handover", f"{id_of(given)}/messages"):
        assert (await charlie.submit(f"/inbox/{what}", text=WORDS)).status_code == 401
    assert (await heard(charlie, given))["handed_over"] is False


async def test_a_conversation_that_is_not_there_is_said_to_be_gone(mira: Browser) -> None:
    csrf = await mira.csrf()
    assert (await mira.get("/inbox/c_none")).status_code == 404
    for what in ("handover", "messages"):
        assert (await mira.submit(f"/inbox/c_none/{what}", csrf=csrf, text=WORDS)).status_code == 404
    assert (await mira.submit("/inbox/c_none/handover/end", csrf=csrf)).status_code == 303


async def test_a_view_that_does_not_exist_and_a_place_that_is_none_are_refused(mira: Browser) -> None:
    for query in ("show=everything", "cursor=x", f"q={'x' * 201}", "cursor=WzEsMl0="):
        assert (await mira.get(f"/inbox?{query}")).status_code == 400


async def test_each_empty_list_says_why(charlie: Browser, mira: Browser) -> None:
    assert "No conversations yet" in await open_by(mira, "/inbox")
    await ask(charlie, REFUNDED)
    assert "There is no such conversation now." in await open_by(mira, "/inbox?show=wanted")
    page = await open_by(mira, "/inbox?q=<xylophone>")
    assert "Nobody has said “&lt;xylophone&gt;” here." in page


async def test_links_keep_the_view_and_the_search(charlie: Browser, mira: Browser) -> None:
    given = await ask(charlie, FOREIGN)
    page = await open_by(mira, "/inbox?show=unanswered&q=tosca")
    assert f'href="/inbox/{id_of(given)}?show=unanswered&amp;q=tosca"' in page
    page = await open_by(mira, f"/inbox/{id_of(given)}?show=unanswered&q=tosca")
    assert 'href="/inbox?show=unanswered&amp;q=tosca"' in page
