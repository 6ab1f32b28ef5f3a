"""The language model on the settings page: the owner's choices about it, and what is known of it."""

from dataclasses import dataclass
from datetime import datetime

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
from trulybot.kit.texts import N_, _
from trulybot.kit.times import day
from trulybot.kit.words import without_secrets
from trulybot.llm.prices import AS_OF, Price, listed_price
from trulybot.llm.speech import Source

# At noon, which is the same day nearly everywhere.
_LISTED_AT = int(datetime.fromisoformat(f"{AS_OF}T12:00+00:00").timestamp())

_TOKENS = N_("Write a whole number such as 200000, or leave it empty for no ceiling.")
_DOLLARS = N_("Write dollars such as 5 or 0.25, or leave it empty for no ceiling.")

MODEL_FIELDS = (
    Field("max_tokens", N_("Write a whole number from 1 to 4000."), whole_number, shown_whole_number),
    Field("temperature", N_("Write a number from 0 to 2, such as 0.7."), number, shown_number),
    Field("leave_out_unsupported", "", ticked, shown_tick),
    Field("moderation", N_("Choose what the provider judges: nothing, questions, or questions and answers.")),
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


def known(model: Model | None, provider: Source | None) -> KnownModel | None:
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
    listed_on = {"day": day(_LISTED_AT)}
    if price is None:
        unknown = _("What it costs is not known: it is not in the price list of %(day)s.") % listed_on
        return unknown + " " + _("The owner can write its price here, or the operator set TRULYBOT_MODEL_PRICE.")
    costs = {"prompt": _dollars(price.prompt), "completion": _dollars(price.completion), **listed_on}
    if is_listed:
        listed = _(
            "A million tokens cost %(prompt)s to read and %(completion)s to write, by the price list of %(day)s."
        )
        return listed % costs
    given = _(
        "A million tokens cost %(prompt)s to read and %(completion)s to write, as was set here or in %(variable)s."
    )
    return given % {**costs, "variable": "TRULYBOT_MODEL_PRICE"}


def _used(used: Used, price: Price | None) -> dict[str, str]:
    today, month = used.today, used.this_month
    unknown = "" if price else _("Price not known, so nothing is counted.")
    return {
        "daily_tokens": _used_today(f"{today.tokens:,}"),
        "monthly_tokens": _used_this_month(f"{month.tokens:,}"),
        "daily_cost": unknown or _used_today(_dollars(today.cost)),
        "monthly_cost": unknown or _used_this_month(_dollars(month.cost)),
    }


def _used_today(amount: str) -> str:
    return _("%(amount)s used today.") % {"amount": amount}


def _used_this_month(amount: str) -> str:
    return _("%(amount)s used this month.") % {"amount": amount}


def _dollars(micro: int) -> str:
    return _("less than $0.01") if 0 < micro < MICRO // 100 else f"${micro / MICRO:,.2f}"
