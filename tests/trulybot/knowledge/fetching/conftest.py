from collections.abc import AsyncIterator, Iterator

import pytest

from tests.crawls import LIMITS, LOOPBACK
from tests.web_site import Site, web_site
from trulybot.kit.net.addresses import Reach
from trulybot.kit.net.client import Web


@pytest.fixture
def site() -> Iterator[Site]:
    with web_site() as site:
        yield site


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with Web(reach=Reach(allow=lambda address: address == LOOPBACK, ports=None), limits=LIMITS) as web:
        yield web
