"""Each lead is sent to the owner’s server: signed, tried again, and switched off after a day of failures."""

import asyncio
import hashlib
import hmac
import json
import re
import ssl
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from sqlalchemy import Connection

from tests.cast import Browser
from tests.certificates import certificate_of
from tests.trulybot.leads.leaving import conversation, left, seen
from tests.web_clients import OPEN, QUICK
from tests.web_site import Page, Site, web_site
from trulybot.commands.examining import _webhook
from trulybot.kit import events, outbox
from trulybot.kit.backoff import WAITS
from trulybot.kit.clock import DAY
from trulybot.kit.database import Database
from trulybot.kit.events import SERVER
from trulybot.kit.letters import Letters
from trulybot.kit.net.client import Web
from trulybot.kit.net.opening import OpenWeb, web_by_ourselves
from trulybot.leads import hooking, webhook_queries
from trulybot.leads.delivering import Delivering
from trulybot.leads.webhook_models import Delivery
from trulybot.leads.webhook_queries import DELIVERING
from trulybot.settings import Settings
from trulybot.workspace import written

CHEN = "chen@oak.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_of(x509.IPAddress(ip_address("127.0.0.1")), tmp_path_factory.mktemp("tls"))


@pytest.fixture
def site(certificate: Path) -> Iterator[Site]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with web_site(tls=tls) as site:
        site.pages["/leads"] = Page(b"thanks")
        yield site


@pytest.fixture
def web(certificate: Path) -> OpenWeb:
    tls = ssl.create_default_context(cafile=str(certificate))
    return lambda **_: Web(reach=OPEN, limits=QUICK, tls=tls)


@pytest.fixture
def secret(mira: Browser, settings: Settings, site: Site) -> str:
    found = written(settings, hooking.point_to, f"{site.address}/leads", SERVER)
    assert found is not None
    return found


async def one(settings: Settings) -> Delivery:
    """The last delivery, once there is one."""
    async with asyncio.timeout(15):
        while not (found := written(settings, webhook_queries.deliveries, 1)):
            await asyncio.sleep(0.02)
    return found[0]


async def tried(settings: Settings, web: OpenWeb, delivery_id: str) -> Delivery:
    """What is known of it after one more try, by a server that may reach this machine."""
    db = Database(settings.database)
    try:
        await db.write(as_if_new, delivery_id)
        await Delivering(db, Letters(lambda: "Acorn", lambda: "https://acorn.example"), web).deliver(delivery_id)
        found = await db.read(webhook_queries.delivery, delivery_id)
    finally:
        db.close()
    assert found is not None
    return found


def as_if_new(connection: Connection, delivery_id: str) -> None:
    """The workspace’s own worker, which reaches no private address, may have tried it meanwhile."""
    connection.exec_driver_sql("DELETE FROM jobs WHERE kind = ?", (DELIVERING,))


def quiet(connection: Connection) -> None:
    """Nothing is sent but by the test."""
    connection.exec_driver_sql(
        "CREATE TRIGGER quiet BEFORE INSERT ON jobs WHEN NEW.kind = 'deliver by webhook' "
        "BEGIN SELECT RAISE(IGNORE); END"
    )


@pytest.fixture
def still(mira: Browser, settings: Settings) -> None:
    written(settings, quiet)


