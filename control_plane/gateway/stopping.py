"""One click, and a workspace's mails to an address end (RFC 8058). The link itself says for whom, signed by us."""

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection

from control_plane.gateway import mail_queries
from control_plane.workspaces.queries import workspace as workspace_of
from trulybot.kit import security
from trulybot.kit.access import open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import NotFound
from trulybot.kit.limits import Limit
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.texts import N_, _

PATH = "/stop/{workspace:str}/{recipient:str}/{signature:str}"
STOPPING = Limit("stop mails", times=30, seconds=60)


def recipient_hash(key: bytes, address: str) -> str:
    return security.keyed(key, "recipient", address.lower())[:32]


def address_to_stop(console: str, key: bytes, workspace_id: str, address: str) -> str:
    recipient = recipient_hash(key, address)
    return f"{console}/stop/{workspace_id}/{recipient}/{_signature(key, workspace_id, recipient)}"


@get(PATH, opt=open_to("anyone", STOPPING), include_in_schema=False)
async def ask(
    workspace: FromPath[str],
    recipient: FromPath[str],
    signature: FromPath[str],
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    mails_key: NamedDependency[bytes],
) -> Response[str]:
    """Programs that look at links in mails must not stop anything."""
    _check(mails_key, workspace, recipient, signature)
    is_stopped = db.glance(mail_queries.is_stopped, workspace, recipient)
    name = db.glance(_name_of, workspace)
    return pages.render("control_plane/gateway/stop.html", request, is_stopped=is_stopped, name=name)


@post(PATH, opt=open_to("anyone", STOPPING), status_code=200, include_in_schema=False)
async def stop(
    workspace: FromPath[str],
    recipient: FromPath[str],
    signature: FromPath[str],
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    mails_key: NamedDependency[bytes],
) -> Response[str]:
    """Called by the button of our page, and by mail programs."""
    _check(mails_key, workspace, recipient, signature)
    await db.write(mail_queries.stop, workspace, recipient)
    name = db.glance(_name_of, workspace)
    return pages.render("control_plane/gateway/stop.html", request, is_stopped=True, name=name)


def stopping_pages() -> Router:
    return Router("/", route_handlers=[ask, stop])


def _name_of(connection: Connection, workspace_id: str) -> str:
    """A mail outlives the workspace it came from."""
    found = workspace_of(connection, workspace_id)
    return found.name if found else _("This sender")


def _check(key: bytes, workspace: str, recipient: str, signature: str) -> None:
    if not security.same(signature, _signature(key, workspace, recipient)):
        raise NotFound(N_("There is nothing at this address."))


def _signature(key: bytes, workspace: str, recipient: str) -> str:
    return security.keyed(key, "stop", workspace, recipient)[:32]
