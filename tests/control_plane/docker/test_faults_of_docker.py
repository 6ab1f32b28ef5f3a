"""Docker refuses, fails, answers nonsense, slowly or never, at each of its verbs: pages and workspaces answer, the log
says what is wrong, and all is mended once Docker is well.

The tests share one platform of real processes, whose warden speaks to the real engine through a door of ours.
"""

import re
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest

from control_plane.plans import PlanName
from tests.control_plane.docker.city import BAR, City, city_of, wait_until
from tests.control_plane.docker.conftest import docker, made_volume, settings_for
from tests.control_plane.docker.engines import Failing, Fault

pytestmark = pytest.mark.container

RESPONSIVE = 5.0  # seconds for a page
A_CONTAINER = "/containers/[^/]+"
PLANS: Iterator[PlanName] = cycle(["team", "business", "free"])


def _kill(city: City) -> None:
    docker("kill", city.container("acorn"))


def _remove(city: City) -> None:
    docker("rm", "--force", city.container("acorn"))


def _send_to_sleep(city: City) -> None:
    city.operate("acorn", "sleeping")


def _change_plan_while_it_sleeps(city: City) -> None:
    city.put_to_sleep("acorn")
    city.set_plan("acorn", next(PLANS))
    city.operate("acorn", "waking")


# The request, and what makes the platform send it.
VERBS: dict[str, tuple[str, Callable[[City], None]]] = {
    "list": ("GET /containers/json", _kill),
    "create": ("POST /containers/create", _remove),
    "start": (f"POST {A_CONTAINER}/start", _kill),
    "stop": (f"POST {A_CONTAINER}/stop", _send_to_sleep),
    "inspect": (f"GET {A_CONTAINER}/json", _kill),
    "images": ("GET /images/.*", _kill),
    "delete": (f"DELETE {A_CONTAINER}", _change_plan_while_it_sleeps),
    "logs": (f"GET {A_CONTAINER}/logs", _kill),
}
FAULTS: list[Fault] = ["409", "500", "garbage", "slow", "never"]
CASES: list[tuple[str, Fault]] = [
    *((verb, fault) for verb in ("list", "start") for fault in FAULTS),
    ("create", "409"),
    ("create", "500"),
    ("create", "never"),
    ("stop", "500"),
    ("stop", "never"),
    ("list", "nonsense"),
    ("inspect", "500"),
    ("images", "never"),
    ("delete", "500"),
    ("logs", "never"),
]
SILENT = {("list", "slow"), ("start", "slow")}


@pytest.fixture(scope="module")
def engine() -> Iterator[Failing]:
    with TemporaryDirectory(prefix="tb") as folder, Failing(Path(folder) / "docker.sock") as engine:
        yield engine


@pytest.fixture(scope="module")
def town(image: str, engine: Failing) -> Iterator[City]:
    with (
        made_volume() as volume,
        settings_for(volume, image) as settings,
        city_of(msgspec.structs.replace(settings, docker=engine.address)) as city,
    ):
        city.create("acorn")
        city.create("birch")
        city.write("acorn", "Alder")
        yield city


@pytest.fixture
def city(town: City) -> Iterator[City]:
    yield town
    town.tell()


@pytest.mark.parametrize(("verb", "fault"), CASES)
def test_what_docker_does_wrong_is_said_survived_and_mended(
    city: City, engine: Failing, verb: str, fault: Fault
) -> None:
    city.operate("acorn", "waking")
    city.await_itself("acorn")
    requests, trigger = VERBS[verb]
    said = len(city.control.log.read_text())
    with engine.doing(fault, requests):
        trigger(city)
        wait_until(lambda: _is_asked(city, engine), f"Docker is asked to {verb}")
        for look in (city.look_at_console, city.look_at_staff, lambda: city.look_at("acorn")):
            began = time.monotonic()
            look()
            assert time.monotonic() - began < RESPONSIVE
        assert city.titles("birch") == []
    began = time.monotonic()
    if verb == "stop":
        wait_until(lambda: not city.inspected("acorn")["State"]["Running"], "it sleeps", BAR)
    city.operate("acorn", "waking")
    city.await_itself("acorn")
    took = time.monotonic() - began
    print(f"{verb}, {fault}: mended after {took:.1f} s")
    assert took <= BAR
    assert city.titles("acorn") == ["Alder"]
    if (verb, fault) not in SILENT:
        assert re.search("WARNING|ERROR", city.control.log.read_text()[said:])


def _is_asked(city: City, engine: Failing) -> bool:
    """Now, and not when the next pass is due."""
    time.sleep(0.2)
    city.look_at("acorn")
    city.operate("birch", "waking")
    return engine.hits > 0
