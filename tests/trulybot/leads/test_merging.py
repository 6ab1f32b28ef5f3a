"""Who is known already stays one lead, keeps what was known, and nobody learns from outside that they are known."""

import pytest
from litestar import Litestar
from sqlalchemy import Connection, text

from tests.cast import Browser
from tests.trulybot.leads.leaving import choose, conversation, leave, left, listed, seen
from trulybot.leads.models import Shift, merged, shifts
from trulybot.settings import Settings
from trulybot.workspace import written

MIRA = "mira@acorn.example"
OTHER = "other@acorn.example"
LINE = "+442079460958"


@pytest.fixture(autouse=True)
async def form(robin: Browser) -> None:
    await choose(robin)


async def test_the_same_address_is_the_same_lead_whatever_its_case(charlie: Browser, robin: Browser) -> None:
    await left(charlie, {"email": MIRA, "name": "Mira", "phone": LINE})
    second = await left(charlie, {"email": MIRA.upper(), "about": "Lamps"})
    (lead,) = await listed(robin)
    assert (lead["name"], lead["phone"], lead["fields"]) == ("Mira", LINE, {"about": "Lamps"})
    assert (await seen(robin, second))["id"] == lead["id"]


async def test_nothing_is_lost_for_something_empty(charlie: Browser, robin: Browser) -> None:
    handle = await conversation(charlie)
    await left(charlie, {"email": MIRA, "name": "Mira", "about": "Lamps"}, conversation=handle)
    await left(charlie, {"email": MIRA, "name": "", "about": None}, conversation=handle)
    (lead,) = await listed(robin)
    assert (lead["name"], lead["fields"]) == ("Mira", {"about": "Lamps"})


async def test_the_same_line_is_the_same_lead_where_no_address_contradicts(charlie: Browser, robin: Browser) -> None:
    await left(charlie, {"phone": LINE, "name": "Mira"})
    await left(charlie, {"phone": "+44 20 7946 0958", "email": MIRA})
    (lead,) = await listed(robin)
    assert (lead["name"], lead["email"]) == ("Mira", MIRA)
    await left(charlie, {"phone": LINE})
    assert len(await listed(robin)) == 1


async def test_two_people_at_one_line_stay_two(charlie: Browser, robin: Browser) -> None:
    await left(charlie, {"phone": LINE, "email": MIRA})
    await left(charlie, {"phone": LINE, "email": OTHER})
    assert {lead["email"] for lead in await listed(robin)} == {MIRA, OTHER}


async def test_a_visitor_corrects_themselves_in_their_own_conversation(charlie: Browser, robin: Browser) -> None:
    handle = await conversation(charlie)
    first = await left(charlie, {"email": "mira@acorn.exampel", "name": "Mira"}, conversation=handle)
    again = await leave(charlie, {"email": MIRA}, conversation=handle)
    assert (again.status_code, again.json()["lead"], again.json()["merged"]) == (200, first, True)
    lead = await seen(robin, first)
    assert (lead["email"], lead["name"]) == (MIRA, "Mira")
    (change,) = lead["changes"]
    assert (change["author"], change["was"], change["became"]) == (None, "mira@acorn.exampel", MIRA)


async def test_a_stranger_fills_gaps_and_replaces_nothing(charlie: Browser, robin: Browser) -> None:
    lead = await left(charlie, {"email": MIRA, "name": "Mira"})
    await left(charlie, {"email": MIRA, "name": "Mallory", "phone": LINE})
    known = await seen(robin, lead)
    assert (known["name"], known["phone"]) == ("Mira", LINE)
    assert [capture["fields"]["name"] for capture in known["captures"]] == ["Mira", "Mallory"]


async def test_nobody_takes_a_lead_over_by_way_of_a_conversation(charlie: Browser, robin: Browser) -> None:
    lead = await left(charlie, {"email": MIRA, "phone": LINE})
    handle = await conversation(charlie)
    await left(charlie, {"email": MIRA}, conversation=handle)
    await left(charlie, {"email": OTHER, "phone": "+442079460000"}, conversation=handle)
    known = await seen(robin, lead)
    assert (known["email"], known["phone"], known["changes"]) == (MIRA, LINE, [])
    assert len(await listed(robin)) == 2


async def test_what_others_left_of_a_lead_is_not_for_its_first_visitor_to_change(
    charlie: Browser, robin: Browser
) -> None:
    handle = await conversation(charlie)
    lead = await left(charlie, {"email": MIRA}, conversation=handle)
    await left(charlie, {"email": MIRA, "phone": LINE})
    await left(charlie, {"email": MIRA, "phone": "+442079460000"}, conversation=handle)
    assert (await seen(robin, lead))["phone"] == LINE


