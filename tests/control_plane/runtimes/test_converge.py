import asyncio
import os
import signal

import pytest
from sqlalchemy import Connection, text

from control_plane.runtimes.dialling import answers, is_stray
from control_plane.runtimes.waking import NotToBeWoken
from control_plane.workspaces import closing, queries, renaming, suspending
from control_plane.workspaces.models import MOST_FAILURES
from tests.control_plane.runtimes.conftest import Town
from trulybot.kit.events import SERVER


async def test_a_new_workspace_answers_under_its_name(town: Town) -> None:
    workspace = await town.create("acorn")
    await town.settle()
    folders = town.platform.folders
    assert await answers(folders.names / "acorn" / "app.sock") is True
    assert (folders.given(workspace.id) / "workspace.json").exists()
    assert len(await town.pids(workspace.id)) == 1


async def test_a_second_pass_writes_nothing(town: Town) -> None:
    await town.create("acorn")
    await town.settle()
    before = await town.platform.db.read(_everything)
    assert await town.platform.converging.once() == 0
    assert await town.platform.db.read(_everything) == before


async def test_a_process_that_is_gone_is_started_again(town: Town) -> None:
    workspace = await town.create()
    await town.settle()
    pid = await town.kill(workspace.id)
    await town.settle()
    (other,) = await town.pids(workspace.id)
    assert other != pid
    assert await answers(town.platform.folders.socket(workspace.id))


async def test_another_version_is_replaced(town: Town) -> None:
    workspace = await town.create()
    await town.settle()
    before = await town.pids(workspace.id)
    await town.platform.db.write(_set_plan, workspace.id, "team")
    await town.settle()
    assert await town.pids(workspace.id) != before


@pytest.mark.parametrize("drift", ["missing", "wrong", "stale"])
async def test_names_are_mended(town: Town, drift: str) -> None:
    names = town.platform.folders.names
    workspace = await town.create("acorn")
    await town.settle()
    if drift == "stale":
        (names / "oak").symlink_to("../run/w0")
    else:
        (names / "acorn").unlink()
    if drift == "wrong":
        (names / "acorn").symlink_to("../run/w0")
    await town.settle()
    assert [entry.name for entry in names.iterdir()] == ["acorn"]
    assert os.readlink(names / "acorn") == f"../run/{workspace.id}"


async def test_a_foreign_file_among_the_names_is_left_alone(town: Town) -> None:
    await town.create("acorn")
    names = town.platform.folders.names
    names.mkdir(parents=True)
    (names / "README").write_text("mine")
    (names / "elsewhere").symlink_to("/etc")
    await town.settle()
    assert sorted(entry.name for entry in names.iterdir()) == ["README", "acorn", "elsewhere"]


async def test_a_socket_that_nobody_serves_is_removed(town: Town) -> None:
    workspace = await town.create()
    await town.settle()
    await town.kill(workspace.id)
    await town.platform.db.write(queries.sleep, workspace.id, None)
    while not is_stray(town.platform.folders.socket(workspace.id)):
        await asyncio.sleep(0.01)
    await town.settle()
    assert not town.platform.folders.socket(workspace.id).exists()


async def test_what_is_told_to_a_workspace_is_told_again_when_it_changes(town: Town) -> None:
    workspace = await town.create("acorn")
    await town.settle()
    await town.platform.db.write(renaming.change_slug, workspace, "oak-tree", SERVER)
    await town.settle()
    given = (town.platform.folders.given(workspace.id) / "workspace.json").read_text()
    assert "oak-tree.localhost" in given
    assert [entry.name for entry in town.platform.folders.names.iterdir()] == ["oak-tree"]


async def test_a_lost_token_is_made_anew_and_the_old_one_forgotten(town: Town) -> None:
    workspace = await town.create()
    await town.settle()
    before = await town.platform.db.read(queries.token_hashes, workspace.id)
    (town.platform.folders.given(workspace.id) / "token").unlink()
    await town.settle()
    after = await town.platform.db.read(queries.token_hashes, workspace.id)
    assert len(before) == len(after) == 1
    assert before != after


async def test_a_suspended_workspace_stops_and_cannot_be_woken_until_it_is_resumed(town: Town) -> None:
    workspace = await town.create()
    await town.settle()
    await town.platform.db.write(suspending.suspend, workspace, "Unpaid.", SERVER)
    await town.settle()
    assert await town.pids(workspace.id) == []
    with pytest.raises(NotToBeWoken) as refused:
        await town.platform.waking.wake(workspace.id)
    assert (refused.value.state, refused.value.reason) == ("suspended", "Unpaid.")
    await town.platform.db.write(suspending.resume, await town.workspace(workspace.id), SERVER)
    await town.settle()
    assert len(await town.pids(workspace.id)) == 1


async def test_a_closed_workspace_is_erased_when_its_time_has_come_and_its_owner_told(town: Town) -> None:
    workspace = await town.create("acorn")
    await town.settle()
    folders = town.platform.folders
    assert folders.data(workspace.id).exists()
    await town.platform.db.write(closing.close, workspace, SERVER)
    await town.settle()
    assert folders.data(workspace.id).exists()
    await town.platform.db.write(_let_time_pass)
    await town.settle()
    assert not folders.data(workspace.id).exists()
    assert not folders.given(workspace.id).exists()
    assert list(folders.names.iterdir()) == []
    assert (await town.workspace(workspace.id)).erased_at is not None
    assert await town.platform.db.read(_mails) == [("mira@acorn.example", "Acorn was erased")]
    assert (await town.create("acorn")).id != workspace.id  # the name is free again


