import asyncio
import time

import pytest
from litestar import Litestar

from control_plane.accounts.guessing import LONGEST_WAIT, seconds_to_wait
from tests.cast import MIRA, Browser
from tests.control_plane.conftest import CONSOLE, browser_of

AT = 1_796_000_000


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (100_000, LONGEST_WAIT)]
)
def test_each_guess_waits_twice_as_long_up_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    assert seconds_to_wait(failures, AT, 5, AT) == seconds
    assert seconds_to_wait(failures, AT - seconds, 5, AT) == 0


async def test_of_many_guesses_at_once_a_few_are_judged(mira: Browser, app: Litestar) -> None:
    async def guess(machine: int) -> int:
        async with browser_of(app, f"198.51.100.{machine}") as guesser:
            return (await guesser.submit("/sign-in", email=MIRA, password=f"guess number {machine}")).status_code

    statuses = await asyncio.gather(*(guess(machine) for machine in range(20)))
    assert sorted(statuses) == [401] * 5 + [429] * 15


async def test_who_must_wait_is_told_so_in_their_language(mira: Browser, stranger: Browser) -> None:
    stranger.headers["accept-language"] = "hi"
    for number in range(6):
        answer = await stranger.post(
            "/sign-in", data={"email": MIRA, "password": f"guess number {number}"}, headers={"origin": CONSOLE}
        )
    assert answer.status_code == 429 and "एक मिनट" in answer.text


async def test_an_address_nobody_has_takes_as_long_as_a_wrong_password(mira: Browser, app: Litestar) -> None:
    """The fastest of some each: what is slower than that is other work of this machine."""
    taken: dict[str, list[float]] = {MIRA: [], "nobody@acorn.example": []}
    for machine in range(4):
        for email, seconds in taken.items():
            async with browser_of(app, f"198.51.100.{machine}") as guesser:
                began = time.perf_counter()
                answer = await guesser.submit("/sign-in", email=email, password="guess guess guess")
                seconds.append(time.perf_counter() - began)
                assert answer.status_code == 401
    known, unknown = (min(seconds) for seconds in taken.values())
    assert 0.5 < unknown / known < 2
