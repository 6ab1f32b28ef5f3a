"""From inside a workspace's container: what is there, and what is not."""

import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psutil
import pytest
from sqlalchemy import text

from control_plane.edge.caddy import Ports
from control_plane.folders import Folders
from control_plane.gateway.app import MOST_OF_A_PEER
from control_plane.runtimes.dialling import answers
from control_plane.settings import Settings
from control_plane.warden.template import name_of
from control_plane.workspaces.models import Workspace
from tests.container import probing
from tests.container.conftest import image  # noqa: F401 - a fixture
from tests.control_plane.docker.conftest import RoleProcess, Standing, docker, standing  # noqa: F401 - a fixture
from tests.control_plane.edge.conftest import running_caddy
from trulybot.contract import TOKEN
from trulybot.kit.database import Database
from trulybot.kit.server import free_port

pytestmark = pytest.mark.container

PATIENCE = 60  # seconds
ABSTRACT = "trulybot-wall"
VSOCK_HOST = 2
DEVICES = ("full", "null", "ptmx", "pts/ptmx", "random", "urandom", "zero")  # none of them keeps what it is given

ELSEWHERE: list[tuple[Any, ...]] = [
    ("tcp", "169.254.169.254", 80),
    ("tcp", "8.8.8.8", 53),
    ("udp", "8.8.8.8", 53),
    ("tcp", "1.1.1.1", 443),
    ("udp", "1.1.1.1", 443),
    ("tcp", "10.0.0.1", 80),
    ("tcp", "192.168.1.1", 80),
    ("udp", "224.0.0.251", 5353),
    ("udp", "255.255.255.255", 67),
    ("tcp", "127.0.0.1", 2375),
    ("tcp6", "::1", 2375),
    ("tcp6", "2606:4700:4700::1111", 443),
    ("udp6", "2001:4860:4860::8888", 53),
    ("tcp6", "fd00::1", 80),
    ("udp6", "ff02::fb", 5353),
    ("vsock", VSOCK_HOST, 1024),
]
PATHS = ("/", "/observe", "/api/widget/config", "/fetch", "/ask?domain=app.localhost", "/api/workspaces")


