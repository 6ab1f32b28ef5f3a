"""The secret with which the owner's server says who a visitor is: on the settings page, for the owner alone."""

from litestar import post
from litestar.di import NamedDependency
from litestar.response import Redirect

from trulybot.kit.access import actor_of, open_to, principal_of
from trulybot.kit.pages import AnyRequest
from trulybot.visitors.knowing import Visitors


async def secret_for(request: AnyRequest, visitors: NamedDependency[Visitors]) -> str | None:
    """None for whoever is not the owner."""
    principal = principal_of(request)
    return visitors.keys.identities if principal and principal.may("owner") else None


@post("/settings/identify-secret", opt=open_to("owner"), include_in_schema=False)
async def renew(request: AnyRequest, visitors: NamedDependency[Visitors]) -> Redirect:
    await visitors.renew_keys(actor_of(request))
    return Redirect("/settings?saved=true#identify", status_code=303)
