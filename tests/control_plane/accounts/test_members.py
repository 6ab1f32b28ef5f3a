"""Members of a workspace: their roles, and how they come and go."""

import pytest
from litestar import Litestar

from control_plane.accounts import inviting, member_queries, members, queries
from control_plane.accounts.models import Invitation
from control_plane.platform import Platform
from control_plane.workspaces.models import Workspace
from tests.cast import MIRA, PASSWORD, TEAM, Browser
from tests.control_plane.conftest import CHARLIE, browser_of, link_mailed_to, mails_to
from trulybot.kit.errors import Conflict, Forbidden, NotFound, TooMany
from trulybot.kit.events import Actor
from trulybot.kit.ranks import RANKS

BY_MIRA = Actor(MIRA, "203.0.113.7")
NEW = "nila@cedar.example"


async def invite(platform: Platform, workspace: Workspace, email: str, role: str = "agent") -> str:
    """The path of the link that is mailed."""
    await inviting.invite(
        platform.db,
        platform.limits,
        platform.letters,
        platform.settings.console,
        (workspace.id, workspace.name),
        email,
        role,  # type: ignore[arg-type]
        BY_MIRA,
    )
    return await link_mailed_to(platform, email)


async def id_of(platform: Platform, email: str) -> int:
    account = await platform.db.read(queries.account_with, email)
    assert account is not None
    return account.id


async def role_of(platform: Platform, workspace: Workspace, email: str) -> str | None:
    return await platform.db.read(members.role_in, workspace.id, await id_of(platform, email))


async def test_each_is_what_they_are_in_their_workspace_only(
    mira: Browser, asha: Browser, gopal: Browser, vera: Browser, charlie: Browser,
    platform: Platform, acorn: Workspace, birch: Workspace,
) -> None:  # fmt: skip
    for rank in RANKS:
        assert await role_of(platform, acorn, TEAM[rank]) == rank
        assert await role_of(platform, birch, TEAM[rank]) is None
    assert await role_of(platform, acorn, CHARLIE) is None
    assert await platform.db.read(members.workspaces_of, await id_of(platform, CHARLIE)) == [(birch.id, "owner")]
    assert [each.email for each in await platform.db.read(members.members_of, acorn.id)] == [
        MIRA, TEAM["admin"], TEAM["agent"], TEAM["viewer"],
    ]  # fmt: skip


async def test_a_rank_is_required_and_an_outsider_learns_nothing(
    gopal: Browser, charlie: Browser, platform: Platform, acorn: Workspace
) -> None:
    agent, outsider = await id_of(platform, TEAM["agent"]), await id_of(platform, CHARLIE)
    assert await platform.db.read(members.require, acorn.id, agent, "viewer") == "agent"
    with pytest.raises(Forbidden):
        await platform.db.read(members.require, acorn.id, agent, "admin")
    for workspace_id in (acorn.id, "w_nowhere"):
        with pytest.raises(members.NoWorkspace) as refused:
            await platform.db.read(members.require, workspace_id, outsider, "viewer")
        assert "no such workspace" in refused.value.sentence


async def test_somebody_without_an_account_makes_one_and_is_in(
    mira: Browser, stranger: Browser, platform: Platform, acorn: Workspace
) -> None:
    link = await invite(platform, acorn, NEW)
    page = (await stranger.get(link)).text
    assert "Acorn" in page and NEW in page and "Agent" in page
    answer = await stranger.submit(link, password=PASSWORD)
    assert answer.headers["location"].endswith(f"next=%2Fworkspaces%2F{acorn.id}")
    assert (await stranger.get("/api/user/profile")).json()["workspaces"] == [{"workspace": acorn.id, "role": "agent"}]
    assert (await stranger.get(link)).status_code == 410


async def test_somebody_with_an_account_signs_in_and_accepts(
    mira: Browser, charlie: Browser, stranger: Browser, platform: Platform, acorn: Workspace
) -> None:
    link = await invite(platform, acorn, CHARLIE.upper())
    assert "/sign-in?next=/welcome/" in (await stranger.get(link)).text
    refused = await stranger.submit(link, password="a password of the finder")
    assert refused.status_code == 401 and not await stranger.is_signed_in()
    assert await role_of(platform, acorn, CHARLIE) is None
    accepted = await charlie.submit(link, csrf=await charlie.csrf())
    assert accepted.status_code == 303 and accepted.headers["location"] == f"/workspaces/{acorn.id}"
    assert await role_of(platform, acorn, CHARLIE) == "agent"


async def test_an_invitation_is_of_use_to_nobody_else(
    mira: Browser, charlie: Browser, platform: Platform, acorn: Workspace
) -> None:
    for email in (NEW, MIRA.replace("mira", "nila")):
        link = await invite(platform, acorn, email)
        page = (await charlie.get(link)).text
        assert email in page and "Sign out" in page
        await charlie.submit(link, csrf=await charlie.csrf())
        assert await role_of(platform, acorn, CHARLIE) is None


