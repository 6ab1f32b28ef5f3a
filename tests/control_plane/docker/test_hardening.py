"""What Docker was told of a workspace's containers, field by field: the table of docs/containers.md, by inspection."""

import asyncio
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from control_plane.folders import Folders
from control_plane.runtimes.docker import DockerRuntime
from control_plane.runtimes.spec import spec_of
from control_plane.warden import template
from control_plane.warden.ground import FIRST_UID
from control_plane.warden.template import name_of
from tests.control_plane.docker.conftest import Standing, inspected
from tests.control_plane.runtimes.conftest import PATIENCE

pytestmark = pytest.mark.container

Json = dict[str, Any]
MEBIBYTE = 2**20
DOCS = Path(__file__).parents[3] / "docs/containers.md"

# Of the plan “free”, in the words of `docker inspect`.
BOTH: Json = {
    "Config.User": f"{FIRST_UID}:{FIRST_UID}",
    "Config.Hostname": "workspace",
    "Config.Entrypoint": ["trulybot"],
    "Config.WorkingDir": "/data",
    "Config.NetworkDisabled": True,
    "Config.AttachStdin": False,
    "Config.OpenStdin": False,
    "Config.Tty": False,
    "Config.StopSignal": "SIGTERM",
    "Config.StopTimeout": 15,
    "HostConfig.NetworkMode": "none",
    "HostConfig.IpcMode": "none",
    "HostConfig.CgroupnsMode": "private",
    "HostConfig.Privileged": False,
    "HostConfig.ReadonlyRootfs": True,
    "HostConfig.CapDrop": ["ALL"],
    "HostConfig.SecurityOpt": ["no-new-privileges:true"],
    "HostConfig.Init": True,
    "HostConfig.Memory": 512 * MEBIBYTE,
    "HostConfig.MemorySwap": 512 * MEBIBYTE,
    "HostConfig.NanoCpus": 1_000_000_000,
    "HostConfig.PidsLimit": 128,
    "HostConfig.Ulimits": [
        {"Name": "nofile", "Soft": 1024, "Hard": 1024},
        {"Name": "core", "Soft": 0, "Hard": 0},
        {"Name": "msgqueue", "Soft": 0, "Hard": 0},
    ],
    "HostConfig.Tmpfs": {"/tmp": f"rw,noexec,nosuid,nodev,mode=1777,size={64 * MEBIBYTE}"},
    "HostConfig.LogConfig": {"Type": "json-file", "Config": {"max-size": "5m", "max-file": "3"}},
}
SERVING: Json = {
    **BOTH,
    "Config.Cmd": ["serve", "--uds", "/run/trulybot/app.sock"],
    "HostConfig.RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 5},
}
JOB: Json = {
    **BOTH,
    "Config.Cmd": ["job", "check"],
    "HostConfig.RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
}
TABLES = {"serving": SERVING, "job": JOB}

# What Docker fills in by itself, and nobody asked for. All else that nobody asked for is empty.
DOCKERS_OWN = {"ConsoleSize", "MaskedPaths", "Mounts", "ReadonlyPaths", "Runtime", "ShmSize"}
# By itself it hides these from every container that is not privileged.
MASKED = {"/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/scsi", "/sys/firmware"}
UNWRITABLE = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}


@pytest.fixture(scope="module")
def containers(standing: Standing) -> Json:
    return {"serving": inspected(name_of(standing.place, standing.acorn.id)), "job": _inspected_job(standing)}


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind, table in TABLES.items() for field in table])
def test_each_field_is_as_the_table_says(containers: Json, kind: str, field: str) -> None:
    part, _, name = field.partition(".")
    assert containers[kind][part][name] == TABLES[kind][field]


@pytest.mark.parametrize("kind", TABLES)
def test_nothing_else_was_asked_for(containers: Json, kind: str) -> None:
    host = containers[kind]["HostConfig"]
    named = {field.partition(".")[2] for field in TABLES[kind]}
    assert {name: value for name, value in host.items() if value and name not in named | DOCKERS_OWN} == {}
    assert host["Runtime"] == "runc"


@pytest.mark.parametrize("kind", TABLES)
def test_what_docker_hides_from_a_container_is_hidden(containers: Json, kind: str) -> None:
    host = containers[kind]["HostConfig"]
    assert set(host["MaskedPaths"]) >= MASKED
    assert set(host["ReadonlyPaths"]) == UNWRITABLE


