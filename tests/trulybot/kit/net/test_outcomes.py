from typing import get_args

import pytest

from trulybot.kit.net.outcomes import Failed, Failure, Reason, Refused, TimedOut, TooLarge, Unreachable

FAILURES: list[Failure] = [
    *(Refused("", reason) for reason in get_args(Reason)),
    *(Unreachable("", reason) for reason in ("name", "connection", "certificate", "broken")),
    *(Failed("", status) for status in (304, 400, 401, 403, 404, 410, 429, 500, 503)),
    TimedOut(""),
    TooLarge("", 32 * 2**20),
    TooLarge("", 512 * 2**10),
]


@pytest.mark.parametrize("failure", FAILURES)
def test_every_failure_says_what_to_do_next(failure: Failure) -> None:
    what, step, *_ = failure.sentence.rstrip(".").split(". ") if ". " in failure.sentence else (failure.sentence, "")
    assert what and (step or "http" in what)