async def test_the_link_is_shown_to_the_mailbox_alone(mira: Browser, platform: Platform, acorn: Workspace) -> None:
    """Or else whoever invites could take the address of somebody else."""
    await invite(platform, acorn, NEW)
    (open_one,) = await platform.db.read(members.invitations_to, acorn.id)
    assert open_one == Invitation(open_one.id, NEW, "agent", open_one.expires_at)
    assert len(await mails_to(platform, NEW)) == 1


async def test_a_newer_invitation_ends_the_one_before_and_a_withdrawn_one_is_gone(
    mira: Browser, charlie: Browser, stranger: Browser, platform: Platform, acorn: Workspace, birch: Workspace
) -> None:
    first = await invite(platform, acorn, NEW)
    await inviting.invite(
        platform.db, platform.limits, platform.letters, platform.settings.console, (acorn.id, "Acorn"), NEW, "viewer",
        BY_MIRA,
    )  # fmt: skip
    second = await link_mailed_to(platform, NEW, 2)
    assert (await stranger.get(first)).status_code == 410 and (await stranger.get(second)).status_code == 200
    (open_one,) = await platform.db.read(members.invitations_to, acorn.id)
    with pytest.raises(NotFound):
        await platform.db.write(inviting.withdraw, birch.id, open_one.id, BY_MIRA)
    await platform.db.write(inviting.withdraw, acorn.id, open_one.id, BY_MIRA)
    assert (await stranger.get(second)).status_code == 410


async def test_who_is_a_member_is_not_invited_and_nobody_is_mailed_on_and_on(
    mira: Browser, vera: Browser, platform: Platform, acorn: Workspace
) -> None:
    with pytest.raises(inviting.AlreadyThere):
        await invite(platform, acorn, TEAM["viewer"].upper())
    with pytest.raises(TooMany):
        for number in range(30):
            await invite(platform, acorn, f"n{number}@cedar.example")


async def test_a_role_is_changed_and_a_member_removed_but_never_the_owner(
    mira: Browser, vera: Browser, charlie: Browser, platform: Platform, acorn: Workspace, birch: Workspace
) -> None:
    owner, member = await id_of(platform, MIRA), await id_of(platform, TEAM["viewer"])
    await platform.db.write(members.change_role, acorn.id, member, "admin", BY_MIRA)
    assert await role_of(platform, acorn, TEAM["viewer"]) == "admin"
    with pytest.raises(NotFound):
        await platform.db.write(members.change_role, birch.id, member, "admin", BY_MIRA)
    for refused in (
        lambda c: members.change_role(c, acorn.id, owner, "viewer", BY_MIRA),
        lambda c: members.remove(c, acorn.id, owner, BY_MIRA),
        lambda c: members.leave(c, acorn.id, owner, BY_MIRA),
    ):
        with pytest.raises(members.OwnerStays):
            await platform.db.write(refused)
    await platform.db.write(members.remove, acorn.id, member, BY_MIRA)
    assert await role_of(platform, acorn, TEAM["viewer"]) is None


async def test_a_member_leaves_by_themselves(
    mira: Browser, vera: Browser, platform: Platform, acorn: Workspace
) -> None:
    member = await id_of(platform, TEAM["viewer"])
    await platform.db.write(members.leave, acorn.id, member, Actor(TEAM["viewer"], ""))
    assert await role_of(platform, acorn, TEAM["viewer"]) is None
    with pytest.raises(members.NoWorkspace):
        await platform.db.write(members.leave, acorn.id, member, Actor(TEAM["viewer"], ""))


async def test_ownership_is_handed_over_by_the_owner_to_a_member(
    mira: Browser, gopal: Browser, charlie: Browser, platform: Platform, acorn: Workspace
) -> None:
    owner, heir = await id_of(platform, MIRA), await id_of(platform, TEAM["agent"])
    with pytest.raises(NotFound):
        await platform.db.write(members.hand_over, acorn.id, owner, await id_of(platform, CHARLIE), BY_MIRA)
    for giver, taker in ((heir, owner), (owner, owner)):
        with pytest.raises(Conflict):
            await platform.db.write(members.hand_over, acorn.id, giver, taker, BY_MIRA)
    await platform.db.write(members.hand_over, acorn.id, owner, heir, BY_MIRA)
    assert await role_of(platform, acorn, TEAM["agent"]) == "owner"
    assert await role_of(platform, acorn, MIRA) == "admin"


async def test_who_is_a_member_already_stays_as_they_are(
    mira: Browser, charlie: Browser, app: Litestar, platform: Platform, acorn: Workspace
) -> None:
    link = await invite(platform, acorn, CHARLIE, "viewer")
    await platform.db.write(member_queries.add, acorn.id, await id_of(platform, CHARLIE), "admin")
    assert (await charlie.submit(link, csrf=await charlie.csrf())).status_code == 303
    assert await role_of(platform, acorn, CHARLIE) == "admin"
    async with browser_of(app) as other:
        assert (await other.get(link)).status_code == 410
