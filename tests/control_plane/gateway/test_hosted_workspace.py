"""A workspace whose one way out is the gateway: what it asks for it gets, as if it had a network."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from control_plane.gateway import queries
from control_plane.gateway.gateway import Gateway
from tests.control_plane.gateway.conftest import ACORN
from tests.web_site import Site
from trulybot.contract import GIVEN, TOKEN, Given
from trulybot.kit import outbox
from trulybot.kit.database import Database
from trulybot.knowledge import sources
from trulybot.knowledge.models import Walk
from trulybot.settings import Settings
from trulybot.workspace import Workspace


@pytest.fixture
async def workspace(door: None, socket: Path, tmp_path: Path) -> AsyncIterator[Workspace]:
    folder = tmp_path / "given"
    folder.mkdir()
    given = Given(
        workspace=ACORN,
        address="http://acorn.localhost",
        hosts=("acorn.localhost",),
        console="http://app.localhost",
        signers=(),
        idle_seconds=600,
    )
    (folder / GIVEN).write_bytes(msgspec.json.encode(given))
    (folder / TOKEN).write_text(f"token of {ACORN}")
    workspace = Workspace.open(Settings(data=tmp_path / "data", given=folder, gateway=socket))
    await workspace.choices.now()
    yield workspace
    await workspace.close()


async def test_its_sources_are_read_and_embedded_through_the_door(
    gateway: Gateway, workspace: Workspace, site: Site, db: Database
) -> None:
    words = "<p>" + "The refund arrives within five working days of the parcel reaching our warehouse. " * 5
    site.html("/refunds", head=f"<title>Refunds</title></head><body>{words}")
    await sources.add_address(workspace.db, workspace.shelf, "url", f"{site.address}/refunds", Walk())
    await workspace.workers.finish()
    findings = await workspace.library.find("How long do refunds take?", 3)
    assert [found.title for found in findings.passages] == ["Refunds"]
    assert findings.passages[0].cosine is not None
    await gateway.noting.close()
    verbs = [call.verb for call in await db.read(queries.calls, ACORN, 50)]
    assert {"fetch", "embeddings"} <= set(verbs)
    assert gateway.child.pid is not None


async def test_its_mails_are_made_and_sent_by_the_platform(workspace: Workspace, db: Database) -> None:
    letter = workspace.letters.write("trial")
    await workspace.db.write(
        outbox.send,
        key="t",
        to="stranger@oak.example",
        subject=letter.subject,
        text=letter.text,
        source=letter.source,
    )
    await workspace.workers.finish()
    (mail,) = await workspace.db.read(outbox.mails, 9)
    assert mail.state == "failed" and "own people" in mail.fault
    assert await db.read(outbox.mails, 9) == []
