"""A visitor leaves their details: what is taken, what is refused with which sentence, and what staff see of it."""

import asyncio
import time
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import Connection, text

from tests.cast import Browser
from tests.trulybot.leads.leaving import choose, conversation, leave, left, listed, seen
from trulybot.settings import Settings
from trulybot.workspace import written

MIRA = "mira@acorn.example"


async def test_what_a_visitor_leaves_reaches_staff_in_its_normal_form(charlie: Browser, robin: Browser) -> None:
    await choose(robin, country="GB", consent="I agree to be called.")
    before = int(time.time())
    answer = await leave(
        charlie,
        {"email": " Mira@ACORN.Example ", "phone": "020 7946 0958", "name": " Mira   Rao ", "about": "A\r\nlamp"},
        consent=True,
        conversation=(handle := await conversation(charlie)),
        page="https://acorn.example/lamps",
        locale="en-IN",
    )
    assert answer.status_code == 201, answer.text
    assert answer.json()["merged"] is False
    lead = await seen(robin, answer.json()["lead"])
    assert lead["id"] == answer.json()["lead"]
    assert (lead["email"], lead["phone"], lead["name"]) == ("Mira@acorn.example", "+442079460958", "Mira Rao")
    assert (lead["fields"], lead["status"]) == ({"about": "A\nlamp"}, "new")
    assert lead["conversation"] == handle.partition(".")[0]
    (capture,) = lead["captures"]
    assert capture["consent"] == "I agree to be called."
    assert before <= capture["captured_at"] <= time.time()
    assert (capture["page"], capture["locale"]) == ("https://acorn.example/lamps", "en-IN")
    assert capture["fields"]["phone"] == "020 7946 0958"


async def test_the_form_of_a_new_workspace_takes_an_address(charlie: Browser, robin: Browser) -> None:
    assert (await leave(charlie, {"email": MIRA})).status_code == 201
    assert (await leave(charlie, {"email": MIRA, "name": None})).status_code == 201
    assert (await leave(charlie, {"name": "Mira"})).status_code == 422


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({}, "email", "or else nobody"),
        ({"email": " ", "name": "Mira"}, "email", "or else nobody"),
        ({"email": "mira at acorn"}, "email", "not a whole e-mail"),
        ({"email": "mira@acorn"}, "email", "not a whole e-mail"),
        ({"email": MIRA, "phone": "none"}, "phone", "not a whole phone"),
        ({"phone": "123"}, "phone", "not a whole phone"),
        ({"email": MIRA, "size": "11"}, "size", "one of the options"),
        ({"email": MIRA, "colour": "red"}, "colour", "does not ask"),
        ({"email": MIRA, "name": "x" * 201}, "name", "at most 200"),
        ({"email": MIRA, "about": "x" * 2001}, "about", "at most 2,000"),
        ({"email": "x" * 250 + "@a.de"}, "email", "at most 254"),
    ],
)
async def test_what_the_form_does_not_take_is_refused_beside_its_field(
    charlie: Browser, robin: Browser, fields: dict[str, Any], field: str, says: str
) -> None:
    await choose(robin)
    answer = await leave(charlie, fields)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.json()["errors"][field]
    assert len(answer.json()["errors"]) == 1
    assert says in answer.json()["detail"]
    assert await listed(robin) == []


async def test_all_faults_are_told_at_once(charlie: Browser, robin: Browser) -> None:
    await choose(robin, consent="I agree.")
    answer = await leave(charlie, {"email": "x", "size": "y", "z": "z"})
    assert set(answer.json()["errors"]) == {"email", "size", "z", "consent"}


async def test_without_consent_nothing_is_kept_where_the_owner_asks_for_it(charlie: Browser, robin: Browser) -> None:
    assert (await leave(charlie, {"email": "other@acorn.example"})).status_code == 201
    await choose(robin, consent="I agree.")
    refused = await leave(charlie, {"email": MIRA}, consent=False)
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {"consent"})
    assert len(await listed(robin)) == 1
    assert (await leave(charlie, {"email": MIRA}, consent=True)).status_code == 201


