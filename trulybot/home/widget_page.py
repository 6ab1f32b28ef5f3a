"""The page about the widget: the line to paste, how it looks, and how that looks on a page of a website."""

from pathlib import Path
from tempfile import gettempdir
from typing import Any
from urllib.parse import urlsplit

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from trulybot.home.fields import (
    Field,
    read_from,
    shown_tick,
    shown_whole_number,
    ticked,
    typed_from,
    typed_in,
    whole_number,
)
from trulybot.home.page_check import findings_on
from trulybot.kit.access import actor_of, open_to
from trulybot.kit.errors import Invalid, Refusal
from trulybot.kit.languages import NAMES
from trulybot.kit.limits import Limit
from trulybot.kit.net.opening import OpenWeb
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.rim import is_loopback
from trulybot.kit.routes import Routes
from trulybot.kit.texts import N_, _
from trulybot.preferences.current import Choices
from trulybot.preferences.models import MOST_SITES
from trulybot.preferences.widget import AUTO
from trulybot.visitors.sites import Sites

FIELDS = (
    Field("accent", N_("Write a colour such as #0f766e.")),
    Field("mode", N_("Choose one of these.")),
    Field("position", N_("Choose one of these.")),
    Field("offset", N_("Write a whole number from 0 to 200."), whole_number, shown_whole_number),
    Field("radius", N_("Write a whole number from 0 to 32."), whole_number, shown_whole_number),
    Field("hide_launcher", N_("Tick it or not."), ticked, shown_tick),
    Field("teaser", N_("Write at most 200 characters.")),
    Field("teaser_seconds", N_("Write a whole number from 0 to 3600."), whole_number, shown_whole_number),
    Field("locale", N_("Choose one of these.")),
    Field("links", N_("Choose one of these.")),
    Field("storage", N_("Choose one of these.")),
    Field("local_days", N_("Write a whole number from 1 to 365."), whole_number, shown_whole_number),
    Field("consent", N_("Tick it or not."), ticked, shown_tick),
    Field("privacy_url", N_("Write a whole address such as https://www.example.com/privacy.")),
)
LOOKING = Limit("looking at a page", times=10, seconds=60)
OWN_LANGUAGE = N_("The visitor’s own, where it is spoken")


@get("/widget", opt=open_to("viewer"), include_in_schema=False)
async def widget_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    choices: NamedDependency[Choices],
    address: NamedDependency[str],
    saved: FromQuery[str] = "",
) -> Response[str]:
    chosen = await choices.now()
    typed = typed_from(chosen.widget, FIELDS)
    return _page(request, pages, address, chosen.sites, typed, saved=saved)


@post("/widget", opt=open_to("admin"), include_in_schema=False)
async def save(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    choices: NamedDependency[Choices],
    address: NamedDependency[str],
) -> Response[Any]:
    typed = typed_in(await request.form(), FIELDS)
    changes, errors = read_from(typed, FIELDS)
    if errors:
        return _page(request, pages, address, (await choices.now()).sites, typed, 422, errors=errors)
    await choices.change({"widget": changes}, actor_of(request))
    return Redirect("/widget?saved=looks#looks", status_code=303)


@post("/widget/sites", opt=open_to("admin"), include_in_schema=False)
async def allow(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    choices: NamedDependency[Choices],
    address: NamedDependency[str],
) -> Response[Any]:
    """One more allowed site; beside the field why it cannot be, in place of it."""
    chosen = await choices.now()
    site = str((await request.form()).get("site", "")).strip()
    try:
        if len(chosen.sites) >= MOST_SITES:
            raise Invalid("There are 50 sites already. Remove one first.")
        await choices.change({"sites": [*chosen.sites, site]}, actor_of(request))
    except Refusal as refusal:
        typed = typed_from(chosen.widget, FIELDS) | {"site": site}
        return _page(request, pages, address, chosen.sites, typed, 422, errors={"site": refusal.sentence})
    return Redirect("/widget?saved=sites#sites", status_code=303)


@post("/widget/sites/deletion", opt=open_to("admin"), include_in_schema=False)
async def disallow(request: AnyRequest, choices: NamedDependency[Choices]) -> Redirect:
    site = (await request.form()).get("site", "")
    left = [one for one in (await choices.now()).sites if one != site]
    await choices.change({"sites": left}, actor_of(request))
    return Redirect("/widget?saved=sites#sites", status_code=303)


@post("/widget/page-check", opt=open_to("admin", LOOKING), include_in_schema=False)
async def check_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    choices: NamedDependency[Choices],
    address: NamedDependency[str],
    sites: NamedDependency[Sites],
    open_web: NamedDependency[OpenWeb],
) -> Response[str]:
    """The page again, and whether a page of the owner’s has the line."""
    chosen = await choices.now()
    page = str((await request.form()).get("page", "")).strip()[:2000]
    async with open_web(seconds=15, silence=10) as web:
        findings = await findings_on(page, web, Path(gettempdir()), address, sites.allow)
    typed = typed_from(chosen.widget, FIELDS) | {"page": page}
    return _page(request, pages, address, chosen.sites, typed, findings=findings)


def widget_pages() -> Routes:
    return Routes(widget_page, save, allow, disallow, check_page)


def line_for(address: str) -> str:
    return f'<script src="{address}/widget.js" defer></script>'


def _is_refused_by_https(address: str) -> bool:
    """Browsers load nothing from plain http into a page that came by https, but from their own machine."""
    parts = urlsplit(address)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")


def _page(
    request: AnyRequest,
    pages: Pages,
    address: str,
    sites: tuple[str, ...],
    typed: dict[str, str],
    status: int = 200,
    **said: Any,
) -> Response[str]:
    return pages.render(
        "trulybot/preferences/widget.html",
        request,
        status,
        **{"errors": {}, "saved": "", "findings": [], **said},
        values=typed,
        line=line_for(address),
        is_plain_http=_is_refused_by_https(address),
        is_local=is_loopback(urlsplit(address).hostname or ""),
        sites=sites,
        locales=[(AUTO, _(OWN_LANGUAGE)), *NAMES.items()],
    )
