"""A visitor's page wakes the model; an application that ends at that moment leaves no process behind."""

import psutil

from tests.cast import Browser
from trulybot.app import create_app
from trulybot.settings import Settings


async def test_no_child_outlives_an_application_that_ends_while_it_is_woken(settings: Settings) -> None:
    app = create_app(settings)
    async with app.lifespan(), Browser(app) as browser:
        assert (await browser.get("/chat")).status_code == 200
    assert [child for child in psutil.Process().children() if "trulybot.knowledge.child" in child.cmdline()] == []
