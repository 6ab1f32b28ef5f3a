import re
from collections.abc import Callable

import pytest
from litestar import Litestar

from tests.cast import MIRA, PASSWORD, TEAM, Browser
from trulybot.account.models import INVITATION_LIFETIME

KAVI = "kavi@acorn.example"


async def invited(mira: Browser, email: str = KAVI, role: str = "agent") -> str:
    """The path of the link."""
    answer = await mira.submit("/settings/team/invitations", csrf=await mira.csrf(), email=email, role=role)
    found = re.search(r"<code data-copied>https?://[^/]+(/welcome/[\w-]+)</code>", answer.text)
    assert answer.status_code == 200 and found, answer.text
    return found[1]


async def id_of(mira: Browser, email: str) -> str:
    page = (await mira.get("/settings/team")).text
    found = re.search(rf'id="teammate-(\d+)-title">{email}<', page)
    assert found, page
    return found[1]


async def role_of(browser: Browser) -> str:
    return str((await browser.get("/api/user/profile")).json()["role"])


async def test_invited_teammate_chooses_a_password_and_is_in(mira: Browser, charlie: Browser) -> None:
    link = await invited(mira)
    assert KAVI in (await charlie.get(link)).text
    refused = await charlie.submit(link, password="short")
    assert refused.status_code == 422 and "at least 12 characters" in refused.text
    assert (await charlie.submit(link, password="a wholly new phrase")).status_code == 303
    assert await role_of(charlie) == "agent"
    page = (await mira.get("/settings/team")).text
    assert KAVI in page and "Not used yet" not in page


async def test_invitation_works_once_and_is_kept_hashed(mira: Browser, charlie: Browser, app: Litestar) -> None:
    link = await invited(mira)
    assert link not in (await mira.get("/settings/team")).text
    await charlie.submit(link, password="a wholly new phrase")
    async with Browser(app) as other:
        assert (await other.submit(link, password="a wholly new phrase")).status_code == 410
        assert not await other.is_signed_in()


async def test_invitation_expires_after_a_week(mira: Browser, charlie: Browser, age: Callable[[int], None]) -> None:
    link = await invited(mira)
    age(INVITATION_LIFETIME - 60)
    assert (await charlie.get(link)).status_code == 200
    age(120)
    assert (await charlie.get(link)).status_code == 410


async def test_withdrawn_or_renewed_invitation_lets_nobody_in(mira: Browser, charlie: Browser) -> None:
    first = await invited(mira)
    second = await invited(mira)
    assert (await charlie.get(first)).status_code == 410
    page = (await mira.get("/settings/team")).text
    (action,) = re.findall(r"/settings/team/invitations/\d+/deletion", page)
    assert (await mira.submit(action, csrf=await mira.csrf())).status_code == 303
    assert (await charlie.submit(second, password="a wholly new phrase")).status_code == 410


@pytest.mark.parametrize(("email", "sentence"), [("kavi", "whole e-mail"), (MIRA.upper(), "in the team already")])
async def test_invitation_says_what_is_wrong_with_an_address(mira: Browser, email: str, sentence: str) -> None:
    csrf = await mira.csrf()
    answer = await mira.submit("/settings/team/invitations", csrf=csrf, email=email, role="viewer")
    assert answer.status_code == 422 and sentence in answer.text and email in answer.text


async def test_nobody_is_invited_or_made_owner(mira: Browser, vera: Browser) -> None:
    csrf = await mira.csrf()
    answer = await mira.submit("/settings/team/invitations", csrf=csrf, email=KAVI, role="owner")
    assert answer.status_code == 400
    their = await id_of(mira, TEAM["viewer"])
    assert (await mira.submit(f"/settings/team/{their}/role", csrf=csrf, role="owner")).status_code == 400
    assert await role_of(vera) == "viewer"


async def test_changed_role_holds_from_the_next_click(mira: Browser, vera: Browser) -> None:
    csrf = await vera.csrf()
    assert (await vera.submit("/settings", csrf=csrf)).status_code == 403
    their = await id_of(mira, TEAM["viewer"])
    await mira.submit(f"/settings/team/{their}/role", csrf=await mira.csrf(), role="admin")
    assert (await vera.submit("/settings", csrf=csrf)).status_code == 422


async def test_removed_teammate_is_out_at_once(mira: Browser, vera: Browser) -> None:
    assert await vera.is_signed_in()
    their = await id_of(mira, TEAM["viewer"])
    await mira.submit(f"/settings/team/{their}/deletion", csrf=await mira.csrf())
    assert not await vera.is_signed_in()
    assert TEAM["viewer"] not in (await mira.get("/settings/team")).text


async def test_owner_cannot_go_or_step_down_before_handing_over(mira: Browser, asha: Browser) -> None:
    csrf = await mira.csrf()
    for what in ({"path": "deletion"}, {"path": "role", "role": "viewer"}, {"path": "ownership"}):
        answer = await mira.submit(f"/settings/team/1/{what.pop('path')}", csrf=csrf, **what)
        assert answer.status_code == 409, answer.text
    assert await role_of(mira) == "owner"
    their = await id_of(mira, TEAM["admin"])
    assert (await mira.submit(f"/settings/team/{their}/ownership", csrf=csrf)).status_code == 303
    assert (await role_of(mira), await role_of(asha)) == ("admin", "owner")
    answer = await asha.submit("/settings/team/1/deletion", csrf=await asha.csrf())
    assert answer.status_code == 303 and not await mira.is_signed_in()


async def test_owner_makes_a_password_link_for_a_teammate(mira: Browser, gopal: Browser, charlie: Browser) -> None:
    their = await id_of(mira, TEAM["agent"])
    answer = await mira.submit(f"/settings/team/{their}/password-link", csrf=await mira.csrf())
    found = re.search(r"<code data-copied>https?://[^/]+(/welcome/[\w-]+)</code>", answer.text)
    assert found
    await charlie.submit(found[1], password="a wholly new phrase")
    assert await role_of(charlie) == "agent" and not await gopal.is_signed_in()


async def test_team_is_seen_by_all_and_managed_by_the_owner(mira: Browser, vera: Browser) -> None:
    theirs, hers = (await vera.get("/settings/team")).text, (await mira.get("/settings/team")).text
    assert MIRA in theirs and MIRA in hers
    for form in ("/settings/team/invitations", "/settings/team/api-keys", "/deletion"):
        assert form in hers and form not in theirs


async def test_key_has_the_scope_it_was_made_with(mira: Browser, charlie: Browser) -> None:
    answer = await mira.submit("/settings/team/api-keys", csrf=await mira.csrf(), name="Reports", scope="viewer")
    found = re.search(r"tb_[\w-]{43}", answer.text)
    assert found
    charlie.headers["authorization"] = f"Bearer {found[0]}"
    assert (await charlie.get("/api/user/profile")).json()["rank"] == "viewer"
    assert (await charlie.get("/api/documents")).status_code == 200
    refused = await charlie.patch("/api/settings", json={"contact": "x"})
    assert refused.status_code == 403 and "scope" in refused.text


async def test_teammate_signs_in_with_their_own_password(mira: Browser, charlie: Browser) -> None:
    await charlie.submit(await invited(mira), password="a wholly new phrase")
    await charlie.submit("/sign-out", csrf=await charlie.csrf())
    assert not await charlie.is_signed_in()
    await charlie.submit("/sign-in", email=KAVI, password=PASSWORD)
    assert not await charlie.is_signed_in()
    await charlie.submit("/sign-in", email=KAVI, password="a wholly new phrase")
    assert await charlie.is_signed_in()
