"""An answer that does not help invites its visitor to leave their details, at the moments the owner chose."""

import re
from typing import Any

import pytest

from tests.acorn import FOREIGN, REFUNDED
from tests.cast import Browser
from tests.trulybot.chat.test_curated import ask
from tests.trulybot.chat.test_streaming import events as events_in
from tests.trulybot.leads.leaving import choose, left, listed
from trulybot.chat.answering import NOBODY_TO_REACH
from trulybot.chat.inviting import CHECK, LEAVE, NOTED

OFFER = "Please call me at +44 20 7946 0958, my name is Mira Rao"
WISH = "Let me talk to someone"


async def go_on(browser: Browser, given: dict[str, Any], question: str) -> dict[str, Any]:
    asked = await browser.post("/api/chat", json={"question": question, "conversation": given["conversation"]})
    found: dict[str, Any] = asked.json()
    return found


async def test_a_refusal_comes_with_the_form_and_stays_in_the_owners_words(charlie: Browser, robin: Browser) -> None:
    await robin.patch("/api/settings", json={"refusal": "Nobody wrote that down."})
    given = await ask(charlie, FOREIGN)
    assert (given["kind"], given["answer"]) == ("refused", "Nobody wrote that down.")
    assert given["lead"] == {"why": "unanswered", "fields": {}}


async def test_an_answer_comes_without_it(charlie: Browser) -> None:
    for question in (REFUNDED, "Hello!", "Thank you!", "You stupid bot!"):
        assert (await ask(charlie, question))["lead"] is None, question


async def test_who_wants_somebody_is_asked_to_leave_their_details(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, WISH)
    assert (given["kind"], given["answer"]) == ("handover", LEAVE["en"])
    assert given["lead"] == {"why": "request", "fields": {}}
    await robin.patch("/api/settings", json={"contact": "Call 555 0100."})
    given = await ask(charlie, WISH)
    assert (given["answer"], given["lead"]["why"]) == ("Call 555 0100.", "request")


async def test_what_the_visitor_offers_is_shown_to_them_first_and_not_saved(charlie: Browser, robin: Browser) -> None:
    await robin.patch("/api/settings", json={"contact": "Call 555 0100."})
    given = await ask(charlie, OFFER)
    assert given["lead"] == {"why": "offer", "fields": {"phone": "+44 20 7946 0958", "name": "Mira Rao"}}
    assert given["answer"] == f"Call 555 0100.\n\n{CHECK['en']}"
    assert await listed(robin) == []
    lead = await left(charlie, given["lead"]["fields"], conversation=given["conversation"])
    (known,) = await listed(robin)
    assert (known["id"], known["phone"], known["name"]) == (lead, "+442079460958", "Mira Rao")


async def test_an_offer_within_a_question_that_is_refused_counts_too(charlie: Browser) -> None:
    given = await ask(charlie, f"{FOREIGN} Write to mira@acorn.example")
    assert given["lead"] == {"why": "offer", "fields": {"email": "mira@acorn.example"}}
    assert given["answer"].endswith(CHECK["en"])


@pytest.mark.parametrize(
    ("moments", "invited"),
    [
        ({"unanswered": True, "on_request": True}, ["unanswered", "request", "offer"]),
        ({"unanswered": True, "on_request": False}, ["unanswered", None, None]),
        ({"unanswered": False, "on_request": True}, [None, "request", "offer"]),
        ({"unanswered": False, "on_request": False, "before": True}, [None, None, None]),
    ],
)
async def test_only_at_the_moments_the_owner_chose(
    charlie: Browser, robin: Browser, moments: dict[str, object], invited: list[str | None]
) -> None:
    await robin.patch("/api/settings", json={"lead_form": moments})
    given = [(await ask(charlie, said))["lead"] for said in (FOREIGN, WISH, OFFER)]
    assert [lead and lead["why"] for lead in given] == invited


async def test_without_the_form_nothing_is_said_of_it(charlie: Browser, robin: Browser) -> None:
    await robin.patch("/api/settings", json={"lead_form": {"unanswered": False, "on_request": False}})
    assert (await ask(charlie, WISH))["answer"] == NOBODY_TO_REACH


