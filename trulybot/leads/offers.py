"""What a visitor's own words offer: an address to write to, a number to call, a name. Pure.

Nothing of it is kept: it is shown to the visitor in the form, and only what they send from there is saved.
"""

import re

import msgspec

from trulybot.kit.emails import normal_email

FEWEST_DIGITS, MOST_DIGITS = 7, 15  # fewer are an hour or a price, more are a card

_EMAIL = re.compile(r"[^\s<>()\[\]{},;:“”\"|]{1,64}[@＠][^\s<>()\[\]{},;:“”\"|]{1,255}")
_NUMBER = re.compile(r"(?<![\w@.#/-])\+?\(?\d[\d ().\-/\u00a0\u2011]{5,24}\d(?![\w@])")
_DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2})")
# A bare number is an order's as soon as a telephone's, so somebody must want to be called at it.
_CALLED = re.compile(
    r"\b(?:call|ring|phone|text|message|reach|contact|whatsapp|mobile|cell|tel|telephone|sms)\b"
    r"|\b(?:my|mera|mi) (?:\w+ )?(?:number|n[uú]mero)\b"
    r"|ll[aá]m[ae]|llamar|tel[eé]fono|m[oó]vil|celular|cont[aá]ct|escr[ií]b[ae]"
    r"|कॉल|फ(?:ो|़ो)न|नंबर|मोबाइल|संपर्क|मैसेज|व्हाट्सएप",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:\bmy name(?:[’']s| is)|\bme llamo|\bmi nombre es|\bmera na+m)\s+(?P<after>[^.,;:!?\n]{1,80})"
    r"|मेरा नाम\s+(?P<hindi>[^.,;:!?।\n]{1,80}?)\s+(?:है|हैं)(?:\s|[.,!।]|$)",
    re.IGNORECASE,
)
_AFTER_A_NAME = {
    "and", "at", "but", "call", "can", "could", "from", "i", "i'm", "i’m", "im", "my", "please", "with", "you",
    "con", "de", "e", "llame", "llámame", "mi", "pero", "por", "soy", "y", "aur", "hai", "mera",
}  # fmt: skip
_MOST_NAMES = 4


class Offer(msgspec.Struct, frozen=True, omit_defaults=True):
    """As it was written, for the visitor to recognise it."""

    email: str = ""
    phone: str = ""
    name: str = ""

    @property
    def is_one(self) -> bool:
        """A name alone is no way to reach anybody."""
        return bool(self.email or self.phone)


def offer_in(message: str) -> Offer:
    is_called = "+" in message or _CALLED.search(message)
    return Offer(_email(message), _phone(message) if is_called else "", _name(message))


def _email(message: str) -> str:
    candidates = (found[0].strip(".!?'’“”*_`") for found in _EMAIL.finditer(message))
    return next((each for each in candidates if normal_email(each)), "")


def _phone(message: str) -> str:
    without_dates = _DATE.sub(lambda date: "|" * len(date[0]), message)
    for found in _NUMBER.finditer(without_dates):
        number = found[0].strip(" -/.\u00a0\u2011")
        if FEWEST_DIGITS <= sum(map(str.isdecimal, number)) <= MOST_DIGITS:
            return number
    return ""


def _name(message: str) -> str:
    found = _NAME.search(message)
    if not found:
        return ""
    if found["hindi"]:
        return " ".join(found["hindi"].split()[:_MOST_NAMES])
    names: list[str] = []
    for word in found["after"].split():
        if word.casefold() in _AFTER_A_NAME or any(map(str.isdecimal, word)) or len(names) == _MOST_NAMES:
            break
        names.append(word)
    return " ".join(names)
