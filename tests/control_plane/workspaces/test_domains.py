"""Domains of the owner's own, proven to a real DNS server and a real web site on loopback."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

import dns.message
import dns.rrset
import pytest
from sqlalchemy import Connection, text

from control_plane.platform import Platform
from control_plane.settings import Settings
from control_plane.workspaces import creating, domains, queries
from control_plane.workspaces.models import Workspace
from control_plane.workspaces.proving import Proving
from tests.web_site import Page, web_site
from trulybot.kit.errors import Conflict, NotFound, Unprocessable
from trulybot.kit.events import SERVER
from trulybot.kit.net.addresses import IPAddress, Reach

NAME = "chat.acorn.example"


@contextmanager
def dns_server(records: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Answers TXT queries from `records`."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                asked, client = server.recvfrom(4096)
            except OSError:
                return
            query = dns.message.from_wire(asked)
            if not query.question:
                return
            answer = dns.message.make_response(query)
            name = query.question[0].name
            if found := records.get(name.to_text(omit_final_dot=True)):
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", f'"{found}"'))
            server.sendto(answer.to_wire(), client)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(dns.message.Message().to_wire(), server.getsockname())
        thread.join()
        server.close()


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    opened = Platform.open(Settings(root=tmp_path / "root", control=tmp_path / "control"))
    yield opened
    opened.db.close()


@pytest.fixture
def workspace(platform: Platform) -> Workspace:
    return platform.db.write_now(_create, "acorn")


async def test_a_domain_is_in_use_once_its_dns_record_shows_the_token(platform: Platform, workspace: Workspace) -> None:
    domain = await platform.db.write(domains.add, workspace, NAME, SERVER)
    assert await platform.db.read(queries.workspace_at, NAME) is None
    records: dict[str, str] = {}
    with dns_server(records) as resolver:
        proving = Proving([resolver], _nowhere())
        with pytest.raises(domains.NotProven):
            await domains.verify(platform.db, proving, workspace, NAME, SERVER)
        records[f"_trulybot.{NAME}"] = "something else"
        with pytest.raises(domains.NotProven):
            await domains.verify(platform.db, proving, workspace, NAME, SERVER)
        records[f"_trulybot.{NAME}"] = domain.token
        await domains.verify(platform.db, proving, workspace, NAME, SERVER)
    found = await platform.db.read(queries.workspace_at, NAME)
    assert found is not None and found.id == workspace.id


async def test_a_page_proves_it_too(platform: Platform, workspace: Workspace) -> None:
    domain = await platform.db.write(domains.add, workspace, NAME, SERVER)
    with dns_server({}) as resolver, web_site() as site:

        async def here(host: str, port: int) -> list[IPAddress]:
            assert host == NAME
            return [ip_address("127.0.0.1")]

        site.pages["/.well-known/trulybot.txt"] = Page(
            domain.token.encode() + b"\n", headers={"Content-Type": "text/plain"}
        )
        reach = Reach(allow=lambda _: True, ports=None, resolve=here)
        proving = Proving([resolver], reach, port=site.port)
        await domains.verify(platform.db, proving, workspace, NAME, SERVER)
    assert await platform.db.read(queries.verified_domains) == [(NAME, workspace.id)]


async def test_a_name_that_was_only_asked_for_does_not_keep_its_owner_out(
    platform: Platform, workspace: Workspace
) -> None:
    await platform.db.write(domains.add, workspace, NAME, SERVER)
    other = await platform.db.write(_create, "oak-tree")
    mine = await platform.db.write(domains.add, other, NAME, SERVER)
    assert await platform.db.read(queries.domains, workspace.id) == []
    await platform.db.write(queries.verify_domain, other.id, NAME, mine.token)
    with pytest.raises(Conflict):
        await platform.db.write(domains.add, workspace, NAME, SERVER)


async def test_a_removed_domain_is_out_of_use(platform: Platform, workspace: Workspace) -> None:
    domain = await platform.db.write(domains.add, workspace, NAME, SERVER)
    await platform.db.write(queries.verify_domain, workspace.id, NAME, domain.token)
    await platform.db.write(domains.remove, workspace, NAME, SERVER)
    assert await platform.db.read(queries.workspace_at, NAME) is None
    with pytest.raises(NotFound):
        await platform.db.write(domains.remove, workspace, NAME, SERVER)


@pytest.mark.parametrize(
    "typed",
    ["", "acorn", "http://acorn.example", "acorn.example/x", "127.0.0.1", "[::1]", "*.acorn.example", "a..example",
     "-a.example", "acorn.example:80", "acorn.example\nx", "bots.example", "acorn.bots.example", "x.localhost",
     "a" * 64 + ".example", ("a" * 60 + ".") * 2 + "example", "a b.example", "\0.example"],
)  # fmt: skip
def test_what_cannot_be_a_domain_of_the_owners_is_refused(typed: str) -> None:
    with pytest.raises(Unprocessable):
        domains.normal_domain(typed, ("app.example", "bots.example"))


def test_a_domain_is_known_as_dns_has_it() -> None:
    assert domains.normal_domain(" Chat.Ácorn.Example. ", ("bots.example",)) == "chat.xn--corn-4na.example"


def _nowhere() -> Reach:
    async def nobody(host: str, port: int) -> list[IPAddress]:
        raise OSError("no such name")

    return Reach(resolve=nobody)


def _create(connection: Connection, slug: str) -> Workspace:
    sql = "INSERT INTO accounts (email, password_hash, created_at) VALUES (:email, '', 1) RETURNING id"
    account_id: int = connection.execute(text(sql), {"email": f"mira@{slug}.example"}).scalar_one()
    return creating.create(connection, account_id, slug.title(), slug, SERVER)
