"""The language model on the settings page: the owner's choices about it, and what is known of it."""

from dataclasses import dataclass
from datetime import date

from trulybot.chat.call import Model
from trulybot.chat.spending import Used
from trulybot.home.fields import (
    MICRO,
    Field,
    money,
    number,
    shown_money,
    shown_number,
    shown_tick,
    shown_whole_number,
    ticked,
    whole_number,
)
from trulybot.kit.words import without_secrets
from trulybot.llm.prices import AS_OF, Price, listed_price
from trulybot.llm.provider import Provider

_TOKENS = "Write a whole number such as 200000, or leave it empty for no ceiling."
_DOLLARS = "Write dollars such as 5 or 0.25, or leave it empty for no ceiling."

MODEL_FIELDS = (
    Field("max_tokens", "Write a whole number from 1 to 4000.", whole_number, shown_whole_number),
    Field("temperature", "Write a number from 0 to 2, such as 0.7.", number, shown_number),
    Field("leave_out_unsupported", "", ticked, shown_tick),
    Field("moderation", "Choose what the provider judges: nothing, questions, or questions and answers."),
    Field("daily_tokens", _TOKENS, whole_number, shown_whole_number),
    Field("monthly_tokens", _TOKENS, whole_number, shown_whole_number),
    Field("daily_cost", _DOLLARS, money, shown_money),
    Field("monthly_cost", _DOLLARS, money, shown_money),
)


@dataclass(frozen=True)
class KnownModel:
    """`price` is a sentence; `used` has one for each ceiling, by its name."""

    name: str
    address: str
    price: str
    used: dict[str, str]


def known(model: Model | None, provider: Provider | None) -> KnownModel | None:
    """None where the operator has configured no model."""
    if model is None or provider is None:
        return None
    price = model.spending.price
    return KnownModel(
        model.speaker.model,
        without_secrets(provider.url),
        _price(price, is_listed=price == listed_price(model.speaker.model)),
        _used(model.spending.used(), price),
    )


def _price(price: Price | None, *, is_listed: bool) -> str:
    as_of = f"price list of {date.fromisoformat(AS_OF):%-d %B %Y}"
    if price is None:
        unknown = f"What it costs is not known: it is not in the {as_of}."
        return f"{unknown} The owner can write its price here, or the operator set TRULYBOT_MODEL_PRICE."
    costs = f"A million tokens cost {_dollars(price.prompt)} to read and {_dollars(price.completion)} to write"
    origin = f"by the {as_of}" if is_listed else "as was set here or in TRULYBOT_MODEL_PRICE"
    return f"{costs}, {origin}."


def _used(used: Used, price: Price | None) -> dict[str, str]:
    today, month = used.today, used.this_month
    return {
        "daily_tokens": f"{today.tokens:,} used today.",
        "monthly_tokens": f"{month.tokens:,} used this month.",
        "daily_cost": f"{_dollars(today.cost)} used today." if price else "Price not known, so nothing is counted.",
        "monthly_cost": f"{_dollars(month.cost)} used this month."
        if price
        else "Price not known, so nothing is counted.",
    }


def _dollars(micro: int) -> str:
    return "less than $0.01" if 0 < micro < MICRO // 100 else f"${micro / MICRO:,.2f}"
