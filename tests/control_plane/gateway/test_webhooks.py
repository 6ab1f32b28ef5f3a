import pytest

from control_plane.gateway import caps, permitting, queries
from control_plane.gateway.models import Kind
from control_plane.gateway.permitting import WrongValue
from tests.control_plane.gateway.conftest import ACORN, BIRCH
from tests.web_site import Page, Site
from trulybot.kit.database import Database
from trulybot.kit.errors import NotFound
from trulybot.kit.events import Actor
from trulybot.kit.gateway import Gateway as WayOut
from trulybot.kit.net.door import DoorWeb
from trulybot.kit.net.outcomes import Failed, Refused, Taken

ALICE = Actor("alice@example.com", "192.0.2.1")
HOST = "127.0.0.1"


@pytest.fixture
def web(acorns_way_out: WayOut) -> DoorWeb:
    return DoorWeb(acorns_way_out)


async def test_what_is_sent_to_an_allowed_host_arrives_as_it_is(web: DoorWeb, site: Site, db: Database) -> None:
    await db.write(permitting.permit, ACORN, "webhook", HOST, ALICE)
    site.pages["/hook"] = Page(b"thanks")
    url = f"{site.address}/hook"
    body = '{"name": "Asha \N{GRINNING FACE}"}'.encode()
    assert await web.post(url, body, {"Webhook-Id": "d_1", "Content-Type": "application/json"}) == Taken(url, 200)
    ((path, headers, sent),) = site.posted
    assert (path, headers["Webhook-Id"], sent) == ("/hook", "d_1", body)


async def test_a_refusal_of_the_owners_server_is_told(web: DoorWeb, site: Site, db: Database) -> None:
    await db.write(permitting.permit, ACORN, "webhook", HOST, ALICE)
    assert await web.post(f"{site.address}/gone", b"", {}) == Failed(f"{site.address}/gone", 404)


async def test_nothing_is_sent_before_the_owner_allows_the_host(web: DoorWeb, site: Site, db: Database) -> None:
    site.pages["/hook"] = Page(b"thanks")
    url = f"{site.address}/hook"
    await db.write(permitting.permit, BIRCH, "webhook", HOST, ALICE)  # a neighbour's permission is the neighbour's
    assert await web.post(url, b"{}", {}) == Refused(url, "confirmation")
    assert site.posted == []
    (waiting,) = await db.read(queries.permissions, ACORN)
    assert (waiting.kind, waiting.value, waiting.granted_at) == ("webhook", HOST, None)
    await db.write(permitting.permit, ACORN, "webhook", HOST, ALICE)
    assert await web.post(url, b"{}", {}) == Taken(url, 200)
    await db.write(permitting.forbid, ACORN, "webhook", HOST, ALICE)
    assert await web.post(url, b"{}", {}) == Refused(url, "confirmation")


async def test_a_workspace_can_ask_for_some_hosts_and_not_for_thousands(web: DoorWeb, db: Database) -> None:
    for number in range(caps.MOST_WAITING + 3):
        await web.post(f"https://host-{number}.example.com/", b"", {})
    assert len(await db.read(queries.permissions, ACORN)) == caps.MOST_WAITING


@pytest.mark.parametrize("header", ["Host", "host", "Transfer-Encoding", "A: b", "", "Ä"])
async def test_headers_that_are_ours_are_not_the_workspaces_to_send(
    web: DoorWeb, site: Site, db: Database, header: str
) -> None:
    await db.write(permitting.permit, ACORN, "webhook", HOST, ALICE)
    site.pages["/hook"] = Page(b"thanks")
    assert isinstance(await web.post(f"{site.address}/hook", b"", {"X-Own": "a"}), Taken)
    assert isinstance(await web.post(f"{site.address}/hook", b"", {header: "other.example.com"}), Failed)
    assert isinstance(await web.post(f"{site.address}/hook", b"", {"X-Own": "a\r\nHost: b"}), Failed)
    assert len(site.posted) == 1


@pytest.mark.parametrize(
    ("kind", "value"), [("webhook", "two words"), ("webhook", "u:p@host"), ("webhook", ""), ("reply-to", "nobody")]
)
def test_what_is_neither_host_nor_address_cannot_be_allowed(db: Database, kind: Kind, value: str) -> None:
    with pytest.raises(WrongValue):
        db.write_now(permitting.permit, ACORN, kind, value, ALICE)


def test_what_is_not_there_cannot_be_forbidden(db: Database) -> None:
    with pytest.raises(NotFound):
        db.write_now(permitting.forbid, ACORN, "webhook", "example.com", ALICE)
