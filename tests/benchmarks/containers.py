"""Workspaces in containers: created to its first answer, and woken, beside a bare container and a bare `serve`."""

import argparse
import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiodocker

from control_plane.spec import Spec
from control_plane.warden import template
from control_plane.warden.template import Place
from tests.benchmarks.measuring import Bar, Row, medians, report, take_turns
from tests.benchmarks.serving import workspace
from tests.container.conftest import built_image
from tests.control_plane.docker.city import City, city_of
from tests.control_plane.docker.conftest import docker, made_volume, settings_for

ROUNDS = 9
WAKE = Bar(1.3)
CREATED = Bar(4)
FACT = "Parcels to Norway are sent on Tuesdays and arrive within nine days."
QUESTION = "When are parcels to Norway sent?"


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="containers", description=__doc__)
    parser.add_argument("--runs", type=int, default=ROUNDS)
    options = parser.parse_args(argv)
    with TemporaryDirectory() as folder, _city() as city:
        report("Containers", measure(city, Path(folder), options.runs))


def measure(city: City, folder: Path, runs: int) -> list[Row]:
    city.create("acorn")
    with idle_container(city) as name:
        woken, bare, served = medians(
            take_turns(runs, lambda: _wake(city), lambda: _start(city, name), lambda: _serve(folder))
        )
    created = medians([[_created(city, f"birch-{number}") for number in range(runs)]])[0]
    return [
        Row("created in the console to a question answered", created, unit="s", bar=CREATED),
        Row("edge to first byte, from asleep", woken, bare + served, "s", WAKE),
        Row("of the baseline, docker start", bare, unit="s"),
        Row("of the baseline, serve to its first 200", served, unit="s"),
    ]


@contextmanager
def _city() -> Iterator[City]:
    with (
        built_image() as image,
        made_volume() as volume,
        settings_for(volume, image) as settings,
        city_of(settings) as city,
    ):
        yield city


@contextmanager
def idle_container(city: City) -> Iterator[str]:
    """Behind the same walls, with nothing to do."""
    found = city.workspace("acorn")
    place = Place(city.settings.volume, city.settings.volume)
    spec = Spec(workspace=found.id, plan=found.plan, image=found.image or "")
    uid = city.folders.data(found.id).stat().st_uid
    body = {**template.serving(spec, place, uid), "Entrypoint": ["sleep"], "Cmd": ["infinity"]}
    body["Labels"] = {template.INSTANCE: city.settings.volume, template.JOB: "idle"}  # so that it is nobody's
    name = f"{city.settings.volume}.idle"
    asyncio.run(_asked(city, lambda engine: engine.containers.create(body, name=name)))
    yield name
    docker("rm", "--force", name)


def _wake(city: City) -> float:
    city.put_to_sleep("acorn")
    began = time.perf_counter()
    answer = city.call("acorn", "GET", "/api/widget/config")
    took = time.perf_counter() - began
    assert answer.is_success, answer.text
    return took


def _start(city: City, name: str) -> float:
    docker("kill", name, check=False)
    began = time.perf_counter()
    asyncio.run(_asked(city, lambda engine: engine.containers.container(name).start()))
    return time.perf_counter() - began


def _serve(folder: Path) -> float:
    """Of a folder that was served before."""
    with workspace(folder / "bare") as server:
        return server.seconds_to_first_200


def _created(city: City, slug: str) -> float:
    """With a page of text that it reads meanwhile."""
    began = time.perf_counter()
    city.create(slug)
    sent = city.call(slug, "POST", "/api/text-upload", json={"title": "Parcels", "text": FACT})
    assert sent.is_success, sent.text
    while FACT not in city.call(slug, "POST", "/api/chat", json={"question": QUESTION}).text:
        time.sleep(0.02)
    took = time.perf_counter() - began
    city.put_to_sleep(slug)
    return took


async def _asked(city: City, what: Any) -> None:
    async with aiodocker.Docker(city.settings.docker) as engine:
        await what(engine)