class Inside:
    """Runs what is in probing.py in a workspace's container, as its user."""

    def __init__(self, place: Standing, workspace: Workspace) -> None:
        self.workspace = workspace
        self.container = name_of(place.place, workspace.id)

    def __call__(self, probe: str, *given: Any) -> Any:
        ran = subprocess.run(
            [
                "docker",
                "exec",
                "--interactive",
                self.container,
                "/usr/bin/python3",
                "-IS",
                "-",
                probe,
                json.dumps(given),
            ],
            input=Path(probing.__file__).read_text(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)


@pytest.fixture(scope="module")
def acorn(standing: Standing) -> Inside:  # noqa: F811
    return Inside(standing, standing.acorn)


@pytest.fixture(scope="module")
def birch(standing: Standing) -> Inside:  # noqa: F811
    return Inside(standing, standing.birch)


@pytest.fixture(scope="module")
def served(standing: Standing) -> Iterator[Settings]:  # noqa: F811
    """The rest of the platform: console, doorman and gateway in one process, and the edge before them."""
    settings = msgspec.structs.replace(standing.settings, port=free_port("127.0.0.1", 18080))
    control = RoleProcess(settings, "serve", settings.web_socket, Folders(settings.root).gateway_socket)
    with running_caddy(settings, Ports(settings.port)):
        yield settings
    control.stop()


# The network


def test_it_has_no_interface_but_its_own_loopback(acorn: Inside) -> None:
    assert acorn("interfaces") == ["lo"]
    assert acorn("routes") == []


def test_nothing_answers_at_any_of_twenty_destinations(acorn: Inside) -> None:
    with _listening() as listeners:
        assert set(probing.reached(*listeners).values()) == {"answers"}  # to the host they all do
        found = acorn("reached", *listeners, *ELSEWHERE)
    assert len(found) >= 20
    assert {where for where, outcome in found.items() if outcome in ("answers", "TimeoutError")} == set()


def test_names_lead_nowhere(acorn: Inside) -> None:
    assert probing.resolved("localhost") == ["localhost"]
    assert acorn("resolved", "example.com", "app.localhost", "host.docker.internal", "gateway", "birch") == []
    assert acorn("asked_of_name_servers", "127.0.0.11", "127.0.0.53", "8.8.8.8", "172.17.0.1") == []


# Other workspaces


def test_it_finds_no_trace_of_another(acorn: Inside, birch: Inside) -> None:
    assert acorn("mentions", "trulybot.db")  # so it would find a name
    assert acorn("mentions", birch.workspace.id) == []
    assert len(acorn("users_of_processes")) == 1
    assert acorn("users_of_processes") != birch("users_of_processes")


def test_no_path_leads_to_another(acorn: Inside, birch: Inside) -> None:
    own, other = acorn.workspace.id, birch.workspace.id
    assert len(acorn("opened", "/run/trulybot/app.sock", "/data/trulybot.db")) == 2
    paths = [f"{folder}/../{other}" for folder in ("/data", "/run/trulybot", "/run/given", "/run/control")]
    more = [f"/run/trulybot/../run/{other}/app.sock", f"/data/../../workspaces/{own}", "/run/control/../workspaces"]
    assert acorn("opened", *paths, *more, "/var/run/docker.sock", "/proc/1/root/var/lib/docker") == []


def test_it_shares_no_namespace_but_the_users(acorn: Inside, birch: Inside) -> None:
    mine, other, hosts = acorn("namespaces"), birch("namespaces"), probing.namespaces()
    shared = {name for name, found in mine.items() if found in (other[name], hosts.get(name))}
    assert shared <= {"user", "time", "time_for_children"}


# The file system and the kernel


def test_only_three_places_can_be_written(acorn: Inside) -> None:
    found = acorn("writable")
    assert found["folders"] == ["/data", "/run/trulybot", "/tmp"]
    assert {path for path in found["files"] if not path.startswith("/proc/pressure/")} == set()  # asks to be told
    assert {path for path in found["devices"] if not _is_null(acorn, path)} <= {f"/dev/{name}" for name in DEVICES}


def test_nothing_runs_from_its_temporary_files(acorn: Inside) -> None:
    assert acorn("executes", "/data")  # its own interpreter could do as much
    assert not acorn("executes", "/tmp")


def test_the_kernel_grants_it_nothing(acorn: Inside) -> None:
    assert acorn("granted") == []


# Links in the place of its socket


@pytest.mark.parametrize("target", ["warden", "gateway", "neighbour", "console", "doorman"])
async def test_a_link_to_a_socket_of_others_reaches_nothing(
    served: Settings, acorn: Inside, birch: Inside, target: str
) -> None:
    other, host = _sockets(served, birch)[target]
    assert await _status(other, host, "/") != 421  # it answers to its own name
    acorn("put_link", "/run/trulybot/app.sock", str(other))
    try:
        for method, path in product(("GET", "POST"), PATHS):
            answer = await _from_outside(served, "acorn.localhost", method, path)
            assert answer.status_code in (421, 502), answer.text  # 502 where it hung up before all was sent
            assert answer.headers["content-type"].startswith("application/problem+json")
        assert not await answers(Folders(served.root).socket(acorn.workspace.id))
    finally:
        acorn("take_link_away", "/run/trulybot/app.sock")
    assert (await _from_outside(served, "acorn.localhost", "GET", "/")).status_code == 302


# The gateway


def test_a_token_is_refused_from_the_user_of_another(served: Settings, acorn: Inside, birch: Inside) -> None:
    tokens = {each: (Folders(served.root).given(each.workspace.id) / TOKEN).read_text() for each in (acorn, birch)}
    assert acorn("asked_of_gateway", tokens[acorn]) == birch("asked_of_gateway", tokens[birch]) == 204
    assert birch("asked_of_gateway", tokens[acorn]) == acorn("asked_of_gateway", tokens[birch]) == 403
    assert _events(served, "token from another peer") == {acorn.workspace.id, birch.workspace.id}


def test_it_holds_some_of_the_gateways_connections_and_no_more(served: Settings, acorn: Inside, birch: Inside) -> None:
    assert 100 < acorn("held_open", "/run/control/control.sock", 1000) <= MOST_OF_A_PEER
    token = (Folders(served.root).given(birch.workspace.id) / TOKEN).read_text()
    assert birch("asked_of_gateway", token) == 204


@contextmanager
def _listening() -> Iterator[list[tuple[Any, ...]]]:
    """What answers on the host: at each of its addresses by TCP and UDP, and at a name without a path."""
    with ExitStack() as stack:
        abstract = stack.enter_context(closing(socket.socket(socket.AF_UNIX)))
        abstract.bind(f"\0{ABSTRACT}")
        abstract.listen()
        found: list[tuple[Any, ...]] = [("abstract", ABSTRACT)]
        for address in _addresses_of_host():
            tcp = stack.enter_context(socket.create_server((address, 0)))
            udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            udp.bind((address, 0))
            threading.Thread(target=_echo, args=(udp,), daemon=True).start()
            found += [("tcp", *tcp.getsockname()), ("udp", *udp.getsockname())]
        yield found


def _echo(udp: socket.socket) -> None:
    while True:
        try:
            data, sender = udp.recvfrom(64)
        except OSError:
            return
        udp.sendto(data, sender)


def _addresses_of_host() -> list[str]:
    """Loopback's and those of Docker's bridges among them."""
    found = (address for addresses in psutil.net_if_addrs().values() for address in addresses)
    return [each.address for each in found if each.family == socket.AF_INET]


def _is_null(inside: Inside, path: str) -> bool:
    """Docker lays /dev/null over what it hides."""
    return docker("exec", inside.container, "stat", "--dereference", "--format", "%t:%T", path) == "1:3"


def _sockets(settings: Settings, neighbour: Inside) -> dict[str, tuple[Path, str]]:
    """Each with the name that it answers to."""
    folders = Folders(settings.root)
    return {
        "warden": (settings.warden_socket, "warden"),
        "gateway": (folders.gateway_socket, "gateway"),
        "neighbour": (folders.socket(neighbour.workspace.id), "birch.localhost"),
        "console": (settings.web_socket, settings.domain),
        "doorman": (settings.doorman_socket, "doorman"),
    }


async def _status(path: Path, host: str, target: str) -> int:
    transport = httpx.AsyncHTTPTransport(uds=str(path))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}", timeout=PATIENCE) as client:
        return (await client.get(target)).status_code


async def _from_outside(settings: Settings, host: str, method: str, path: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", timeout=PATIENCE) as client:
        return await client.request(method, path, headers={"Host": host}, json={} if method == "POST" else None)


def _events(settings: Settings, kind: str) -> set[str]:
    db = Database(settings.database)
    sql = "SELECT workspace_id FROM security_events WHERE kind = :kind"
    found = db.glance(lambda connection: {row[0] for row in connection.execute(text(sql), {"kind": kind})})
    db.close()
    return found
