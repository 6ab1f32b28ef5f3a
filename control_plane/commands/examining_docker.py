"""What `trulybot-control doctor` finds out from Docker, where its socket is. It only reads."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import aiodocker
import aiohttp

from control_plane.commands.known_holes import HOLES, holes_in, read
from control_plane.settings import Settings
from trulybot.contract import PREFIX
from trulybot.kit.clock import now
from trulybot.kit.findings import Finding, hint

Json = Mapping[str, Any]

UNIX = "unix://"
LEAST_ENGINE, LEAST_API = (26,), (1, 45)  # the first that mounts a part of a volume
PATIENCE = 10  # seconds, for all answers together
MOST_SECONDS_APART = 5
LIMITS = {
    "MemoryLimit": "memory",
    "SwapLimit": "swap",
    "PidsLimit": "processes",
    "CpuCfsQuota": "processor time",
}
FROM_THE_WARDEN = "docker compose --profile saas exec warden trulybot-control doctor"


async def of_docker(settings: Settings) -> list[Finding]:
    if settings.docker.startswith(UNIX) and not Path(settings.docker.removeprefix(UNIX)).exists():
        return [hint(f"Docker’s socket is not here, so Docker was not looked at: `{FROM_THE_WARDEN}` can")]
    try:
        async with asyncio.timeout(PATIENCE), aiodocker.Docker(settings.docker) as docker:
            version, info = await docker.version(), await docker.system.info()
            return [
                *_engine(version),
                *_parts(version),
                _seccomp(info),
                *_limits(info),
                _clock(info),
                await _volume(docker, settings.volume),
                *[await _image(docker, reference) for reference in settings.image],
            ]
    except (aiodocker.DockerError, aiohttp.ClientError, OSError, TimeoutError) as fault:
        said = str(fault) or "no answer in time"
        return [Finding(False, f"Docker does not answer at {settings.docker} ({said}): start it, or read its log")]


def _engine(version: Json) -> Iterator[Finding]:
    """By the version, for only a container that is started could show that it mounts a part of a volume."""
    engine, api = version["Version"], version["ApiVersion"]
    is_new_enough = read(engine) >= LEAST_ENGINE and read(api) >= LEAST_API
    yield Finding(
        is_new_enough,
        f"Docker Engine {engine}, API {api}"
        + ("" if is_new_enough else ": it cannot mount a part of a volume; install Engine 26 or newer"),
    )
    if version["Os"] != "linux":
        yield Finding(False, f"Docker runs on {version['Os']}: workspaces need a Linux host")


def _parts(version: Json) -> Iterator[Finding]:
    parts = {part["Name"]: part["Version"] for part in version.get("Components", ())}
    for name in HOLES.keys() & parts.keys():
        if found := holes_in(name, parts[name]):
            holes = ", ".join(hole.name for hole in found)
            mended = ", ".join(found[-1].mended_in)
            yield hint(
                f"{name} {parts[name]} has known holes ({holes}) unless your distribution mended them: "
                f"see its list of security fixes, or install one of {mended} or newer"
            )
        else:
            yield Finding(True, f"{name} {parts[name]} has no hole that is known here")


def _seccomp(info: Json) -> Finding:
    profiles = [option for option in info.get("SecurityOptions") or () if option.startswith("name=seccomp")]
    is_on = bool(profiles) and "unconfined" not in profiles[0]
    return Finding(
        is_on,
        "Docker filters system calls (seccomp)"
        if is_on
        else "Docker does not filter system calls: start it with its own seccomp profile, on a kernel that has seccomp",
    )


def _limits(info: Json) -> Iterator[Finding]:
    missing = [word for name, word in LIMITS.items() if not info.get(name)]
    if missing:
        yield Finding(False, f"Docker cannot limit {', '.join(missing)}: switch these controllers of cgroups on")
    else:
        yield Finding(True, f"Docker limits {', '.join(LIMITS.values())}")


def _clock(info: Json) -> Finding:
    apart = abs(datetime.fromisoformat(info["SystemTime"][:19] + "+00:00").timestamp() - now())
    is_well = apart <= MOST_SECONDS_APART
    return Finding(
        is_well,
        "Docker’s clock and ours agree" if is_well else f"Docker’s clock and ours are {apart:.0f} s apart: set them",
    )


async def _volume(docker: aiodocker.Docker, name: str) -> Finding:
    try:
        found = await (await docker.volumes.get(name)).show()  # type: ignore[no-untyped-call]
    except aiodocker.DockerError as error:
        if error.status != 404:
            raise
        return Finding(False, f"Docker has no volume {name}: set {PREFIX}VOLUME to the name of the one that ROOT is")
    kind = (found.get("Options") or {}).get("type", "")
    if found["Driver"] != "local" or kind in ("nfs", "nfs4", "cifs"):
        return Finding(False, f"the volume {name} is not on a disk of this machine: SQLite would lose data there")
    return Finding(True, f"the volume {name} is on this machine")


async def _image(docker: aiodocker.Docker, reference: str) -> Finding:
    try:
        await docker.images.inspect(reference)
    except aiodocker.DockerError as error:
        if error.status != 404:
            raise
        return Finding(False, f"Docker has no image {reference}: pull or build it, or correct {PREFIX}IMAGE")
    return Finding(True, f"the image {reference} is there")
