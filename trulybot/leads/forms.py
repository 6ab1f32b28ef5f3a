"""What visitors and staff send about leads, and get."""

from typing import Annotated

import msgspec

from trulybot.leads.models import Capture, Change, Lead, Note, Status

MOST_AT_ONCE = 500

FieldName = Annotated[str, msgspec.Meta(max_length=40)]
LeadId = Annotated[str, msgspec.Meta(max_length=40)]


class NewLead(msgspec.Struct, forbid_unknown_fields=True):
    """What a visitor leaves, by the names of the form's fields; `page` is the address they were at."""

    fields: Annotated[dict[FieldName, str | None], msgspec.Meta(max_length=50)]
    consent: bool = False
    conversation: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    page: Annotated[str, msgspec.Meta(max_length=2000)] | None = None
    locale: Annotated[str, msgspec.Meta(max_length=35, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")] | None = None


class Receipt(msgspec.Struct):
    """`lead` names it to staff; `merged`: this visitor had left something before; `visitor` is a token to show next."""

    lead: str
    merged: bool
    visitor: str
    visitor_expires_at: int


class LeadList(msgspec.Struct):
    leads: list[Lead]
    next: str | None


class LeadDetail(Lead, frozen=True, kw_only=True):
    """The lead, and all that was left, changed and noted, oldest first."""

    captures: list[Capture]
    changes: list[Change]
    notes: list[Note]


class LeadChanges(msgspec.Struct, forbid_unknown_fields=True):
    """Only what is sent changes; an empty text takes a value away. `fields` may name the three others too."""

    status: Status | None = None
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    fields: Annotated[dict[FieldName, str], msgspec.Meta(max_length=50)] = msgspec.field(default_factory=dict)


class StatusOfMany(msgspec.Struct, forbid_unknown_fields=True):
    ids: Annotated[list[LeadId], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)]
    status: Status


class Changed(msgspec.Struct):
    """The ids of those whose status is another now."""

    leads: list[str]


class NewNote(msgspec.Struct, forbid_unknown_fields=True):
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=5000)]
