"""A visitor's page wakes the model; an application that ends at that moment leaves no process behind."""

import os

from tests.cast import Browser
from tests.living import command_of, living_children
from trulybot.app import create_app
from trulybot.settings import Settings


async def test_no_child_outlives_an_application_that_ends_while_it_is_woken(settings: Settings) -> None:
    app = create_app(settings)
    async with app.lifespan(), Browser(app) as browser:
        assert (await browser.get("/chat")).status_code == 200
    assert [child for child in living_children(os.getpid()) if "trulybot.knowledge.child" in command_of(child)] == []