async def test_what_the_form_has_no_field_for_is_no_offer(charlie: Browser, robin: Browser) -> None:
    await choose(robin, fields=[{"name": "email", "kind": "email", "label": "E-mail"}])
    assert (await ask(charlie, OFFER))["lead"] == {"why": "request", "fields": {}}


async def test_who_left_their_details_is_not_asked_again_but_may_offer_others(charlie: Browser) -> None:
    given = await ask(charlie, WISH)
    await left(charlie, {"email": "mira@acorn.example"}, conversation=given["conversation"])
    refused, wished, offered = [await go_on(charlie, given, said) for said in (FOREIGN, WISH, OFFER)]
    assert (refused["lead"], wished["lead"], offered["lead"]["why"]) == (None, None, "offer")
    assert wished["answer"] == NOTED["en"]
    assert NOTED["en"] not in refused["answer"]


async def test_it_is_said_in_the_visitors_language(charlie: Browser) -> None:
    assert (await ask(charlie, "Quiero hablar con una persona por favor"))["answer"] == LEAVE["es"]
    assert (await ask(charlie, "मुझे किसी इंसान से बात करनी है"))["answer"] == LEAVE["devanagari"]
    assert LEAVE.keys() == CHECK.keys() == NOTED.keys()


async def test_the_end_of_a_stream_says_so_and_says_it_again(charlie: Browser) -> None:
    asked = await charlie.post("/api/chat", json={"question": OFFER}, headers={"accept": "text/event-stream"})
    events = events_in(asked.text)
    (_, _, begun), (name, _, done) = events[0], events[-1]
    assert name == "done"
    assert done["lead"] == {"why": "offer", "fields": {"phone": "+44 20 7946 0958", "name": "Mira Rao"}}
    again = await charlie.get(f"/api/chat/{begun['conversation']}/turns/{begun['turn']}/stream")
    assert events_in(again.text)[-1][2] == done


async def test_the_record_says_why_and_repeats_nothing_that_was_offered(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, OFFER)
    seen = (await robin.get(f"/api/conversations/{given['conversation']}")).json()
    record = seen["turns"][0]["record"]
    assert record["invited"] == "offer"
    assert "7946" not in str(record) and "Mira" not in str(record)


async def test_while_a_person_answers_nobody_is_asked(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    await robin.post(f"/api/conversations/{given['conversation']}/handover", json={})
    assert (await go_on(charlie, given, OFFER))["lead"] is None


async def test_the_page_takes_the_details_without_script(charlie: Browser, robin: Browser) -> None:
    await choose(robin, consent="I agree to be called.", thanks="We call you today.")
    await charlie.submit("/chat", question=OFFER)
    page = (await charlie.get("/chat")).text
    form = page[page.index('<form class="lead"') :]
    assert 'value="+44 20 7946 0958"' in form and 'value="Mira Rao"' in form and "I agree to be called." in form
    fields = {"lead-phone": "+44 20 7946 0958", "lead-name": "Mira <b>Rao</b>", "lead-size": "More"}
    wrong = await charlie.submit("/chat/lead", **fields, **{"lead-email": "none"})
    assert wrong.status_code == 422
    assert 'id="lead-email-error"' in wrong.text and 'id="lead-consent-error"' in wrong.text
    assert 'value="Mira &lt;b&gt;Rao&lt;/b&gt;"' in wrong.text and "<option selected>More" in wrong.text
    assert " checked" not in wrong.text
    again = await charlie.submit("/chat/lead", **fields, **{"lead-email": "none", "lead-consent": "on"})
    assert " checked" in again.text
    assert await listed(robin) == []
    sent = await charlie.submit("/chat/lead", **fields, **{"lead-consent": "on"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/chat?left=true#lead")
    (lead,) = await listed(robin)
    assert (lead["phone"], lead["conversation"] is not None) == ("+442079460958", True)
    assert "We call you today." in (await charlie.get("/chat?left=true")).text
    assert not re.search(r"data-lead-place>\s*<form", (await charlie.get("/chat")).text)


async def test_the_page_shows_no_form_that_nobody_asked_for(charlie: Browser) -> None:
    await charlie.submit("/chat", question=REFUNDED)
    page = (await charlie.get("/chat")).text
    assert not re.search(r"data-lead-place>\s*<form", page)
    await charlie.submit("/chat", question=FOREIGN)
    assert re.search(r"data-lead-place>\s*<form", (await charlie.get("/chat")).text)
