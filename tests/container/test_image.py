"""What is, and is not, in the container of one workspace."""

import pytest

from tests.container.composition import Composition

pytestmark = pytest.mark.container

HALF_A_GIGABYTE = 512 * 1024 * 1024


def test_it_runs_as_nobody_special(workspace: Composition) -> None:
    assert workspace.run("id", "-u").stdout.strip() == "10001"
    assert workspace.inspected()["Config"]["User"] == "10001:10001"


def test_its_root_cannot_be_written_but_its_data_can(workspace: Composition) -> None:
    assert workspace.run("sh", "-c", "echo x > /data/x && rm /data/x").returncode == 0
    assert "Read-only file system" in workspace.run("sh", "-c", "echo x > /var/tmp/x").stderr
    assert workspace.inspected()["HostConfig"]["ReadonlyRootfs"] is True


def test_nothing_in_it_compiles_or_installs(workspace: Composition) -> None:
    assert workspace.run("sh", "-c", "command -v python3").returncode == 0
    tools = workspace.run("sh", "-c", "command -v gcc cc c++ g++ clang make pip pip3 npm node; true")
    assert tools.stdout == ""
    assert workspace.run("python3", "-m", "pip", "--version").returncode != 0


def test_its_privileges_are_dropped(workspace: Composition) -> None:
    host = workspace.inspected()["HostConfig"]
    assert host["CapDrop"] == ["ALL"]
    assert not host["CapAdd"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert host["Privileged"] is False
    effective = workspace.run("sh", "-c", "grep CapEff /proc/1/status").stdout.split()[-1]
    assert int(effective, 16) == 0


def test_its_appetite_is_limited(workspace: Composition) -> None:
    host = workspace.inspected()["HostConfig"]
    assert host["Memory"] >= HALF_A_GIGABYTE
    assert host["NanoCpus"] > 0
    assert 0 < host["PidsLimit"] <= 1024


def test_it_listens_on_loopback_unless_told_otherwise(workspace: Composition) -> None:
    published = workspace.inspected()["HostConfig"]["PortBindings"]["8000/tcp"]
    assert [binding["HostIp"] for binding in published] == ["127.0.0.1"]


def test_only_data_and_temporary_files_are_mounted(workspace: Composition) -> None:
    inspected = workspace.inspected()
    assert [(mount["Type"], mount["Destination"]) for mount in inspected["Mounts"]] == [("volume", "/data")]
    assert list(inspected["HostConfig"]["Tmpfs"]) == ["/tmp"]


def test_its_byte_code_is_ready_and_believed(workspace: Composition) -> None:
    code = (
        "import importlib.util as u; path = u.find_spec('trulybot.app').cached; "
        "print(int.from_bytes(open(path, 'rb').read(8)[4:], 'little'))"
    )
    assert workspace.run("/opt/trulybot/bin/python", "-c", code).stdout.strip() == "1"  # hash-based, unchecked
