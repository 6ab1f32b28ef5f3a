"""The Docker Engine is stopped for half a minute and started again."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from control_plane.settings import Settings
from tests.control_plane.docker.city import BAR, City, city_of, wait_until
from tests.control_plane.docker.daemon import Daemon

pytestmark = pytest.mark.container

STOPPED = 30.0  # seconds


@pytest.fixture
def daemon(image: str) -> Iterator[Daemon]:
    with TemporaryDirectory(prefix="tb") as folder:
        daemon = Daemon(Path(folder))
        try:
            daemon.load(image)
            daemon.docker("volume", "create", "root")
            yield daemon
        finally:
            daemon.clear()
            daemon.stop()


@pytest.fixture
def city(daemon: Daemon, image: str) -> Iterator[City]:
    root = Path(daemon.docker("volume", "inspect", "--format", "{{.Mountpoint}}", "root"))
    settings = Settings(
        root=root,
        control=daemon.folder / "c",
        runtime="docker",
        volume="root",
        docker=daemon.address,
        image=(image,),
    )
    with city_of(settings) as city:
        yield city
        city.tell()


def test_an_engine_that_was_stopped_for_half_a_minute_finds_all_as_it_was(daemon: Daemon, city: City) -> None:
    city.create("acorn")
    city.create("birch")
    city.write("acorn", "Alder")
    city.operate("birch", "sleeping")
    began = time.monotonic()
    daemon.stop()
    while time.monotonic() - began < STOPPED:
        city.look_at_console()
        city.look_at_staff()
        time.sleep(1)
    daemon.start()
    began = time.monotonic()
    city.await_itself("acorn")
    took = time.monotonic() - began
    assert city.titles("acorn") == ["Alder"]
    print(f"repaired {took:.1f} s after the engine was back")
    assert took <= BAR
    # The engine itself starts again what it killed, be it that it had been told to sleep a moment before.
    wait_until(lambda: not city.answers_itself("birch"), "birch sleeps")
    assert time.monotonic() - began <= BAR
    assert city.titles("birch") == []
