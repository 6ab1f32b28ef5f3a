"""A stand-in of Docker says what a test wants to have it say; the real one is asked at the end."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from control_plane.commands.examining_docker import of_docker
from control_plane.settings import Settings
from tests.needs import require
from trulybot.kit.findings import Finding

Json = dict[str, Any]


def version(engine: str = "28.5.1", api: str = "1.51", runc: str = "1.3.3") -> Json:
    parts = [{"Name": "Engine", "Version": engine}, {"Name": "runc", "Version": runc}]
    return {"Version": engine, "ApiVersion": api, "Os": "linux", "Components": parts}


def info(**other: Any) -> Json:
    limits = dict.fromkeys(("MemoryLimit", "SwapLimit", "PidsLimit", "CpuCfsQuota"), True)
    at = datetime.now(UTC).isoformat()
    return {**limits, "SecurityOptions": ["name=seccomp,profile=builtin"], "SystemTime": at, **other}


@contextmanager
def standing_in(folder: Path, version: Json, info: Json, volume: Json | None = None) -> Iterator[Settings]:
    """Knows the volume “root”, and the image “trulybot” but no other."""
    known = {
        "version": version,
        "info": info,
        "volumes/root": {"Name": "root", "Driver": "local", "Options": None, **(volume or {})},
        "images/trulybot/json": {"Id": "sha256:1"},
    }

    async def answer(request: web.Request) -> web.Response:
        name = request.path.strip("/").removeprefix(f"v{version['ApiVersion']}/")
        return web.json_response(known.get(name, {"message": "no such thing"}), status=200 if name in known else 404)

    socket = folder / "docker.sock"
    loop = asyncio.new_event_loop()

    async def serve() -> web.AppRunner:
        app = web.Application()
        app.router.add_get("/{path:.*}", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.UnixSite(runner, str(socket)).start()
        return runner

    runner = loop.run_until_complete(serve())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield Settings(runtime="docker", docker=f"unix://{socket}", volume="root")
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(runner.cleanup())
        loop.close()


def found(settings: Settings) -> list[Finding]:
    return asyncio.run(of_docker(settings))


def wrong(settings: Settings) -> str:
    return "\n".join(str(finding) for finding in found(settings) if not finding.is_well)


def test_a_docker_that_is_as_it_should_be_has_nothing_wrong(tmp_path: Path) -> None:
    with standing_in(tmp_path, version(), info()) as settings:
        assert wrong(settings) == ""
        assert any("28.5.1" in finding.sentence for finding in found(settings))


@pytest.mark.parametrize(
    ("said", "asked", "complaint"),
    [
        (version(engine="24.0.7", api="1.43"), info(), "FIX  Docker Engine 24.0.7, API 1.43"),
        (version(engine="28.0.0", api="1.41"), info(), "FIX  Docker Engine 28.0.0, API 1.41"),
        (version(runc="1.1.11"), info(), "LOOK runc 1.1.11 has known holes (CVE-2024-21626, "),
        ({**version(), "Os": "windows"}, info(), "FIX  Docker runs on windows"),
        (version(), info(SecurityOptions=["name=seccomp,profile=unconfined"]), "FIX  Docker does not filter"),
        (version(), info(SecurityOptions=None), "FIX  Docker does not filter"),
        (version(), info(SwapLimit=False, PidsLimit=False), "FIX  Docker cannot limit swap, processes"),
        (
            version(),
            info(SystemTime=(datetime.now(UTC) - timedelta(minutes=5)).isoformat()),
            "FIX  Docker’s clock and ours are ",
        ),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, said: Json, asked: Json, complaint: str) -> None:
    with standing_in(tmp_path, said, asked) as settings:
        assert wrong(settings).startswith(complaint)


@pytest.mark.parametrize("volume", [{"Driver": "rexray"}, {"Options": {"type": "nfs", "device": ":/exports"}}])
def test_a_volume_on_another_machine_is_wrong(tmp_path: Path, volume: Json) -> None:
    with standing_in(tmp_path, version(), info(), volume) as settings:
        assert "FIX  the volume root is not on a disk of this machine" in wrong(settings)


def test_a_volume_and_an_image_that_are_not_there_are_named(tmp_path: Path) -> None:
    with standing_in(tmp_path, version(), info()) as settings:
        without = Settings(docker=settings.docker, volume="elsewhere", image=("trulybot", "trulybot:next"))
        assert wrong(without).splitlines() == [
            "FIX  Docker has no volume elsewhere: set TRULYBOT_VOLUME to the name of the one that ROOT is",
            "FIX  Docker has no image trulybot:next: pull or build it, or correct TRULYBOT_IMAGE",
        ]


def test_without_the_socket_it_says_from_where_docker_can_be_looked_at(tmp_path: Path) -> None:
    [finding] = found(Settings(docker=f"unix://{tmp_path}/none.sock"))
    assert finding.is_hint and "exec warden trulybot-control doctor" in finding.sentence


def test_a_socket_that_nobody_serves_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "docker.sock").touch()
    [finding] = found(Settings(docker=f"unix://{tmp_path}/docker.sock"))
    assert "does not answer" in finding.sentence and not finding.is_hint


@pytest.mark.container
def test_the_real_docker_is_as_it_should_be_but_for_what_is_not_there() -> None:
    require("docker")
    missing = ("no volume", "no image")
    said = [str(each) for each in found(Settings(volume="no-such-volume", image=("no-such-image:at-all",)))]
    assert [each for each in said if each.startswith("FIX") and not any(word in each for word in missing)] == []
    assert len([each for each in said if each.startswith("FIX")]) == 2
