from trulybot.llm.prices import MILLION, Price, listed_price
from trulybot.llm.speech import Usage


def test_a_call_costs_micro_dollars_rounded_up() -> None:
    assert Price(150_000, 600_000).of(Usage(MILLION, MILLION)) == 750_000
    assert Price(150_000, 600_000).of(Usage(1, 0)) == 1
    assert Price(0, 0).of(Usage(MILLION, 1)) == 0


def test_a_dated_model_costs_what_its_name_costs_and_an_unknown_one_nothing_known() -> None:
    assert listed_price("gpt-4o-mini-2024-07-18") == listed_price("gpt-4o-mini") == Price(150_000, 600_000)
    assert listed_price("gemma3:270m") is None
