"""The page for whoever forgot their password."""

from litestar import Response, get, post
from litestar.di import NamedDependency

from trulybot.account import forgotten
from trulybot.kit.access import open_to
from trulybot.kit.database import Database
from trulybot.kit.emails import problem_with_email
from trulybot.kit.forms import Fields, typed_in
from trulybot.kit.jobs import Workers
from trulybot.kit.limits import Limit
from trulybot.kit.mail_server import MailServer
from trulybot.kit.pages import AnyRequest, Pages

PATH = "/forgotten-password"
ASKING = Limit("forgotten passwords", times=5, seconds=900)


@get(PATH, opt=open_to("visitor"), include_in_schema=False)
async def forgotten_page(request: AnyRequest, pages: NamedDependency[Pages]) -> Response[str]:
    return _page(pages, request)


@post(PATH, opt=open_to("anyone", ASKING), include_in_schema=False)
async def ask(
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    workers: NamedDependency[Workers],
    mail_server: NamedDependency[MailServer | None],
) -> Response[str]:
    """Says the same whoever asks; without a mail server nothing is begun, and the page says so."""
    values = await typed_in(request)
    email = values["email"].strip()
    if mail_server is None:
        return _page(pages, request)
    if problem := problem_with_email(email):
        return _page(pages, request, values, {"email": problem})
    await forgotten.ask(db, request.app.state.limits, email)
    workers.nudge()
    return _page(pages, request, values, asked=True)


def _page(
    pages: Pages,
    request: AnyRequest,
    values: Fields | None = None,
    errors: Fields | None = None,
    asked: bool = False,
) -> Response[str]:
    shown = {"values": values or {}, "errors": errors or {}, "asked": asked}
    return pages.render("trulybot/account/forgotten.html", request, 422 if errors else 200, **shown)
