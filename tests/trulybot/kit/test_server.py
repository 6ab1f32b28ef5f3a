import asyncio
import socket
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.processes import Serving, command, serving
from trulybot.kit.errors import CannotStart
from trulybot.kit.server import free_port, listen_on_port, listen_on_socket, lock, try_lock

LARGE = 30_000_000  # bytes: more than any socket buffer holds

STREAMING = """
import asyncio, sys
from pathlib import Path
from litestar import Litestar, get
from litestar.response import Stream
from trulybot.kit import server

stopping = asyncio.Event()

async def pieces():
    yield "begun"
    await stopping.wait()

@get("/stream")
async def stream() -> Stream:
    return Stream(pieces())

server.serve(Litestar([stream], openapi_config=None), stopping, server.listen_on_socket(Path(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("served") / "data") as workspace:
        yield workspace


def test_a_folder_is_served_by_one_process(tmp_path: Path) -> None:
    with lock(tmp_path), pytest.raises(CannotStart, match="Another TrulyBot is already serving.*Stop it first"):
        lock(tmp_path)
    held = try_lock(tmp_path)
    assert held
    held.close()


def test_a_second_process_on_the_folder_is_refused_and_harms_nothing(workspace: Serving) -> None:
    second = command("serve", "--uds", workspace.path, data=workspace.data)
    assert second.returncode == 1
    assert "already serving" in second.stderr
    assert "Traceback" not in second.stderr
    assert workspace.http.get("/up").status_code == 200


def test_a_socket_that_a_crash_left_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "s"
    listen_on_socket(path).close()
    assert path.is_socket()
    with listen_on_socket(path) as again:
        again.listen()
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o666


def test_a_file_that_is_no_socket_is_not_removed(tmp_path: Path) -> None:
    path = tmp_path / "trulybot.db"
    path.write_text("precious")
    with pytest.raises(CannotStart, match="is there already"):
        listen_on_socket(path)
    assert path.read_text() == "precious"


def test_a_socket_path_that_unix_cannot_take_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="107 bytes"):
        listen_on_socket(tmp_path / ("s" * 107))


def test_a_socket_in_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="Cannot listen on"):
        listen_on_socket(tmp_path / "absent" / "s")


def test_a_port_that_is_taken_is_refused_with_what_to_do() -> None:
    with listen_on_port("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match="Choose another with --port"):
            listen_on_port("127.0.0.1", port)
        assert free_port("127.0.0.1", port) != port


def test_an_address_that_is_not_ours_is_refused() -> None:
    for host in ("192.0.2.1", "no such host"):
        with pytest.raises(CannotStart, match="Cannot listen on"):
            listen_on_port(host, 8000)


def test_a_body_that_is_too_large_is_refused_to_a_client_that_sends_it_all(workspace: Serving) -> None:
    def body() -> Iterator[bytes]:
        for _ in range(LARGE // 100_000):
            yield b"x" * 100_000

    for content in (b"x" * LARGE, body()):
        answer = workspace.http.post("/api/chat", content=content, headers={"content-type": "application/json"})
        assert answer.status_code == 413
        assert answer.json()["detail"].endswith(".")
    assert workspace.http.get("/up").status_code == 200


def test_a_stranger_who_sends_a_large_file_is_told_to_sign_in(workspace: Serving) -> None:
    answer = workspace.http.post("/api/text-upload", files={"file": ("large.txt", b"x" * LARGE)})
    assert answer.status_code == 401
    assert "Sign in" in answer.json()["detail"]


def test_a_stop_does_not_wait_for_open_streams(tmp_path: Path) -> None:
    asyncio.run(_stop_while_streaming(tmp_path / "s"))


async def _stop_while_streaming(path: Path) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", STREAMING, str(path))
    transport = httpx.AsyncHTTPTransport(uds=str(path))
    async with asyncio.timeout(30), httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        while not _listens(path):
            await asyncio.sleep(0.02)
        async with client.stream("GET", "/stream") as answer:
            pieces = answer.aiter_text()
            assert await anext(pieces) == "begun"
            process.terminate()
            assert [piece async for piece in pieces] == []
            began = asyncio.get_running_loop().time()
            await process.wait()
            assert asyncio.get_running_loop().time() - began < 3


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def test_a_stop_is_quick_and_the_next_start_finds_everything(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as workspace:
        asked = workspace.http.post("/api/chat", json={"question": "hello"}).json()
        code, seconds = workspace.stop()
        assert code in (0, -15, 143)
        assert seconds < 5
    with serving(tmp_path / "data") as workspace:
        stream = f"/api/chat/{asked['conversation']}/turns/{asked['turn']}/stream"
        assert asked["answer"] in workspace.http.get(stream).text
