"""From a visitor's knock at the edge to the first byte of a workspace that slept, alone and many at once."""

import argparse
import concurrent.futures
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Connection, text

from control_plane.accounts import sessions
from control_plane.platform import written
from control_plane.settings import Settings
from control_plane.workspaces import creating, queries
from tests.benchmarks.measuring import Bar, Finding, Row, judge, medians, report, take_turns
from tests.benchmarks.serving import ROOT, free_port, workspace
from trulybot.account import api_keys
from trulybot.contract import CSRF_HEADER, SESSION_COOKIE
from trulybot.kit.events import SERVER
from trulybot.kit.sessions import Arrival, csrf_of
from trulybot.settings import Settings as WorkspaceSettings
from trulybot.workspace import written as workspace_written

ROUNDS = 7
VISITORS = 100
AT_ONCE = 30
AWAKE, ASLEEP = 10, 190
WAKE = Bar(1.3)
CREATED = Bar(3)
FACT = "Parcels to Norway are sent on Tuesdays and arrive within nine days."
QUESTION = "When are parcels to Norway sent?"
MEBIBYTE = 1024 * 1024
LONGEST = 60.0  # seconds


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="waking", description=__doc__)
    parser.add_argument("--runs", type=int, default=ROUNDS)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="tb") as folder, town(Path(folder)) as measured:
        report("Waking", measured.wakes(options.runs))
        judge("Many at once", measured.crowds())


class Town:
    def __init__(self, settings: Settings, folder: Path, control: subprocess.Popen[bytes]) -> None:
        self.settings = settings
        self.folder = folder
        self.control = control

    def wakes(self, runs: int) -> list[Row]:
        self.create("acorn")
        self.knock("acorn")
        ours, bare = medians(take_turns(runs, self._wake, self._bare))
        running = medians([[self._timed("acorn") for _ in range(50)]])[0]
        created = medians([[self._created(f"birch-{number}") for number in range(runs)]])[0]
        return [
            Row("created in the console to a question answered", created, unit="s", bar=CREATED),
            Row("edge to first byte, from asleep", ours, bare, "s", WAKE),
            Row("the same while it runs", running * 1000, unit="ms"),
        ]

    def crowds(self) -> Iterator[Finding]:
        self.put_to_sleep("acorn")
        before = self._starts("acorn")
        with concurrent.futures.ThreadPoolExecutor(VISITORS) as pool:
            answers = list(pool.map(self.knock, ["acorn"] * VISITORS))
        yield Finding("100 first visitors: all answered", answers == [200] * VISITORS, sorted(set(answers)))
        yield Finding("and by one start", self._starts("acorn") - before == 1, self._starts("acorn") - before)
        slugs = [f"tree-{number}" for number in range(AWAKE + ASLEEP)]
        for slug in slugs:
            self.create(slug, is_awake=False)
        time.sleep(5)
        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(pool.map(self.knock, slugs[:AT_ONCE]))
        took = time.monotonic() - began
        yield Finding(f"{AT_ONCE} woken at once: all answered", answers == [200] * AT_ONCE, sorted(set(answers)))
        yield Finding("within 60 s", took <= LONGEST, f"{took:.1f} s")
        for slug in slugs[AWAKE:AT_ONCE]:
            self.put_to_sleep(slug)
        time.sleep(10)
        pss = psutil.Process(self.control.pid).memory_full_info().pss / MEBIBYTE
        yield Finding(f"{AWAKE} awake, {ASLEEP} asleep: the control plane ≤ 150 MiB", pss <= 150, f"{pss:.0f} MiB")

    def create(self, slug: str, *, is_awake: bool = True) -> None:
        written(self.settings, _create, slug, is_awake)

    def put_to_sleep(self, slug: str) -> None:
        written(self.settings, _sleep, slug)
        while self._runs(slug):
            time.sleep(0.05)

    def knock(self, slug: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.settings.port, timeout=LONGEST)
        try:
            connection.request("GET", "/api/widget/config", headers={"Host": f"{slug}.localhost"})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def _wake(self) -> float:
        self.put_to_sleep("acorn")
        return self._timed("acorn")

    def _timed(self, slug: str) -> float:
        began = time.perf_counter()
        status = self.knock(slug)
        took = time.perf_counter() - began
        assert status == 200, status
        return took

    def _created(self, slug: str) -> float:
        """With a page of text that it reads meanwhile."""
        csrf, cookie = written(self.settings, _session, slug)
        began = time.perf_counter()
        made = self._sent(
            self.settings.domain,
            "/api/workspaces",
            {"name": slug, "slug": slug},
            {"Cookie": f"{SESSION_COOKIE}={cookie}", CSRF_HEADER: csrf},
        )
        data = self.settings.root / "workspaces" / made["id"]
        while not self._answers_at(slug):
            time.sleep(0.02)
        key = workspace_written(WorkspaceSettings(data=data), api_keys.create, "benchmark")
        host, proof = self.settings.host_of(slug), {"Authorization": f"Bearer {key}"}
        self._sent(host, "/api/text-upload", {"title": "Parcels", "text": FACT}, proof)
        while FACT not in str(self._sent(host, "/api/chat", {"question": QUESTION}, proof)):
            time.sleep(0.02)
        return time.perf_counter() - began

    def _answers_at(self, slug: str) -> bool:
        return (self.settings.root / "names" / slug / "app.sock").exists() and self.knock(slug) == 200

    def _sent(self, host: str, path: str, body: object, headers: dict[str, str]) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.settings.port, timeout=LONGEST)
        try:
            told = {"Host": host, "Content-Type": "application/json", **headers}
            connection.request("POST", path, json.dumps(body), told)
            answer = connection.getresponse()
            content = answer.read()
            assert answer.status < 300, content
            return json.loads(content)
        finally:
            connection.close()

    def _bare(self) -> float:
        """`trulybot serve` of a folder that was served before, to its first 200."""
        with workspace(self.folder / "bare") as server:
            return server.seconds_to_first_200

    def _workspace(self, slug: str) -> str:
        found = written(self.settings, queries.workspace_with, slug)
        assert found is not None
        return found.id

    def _runs(self, slug: str) -> bool:
        return (self.settings.root / "run" / self._workspace(slug) / "app.sock").exists()

    def _starts(self, slug: str) -> int:
        log = self.settings.control / "logs" / f"{self._workspace(slug)}.log"
        return log.read_text().count("TrulyBot serves")


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    """A control plane and its edge, as an operator starts them."""
    settings = Settings(root=folder / "root", control=folder / "control", port=free_port())
    where = ["--root", str(settings.root), "--control", str(settings.control)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["TRULYBOT_PORT"] = str(settings.port)
    processes = [
        subprocess.Popen([sys.executable, "-m", "control_plane", command, *where], cwd=ROOT, env=environment)
        for command in ("serve", "edge")
    ]
    try:
        _await_socket(settings)
        yield Town(settings, folder, processes[0])
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)
        _end_workspaces(settings)


