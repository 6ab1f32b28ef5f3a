import asyncio

from control_plane.runtimes.turns import Turns


async def test_two_take_their_turns_at_one_workspace_one_after_the_other_and_at_two_beside_each_other() -> None:
    turns, under_way = Turns(), [0]
    most: dict[str, int] = {}

    async def work(at: str, name: str) -> None:
        async with turns.turn(at):
            assert turns.is_taken(at)
            under_way[0] += 1
            await asyncio.sleep(0)
            most[name] = max(most.get(name, 0), under_way[0])
            await asyncio.sleep(0)
            under_way[0] -= 1

    await asyncio.gather(work("acorn", "same"), work("acorn", "same"))
    await asyncio.gather(work("acorn", "other"), work("birch", "other"))
    assert most == {"same": 1, "other": 2}
    assert not turns.is_taken("acorn")


async def test_a_turn_is_given_back_by_who_fails_in_it() -> None:
    turns = Turns()
    for _ in range(2):
        try:
            async with asyncio.timeout(20), turns.turn("acorn"):
                raise ValueError
        except ValueError:
            pass
    assert not turns.is_taken("acorn")
