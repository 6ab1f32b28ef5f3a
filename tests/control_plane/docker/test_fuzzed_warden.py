"""Five thousand requests to the warden: nothing but its template reaches Docker, and nothing foreign is touched."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as fuzzing
from hypothesis import strategies as st

from control_plane.folders import Folders
from control_plane.settings import Settings
from control_plane.spec import Spec
from control_plane.warden import template
from control_plane.warden.ground import uid_of
from control_plane.warden.template import INSTANCE, WORKSPACE, Place
from tests.control_plane.docker.conftest import (
    docker,
    made_volume,
    running_warden,
    settings_for,
)
from tests.control_plane.docker.engines import Asked, Engine, Passing, StandIn
from tests.control_plane.docker.foreign import foreign_things, lookalikes
from tests.control_plane.docker.wishes import KNOWN, OTHER_DIGEST, Wish, wishes

pytestmark = pytest.mark.container

DIGEST = f"sha256:{'a' * 64}"
IN_A_ROW = 20
STAND_IN_ROWS, REAL_ROWS = 240, 10  # of requests: 4,800 and 200
QUIETLY = {
    "derandomize": True,  # the same five thousand each time
    "deadline": None,
    "database": None,
    "phases": (Phase.generate,),
    "suppress_health_check": list(HealthCheck),
}
VERBS = ("/observe", "/ensure", "/start", "/stop", "/remove", "/logs", "/run_once")
OF_A_CONTAINER = r"(?:GET|POST|DELETE) /containers/(\w{64})(?:/(json|logs|start|stop|unpause|wait))?"
AS_NOBODY = """
import ctypes, os, socket, sys
os.setgroups([]), os.setgid(65534), os.setuid(65534)
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # or what is open would be root's to look through
warden = socket.socket(socket.AF_UNIX)
warden.connect(f"/proc/self/fd/{sys.argv[1]}")
warden.sendall(sys.stdin.buffer.read())
print(warden.recv(4096).decode().splitlines()[0])
"""

Json = dict[str, Any]


class Watched:
    """A warden, and what of its requests reaches Docker."""

    def __init__(self, settings: Settings, engine: Engine, digest: str) -> None:
        self.settings = settings
        self.engine = engine
        self.digest = digest
        self.place = Place(settings.volume, settings.volume)
        self.own: dict[str, str] = {}  # workspaces by the id of a container that the warden made
        self.sent = 0

    def send(self, wish: Wish) -> None:
        """And look at all that comes of it."""
        self.sent += 1
        before = len(self.engine.asked)
        status, answer = wish.send(self.settings.warden_socket)
        asked = self.engine.asked[before:]
        if wish.is_proper():
            assert status in (200, 204, 422, 503), (wish, status, answer)
        elif wish.method == "OPTIONS":  # answers which methods there are
            assert asked == []
        else:
            assert 400 <= status < 500, (wish, status, answer)
            assert wish.method == "HEAD" or len(answer["detail"]) > 10, (wish, answer)
            assert asked == [], wish
        for each in asked:
            self._assert_allowed(each, wish)

    def _assert_allowed(self, asked: Asked, wish: Wish) -> None:
        where = f"{asked.method} {asked.path}"
        if where == "POST /containers/create":
            self._assert_template(asked, wish)
        elif found := re.fullmatch(OF_A_CONTAINER, where):
            workspace = self.own[found[1]]
            assert wish.verb == "/observe" or workspace == _workspace_of(wish), (where, wish)
            assert (asked.method == "DELETE") == (found[2] is None), where
        elif where == "GET /containers/json":
            labels = msgspec.json.decode(asked.query["filters"])["label"]
            named = [] if wish.verb == "/observe" else [f"{WORKSPACE}={_workspace_of(wish)}"]
            assert labels == [f"{INSTANCE}={self.place.instance}", *named]
        elif where == f"POST /images/{self.digest}/tag":
            assert asked.query["repo"] == f"{self.place.instance}-images"
        else:
            assert where in ("GET /images/json", f"GET /images/{self.settings.image[0]}/json"), where

    def _assert_template(self, asked: Asked, wish: Wish) -> None:
        told = wish.told if wish.verb == "/ensure" else wish.told["spec"]
        spec = msgspec.convert(told, Spec)
        uid = uid_of(Folders(self.settings.root).data(spec.workspace))
        assert uid is not None and spec.image == self.digest
        is_job = wish.verb == "/run_once"
        assert asked.query == {"name": template.name_of(self.place, spec.workspace, is_job)}
        assert asked.body == (
            template.job(spec, self.place, uid, wish.told["job"]) if is_job else template.serving(spec, self.place, uid)
        )
        if "Id" in asked.answer:
            self.own[asked.answer["Id"]] = spec.workspace


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("w")
    images = {"trulybot:new": DIGEST, "tb:foreign": OTHER_DIGEST, "tbf-imagesx:foreign": OTHER_DIGEST}
    with StandIn(folder / "docker.sock", images) as engine:
        settings = Settings(
            root=folder / "root",
            control=folder / "control",
            runtime="docker",
            volume="tbf",
            docker=engine.address,
            image=("trulybot:new",),
        )
        with running_warden(settings):
            yield Watched(settings, engine, DIGEST)


@pytest.fixture(scope="module")
def real(image: str) -> Iterator[Watched]:
    digest = docker("image", "inspect", "--format", "{{.Id}}", image)
    with (
        made_volume() as volume,
        settings_for(volume, image) as found,
        Passing(found.control.parent / "docker.sock") as engine,
    ):
        settings = msgspec.structs.replace(found, docker=engine.address)
        with running_warden(settings):
            yield Watched(settings, engine, digest)


def test_before_a_stand_in_nothing_but_the_template_passes(stand_in: Watched) -> None:
    engine = stand_in.engine
    assert isinstance(engine, StandIn)
    for name, labels in lookalikes(stand_in.place).items():
        engine.put(name, labels, "running" if len(name) % 2 else "exited")
    before, images = deepcopy(engine.containers), dict(engine.images)
    _fuzz(stand_in, STAND_IN_ROWS)
    assert {id: found for id, found in engine.containers.items() if id not in stand_in.own} == before
    assert {name: digest for name, digest in engine.images.items() if not name.startswith("tbf-images:")} == images
    assert sum(each.path == "/containers/create" for each in engine.asked) > 50  # so there was something to be seen


def test_before_docker_itself_nothing_foreign_is_touched(real: Watched, image: str) -> None:
    with foreign_things(real.place, image) as looked_at:
        before = looked_at()
        assert len(before) > 8
        _fuzz(real, REAL_ROWS)
        assert looked_at() == before
    assert sum(each.path == "/containers/create" for each in real.engine.asked) > 5


@pytest.mark.parametrize("path", VERBS)
def test_no_other_user_is_answered_though_they_reach_the_socket(stand_in: Watched, path: str) -> None:
    """Held open by us: on their own they could not even pass the folder it is in."""
    body = {"/observe": {}, "/logs": {"workspace": KNOWN[0], "most_bytes": 1}}.get(path, {"workspace": KNOWN[0]})
    if path == "/run_once":
        body = {"spec": {"workspace": KNOWN[0], "plan": "free", "image": DIGEST}, "job": "check"}
    if path == "/ensure":
        body = {"workspace": KNOWN[0], "plan": "free", "image": DIGEST}
    wish = Wish("POST", path, "warden", json.dumps(body).encode())
    assert wish.is_proper() and wish.send(stand_in.settings.warden_socket)[0] != 403
    before = len(stand_in.engine.asked)
    assert _as_another_user(stand_in.settings.warden_socket, wish) == b"HTTP/1.1 403 Forbidden"
    assert stand_in.engine.asked[before:] == []


def _fuzz(watched: Watched, rows: int) -> None:
    before = watched.sent

    @fuzzing(max_examples=rows, **QUIETLY)  # type: ignore[arg-type]
    @given(st.lists(wishes(watched.digest), min_size=IN_A_ROW, max_size=IN_A_ROW))
    def send(row: list[Wish]) -> None:
        for wish in row:
            watched.send(wish)

    send()
    assert watched.sent - before >= rows * IN_A_ROW


def _workspace_of(wish: Wish) -> Any:
    return wish.told["spec"]["workspace"] if wish.verb == "/run_once" else wish.told["workspace"]


def _as_another_user(path: Path, wish: Wish) -> bytes:
    """The first line of the answer to a process of somebody else, to whom we hand the socket's file."""
    head = f"{wish.method} {wish.path} HTTP/1.1\r\nHost: {wish.host}\r\nContent-Length: {len(wish.body)}\r\n\r\n"
    held = os.open(path, os.O_PATH)
    try:
        ran = subprocess.run(
            [sys.executable, "-ISc", AS_NOBODY, str(held)],
            input=head.encode() + wish.body,
            pass_fds=[held],
            capture_output=True,
            timeout=60,
        )
    finally:
        os.close(held)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()
