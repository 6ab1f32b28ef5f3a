from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.embeddings import embeddings
from trulybot.kit.child import Child
from trulybot.knowledge.embedders import Embedders
from trulybot.llm.local import MODEL, LocalEmbedder, embedding_child
from trulybot.settings import Settings


@pytest.fixture
async def child() -> AsyncIterator[Child]:
    child = embedding_child()
    yield child
    await child.close()


def settings(tmp_path: Path, **more: str) -> Settings:
    return Settings(data=tmp_path, **more)  # type: ignore[arg-type]


async def test_without_a_service_minilm_embeds_everything_it_has_embedded_before(tmp_path: Path, child: Child) -> None:
    embedders = Embedders(settings(tmp_path), LocalEmbedder(child))
    assert embedders.for_passages.model == MODEL
    assert embedders.for_index(MODEL) is embedders.for_passages
    assert embedders.for_index("words") is None


async def test_a_service_embeds_what_is_new_and_minilm_still_asks_its_own_index(tmp_path: Path, child: Child) -> None:
    with embeddings() as service:
        named = settings(tmp_path, embeddings_url=service.url, embeddings_key="k", embeddings_model="words")
        embedders = Embedders(named, LocalEmbedder(child))
        assert len(await embedders.for_passages.embed(["refunds", "the cat"])) == 2
        assert service.embedded == {"words": 2}
        old, older = embedders.for_index(MODEL), embedders.for_index("more words")
        assert old and old.model == MODEL
        assert older and len((await older.embed(["refunds"]))[0]) == 4 * 512
        await embedders.close()