async def test_a_lead_is_sent_signed(
    charlie: Browser, robin: Browser, settings: Settings, site: Site, web: OpenWeb, still: None, secret: str
) -> None:
    handle = await conversation(charlie)
    lead = await left(charlie, {"email": CHEN, "name": "Chen"}, conversation=handle)
    delivery = await tried(settings, web, (await one(settings)).id)
    assert (delivery.state, delivery.code, delivery.attempts) == ("delivered", 200, 1)
    ((path, headers, body),) = site.posted
    assert path == "/leads" and headers["Content-Type"] == "application/json"
    signed = hmac.new(secret.encode(), headers["webhook-timestamp"].encode() + b"." + body, hashlib.sha256)
    assert headers["webhook-signature"] == f"sha256={signed.hexdigest()}"
    event = json.loads(body)
    assert (event["id"], event["type"]) == (headers["webhook-id"], "lead.captured")
    assert event["data"]["again"] is False and event["data"]["capture"]["fields"] == {"email": CHEN, "name": "Chen"}
    known = await seen(robin, lead)
    assert event["data"]["lead"]["id"] == lead and event["data"]["lead"]["email"] == known["email"]
    assert event["data"]["url"].endswith(f"/leads/{lead}")


async def test_a_repeat_is_another_message_that_says_so(
    charlie: Browser, settings: Settings, site: Site, web: OpenWeb, still: None, secret: str
) -> None:
    await left(charlie, {"email": CHEN})
    first = await one(settings)
    await left(charlie, {"email": CHEN, "name": "Chen"})
    async with asyncio.timeout(15):
        while len(found := written(settings, webhook_queries.deliveries, 9)) < 2:
            await asyncio.sleep(0.02)
    other = next(each for each in found if each.id != first.id)
    assert json.loads(other.body)["data"]["again"] is True
    assert first.lead_id == other.lead_id


@pytest.mark.parametrize(
    ("page", "fault", "code"),
    [
        (Page(status=500), "status", 500),
        (Page(status=404), "status", 404),
        (Page(status=307, headers={"Location": "/elsewhere"}), "redirect", 307),
    ],
)
async def test_what_is_not_taken_is_tried_again_for_a_day(
    charlie: Browser, settings: Settings, site: Site, web: OpenWeb, still: None, secret: str,
    page: Page, fault: str, code: int,
) -> None:  # fmt: skip
    site.pages["/leads"] = page
    await left(charlie, {"email": CHEN})
    delivery = await one(settings)
    for attempt in range(1, len(WAITS) + 1):
        delivery = await tried(settings, web, delivery.id)
        assert (delivery.state, delivery.code, delivery.fault) == ("waiting", code, fault)
        assert delivery.attempts == attempt
    assert (await tried(settings, web, delivery.id)).state == "failed"
    assert sum(WAITS) > DAY
    assert {path for path, _, _ in site.posted} == {"/leads"}, "a redirect is not followed"


async def test_each_try_has_the_same_id_and_body(
    charlie: Browser, settings: Settings, site: Site, web: OpenWeb, still: None, secret: str
) -> None:
    site.pages["/leads"] = Page(status=503)
    await left(charlie, {"email": CHEN})
    delivery = await one(settings)
    await tried(settings, web, delivery.id)
    site.pages["/leads"] = Page(b"thanks")
    assert (await tried(settings, web, delivery.id)).state == "delivered"
    (_, first, body), (_, second, same) = site.posted
    assert first["webhook-id"] == second["webhook-id"] and body == same
    hook = written(settings, webhook_queries.webhook)
    assert hook is not None and hook.failing_since is None


