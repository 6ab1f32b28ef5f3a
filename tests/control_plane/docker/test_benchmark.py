"""The CIS Docker Benchmark (1.6), chapter 5 whole and of chapter 4 what an image shows: an assertion, or a reason."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from control_plane.warden.template import name_of
from tests.control_plane.docker.conftest import Standing, docker, inspected

pytestmark = pytest.mark.container

Json = dict[str, Any]
DOCKERFILE = (Path(__file__).parents[3] / "Dockerfile").read_text()


@dataclass(frozen=True)
class Seen:
    """A container that serves, its image, and what can be found out inside of it."""

    container: Json
    image: Json
    engine: Json
    inside: Callable[[str], str]

    @property
    def host(self) -> Json:
        found: Json = self.container["HostConfig"]
        return found

    @property
    def sources(self) -> list[str]:
        return [mount["Source"] for mount in self.container["Mounts"]]

    @property
    def instructions(self) -> list[str]:
        return re.findall(r"^([A-Z]+)\s", DOCKERFILE, re.MULTILINE)


class Row(NamedTuple):
    id: str
    what: str
    holds: Callable[[Seen], bool] | str  # or why it does not apply


CHAPTER_4 = [
    Row("4.1", "a user for the container", lambda seen: seen.image["Config"]["User"] == "10001:10001"),
    Row("4.2", "trusted base images", "The base is Debian’s official image; the Dockerfile names it (4.7, 4.11)."),
    Row(
        "4.3",
        "no packages that are not needed",
        lambda seen: seen.inside("command -v gcc cc make pip pip3 npm curl wget ssh nc git; true") == "",
    ),
    Row("4.4", "images scanned and rebuilt", "Of how it is operated: Debian’s fixes come with every rebuild."),
    Row("4.5", "content trust", "Nothing is pulled to run a workspace: it runs a digest that is there, or does not."),
    Row("4.6", "HEALTHCHECK", lambda seen: bool(seen.image["Config"]["Healthcheck"]["Test"])),
    Row(
        "4.7",
        "no update instruction alone",
        lambda seen: all("install" in step for step in _steps() if "apt-get update" in step),
    ),
    Row("4.8", "no setuid and setgid", lambda seen: seen.inside("find / -xdev -perm /6000 -type f 2>&-; true") == ""),
    Row("4.9", "COPY, not ADD", lambda seen: "ADD" not in seen.instructions and "COPY" in seen.instructions),
    Row(
        "4.10",
        "no secrets in the Dockerfile",
        lambda seen: not re.search(r"(KEY|SECRET|PASSWORD|TOKEN)\w*[= ]", "\n".join(seen.image["Config"]["Env"])),
    ),
    Row(
        "4.11",
        "only verified packages",
        lambda seen: all("--require-hashes" in step for step in _steps() if "--requirement" in step),
    ),
    Row(
        "4.12",
        "signed artifacts validated",
        lambda seen: "sha256sum --check" in DOCKERFILE and "curl" not in DOCKERFILE and "wget" not in DOCKERFILE,
    ),
]
CHAPTER_5 = [
    Row("5.1", "no swarm mode", lambda seen: seen.engine["Swarm"]["LocalNodeState"] == "inactive"),
    Row(
        "5.2",
        "an AppArmor profile",
        lambda seen: seen.container["AppArmorProfile"] == ("docker-default" if _has("apparmor", seen) else ""),
    ),
    Row("5.3", "SELinux options", "Debian and Ubuntu confine with AppArmor (5.2); one of the two is there."),
    Row(
        "5.4",
        "capabilities restricted",
        lambda seen: seen.host["CapDrop"] == ["ALL"] and not seen.host["CapAdd"] and _capabilities(seen) == {0},
    ),
    Row("5.5", "not privileged", lambda seen: seen.host["Privileged"] is False),
    Row(
        "5.6",
        "no folder of the host",
        lambda seen: not seen.host["Binds"] and {mount["Type"] for mount in seen.container["Mounts"]} == {"volume"},
    ),
    Row("5.7", "no sshd inside", lambda seen: seen.inside("command -v sshd ssh; true") == ""),
    Row("5.8", "no privileged port", lambda seen: not seen.host["PortBindings"]),
    Row(
        "5.9",
        "only needed ports open",
        lambda seen: not seen.container["NetworkSettings"]["Ports"] and not seen.host["PublishAllPorts"],
    ),
    Row("5.10", "not the host’s network", lambda seen: seen.host["NetworkMode"] == "none"),
    Row("5.11", "memory limited", lambda seen: 0 < seen.host["Memory"] == seen.host["MemorySwap"]),
    Row("5.12", "CPU limited", lambda seen: seen.host["NanoCpus"] > 0),
    Row("5.13", "the root is read-only", lambda seen: seen.host["ReadonlyRootfs"] is True),
    Row("5.14", "bound to one interface of the host", lambda seen: not seen.host["PortBindings"]),
    Row(
        "5.15",
        "restarted on failure, 5 times",
        lambda seen: seen.host["RestartPolicy"] == {"Name": "on-failure", "MaximumRetryCount": 5},
    ),
    Row("5.16", "not the host’s processes", lambda seen: seen.host["PidMode"] == "" and _sees_only_its_own(seen)),
    Row("5.17", "not the host’s IPC", lambda seen: seen.host["IpcMode"] == "none"),
    Row("5.18", "no device of the host", lambda seen: not seen.host["Devices"] and not seen.host["DeviceRequests"]),
    Row(
        "5.19",
        "ulimits of its own",
        lambda seen: {each["Name"] for each in seen.host["Ulimits"]} == {"nofile", "core", "msgqueue"},
    ),
    Row(
        "5.20",
        "no shared mount propagation",
        lambda seen: {mount["Propagation"] for mount in seen.container["Mounts"]} == {""},
    ),
    Row("5.21", "not the host’s UTS", lambda seen: seen.host["UTSMode"] == ""),
    Row(
        "5.22",
        "the seccomp profile is on",
        lambda seen: (
            not any("seccomp" in option for option in seen.host["SecurityOpt"])
            and _has("seccomp", seen)
            and _status(seen, "Seccomp") == "2"
        ),
    ),
    Row("5.23", "no privileged exec", "Nobody can: the warden has no verb for it, and nobody else has Docker."),
    Row("5.24", "no exec as root", "Nobody can: the warden has no verb for it, and nobody else has Docker."),
    Row("5.25", "Docker’s own cgroup", lambda seen: seen.host["CgroupParent"] == ""),
    Row(
        "5.26",
        "no new privileges",
        lambda seen: "no-new-privileges:true" in seen.host["SecurityOpt"] and _status(seen, "NoNewPrivs") == "1",
    ),
    Row("5.27", "health is looked at", lambda seen: seen.container["State"]["Health"]["Status"] != "unhealthy"),
    Row(
        "5.28",
        "the very image meant",
        lambda seen: seen.container["Config"]["Image"] == seen.container["Image"] == seen.image["Id"],
    ),
    Row("5.29", "processes limited", lambda seen: 0 < seen.host["PidsLimit"] <= 256),
    Row("5.30", "not on docker0", lambda seen: seen.container["NetworkSettings"]["Networks"].keys() <= {"none"}),
    Row("5.31", "not the host’s user namespace", lambda seen: seen.host["UsernsMode"] == ""),
    Row("5.32", "no Docker socket", lambda seen: not any("docker.sock" in source for source in seen.sources)),
]
ROWS = [*CHAPTER_4, *CHAPTER_5]


@pytest.fixture(scope="module")
def seen(standing: Standing, image: str) -> Seen:
    container = name_of(standing.place, standing.acorn.id)
    return Seen(
        inspected(container),
        json.loads(docker("image", "inspect", image))[0],
        json.loads(docker("info", "--format", "{{json .}}")),
        lambda command: docker("exec", container, "sh", "-c", command),
    )


@pytest.mark.parametrize("row", [row for row in ROWS if callable(row.holds)], ids=lambda row: f"{row.id} {row.what}")
def test_it_holds(seen: Seen, row: Row) -> None:
    assert callable(row.holds) and row.holds(seen)


def test_every_item_is_asserted_or_has_its_reason() -> None:
    assert [row.id for row in ROWS] == [f"4.{n}" for n in range(1, 13)] + [f"5.{n}" for n in range(1, 33)]
    assert [row.id for row in ROWS if isinstance(row.holds, str) and len(row.holds) < 40] == []


def _steps() -> list[str]:
    """The RUN instructions, each whole."""
    return re.findall(r"^RUN (?:[^\n]*\\\n)*[^\n]*", DOCKERFILE, re.MULTILINE)


def _has(option: str, seen: Seen) -> bool:
    return any(f"name={option}" in each for each in seen.engine["SecurityOptions"])


def _status(seen: Seen, name: str) -> str:
    found = re.search(rf"^{name}:\s+(\S+)$", seen.inside("cat /proc/1/status"), re.MULTILINE)
    assert found
    return found[1]


def _capabilities(seen: Seen) -> set[int]:
    return {int(_status(seen, f"Cap{each}"), 16) for each in ("Inh", "Prm", "Eff", "Bnd", "Amb")}


def _sees_only_its_own(seen: Seen) -> bool:
    """It sees processes, and all belong to its own user."""
    uids = seen.inside("stat -c %u /proc/[0-9]*").split()
    return bool(uids) and {*uids} == {seen.container["Config"]["User"].partition(":")[0]}
