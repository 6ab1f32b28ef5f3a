"""Rolling the newest image out to the workspaces, and how far that has come."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation
from litestar.response import Redirect
from sqlalchemy import Connection

from control_plane.runtimes import queries, rollouts
from control_plane.runtimes.models import Rollout, Upgrade
from control_plane.runtimes.rolling_out import RollingOut
from control_plane.settings import Settings
from control_plane.staff import showing
from control_plane.staff.observing import Observing
from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import Unavailable
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.texts import N_, _

PATH = "/staff/upgrades"
MOST_SHOWN = 200

SAID = {
    "paused": N_("Paused. What has begun comes to its end."),
    "stopped": N_("Stopped. Whoever has not had its turn keeps its image."),
}


@get(PATH, opt=open_to("operator"), include_in_schema=False)
async def upgrades_page(
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    settings: NamedDependency[SkipValidation[Settings]],
    observing: NamedDependency[SkipValidation[Observing]],
    said: FromQuery[str] = "",
) -> Response[str]:
    images = await observing.images()
    rollout, upgrades, outdated = await db.read(_found, images or ())
    return pages.render(
        "control_plane/staff/upgrades.html",
        request,
        images=images,
        rollout=rollout,
        upgrades=upgrades,
        outdated=outdated,
        showing=showing,
        host_of=settings.host_of,
        notice=_(SAID[said]) if said in SAID else None,
    )


@post(PATH, opt=open_to("operator"), include_in_schema=False)
async def begin(
    request: AnyRequest,
    db: NamedDependency[Database],
    observing: NamedDependency[SkipValidation[Observing]],
    rolling_out: NamedDependency[SkipValidation[RollingOut]],
) -> Redirect:
    images = await observing.images()
    if images is None:
        raise Unavailable(_("What runs cannot be seen. Look into the log of the server."))
    await db.write(rollouts.begin, images, actor_of(request))
    rolling_out.nudge()
    return Redirect(PATH, status_code=303)


@post(f"{PATH}/pausing", opt=open_to("operator"), include_in_schema=False)
async def pause(request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(rollouts.pause, actor_of(request))
    return Redirect(f"{PATH}?said=paused", status_code=303)


@post(f"{PATH}/going-on", opt=open_to("operator"), include_in_schema=False)
async def go_on(
    request: AnyRequest,
    db: NamedDependency[Database],
    rolling_out: NamedDependency[SkipValidation[RollingOut]],
) -> Redirect:
    await db.write(rollouts.go_on, actor_of(request))
    rolling_out.nudge()
    return Redirect(PATH, status_code=303)


@post(f"{PATH}/stopping", opt=open_to("operator"), include_in_schema=False)
async def stop(request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(rollouts.stop, actor_of(request))
    return Redirect(f"{PATH}?said=stopped", status_code=303)


def _found(connection: Connection, images: tuple[str, ...]) -> tuple[Rollout | None, list[Upgrade], int]:
    rollout = queries.latest_rollout(connection)
    upgrades = queries.upgrades(connection, rollout.id, MOST_SHOWN) if rollout else []
    return rollout, upgrades, queries.count_outdated(connection, images[0]) if images else 0
