"""A whole platform as an operator runs it: warden, control plane and edge, each a process that may be killed."""

import asyncio
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from sqlalchemy import Connection, text

from control_plane.accounts import sessions
from control_plane.folders import Folders
from control_plane.plans import PlanName
from control_plane.platform import written
from control_plane.runtimes.dialling import answers
from control_plane.settings import Settings
from control_plane.warden.template import Place, name_of
from control_plane.workspaces import queries
from control_plane.workspaces.models import Workspace
from tests.control_plane.docker.conftest import RoleProcess, WardenProcess, inspected
from trulybot.contract import CSRF_HEADER, SESSION_COOKIE
from trulybot.kit.server import free_port
from trulybot.kit.sessions import Arrival, csrf_of

BAR = 15.0  # seconds in which a fault has to be repaired
PATIENCE = 60.0  # seconds; only ever waited out by a test that fails
OWNER, OPERATOR = "mira@acorn.example", "olga@operator.example"


class EdgeProcess(RoleProcess):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, "edge")

    def start(self) -> None:
        super().start()
        wait_until(self.is_up, "the edge serves")

    def is_up(self) -> bool:
        try:
            at = f"http://127.0.0.1:{self.settings.port}/up"
            return httpx.get(at, headers={"Host": self.settings.domain}).is_success
        except httpx.TransportError:
            return False


class City:
    """What the tests do with a platform from outside, and see of it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folders = Folders(settings.root)
        self.web = httpx.Client(base_url=f"http://127.0.0.1:{settings.port}", timeout=PATIENCE)
        self.warden = WardenProcess(settings)
        sockets = (settings.web_socket, settings.doorman_socket, self.folders.gateway_socket)
        self.control = RoleProcess(settings, "serve", *sockets)
        self.edge = EdgeProcess(settings)
        self._roles = (self.warden, self.control, self.edge)
        self._ids: dict[str, str] = {}
        self._inside: dict[str, dict[str, str]] = {}  # headers

    def tell(self) -> None:
        """What each process wrote, for the reader of a test that failed."""
        for role in self._roles:
            print(f"--- {role.role}\n{role.log.read_text()[-20_000:]}")

    def mend(self) -> None:
        """Whatever a test killed and did not start again."""
        for role in self._roles:
            if role.process.poll() is not None:
                role.start()

    def close(self) -> None:
        self.web.close()
        for role in reversed(self._roles):
            role.stop()

    def create(self, slug: str) -> None:
        """Made in the console by its owner; answering when this returns, and the owner is in it."""
        made = self.console("POST", "/api/workspaces", OWNER, json={"name": slug.title(), "slug": slug})
        self._ids[slug] = made.json()["id"]
        self.await_itself(slug)
        self._go_in(slug)

    def console(self, method: str, path: str, who: str, **sent: Any) -> httpx.Response:
        headers = _headers(self.settings.domain, written(self.settings, _session, who))
        answer = self.web.request(method, path, headers=headers, **sent)
        assert answer.status_code < 400, (path, answer.status_code, answer.text)
        return answer

    def call(self, slug: str, method: str, path: str, **sent: Any) -> httpx.Response:
        """By its owner, through the edge."""
        return self.web.request(method, path, headers=self._inside[slug], **sent)

    def write(self, slug: str, title: str) -> None:
        """A document; acknowledged when this returns."""
        answer = self.call(slug, "POST", "/api/text-upload", json={"title": title, "text": f"{title} is a tree."})
        assert answer.is_success, answer.text

    def titles(self, slug: str) -> list[str]:
        answer = self.call(slug, "GET", "/api/documents")
        assert answer.is_success, answer.text
        return [each["title"] for each in answer.json()["documents"]]

    def answers_itself(self, slug: str) -> bool:
        """At its socket, where no edge asks anybody to wake it."""
        return asyncio.run(answers(self.folders.socket(self._ids[slug])))

    def await_itself(self, slug: str) -> None:
        wait_until(lambda: self.answers_itself(slug), f"{slug} answers")

    def await_another(self, slug: str, before: int) -> None:
        """In whose container another process is the first."""
        wait_until(lambda: self.pid(slug) not in (0, before), f"{slug} is started again")
        self.await_itself(slug)

    def put_to_sleep(self, slug: str) -> None:
        self.operate(slug, "sleeping")
        wait_until(lambda: not self.inspected(slug)["State"]["Running"], f"{slug} sleeps")

    def operate(self, slug: str, what: str) -> None:
        """By a button of the staff's page."""
        self.console("POST", f"/staff/workspaces/{self._ids[slug]}/{what}", OPERATOR)

    def look_at_console(self) -> None:
        assert "acorn" in self.console("GET", "/", OWNER).text

    def look_at_staff(self) -> None:
        assert "acorn" in self.console("GET", "/staff", OPERATOR).text

    def look_at(self, slug: str) -> None:
        """The staff's page of it."""
        self.console("GET", f"/staff/workspaces/{self._ids[slug]}", OPERATOR)

    def set_plan(self, slug: str, plan: PlanName) -> None:
        written(self.settings, _set_plan, self._ids[slug], plan)

    def workspace(self, slug: str) -> Workspace:
        found = written(self.settings, queries.workspace_with, slug)
        assert found is not None
        return found

    def hurried(self, slug: str) -> Workspace:
        """As it is now; when it is to be tried again, that is at once."""
        written(self.settings, _let_time_pass)
        return self.workspace(slug)

    def container(self, slug: str) -> str:
        return name_of(Place(self.settings.volume, self.settings.volume), self._ids[slug])

    def inspected(self, slug: str) -> dict[str, Any]:
        return inspected(self.container(slug))

    def pid(self, slug: str) -> int:
        """Of the first process of its container."""
        pid: int = self.inspected(slug)["State"]["Pid"]
        return pid

    def inside(self, slug: str, *command: str) -> subprocess.CompletedProcess[str]:
        words = ["docker", "exec", self.container(slug), *command]
        return subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE)

    def log(self, slug: str) -> str:
        words = ["docker", "logs", self.container(slug)]
        ran = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE)
        return ran.stdout

    @contextmanager
    def losing_nothing(self, slug: str, title: str) -> Iterator[None]:
        """What is acknowledged before the fault in this block is there after it, and it is over by the bar.

        The clock runs from the start of the block.
        """
        self.write(slug, title)
        began = time.monotonic()
        yield
        while not self.call(slug, "GET", "/api/documents").is_success and time.monotonic() - began < BAR:
            time.sleep(0.1)
        found = self.titles(slug)
        took = time.monotonic() - began
        print(f"{title}: repaired after {took:.1f} s")
        assert title in found
        assert took <= BAR

    def _go_in(self, slug: str) -> None:
        page = self.console("POST", f"/workspaces/{self._ids[slug]}/enter", OWNER).text
        signed = page.partition('name="pass" value="')[2].partition('"')[0]
        host = self.settings.host_of(slug)
        headers = {"Host": host, "Origin": self.settings.console}
        arrived = self.web.post("/arrive", data={"pass": signed}, headers=headers)
        self._inside[slug] = _headers(host, arrived.cookies[SESSION_COOKIE])


