import asyncio

import pytest

from tests.acorn import REFUNDED
from tests.cast import Browser
from tests.trulybot.chat.test_curated import add, ask
from trulybot.chat.language import language_of


async def test_the_same_question_gets_the_same_answer_without_a_search(charlie: Browser, robin: Browser) -> None:
    first = await ask(charlie, REFUNDED)
    again = await ask(charlie, REFUNDED.upper())
    assert (first["kind"], again["kind"]) == ("quoted", "cached")
    assert (again["answer"], again["citations"]) == (first["answer"], first["citations"])
    (turn,) = (await robin.get(f"/api/conversations/{again['conversation']}")).json()["turns"]
    assert "search" not in turn["record"]["milliseconds"]


async def test_nearly_the_same_question_is_the_same(charlie: Browser) -> None:
    question = "When does the refund arrive after you receive the parcel of unused goods?"
    assert (await ask(charlie, question))["kind"] == "quoted"
    assert (await ask(charlie, f"Please: {question}"))["kind"] == "cached"


@pytest.mark.parametrize("other", ["Why does the refund arrive?", "When does the parcel arrive?", "arrive refund when"])
async def test_another_question_is_another(charlie: Browser, other: str) -> None:
    assert (await ask(charlie, REFUNDED))["kind"] == "quoted"
    assert (await ask(charlie, other))["kind"] in ("quoted", "refused")


async def test_new_knowledge_ends_what_was_known(charlie: Browser, robin: Browser) -> None:
    await ask(charlie, REFUNDED)
    assert (await ask(charlie, REFUNDED))["kind"] == "cached"
    await add(robin)
    assert (await ask(charlie, REFUNDED))["kind"] == "quoted"
    async with asyncio.timeout(20):  # the answer's vectors come a moment later, and are knowledge too
        while (await ask(charlie, REFUNDED))["kind"] != "cached":
            await asyncio.sleep(0.05)


async def test_a_deleted_document_is_not_quoted_from_the_cache(charlie: Browser, robin: Browser) -> None:
    await ask(charlie, REFUNDED)
    assert (await ask(charlie, REFUNDED))["kind"] == "cached"
    for document in (await robin.get("/api/documents")).json()["documents"]:
        await robin.delete(f"/api/documents/{document['id']}")
    assert (await ask(charlie, REFUNDED))["kind"] == "refused"


async def test_other_settings_ask_for_another_answer(charlie: Browser, robin: Browser) -> None:
    await ask(charlie, REFUNDED)
    assert (await ask(charlie, REFUNDED))["kind"] == "cached"
    await robin.patch("/api/settings", json={"threshold": 0.1})
    assert (await ask(charlie, REFUNDED))["kind"] == "quoted"


async def test_settings_that_no_answer_is_made_with_leave_it_good(charlie: Browser, robin: Browser) -> None:
    await ask(charlie, REFUNDED)
    changed = {"widget": {"accent": "#aa3300"}, "welcome": "Hello.", "suggestions": ["Who knits?"], "daily_tokens": 5}
    assert (await robin.patch("/api/settings", json=changed)).status_code == 200
    assert (await ask(charlie, REFUNDED))["kind"] == "cached"


async def test_what_may_be_personal_is_never_kept(charlie: Browser) -> None:
    for question in (f"My name is Ada. {REFUNDED}", f"{REFUNDED} It is 0470 12 34 56", f"ada@acorn.example {REFUNDED}"):
        assert {(await ask(charlie, question))["kind"] for _ in range(2)} <= {"quoted", "refused"}, question


async def test_a_refusal_is_not_kept(charlie: Browser) -> None:
    for _ in range(2):
        assert (await ask(charlie, "Who composed the opera Tosca?"))["kind"] == "refused"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How do I return it?", "en"),
        ("¿Cuándo llega el pedido?", "es"),
        ("Wann kommt das Paket?", "de"),
        ("refund kab milega mera", "hi"),
        ("रिफंड कब मिलेगा?", "devanagari"),
        ("返品", "cjk"),
        ("Refund", "latin"),
        ("123", ""),
    ],
)
def test_languages_are_told_by_script_and_small_words(question: str, language: str) -> None:
    assert language_of(question) == language
