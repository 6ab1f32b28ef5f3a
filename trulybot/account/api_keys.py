"""Keys for the owner's programs, shown once when they are made."""

from sqlalchemy import Connection

from trulybot.account import queries
from trulybot.account.models import Scope
from trulybot.kit.errors import NotFound
from trulybot.kit.events import SERVER, Actor, record
from trulybot.kit.security import hashed, new_token
from trulybot.kit.texts import N_

PREFIX = "tb_"  # lets a person, and a scanner of leaked secrets, see what it is


def create(connection: Connection, name: str, scope: Scope = "admin", actor: Actor = SERVER) -> str:
    """The key itself; afterwards only its hash is known."""
    key = PREFIX + new_token()
    queries.add_api_key(connection, name, scope, hashed(key))
    record(connection, actor, N_("Made an API key"), name, scope)
    return key


def delete(connection: Connection, key_id: int, actor: Actor) -> None:
    name = queries.delete_api_key(connection, key_id)
    if name is None:
        raise NotFound("There is no such key. It may have been deleted.")
    record(connection, actor, N_("Deleted an API key"), name)