async def test_after_a_day_of_failures_it_is_switched_off_and_said_so(
    charlie: Browser, mira: Browser, settings: Settings, site: Site, web: OpenWeb, still: None, secret: str
) -> None:
    site.pages["/leads"] = Page(status=500)
    await left(charlie, {"email": CHEN})
    delivery = await one(settings)
    for _ in WAITS:
        await tried(settings, web, delivery.id)
    written(settings, older, DAY)
    assert "After a day it is switched off." in (await mira.get("/lead-settings")).text
    assert (await tried(settings, web, delivery.id)).state == "failed"
    page = (await mira.get("/lead-settings")).text
    assert "Nothing was taken for a day, so the webhook was switched off" in page
    async with asyncio.timeout(15):
        while "switched off" not in str([mail.subject for mail in written(settings, outbox.mails, 9)]):
            await asyncio.sleep(0.05)
    assert "Switched off the webhook after a day of failures" in written(settings, events.actions)
    (finding,) = await asyncio.to_thread(lambda: [*_webhook(settings)])
    assert not finding.is_well and "switched off" in finding.sentence
    # What comes in meanwhile is noted, and sent when somebody asks for it.
    site.pages["/leads"] = Page(b"thanks")
    await left(charlie, {"email": "m@oak.example"})
    async with asyncio.timeout(15):
        while len(found := written(settings, webhook_queries.deliveries, 9)) < 2:
            await asyncio.sleep(0.02)
    missed = next(each for each in found if each.id != delivery.id)
    assert (missed.state, missed.fault) == ("failed", "switched off")
    await mira.submit("/lead-settings/webhook/activation", csrf=await mira.csrf())
    assert "switched off" not in (await mira.get("/lead-settings")).text.partition("Sent last")[0]
    await mira.submit(f"/lead-settings/deliveries/{missed.id}/sending", csrf=await mira.csrf())
    assert (await tried(settings, web, missed.id)).state == "delivered"


async def test_nothing_is_sent_into_the_private_network(
    charlie: Browser, settings: Settings, site: Site, still: None, secret: str
) -> None:
    await left(charlie, {"email": CHEN})
    delivery = await tried(settings, web_by_ourselves(), (await one(settings)).id)
    assert (delivery.state, site.posted) == ("waiting", [])
    assert delivery.fault.startswith("refused ")


async def test_while_the_secret_is_changed_both_sign(
    charlie: Browser, settings: Settings, site: Site, web: OpenWeb, still: None, secret: str
) -> None:
    new = written(settings, hooking.change_secret, SERVER)
    await left(charlie, {"email": CHEN})
    delivery = await one(settings)
    await tried(settings, web, delivery.id)
    written(settings, older, DAY)
    written(settings, webhook_queries.send_again, delivery.id)
    await tried(settings, web, delivery.id)
    signatures = [headers["webhook-signature"].split() for _, headers, _ in site.posted]
    expected = [
        [
            "sha256=" + hmac.new(key.encode(), f"{headers['webhook-timestamp']}.".encode() + body, "sha256").hexdigest()
            for key in (new, secret)
        ]
        for _, headers, body in site.posted
    ]
    assert signatures == [expected[0], expected[1][:1]]


async def test_the_verification_in_the_manual_works(
    charlie: Browser, settings: Settings, site: Site, web: OpenWeb, still: None, secret: str
) -> None:
    manual = (Path(__file__).parents[3] / "docs" / "leads.md").read_text()
    code = re.search(r"((?:    .*\n|\n)*    def is_from_trulybot(?:    .*\n|\n|.)*?)\n(?=\S)", manual)
    assert code
    known: dict[str, Callable[..., bool]] = {}
    exec("\n".join(line[4:] for line in code[1].splitlines()), known)
    await left(charlie, {"email": CHEN})
    await tried(settings, web, (await one(settings)).id)
    ((_, headers, body),) = site.posted
    proves = known["is_from_trulybot"]
    assert proves(secret, headers, body)
    assert not proves(secret, headers, body + b" ")
    assert not proves("whsec_other", headers, body)
    late = {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) - 3600)}
    assert not proves(secret, late, body)


async def test_deleting_a_lead_erases_what_was_sent_of_it(
    charlie: Browser, robin: Browser, settings: Settings, site: Site, web: OpenWeb, still: None, secret: str
) -> None:
    lead = await left(charlie, {"email": CHEN})
    delivery = await one(settings)
    assert (await robin.delete(f"/api/leads/{lead}")).status_code == 204
    assert written(settings, webhook_queries.delivery, delivery.id) is None


def older(connection: Connection, seconds: int) -> None:
    connection.exec_driver_sql(
        f"UPDATE webhook SET failing_since = failing_since - {seconds}, old_until = old_until - {seconds}"
    )
