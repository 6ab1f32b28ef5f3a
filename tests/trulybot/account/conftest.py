"""A workspace with a real mail server, and the links in what it took."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cast import MIRA, PASSWORD, Browser
from tests.post_office import PostOffice, post_office
from tests.trulybot.conftest import running
from trulybot.account import first_run
from trulybot.kit.mail_server import Sender
from trulybot.settings import Settings
from trulybot.workspace import written


class Mailed(NamedTuple):
    """A workspace with a mail server; Mira is signed in, and Charlie is not."""

    mira: Browser
    charlie: Browser
    office: PostOffice
    settings: Settings


@pytest.fixture
async def mailed(tmp_path: Path) -> AsyncIterator[Mailed]:
    async with post_office() as office:
        url = f"smtp://127.0.0.1:{office.port}"
        settings = Settings(data=tmp_path / "data", smtp_url=url, mail_from=Sender("bot@acorn.example"))
        async with running(settings) as app, Browser(app) as mira, Browser(app, "203.0.113.9") as charlie:
            await mira.submit(written(settings, first_run.sign_in_link, ""), email=MIRA, password=PASSWORD)
            yield Mailed(mira, charlie, office, settings)


async def link_in(office: PostOffice, number: int = 1) -> str:
    body = (await office.mails(number))[number - 1].get_body(("plain",))
    assert body is not None
    found = re.search(r"https?://[^/\s]+(/welcome/[\w-]+)", body.get_content())
    assert found
    return found[1]