async def test_what_was_suspended_is_suspended_when_it_is_reopened(town: Town) -> None:
    workspace = await town.create()
    await town.platform.db.write(suspending.suspend, workspace, "Unpaid.", SERVER)
    await town.platform.db.write(closing.close, await town.workspace(workspace.id), SERVER)
    await town.platform.db.write(closing.reopen, await town.workspace(workspace.id), SERVER)
    assert (await town.workspace(workspace.id)).wanted == "suspended"


async def test_a_workspace_that_never_starts_is_given_up_after_five_tries_and_others_go_on(town: Town) -> None:
    broken, well = await town.create("acorn"), await town.create("oak-tree")
    data = town.platform.folders.data(broken.id)
    data.mkdir(mode=0o700, parents=True)
    (data / "trulybot.db").write_text("not a database" * 1000)
    for _ in range(MOST_FAILURES):
        await town.platform.db.write(_let_time_pass)
        await town.settle()
    assert (await town.workspace(broken.id)).state == "broken"
    with pytest.raises(NotToBeWoken):
        await town.platform.waking.wake(broken.id)
    assert len(await town.pids(well.id)) == 1


async def test_where_the_platform_is_at_fault_a_workspace_is_never_given_up(town: Town) -> None:
    workspace = await town.create("acorn")
    data = town.platform.folders.data(workspace.id)
    data.parent.mkdir(parents=True)
    data.write_text("not a folder")
    for _ in range(MOST_FAILURES + 2):
        await town.platform.db.write(_let_time_pass)
        await town.settle()
        assert (await town.workspace(workspace.id)).failures > 0
    assert (await town.workspace(workspace.id)).state == "awake"
    data.unlink()
    await town.platform.db.write(_let_time_pass)
    await town.settle()
    assert len(await town.pids(workspace.id)) == 1


async def test_a_visitor_who_comes_before_a_stop_that_was_decided_on_keeps_it_awake(town: Town) -> None:
    workspace = await town.create("acorn")
    await town.settle()
    before = await town.pids(workspace.id)
    await town.platform.db.write(queries.sleep, workspace.id, None)
    assert await town.platform.converging.once() == 1
    async with town.platform.turns.turn(workspace.id):
        await town.platform.db.write(queries.wake, workspace.id)
    await town.settle()
    assert await town.pids(workspace.id) == before


async def test_who_is_quicker_than_converge_finds_a_new_workspace_awake(town: Town) -> None:
    workspace = await town.create()
    await town.platform.waking.wake(workspace.id)
    assert len(await town.pids(workspace.id)) == 1
    assert (await town.workspace(workspace.id)).failures == 0


async def test_a_hundred_first_visitors_cause_one_start(town: Town) -> None:
    workspace = await town.create()
    await town.settle()
    await town.platform.waking.sleep(workspace.id)
    assert await town.pids(workspace.id) == []
    await asyncio.gather(*(town.platform.waking.wake(workspace.id) for _ in range(100)))
    assert len(await town.pids(workspace.id)) == 1
    assert town.log(workspace.id).count("TrulyBot serves") == 2


async def test_asleep_it_is_woken_when_its_next_job_is_due(town: Town) -> None:
    workspace = await town.create()
    await town.settle()
    await town.platform.waking.sleep(workspace.id, up_again_at=1)
    await town.settle()
    assert len(await town.pids(workspace.id)) == 1


async def test_a_workspace_that_hangs_is_started_again(town: Town) -> None:
    workspace = await town.create()
    await town.settle()
    (pid,) = await town.pids(workspace.id)
    os.kill(pid, signal.SIGSTOP)
    try:
        for _ in range(3):
            await town.platform.converging.once()
        await town.platform.converging.finish()
        await town.settle()
    finally:
        if pid in await town.pids(workspace.id):
            os.kill(pid, signal.SIGCONT)
    assert await town.pids(workspace.id) != [pid]


def _everything(connection: Connection) -> list[object]:
    tables = ("workspaces", "tokens", "domains", "events", "jobs", "mails")
    return [connection.execute(text(f"SELECT * FROM {table}")).all() for table in tables]


def _set_plan(connection: Connection, workspace_id: str, plan: str) -> None:
    connection.execute(text("UPDATE workspaces SET plan = :plan WHERE id = :id"), {"plan": plan, "id": workspace_id})


def _let_time_pass(connection: Connection) -> None:
    connection.execute(text("UPDATE workspaces SET erase_at = 1 WHERE erase_at IS NOT NULL"))
    connection.execute(text("UPDATE workspaces SET tried_at = 1 WHERE tried_at IS NOT NULL"))


def _mails(connection: Connection) -> list[tuple[str, str]]:
    return [(to, subject) for to, subject in connection.execute(text("SELECT recipient, subject FROM mails"))]
