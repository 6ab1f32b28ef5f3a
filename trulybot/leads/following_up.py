"""Staff follow a lead up: what they change and note is kept with who did it and when."""

from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from trulybot.kit.errors import Conflict, Invalid, NotFound
from trulybot.kit.events import Actor, record
from trulybot.kit.texts import N_, with_values
from trulybot.leads import capture_queries, queries
from trulybot.leads.checking import LONGEST, MOST_TYPED, WrongFields, cleaned, normal
from trulybot.leads.forms import LeadChanges, LeadDetail
from trulybot.leads.models import Lead, Note, Status, Values, shifts
from trulybot.preferences.models import OUR_NAMES, FieldKind, LeadForm

_KINDS: dict[str, FieldKind] = {"email": "email", "phone": "phone", "name": "name"}
WRONG = {
    "email": N_("This is no e-mail address. It looks like name@example.com."),
    "phone": N_("This is no telephone number. Write it with its country code, such as +44 20 7946 0958."),
}
UNKNOWN = N_("The form does not ask for this, and the lead has no such value.")


def found(connection: Connection, lead_id: str) -> Lead:
    """By its own id or the one its visitor was given; raises NotFound."""
    lead = queries.lead(connection, lead_id)
    if lead is None:
        raise NotFound("There is no such lead. It may have been deleted.")
    return lead


def detail(connection: Connection, lead_id: str) -> LeadDetail:
    lead = found(connection, lead_id)
    return LeadDetail(
        **{name: getattr(lead, name) for name in lead.__struct_fields__},
        captures=capture_queries.captures_of(connection, [lead.id])[lead.id],
        changes=queries.changes(connection, lead.id),
        notes=queries.notes_of(connection, [lead.id])[lead.id],
    )


def change(connection: Connection, lead_id: str, wanted: LeadChanges, form: LeadForm, actor: Actor) -> LeadDetail:
    """Raises WrongFields on a value that is none, and Conflict on the address of another lead."""
    lead = found(connection, lead_id)
    after = {**lead.values, **_values(wanted, lead.values, form)}
    if changes := shifts(lead.values, after):
        try:
            queries.rewrite(connection, lead.id, after, changes, actor.name)
        except IntegrityError as error:
            raise Conflict("Another lead has this e-mail address.") from error
        record(connection, actor, N_("Changed a lead"), lead.id, ", ".join(shift.field for shift in changes))
    if wanted.status:
        set_status(connection, [lead.id], wanted.status, actor)
    return detail(connection, lead.id)


def set_status(connection: Connection, lead_ids: Sequence[str], status: Status, actor: Actor) -> list[str]:
    """The ids of those it is new to; unknown ones are passed over."""
    changed = queries.set_status(connection, lead_ids, status, actor.name)
    if len(changed) == 1:
        record(connection, actor, N_("Changed the status of a lead"), changed[0], status)
    elif changed:
        record(connection, actor, N_("Changed the status of leads"), detail=f"{len(changed):,}: {status}")
    return changed


def note(connection: Connection, lead_id: str, written: str, actor: Actor) -> Note:
    lead = found(connection, lead_id)
    text = cleaned(written, lines=True)
    if not text:
        raise Invalid("The note is empty. Write what you want to remember.")
    record(connection, actor, N_("Wrote a note about a lead"), lead.id)
    return queries.add_note(connection, lead.id, text, actor.name)


def _values(wanted: LeadChanges, known: Values, form: LeadForm) -> dict[str, str]:
    own = {name: value for name in OUR_NAMES if (value := getattr(wanted, name)) is not None}
    asked: set[str] = {*OUR_NAMES, *(field.name for field in form.fields), *known}
    values, errors = {}, {}
    for name, typed in {**wanted.fields, **own}.items():
        kind = _KINDS.get(name, "text")
        written = cleaned(typed[:MOST_TYPED], lines=kind == "text")
        value = normal(kind, written, form.country) if written else ""
        if name not in asked:
            errors[name] = UNKNOWN
        elif len(written) > LONGEST[kind]:
            errors[name] = with_values(N_("Write at most %(number)s characters."), number=LONGEST[kind])
        elif value is None:
            errors[name] = WRONG[kind]
        else:
            values[name] = value
    if errors:
        raise WrongFields(errors, {})
    return values
