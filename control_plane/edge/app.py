"""The doorman as an application of its own, on a socket that Caddy alone asks at."""

from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide

from control_plane.edge.doorman import Doorman
from control_plane.edge.routes import answer_refused, ask, say_what_went_wrong, wake
from control_plane.edge.routing import DOORMAN
from control_plane.settings import Settings
from trulybot.kit import access
from trulybot.kit.application import Application
from trulybot.kit.limits import Limits
from trulybot.kit.pages import Pages, static_file
from trulybot.kit.rim import Rim

NAME = "TrulyBot"  # on pages where no workspace has one


def create_doorman(settings: Settings, doorman: Doorman) -> Litestar:
    pages = Pages(lambda _: {"workspace": NAME, "console": settings.console})
    app = Application(
        route_handlers=[wake, ask, say_what_went_wrong, static_file],
        dependencies={"doorman": _giving(doorman), "pages": _giving(pages)},
        before_request=access.admit,
        exception_handlers={Exception: answer_refused},
        state=State({"limits": Limits(), "pages": pages}),
        logging_config=None,
        openapi_config=None,
    )
    # A workspace may put a link to this socket where its own should be: then what is asked is for another Host.
    app.rim = Rim(frozenset({DOORMAN}), (), only_named=True)
    access.assert_declared(app)
    return app


def _giving(part: Any) -> Provide:
    return Provide(lambda: part, sync_to_thread=False)
