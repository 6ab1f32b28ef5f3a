import pytest

from tests.acorn import FOREIGN, PAGES, REFUNDED, RETURNS
from tests.cast import Browser

CONTACT = "Call Acorn on +32 9 000 00 00."


async def ask(browser: Browser, question: str) -> dict[str, object]:
    answer = await browser.post("/api/chat", json={"question": question})
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


async def choose(robin: Browser, **choices: object) -> None:
    assert (await robin.patch("/api/settings", json=choices)).status_code == 200


async def gaps(robin: Browser) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await robin.get("/api/gaps")).json()["gaps"]
    return found


async def test_a_question_is_answered_from_the_documents_with_its_source(charlie: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    assert given["kind"] == "quoted"
    assert "five working days" in str(given["answer"])
    citations = given["citations"]
    assert isinstance(citations, list) and citations
    assert citations[0]["title"] == RETURNS
    for cited in citations:
        assert cited["quote"] in " ".join(PAGES[cited["title"]].split())
        assert f"[{cited['n']}]" in str(given["answer"]) or len(citations) == 1


async def test_what_the_documents_do_not_say_is_refused_in_the_owners_words(charlie: Browser, robin: Browser) -> None:
    await choose(robin, refusal="Our shelves hold nothing about that.", contact=CONTACT)
    given = await ask(charlie, FOREIGN)
    assert given["kind"] == "refused"
    assert given["answer"] == f"Our shelves hold nothing about that.\n\n{CONTACT}"
    assert given["citations"] == []


async def test_a_refused_question_is_a_gap_counted_once_for_each_time_it_is_asked(
    charlie: Browser, robin: Browser
) -> None:
    await ask(charlie, REFUNDED)
    assert await gaps(robin) == []
    await ask(charlie, FOREIGN)
    await ask(charlie, FOREIGN.upper().replace("?", " !"))
    (gap,) = await gaps(robin)
    assert (gap["question"], gap["asked"]) == (FOREIGN, 2)


async def test_a_closed_gap_opens_when_it_is_asked_again(charlie: Browser, robin: Browser) -> None:
    await ask(charlie, FOREIGN)
    (gap,) = await gaps(robin)
    assert (await robin.delete(f"/api/gaps/{gap['id']}")).status_code == 204
    assert await gaps(robin) == []
    assert (await robin.delete(f"/api/gaps/{gap['id']}")).status_code == 404
    await ask(charlie, FOREIGN)
    assert [gap["asked"] for gap in await gaps(robin)] == [2]


@pytest.mark.parametrize("said", ["Hello!", "good morning", "नमस्ते जी"])
async def test_a_greeting_is_answered_with_the_owners_welcome(charlie: Browser, robin: Browser, said: str) -> None:
    await choose(robin, welcome="Welcome at Acorn.")
    given = await ask(charlie, said)
    assert (given["kind"], given["answer"]) == ("greeting", "Welcome at Acorn.")
    assert await gaps(robin) == []


async def test_thanks_are_returned(charlie: Browser) -> None:
    given = await ask(charlie, "Thank you very much!")
    assert given["kind"] == "greeting"
    assert "welcome" in str(given["answer"])


async def test_who_wants_a_person_is_told_how_to_reach_one(charlie: Browser, robin: Browser) -> None:
    await choose(robin, contact=CONTACT)
    given = await ask(charlie, "Can I speak to a human, please?")
    assert (given["kind"], given["answer"]) == ("handover", CONTACT)


async def test_who_wants_to_be_called_is_told_how_to_reach_us(charlie: Browser, robin: Browser) -> None:
    await choose(robin, contact=CONTACT)
    given = await ask(charlie, "Please call me back")
    assert (given["kind"], given["answer"]) == ("handover", CONTACT)


async def test_abuse_is_met_calmly_and_is_no_gap(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, "You stupid bot!")
    assert given["kind"] == "greeting"
    assert "help" in str(given["answer"])
    assert await gaps(robin) == []


async def test_who_wants_a_person_where_there_is_none_is_told_so(charlie: Browser) -> None:
    given = await ask(charlie, "Let me talk to someone")
    assert given["kind"] == "handover"
    assert given["answer"]


async def test_the_owner_may_have_everything_answered_or_nothing(charlie: Browser, robin: Browser) -> None:
    await choose(robin, threshold=1.0)
    assert (await ask(charlie, REFUNDED))["kind"] == "refused"
    await choose(robin, threshold=0.0)
    assert (await ask(charlie, "Which lamp did Tosca repair?"))["kind"] == "quoted"


async def test_staff_see_what_was_found_and_decided(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    conversation = (await robin.get(f"/api/conversations/{given['conversation']}")).json()
    (turn,) = conversation["turns"]
    record = turn["record"]
    assert record["decision"] == "quoted"
    assert record["passages"][0]["title"] == RETURNS
    assert record["milliseconds"].keys() == {"understanding", "words", "embedding", "search", "quoting"}
    assert 0 <= record["threshold"] <= record["confidence"] <= 1