@pytest.mark.parametrize("kind", TABLES)
def test_four_parts_of_one_volume_are_mounted_and_two_can_be_written(
    standing: Standing, containers: Json, kind: str
) -> None:
    told = [
        (each["Type"], each["Source"], each["VolumeOptions"], each["Target"], each.get("ReadOnly", False))
        for each in containers[kind]["HostConfig"]["Mounts"]
    ]
    volume, workspace = standing.settings.volume, standing.acorn.id
    assert told == [
        ("volume", volume, {"NoCopy": True, "Subpath": below}, target, only_read)
        for below, target, only_read in (
            (f"workspaces/{workspace}", "/data", False),
            (f"run/{workspace}", "/run/trulybot", False),
            (f"given/{workspace}", "/run/given", True),
            ("gateway", "/run/control", True),
        )
    ]
    mounted = [(each["Destination"], each["RW"]) for each in containers[kind]["Mounts"]]
    assert sorted(mounted) == sorted((target, not only_read) for *_, target, only_read in told)


@pytest.mark.parametrize("kind", TABLES)
def test_its_environment_holds_settings_and_no_secret(standing: Standing, containers: Json, kind: str) -> None:
    """What is the workspace's alone does not stand in it, and so not in any `docker inspect`."""
    config = containers[kind]["Config"]
    names = {each.partition("=")[0] for each in config["Env"]}
    ours = {"DATA", "GATEWAY", "GIVEN", "HOST", "MAX_FILE_BYTES", "MAX_PASSAGES", "MAX_TOTAL_BYTES", "PORT"}
    assert {name for name in names if name.startswith("TRULYBOT_")} == {f"TRULYBOT_{name}" for name in ours}
    token = (Folders(standing.settings.root).given(standing.acorn.id) / "token").read_text().strip()
    assert len(token) > 20 and token not in str(containers[kind])
    marks = {"trulybot.instance", "trulybot.workspace", "trulybot.version" if kind == "serving" else "trulybot.job"}
    assert {name for name in config["Labels"] if name.startswith("trulybot.")} == marks


@pytest.mark.parametrize("kind", TABLES)
def test_docker_was_told_exactly_the_template(standing: Standing, containers: Json, kind: str) -> None:
    spec = spec_of(standing.acorn)
    told: Json = (
        template.serving(spec, standing.place, FIRST_UID)
        if kind == "serving"
        else template.job(spec, standing.place, FIRST_UID, "check")
    )
    found = containers[kind]
    config = {name: found["Config"][name] for name in told if name != "HostConfig"}
    config["Env"] = config["Env"][: len(told["Env"])]  # the image's own follows
    config["Healthcheck"] = {name: config["Healthcheck"][name] for name in told["Healthcheck"]}
    host = {name: found["HostConfig"][name] for name in told["HostConfig"]}
    host["Mounts"] = [{"ReadOnly": False, **mount} for mount in host["Mounts"]]
    host["RestartPolicy"] = {name: host["RestartPolicy"][name] for name in told["HostConfig"]["RestartPolicy"]}
    assert {**config, "HostConfig": host} == told


def test_its_health_is_looked_at_while_it_serves(containers: Json) -> None:
    assert containers["serving"]["State"]["Health"]["Status"] in ("healthy", "starting")
    assert containers["serving"]["Config"]["Healthcheck"]["Retries"] == 3
    assert containers["job"]["Config"]["Healthcheck"]["Test"] == ["NONE"]


def test_the_manual_explains_each_field_and_no_other() -> None:
    cells = re.findall(r"^\| (`[^|]+) \|", DOCS.read_text(), re.MULTILINE)
    named = {field.partition(".")[2] for table in TABLES.values() for field in table}
    assert set(re.findall(r"`(\w+)`", "\n".join(cells))) == named | {"Mounts", "Env", "Labels", "Image", "Healthcheck"}


def _inspected_job(standing: Standing) -> Json:
    """While it runs: it is removed as soon as it has ended."""
    settings, spec = standing.settings, spec_of(standing.acorn)

    async def run() -> Json:
        runtime = DockerRuntime(Folders(settings.root), settings.warden_socket)
        running = asyncio.create_task(runtime.run_once(spec, "check"))
        found = await asyncio.to_thread(_inspected_soon, name_of(standing.place, spec.workspace, is_job=True))
        await running
        await runtime.close()
        return found

    return asyncio.run(run())


def _inspected_soon(container: str) -> Json:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if subprocess.run(["docker", "inspect", container], capture_output=True, timeout=PATIENCE).returncode == 0:
            return inspected(container)
    raise AssertionError(f"{container} was never there")
