from array import array
from math import inf, nan

import pytest

from tests.trulybot.knowledge.conftest import WordEmbedder
from trulybot.kit.database import Database
from trulybot.knowledge import vectors
from trulybot.knowledge.vectors import UnusableVector, assert_usable


@pytest.mark.parametrize("numbers", [[1.0] * 7, [1.0] * 7 + [nan], [inf] + [1.0] * 7, [0.0] * 8, []])
def test_vector_that_would_poison_a_search_is_refused(numbers: list[float]) -> None:
    assert assert_usable(array("f", [1.0] * 8).tobytes(), 8)
    with pytest.raises(UnusableVector):
        assert_usable(array("f", numbers).tobytes(), 8)


async def test_the_nearest_is_the_passage_itself(embedded_shop: Database, embedder: WordEmbedder) -> None:
    index = await embedded_shop.read(vectors.index_in, "serving")
    assert index
    vector = embedder.vector("Kettles Care Descale the kettle with vinegar every month. Never use soap.")
    near = await embedded_shop.read(vectors.nearest, index, vector, 3)
    cosines = await embedded_shop.read(vectors.cosines, index, vector, [1, 2, 3, 4, 5, 99])
    assert near[0] == 4
    assert cosines[4] == pytest.approx(1, abs=0.01)
    assert set(cosines) == {1, 2, 3, 4, 5}


async def test_a_new_model_is_indexed_beside_the_serving_one(embedded_shop: Database, embedder: WordEmbedder) -> None:
    serving = await embedded_shop.read(vectors.index_in, "serving")
    building = await embedded_shop.write(vectors.index_for, "another", 8)
    assert serving
    assert (serving.model, building.state) == (embedder.model, "building")
    assert [passage.id for passage in await embedded_shop.read(vectors.unembedded, building, 3)] == [1, 2, 3]
    assert await embedded_shop.read(vectors.unembedded, serving, 3) == []

    vector = array("f", [1.0] * 8).tobytes()
    await embedded_shop.write(vectors.add, building, [(number, vector) for number in range(1, 6)])
    assert await embedded_shop.read(vectors.unembedded, building, 3) == []
    await embedded_shop.write(vectors.serve, building)
    now_serving = await embedded_shop.read(vectors.index_in, "serving")
    assert now_serving and now_serving.model == "another"
    assert await embedded_shop.read(vectors.cosines, serving, vector, [1]) == {}


async def test_the_same_model_goes_on_with_its_index(embedded_shop: Database, embedder: WordEmbedder) -> None:
    before = await embedded_shop.read(vectors.index_in, "serving")
    assert await embedded_shop.write(vectors.index_for, embedder.model, embedder.dimension) == before


async def test_vector_can_be_replaced_and_comes_too_late_for_a_deleted_passage(
    embedded_shop: Database, embedder: WordEmbedder
) -> None:
    index = await embedded_shop.read(vectors.index_in, "serving")
    assert index
    vector = embedder.vector("something else")
    await embedded_shop.write(vectors.add, index, [(1, vector), (99, vector)])
    assert set(await embedded_shop.read(vectors.cosines, index, vector, [1, 99])) == {1}
    assert (await embedded_shop.read(vectors.cosines, index, vector, [1]))[1] == pytest.approx(1, abs=0.001)
