"""The API's description, for programs and for people. Litestar's own pages would load other sites' scripts."""

import re
from typing import Any

from litestar import Litestar, Response, Router, get
from litestar.di import NamedDependency
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from trulybot.kit.access import handlers, open_to
from trulybot.kit.openapi import operations
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes


@get("/openapi.json", opt=open_to("anyone"), include_in_schema=False)
async def openapi(request: AnyRequest) -> Response[Any]:
    return Response(request.app.openapi_schema.to_schema(), media_type="application/vnd.oai.openapi+json")


@get("/api", opt=open_to("anyone"), include_in_schema=False)
async def api_page(request: AnyRequest, pages: NamedDependency[Pages]) -> Response[str]:
    schema = request.app.openapi_schema.to_schema()
    info = schema["info"]
    described = operations(schema, _callers(request.app))
    return pages.render("shared/api.html", request, operations=described, title=info["title"], version=info["version"])


def api_pages() -> Routes:
    return Routes(openapi, api_page)


def api_description(title: str, version: str) -> OpenAPIConfig:
    """Litestar insists on a router of its own for the schema; it is kept out of the way, and open as ours is."""
    own = Router("/api/schema", route_handlers=[], opt=open_to("anyone"), include_in_schema=False)
    # Without a plugin named, it would bring all its pages.
    return OpenAPIConfig(
        title=title,
        version=version,
        render_plugins=[JsonRenderPlugin()],
        openapi_router=own,
        use_handler_docstrings=True,
    )


def _callers(app: Litestar) -> dict[tuple[str, str], str]:
    """Who may call each method of each path, the path as the schema writes it."""
    return {
        (method, re.sub(r":\w+}", "}", path)): handler.opt["who"]
        for path, handler in handlers(app)
        for method in handler.http_methods
    }
