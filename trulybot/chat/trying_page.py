"""Try it: a question, what is found for it, what is decided and why, and the answer beside each other."""

from typing import Annotated, Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from trulybot.chat.asking import Chat
from trulybot.chat.forms import LONGEST_QUESTION
from trulybot.chat.models import DECLINED
from trulybot.chat.trying import Tried, try_out
from trulybot.kit.access import open_to
from trulybot.kit.limits import Limit
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.texts import N_, _

NEAR = 0.4  # the cosine from which one of the owner’s answers has to do with a question
TRYING = Limit("trying questions", times=60, seconds=60)

# By the decision in an answer’s record.
REASONS = {
    "curated": N_("One of your own answers is near enough, so it is given word for word."),
    "cached": N_("The same was asked before and nothing has changed since, so that answer is given again."),
    "not in the documents": N_(
        "Nothing that was found is sure enough to answer it, so the bot says that it does not know."
    ),
    DECLINED: N_("Moderation flagged the question, so it is declined."),
    "quoted": N_("What was found is sure enough, and no language model is set up, so the best sentences are quoted."),
    "written by the model": N_("What was found is sure enough, and the language model wrote the answer from it."),
    "refused by the model": N_("The language model read the passages and found no answer in them."),
    "quoted, because what the model wrote was flagged": N_(
        "Moderation flagged what the language model wrote, so the best sentences are quoted."
    ),
    "the model broke off, so the rest is quoted": N_("The language model broke off, so the rest is quoted."),
    "quoted in place of the model": N_("The language model gave no answer, so the best sentences are quoted."),
    "person": N_("The visitor wants a person."),
    "contact": N_("The visitor asks how to reach you."),
    "abuse": N_("This is an insult and no question."),
    "thanks": N_("This is thanks and no question."),
    "greeting": N_("This is a greeting and no question."),
}
KINDS = {
    "curated": N_("Your own answer"),
    "cached": N_("Given again"),
    "quoted": N_("Quoted"),
    "generated": N_("Written by the model"),
    "refused": N_("Not answered"),
    "greeting": N_("No question"),
    "handover": N_("To a person"),
}
STEPS = {
    "reading": N_("Choosing the words to search for"),
    "understanding": N_("Understanding the question"),
    "words": N_("Looking for the same words"),
    "embedding": N_("Embedding the question"),
    "search": N_("Searching"),
    "moderation": N_("Moderation of the question"),
    "quoting": N_("Quoting"),
    "model": N_("The language model"),
    "moderation of the answer": N_("Moderation of the answer"),
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
    return _page(request, pages, question, tried=_shown(tried), anew=anew)


def trying_pages() -> Router:
    return Router("/", route_handlers=[try_page, try_question])


def _page(request: AnyRequest, pages: Pages, question: str, status: int = 200, **shown: Any) -> Response[str]:
    name = "_tried.html" if "hx-request" in request.headers else "try.html"
    context = {"error": None, "tried": None, "anew": False, **shown}
    return pages.render(f"trulybot/chat/{name}", request, status, q=question, longest=LONGEST_QUESTION, **context)


def _shown(tried: Tried) -> dict[str, Any]:
    record = tried.answer.record
    decision = str(record.get("decision", ""))
    milliseconds: dict[str, float] = record.get("milliseconds", {})
    model = record.get("model", {})
    passages = tried.findings.passages if tried.findings else ()
    return {
        "answer": tried.answer,
        "kind": _(KINDS[tried.answer.kind]),
        "reason": _(REASONS[decision]) if decision in REASONS else decision,
        "steps": [(_(STEPS[step]) if step in STEPS else step, taken) for step, taken in milliseconds.items()],
        "total": sum(milliseconds.values()),
        "model": model,
        "dollars": model["cost"] / 1_000_000 if "cost" in model else None,
        "confidence": tried.findings.confidence if tried.findings else None,
        "threshold": tried.threshold,
        "passages": passages,
        "quoted": {
            found.id for found in passages if any(cited.quote in found.text for cited in tried.answer.citations)
        },
        "matches": [match for match in tried.matches if match.cosine is None or match.cosine >= NEAR],
    }
