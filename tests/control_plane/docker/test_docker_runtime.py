"""The life of workspaces in containers."""

import pytest

from control_plane.runtimes.dialling import answers
from control_plane.runtimes.runtime import CannotRun
from control_plane.runtimes.spec import spec_of
from tests.control_plane.docker.conftest import Harbour, docker

pytestmark = pytest.mark.container


async def test_a_new_workspace_answers_under_its_name(town: Harbour) -> None:
    workspace = await town.started("acorn")
    assert await answers(town.platform.folders.names / "acorn" / "app.sock")
    assert town.inspected(workspace.id)["State"]["Running"]


async def test_a_second_pass_changes_nothing(town: Harbour) -> None:
    workspace = await town.started()
    before = town.inspected(workspace.id)["State"]["StartedAt"]
    assert await town.platform.converging.once() == 0
    assert town.inspected(workspace.id)["State"]["StartedAt"] == before


async def test_asleep_it_is_stopped_and_the_same_container_is_woken(town: Harbour) -> None:
    workspace = await town.started()
    before = town.inspected(workspace.id)["Id"]
    await town.platform.waking.sleep(workspace.id)
    await town.settle()
    assert town.inspected(workspace.id)["State"]["Status"] == "exited"
    assert not town.platform.folders.socket(workspace.id).exists()
    await town.platform.waking.wake(workspace.id)
    assert await answers(town.platform.folders.socket(workspace.id))
    assert town.inspected(workspace.id)["Id"] == before


async def test_it_runs_the_image_by_its_digest_and_keeps_it(town: Harbour, image: str) -> None:
    workspace = await town.started()
    digest = docker("image", "inspect", "--format", "{{.Id}}", image)
    assert workspace.image == digest
    assert town.inspected(workspace.id)["Image"] == town.inspected(workspace.id)["Config"]["Image"] == digest
    assert (await town.platform.runtime.images())[0] == digest


async def test_erased_nothing_of_it_is_left(town: Harbour) -> None:
    workspace = await town.started()
    folders = town.platform.folders
    (folders.data(workspace.id) / "away").symlink_to("/etc")
    await town.platform.runtime.remove(workspace.id)
    assert docker("ps", "--all", "--quiet", "--filter", f"name={town.container(workspace.id)}") == ""
    assert not folders.data(workspace.id).exists() and not folders.run(workspace.id).exists()


async def test_what_it_wrote_and_its_size_can_be_seen(town: Harbour) -> None:
    workspace = await town.started()
    assert "TrulyBot serves" in await town.platform.runtime.logs(workspace.id, 10_000)
    assert await town.platform.runtime.size(workspace.id) > 10_000


async def test_a_job_runs_behind_the_same_walls_and_leaves_nothing(town: Harbour) -> None:
    workspace = await town.started()
    with pytest.raises(CannotRun, match="The job import of workspace"):
        await town.platform.runtime.run_once(spec_of(workspace), "import")  # there is nothing to import
    assert docker("ps", "--all", "--quiet", "--filter", f"name={town.container(workspace.id)}.job") == ""


async def test_its_folders_are_its_own(town: Harbour) -> None:
    one, other = await town.started("acorn"), await town.started("birch")
    uids = [town.platform.runtime.uid_of(each.id) for each in (one, other)]
    assert len({*uids}) == 2 and None not in uids
    data = town.platform.folders.data(one.id).stat()
    assert (data.st_uid, data.st_mode & 0o777) == (uids[0], 0o700)
