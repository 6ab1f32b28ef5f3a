from trulybot.llm.breaker import FAILURES, SECONDS, Breaker


class Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def opened(time: Time) -> Breaker:
    breaker = Breaker(time)
    for _ in range(FAILURES):
        assert breaker.allows()
        breaker.failed()
    return breaker


def test_it_opens_after_so_many_failures_in_a_row() -> None:
    assert not opened(Time()).allows()


def test_a_success_between_begins_the_row_anew() -> None:
    breaker = Breaker(Time())
    for _ in range(FAILURES - 1):
        breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.allows()


def test_after_its_time_one_may_try_and_the_others_wait() -> None:
    time = Time()
    breaker = opened(time)
    time.now += SECONDS
    assert [breaker.allows(), breaker.allows()] == [True, False]


def test_a_try_that_succeeds_closes_it_and_one_that_fails_does_not() -> None:
    time = Time()
    breaker = opened(time)
    time.now += SECONDS
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    time.now += SECONDS
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows() and breaker.allows()


def test_a_try_that_never_ends_keeps_nobody_out_for_ever() -> None:
    time = Time()
    breaker = opened(time)
    time.now += SECONDS
    assert breaker.allows()
    time.now += SECONDS
    assert breaker.allows()
