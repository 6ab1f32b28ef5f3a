"""The mails a workspace may have us write, and what each is made of: nothing else of its gets into one. Pure."""

from typing import Annotated, Any

import msgspec

from trulybot.kit.answer_letter import Answered
from trulybot.kit.errors import Unprocessable
from trulybot.kit.texts import with_values

Line = Annotated[str, msgspec.Meta(max_length=1_000)]
Words = Annotated[str, msgspec.Meta(max_length=20_000)]


class _Lead(msgspec.Struct, frozen=True):
    id: Line
    email: Line | None = None


class _Capture(msgspec.Struct, frozen=True):
    consent: Words | None = None
    page: Line | None = None
    conversation: Line | None = None


class Captured(msgspec.Struct, frozen=True):
    title: Line
    fields: Annotated[list[tuple[Line, Words]], msgspec.Meta(max_length=50)]
    lead: _Lead
    capture: _Capture
    again: bool
    is_trial: bool
    is_last: bool


class WebhookOff(msgspec.Struct, frozen=True):
    url: Line


class Trial(msgspec.Struct, frozen=True):
    pass


class Answer(Answered, frozen=True, kw_only=True):
    question: Words
    said: Words
    page: Line


Given = Captured | WebhookOff | Trial | Answer

TO_STAFF: dict[str, type[Given]] = {"lead": Captured, "webhook_off": WebhookOff, "trial": Trial}
TO_LEADS: dict[str, type[Given]] = {"answer": Answer}


def given_for(template: str, given: dict[str, Any]) -> Given:
    """What the template takes of it; raises Unprocessable."""
    known = TO_STAFF | TO_LEADS
    if template not in known:
        raise Unprocessable("There is no mail of this name that a workspace may send.")
    try:
        return msgspec.convert(given, known[template])
    except msgspec.ValidationError as error:
        raise Unprocessable(
            with_values("This is not what the mail is made of: %(fault)s.", fault=str(error))
        ) from error
