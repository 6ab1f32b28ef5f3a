"""All workspaces, as the operator sees them."""

import re

import pytest
from sqlalchemy import Connection, text

from control_plane.platform import Platform
from control_plane.staff import queries
from control_plane.staff.pages import PAGE
from control_plane.workspaces import queries as workspaces
from control_plane.workspaces.models import Workspace
from tests.cast import MIRA, Browser

PATHS = ("/staff", "/staff/upgrades", "/staff/security-events", "/staff/audit", "/staff/workspaces/{id}")


async def test_olga_sees_every_workspace_with_its_owner(olga: Browser, acorn: Workspace, birch: Workspace) -> None:
    page = await olga.get("/staff")
    assert page.status_code == 200
    for shown in ("Acorn", "acorn.localhost", MIRA, "Birch", "Does not run", "Asleep"):
        assert shown in page.text


@pytest.mark.parametrize("words", ["acorn", "ACO", "Acorn mira@"])
async def test_it_is_found_by_name_address_or_owner(
    olga: Browser, acorn: Workspace, birch: Workspace, words: str
) -> None:
    page = await olga.get("/staff", params={"q": words})
    assert f"/staff/workspaces/{acorn.id}" in page.text
    assert f"/staff/workspaces/{birch.id}" not in page.text


async def test_the_states_are_filters(olga: Browser, acorn: Workspace, birch: Workspace, platform: Platform) -> None:
    await platform.db.write(workspaces.want, birch.id, "suspended", "open", "unpaid")
    page = await olga.get("/staff?only=suspended")
    assert birch.id in page.text
    assert acorn.id not in page.text
    assert "No workspace matches" in (await olga.get("/staff?only=closed")).text
    assert (await olga.get("/staff?only=lost")).status_code == 400


async def test_the_list_is_read_page_by_page(olga: Browser, acorn: Workspace, platform: Platform) -> None:
    await platform.db.write(_add_many, PAGE + 5)
    seen, address = set[str](), "/staff"
    while address:
        page = await olga.get(address)
        rows = re.findall(r'href="/staff/workspaces/(\w+)"', page.text)
        assert len(rows) <= PAGE and not seen & set(rows)
        seen |= set(rows)
        onward = re.search(r'href="([^"]+)" rel="next"', page.text)
        address = onward[1].replace("&amp;", "&") if onward else ""
    assert len(seen) == PAGE + 6
    assert (await olga.get("/staff?cursor=elsewhere")).status_code == 400


async def test_a_state_is_the_same_in_sql_and_in_python(acorn: Workspace, platform: Platform) -> None:
    for change in (
        "wanted = 'open', is_awake = 1", "is_awake = 0", "failures = 5", "wanted = 'suspended'",
        "wanted = 'closed', erase_at = 1",
        "wanted = 'erased', erase_at = NULL, erased_at = 1, slug = NULL",
    ):  # fmt: skip
        await platform.db.write(
            lambda connection, sql: connection.execute(text(sql)), f"UPDATE workspaces SET {change}"
        )
        found = await platform.db.read(workspaces.workspace, acorn.id)
        assert found is not None
        assert await platform.db.read(queries.counts) == {found.state: 1}


@pytest.mark.parametrize("path", PATHS)
async def test_customers_are_refused_even_their_own(mira: Browser, acorn: Workspace, path: str) -> None:
    answer = await mira.get(path.format(id=acorn.id))
    assert answer.status_code == 403
    assert "Acorn" not in answer.text


@pytest.mark.parametrize("path", PATHS)
async def test_strangers_are_led_to_the_sign_in(stranger: Browser, acorn: Workspace, path: str) -> None:
    answer = await stranger.get(path.format(id=acorn.id))
    assert answer.headers["location"].startswith("/sign-in?next=")


def _change(connection: Connection, change: str) -> None:
    connection.execute(text(f"UPDATE workspaces SET {change}"))


def _add_many(connection: Connection, number: int) -> None:
    """All in the same second, as an import makes them."""
    for each in range(number):
        workspaces.add(connection, f"w{each:04}", f"Oak {each}", f"oak-{each}", f"oak-{each}", "free")
    connection.execute(text("UPDATE workspaces SET created_at = 1"))
