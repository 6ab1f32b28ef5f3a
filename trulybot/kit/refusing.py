"""What a route answers when it raised: problem details, or a page where a person's browser asked."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response
from litestar.response import Redirect

from trulybot.kit import access
from trulybot.kit.errors import Unauthenticated
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.texts import _
from trulybot.kit.web import problem, refusal_from, refusal_headers, wants_page


def answer_refused(request: AnyRequest, error: Exception) -> Response[Any]:
    """Who is not signed in is led there; `pages` is in the state of the application."""
    refusal = refusal_from(error)
    if not wants_page(request):
        return problem(refusal)
    if isinstance(refusal, Unauthenticated) and request.method == "GET" and "hx-request" not in request.headers:
        return Redirect(f"/sign-in?{urlencode({'next': request.url.path})}", status_code=303)
    access.note_reader(request)  # who is refused was not admitted
    pages: Pages = request.app.state.pages
    page = pages.render(
        pages.error,
        request,
        refusal.status,
        status=refusal.status,
        title=_(refusal.title),
        sentence=refusal.sentence,
        retry_after=getattr(refusal, "retry_after", None),
    )
    page.headers.update(refusal_headers(refusal))
    return page
