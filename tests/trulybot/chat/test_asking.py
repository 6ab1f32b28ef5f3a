"""Asking twice, and asking in a conversation that is not one's own."""

import asyncio

from litestar import Litestar
from sqlalchemy import Connection, text

from tests.acorn import REFUNDED
from tests.cast import Browser
from trulybot.settings import Settings
from trulybot.workspace import Workspace, written

KEY = {"idempotency-key": "7c2c3b9e-2f3b-4f5d-9a67-0f6f1f8f9a10"}


def without_token(reply: dict[str, object]) -> dict[str, object]:
    """It is new with each answer."""
    return {name: value for name, value in reply.items() if not name.startswith("visitor")}


async def conversations(robin: Browser) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await robin.get("/api/conversations")).json()["conversations"]
    return found


async def test_the_same_request_twice_is_one_turn_with_one_answer(charlie: Browser, robin: Browser) -> None:
    question = {"question": REFUNDED}
    asked = await asyncio.gather(*(charlie.post("/api/chat", json=question, headers=KEY) for _ in range(5)))
    again = await charlie.post("/api/chat", json=question, headers=KEY)
    assert [without_token(answer.json()) for answer in asked] == [without_token(again.json())] * 5
    (conversation,) = await conversations(robin)
    assert conversation["turns"] == 1


async def test_without_a_key_each_request_is_a_turn(charlie: Browser, robin: Browser) -> None:
    for _ in range(2):
        await charlie.post("/api/chat", json={"question": "hello"})
    assert len(await conversations(robin)) == 2


async def test_another_question_under_the_same_key_is_refused(charlie: Browser, robin: Browser) -> None:
    assert (await charlie.post("/api/chat", json={"question": "hello"}, headers=KEY)).status_code == 200
    answer = await charlie.post("/api/chat", json={"question": "thanks"}, headers=KEY)
    assert answer.status_code == 409
    assert "Send a new key" in answer.json()["detail"]
    (conversation,) = await conversations(robin)
    assert conversation["turns"] == 1


async def test_a_key_may_be_used_again_in_another_conversation(charlie: Browser) -> None:
    first = (await charlie.post("/api/chat", json={"question": "hello"})).json()["conversation"]
    asked = [
        (await charlie.post("/api/chat", json={"question": "hello", "conversation": handle}, headers=KEY)).json()
        for handle in (first, first, None)
    ]
    assert without_token(asked[0]) == without_token(asked[1])
    assert asked[2]["conversation"] != first


async def test_a_strangers_equal_key_leads_into_a_conversation_of_their_own(app: Litestar, charlie: Browser) -> None:
    mine = (await charlie.post("/api/chat", json={"question": "hello"}, headers=KEY)).json()
    async with Browser(app, address="198.51.100.9") as stranger:
        theirs = (await stranger.post("/api/chat", json={"question": "hello"}, headers=KEY)).json()
    assert theirs["conversation"] != mine["conversation"]
    assert theirs["turn"] != mine["turn"]


async def test_an_equal_key_leads_no_visitor_into_a_conversation_of_another_behind_the_same_address(
    charlie: Browser,
) -> None:
    tokens = [(await charlie.post("/api/chat", json={"question": "hello"})).json()["visitor"] for _ in range(2)]
    own, again, theirs = [
        (
            await charlie.post(
                "/api/chat", json={"question": "hello"}, headers={**KEY, "authorization": f"Bearer {token}"}
            )
        ).json()
        for token in (tokens[0], *tokens)
    ]
    assert again["turn"] == own["turn"]
    assert theirs["turn"] != own["turn"]
    assert theirs["conversation"] != own["conversation"]


async def test_keys_that_are_none_are_refused(charlie: Browser, robin: Browser) -> None:
    for key in (b"", b"x" * 201, b"caf\x80", b"tab\tbed"):
        answer = await charlie.post("/api/chat", json={"question": "hello"}, headers={b"idempotency-key": key})
        assert answer.status_code == 400, key
        assert "Idempotency-Key" in answer.json()["detail"]
    assert await conversations(robin) == []


async def test_a_conversation_goes_on_for_who_has_its_secret(charlie: Browser, robin: Browser) -> None:
    handle = (await charlie.post("/api/chat", json={"question": "hello"})).json()["conversation"]
    again = (await charlie.post("/api/chat", json={"question": "thanks", "conversation": handle})).json()
    assert again["conversation"] == handle
    (conversation,) = await conversations(robin)
    assert conversation["turns"] == 2


