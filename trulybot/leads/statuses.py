"""The five steps a lead takes, by the names the owner gave them."""

from trulybot.kit.texts import N_, _
from trulybot.leads.models import STATUSES, Status
from trulybot.preferences.models import StatusNames

USUAL: dict[Status, str] = {
    "new": N_("New"),
    "contacted": N_("Contacted"),
    "qualified": N_("Qualified"),
    "won": N_("Won"),
    "lost": N_("Lost"),
}


def names_of(chosen: StatusNames) -> dict[Status, str]:
    """In the order of the pipeline; in the language of whoever reads, where the owner chose none."""
    return {status: getattr(chosen, status) or _(USUAL[status]) for status in STATUSES}
