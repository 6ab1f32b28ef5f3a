import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from trulybot.kit.child import Child, ChildDied, ChildFailed, ChildTimedOut
from trulybot.kit.frames import MOST_BYTES, FrameTooLarge

ODD_CHILD = (sys.executable, "-P", str(Path(__file__).with_name("odd_child.py")))
PATIENCE = 20.0  # seconds after which a test gives up; none waits so long when all is well


@pytest.fixture
async def child() -> AsyncIterator[Child]:
    child = Child(ODD_CHILD)
    yield child
    await child.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


async def test_no_child_is_started_before_it_is_called(child: Child) -> None:
    assert child.pid is None
    assert await child.call("echo", "hello", str) == "hello"
    assert child.pid is not None


async def test_calls_in_flight_each_get_their_own_answer(child: Child) -> None:
    answers = await asyncio.gather(*(child.call("echo", number, int) for number in range(200)))
    assert answers == list(range(200))


async def test_first_calls_at_once_share_one_child(child: Child) -> None:
    assert len(set(await asyncio.gather(*(child.call("pid", None, int) for _ in range(5))))) == 1


async def test_a_large_answer_passes_and_one_too_large_is_refused_at_home(child: Child) -> None:
    large = b"x" * (MOST_BYTES // 2)
    assert await child.call("echo", large, bytes) == large
    with pytest.raises(FrameTooLarge):
        await child.call("echo", b"x" * MOST_BYTES, bytes)
    assert await child.call("echo", 1, int) == 1


async def test_a_refusal_carries_its_sentence_and_leaves_the_child_alive(child: Child) -> None:
    pid = await child.call("pid", None, int)
    with pytest.raises(ChildFailed) as refused:
        await child.call("refuse", None, str)
    assert (refused.value.kind, refused.value.sentence) == ("odd", "I would rather not.")
    assert await child.call("pid", None, int) == pid


async def test_death_fails_every_call_in_flight_and_the_next_starts_another(child: Child) -> None:
    first = await child.call("pid", None, int)
    waiting = [asyncio.create_task(child.call("silence", None, str)) for _ in range(3)]
    dying = asyncio.create_task(child.call("exit", 3, str))
    results = await asyncio.gather(*waiting, dying, return_exceptions=True)
    assert [type(result) for result in results] == [ChildDied] * 4
    assert await child.call("pid", None, int) != first


async def test_a_killed_child_is_replaced(child: Child) -> None:
    pid = await child.call("pid", None, int)
    waiting = asyncio.create_task(child.call("silence", None, str))
    await asyncio.sleep(0)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(ChildDied):
        await waiting
    assert await child.call("echo", 1, int) == 1


async def test_a_call_that_takes_too_long_kills_the_child(child: Child) -> None:
    pid = await child.call("pid", None, int)
    with pytest.raises(ChildTimedOut):
        await child.call("sleep", 60, bool, seconds=0.1)
    await until(lambda: not is_alive(pid))
    assert await child.call("echo", 1, int) == 1


async def test_a_caller_who_leaves_disturbs_nobody(child: Child) -> None:
    pid = await child.call("pid", None, int)
    leaving = asyncio.create_task(child.call("sleep", 0.2, bool))
    await asyncio.sleep(0.05)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert await child.call("pid", None, int) == pid


async def test_nonsense_ends_the_child_instead_of_hanging(child: Child) -> None:
    with pytest.raises(ChildDied):
        await child.call("babble", None, str)
    assert await child.call("echo", 1, int) == 1


async def test_an_answer_of_another_type_is_not_believed(child: Child) -> None:
    assert await child.call("echo", "seven", str) == "seven"
    with pytest.raises(ChildDied):
        await child.call("echo", "seven", int)


async def test_an_idle_child_ends_and_comes_back_when_called() -> None:
    child = Child(ODD_CHILD, idle_seconds=0.1)
    first = await child.call("pid", None, int)
    await until(lambda: not is_alive(first))
    assert child.pid is None
    assert await child.call("pid", None, int) != first
    await child.close()


async def test_a_held_child_is_not_idle() -> None:
    child = Child(ODD_CHILD, idle_seconds=0.05)
    with child.held():
        first = await child.call("pid", None, int)
        await asyncio.sleep(0.3)
        assert await child.call("pid", None, int) == first
    await until(lambda: child.pid is None)
    await child.close()


async def test_closing_ends_even_a_child_that_does_not_listen(child: Child) -> None:
    pid = await child.call("pid", None, int)
    sleeping = asyncio.create_task(child.call("sleep", 60, bool))
    await asyncio.sleep(0.05)
    await child.close()
    assert not is_alive(pid)
    with pytest.raises(ChildDied):
        await sleeping


async def test_a_closed_child_is_not_started_again(child: Child) -> None:
    assert await child.call("echo", 1, int) == 1
    await child.close()
    with pytest.raises(ChildDied):
        await child.call("echo", 1, int)
    assert child.pid is None


async def test_memory_beyond_the_limit_fails_the_call_and_the_next_works(child: Child) -> None:
    assert await child.call("eat", 1024 * 1024, int) == 1024 * 1024
    with pytest.raises(ChildDied):
        await child.call("eat", 512 * 1024 * 1024, int)
    assert await child.call("echo", 1, int) == 1


async def test_the_child_sees_none_of_our_environment(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRULYBOT_MODEL_KEY", "a secret")
    assert "TRULYBOT_MODEL_KEY" in os.environ
    assert "TRULYBOT_MODEL_KEY" not in await child.call("environment", None, list[str])


async def test_what_a_library_prints_is_read_to_its_end_and_not_logged(
    child: Child, caplog: pytest.LogCaptureFixture
) -> None:
    assert await child.call("print", "shout " * 100_000, bool)
    await child.close()
    logged = "".join(record.getMessage() for record in caplog.records)
    assert "wrote 1200002 bytes to its standard error" in logged
    assert "shout" not in logged


async def test_what_its_own_code_logs_is_logged_here(child: Child, caplog: pytest.LogCaptureFixture) -> None:
    assert await child.call("log", "The odd child is odd.", bool)
    await child.close()
    assert [record.getMessage().partition(": ")[2] for record in caplog.records] == ["The odd child is odd."]


async def test_a_command_that_does_not_exist_is_a_dead_child() -> None:
    child = Child(("/nowhere/python",))
    with pytest.raises(ChildDied):
        await child.call("echo", 1, int)
    await child.close()


@pytest.mark.parametrize("verb", ["echo", "sleep"])
def test_the_child_dies_with_its_parent(verb: str) -> None:
    """Also one that is busy, and even if the parent had no time to say goodbye."""
    parent = subprocess.Popen((sys.executable, "-c", PARENT, *ODD_CHILD, verb), stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    assert is_alive(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    asyncio.run(until(lambda: not is_alive(pid)))


PARENT = """
import asyncio, sys
from trulybot.kit.child import Child

async def main():
    child = Child(sys.argv[1:4])
    print(await child.call("pid", None, int), flush=True)
    await child.call(sys.argv[4], 60, int)
    await asyncio.sleep(60)

asyncio.run(main())
"""
