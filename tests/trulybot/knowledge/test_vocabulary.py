from sqlalchemy import Connection

from trulybot.kit.database import Database
from trulybot.knowledge import vocabulary


async def test_passages_are_counted_by_stem_and_by_word(shop: Database) -> None:
    assert await shop.read(vocabulary.passages_with, ["kettl", "vinegar", "nowhere"]) == {"kettl": 2, "vinegar": 1}
    assert await shop.read(vocabulary.passages_with_words, ["kettle", "kettles", "nowhere"]) == {
        "kettle": 2,
        "kettles": 2,
    }


async def test_all_forms_of_a_stem_are_known(shop: Database) -> None:
    assert await shop.read(vocabulary.forms_of, ["kettl", "ship"]) == {
        "kettle": "kettl",
        "kettles": "kettl",
        "shipping": "ship",
    }


async def test_words_like_another_begin_alike_and_are_as_long(shop: Database) -> None:
    assert await shop.read(vocabulary.words_like, "parcle") == ["parcel"]


async def test_keys_and_numbers_are_not_words_to_repair_with(shop: Database) -> None:
    await shop.write(vocabulary.learn, ["kettle9 " + "k" * 60])
    assert await shop.read(vocabulary.words_like, "kettle8") == ["kettle", "kettles"]


async def test_words_whose_passages_are_gone_are_swept(shop: Database) -> None:
    def forget_kettles(connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM passages WHERE id IN (3, 4)")

    await shop.write(forget_kettles)
    assert await shop.read(vocabulary.passages_with_words, ["kettle", "parcel"]) == {"parcel": 2}
    await shop.write(vocabulary.refresh, await shop.read(vocabulary.stale))
    assert await shop.read(vocabulary.forms_of, ["kettl", "parcel"]) == {"parcel": "parcel"}
