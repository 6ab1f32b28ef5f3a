"""A workspace that does its worst with what is its own: the folder of its socket, its data, and what it writes."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from control_plane.runtimes.dialling import answers
from control_plane.trees import FOR_A_FILE
from tests.control_plane.docker.conftest import Harbour, WardenProcess, docker

pytestmark = pytest.mark.container

MEBIBYTE = 2**20
SECONDS = 30
MANY = 100_000
DEEP = 5_000

Put = Callable[[Path], None]


def put_link_to_outside(path: Path) -> None:
    path.symlink_to("/etc")


def put_link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def put_pipe(path: Path) -> None:
    os.mkfifo(path)


def put_file_that_nobody_may_read(path: Path) -> None:
    path.touch()
    path.chmod(0)


def put_many_files(path: Path) -> None:
    path.mkdir()
    for number in range(MANY):
        os.mknod(path / str(number))


def put_deep_folders(path: Path) -> None:
    """Deeper than any path leads, and closed at the bottom."""
    path.mkdir()
    at = os.open(path, os.O_RDONLY)
    for _ in range(DEEP):
        os.mkdir("folder", dir_fd=at)
        below = os.open("folder", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.fchmod(at, 0)
    os.close(at)


def put_closed_folder(path: Path) -> None:
    """Nobody but its owner goes in, and the socket's folder itself is closed too."""
    path.mkdir(mode=0)
    path.parent.chmod(0)


WORST = [
    put_link_to_outside,
    put_link_to_itself,
    put_pipe,
    put_file_that_nobody_may_read,
    put_deep_folders,
    put_closed_folder,
]


async def test_whatever_it_puts_in_the_place_of_its_socket_goes_and_it_answers_again(town: Harbour) -> None:
    workspace = await town.started()
    socket, runtime = town.platform.folders.socket(workspace.id), town.platform.runtime
    etc = sorted(os.listdir("/etc"))
    for put in WORST:
        socket.unlink()
        put(socket)
        assert not await answers(socket), put.__name__
        began = monotonic()
        assert await runtime.size(workspace.id) > 0
        await town.platform.waking.sleep(workspace.id)
        assert not os.path.lexists(socket), put.__name__
        await town.platform.waking.wake(workspace.id)
        assert await answers(socket) and monotonic() - began < SECONDS, put.__name__
    assert sorted(os.listdir("/etc")) == etc


async def test_whatever_it_fills_its_folders_with_is_measured_and_erased(town: Harbour) -> None:
    workspace = await town.started()
    folders, runtime = town.platform.folders, town.platform.runtime
    before = await runtime.size(workspace.id)
    data = folders.data(workspace.id)
    for put in (*WORST[:-1], put_many_files):
        put(data / put.__name__)
    os.link(data / put_file_that_nobody_may_read.__name__, data / "twice")
    began = monotonic()
    assert await runtime.size(workspace.id) > before + MANY * FOR_A_FILE
    assert monotonic() - began < SECONDS
    await runtime.remove(workspace.id)
    assert not os.path.lexists(data) and not os.path.lexists(folders.run(workspace.id))


async def test_what_it_writes_takes_no_more_of_the_warden_than_was_asked_for(
    town: Harbour, warden: WardenProcess
) -> None:
    workspace = await town.started()
    line = "b'x' * 16000 + '\N{GRINNING FACE}'.encode() + bytes([255, 10])"
    flood = f"out = open('/proc/1/fd/1', 'wb'); [out.write({line}) for _ in range(1200)]; out.flush()"
    assert town.inside(workspace.id, "/usr/bin/python3", "-c", flood).returncode == 0
    before = _most_memory(warden)
    written = await town.platform.runtime.logs(workspace.id, 200_000)
    assert 190_000 < len(written) <= 200_000 and "\N{GRINNING FACE}" in written
    assert _most_memory(warden) < before + 20 * MEBIBYTE


async def test_what_is_in_the_place_of_another_folder_is_not_reached_through_a_mount(town: Harbour) -> None:
    """Were the control plane taken, and quicker than the warden: it owns what is given."""
    one, other = await town.started("acorn"), await town.started("birch")
    folders = town.platform.folders
    for target in (f"../workspaces/{other.id}", f"../run/{other.id}", "/etc"):
        await town.platform.runtime.stop(one.id)
        folders.given(one.id).rename(folders.given("kept"))
        folders.given(one.id).symlink_to(target)
        started = subprocess.run(["docker", "start", town.container(one.id)], capture_output=True, timeout=60)
        seen = town.inside(one.id, "ls", "/run/given/").stdout if started.returncode == 0 else ""
        assert seen == "", target
        docker("stop", "--time", "0", town.container(one.id), check=False)
        folders.given(one.id).unlink()
        folders.given("kept").rename(folders.given(one.id))
    await town.platform.waking.wake(one.id)
    assert "workspace.json" in town.inside(one.id, "ls", "/run/given/").stdout


def _most_memory(warden: WardenProcess) -> int:
    """Bytes, of all the time that it has run."""
    status = Path(f"/proc/{warden.process.pid}/status").read_text()
    (kibibytes,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(kibibytes) * 1024
