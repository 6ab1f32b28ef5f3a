"""A workspace served to the world, with one shop among its allowed sites, and script on a page of that shop."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar import Litestar

from tests.cast import Browser
from trulybot.settings import Settings

SHOP = "https://shop.example"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", public_url="https://chat.acorn.example")


@pytest.fixture
async def listed(robin: Browser) -> None:
    changed = await robin.patch("/api/settings", json={"sites": [SHOP, "https://*.shop.example"]})
    assert changed.status_code == 200


@pytest.fixture
async def shop(app: Litestar) -> AsyncIterator[Browser]:
    """Speaks as a browser does for a page's script: names the page's site, and sends no cookie."""
    async with Browser(app, address="198.51.100.20") as browser:
        browser.headers.update({"origin": SHOP, "sec-fetch-site": "cross-site", "accept": "*/*"})
        yield browser
