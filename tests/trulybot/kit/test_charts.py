"""The shapes of charts."""

import pytest

from trulybot.kit.charts import round_above, sparkline, stacked


def test_a_sparkline_goes_from_zero_at_the_bottom_to_the_most_at_the_top() -> None:
    assert sparkline([0, 5, 10]) == "0.0,22.0 50.0,12.0 100.0,2.0"


def test_a_sparkline_of_nothing_lies_at_the_bottom() -> None:
    assert sparkline([0, 0]) == "0.0,22.0 100.0,22.0"


def test_the_numbers_of_a_bar_stand_on_each_other_and_nothing_is_drawn_for_a_zero() -> None:
    drawn = stacked([(6, 2), (0, 1), (0, 0)])
    assert drawn.top == 8
    assert [(bar.series, bar.y, bar.height) for bar in drawn.bars] == [(0, 25, 75), (1, 0, 25), (1, 87.5, 12.5)]
    first, _, second = drawn.bars
    assert 0 < first.x < first.x + first.width < second.x < second.x + second.width < 100


@pytest.mark.parametrize(
    ("number", "top"), [(0, 2), (1, 2), (3, 4), (9, 10), (11, 20), (100, 100), (101, 200), (437, 600), (8001, 10000)]
)
def test_the_end_of_a_scale_is_round_and_so_is_its_half(number: int, top: int) -> None:
    assert round_above(number) == top
