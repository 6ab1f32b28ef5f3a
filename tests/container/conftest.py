import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from tests.container.composition import ROOT, Composition
from tests.needs import require

NUMBERS = count(1)


@contextmanager
def built_image() -> Iterator[str]:
    """The image of this checkout, under a tag of its own; BuildKit's cache makes the second build quick."""
    tag = f"trulybot:test-{os.getpid()}"
    built = subprocess.run(
        ["docker", "build", "--quiet", "--tag", tag, "."], cwd=ROOT, capture_output=True, text=True, timeout=900
    )
    assert built.returncode == 0, built.stderr[-3000:]
    yield tag
    subprocess.run(["docker", "image", "rm", "--force", tag], capture_output=True, timeout=60)


@pytest.fixture(scope="session")
def image() -> Iterator[str]:
    require("docker")
    with built_image() as tag:
        yield tag


@pytest.fixture(scope="session")
def workspace(image: str) -> Iterator[Composition]:
    """One that runs all the time: look at it, change nothing."""
    yield from _running(image)


@pytest.fixture
def own_workspace(image: str) -> Iterator[Composition]:
    yield from _running(image)


def _running(image: str) -> Iterator[Composition]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    composition = Composition(f"trulybot-test-{os.getpid()}-{next(NUMBERS)}", image, port)
    try:
        composition.up()
        yield composition
    finally:
        composition.down("--volumes")
