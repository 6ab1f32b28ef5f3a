"""Killed, removed, paused, cut off: whatever happens to a platform of containers, it is well again within 15 seconds,
and nothing that was acknowledged is lost.

The tests share one platform of real processes. Acorn suffers; birch, beside it, never notices.
"""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from control_plane.runtimes.starting import UP_BY_NOW
from control_plane.workspaces.models import MOST_FAILURES
from tests.control_plane.docker.city import City, city_of, wait_until
from tests.control_plane.docker.conftest import docker, made_volume, settings_for
from tests.living import living_children

pytestmark = pytest.mark.container


@pytest.fixture(scope="module")
def town(image: str) -> Iterator[City]:
    with made_volume() as volume, settings_for(volume, image) as settings, city_of(settings) as city:
        city.create("acorn")
        city.create("birch")
        city.create("cypress")
        yield city


@pytest.fixture
def city(town: City) -> Iterator[City]:
    """The bystander runs through all of it."""
    before = town.pid("birch")
    yield town
    town.tell()
    town.mend()
    assert town.pid("birch") == before


def test_a_control_plane_that_is_killed_is_back_and_workspaces_answered_meanwhile(city: City) -> None:
    city.put_to_sleep("acorn")
    with city.losing_nothing("acorn", "Alder"):
        city.control.kill()
        assert city.titles("birch") == []
        city.control.start()
        city.look_at_console()
    city.put_to_sleep("acorn")
    assert "Alder" in city.titles("acorn")


def test_without_a_warden_pages_and_workspaces_answer_and_with_it_all_goes_on(city: City) -> None:
    with city.losing_nothing("acorn", "Ash"):
        city.warden.kill()
        began = time.monotonic()
        city.look_at_console()
        city.look_at_staff()
        assert "Ash" in city.titles("acorn")
        assert time.monotonic() - began < 3
        docker("kill", city.container("acorn"))
        city.warden.start()
        city.await_itself("acorn")


def test_an_edge_that_is_killed_is_back(city: City) -> None:
    with city.losing_nothing("acorn", "Beech"):
        city.edge.kill()
        city.edge.start()


def test_a_caddy_that_is_killed_is_started_by_its_edge(city: City) -> None:
    with city.losing_nothing("acorn", "Cedar"):
        (caddy,) = living_children(city.edge.process.pid)
        caddy.kill()
        psutil.wait_procs([caddy])
        wait_until(city.edge.is_up, "Caddy is back")


def test_a_workspace_whose_first_process_is_killed_is_started_again(city: City) -> None:
    with city.losing_nothing("acorn", "Elm"):
        before = city.pid("acorn")
        os.kill(before, signal.SIGKILL)
        city.await_another("acorn", before)


def test_a_container_that_is_killed_by_hand_is_started_again(city: City) -> None:
    with city.losing_nothing("acorn", "Fir"):
        docker("kill", city.container("acorn"))
        city.await_itself("acorn")


def test_a_container_that_is_removed_by_hand_is_made_anew(city: City) -> None:
    with city.losing_nothing("acorn", "Hazel"):
        docker("rm", "--force", city.container("acorn"))
        city.await_itself("acorn")


def test_a_container_that_is_removed_while_it_sleeps_is_made_anew_for_who_comes(city: City) -> None:
    with city.losing_nothing("acorn", "Holly"):
        city.put_to_sleep("acorn")
        docker("rm", city.container("acorn"))
    assert city.inspected("acorn")["State"]["Running"]


def test_a_container_that_is_paused_by_hand_goes_on(city: City) -> None:
    with city.losing_nothing("acorn", "Larch"):
        before = city.pid("acorn")
        docker("pause", city.container("acorn"))
        city.await_another("acorn", before)
    assert not city.inspected("acorn")["State"]["Paused"]


def test_a_workspace_that_lost_its_socket_gets_another_without_a_visitor(city: City) -> None:
    with city.losing_nothing("acorn", "Linden"):
        city.folders.socket(city.workspace("acorn").id).unlink()
        city.await_itself("acorn")


def test_a_workspace_that_lost_its_socket_is_open_for_the_visitor_who_finds_it_so(city: City) -> None:
    socket = city.folders.socket(city.workspace("cypress").id)
    wait_until(lambda: time.time() - socket.stat().st_mtime > UP_BY_NOW + 1, "it serves for long enough")
    with city.losing_nothing("cypress", "Maple"):
        socket.unlink()


def test_an_image_whose_tag_the_operator_moves_and_removes_is_still_there_for_who_runs_it(city: City) -> None:
    """The warden has a tag of its own."""
    image = city.workspace("acorn").image
    (named,) = city.settings.image
    with city.losing_nothing("acorn", "Oak"):
        city.put_to_sleep("acorn")
        docker("rm", city.container("acorn"))
        docker("image", "rm", named)
        try:
            assert "Ash" in city.titles("acorn")
        finally:
            docker("tag", str(image), named)
    assert city.inspected("acorn")["Image"] == image


def test_a_workspace_whose_memory_is_taken_whole_is_started_again(city: City) -> None:
    """The kernel ends whoever takes most; here it is told to prefer the workspace."""
    began = f"{time.time():.3f}"
    with city.losing_nothing("acorn", "Pine"):
        before = city.pid("acorn")
        for process in psutil.Process(before).children():
            Path(f"/proc/{process.pid}/oom_score_adj").write_text("1000")
        assert city.inside("acorn", "python3", "-c", "bytearray(10**10)").returncode != 0
        city.await_another("acorn", before)
    seen = docker("events", "--since", began, "--until", f"{time.time():.3f}", "--filter", "event=oom")
    assert city.container("acorn") in seen


def test_one_that_crashes_whenever_it_is_started_is_given_up_and_others_go_on(city: City) -> None:
    city.create("willow")
    city.write("willow", "Willow")
    city.put_to_sleep("willow")
    database = city.folders.data(city.workspace("willow").id) / "trulybot.db"
    whole = database.read_bytes()
    database.write_bytes(b"not a database" * 1000)
    city.operate("willow", "waking")
    wait_until(lambda: city.hurried("willow").state == "broken", "it is given up")
    assert not city.inspected("willow")["State"]["Running"]
    assert city.call("willow", "GET", "/api/documents").status_code == 503
    assert city.log("willow").count("trulybot: ") <= 2 * MOST_FAILURES
    database.write_bytes(whole)
    city.operate("willow", "waking")
    city.await_itself("willow")
    assert city.titles("willow") == ["Willow"]
