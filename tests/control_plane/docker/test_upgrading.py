"""Two workspaces are given a newer image while strangers ask both, through a real edge: nobody is refused.

The platform is served as it is in production: warden, control plane and edge are each a process of its own.
"""

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx
import msgspec
import pytest

from control_plane.runtimes import queries
from control_plane.runtimes.spec import spec_of
from control_plane.settings import Settings
from control_plane.workspaces.models import Workspace
from tests.control_plane.docker.conftest import Harbour, WardenProcess, docker
from tests.control_plane.runtimes.conftest import PATIENCE
from trulybot.chat.handles import id_named_by
from trulybot.contract import PREFIX
from trulybot.kit import sqlite
from trulybot.kit.server import free_port

pytestmark = pytest.mark.container

SLUGS = ("acorn", "birch")
A_SECOND = 20  # requests to both together
LONGEST_WAIT = 5.0  # seconds more than usual
# Or so many times as long as a job takes then, where a machine is slow or others are at work on it: a stop, a backup,
# a start and a proof stand between one image and the next.
JOBS = 4
ASKING = 10  # one in so many asks a question, which is kept
NEWER = "LABEL trulybot.release=newer\n"
# It does every job, and ends when it is to serve.
BROKEN = (
    "USER 0\n"
    "RUN cd /opt/trulybot/bin && mv trulybot whole && "
    'printf \'#!/bin/sh\\nif [ "$1" = serve ]; then exit 1; fi\\nexec /opt/trulybot/bin/whole "$@"\\n\' > trulybot && '
    "chmod 755 trulybot\n"
)


@pytest.fixture
def settings(settings: Settings, image: str) -> Iterator[Settings]:
    """Whose image is a tag that a test may move on."""
    tag = f"{settings.volume}:current"
    docker("tag", image, tag)
    yield msgspec.structs.replace(settings, image=(tag,), port=free_port("127.0.0.1", 18500))
    docker("image", "rm", "--force", tag)


@pytest.fixture
async def served(town: Harbour, settings: Settings, warden: WardenProcess) -> AsyncIterator[list[Workspace]]:
    """Both workspaces, behind the edge."""
    settings.edge.mkdir(parents=True, exist_ok=True)
    town.platform.folders.names.mkdir(parents=True, exist_ok=True)
    with running(settings, "serve"), running(settings, "edge"):
        made = [await town.create(slug) for slug in SLUGS]
        for each in made:
            await town.answering(each.id)
        async with strangers(settings) as web, asyncio.timeout(PATIENCE):
            while any([(await ask(web, slug, 0)).status_code >= 400 for slug in SLUGS]):
                await asyncio.sleep(0.1)
        yield [await town.workspace(each.id) for each in made]


async def test_an_upgrade_under_load_refuses_nobody(
    town: Harbour, settings: Settings, served: list[Workspace], image: str, capsys: pytest.CaptureFixture[str]
) -> None:
    release(settings, image, NEWER)
    async with load(settings) as answers:
        usual = await some(answers, A_SECOND * 2)
        a_job = await job_beside(town, served)
        code, said = await upgrade(settings)
        a_job = max(a_job, await job_beside(town, [await town.workspace(each.id) for each in served]))
        await some(answers, A_SECOND * 2)
    assert code == 0, said
    assert "2 workspaces of 2 upgraded" in said
    report(capsys, f"upgraded, where a job takes {a_job:.2f} s,", answers, usual)
    assert answers.failed == []
    assert max(answers.seconds) - usual <= max(LONGEST_WAIT, JOBS * a_job)
    for before in served:
        now = await town.workspace(before.id)
        assert now.image not in (None, before.image)
        assert town.inspected(now.id)["Image"] == now.image
        assert answers.kept[before.slug or ""] <= conversations(town, now.id)


async def test_a_broken_image_is_taken_back_under_load_with_the_data_of_the_last_second(
    town: Harbour, settings: Settings, served: list[Workspace], image: str, capsys: pytest.CaptureFixture[str]
) -> None:
    release(settings, image, BROKEN)
    async with load(settings) as answers:
        usual = await some(answers, A_SECOND * 2)
        code, said = await upgrade(settings)
        await some(answers, A_SECOND * 2)
    assert code == 1
    assert said.count("rolled back") == 2, said
    report(capsys, "taken back", answers, usual)
    assert answers.failed == []
    for before in served:
        now = await town.workspace(before.id)
        assert (now.image, now.upgrading, now.failures) == (before.image, None, 0)
        assert answers.kept[before.slug or ""] <= conversations(town, now.id)
    rollout = await town.platform.db.read(queries.latest_rollout)
    assert rollout is not None and (rollout.state, rollout.failed) == ("done", 2)


