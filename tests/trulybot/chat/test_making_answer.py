"""“Make this the answer”: what was said once is given word for word from then on, and its gap is closed."""

import re
from typing import Any

import httpx
import pytest

from tests.acorn import FOREIGN, REFUNDED
from tests.cast import Browser
from tests.trulybot.chat.test_curated import SUNDAYS, add, ask
from tests.trulybot.chat.test_handover import go_on, say, take_over
from tests.trulybot.chat.test_inbox import id_of

PUCCINI = "Giacomo Puccini composed it.\n\nWe sell a lamp that looks like his."


async def offer(staff: Browser, given: dict[str, Any], **of: object) -> httpx.Response:
    return await staff.get(f"/inbox/{id_of(given)}/answer", params={"turn": given["turn"]} | of)


async def make(staff: Browser, given: dict[str, Any], query: str = "", **typed: str) -> httpx.Response:
    path = f"/inbox/{id_of(given)}/answer?{query or 'turn=' + given['turn']}"
    return await staff.submit(path, csrf=await staff.csrf(), **{"variants": "", **typed})


async def test_a_question_that_was_refused_gets_its_answer_and_is_a_gap_no_more(
    charlie: Browser, asha: Browser, robin: Browser
) -> None:
    given = await ask(charlie, FOREIGN)
    assert len((await robin.get("/api/gaps")).json()["gaps"]) == 1
    page = await offer(asha, given)
    assert FOREIGN in page.text and "already" not in page.text
    made = await make(asha, given, question=FOREIGN, answer=PUCCINI.replace("\n", "\r\n"))
    assert made.headers["location"] == f"/inbox/{id_of(given)}?done=answered"
    assert "Saved." in (await asha.get(made.headers["location"])).text
    asked = await ask(charlie, FOREIGN)
    assert (asked["kind"], asked["answer"]) == ("curated", PUCCINI)
    gaps = (await robin.get("/api/gaps")).json()
    assert gaps["gaps"] == []
    assert [gap["answer"] for gap in gaps["answered"]] == [PUCCINI]


async def test_a_persons_message_is_offered_with_the_question_before_it(
    charlie: Browser, asha: Browser, robin: Browser
) -> None:
    given = await ask(charlie, REFUNDED)
    await take_over(robin, given)
    await go_on(charlie, given, FOREIGN)
    message = (await say(robin, given, PUCCINI)).json()["id"]
    page = (await asha.get(f"/inbox/{id_of(given)}")).text
    assert f'href="/inbox/{id_of(given)}/answer?message={message}"' in page
    page = (await offer(asha, given, turn="", message=message)).text
    assert f'value="{FOREIGN}"' in page
    assert "Giacomo Puccini" in page


async def test_the_visitors_own_words_ask_for_it_whatever_is_made_of_the_question(
    charlie: Browser, asha: Browser
) -> None:
    given = await ask(charlie, FOREIGN)
    await make(asha, given, question="Who wrote Tosca?", answer=PUCCINI, variants="Tosca composer\r\n\r\nTosca by whom")
    for question in (FOREIGN, "Tosca by whom"):
        assert (await ask(charlie, question))["answer"] == PUCCINI


async def test_a_quoted_answer_is_offered_without_its_citations(charlie: Browser, asha: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    assert "[1]" in given["answer"]
    answer = re.search(r"<textarea[^>]* name=\"answer\"[^>]*>\n(.*?)</textarea>", (await offer(asha, given)).text, re.S)
    assert answer and answer[1].endswith("parcel.")


async def test_an_answer_there_was_is_shown_and_replaced_with_its_variants_kept(
    charlie: Browser, asha: Browser, robin: Browser
) -> None:
    known = await add(robin)
    given = await ask(charlie, SUNDAYS["question"])
    assert SUNDAYS["answer"] in (await offer(asha, given)).text.partition("already")[2]
    await make(asha, given, question="are you open on SUNDAYS", answer="Never on Sundays.")
    (answer,) = (await robin.get("/api/answers")).json()["answers"]
    assert (answer["id"], answer["answer"]) == (known["id"], "Never on Sundays.")
    assert SUNDAYS["variants"][0] in answer["variants"]


@pytest.mark.parametrize(
    "typed",
    [
        {"question": "", "answer": "x"},
        {"question": "x", "answer": " "},
        {"question": "???", "answer": "x"},
        {"question": "x" * 1001, "answer": "x"},
        {"question": "x", "answer": "x" * 10_001},
        {"question": "x", "answer": "x\0"},
        {"question": "x", "answer": "x", "variants": "way\n" * 51},
    ],
)
async def test_what_cannot_be_an_answer_is_kept_to_be_mended(
    charlie: Browser, asha: Browser, robin: Browser, typed: dict[str, str]
) -> None:
    given = await ask(charlie, FOREIGN)
    refused = await make(asha, given, **typed)
    assert refused.status_code == 422
    assert "field-error" in refused.text
    assert (await robin.get("/api/answers")).json()["answers"] == []


async def test_only_admins_are_offered_it_and_may(charlie: Browser, gopal: Browser, vera: Browser) -> None:
    given = await ask(charlie, FOREIGN)
    for staff in (gopal, vera):
        assert "/answer?" not in (await staff.get(f"/inbox/{id_of(given)}")).text
        assert (await offer(staff, given)).status_code == 403
        assert (await make(staff, given, question=FOREIGN, answer=PUCCINI)).status_code == 403
    assert (await charlie.submit(f"/inbox/{id_of(given)}/answer", question="x", answer="x")).status_code == 401


async def test_what_is_not_there_cannot_become_an_answer(charlie: Browser, asha: Browser) -> None:
    given, other = await ask(charlie, FOREIGN), await ask(charlie, REFUNDED)
    assert (await offer(asha, given, turn=other["turn"])).status_code == 404
    assert (await offer(asha, given, turn="", message=1)).status_code == 404
    assert (await offer(asha, given, turn="")).status_code == 404
