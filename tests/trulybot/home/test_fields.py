"""What is typed into a field of money is micro-dollars, exactly."""

import pytest
from hypothesis import given, strategies

from trulybot.home.fields import money, shown_money


@pytest.mark.parametrize(
    ("typed", "micro"),
    [
        ("5", 5_000_000),
        ("5.00", 5_000_000),
        ("0.25", 250_000),
        ("0.000072", 72),
        ("0", 0),
        ("0.1", 100_000),
        ("", None),
    ],
)
def test_dollars_are_kept_as_micro_dollars(typed: str, micro: int | None) -> None:
    assert money(typed) == micro


@pytest.mark.parametrize("typed", ["-1", "5,00", "1e3", "$5", ".", "1234567890123", "nan", "٣", "0.0000001"])
def test_what_is_no_sum_stays_as_it_was_typed(typed: str) -> None:
    assert money(typed) == typed


@given(strategies.integers(0, 10**14))
def test_what_is_shown_is_read_again_as_the_same(micro: int) -> None:
    assert money(shown_money(micro)) == micro
    assert len(shown_money(micro).partition(".")[2]) >= 2
