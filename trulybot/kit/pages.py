"""HTML pages: Jinja2 with autoescape, where a variable nobody gave is an error, and one context for every page."""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath

from trulybot.kit import clock, reader, texts, times, words
from trulybot.kit.access import open_to, principal_of
from trulybot.kit.limits import Limit
from trulybot.kit.static import KEPT_FOR_EVER, Static

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parents[2] / "templates"

STATIC_LIMIT = Limit("static files", times=600, seconds=60)

AnyRequest = Request[Any, Any, Any]
PageContext = Callable[[AnyRequest], Mapping[str, object]]


class Pages:
    """`context` gives what the product adds to every page, such as `workspace`, its name; `error` shows a refusal."""

    def __init__(self, context: PageContext, folder: Path = TEMPLATES, error: str = "shared/error.html") -> None:
        self.error = error
        self.static = Static(folder / "static")
        self._context = context
        self._folder = folder

    def render(self, name: str, request: AnyRequest, status: int = 200, /, **context: object) -> Response[str]:
        body = self._environment.get_template(name).render({**self._shared(request), **context})
        return Response(body, status_code=status, media_type=MediaType.HTML)

    def _shared(self, request: AnyRequest) -> dict[str, object]:
        principal = principal_of(request)
        return {
            "principal": principal,
            "csrf": principal.csrf if principal else "",
            "path": request.url.path,
            "language": reader.current.get().language,
            "now": clock.now(),
            **self._context(request),
        }

    @cached_property
    def _environment(self) -> "Environment":
        # Not imported at start: a workspace that only answers its widget never shows a page.
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        environment = Environment(
            loader=FileSystemLoader(self._folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_callables(texts._, texts.ngettext, newstyle=True)  # type: ignore[attr-defined]
        environment.globals["static"] = self.static.address
        environment.filters |= {
            "ago": times.ago,
            "exact": times.exact,
            "day": times.day,
            "machine": times.machine,
            "counted": words.counted,
            "paragraphs": words.paragraphs,
            "told": texts.told,
        }
        return environment


@get("/static/{version:str}/{name:path}", opt=open_to("anyone", STATIC_LIMIT), include_in_schema=False)
async def static_file(
    request: AnyRequest, pages: NamedDependency[Pages], version: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    asset = pages.static.asset(name.lstrip("/"))
    squeezed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {
        "Cache-Control": KEPT_FOR_EVER if version == pages.static.version else "no-cache",
        "Vary": "Accept-Encoding",
    }
    if squeezed:
        headers["Content-Encoding"] = "gzip"
    return Response(asset.gzipped if squeezed else asset.body, media_type=asset.media_type, headers=headers)
