"""Try it: a question, what is found for it, what is decided and why, and the answer beside each other."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from trulybot.chat.asking import Chat
from trulybot.chat.forms import LONGEST_QUESTION
from trulybot.chat.models import Turn
from trulybot.chat.transcript import how
from trulybot.chat.trying import Tried, try_out
from trulybot.kit.access import open_to
from trulybot.kit.limits import Limit
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.kit.texts import N_, _

NEAR = 0.4  # the cosine from which one of the owner’s answers has to do with a question
TRYING = Limit("trying questions", times=60, seconds=60)

KINDS = {
    "curated": N_("Your own answer"),
    "cached": N_("Given again"),
    "quoted": N_("Quoted"),
    "generated": N_("Written by the model"),
    "refused": N_("Not answered"),
    "greeting": N_("No question"),
    "handover": N_("To a person"),
}
Question = Annotated[str, QueryParameter(max_length=LONGEST_QUESTION)]


@get("/knowledge/try", opt=open_to("viewer"), include_in_schema=False)
async def try_page(request: AnyRequest, pages: NamedDependency[Pages], q: Question = "") -> Response[str]:
    """`q` is filled in, not asked: a model costs money."""
    return _page(request, pages, q)


@post("/knowledge/try", opt=open_to("viewer", TRYING), include_in_schema=False)
async def try_question(
    request: AnyRequest, pages: NamedDependency[Pages], chat: NamedDependency[Chat]
) -> Response[str]:
    form = await request.form()
    question, anew = str(form.get("q", "")).strip(), form.get("anew") == "on"
    if not question or len(question) > LONGEST_QUESTION:
        return _page(request, pages, question, 422, error=_("Write a question of at most 2,000 characters."), anew=anew)
    tried = await try_out(question, await chat.room(), anew=anew)
    return _page(request, pages, question, tried=_shown(question, tried), anew=anew)


def trying_pages() -> Routes:
    return Routes(try_page, try_question)


def _page(request: AnyRequest, pages: Pages, question: str, status: int = 200, **shown: Any) -> Response[str]:
    name = "_tried.html" if "hx-request" in request.headers else "try.html"
    context = {"error": None, "tried": None, "anew": False, **shown}
    return pages.render(f"trulybot/chat/{name}", request, status, q=question, longest=LONGEST_QUESTION, **context)


def _shown(question: str, tried: Tried) -> dict[str, Any]:
    record = tried.answer.record
    passages = tried.findings.passages if tried.findings else ()
    return {
        "answer": tried.answer,
        "kind": _(KINDS[tried.answer.kind]),
        "how": how(Turn(id="", conversation_id="", question=question, record=record), {}),
        "confidence": tried.findings.confidence if tried.findings else None,
        "threshold": tried.threshold,
        "passages": passages,
        "quoted": {
            found.id for found in passages if any(cited.quote in found.text for cited in tried.answer.citations)
        },
        "matches": [match for match in tried.matches if match.cosine is None or match.cosine >= NEAR],
    }
