"""The embedded runtime: each workspace an operating-system process of its own, found by a mark in its environment.

They run as our own user, so this is no wall between workspaces: it is for loopback, and for people one knows.
A process outlives us, and whoever serves next finds it again.
"""

import asyncio
import os
import resource
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from control_plane.folders import Folders
from control_plane.runtimes.runtime import CannotRun, Found
from control_plane.spec import Spec
from control_plane.trees import remove, size_of
from trulybot.contract import PREFIX, Job
from trulybot.kit.errors import CannotStart
from trulybot.kit.folders import make_private

INSTANCE, WORKSPACE, VERSION = f"{PREFIX}INSTANCE", f"{PREFIX}WORKSPACE", f"{PREFIX}VERSION"
COMMAND = (sys.executable, "-P", "-m", "trulybot")
STOP_SECONDS = 15.0
LOOK_EVERY = 0.02  # seconds
MOST_LOG_BYTES = 1_000_000
# Of our own environment: what a Python needs to find itself.
PASSED_ON = ("PATH", "HOME", "TMPDIR", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")


class ProcessRuntime:
    """`instance` marks what is ours, among all that runs on this machine."""

    def __init__(self, folders: Folders, logs: Path, instance: str) -> None:
        self._folders = folders
        self._logs = logs
        self._instance = instance
        self._children: set[int] = set()

    async def observe(self) -> dict[str, list[Found]]:
        self._reap()
        found: dict[str, list[Found]] = {}
        for process in await asyncio.to_thread(self._ours):
            found.setdefault(process.workspace, []).append(process)
        return found

    async def start(self, spec: Spec) -> None:
        if spec.workspace in await self.observe():
            return
        try:
            pid = self._spawn(spec)
        except (OSError, CannotStart) as error:
            raise CannotRun(f"The workspace {spec.workspace} could not be started: {error}") from error
        self._children.add(pid)
        _limit(pid, spec)

    async def stop(self, workspace: str, at_once: bool = False) -> None:
        for process in (await self.observe()).get(workspace, []):
            await self._end(process.pid, 0 if at_once else STOP_SECONDS)
        with suppress(OSError):
            self._folders.socket(workspace).unlink(missing_ok=True)

    async def remove(self, workspace: str) -> None:
        await self.stop(workspace)
        for folder in (self._folders.data(workspace), self._folders.run(workspace)):
            await asyncio.to_thread(remove, folder)
        self._log(workspace).unlink(missing_ok=True)

    async def logs(self, workspace: str, most_bytes: int) -> str:
        return (await asyncio.to_thread(_tail, self._log(workspace), most_bytes)).decode(errors="replace")

    async def size(self, workspace: str) -> int:
        folders = (self._folders.data(workspace), self._folders.run(workspace))
        return sum([await asyncio.to_thread(size_of, folder) for folder in folders])

    async def images(self) -> tuple[str, ...]:
        return ()

    async def run_once(self, spec: Spec, job: Job) -> str:
        command = [*self._program(spec), "job", job, "--data", str(self._folders.data(spec.workspace))]
        running = await asyncio.create_subprocess_exec(
            *command,
            env=environment_of(spec, self._folders),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            printed, complaint = await running.communicate()
        finally:
            if running.returncode is None:
                running.kill()
                await asyncio.shield(running.wait())
        if running.returncode:
            raise CannotRun(f"The job {job} of workspace {spec.workspace} failed: {complaint.decode(errors='replace')}")
        return printed.decode()

    async def close(self) -> None:
        pass

    def uid_of(self, workspace: str) -> int | None:
        return os.getuid()

    async def bound_logs(self) -> None:
        """Cut what has grown too long; what is written in that very moment may be lost."""
        for log in self._logs.glob("*.log"):
            if log.stat().st_size > 2 * MOST_LOG_BYTES:
                kept = await asyncio.to_thread(_tail, log, MOST_LOG_BYTES)
                with log.open("r+b") as file:
                    file.truncate(0)
                    file.write(kept)

    def _program(self, spec: Spec) -> Sequence[str]:
        """There is one image only: what is installed here."""
        return COMMAND

    def _ours(self) -> list[Found]:
        import psutil

        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                environment = process.environ()
                if environment.get(INSTANCE) == self._instance and process.status() != psutil.STATUS_ZOMBIE:
                    started = int(process.create_time())
                    found.append(Found(environment[WORKSPACE], environment[VERSION], started, process.pid))
        return found

    def _spawn(self, spec: Spec) -> int:
        data, run = self._folders.data(spec.workspace), self._folders.run(spec.workspace)
        for folder in (data, run, self._logs):
            make_private(folder)
        command = [
            *self._program(spec),
            "serve",
            "--data",
            str(data),
            "--uds",
            str(self._folders.socket(spec.workspace)),
        ]
        log = os.open(self._log(spec.workspace), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        streams: list[Any] = [(os.POSIX_SPAWN_DUP2, nothing, 0), (os.POSIX_SPAWN_DUP2, log, 1)]
        streams.append((os.POSIX_SPAWN_DUP2, log, 2))
        try:
            # Its own session, so that a Ctrl-C for us is none for it.
            return os.posix_spawn(sys.executable, command, self._marked(spec), file_actions=streams, setsid=True)
        finally:
            os.close(log)
            os.close(nothing)

    def _marked(self, spec: Spec) -> dict[str, str]:
        marks = {INSTANCE: self._instance, WORKSPACE: spec.workspace, VERSION: spec.version}
        return {**environment_of(spec, self._folders), **marks}

    async def _end(self, pid: int, seconds: float) -> None:
        """Asked first; killed with all that it started when it does not go in time."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        for _ in range(int(seconds / LOOK_EVERY)):
            if not self._lives(pid):
                return
            await asyncio.sleep(LOOK_EVERY)
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        while self._lives(pid):
            await asyncio.sleep(LOOK_EVERY)

    def _lives(self, pid: int) -> bool:
        """A zombie does not: its parent may be somebody who never asks after it."""
        import psutil

        self._reap()
        try:
            return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False

    def _reap(self) -> None:
        """Ask after our own children, or else the dead among them would stay listed."""
        for pid in list(self._children):
            try:
                ended, _ = os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                ended = pid
            if ended:
                self._children.discard(pid)

    def _log(self, workspace: str) -> Path:
        return self._logs / f"{workspace}.log"


def environment_of(spec: Spec, folders: Folders) -> dict[str, str]:
    """Of a process of this workspace: what it is told, and nothing that could be a secret."""
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    places = {"GIVEN": str(folders.given(spec.workspace)), "GATEWAY": str(folders.gateway_socket)}
    given = {PREFIX + name: value for name, value in {**places, **spec.limits.environment}.items()}
    return {"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2", **passed_on, **given}


def _limit(pid: int, spec: Spec) -> None:
    """What one process may take; its child takes as much again. Not of addresses: see kit/confinement.py."""
    if sys.platform != "linux":
        return
    limits = {
        resource.RLIMIT_DATA: spec.limits.memory_bytes,
        resource.RLIMIT_NOFILE: spec.limits.open_files,
        resource.RLIMIT_CORE: 0,
    }
    with suppress(ProcessLookupError, PermissionError):
        for which, most in limits.items():
            resource.prlimit(pid, which, (most, most))


def _tail(log: Path, most_bytes: int) -> bytes:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - most_bytes))
            return file.read(most_bytes)
    except FileNotFoundError:
        return b""
