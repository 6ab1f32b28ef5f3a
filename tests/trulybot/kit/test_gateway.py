from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stand_in_gateway import StandIn, gateway_at
from trulybot.contract import Idle
from trulybot.kit.gateway import Gateway, NotReached


@pytest.fixture
async def stand_in(tmp_path: Path) -> AsyncIterator[StandIn]:
    async with gateway_at(tmp_path / "g") as stand_in:
        yield stand_in


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    (tmp_path / "token").write_text("first\n")
    gateway = Gateway(tmp_path / "g", tmp_path / "token")
    yield gateway
    await gateway.close()


async def test_it_is_told_with_the_token(stand_in: StandIn, gateway: Gateway) -> None:
    answer = await gateway.tell("/idle", Idle(up_again_at=7))
    assert answer.is_good and answer.body == b""
    (told,) = stand_in.told
    assert (told.path, told.token, told.read()) == ("/idle", "Bearer first", {"up_again_at": 7})


async def test_an_exchanged_token_is_shown_from_the_next_call_on(
    stand_in: StandIn, gateway: Gateway, tmp_path: Path
) -> None:
    await gateway.post("/idle", b"{}")
    (tmp_path / "token").write_text("second")
    await gateway.post("/idle", b"{}")
    assert [told.token for told in stand_in.told] == ["Bearer first", "Bearer second"]


async def test_a_refusal_is_an_answer(stand_in: StandIn, gateway: Gateway) -> None:
    stand_in.status = 403
    assert not (await gateway.post("/idle", b"{}")).is_good


async def test_a_gateway_that_is_away_is_said_to_be(gateway: Gateway) -> None:
    with pytest.raises(NotReached):
        await gateway.post("/idle", b"{}")


async def test_a_gateway_that_was_started_anew_is_reached(tmp_path: Path, gateway: Gateway) -> None:
    for _ in range(2):
        async with gateway_at(tmp_path / "g") as stand_in:
            assert (await gateway.post("/idle", b"{}")).is_good
            assert len(stand_in.told) == 1


async def test_without_a_token_nothing_is_asked(stand_in: StandIn, gateway: Gateway, tmp_path: Path) -> None:
    (tmp_path / "token").unlink()
    with pytest.raises(NotReached, match="no token"):
        await gateway.post("/idle", b"{}")
    assert stand_in.told == []
