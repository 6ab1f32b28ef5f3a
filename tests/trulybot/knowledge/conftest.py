from array import array
from collections.abc import AsyncIterator, Sequence
from hashlib import sha256
from math import sqrt
from pathlib import Path

import pytest

from tests.corpus import open_corpus
from trulybot.kit.database import Database
from trulybot.knowledge.chunking import Passage

SHOP = [
    Passage("Shipping", "Costs", "We deliver every parcel for four euros. Orders above fifty euros travel free."),
    Passage("Shipping", "Times", "A parcel takes two days. To islands it takes a week."),
    Passage("Returns", "", "Send a broken kettle back within thirty days. Refunds are paid at once."),
    Passage("Kettles", "Care", "Descale the kettle with vinegar every month. Never use soap."),
    Passage("About us", "", "Three sisters founded the company in Lisbon. They still mend every teapot."),
]


DOCUMENTS = [(f"/{passage.heading or passage.title}", [passage]) for passage in SHOP]


class WordEmbedder:
    """Stands in for a model: texts that share words lie close together."""

    model = "words-of-64"
    dimension = 64

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> list[bytes]:
        return [self.vector(text) for text in texts]

    def vector(self, text: str) -> bytes:
        sums = [0.001] * self.dimension
        for word in text.lower().replace(".", "").split():
            digest = sha256(word[:5].encode()).digest()
            for place, byte in enumerate(digest * 2):
                sums[place] += byte / 127.5 - 1
        length = sqrt(sum(number * number for number in sums))
        return array("f", [number / length for number in sums]).tobytes()


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Database]:
    """Five passages of a shop, findable by word; they have no vectors."""
    database = await open_corpus(tmp_path / "trulybot.db", DOCUMENTS)
    yield database
    database.close()


@pytest.fixture
async def embedded_shop(tmp_path: Path, embedder: WordEmbedder) -> AsyncIterator[Database]:
    database = await open_corpus(tmp_path / "embedded.db", DOCUMENTS, embedder)
    yield database
    database.close()
