"""`trulybot-control upgrade`, where there is nothing to do; tests/control_plane/docker shows what it does else."""

import os
import subprocess
import sys
from pathlib import Path

from trulybot.contract import PREFIX


def test_processes_follow_what_is_installed(tmp_path: Path) -> None:
    folders = {f"{PREFIX}{name.upper()}": str(tmp_path / name) for name in ("root", "control")}
    ran = subprocess.run(
        [sys.executable, "-m", "control_plane", "upgrade"],
        env={**os.environ, **folders},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    assert "follow the TrulyBot that is installed" in ran.stdout
