"""Which model, as fields of a form. Pure. Its key is written and never read: a page shows that there is one."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from trulybot.contract import DEFAULT_MODEL
from trulybot.home.fields import money, shown_money
from trulybot.kit.texts import _
from trulybot.preferences.model_choice import ModelChoice

NAMES = ("model_url", "model_name", "model_key", "forget_key", "prompt_price", "completion_price")
LONGEST = 500


def typed_place_in(form: Mapping[str, object]) -> dict[str, str]:
    return {name: str(form.get(name, "")).strip() for name in NAMES}


def typed_place(choice: ModelChoice) -> dict[str, str]:
    prompt, completion = choice.price or (None, None)
    return {
        "model_url": choice.url,
        "model_name": choice.name,
        "prompt_price": shown_money(prompt),
        "completion_price": shown_money(completion),
    }


def place_from(
    typed: Mapping[str, str], given: ModelChoice, before: ModelChoice | None
) -> tuple[ModelChoice, dict[str, str]]:
    """The choice, and what is wrong by the name of its field. A key that is not typed again stays with its address."""
    url = typed["model_url"].rstrip("/")
    url = "" if url == given.url else url
    errors = {}
    if url and not _is_web_address(url):
        errors["model_url"] = _("Write a whole address without a user name, such as http://localhost:11434/v1.")
    key = typed["model_key"] or _kept_key(typed, url, before)
    if len(key) > LONGEST or not key.isascii() or not (key or "x").isprintable() or " " in key:
        errors["model_key"] = _("A key is one word of letters, digits and signs. Copy it again.")
    name = typed["model_name"]
    if len(name) > LONGEST or not (name or "x").isprintable():
        errors["model_name"] = _("Write the model’s name in at most 500 characters.")
    if url and not name:
        errors["model_name"] = _("Write which model to ask for at that address.")
    price = _price(typed, errors)
    return ModelChoice(url=url, name=name or (DEFAULT_MODEL if key else ""), key=key, price=price), errors


def _kept_key(typed: Mapping[str, str], url: str, before: ModelChoice | None) -> str:
    return before.key if before and before.url == url and not typed["forget_key"] else ""


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    is_plain = parts.username is None and url.isprintable() and " " not in url and len(url) <= LONGEST
    return parts.scheme in ("http", "https") and is_whole and is_plain


def _price(typed: Mapping[str, str], errors: dict[str, str]) -> tuple[int, int] | None:
    """Both, or neither: the price list's, where it has one."""
    both = {name: money(typed[name]) for name in ("prompt_price", "completion_price")}
    for name, value in both.items():
        if isinstance(value, str):
            errors[name] = _("Write dollars such as 0.15, or 0 where it costs nothing.")
        elif value is None and any(other is not None for other in both.values()):
            errors[name] = _("Write both prices, or neither.")
    prompt, completion = both.values()
    return (prompt, completion) if isinstance(prompt, int) and isinstance(completion, int) else None