@contextmanager
def city_of(settings: Settings) -> Iterator[City]:
    import msgspec

    city = City(msgspec.structs.replace(settings, port=free_port("127.0.0.1", 18200)))
    try:
        yield city
    finally:
        city.close()


def wait_until(happens: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    until = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < until, f"waited in vain until {what}"
        time.sleep(0.05)


def _headers(host: str, session: str) -> dict[str, str]:
    return {"Host": host, "Cookie": f"{SESSION_COOKIE}={session}", CSRF_HEADER: csrf_of(session)}


def _session(connection: Connection, email: str) -> str:
    """Of somebody who is signed in."""
    sql = (
        "INSERT INTO accounts (email, password_hash, role, created_at) VALUES (:email, '', :role, 1) "
        "ON CONFLICT (email) DO UPDATE SET seen_at = 1 RETURNING id"
    )
    role = "operator" if email == OPERATOR else "customer"
    account: int = connection.execute(text(sql), {"email": email, "role": role}).scalar_one()
    return sessions.begin(connection, account, Arrival())


def _let_time_pass(connection: Connection) -> None:
    connection.execute(text("UPDATE workspaces SET tried_at = 1 WHERE tried_at IS NOT NULL"))


def _set_plan(connection: Connection, workspace_id: str, plan: PlanName) -> None:
    connection.execute(text("UPDATE workspaces SET plan = :plan WHERE id = :id"), {"plan": plan, "id": workspace_id})
