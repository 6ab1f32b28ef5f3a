"""The chat page asks for the visitor’s details at the moments the owner chose, also where no script runs."""

from typing import Any

import pytest

from tests.acorn import REFUNDED
from tests.cast import ADDRESS, Browser
from tests.trulybot.leads.leaving import listed

EMAIL = {"name": "email", "kind": "email", "label": "E-mail"}
NEVER: dict[str, Any] = {"before": False, "after_questions": None, "unanswered": False, "on_request": False}
FORM = 'action="/chat/lead#lead"'


async def choose(robin: Browser, *, required: bool = False, **moments: object) -> None:
    form = {**NEVER, "fields": [{**EMAIL, "required": required}], **moments}
    answer = await robin.patch("/api/settings", json={"lead_form": form, "suggestions": ["Where?"]})
    assert answer.status_code == 200, answer.text


async def place(visitor: Browser, address: str = "/chat") -> str:
    return _place((await visitor.get(address)).text)


@pytest.mark.parametrize("moment", [{}, {"unanswered": True}])
async def test_at_no_other_moment_is_there_a_form(charlie: Browser, robin: Browser, moment: dict[str, Any]) -> None:
    await choose(robin, **moment)
    assert FORM not in await place(charlie)
    await charlie.submit("/chat", question=REFUNDED)
    assert FORM not in await place(charlie)


async def test_before_the_chat_what_is_required_comes_first(charlie: Browser, robin: Browser) -> None:
    await choose(robin, before=True, required=True)
    page = (await charlie.get("/chat")).text
    assert FORM in _place(page) and "/chat/lead/declined" not in _place(page)
    assert "data-composer hidden" in page and 'value="Where?"' not in page
    wrong = await charlie.submit("/chat/lead", **{"lead-email": ""})
    assert (
        wrong.status_code == 422
        and "Please fill this in." in _place(wrong.text)
        and "data-composer hidden" in wrong.text
    )
    await charlie.submit("/chat/lead", **{"lead-email": "mira@acorn.example"})
    assert len(await listed(robin)) == 1
    page = (await charlie.get("/chat")).text
    assert FORM not in _place(page)
    assert "data-composer hidden" not in page and 'value="Where?"' in page


async def test_before_the_chat_what_is_not_required_can_be_declined(charlie: Browser, robin: Browser) -> None:
    await choose(robin, before=True)
    page = (await charlie.get("/chat")).text
    assert "/chat/lead/declined" in _place(page) and "data-composer hidden" not in page and 'value="Where?"' in page
    declined = await charlie.submit("/chat/lead/declined")
    assert (declined.status_code, declined.headers["location"]) == (303, "/chat#question")
    assert FORM not in await place(charlie)


async def test_after_as_many_questions_as_the_owner_said(charlie: Browser, robin: Browser) -> None:
    await choose(robin, after_questions=2)
    assert FORM not in await place(charlie)
    await charlie.submit("/chat", question=REFUNDED)
    assert FORM not in await place(charlie)
    await charlie.submit("/chat", question=REFUNDED)
    assert FORM in await place(charlie)
    await charlie.submit("/chat/lead", **{"lead-email": "mira@acorn.example"})
    await charlie.submit("/chat", question=REFUNDED)
    assert FORM not in await place(charlie)


async def test_on_request_it_waits_closed_until_it_is_opened(charlie: Browser, robin: Browser) -> None:
    await choose(robin, on_request=True)
    assert "<details><summary>Leave your details</summary>" in await place(charlie)
    assert FORM in await place(charlie)


async def test_in_a_frame_where_no_cookie_is_kept_the_page_itself_remembers(charlie: Browser, robin: Browser) -> None:
    await choose(robin, before=True)
    framed = {"origin": ADDRESS, "accept": "text/html", "sec-fetch-dest": "iframe"}
    declined = await charlie.post("/chat/lead/declined", data={}, headers=framed)
    assert declined.status_code == 200 and FORM not in _place(declined.text)
    assert declined.text.count('name="settled" value="1"') >= 2
    charlie.cookies.clear()
    assert FORM in await place(charlie)
    again = await charlie.post("/chat/lead/declined", data={"settled": "1"}, headers=framed)
    assert FORM not in _place(again.text)


def _place(page: str) -> str:
    """What stands where the form would, without the template of it that scripts use."""
    return page[page.index("data-lead-place>") : page.index('class="visually-hidden" role="status"')]
