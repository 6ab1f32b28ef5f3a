import asyncio

from trulybot.llm.fair_turns import FairTurns

PATIENT = 5.0


async def limited(most_waiting: int = 100, seconds: float = 0.02) -> FairTurns:
    """The provider has just said that it had too many requests."""
    turns = FairTurns(most_waiting=most_waiting)
    turn = await turns.come("somebody", PATIENT)
    assert turn
    turn.limited(seconds)
    return turns


async def test_nobody_waits_while_there_is_no_limit() -> None:
    turns = FairTurns()
    assert all([await turns.come("a", 0) for _ in range(1000)])


async def test_a_limit_is_waited_out() -> None:
    turns = await limited()
    waiting = asyncio.create_task(turns.come("a", PATIENT))
    await asyncio.sleep(0)
    assert not waiting.done()
    assert await waiting


async def test_who_asks_most_does_not_go_before_the_others() -> None:
    turns = await limited()
    gone: list[str] = []

    async def ask(who: str) -> None:
        turn = await turns.come(who, PATIENT)
        assert turn
        gone.append(who)
        await asyncio.sleep(0)
        turn.accepted()

    asking = [asyncio.create_task(ask(who)) for who in [*"aaaaaa", "b", "c"]]
    await asyncio.gather(*asking)
    assert set(gone[:3]) == {"a", "b", "c"}


async def test_first_one_tries_whether_the_limit_is_over() -> None:
    turns = await limited()
    asking = [asyncio.create_task(turns.come(str(who), PATIENT)) for who in range(8)]
    await asyncio.sleep(0.1)
    (first,) = [task.result() for task in asking if task.done()]
    assert first
    first.accepted()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert sum(task.done() for task in asking) == 3
    for task in asking:
        turn = await task
        assert turn
        turn.accepted()
    assert turns.waiting == 0


async def test_who_would_wait_too_long_is_told_at_once() -> None:
    turns = await limited(seconds=60)
    assert await turns.come("a", 1) is None


async def test_those_who_wait_are_bounded() -> None:
    turns = await limited(most_waiting=2)
    waiting = [asyncio.create_task(turns.come("a", PATIENT)) for _ in range(2)]
    await asyncio.sleep(0)
    assert await turns.come("b", PATIENT) is None
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert turns.waiting == 0


async def test_a_call_that_ends_in_another_way_makes_room() -> None:
    turns = await limited()
    first = await turns.come("a", PATIENT)
    waiting = asyncio.create_task(turns.come("b", PATIENT))
    await asyncio.sleep(0)
    assert first and not waiting.done()
    first.leave()
    first.leave()
    assert await waiting
