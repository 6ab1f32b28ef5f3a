"""The mails of the demo on a page of its own: there is no mail server, so here they arrive, for whoever looks."""

from typing import Any

from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide

from control_plane.platform import NAME
from trulybot.kit import access, outbox
from trulybot.kit.access import open_to
from trulybot.kit.application import Application
from trulybot.kit.database import Database
from trulybot.kit.limits import Limits
from trulybot.kit.pages import AnyRequest, Pages, static_file
from trulybot.kit.refusing import answer_refused
from trulybot.kit.rim import Rim

SLUG = "mail"  # reserved, so that no workspace has it
MOST = 50


@get("/", opt=open_to("anyone"), include_in_schema=False)
async def mails_page(
    request: AnyRequest, pages: NamedDependency[Pages], db: NamedDependency[Database]
) -> Response[str]:
    return pages.render("control_plane/demo/mails.html", request, mails=await db.read(outbox.mails, MOST))


def create_mail_page(db: Database, host: str) -> Litestar:
    pages = Pages(lambda _: {"workspace": NAME})
    app = Application(
        route_handlers=[mails_page, static_file],
        dependencies={"db": _giving(db), "pages": _giving(pages)},
        before_request=access.admit,
        exception_handlers={Exception: answer_refused},
        state=State({"limits": Limits(), "pages": pages}),
        logging_config=None,
        openapi_config=None,
    )
    app.rim = Rim(frozenset({host}), (), only_named=True)
    access.assert_declared(app)
    return app


def _giving(part: Any) -> Provide:
    return Provide(lambda: part, sync_to_thread=False)
