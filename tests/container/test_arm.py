"""On Linux on arm64 there is a wheel for all that the image installs but the SQLite we ship, and that compiles."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.container.composition import ROOT

pytestmark = pytest.mark.container


def test_everything_else_has_a_wheel_there(tmp_path: Path) -> None:
    where = ["--python-platform", "aarch64-unknown-linux-gnu", "--python-version", "3.13", "--target", str(tmp_path)]
    resolved = subprocess.run(
        ["uv", "pip", "install", "--dry-run", "--only-binary", ":all:", *where, "-r", "requirements.txt"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert resolved.returncode == 0, resolved.stderr
    assert "onnxruntime" in resolved.stderr and "pysqlite3" not in resolved.stderr


def test_an_image_with_the_compiled_sqlite_serves_the_same() -> None:
    tag = f"trulybot:compiled-{os.getpid()}"
    build = ["docker", "build", "--quiet", "--build-arg", "SQLITE=compiled", "--tag", tag, "."]
    built = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, timeout=1200)
    assert built.returncode == 0, built.stderr[-3000:]
    try:
        examined = subprocess.run(["docker", "run", "--rm", tag, "doctor"], capture_output=True, text=True, timeout=60)
        assert "SQLite 3." in examined.stdout and "sqlite-vec" in examined.stdout, examined.stdout + examined.stderr
        assert _sqlite_of(tag) != _sqlite_of_the_wheel()
    finally:
        subprocess.run(["docker", "image", "rm", "--force", tag], capture_output=True, timeout=60)


def _sqlite_of(tag: str) -> str:
    said = "import pysqlite3; print(pysqlite3.sqlite_version)"
    entry = ["docker", "run", "--rm", "--entrypoint", "/opt/trulybot/bin/python", tag, "-c", said]
    return subprocess.run(entry, capture_output=True, text=True, check=True, timeout=60).stdout


def _sqlite_of_the_wheel() -> str:
    import pysqlite3

    return f"{pysqlite3.sqlite_version}\n"
