"""When somebody is there, in the owner’s time zone: over weekends, days off and the change of clocks."""

from datetime import UTC, datetime

import pytest

from tests.cast import Browser
from trulybot.chat.closed import said_of_hours
from trulybot.chat.inviting import inviting
from trulybot.chat.models import Answer
from trulybot.preferences.hours import Hours, Opening, is_open, opens_next
from trulybot.preferences.models import LeadForm, Preferences

OFFICE = Opening("09:00", "17:00")
HOURS = Hours(time_zone="Europe/Berlin", week=(*[OFFICE] * 5, None, None), closed=("2026-11-26",))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("time", "opened"),
    [
        ("2026-11-24T07:59", False),
        ("2026-11-24T08:00", True),
        ("2026-11-24T15:59", True),
        ("2026-11-24T16:00", False),
        ("2026-11-28T10:00", False),
        ("2026-11-26T10:00", False),
        ("2026-07-07T07:00", True),  # summer time
    ],
)
def test_hours_are_those_of_their_time_zone(time: str, opened: bool) -> None:
    assert is_open(HOURS, at(time)) is opened


@pytest.mark.parametrize(
    ("time", "begins"),
    [
        ("2026-11-24T07:00", "2026-11-24T08:00"),
        ("2026-11-24T16:30", "2026-11-25T08:00"),
        ("2026-11-25T16:30", "2026-11-27T08:00"),
        ("2026-11-27T16:30", "2026-11-30T08:00"),
        ("2026-03-27T16:30", "2026-03-30T07:00"),
    ],
)
def test_the_next_opening_is_found_over_weekends_and_days_off(time: str, begins: str) -> None:
    assert opens_next(HOURS, at(time)) == at(begins)


def test_without_hours_nothing_is_said_of_them() -> None:
    assert said_of_hours(Hours(), at("2026-11-28T10:00"), "A person, please") == ""
    assert said_of_hours(HOURS, at("2026-11-24T10:00"), "A person, please") == ""


def test_who_wants_a_person_outside_of_them_is_told_when_and_offered_the_form() -> None:
    form = LeadForm(on_request=False)
    given = Answer("handover", "I can’t put you through.", record={"decision": "person"})
    chosen = Preferences(hours=HOURS, lead_form=form)
    closed = inviting(given, "I want a person", chosen, is_known=False, at=at("2026-11-28T10:00"))
    assert closed.text.startswith("Nobody is here right now. Somebody is here again on Monday, 2026-11-30, 09:00")
    assert closed.record["invited"] == "request"
    during = inviting(given, "I want a person", chosen, is_known=False, at=at("2026-11-24T10:00"))
    assert during == given


TYPED = {"time_zone": "Asia/Kolkata", "opens_0": "09:00", "closes_0": "17:30", "closed": "2026-12-25"}


async def test_hours_are_chosen_on_their_page(mira: Browser) -> None:
    saved = await mira.submit("/settings/hours", csrf=await mira.csrf(), **TYPED)
    assert (saved.status_code, saved.headers["location"]) == (303, "/settings/hours?saved=true")
    hours = (await mira.get("/api/settings")).json()["hours"]
    assert hours["week"] == [{"opens": "09:00", "closes": "17:30"}, *[None] * 6]
    assert (hours["time_zone"], hours["closed"]) == ("Asia/Kolkata", ["2026-12-25"])
    assert 'value="17:30"' in (await mira.get("/settings/hours")).text


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("opens_0", "18:00"),
        ("opens_0", "9"),
        ("closed", "2026-02-30"),
        ("closed", "Christmas"),
    ],
)
async def test_what_are_no_hours_is_refused_beside_its_field(mira: Browser, name: str, typed: str) -> None:
    refused = await mira.submit("/settings/hours", csrf=await mira.csrf(), **{**TYPED, name: typed})
    assert refused.status_code == 422
    assert f'id="{name}-error"' in refused.text and typed in refused.text
    assert (await mira.get("/api/settings")).json()["hours"]["closed"] == []


@pytest.mark.parametrize("hours", [{"time_zone": "Mars/Olympus"}, {"week": []}, {"closed": ["2026-02-30"]}])
async def test_a_program_cannot_choose_them_either(robin: Browser, hours: dict[str, object]) -> None:
    assert (await robin.patch("/api/settings", json={"hours": hours})).status_code == 400


async def test_an_outsider_cannot_open_or_change_the_hours(charlie: Browser) -> None:
    assert (await charlie.get("/settings/hours")).headers["location"].startswith("/sign-in")
    assert (await charlie.submit("/settings/hours", **TYPED)).status_code in (401, 403)
