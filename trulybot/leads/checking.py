"""What a visitor left, held against the owner's form, and told in their language. Pure."""

import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from trulybot.kit.emails import normal_email
from trulybot.kit.errors import Unprocessable
from trulybot.kit.languages import Texts
from trulybot.kit.texts import N_
from trulybot.leads.forms import NewLead
from trulybot.leads.phones import country_of, normal_phone
from trulybot.preferences.models import OUR_NAMES, FieldKind, LeadField, LeadForm

LONGEST: dict[FieldKind, int] = {"email": 254, "name": 200, "phone": 60, "text": 2000, "select": 120}
MOST_TYPED = 10_000  # characters of a field that are looked at: more are too many whatever they are
WRONG: dict[FieldKind, str] = {"email": "email_wrong", "phone": "phone_wrong", "select": "choose"}  # keys of texts/
NOT_ASKED = N_("The form does not ask for this.")  # no visitor can cause it

# Characters that turn the direction of the text around them: they make one name look like another.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class WrongFields(Unprocessable):
    """Some of what was typed is not what was asked for; `labels` is what the fields are called, by their names."""

    def __init__(self, errors: Mapping[str, str], labels: Mapping[str, str]) -> None:
        super().__init__("", errors=errors)
        self._labels = labels

    @property
    def sentence(self) -> str:
        return " ".join(f"{self._labels.get(name, name.capitalize())}: {fault}" for name, fault in self.errors.items())


class Left(msgspec.Struct, frozen=True):
    """`values` in their normal forms under our names; `fields` as they were written; the words of `consent` given."""

    values: dict[str, str]
    fields: dict[str, str]
    consent: str | None


class _Answer(NamedTuple):
    field: LeadField
    written: str
    value: str = ""
    fault: str = ""


def checked(sent: NewLead, form: LeadForm, texts: Texts) -> Left:
    """Raises WrongFields, with a sentence for each field in `errors`, on what the form does not take."""
    country = form.country or country_of(sent.locale)
    answers = [_answer(field, sent.fields.get(field.name) or "", country, texts) for field in form.fields]
    errors = dict.fromkeys(sorted(sent.fields.keys() - {field.name for field in form.fields}), NOT_ASKED)
    errors |= {answer.field.name: answer.fault for answer in answers if answer.fault}
    ways = [answer for answer in answers if answer.field.kind in ("email", "phone")]
    if not any(way.value or way.fault for way in ways):
        errors[ways[0].field.name] = texts["missing" if form.is_needed(ways[0].field) else "no_way"]
    if form.consent and not sent.consent:
        errors["consent"] = texts["consent_missing"]
    if errors:
        raise WrongFields(errors, {field.name: field.label for field in form.fields})
    values = {own_name(answer.field): answer.value for answer in answers if answer.value}
    fields = {answer.field.name: answer.written for answer in answers if answer.written}
    return Left(values, fields, form.consent or None)


def own_name(field: LeadField) -> str:
    """What the workspace calls a field's value: the owner may call the address “work_email”, to us it is `email`."""
    return field.kind if field.kind in OUR_NAMES else field.name


def cleaned(typed: str, *, lines: bool = False) -> str:
    """Without what no keyboard types; on one line, unless it may have several."""
    typed = unicodedata.normalize("NFC", typed).replace("\r\n", "\n")
    kept = "".join(
        character
        for character in typed
        if character not in _TURNING and (character.isspace() or unicodedata.category(character) != "Cc")
    )
    return kept.strip() if lines else " ".join(kept.split())


def normal(kind: FieldKind, written: str, country: str) -> str | None:
    """None where it is not what it should be."""
    if kind == "email":
        return normal_email(written)
    return normal_phone(written, country) if kind == "phone" else written


def _answer(field: LeadField, typed: str, country: str, texts: Texts) -> _Answer:
    written = cleaned(typed[:MOST_TYPED], lines=field.kind == "text")
    if not written:
        return _Answer(field, "", fault=texts["missing"] if field.required else "")
    if len(written) > LONGEST[field.kind]:
        return _Answer(field, written, fault=texts["too_long"].replace("{n}", f"{LONGEST[field.kind]:,}"))
    value = normal(field.kind, written, country)
    if value is None or (field.kind == "select" and value not in field.options):
        return _Answer(field, written, fault=texts[WRONG[field.kind]])
    return _Answer(field, written, value)
