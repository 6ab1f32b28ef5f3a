"""The web application of the control plane: console, staff pages, API. Read this file first: the table of contents."""

from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide

from control_plane.accounts.routes import accounts
from control_plane.console.domain_pages import domain_pages
from control_plane.console.member_pages import member_pages
from control_plane.console.pages import console_pages
from control_plane.console.routes import console_routes
from control_plane.console.sending_pages import sending_pages
from control_plane.console.view import Console
from control_plane.console.workspace_pages import workspace_pages
from control_plane.gateway.stopping import stopping_pages
from control_plane.platform import NAME, Platform
from control_plane.staff.observing import Observing
from control_plane.staff.routes import staff_pages
from trulybot import __version__
from trulybot.kit import access
from trulybot.kit.api import api_description, api_pages
from trulybot.kit.application import Application
from trulybot.kit.health import up
from trulybot.kit.pages import Pages, static_file
from trulybot.kit.refusing import answer_refused
from trulybot.kit.rim import Rim

BODY_BYTES = 100_000


def create_app(platform: Platform) -> Litestar:
    """Of a platform that its caller starts and closes: others answer from it too."""
    context = {"workspace": NAME, "has_mail": True, "sends_mail": platform.settings.mail_server is not None}
    pages = Pages(lambda _: context, error="control_plane/error.html")
    app = Application(
        route_handlers=[
            up,
            static_file,
            api_pages(),
            accounts(),
            stopping_pages(),
            console_pages(),
            workspace_pages(),
            member_pages(),
            domain_pages(),
            sending_pages(),
            console_routes(),
            staff_pages(),
        ],
        dependencies=_dependencies(platform, pages),
        before_request=access.admit,
        exception_handlers={Exception: answer_refused},
        state=State({"limits": platform.limits, "authenticate": platform.authenticate, "pages": pages}),
        request_max_body_size=BODY_BYTES,
        logging_config=None,
        openapi_config=api_description("TrulyBot’s control plane", __version__),
    )
    app.rim = Rim(frozenset({platform.settings.domain}), platform.settings.trusted_proxies, only_named=True)
    access.assert_declared(app)
    return app


def _dependencies(platform: Platform, pages: Pages) -> dict[str, Provide]:
    """What handlers may ask for, by the name of their parameter."""
    parts = {
        "settings": platform.settings,
        "db": platform.db,
        "limits": platform.limits,
        "letters": platform.letters,
        "workers": platform.workers,
        "proving": platform.proving,
        "console": Console(platform.db, pages, platform.folders, platform.settings),
        "converging": platform.converging,
        "rolling_out": platform.rolling_out,
        "observing": Observing(platform.db, platform.runtime, platform.folders),
        "passes_key": platform.passes_key,
        "pages": pages,
        "mails_key": platform.mails_key,
    }
    return {name: Provide(_giving(part), sync_to_thread=False) for name, part in parts.items()}


def _giving(part: Any) -> Any:
    return lambda: part
