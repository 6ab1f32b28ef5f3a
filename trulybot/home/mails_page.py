"""Mail as the owner sees it: what was sent, what was not and why; where there is no mail server, a plain inbox.

Mails hold links that let somebody in, so nobody but the owner reads them here.
"""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect
from sqlalchemy import Connection

from trulybot.kit import outbox, security
from trulybot.kit.access import actor_of, open_to, principal_of
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, NotFound
from trulybot.kit.events import Actor, record
from trulybot.kit.jobs import Workers
from trulybot.kit.letters import Letter, Letters
from trulybot.kit.limits import Limit
from trulybot.kit.lists import LARGEST, RowId
from trulybot.kit.mail_server import MailServer
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.reader import current
from trulybot.kit.routes import Routes
from trulybot.kit.texts import N_, _, told

PATH = "/mails"
PAGE = 50
TRYING = Limit("trial mails", times=10, seconds=600)


@get(PATH, opt=open_to("owner"), include_in_schema=False)
async def mails_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    mail_server: NamedDependency[MailServer | None],
    before: Annotated[int | None, QueryParameter(ge=1, le=LARGEST)] = None,
    tried: FromQuery[bool] = False,
) -> Response[str]:
    found = await db.read(outbox.mails, PAGE + 1, before)
    shown = found[:PAGE]
    return pages.render(
        "trulybot/home/mails.html",
        request,
        mails=shown,
        server=mail_server,
        here=f"{PATH}?before={before}" if before else PATH,
        newer=PATH if before else None,
        older=f"{PATH}?before={shown[-1].id}" if len(found) > PAGE else None,
        notice=_("Wrote a trial mail to you. Its line below says what became of it.") if tried else None,
    )


@post(f"{PATH}/trial", opt=open_to("owner", TRYING), include_in_schema=False)
async def try_out(
    request: AnyRequest,
    db: NamedDependency[Database],
    letters: NamedDependency[Letters],
    workers: NamedDependency[Workers],
) -> Redirect:
    """A mail to whoever asks for it."""
    principal = principal_of(request)
    assert principal is not None  # the route is for the owner
    letter = letters.write("trial", current.get())
    await db.write(_send_trial, principal.name, letter, actor_of(request))
    workers.nudge()
    return Redirect(f"{PATH}?tried=true", status_code=303)


@get(f"{PATH}/{{mail_id:int}}", opt=open_to("owner"), include_in_schema=False)
async def mail_page(
    mail_id: RowId, request: AnyRequest, pages: NamedDependency[Pages], db: NamedDependency[Database]
) -> Response[str]:
    mail = await db.read(outbox.mail, mail_id)
    if mail is None:
        raise NotFound("There is no such mail. Mails are erased after 30 days.")
    return pages.render("trulybot/home/mail.html", request, mail=mail, fault=told(mail.fault))


@post(f"{PATH}/{{mail_id:int}}/sending", opt=open_to("owner"), include_in_schema=False)
async def send_again(
    mail_id: RowId, request: AnyRequest, db: NamedDependency[Database], workers: NamedDependency[Workers]
) -> Redirect:
    await db.write(_send_again, mail_id, actor_of(request))
    workers.nudge()
    return Redirect(f"{PATH}/{mail_id}", status_code=303)


def mail_pages() -> Routes:
    return Routes(mails_page, try_out, mail_page, send_again)


def _send_trial(connection: Connection, email: str, letter: Letter, actor: Actor) -> None:
    outbox.send(
        connection,
        key=f"trial {security.new_token()}",
        to=email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        source=letter.source,
    )
    record(connection, actor, N_("Sent a trial mail"), email)


def _send_again(connection: Connection, mail_id: int, actor: Actor) -> None:
    """The log names it by its number: its subject may name a visitor."""
    if not outbox.send_again(connection, mail_id):
        raise Conflict("This mail waits to be sent, or was sent already.")
    record(connection, actor, N_("Sent a mail again"), str(mail_id))
