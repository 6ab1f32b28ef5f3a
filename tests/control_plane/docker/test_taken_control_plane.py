"""A control plane that somebody has taken: what it can put in the warden's way with the folders that are its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from control_plane.folders import Folders
from control_plane.settings import Settings
from control_plane.spec import Spec
from control_plane.warden.wire import Named
from tests.control_plane.docker.conftest import WardenProcess
from tests.control_plane.docker.engines import StandIn
from tests.control_plane.docker.wishes import KNOWN, Wish
from trulybot.contract import PREFIX
from trulybot.kit.server import LOCK

pytestmark = pytest.mark.container  # as root: a warden gives folders away

DIGEST = f"sha256:{'a' * 64}"
KEEPER = 10_001
ACORN, BIRCH = KNOWN[:2]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[StandIn]:
    with StandIn(tmp_path / "docker.sock", {"trulybot:new": DIGEST}) as engine:
        yield engine


@pytest.fixture
def settings(tmp_path: Path, engine: StandIn) -> Settings:
    control = tmp_path / "control"
    control.mkdir()
    os.chown(control, KEEPER, KEEPER)
    given = {"volume": "tbt", "docker": engine.address, "image": ("trulybot:new",)}
    return Settings(root=tmp_path / "root", control=control, runtime="docker", **given)  # type: ignore[arg-type]


@pytest.fixture
def warden(settings: Settings) -> Iterator[WardenProcess]:
    process = WardenProcess(settings)
    yield process
    if process.process.poll() is None:
        process.stop()


def test_a_link_in_the_place_of_what_is_given_is_not_followed(warden: WardenProcess, engine: StandIn) -> None:
    folders = Folders(warden.settings.root)
    assert _ensure(warden, BIRCH) == 204
    birch = folders.data(BIRCH).stat()
    folders.given(ACORN).symlink_to(folders.data(BIRCH))
    before = len(engine.containers)
    assert _ensure(warden, ACORN) == 503
    assert len(engine.containers) == before
    assert (folders.data(BIRCH).stat().st_uid, folders.data(BIRCH).stat().st_mode) == (birch.st_uid, birch.st_mode)
    folders.given(ACORN).unlink()
    assert _ensure(warden, ACORN) == 204  # nothing else was in its way


def test_a_full_routing_table_and_links_beside_the_gateway_are_none_of_its_business(warden: WardenProcess) -> None:
    folders = Folders(warden.settings.root)
    assert _ensure(warden, ACORN) == 204
    for number in range(1000):
        (folders.names / f"n{number}").symlink_to("/etc")
    folders.gateway_socket.symlink_to(warden.settings.warden_socket)
    remove = Wish("POST", "/remove", "warden", msgspec.json.encode(Named(ACORN)))
    assert remove.send(warden.settings.warden_socket)[0] == 204
    assert len(list(folders.names.iterdir())) == 1000 and folders.gateway_socket.is_symlink()


def test_another_folder_in_the_place_of_its_own_is_refused(settings: Settings, tmp_path: Path) -> None:
    """With a link in it, by which a file would be made anywhere."""
    settings.warden.mkdir()
    os.chown(settings.warden, KEEPER, KEEPER)
    (settings.warden / LOCK).symlink_to(tmp_path / "made")
    assert "was not made by the warden" in _refusal(settings)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("name", ["warden", "edge"])
def test_a_link_in_the_place_of_its_folders_is_refused(settings: Settings, tmp_path: Path, name: str) -> None:
    target = tmp_path / "target"
    target.mkdir(mode=0o700)
    (settings.control / name).symlink_to(target)
    assert f"{name} cannot be made ready" in _refusal(settings)
    assert (target.stat().st_uid, target.stat().st_mode & 0o777, list(target.iterdir())) == (0, 0o700, [])


def test_what_takes_the_place_of_its_folder_later_is_not_used(warden: WardenProcess, tmp_path: Path) -> None:
    own, moved = warden.settings.warden, warden.settings.control / "moved"
    own.rename(moved)
    own.mkdir()
    assert _ensure(warden, ACORN, moved / "warden.sock") == 204
    warden.stop()
    assert list(own.iterdir()) == []


def _ensure(warden: WardenProcess, workspace: str, socket: Path | None = None) -> int:
    wish = Wish("POST", "/ensure", "warden", msgspec.json.encode(Spec(workspace=workspace, plan="free", image=DIGEST)))
    status, answer = wish.send(socket or warden.settings.warden_socket)
    assert status == 204 or "are not as they should be" in answer["detail"], answer
    return status


def _refusal(settings: Settings) -> str:
    """What a warden says that does not start."""
    given = {
        f"{PREFIX}{name.upper()}": str(getattr(settings, name)) for name in ("root", "control", "volume", "docker")
    }
    ran = subprocess.run(
        [sys.executable, "-m", "control_plane", "warden"],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 1, ran.stderr
    return ran.stderr
