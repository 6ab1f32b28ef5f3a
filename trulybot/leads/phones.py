"""A telephone number as one line would always be known by it. Pure, with the numbering plans of `phonenumbers`."""

import re
import unicodedata

FEWEST, MOST = 6, 15  # digits: what anybody may be called at, and what E.164 allows

_TYPED = re.compile(r"(?P<line>\+?[\d\s().\-/–‑·]+)(?:(?:ext|x|extension)\.?\s*(?P<extension>\d{1,7}))?", re.IGNORECASE)


def normal_phone(typed: str, country: str = "") -> str | None:
    """In E.164 where its country is known (it says so itself, or fits `country`), else its digits alone.

    None where it is no number. An extension, for which E.164 has no place, follows as “ ext. 7”.
    """
    typed = unicodedata.normalize("NFKC", typed).strip()
    said = _TYPED.fullmatch(typed)
    if not said:
        return None
    digits = "".join(str(unicodedata.digit(each)) for each in said["line"] if each.isdecimal())
    number = _with_country(typed, country)
    if number is None and not typed.startswith("+") and FEWEST <= len(digits) <= MOST:
        # Rather as it was typed than with a wrong guess in front: a visitor may be from anywhere.
        number = digits
    return f"{number} ext. {said['extension']}" if number and said["extension"] else number


def country_of(locale: str | None) -> str:
    """The country a locale names, as two letters, or nothing."""
    if not locale or locale.replace("_", "-").casefold() == "en-us":
        return ""  # which browsers all over the world say when nobody ever set them
    parts = re.split(r"[-_]", locale)[1:]
    return next((part.upper() for part in parts if len(part) == 2 and part.isalpha()), "")


def _with_country(typed: str, country: str) -> str | None:
    import phonenumbers  # 60 ms and 3 MB

    try:
        number = phonenumbers.parse(typed, country or None)
    except phonenumbers.NumberParseException:
        return None
    # Who names a country is believed if the length fits; the number may be newer than our plans.
    fits = phonenumbers.is_possible_number if typed.startswith("+") else phonenumbers.is_valid_number
    if not fits(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