async def test_a_conversation_is_closed_to_who_has_not_its_secret(charlie: Browser, robin: Browser) -> None:
    asked = (await charlie.post("/api/chat", json={"question": "hello"})).json()
    another = (await charlie.post("/api/chat", json={"question": "hello"})).json()["conversation"]
    name, _, proof = asked["conversation"].partition(".")
    wrong = [name, f"{name}.", f"{name}.{proof[:-1]}", f"{name}.{another.partition('.')[2]}", f".{proof}", "x.y", "é.ü"]
    for handle in wrong:
        answer = await charlie.post("/api/chat", json={"question": "thanks", "conversation": handle})
        assert answer.status_code == 404, handle
        followed = await charlie.get(f"/api/chat/{handle}/turns/{asked['turn']}/stream")
        assert followed.status_code == 404, handle
    assert [line["turns"] for line in await conversations(robin)] == [1, 1]


async def test_a_turn_is_closed_to_another_conversation(charlie: Browser) -> None:
    mine, theirs = [(await charlie.post("/api/chat", json={"question": "hello"})).json() for _ in range(2)]
    own = f"/api/chat/{mine['conversation']}/turns/{mine['turn']}/stream"
    assert (await charlie.get(own)).status_code == 200
    assert (await charlie.get(own.replace(mine["turn"], theirs["turn"]))).status_code == 404


async def test_a_deleted_conversation_is_not_gone_on_with(charlie: Browser, settings: Settings) -> None:
    handle = (await charlie.post("/api/chat", json={"question": "hello"})).json()["conversation"]
    written(settings, _delete_conversations)
    answer = await charlie.post("/api/chat", json={"question": "hello", "conversation": handle})
    assert answer.status_code == 404


async def test_outsider_cannot_read_conversations(charlie: Browser, robin: Browser) -> None:
    handle = (await charlie.post("/api/chat", json={"question": "hello"})).json()["conversation"]
    for address in ("/api/conversations", f"/api/conversations/{handle}"):
        assert (await robin.get(address)).status_code == 200
        assert (await charlie.get(address)).status_code == 401


async def test_what_a_crash_cut_off_is_told_as_interrupted(charlie: Browser, settings: Settings) -> None:
    asked = (await charlie.post("/api/chat", json={"question": "hello"}, headers=KEY)).json()
    written(settings, _cut_off)
    restarted = Workspace.open(settings)
    await restarted.start()
    await restarted.close()
    stream = await charlie.get(f"/api/chat/{asked['conversation']}/turns/{asked['turn']}/stream")
    assert "event: error" in stream.text
    assert "Ask again" in stream.text
    assert "event: done" not in stream.text


async def test_an_answer_that_could_not_be_given_is_an_error_and_may_be_asked_again(
    charlie: Browser, settings: Settings
) -> None:
    written(settings, _rename, "passages_index", "mislaid")
    failed = await charlie.post("/api/chat", json={"question": REFUNDED}, headers=KEY)
    assert failed.status_code == 503
    assert "Ask again" in failed.json()["detail"]
    written(settings, _rename, "mislaid", "passages_index")
    again = await charlie.post("/api/chat", json={"question": REFUNDED}, headers=KEY)
    assert (again.status_code, again.json()["kind"]) == (200, "quoted")


async def test_conversations_are_listed_newest_first_page_by_page(charlie: Browser, robin: Browser) -> None:
    for number in range(53):
        answer = await charlie.post("/api/chat", json={"question": "hello" if number else "thanks"})
        assert answer.status_code == 200
    first = (await robin.get("/api/conversations")).json()
    rest = (await robin.get("/api/conversations", params={"cursor": first["next"]})).json()
    listed = [line["id"] for line in first["conversations"] + rest["conversations"]]
    assert (len(first["conversations"]), len(rest["conversations"]), rest["next"]) == (50, 3, None)
    assert len(set(listed)) == 53


def _delete_conversations(connection: Connection) -> None:
    connection.execute(text("DELETE FROM conversations"))


def _cut_off(connection: Connection) -> None:
    connection.execute(text("UPDATE turns SET state = 'running', kind = NULL, answer = ''"))


def _rename(connection: Connection, table: str, name: str) -> None:
    connection.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))
