"""Keys for the owner's programs, shown once when they are made."""

from sqlalchemy import Connection

from trulybot.account import queries
from trulybot.account.models import Scope
from trulybot.kit.errors import NotFound
from trulybot.kit.security import hashed, new_token

PREFIX = "tb_"  # lets a person, and a scanner of leaked secrets, see what it is


def create(connection: Connection, name: str, scope: Scope = "admin") -> str:
    """The key itself; afterwards only its hash is known."""
    key = PREFIX + new_token()
    queries.add_api_key(connection, name, scope, hashed(key))
    return key


def delete(connection: Connection, key_id: int) -> None:
    if not queries.delete_api_key(connection, key_id):
        raise NotFound("There is no such key. It may have been deleted.")
