"""The owner's website says who a visitor is, and proves it with a signature that only its server can make."""

import hashlib
import hmac

from sqlalchemy import Connection

from trulybot.kit.emails import problem_with_email
from trulybot.kit.errors import Forbidden, Unprocessable
from trulybot.kit.security import same
from trulybot.kit.texts import N_
from trulybot.visitors import queries
from trulybot.visitors.forms import Identity
from trulybot.visitors.tokens import new_visitor

NOT_PROVED = N_(
    "The hash does not fit this id. It must be made by your server, with the secret on the page Settings: "
    "HMAC-SHA256 of the id, in hex."
)


def hash_of(secret: str, known_as: str) -> str:
    """The key is the secret as it is shown: the text, not the bytes that its digits may stand for."""
    return hmac.new(secret.encode(), known_as.encode(), hashlib.sha256).hexdigest()


def identify(connection: Connection, who: Identity, visitor_id: str | None, secret: str) -> str:
    """The visitor's id from now on; raises Forbidden on a hash that does not fit, Unprocessable on odd texts.

    Who was somebody else in this browser becomes another visitor, or else the two would share their conversations.
    """
    if not same(who.hash.lower(), hash_of(secret, who.id)):
        raise Forbidden(NOT_PROVED)
    name, email = _said(who)
    known = queries.visitor(connection, visitor_id) if visitor_id else None
    if visitor_id is None or (known and known.known_as != who.id):
        visitor_id = queries.visitor_known_as(connection, who.id) or new_visitor()
    queries.save(connection, visitor_id, who.id, name, email)
    return visitor_id


def _said(who: Identity) -> tuple[str | None, str | None]:
    name, email = (who.name or "").strip(), (who.email or "").strip()
    if not all(part.isprintable() for part in (who.id, name, email)):
        raise Unprocessable("An id, a name and an e-mail address are each one line of printable characters.")
    if email and (problem := problem_with_email(email)):
        raise Unprocessable(problem)
    return name or None, email or None
