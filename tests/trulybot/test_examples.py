"""The demo’s examples, in a workspace without documents: they say what they are, and can be removed."""

import asyncio
import re

from tests.cast import Browser
from tests.trulybot.home.test_home_page import QUESTION, ask, figure, shown_to
from trulybot.commands.examples import NOT_ANSWERED, add_examples
from trulybot.settings import Settings
from trulybot.workspace import Workspace


async def add(settings: Settings) -> None:
    workspace = Workspace.open(settings)
    try:
        await add_examples(workspace)
    finally:
        await workspace.close()


async def test_examples_fill_home_and_say_what_they_are(mira: Browser, settings: Settings) -> None:
    await add(settings)
    page = await shown_to(mira, "/?days=90")
    assert "examples, asked by nobody" in page
    assert int(figure(page, "Conversations")) > 200
    assert int(figure(page, "Leads")) > 10
    assert re.search(r"[1-9] visitors? wants? a person", page)  # it depends on the day who else does
    assert NOT_ANSWERED[0] in (await mira.get("/gaps")).text
    assert (await mira.get("/inbox")).text.count('class="talk-visitor"') > 20


async def test_examples_go_with_all_that_came_of_them_and_nothing_else(
    charlie: Browser, mira: Browser, vera: Browser, settings: Settings
) -> None:
    await add(settings)
    await ask(charlie)
    assert (await vera.submit("/examples/deletion", csrf=await vera.csrf())).status_code == 403
    assert (await mira.submit("/examples/deletion", csrf=await mira.csrf())).status_code == 303
    page = await shown_to(mira, "/?days=90")
    assert "examples, asked by nobody" not in page
    assert (figure(page, "Conversations"), figure(page, "Leads")) == ("1", "0")
    assert QUESTION in page and NOT_ANSWERED[0] not in page
    assert "Example" not in (await mira.get("/leads")).text


async def test_where_somebody_has_asked_there_are_no_examples(
    charlie: Browser, mira: Browser, settings: Settings
) -> None:
    await ask(charlie)
    await asyncio.wait_for(add(settings), 60)
    page = await shown_to(mira)
    assert "examples, asked by nobody" not in page
    assert figure(page, "Conversations") == "1"
