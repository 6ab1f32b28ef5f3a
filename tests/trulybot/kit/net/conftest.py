from collections.abc import AsyncIterator, Iterator

import pytest

from tests.web_clients import OPEN, QUICK
from tests.web_site import Site, web_site
from trulybot.kit.net.client import Web


@pytest.fixture
def site() -> Iterator[Site]:
    with web_site() as site:
        yield site


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with Web(reach=OPEN, limits=QUICK) as web:
        yield web
