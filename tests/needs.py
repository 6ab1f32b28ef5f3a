"""What some tests need of the machine. Where it is absent they skip, saying why."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import psutil
import pytest

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def require(what: str) -> None:
    """Skip the running test if `what` (docker, dockerd, chromium, node) is absent; fail it if it has to be there."""
    reason = _missing(what)
    if reason is None:
        return
    if what in os.environ.get("TRULYBOT_REQUIRE", "").split(","):
        pytest.fail(f"TRULYBOT_REQUIRE asks for {what}, but {reason}", pytrace=False)
    pytest.skip(reason)


@cache
def _missing(what: str) -> str | None:
    return {"docker": _no_docker, "dockerd": _no_dockerd, "chromium": _no_chromium, "node": _no_node}[what]()


def _no_docker() -> str | None:
    if shutil.which("docker") is None:
        return "there is no docker command here"
    asked = subprocess.run(["docker", "version"], capture_output=True, timeout=60)
    return None if asked.returncode == 0 else "no Docker Engine answers here"


def dockerd() -> Path | None:
    """The program that runs the engine of this machine, to run a second one of."""
    for process in psutil.process_iter(["name", "exe"]):
        if process.info["name"] == "dockerd" and process.info["exe"]:
            return Path(process.info["exe"])
    found = shutil.which("dockerd")
    return Path(found) if found else None


def _no_dockerd() -> str | None:
    return None if dockerd() else "there is no dockerd here to start a second one of"


def _no_chromium() -> str | None:
    return None if os.access(CHROMIUM, os.X_OK) else f"there is no {CHROMIUM} here"


def _no_node() -> str | None:
    return None if shutil.which("node") else "there is no node command here"
