"""A Docker Engine of the test's own, which may be stopped: with folders of its own and without a network."""

import os
import subprocess
import time
from pathlib import Path

from tests.needs import dockerd, require

PATIENCE = 60  # seconds; only ever waited out by a test that fails


class Daemon:
    """Of the program that runs the other engine. What is in it goes with `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = f"unix://{folder}/s"
        self.start()

    def start(self) -> None:
        require("dockerd")
        program = dockerd()
        assert program
        folders = ("--data-root", self.folder / "d", "--exec-root", self.folder / "e", "--pidfile", self.folder / "p")
        options = ("--host", self.address, *folders, "--bridge=none", "--iptables=false", "--ip6tables=false")
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                # It would remove the bridge of the other engine, so it is started where it does not see that one.
                ["unshare", "--net", program, *options],
                env={**os.environ, "PATH": f"{program.parent}:/usr/sbin:/sbin:{os.environ['PATH']}"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + PATIENCE
        while subprocess.run(self._command("version"), capture_output=True).returncode != 0:
            assert time.monotonic() < until, (self.folder / "log").read_text()[-3000:]
            time.sleep(0.1)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)

    def docker(self, *command: str) -> str:
        return subprocess.run(self._command(*command), capture_output=True, text=True, check=True).stdout.strip()

    def load(self, image: str) -> None:
        """An image of the other engine."""
        with subprocess.Popen(["docker", "save", image], stdout=subprocess.PIPE) as saving:
            subprocess.run(self._command("load", "--quiet"), stdin=saving.stdout, check=True, capture_output=True)

    def clear(self) -> None:
        if left := self.docker("ps", "--all", "--quiet").split():
            self.docker("rm", "--force", *left)

    def _command(self, *command: str) -> list[str]:
        return ["docker", "--host", self.address, *command]
