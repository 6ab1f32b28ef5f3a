"""`trulybot-control demo` as people run it: one command, and all of it is there."""

import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from control_plane.demo.filling import OPERATOR, OWNER
from tests.living import command_of
from trulybot.kit.rim import PROBLEM
from trulybot.kit.server import free_port

PATIENCE = 30  # seconds; only ever waited out by a test that fails


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="d"))
    yield made
    shutil.rmtree(made)


class Demo:
    """Running when it is made; `said` is what it printed until it was ready."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port("127.0.0.1", 0)
        command = [sys.executable, "-m", "control_plane", "demo", "--port", str(self.port), "--folder", str(folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.said = ""
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line
            if "Stop with Ctrl-C" in line:
                return
        raise AssertionError(f"It ended: {self.said}")

    def ask(self, slug: str, question: str) -> str:
        asked = self.request("POST", f"{slug}.localhost", "/api/chat", json={"question": question})
        assert asked.status_code == 200, asked.text
        answer: str = asked.json()["answer"]
        return answer

    def request(self, method: str, host: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Host": f"{host}:{self.port}"}
        return httpx.request(method, f"http://127.0.0.1:{self.port}{path}", headers=headers, timeout=60, **more)

    def end(self) -> str:
        """As Ctrl-C does; what else it said."""
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == 0
        return rest


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Demo]:
    demo = Demo(folder)
    yield demo
    if demo.process.poll() is None:
        demo.end()


def test_each_workspace_is_called_by_its_own_name(demo: Demo) -> None:
    for slug, name in (("acorn", "Acorn Lamps"), ("birch", "Birch Cycles")):
        page = demo.request("GET", f"{slug}.localhost", "/chat")
        assert page.status_code == 200
        assert name in page.text


def test_each_workspace_answers_from_its_own_documents(demo: Demo) -> None:
    assert "five working days" in demo.ask("acorn", "When does the refund arrive?")
    assert "32 euros a day" in demo.ask("birch", "What does an electric bicycle cost?")
    assert "32 euros" not in demo.ask("acorn", "What does an electric bicycle cost?")


@pytest.mark.parametrize("email", [OWNER, OPERATOR])
def test_the_password_it_prints_signs_both_people_in(demo: Demo, email: str) -> None:
    [password] = re.findall(r"Password +(\S+)", demo.said)
    assert _sign_in(demo, email, password) == 204
    assert _sign_in(demo, email, "wrong") == 401


def test_mails_arrive_on_a_page(demo: Demo) -> None:
    assert "No mails yet" in demo.request("GET", "mail.localhost", "/").text
    asked = demo.request("POST", "app.localhost", "/api/auth/forgotten-password", json={"email": OWNER})
    assert asked.status_code == 202, asked.text
    until = time.monotonic() + PATIENCE
    while OWNER not in (page := demo.request("GET", "mail.localhost", "/").text) and time.monotonic() < until:
        time.sleep(0.1)
    assert f'href="http://app.localhost:{demo.port}/' in page


@pytest.mark.parametrize(
    "other", ["control/edge/web.sock", "control/edge/doorman.sock", "root/gateway/control.sock", "demo/app.sock"]
)
def test_a_workspace_that_puts_a_link_to_another_socket_in_place_of_its_own_reaches_nothing(
    demo: Demo, folder: Path, other: str
) -> None:
    own = folder / "root/names/birch/app.sock"
    assert (folder / other).is_socket()
    own.rename(own.with_name("aside"))
    try:
        own.symlink_to(folder / other)
        for path in ("/", "/sign-in", "/staff", "/api/user/profile", "/wake/acorn", "/idle"):
            answered = demo.request("GET", "birch.localhost", path)
            assert (answered.status_code, answered.headers["content-type"]) == (421, PROBLEM), path
    finally:
        own.with_name("aside").replace(own)


def test_it_leaves_no_process_behind_and_finds_all_again(demo: Demo, folder: Path) -> None:
    rest = demo.end()
    assert "Traceback" not in demo.said + rest
    assert [one.pid for one in psutil.process_iter() if str(folder) in command_of(one)] == []
    again = Demo(folder)
    try:
        assert "ready" in demo.said
        assert "ready" not in again.said
        assert "five working days" in again.ask("acorn", "When does the refund arrive?")
    finally:
        again.end()


def _sign_in(demo: Demo, email: str, password: str) -> int:
    typed = {"email": email, "password": password}
    return demo.request("POST", "app.localhost", "/api/auth/sign-in", json=typed).status_code
