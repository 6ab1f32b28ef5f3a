"""Those who run the platform. They are made on its own command line only."""

from sqlalchemy import Connection

from control_plane.accounts import links, queries
from control_plane.accounts.models import INVITATION_LIFETIME
from trulybot.kit.emails import normal_email
from trulybot.kit.errors import Unprocessable
from trulybot.kit.events import SERVER, record
from trulybot.kit.security import hashed, new_token
from trulybot.kit.texts import N_


def create(connection: Connection, address: str, email: str) -> str | None:
    """A link under which they choose a password; None where the address has an account, which now is an operator's.

    Raises Unprocessable.
    """
    known = normal_email(email)
    if known is None:
        raise Unprocessable("Give a whole e-mail address, such as you@example.com.")
    account = queries.account_with(connection, known)
    if account is not None:
        queries.set_role(connection, account.id, "operator")
        record(connection, SERVER, N_("Made somebody an operator"), account.email)
        return None
    queries.forget_links_with(connection, known, "operator")
    token = new_token()
    queries.add_link(connection, "operator", hashed(token), INVITATION_LIFETIME, email=known)
    record(connection, SERVER, N_("Made a link for an operator"), known)
    return links.link_to(address, token)
