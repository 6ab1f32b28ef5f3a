from collections.abc import AsyncIterator

import pytest

from trulybot.kit.child import Child
from trulybot.knowledge.reader import knowledge_child
from trulybot.llm.local import embedding_child


@pytest.fixture(params=[knowledge_child, embedding_child], ids=["beside reading", "alone"])
async def child(request: pytest.FixtureRequest) -> AsyncIterator[Child]:
    """Both that answer `embed`: a workspace's, and the one that many workspaces share."""
    child: Child = request.param()
    yield child
    await child.close()
