"""The operator rolls the newest image out, and sees how far it has come."""

import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from control_plane.platform import Platform
from control_plane.runtimes import queries
from control_plane.runtimes.models import Outcome
from control_plane.runtimes.runtime import CannotRun
from control_plane.settings import Settings
from control_plane.workspaces.models import Workspace
from tests.cast import Browser
from tests.control_plane.runtimes.releases import ReleasedPlatform, ReleasedRuntime

NEW = "sha256:" + "a1" * 32


@pytest.fixture
async def platform(settings: Settings, migrated_control: Path) -> Platform:
    settings.control.mkdir(mode=0o700)
    shutil.copy(migrated_control, settings.database)
    return ReleasedPlatform.open(settings)


@pytest.fixture
async def fleet(platform: Platform, acorn: Workspace, birch: Workspace, olga: Browser) -> list[Workspace]:
    """Both have an older image, and nothing is done by itself."""
    await platform.rolling_out.stop()
    await platform.converging.stop()
    assert isinstance(platform.runtime, ReleasedRuntime)
    platform.runtime.releases = [NEW, "old"]
    await platform.db.write(_do, "UPDATE workspaces SET image = 'old'")
    return [acorn, birch]


async def act(olga: Browser, verb: str = "") -> str:
    answer = await olga.submit(f"/staff/upgrades{verb}", csrf=await olga.csrf())
    assert answer.status_code < 400, answer.text
    return (await olga.get("/staff/upgrades")).text


async def come_to(platform: Platform, workspace_id: str, outcome: Outcome) -> None:
    await platform.db.write(_do, "UPDATE upgrades SET began_at = 1 WHERE result IS NULL")
    await platform.db.write(queries.note_outcome, workspace_id, outcome)


async def test_processes_follow_what_is_installed(olga: Browser, platform: Platform) -> None:
    assert isinstance(platform.runtime, ReleasedRuntime)
    platform.runtime.releases = []
    assert "There is nothing to roll out" in (await olga.get("/staff/upgrades")).text


async def test_when_all_have_the_newest_it_says_so(olga: Browser, acorn: Workspace) -> None:
    page = (await olga.get("/staff/upgrades")).text
    assert "Every workspace has the newest image" in page
    assert "<form" not in page


async def test_a_rollout_is_begun_and_shows_what_comes_of_it(
    olga: Browser, platform: Platform, fleet: list[Workspace]
) -> None:
    page = (await olga.get("/staff/upgrades")).text
    assert "2 workspaces have an older image" in page and "<code>a1a1a1a1a1a1</code>" in page
    page = await act(olga)
    assert "0 of 2 workspaces" in page and "data-changing" in page and page.count("Waits") == 2
    await come_to(platform, fleet[0].id, Outcome("rolled back", "It said <nothing>."))
    page = (await olga.get("/staff/upgrades")).text
    assert "1 of 2 workspaces" in page and "1 has failed" in page
    assert "It said &lt;nothing&gt;." in page and "Is being upgraded" in page
    await come_to(platform, fleet[1].id, Outcome("upgraded"))
    await platform.db.write(_do, "UPDATE workspaces SET image = :new WHERE slug = 'birch'", new=NEW)
    await platform.rolling_out.once()
    page = (await olga.get("/staff/upgrades")).text
    assert re.search(r"1 of 2 workspaces got the image <code>a1a1a1a1a1a1</code>", page)
    assert "data-changing" not in page
    assert "Upgrade 1 workspace" in page  # the one that failed may be tried again


async def test_it_is_paused_goes_on_and_is_stopped(olga: Browser, fleet: list[Workspace]) -> None:
    await act(olga)
    paused = await act(olga, "/pausing")
    assert "paused" in paused and "data-changing" not in paused
    assert "data-changing" in await act(olga, "/going-on")
    stopped = await act(olga, "/stopping")
    assert "Stopped before its end." in stopped and "Upgrade 2 workspaces" in stopped


async def test_halted_it_says_what_to_do(olga: Browser, platform: Platform, fleet: list[Workspace]) -> None:
    await act(olga)
    await platform.db.write(_do, "UPDATE rollouts SET state = 'halted'")
    page = (await olga.get("/staff/upgrades")).text
    assert "Too many workspaces failed" in page and "Go on" in page


async def test_without_the_runtime_the_page_is_there_and_says_so(
    olga: Browser, platform: Platform, fleet: list[Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone() -> tuple[str, ...]:
        raise CannotRun("The warden does not answer.")

    monkeypatch.setattr(platform.runtime, "images", gone)
    page = await olga.get("/staff/upgrades")
    assert page.status_code == 200
    assert "What runs cannot be seen" in page.text


async def test_customers_and_strangers_begin_nothing(
    mira: Browser, stranger: Browser, olga: Browser, platform: Platform, fleet: list[Workspace]
) -> None:
    for verb in ("", "/pausing", "/going-on", "/stopping"):
        for browser, status in ((mira, 403), (stranger, 401)):
            answer = await browser.post(f"/staff/upgrades{verb}", headers={"accept": "application/json"})
            assert answer.status_code == status
    assert await platform.db.read(queries.latest_rollout) is None
    await act(olga)
    assert await platform.db.read(queries.latest_rollout) is not None


def _do(connection: Connection, /, sql: str, **values: str) -> None:
    connection.execute(text(sql), values)
