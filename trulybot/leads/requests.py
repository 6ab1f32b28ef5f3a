"""What pages and routes of leads learn from a request: who sends it, what was ticked and typed."""

from litestar.response import Redirect

from trulybot.kit.access import actor_of
from trulybot.kit.database import Database
from trulybot.kit.errors import Invalid
from trulybot.kit.pages import AnyRequest
from trulybot.leads import deleting
from trulybot.leads.filtering import Filter
from trulybot.leads.forms import MOST_AT_ONCE
from trulybot.leads.models import STATUSES, Status

PAGE = 50


async def deleted(lead_ids: list[str], request: AnyRequest, db: Database, back: Filter) -> Redirect:
    """Back to the list, which offers to undo it."""
    gone, at = await db.write(deleting.delete_now, lead_ids, actor_of(request))
    return Redirect(back.page(deleted=str(len(gone)), at=str(at)), status_code=303)


async def ticked_in(request: AnyRequest) -> tuple[list[str], dict[str, str]]:
    """The ids that are ticked, and all else that was sent."""
    form = await request.form()
    ticked = [str(each) for each in form.getall("id", [])][:MOST_AT_ONCE]
    return ticked, {name: value for name, value in form.items() if isinstance(value, str)}


def status_in(typed: object) -> Status:
    for status in STATUSES:
        if status == typed:
            return status
    raise Invalid("There is no such status. Choose one from the list.")