class Answers:
    """What strangers were answered so far, by a request each."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.failed: list[str] = []
        self.kept: dict[str, set[str]] = {slug: set() for slug in SLUGS}

    def note(self, slug: str, answer: httpx.Response, seconds: float) -> None:
        self.seconds.append(seconds)
        if answer.status_code >= 400:
            self.failed.append(f"{slug} {answer.status_code} {answer.text[:200]}")
        elif answer.request.method == "POST":
            self.kept[slug].add(id_named_by(answer.json()["conversation"]))


@contextmanager
def running(settings: Settings, role: str) -> Iterator[None]:
    """`trulybot-control ROLE`."""
    with (settings.control.parent / f"{role}.log").open("w+") as log:
        process = subprocess.Popen(command(role), env=environment(settings), stdout=log, stderr=log)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
            log.seek(0)
            print(role, log.read())


def command(verb: str) -> list[str]:
    return [sys.executable, "-m", "control_plane", verb]


def environment(settings: Settings) -> dict[str, str]:
    told = {name: str(getattr(settings, name)) for name in ("root", "control", "volume", "runtime", "port")}
    return {**os.environ, **{f"{PREFIX}{name.upper()}": value for name, value in told.items()}}


def release(settings: Settings, image: str, more: str) -> None:
    """From now on the operator's tag leads to an image of ours with something more in it."""
    ran = subprocess.run(
        ["docker", "build", "--quiet", "--tag", settings.image[0], "-"],
        input=f"FROM {image}\n{more}",
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr


async def upgrade(settings: Settings) -> tuple[int, str]:
    """As an operator does it: the exit code, and what was said."""
    ran = await asyncio.create_subprocess_exec(
        *command("upgrade"),
        env=environment(settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(ran.communicate(), 300)
    assert ran.returncode is not None
    return ran.returncode, said.decode()


@asynccontextmanager
async def strangers(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Each request on a connection of its own."""
    limits = httpx.Limits(max_keepalive_connections=0)
    address = f"http://127.0.0.1:{settings.port}"
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        yield client


@asynccontextmanager
async def load(settings: Settings) -> AsyncIterator[Answers]:
    """As long as the block lasts, and until the last has its answer."""
    answers, under_way = Answers(), set[asyncio.Task[None]]()

    async def come() -> None:
        began = time.monotonic()
        for number in range(1_000_000):
            task = asyncio.create_task(come_once(web, answers, SLUGS[number % 2], number // 2))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            await asyncio.sleep(max(0.0, began + (number + 1) / A_SECOND - time.monotonic()))

    async with strangers(settings) as web:
        coming = asyncio.create_task(come())
        yield answers
        coming.cancel()
        await asyncio.gather(*under_way)


async def come_once(web: httpx.AsyncClient, answers: Answers, slug: str, number: int) -> None:
    began = time.monotonic()
    try:
        answer = await ask(web, slug, number)
    except httpx.HTTPError as error:
        answers.failed.append(f"{slug} {error!r}")
    else:
        answers.note(slug, answer, time.monotonic() - began)


async def ask(web: httpx.AsyncClient, slug: str, number: int) -> httpx.Response:
    headers = {"host": f"{slug}.localhost", "accept": "application/json"}
    if number % ASKING:
        return await web.get("/api/widget/config", headers=headers)
    return await web.post("/api/chat", headers=headers, json={"question": f"Is this number {number}?"})


async def some(answers: Answers, number: int) -> float:
    """Once there are so many more; what they usually took, in seconds."""
    before = len(answers.seconds)
    async with asyncio.timeout(PATIENCE):
        while len(answers.seconds) < before + number:
            await asyncio.sleep(0.05)
    return statistics.median(answers.seconds[before:])


async def job_beside(town: Harbour, workspaces: list[Workspace]) -> float:
    """How many seconds one takes for all of them at once."""
    began = time.monotonic()
    await asyncio.gather(*(town.platform.runtime.run_once(spec_of(each), "check") for each in workspaces))
    return time.monotonic() - began


def conversations(town: Harbour, workspace_id: str) -> set[str]:
    """Of the file itself, whose owner no process of ours is."""
    connection = sqlite.connect(town.platform.folders.data(workspace_id) / "trulybot.db", read_only=True)
    found = {id for (id,) in connection.execute("SELECT id FROM conversations")}
    connection.close()
    return found


def report(capsys: pytest.CaptureFixture[str], what: str, answers: Answers, usual: float) -> None:
    waits = sorted(answers.seconds, reverse=True)
    with capsys.disabled():
        print(
            f"\n{what} under {len(waits)} requests, {len(answers.failed)} failed; usual {1000 * usual:.0f} ms, "
            f"longest {waits[0]:.2f} s, more than 1 s: {sum(wait > 1 for wait in waits)}; "
            f"kept {sum(map(len, answers.kept.values()))} conversations"
        )
