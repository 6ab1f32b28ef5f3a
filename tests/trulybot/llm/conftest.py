from collections.abc import AsyncIterator

import pytest

from trulybot.kit.child import Child
from trulybot.knowledge.reader import knowledge_child


@pytest.fixture
async def child() -> AsyncIterator[Child]:
    child = knowledge_child()
    yield child
    await child.close()
