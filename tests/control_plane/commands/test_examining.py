import os
import socket
from pathlib import Path

import pytest

from control_plane.commands.examining import examine
from control_plane.platform import Platform
from control_plane.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """With a database, in containers, and without Docker's socket."""
    settings = Settings(
        root=Path("/tmp") / "r",
        control=tmp_path / "c",
        runtime="docker",
        docker=f"unix://{tmp_path}/none.sock",
    )
    Platform.open(settings).db.close()
    return settings


def lines(settings: Settings) -> list[str]:
    return examine(settings)[0].splitlines()


def test_where_the_warden_does_not_run_that_is_said_once_and_nothing_breaks(settings: Settings) -> None:
    said = lines(settings)
    assert "FIX  the warden is not running, so no workspace can be started: start it" in said
    assert any(line.startswith("FIX  what runs cannot be seen: The warden did not answer") for line in said)


def test_where_dockers_socket_is_not_it_says_who_can_look(settings: Settings) -> None:
    assert any(line.startswith("LOOK Docker’s socket is not here") for line in lines(settings))


def test_a_warden_that_others_can_reach_is_wrong(settings: Settings) -> None:
    settings.warden.mkdir()
    settings.warden.chmod(0o755)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(settings.warden_socket))
        assert f"FIX  {settings.warden} is open to others than the control plane: start the warden again" in lines(
            settings
        )
        settings.warden.chmod(0o710)
        if os.getuid() == 0:
            assert "ok   the warden’s socket is there, for the control plane alone" in lines(settings)


def test_a_control_folder_too_deep_for_sockets_is_wrong(settings: Settings, tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 80)
    said = lines(Settings(root=settings.root, control=deep, runtime="docker", docker=settings.docker))
    assert any(line.startswith(f"FIX  {deep} is ") and "too long for unix sockets" in line for line in said)


def test_without_a_database_it_says_that_no_workspaces_were_looked_at(settings: Settings, tmp_path: Path) -> None:
    said = lines(Settings(root=settings.root, control=tmp_path / "none", docker=settings.docker))
    assert any(line.startswith("LOOK there is no database at ") for line in said)
