"""A page of the owner's says who its visitor is."""

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from trulybot.kit.access import open_to
from trulybot.kit.limits import Limit
from trulybot.kit.pages import AnyRequest
from trulybot.kit.routes import Routes
from trulybot.visitors.forms import Identity
from trulybot.visitors.knowing import Visitors
from trulybot.visitors.tokens import Token

IDENTIFYING = Limit("identifying", times=30, seconds=60)


@post("/api/visitors/identify", opt=open_to("visitor", IDENTIFYING), status_code=200)
async def identify(data: JSONBody[Identity], request: AnyRequest, visitors: NamedDependency[Visitors]) -> Token:
    """Say who the visitor is. A conversation that was begun with the token sent along becomes theirs."""
    return await visitors.identify(data, visitors.behind(request))


def visiting() -> Routes:
    return Routes(identify)
