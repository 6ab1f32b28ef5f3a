"""The only container that is ever asked of Docker, from a spec and what the operator decides. Pure.

The table of docs/containers.md says why each field is as it is; tests/control_plane/docker asserts them by inspection.
"""

from typing import Any, Final, NamedTuple

from control_plane.spec import Spec
from trulybot.contract import APP_SOCKET, GATEWAY_SOCKET, PREFIX, Job

Json = dict[str, Any]

INSTANCE, WORKSPACE, VERSION, JOB = "trulybot.instance", "trulybot.workspace", "trulybot.version", "trulybot.job"
DATA, RUN, GIVEN, CONTROL = "/data", "/run/trulybot", "/run/given", "/run/control"
STOP_SECONDS: Final = 15
RESTARTS: Final = 5
TEMPORARY_BYTES: Final = 64 * 2**20
NANOSECONDS: Final = 10**9


class Place(NamedTuple):
    """`instance` marks what is ours on this host; `volume` is Docker's name of the volume that ROOT is."""

    instance: str
    volume: str


def serving(spec: Spec, place: Place, uid: int) -> Json:
    """The container in which a workspace serves."""
    socket = f"{RUN}/{APP_SOCKET}"
    return {
        **_container(spec, place, uid),
        "Cmd": ["serve", "--uds", socket],
        "Labels": {**_labels(spec, place), VERSION: spec.version},
        "Healthcheck": {
            "Test": ["CMD", "is-up", socket],
            "Interval": 30 * NANOSECONDS,
            "Timeout": 5 * NANOSECONDS,
            "StartPeriod": 60 * NANOSECONDS,
            "Retries": 3,
        },
        "HostConfig": {
            **_walls(spec, place),
            "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": RESTARTS},
        },
    }


def job(spec: Spec, place: Place, uid: int, what: Job) -> Json:
    """The container in which a job runs once on the workspace's data, behind the same walls."""
    return {
        **_container(spec, place, uid),
        "Cmd": ["job", what],
        "Labels": {**_labels(spec, place), JOB: what},
        "Healthcheck": {"Test": ["NONE"]},
        "HostConfig": {**_walls(spec, place), "RestartPolicy": {"Name": "no"}},
    }


def name_of(place: Place, workspace: str, is_job: bool = False) -> str:
    return f"{place.instance}.{workspace}{'.job' if is_job else ''}"


def _labels(spec: Spec, place: Place) -> dict[str, str]:
    return {INSTANCE: place.instance, WORKSPACE: spec.workspace}


def _container(spec: Spec, place: Place, uid: int) -> Json:
    told = {"DATA": DATA, "GIVEN": GIVEN, "GATEWAY": f"{CONTROL}/{GATEWAY_SOCKET}", **spec.limits.environment}
    return {
        "Image": spec.image,
        "User": f"{uid}:{uid}",
        "Hostname": "workspace",
        "Entrypoint": ["trulybot"],
        "Env": [f"{PREFIX}{name}={value}" for name, value in sorted(told.items())],
        "WorkingDir": DATA,
        "StopSignal": "SIGTERM",
        "StopTimeout": STOP_SECONDS,
        "NetworkDisabled": True,
        "AttachStdin": False,
        "OpenStdin": False,
        "Tty": False,
    }


def _walls(spec: Spec, place: Place) -> Json:
    limits = spec.limits
    return {
        "NetworkMode": "none",
        "IpcMode": "none",  # without /dev/shm
        "CgroupnsMode": "private",
        "Privileged": False,
        "ReadonlyRootfs": True,
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges:true"],  # and Docker's own seccomp profile, which is there unless refused
        "Init": True,
        "Memory": limits.memory_bytes,
        "MemorySwap": limits.memory_bytes,
        "NanoCpus": int(limits.cpus * NANOSECONDS),
        "PidsLimit": limits.max_processes,
        "Ulimits": [
            {"Name": "nofile", "Soft": limits.open_files, "Hard": limits.open_files},
            {"Name": "core", "Soft": 0, "Hard": 0},
            {"Name": "msgqueue", "Soft": 0, "Hard": 0},  # /dev/mqueue is there whatever one does; nothing fits in it
        ],
        "Tmpfs": {"/tmp": f"rw,noexec,nosuid,nodev,mode=1777,size={TEMPORARY_BYTES}"},
        "Mounts": [
            _mount(place, f"workspaces/{spec.workspace}", DATA),
            _mount(place, f"run/{spec.workspace}", RUN),
            _mount(place, f"given/{spec.workspace}", GIVEN, only_read=True),
            _mount(place, "gateway", CONTROL, only_read=True),
        ],
        "LogConfig": {"Type": "json-file", "Config": {"max-size": "5m", "max-file": "3"}},
    }


def _mount(place: Place, below: str, target: str, only_read: bool = False) -> Json:
    return {
        "Type": "volume",
        "Source": place.volume,
        "Target": target,
        "ReadOnly": only_read,
        "VolumeOptions": {"NoCopy": True, "Subpath": below},
    }
