from sqlalchemy import Connection

from tests.trulybot.knowledge.conftest import WordEmbedder
from trulybot.kit.database import Database
from trulybot.knowledge.confidence import ANSWERABLE
from trulybot.knowledge.search import Findings, search
from trulybot.knowledge.understanding import MOST_WORDS, understand


def ask(connection: Connection, question: str, vector: bytes | None = None, most: int = 10) -> Findings:
    return search(connection, understand(connection, question), vector, most)


def titles(findings: Findings) -> list[str]:
    return [f"{passage.title} {passage.heading}".strip() for passage in findings.passages]


async def test_best_passage_comes_first(shop: Database) -> None:
    findings = await shop.read(ask, "How do I send back a broken kettle?")
    assert titles(findings)[:2] == ["Returns", "Kettles Care"]
    assert findings.passages[0].url == "/Returns"
    assert findings.passages[0].score > findings.passages[1].score
    assert findings.searched_by == "words"


async def test_forms_of_a_word_find_each_other(shop: Database) -> None:
    assert titles(await shop.read(ask, "delivering parcels"))[0] == "Shipping Costs"


async def test_spelling_is_repaired_before_searching(shop: Database) -> None:
    findings = await shop.read(ask, "How do I descael my ketle?")
    assert titles(findings)[0] == "Kettles Care"
    assert findings.understood.text == "How do I descale my kettle?"
    assert findings.understood.question == "How do I descael my ketle?"


async def test_words_the_corpus_has_are_never_repaired(shop: Database) -> None:
    assert (await shop.read(understand, "parcel takes weeks")).text == "parcel takes weeks"


async def test_ordinary_words_are_no_typing_errors(shop: Database) -> None:
    assert (await shop.read(understand, "a sopa and a settle")).text == "a soap and a settle"


async def test_vectors_find_what_shares_no_whole_word(embedded_shop: Database, embedder: WordEmbedder) -> None:
    question = "kettledrum"
    assert titles(await embedded_shop.read(ask, question)) == []
    findings = await embedded_shop.read(ask, question, embedder.vector(question))
    assert findings.searched_by == f"words and {embedder.model}"
    assert "Kettles Care" in titles(findings)[:2]
    assert all(passage.cosine is not None for passage in findings.passages)


async def test_passage_without_vector_is_found_beside_those_that_have_one(
    embedded_shop: Database, embedder: WordEmbedder
) -> None:
    def forget(connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM vectors WHERE passage_id = 3")
        connection.exec_driver_sql("DELETE FROM vector_signs WHERE passage_id = 3")

    await embedded_shop.write(forget)
    question = "send back a broken kettle"
    findings = await embedded_shop.read(ask, question, embedder.vector(question))
    assert titles(findings)[0] == "Returns"
    assert findings.passages[0].cosine is None


async def test_vector_of_another_model_is_passed_over(embedded_shop: Database) -> None:
    findings = await embedded_shop.read(ask, "broken kettle", b"\0" * 4 * 8)
    assert findings.searched_by == "words"
    assert titles(findings)[0] == "Returns"


async def test_excluded_passage_is_not_found_until_it_is_included_again(
    embedded_shop: Database, embedder: WordEmbedder
) -> None:
    def exclude(connection: Connection, at: int | None) -> None:
        connection.exec_driver_sql("UPDATE passages SET excluded_at = ? WHERE id = 3", (at,))

    question = "broken kettle"
    assert "Returns" in titles(await embedded_shop.read(ask, question, embedder.vector(question)))
    await embedded_shop.write(exclude, 1)
    assert "Returns" not in titles(await embedded_shop.read(ask, question, embedder.vector(question)))
    assert "Returns" not in titles(await embedded_shop.read(ask, question))
    await embedded_shop.write(exclude, None)
    assert "Returns" in titles(await embedded_shop.read(ask, question))


async def test_deleted_source_leaves_nothing(embedded_shop: Database, embedder: WordEmbedder) -> None:
    def delete(connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM sources")

    def left(connection: Connection) -> list[int]:
        tables = ("passages_index", "passages_stems", "vectors", "vector_signs")
        counts = [connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in tables]
        return [*counts, *connection.exec_driver_sql("SELECT * FROM searchable").one()]

    assert all(await embedded_shop.read(left))
    await embedded_shop.write(delete)
    assert not any(await embedded_shop.read(left))
    assert titles(await embedded_shop.read(ask, "kettle", embedder.vector("kettle"))) == []


async def test_index_agrees_with_the_passages(embedded_shop: Database) -> None:
    def change_and_check(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE passages SET text = 'Teapots only.' WHERE id = 1")
        connection.exec_driver_sql("DELETE FROM passages WHERE id = 2")
        connection.exec_driver_sql("INSERT INTO passages_index (passages_index, rank) VALUES ('integrity-check', 1)")

    await embedded_shop.write(change_and_check)
    assert titles(await embedded_shop.read(ask, "teapots"))[0] in ("Shipping Costs", "About us")


async def test_what_no_index_can_read_finds_nothing(shop: Database) -> None:
    assert titles(await shop.read(ask, "kettle")) != []
    for question in ("", "?!", '" OR * NOT (', "\0", "🫖"):
        assert (await shop.read(ask, question)).passages == ()


async def test_query_syntax_of_the_index_is_only_words(shop: Database) -> None:
    assert titles(await shop.read(ask, 'title:kettle" OR (NEAR "broken*'))[0] in ("Returns", "Kettles Care")


async def test_a_pasted_page_is_judged_by_its_beginning(shop: Database) -> None:
    understood = await shop.read(understand, "kettle " + " ".join(f"word{i}" for i in range(10_000)))
    assert len(understood.terms) == MOST_WORDS


async def test_rare_words_weigh_more(shop: Database) -> None:
    understood = await shop.read(understand, "kettle vinegar unknownword")
    assert understood.idf("kettle") < understood.idf("vinegar") < understood.idf("unknownword")
    assert understood.idf("notasked") == understood.idf("unknownword")


async def test_confidence_tells_an_answer_from_none(shop: Database) -> None:
    assert (await shop.read(ask, "broken kettle refunds")).confidence > ANSWERABLE
    assert (await shop.read(ask, "capital of Mongolia")).confidence < ANSWERABLE


def hide_many(connection: Connection) -> None:
    """A deleted source of 120 passages that have more to do with vinegar than any of the shop's."""
    connection.exec_driver_sql(
        "INSERT INTO sources (id, kind, title, deleted_at, created_at) VALUES ('s_old', 'url', 'Old', 1, 1)"
    )
    connection.exec_driver_sql("INSERT INTO pages (id, source_id, url) VALUES (999, 's_old', '/old')")
    connection.exec_driver_sql(
        "INSERT INTO passages (source_id, page_id, position, title, heading, text, hash, reading) "
        "VALUES ('s_old', 999, ?, 'Vinegar', 'Vinegar for the kettle', 'Vinegar for the kettle.', ?, 1)",
        [(number, number.to_bytes(2)) for number in range(120)],
    )


async def test_a_deleted_source_takes_no_places(shop: Database) -> None:
    """It can be brought back for an hour; its passages must not crowd out the one that answers."""
    question = "Vinegar for the kettle?"
    assert titles(await shop.read(ask, question))[0] == "Kettles Care"
    await shop.write(hide_many)
    assert titles(await shop.read(ask, question))[0] == "Kettles Care"