def _await_socket(settings: Settings) -> None:
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", settings.port, timeout=5)
            connection.request("GET", "/up", headers={"Host": settings.domain})
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError("The platform did not come up.")


def _end_workspaces(settings: Settings) -> None:
    for process in psutil.process_iter():
        try:
            if any(word.startswith(str(settings.root)) for word in process.cmdline()):
                process.kill()
        except psutil.Error:
            continue


def _session(connection: Connection, slug: str) -> tuple[str, str]:
    """The CSRF token and the cookie of somebody who is signed in."""
    token = sessions.begin(connection, _account(connection, slug), Arrival())
    return csrf_of(token), token


def _account(connection: Connection, slug: str) -> int:
    sql = (
        "INSERT INTO accounts (email, password_hash, created_at) VALUES (:email, '', 1) "
        "ON CONFLICT (email) DO UPDATE SET seen_at = 1 RETURNING id"
    )
    account_id: int = connection.execute(text(sql), {"email": f"mira@{slug}.example"}).scalar_one()
    return account_id


def _create(connection: Connection, slug: str, is_awake: bool) -> None:
    workspace = creating.create(connection, _account(connection, slug), slug.title(), slug, SERVER)
    if not is_awake:
        queries.sleep(connection, workspace.id, None)


def _sleep(connection: Connection, slug: str) -> None:
    found = queries.workspace_with(connection, slug)
    assert found is not None
    queries.sleep(connection, found.id, None)
