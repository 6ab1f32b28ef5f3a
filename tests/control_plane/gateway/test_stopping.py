from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar.datastructures import State
from litestar.di import Provide

from control_plane.gateway import mail_queries, stopping
from tests.control_plane.gateway.conftest import ACORN, BIRCH, KEY
from trulybot.kit import access
from trulybot.kit.application import Application
from trulybot.kit.database import Database
from trulybot.kit.limits import Limits
from trulybot.kit.pages import Pages
from trulybot.kit.refusing import answer_refused
from trulybot.kit.rim import Rim

CONSOLE = "https://app.example.com"
NORA = "nora@fjord.example"
LINK = stopping.address_to_stop(CONSOLE, KEY, ACORN, NORA)


def app_with(db: Database) -> Any:
    pages = Pages(lambda _: {"workspace": "TrulyBot"})
    app = Application(
        route_handlers=[stopping.stopping_pages()],
        dependencies={
            "db": Provide(lambda: db, sync_to_thread=False),
            "pages": Provide(lambda: pages, sync_to_thread=False),
            "mails_key": Provide(lambda: KEY, sync_to_thread=False),
        },
        before_request=access.admit,
        exception_handlers={Exception: answer_refused},
        state=State({"limits": Limits(), "pages": pages}),
        openapi_config=None,
        logging_config=None,
    )
    app.rim = Rim(frozenset({"app.example.com"}), ())
    return app


@pytest.fixture
async def nora(db: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app_with(db))) as client:
        yield client


def is_stopped(db: Database, workspace: str = ACORN) -> bool:
    return db.glance(mail_queries.is_stopped, workspace, stopping.recipient_hash(KEY, NORA))


async def test_a_mail_program_stops_them_with_one_click(nora: httpx.AsyncClient, db: Database) -> None:
    answer = await nora.post(LINK, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and "No more mails" in answer.text
    assert is_stopped(db) and not is_stopped(db, BIRCH)


async def test_looking_at_the_link_stops_nothing(nora: httpx.AsyncClient, db: Database) -> None:
    page = (await nora.get(LINK)).text
    assert "Stop these mails?" in page and "Acorn will then not write" in page and '<form method="post">' in page
    assert not is_stopped(db)
    await nora.post(LINK, headers={"origin": CONSOLE})
    assert "No more mails" in (await nora.get(LINK)).text


async def test_no_other_site_stops_them_with_somebodys_browser(nora: httpx.AsyncClient, db: Database) -> None:
    assert (await nora.post(LINK, headers={"origin": "https://evil.example"})).status_code == 403
    assert not is_stopped(db)


@pytest.mark.parametrize("forged", [LINK[:-1] + "x", LINK.replace(ACORN, BIRCH), f"{CONSOLE}/stop/a/b/c"])
async def test_nobody_stops_what_they_got_no_mail_about(nora: httpx.AsyncClient, db: Database, forged: str) -> None:
    assert (await nora.get(LINK)).status_code == 200
    assert (await nora.get(forged)).status_code == 404
    assert (await nora.post(forged)).status_code == 404
    assert not is_stopped(db) and not is_stopped(db, BIRCH)
