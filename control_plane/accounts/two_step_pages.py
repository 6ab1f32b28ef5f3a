"""The page on which one's own two-step sign-in is switched on and off. Secrets and codes are shown once."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from control_plane.accounts import signing_in, two_step, two_step_queries
from control_plane.accounts.guessing import MustWait
from control_plane.accounts.signing_in import CONFIRMING
from control_plane.settings import Settings
from trulybot.kit import codes
from trulybot.kit.access import actor_of, open_to, person_of
from trulybot.kit.database import Database
from trulybot.kit.forms import typed_in
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.texts import _

Wrong = (two_step.WrongCode, MustWait)


@get("/account/two-step", opt=open_to("customer"), include_in_schema=False)
async def two_step_page(
    request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[str]:
    return await _page(request, db, pages)


@post("/account/two-step", opt=open_to("customer", CONFIRMING), include_in_schema=False)
async def begin(
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    settings: NamedDependency[SkipValidation[Settings]],
) -> Response[str]:
    """A new secret, shown with this answer only."""
    person, values = person_of(request), await typed_in(request)
    try:
        await signing_in.require_password(db, person.id, values["password"])
    except signing_in.WrongPassword:
        return await _page(request, db, pages, 422, errors={"password": _("This is not your password.")})
    secret = await db.write(two_step.begin, person.id)
    address = codes.address_for_apps(secret, person.name, settings.domain)
    return await _page(request, db, pages, step="confirm", secret=secret, drawn=codes.drawn(address))


@post("/account/two-step/confirmation", opt=open_to("customer", CONFIRMING), include_in_schema=False)
async def confirm(request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]) -> Response[str]:
    person, code = person_of(request), (await typed_in(request))["code"]
    try:
        made = await two_step.confirm(db, person.id, code, actor_of(request))
    except Wrong as refusal:
        return await _page(request, db, pages, 422, step="confirm", errors={"code": refusal.sentence})
    return await _page(request, db, pages, codes=made)


@post("/account/two-step/recovery-codes", opt=open_to("customer", CONFIRMING), include_in_schema=False)
async def renew_codes(
    request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[str]:
    person, code = person_of(request), (await typed_in(request))["renewal_code"]
    try:
        made = await two_step.renew_recovery_codes(db, person.id, code, actor_of(request))
    except Wrong as refusal:
        return await _page(request, db, pages, 422, errors={"renewal_code": refusal.sentence})
    return await _page(request, db, pages, codes=made)


@post("/account/two-step/deletion", opt=open_to("customer", CONFIRMING), include_in_schema=False)
async def switch_off(
    request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[str]:
    person, values = person_of(request), await typed_in(request)
    try:
        await signing_in.require_password(db, person.id, values["password"])
        await two_step.switch_off(db, person.id, values["code"], actor_of(request))
    except signing_in.WrongPassword:
        return await _page(request, db, pages, 422, errors={"password": _("This is not your password.")})
    except Wrong as refusal:
        return await _page(request, db, pages, 422, errors={"code": refusal.sentence})
    return await _page(request, db, pages, notice=_("Two-step sign-in is off. Your password is enough again."))


async def _page(request: AnyRequest, db: Database, pages: Pages, status: int = 200, /, **said: Any) -> Response[str]:
    person = person_of(request)
    context = {
        "errors": {},
        "notice": None,
        "step": "",
        "secret": None,
        "drawn": None,
        "codes": None,
        "is_on": await db.read(two_step.is_on, person.id),
        "codes_left": await db.read(two_step_queries.recovery_codes_left, person.id),
        **said,
    }
    return pages.render("control_plane/accounts/two_step.html", request, status, **context)