async def test_outsider_cannot_tell_whether_an_address_is_known(app: Litestar, robin: Browser) -> None:
    """The same steps with an address that is known and one that is not, and nothing differs but random ids."""
    async with Browser(app, "203.0.113.8") as mira:
        known = await left(mira, {"email": MIRA, "name": "Mira"})
    async with Browser(app, "203.0.113.9") as mallory:
        told = [await _probed(mallory, address) for address in (MIRA, "nobody@acorn.example")]
    assert told[0] == told[1] == [201, 201, 201, 200, 200, 200]
    assert (await seen(robin, known))["name"] == "Mira"


async def _probed(mallory: Browser, address: str) -> list[int]:
    handle = await conversation(mallory)
    answers = [
        await leave(mallory, {"email": address}),
        await leave(mallory, {"email": address}),
        await leave(mallory, {"email": address}, conversation=handle),
        await leave(mallory, {"email": address, "name": "M"}, conversation=handle),
        await leave(mallory, {"email": "m@mallory.example"}, conversation=handle),
        await leave(mallory, {"email": address}, conversation=handle),
    ]
    ids = [answer.json()["lead"] for answer in answers]
    assert len(set(ids)) == 3 and len(set(ids[2:])) == 1
    return [answer.status_code for answer in answers]


async def test_a_repeated_request_is_known_by_its_key(charlie: Browser, robin: Browser) -> None:
    first = await leave(charlie, {"email": MIRA}, key="k-1")
    again = await leave(charlie, {"email": MIRA}, key="k-1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert (again.json()["lead"], again.json()["merged"]) == (first.json()["lead"], True)
    assert (await leave(charlie, {"email": OTHER}, key="k-1")).status_code == 409
    assert (await leave(charlie, {"email": OTHER}, key="")).status_code == 400
    assert len(await listed(robin)) == 1


async def test_a_strangers_equal_key_leads_nowhere(app: Litestar, charlie: Browser) -> None:
    mine = await left(charlie, {"email": MIRA}, key="k-1")
    async with Browser(app, "203.0.113.9") as other:
        assert (await leave(other, {"email": MIRA}, key="k-1")).status_code == 201
        assert await left(other, {"email": MIRA}, key="k-1") != mine


async def test_a_visitor_is_known_by_their_token(charlie: Browser, robin: Browser) -> None:
    first = (await leave(charlie, {"email": "mira@acorn.exampel", "name": "Mira"})).json()
    charlie.headers["authorization"] = f"Bearer {first['visitor']}"
    again = await leave(charlie, {"email": MIRA})
    assert (again.status_code, again.json()["lead"]) == (200, first["lead"])
    (lead,) = await listed(robin)
    assert (lead["email"], lead["name"]) == (MIRA, "Mira")


async def test_who_left_their_details_before_the_chat_is_not_asked_in_it(charlie: Browser) -> None:
    before = (await leave(charlie, {"email": MIRA})).json()
    charlie.headers["authorization"] = f"Bearer {before['visitor']}"
    handle = await conversation(charlie)
    asked = await charlie.post("/api/chat", json={"question": "Who is the king?", "conversation": handle})
    assert (asked.json()["kind"], asked.json()["lead"]) == ("refused", None)
    del charlie.headers["authorization"]
    assert (await charlie.post("/api/chat", json={"question": "Who is the king?"})).json()["lead"]


async def test_a_forged_token_is_refused_and_nothing_is_kept(charlie: Browser, robin: Browser) -> None:
    token = (await leave(charlie, {"email": MIRA})).json()["visitor"]
    charlie.headers["authorization"] = f"Bearer {token[:-1]}{'0' if token[-1] != '0' else '1'}"
    assert (await leave(charlie, {"email": OTHER})).status_code == 401
    assert [lead["email"] for lead in await listed(robin)] == [MIRA]


async def test_another_persons_conversation_is_not_for_leaving_details_in(
    charlie: Browser, robin: Browser, settings: Settings
) -> None:
    handle = await conversation(charlie)
    assert await left(charlie, {"email": MIRA}, conversation=handle)
    written(settings, _prove_who_asked)
    stranger = (await leave(charlie, {"email": OTHER})).json()["visitor"]
    charlie.headers["authorization"] = f"Bearer {stranger}"
    assert (await leave(charlie, {"email": OTHER}, conversation=handle)).status_code == 404


def _prove_who_asked(connection: Connection) -> None:
    connection.execute(
        text("INSERT INTO visitors (id, known_as, proved_at) SELECT visitor_id, 'mira', 0 FROM conversations")
    )


def test_merging_keeps_what_is_known_unless_its_own_visitor_says_otherwise() -> None:
    known, new = {"name": "Mira", "email": MIRA}, {"name": "Mia", "email": "", "phone": LINE}
    assert merged(known, new, is_own=False) == {"name": "Mira", "email": MIRA, "phone": LINE}
    assert merged(known, new, is_own=True) == {"name": "Mia", "email": MIRA, "phone": LINE}


def test_shifts_tell_what_became_another_came_or_went() -> None:
    assert shifts({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "", "d": "4", "c": "5"}) == [
        Shift("b", "2", ""),
        Shift("c", "3", "5"),
        Shift("d", "", "4"),
    ]
