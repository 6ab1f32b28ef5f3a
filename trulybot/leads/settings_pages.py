"""How the workspace works with leads: what its steps are called, who is told by mail, and the webhook."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import Refusal
from trulybot.kit.events import Actor, record
from trulybot.kit.jobs import Workers
from trulybot.kit.limits import Limit
from trulybot.kit.lists import page_of, place_from
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.kit.texts import N_, _
from trulybot.leads import hooking, showing, watching_queries, webhook_queries
from trulybot.leads.models import STATUSES
from trulybot.leads.statuses import USUAL
from trulybot.leads.telling import Telling
from trulybot.preferences.current import Choices

PATH = "/lead-settings"
LOG = f"{PATH}/deliveries"
SHOWN = 10
PAGE = 50
TRYING = Limit("trials", times=20, seconds=600)
SAID = {
    "names": N_("Saved."),
    "mail": N_("Saved."),
    "tried": N_("A trial mail is on its way to everybody who is ticked."),
    "address": N_("Saved. The webhook is on."),
    "on": N_("The webhook is on again. Send again what was not delivered."),
    "removed": N_("The webhook and its log were removed."),
    "sent": N_("It is on its way. Its line in the log says what became of it."),
}


@get(PATH, opt=open_to("viewer"), include_in_schema=False)
async def settings_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    choices: NamedDependency[Choices],
    said: FromQuery[str] = "",
) -> Response[str]:
    return await _page(request, pages, db, choices, notice=_(SAID[said]) if said in SAID else None)


@post(f"{PATH}/statuses", opt=open_to("admin"), include_in_schema=False)
async def name_statuses(
    request: AnyRequest, pages: NamedDependency[Pages], db: NamedDependency[Database], choices: NamedDependency[Choices]
) -> Response[Any]:
    form = await request.form()
    names: dict[str, str] = {status: " ".join(str(form.get(status, "")).split()) for status in STATUSES}
    try:
        await choices.change({"lead_statuses": names}, actor_of(request))
    except Refusal:
        long = {status: _("Write at most 30 characters.") for status, name in names.items() if len(name) > 30}
        return await _page(request, pages, db, choices, status=422, names=names, errors=long)
    return _back("names")


@post(f"{PATH}/mail", opt=open_to("admin"), include_in_schema=False)
async def choose_watchers(request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    ticked = [int(each) for each in (await request.form()).getall("id", []) if str(each).isdecimal()]
    await db.write(_tell, ticked, actor_of(request))
    return _back("mail", "mail")


@post(f"{PATH}/mail/trial", opt=open_to("admin", TRYING), include_in_schema=False)
async def try_mail(
    request: AnyRequest, telling: NamedDependency[Telling], workers: NamedDependency[Workers]
) -> Redirect:
    await telling.try_out(actor_of(request))
    workers.nudge()
    return _back("tried", "mail")


@post(f"{PATH}/webhook", opt=open_to("admin"), include_in_schema=False)
async def point_webhook(
    request: AnyRequest, pages: NamedDependency[Pages], db: NamedDependency[Database], choices: NamedDependency[Choices]
) -> Response[Any]:
    """A secret is shown where there was no webhook before."""
    url = str((await request.form()).get("url", "")).strip()
    try:
        secret = await db.write(hooking.point_to, url, actor_of(request))
    except hooking.WrongAddress as refusal:
        return await _page(request, pages, db, choices, status=422, url=url, errors={"url": refusal.sentence})
    return await _page(request, pages, db, choices, secret=secret) if secret else _back("address", "webhook")


@post(f"{PATH}/webhook/secret", opt=open_to("admin"), include_in_schema=False)
async def change_secret(
    request: AnyRequest, pages: NamedDependency[Pages], db: NamedDependency[Database], choices: NamedDependency[Choices]
) -> Response[str]:
    secret = await db.write(hooking.change_secret, actor_of(request))
    return await _page(request, pages, db, choices, secret=secret)


@post(f"{PATH}/webhook/trial", opt=open_to("admin", TRYING), include_in_schema=False)
async def try_webhook(
    request: AnyRequest, db: NamedDependency[Database], workers: NamedDependency[Workers]
) -> Redirect:
    await db.write(hooking.try_out, actor_of(request))
    workers.nudge()
    return _back("sent", "webhook")


@post(f"{PATH}/webhook/activation", opt=open_to("admin"), include_in_schema=False)
async def switch_on(request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(hooking.switch_on, actor_of(request))
    return _back("on", "webhook")


@post(f"{PATH}/webhook/deletion", opt=open_to("admin"), include_in_schema=False)
async def remove(request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(hooking.remove, actor_of(request))
    return _back("removed", "webhook")


@get(LOG, opt=open_to("viewer"), include_in_schema=False)
async def deliveries_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    cursor: FromQuery[str | None] = None,
    sent: FromQuery[bool] = False,
) -> Response[str]:
    found = await db.read(webhook_queries.deliveries, PAGE + 1, place_from(cursor))
    shown, following = page_of(found, PAGE, lambda delivery: (delivery.created_at, delivery.id))
    return pages.render(
        "trulybot/leads/deliveries.html",
        request,
        deliveries=[showing.delivery(each) for each in shown],
        notice=_(SAID["sent"]) if sent else None,
        newer=LOG if cursor else None,
        older=f"{LOG}?cursor={following}" if following else None,
    )


@post(f"{LOG}/{{delivery_id:str}}/sending", opt=open_to("agent"), include_in_schema=False)
async def send_again(
    delivery_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    workers: NamedDependency[Workers],
) -> Redirect:
    await db.write(hooking.send_again, delivery_id, actor_of(request))
    workers.nudge()
    return Redirect(f"{LOG}?sent=true", status_code=303)


def lead_settings_pages() -> Routes:
    handlers = [settings_page, name_statuses, choose_watchers, try_mail, point_webhook, change_secret, try_webhook]
    return Routes(*handlers, switch_on, remove, deliveries_page, send_again)


def _tell(connection: Connection, staff_ids: list[int], actor: Actor) -> None:
    watching_queries.tell(connection, staff_ids)
    record(connection, actor, N_("Changed who is told of leads"))


def _back(said: str, place: str = "") -> Redirect:
    return Redirect(f"{PATH}?said={said}" + (f"#{place}" if place else ""), status_code=303)


async def _page(
    request: AnyRequest,
    pages: Pages,
    db: Database,
    choices: Choices,
    *,
    status: int = 200,
    url: str | None = None,
    names: dict[str, str] | None = None,
    secret: str | None = None,
    errors: dict[str, str] | None = None,
    notice: str | None = None,
) -> Response[str]:
    chosen = (await choices.now()).lead_statuses
    hook = await db.read(webhook_queries.webhook)
    return pages.render(
        "trulybot/leads/settings.html",
        request,
        status,
        statuses=[(status, _(usual)) for status, usual in USUAL.items()],
        watchers=await db.read(watching_queries.watchers),
        hook=hook,
        deliveries=[showing.delivery(each) for each in await db.read(webhook_queries.deliveries, SHOWN)],
        values=(names or {each: getattr(chosen, each) for each in STATUSES})
        | {"url": url if url is not None else (hook.url if hook else "")},
        secret=secret,
        errors=errors or {},
        notice=notice,
    )
