"""People and domains of a workspace, as its owner changes them in the console."""

import re

import pytest
from sqlalchemy import Connection, text

from control_plane.accounts import member_queries, members
from control_plane.platform import Platform
from control_plane.workspaces import queries
from control_plane.workspaces.models import Workspace
from tests.cast import Browser


async def test_an_invitation_is_mailed_and_can_be_withdrawn(
    mira: Browser, acorn: Workspace, platform: Platform
) -> None:
    csrf = await mira.csrf()
    fields = {"email": "nils@acorn.example", "role": "agent"}
    answer = await mira.submit(f"/workspaces/{acorn.id}/invitations", csrf=csrf, **fields)
    assert answer.status_code == 303
    assert await platform.db.read(_mailed, "nils@acorn.example") == 1
    (invitation,) = await platform.db.read(members.invitations_to, acorn.id)
    assert (invitation.email, invitation.role) == ("nils@acorn.example", "agent")
    page = await mira.get(f"/workspaces/{acorn.id}")
    assert "nils@acorn.example" in page.text
    await mira.submit(f"/workspaces/{acorn.id}/invitations/{invitation.id}/deletion", csrf=csrf)
    assert await platform.db.read(members.invitations_to, acorn.id) == []


@pytest.mark.parametrize(
    "fields", [{"email": "nobody", "role": "agent"}, {"email": "n@a.example", "role": "owner"}, {}]
)
async def test_nobody_is_invited_by_half_an_address_or_as_an_owner(
    mira: Browser, acorn: Workspace, platform: Platform, fields: dict[str, str]
) -> None:
    answer = await mira.submit(f"/workspaces/{acorn.id}/invitations", csrf=await mira.csrf(), **fields)
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert await platform.db.read(members.invitations_to, acorn.id) == []


async def test_the_owner_changes_a_role_removes_and_hands_over(
    mira: Browser, vera: Browser, gopal: Browser, acorn: Workspace, platform: Platform
) -> None:
    csrf, path = await mira.csrf(), f"/workspaces/{acorn.id}/members"
    people = {member.email: member.account_id for member in await platform.db.read(members.members_of, acorn.id)}
    viewer, agent = people["vera@acorn.example"], people["gopal@acorn.example"]
    await mira.submit(f"{path}/{viewer}/role", csrf=csrf, role="agent")
    assert await platform.db.read(member_queries.role_in, acorn.id, viewer) == "agent"
    assert (await mira.submit(f"{path}/{viewer}/role", csrf=csrf, role="owner")).status_code == 422
    await mira.submit(f"{path}/{viewer}/deletion", csrf=csrf)
    assert await platform.db.read(member_queries.role_in, acorn.id, viewer) is None
    assert (await vera.get(f"/workspaces/{acorn.id}")).status_code == 404
    await mira.submit(f"{path}/{agent}/ownership", csrf=csrf)
    assert await platform.db.read(member_queries.role_in, acorn.id, agent) == "owner"
    assert (await mira.submit(f"/workspaces/{acorn.id}/closing", csrf=csrf, typed="acorn")).status_code == 403


async def test_a_member_leaves_and_the_owner_cannot(
    mira: Browser, vera: Browser, acorn: Workspace, platform: Platform
) -> None:
    assert (await vera.submit(f"/workspaces/{acorn.id}/leaving", csrf=await vera.csrf())).status_code == 303
    assert len(await platform.db.read(members.members_of, acorn.id)) == 1
    assert (await mira.submit(f"/workspaces/{acorn.id}/leaving", csrf=await mira.csrf())).status_code == 409


async def test_a_domain_is_added_with_what_has_to_be_shown_and_removed(
    asha: Browser, acorn: Workspace, platform: Platform
) -> None:
    csrf, path = await asha.csrf(), f"/workspaces/{acorn.id}/domains"
    await asha.submit(path, csrf=csrf, domain_name="Chat.Acorn.Example")
    (domain,) = await platform.db.read(queries.domains, acorn.id)
    page = await asha.get(f"/workspaces/{acorn.id}")
    assert "_trulybot.chat.acorn.example" in page.text
    assert domain.token in page.text
    assert re.search(r"CNAME record to acorn\.localhost", page.text)
    await asha.submit(f"{path}/chat.acorn.example/deletion", csrf=csrf)
    assert await platform.db.read(queries.domains, acorn.id) == []


async def test_our_own_names_cannot_be_a_customers_domain(asha: Browser, acorn: Workspace, platform: Platform) -> None:
    path = f"/workspaces/{acorn.id}/domains"
    answer = await asha.submit(path, csrf=await asha.csrf(), domain_name="birch.localhost")
    assert answer.status_code == 422
    assert "This name is ours" in answer.text
    assert await platform.db.read(queries.domains, acorn.id) == []


def _mailed(connection: Connection, to: str) -> int:
    sql = "SELECT count(*) FROM mails WHERE recipient = :to"
    return int(connection.execute(text(sql), {"to": to}).scalar_one())