async def test_the_consent_that_was_given_stays_when_the_owners_words_change(charlie: Browser, robin: Browser) -> None:
    await choose(robin, consent="I agree.")
    lead = await left(charlie, {"email": MIRA}, consent=True)
    await choose(robin, consent="I agree to everything.")
    await left(charlie, {"email": MIRA}, consent=True)
    await choose(robin, consent="")
    await left(charlie, {"email": MIRA}, consent=True)
    consents = [capture["consent"] for capture in (await seen(robin, lead))["captures"]]
    assert consents == ["I agree.", "I agree to everything.", None]


async def test_a_field_may_be_called_as_the_owner_likes(charlie: Browser, robin: Browser) -> None:
    await choose(robin, fields=[{"name": "work_email", "kind": "email", "label": "Work e-mail", "required": True}])
    lead = await seen(robin, await left(charlie, {"work_email": MIRA}))
    assert (lead["email"], lead["fields"]) == (MIRA, {})


async def test_without_a_moment_there_is_no_form(charlie: Browser, robin: Browser) -> None:
    await choose(robin, unanswered=False, on_request=False)
    assert (await leave(charlie, {"email": MIRA})).status_code == 404
    await choose(robin, unanswered=False, on_request=False, before=True)
    assert (await leave(charlie, {"email": MIRA})).status_code == 201


async def test_a_forged_conversation_is_refused_and_a_deleted_one_left_out(
    charlie: Browser, robin: Browser, settings: Settings
) -> None:
    handle = await conversation(charlie)
    forged = await leave(charlie, {"email": MIRA}, conversation=handle.partition(".")[0] + ".0")
    assert forged.status_code == 404
    assert await listed(robin) == []
    written(settings, _delete_conversations)
    lead = await seen(robin, await left(charlie, {"email": MIRA}, conversation=handle))
    assert lead["conversation"] is None


async def test_a_lead_stays_when_its_conversation_goes(charlie: Browser, robin: Browser, settings: Settings) -> None:
    lead = await left(charlie, {"email": MIRA}, conversation=await conversation(charlie))
    assert (await seen(robin, lead))["conversation"]
    written(settings, _delete_conversations)
    after = await seen(robin, lead)
    assert (after["email"], after["conversation"]) == (MIRA, None)
    assert after["captures"][0]["conversation"] is None


@pytest.mark.parametrize("page", ["javascript:alert(1)", "https://", "https://a\0b", "https://a b", "https://a\n=1+1"])
async def test_only_a_web_address_becomes_a_link(charlie: Browser, robin: Browser, page: str) -> None:
    lead = await seen(robin, await left(charlie, {"email": MIRA}, page=page))
    assert lead["captures"][0]["page"] is None


async def test_too_many_at_once_are_told_to_wait(app: Litestar) -> None:
    async with Browser(app, "203.0.113.9") as other:
        answers = [await leave(other, {}) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [422] * 20 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_equal_details_sent_at_once_are_one_lead(charlie: Browser, robin: Browser) -> None:
    answers = await asyncio.gather(*(leave(charlie, {"email": MIRA, "name": "Mira"}) for _ in range(12)))
    assert {answer.status_code for answer in answers} == {201}
    (lead,) = await listed(robin)
    assert len((await seen(robin, lead["id"]))["captures"]) == 12


async def test_equal_requests_sent_at_once_are_one_capture(charlie: Browser, robin: Browser) -> None:
    answers = await asyncio.gather(*(leave(charlie, {"email": MIRA}, key="k-1") for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["lead"] for answer in answers}) == 1
    assert len((await seen(robin, answers[0].json()["lead"]))["captures"]) == 1


def _delete_conversations(connection: Connection) -> None:
    connection.execute(text("DELETE FROM conversations"))
