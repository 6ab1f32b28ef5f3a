"""What the owner may choose, and the words the bot uses until they do."""

from typing import Annotated, Literal

import msgspec

from trulybot.preferences.hours import Hours
from trulybot.preferences.tones import Tone
from trulybot.preferences.widget import Widget

Moderation = Literal["off", "questions", "questions and answers"]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
ShortName = Annotated[str, msgspec.Meta(max_length=30)]
Ceiling = Annotated[int, msgspec.Meta(ge=0)] | None
Kept = Annotated[int, msgspec.Meta(ge=1, le=3650)] | None
Text = Annotated[str, msgspec.Meta(max_length=2000)]

MOST_SITES = 50

FieldKind = Literal["email", "name", "phone", "text", "select"]

# Kinds whose meaning the workspace knows; whatever the form calls such a field, its value is called this.
OUR_NAMES = ("email", "name", "phone")


class LeadField(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing asked of a visitor; what they write is known by `name`."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$(?!\n)")]
    kind: FieldKind
    label: Line
    required: bool = False
    options: Annotated[tuple[Line, ...], msgspec.Meta(max_length=50)] = ()

    def __post_init__(self) -> None:
        if (self.kind == "select") != bool(self.options):
            raise ValueError("a field of the kind select needs options, and no other kind takes any")
        if len(set(self.options)) < len(self.options):
            raise ValueError("two options of a field are the same")
        if self.name == "consent":
            raise ValueError("no field may be called “consent”: that is the box under the form")
        if self.name in OUR_NAMES and self.kind != self.name:
            raise ValueError(f"only a field of the kind {self.name} may be called “{self.name}”")


class LeadForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What visitors may leave, and the moments at which they are asked; without a moment there is no form.

    An address or a number is always needed, whichever is `required`: who offers one is not asked for the other.
    `country` is where a telephone number without a country code is taken to be from, as two letters.
    """

    before: bool = False
    after_questions: Annotated[int, msgspec.Meta(ge=1, le=50)] | None = None
    unanswered: bool = True
    on_request: bool = True
    fields: Annotated[tuple[LeadField, ...], msgspec.Meta(min_length=1, max_length=12)] = (
        LeadField(name="email", kind="email", label="E-mail"),
        LeadField(name="phone", kind="phone", label="Telephone"),
        LeadField(name="name", kind="name", label="Name"),
    )
    intro: Text = "How can we reach you?"
    consent: Text = ""
    thanks: Text = "Thank you. Somebody gets back to you."
    country: Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2})?$(?!\n)")] = ""

    def __post_init__(self) -> None:
        names = [field.name for field in self.fields]
        if len(set(names)) < len(names):
            raise ValueError("two fields have the same name")
        kinds: list[str] = [field.kind for field in self.fields]
        if any(kinds.count(kind) > 1 for kind in OUR_NAMES):
            raise ValueError("at most one field may be of the kind email, one of name and one of phone")
        if "email" not in kinds and "phone" not in kinds:
            raise ValueError("a field of the kind email or phone is needed, or nobody can be reached")

    @property
    def is_used(self) -> bool:
        return self.before or self.after_questions is not None or self.unanswered or self.on_request

    def is_needed(self, field: LeadField) -> bool:
        return field.required or self._ways == [field]

    def is_optional(self, field: LeadField) -> bool:
        """An address and a number are neither needed nor optional where either will do."""
        is_either = field in self._ways and not any(way.required for way in self._ways)
        return not self.is_needed(field) and not is_either

    @property
    def _ways(self) -> list[LeadField]:
        return [field for field in self.fields if field.kind in ("email", "phone")]


class StatusNames(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the owner calls the five steps a lead takes; empty is the usual name. The keys stay."""

    new: ShortName = ""
    contacted: ShortName = ""
    qualified: ShortName = ""
    won: ShortName = ""
    lost: ShortName = ""


class Preferences(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row. `threshold` replaces the one the workspace measured on its own documents (0 answers everything)."""

    bot_name: Line = "TrulyBot"
    welcome: Text = "Ask me anything about our documents. I answer with sources, or tell you that I cannot."
    refusal: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)] = (
        "I could not find an answer to that in our documents."
    )
    contact: Text = ""
    suggestions: Annotated[tuple[Line, ...], msgspec.Meta(max_length=6)] = ()
    threshold: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    lead_form: LeadForm = LeadForm()
    lead_statuses: StatusNames = StatusNames()
    widget: Widget = msgspec.field(default_factory=Widget)  # it holds a dict, and Litestar hashes plain defaults
    # Days that each is kept since its last word; None is for ever.
    keep_conversations: Kept = None
    keep_leads: Kept = None
    keep_events: Kept = None

    hours: Hours = Hours()
    sites: Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST_SITES)] = ()  # as preferences/sites.py writes them

    # Where the operator has configured a language model. Costs are in micro-dollars; a ceiling of 0 never calls it.
    tone: Tone = "plain"
    instructions: Text = ""
    max_tokens: Annotated[int, msgspec.Meta(ge=1, le=4000)] = 500
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.7
    leave_out_unsupported: bool = False
    moderation: Moderation = "off"
    daily_tokens: Ceiling = None
    monthly_tokens: Ceiling = None
    daily_cost: Ceiling = None
    monthly_cost: Ceiling = None
