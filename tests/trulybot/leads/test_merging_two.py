"""Staff make one lead of two: nothing is lost, and it is asked once."""

import pytest

from tests.cast import Browser
from tests.trulybot.leads.leaving import choose, left, listed, seen


@pytest.fixture(autouse=True)
async def form(robin: Browser) -> None:
    await choose(robin)


@pytest.fixture
async def both(charlie: Browser, robin: Browser) -> tuple[str, str]:
    one = await left(charlie, {"email": "chen@oak.example", "name": "Chen"})
    other = await left(robin, {"email": "c@ash.example", "phone": "+442079460958", "about": "Lamps", "name": "chen"})
    for lead, said in ((one, "Called"), (other, "Wrote")):
        await robin.post(f"/api/leads/{lead}/notes", json={"text": said})
        await robin.patch(f"/api/leads/{lead}", json={"status": "contacted"})
    return one, other


async def test_all_of_both_is_under_the_one_that_stays(mira: Browser, robin: Browser, both: tuple[str, str]) -> None:
    one, other = both
    page = (await mira.get(f"/leads/merging?one={one}&other={other}")).text
    assert "chen@oak.example" in page and "c@ash.example" in page and len(await listed(robin)) == 2
    form = {"csrf": await mira.csrf(), "id": [one, other], "kept": one}
    done = await mira.post("/leads/merging/agreement", data=form, headers={"origin": "https://localhost"})
    assert done.headers["location"] == f"/leads/{one}?saved=true"
    (left_over,) = await listed(robin)
    lead = await seen(robin, left_over["id"])
    assert (lead["id"], lead["email"], lead["phone"]) == (one, "chen@oak.example", "+442079460958")
    assert lead["fields"] == {"about": "Lamps"}
    assert {note["text"] for note in lead["notes"]} == {"Called", "Wrote"}
    assert len(lead["captures"]) == 2 and {each["id"] for each in lead["captures"]} == {one, other}
    assert {(each["was"], each["became"]) for each in lead["changes"] if each["field"] == "email"} == {
        ("c@ash.example", "chen@oak.example")
    }
    assert (await seen(robin, other))["id"] == one, "what the visitor was told still leads there"


async def test_the_one_that_stays_is_chosen(mira: Browser, robin: Browser, both: tuple[str, str]) -> None:
    one, other = both
    form = {"csrf": await mira.csrf(), "id": [one, other], "kept": other}
    await mira.post("/leads/merging/agreement", data=form, headers={"origin": "https://localhost"})
    assert (await seen(robin, one))["email"] == "c@ash.example"


async def test_two_with_one_name_or_number_are_shown_to_be_alike(
    mira: Browser, robin: Browser, both: tuple[str, str]
) -> None:
    await left(robin, {"email": "other@ash.example", "name": "Robin"})
    page = (await mira.get(f"/leads/{both[0]}")).text
    assert "Perhaps the same person" in page and f"/leads/{both[1]}" in page


@pytest.mark.parametrize("number", [0, 1, 3])
async def test_from_the_list_exactly_two_are_merged(mira: Browser, charlie: Browser, number: int) -> None:
    leads = [await left(charlie, {"email": f"m{n}@oak.example"}) for n in range(3)]
    form = {"csrf": await mira.csrf(), "id": leads[:number]}
    refused = await mira.post("/leads/merging", data=form, headers={"origin": "https://localhost"})
    assert refused.status_code == 400 and "Tick exactly two leads" in refused.text
    form["id"] = leads[:2]
    asked = await mira.post("/leads/merging", data=form, headers={"origin": "https://localhost"})
    assert asked.headers["location"] == f"/leads/merging?one={leads[0]}&other={leads[1]}"


async def test_a_lead_is_not_merged_with_itself_or_with_none(
    mira: Browser, robin: Browser, both: tuple[str, str]
) -> None:
    csrf = await mira.csrf()
    for ids, kept, status in (
        ([both[0], "l_none"], both[0], 404),
        ([both[0], both[0]], both[0], 404),
        (list(both), "l_none", 400),
    ):
        form = {"csrf": csrf, "id": ids, "kept": kept}
        refused = await mira.post("/leads/merging/agreement", data=form, headers={"origin": "https://localhost"})
        assert refused.status_code == status
    assert len(await listed(robin)) == 2


async def test_a_viewer_merges_nothing(vera: Browser, both: tuple[str, str]) -> None:
    assert (await vera.get(f"/leads/merging?one={both[0]}&other={both[1]}")).status_code == 403
    assert "Merge" not in (await vera.get("/leads")).text
