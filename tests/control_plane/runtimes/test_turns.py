import asyncio

import pytest
from sqlalchemy import Connection, text

from control_plane.platform import Platform
from control_plane.runtimes.turns import Turns
from control_plane.workspaces import queries
from tests.control_plane.runtimes.conftest import Town


async def test_two_take_their_turns_at_one_workspace_one_after_the_other_and_at_two_beside_each_other(
    town: Town,
) -> None:
    turns, under_way = town.platform.turns, [0]
    acorn, birch = (await town.create("acorn")).id, (await town.create("birch")).id
    most: dict[str, int] = {}

    async def work(at: str, name: str) -> None:
        async with turns.turn(at):
            assert turns.is_taken(at)
            under_way[0] += 1
            await asyncio.sleep(0.05)
            most[name] = max(most.get(name, 0), under_way[0])
            await asyncio.sleep(0.05)
            under_way[0] -= 1

    await asyncio.gather(work(acorn, "same"), work(acorn, "same"))
    await asyncio.gather(work(acorn, "other"), work(birch, "other"))
    assert most == {"same": 1, "other": 2}
    assert not turns.is_taken(acorn)


async def test_a_turn_is_given_back_by_who_fails_in_it(town: Town) -> None:
    turns, acorn = town.platform.turns, (await town.create()).id
    for _ in range(2):
        try:
            async with asyncio.timeout(20), turns.turn(acorn):
                raise ValueError
        except ValueError:
            pass
    assert not turns.is_taken(acorn)


async def test_a_second_control_plane_waits_until_the_first_has_given_the_workspace_back(
    town: Town, platform: Platform
) -> None:
    acorn, other = (await town.create()).id, Turns(platform.db)
    async with platform.turns.turn(acorn):
        with pytest.raises(TimeoutError):
            async with other.turn(acorn, seconds=1):
                raise AssertionError("it is at work on what another has")
        waiting = asyncio.create_task(_take(other, acorn))
        await asyncio.sleep(0.2)
        assert not waiting.done()
    await asyncio.wait_for(waiting, 20)


async def test_who_is_gone_holds_nobody_up_for_longer_than_its_lease(town: Town, platform: Platform) -> None:
    acorn = (await town.create()).id
    assert await platform.db.write(queries.lease, acorn, "gone", 120)
    assert not await platform.db.write(queries.lease, acorn, "next", 120)
    await platform.db.write(_let_time_pass)
    await asyncio.wait_for(_take(platform.turns, acorn), 20)


async def test_a_lease_is_given_back_by_its_holder_alone(town: Town, platform: Platform) -> None:
    acorn = (await town.create()).id
    assert await platform.db.write(queries.lease, acorn, "one", 120)
    await platform.db.write(queries.release, acorn, "other")
    assert not await platform.db.write(queries.lease, acorn, "other", 120)


async def _take(turns: Turns, workspace: str) -> None:
    async with turns.turn(workspace):
        pass


def _let_time_pass(connection: Connection) -> None:
    connection.execute(text("UPDATE workspaces SET leased_until = leased_until - 121"))
