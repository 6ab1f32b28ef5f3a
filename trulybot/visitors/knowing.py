"""Which visitor a request comes from."""

from dataclasses import dataclass

from sqlalchemy import Connection

from trulybot.kit.access import AnyConnection
from trulybot.kit.clock import now
from trulybot.kit.database import Database
from trulybot.kit.events import Actor, record
from trulybot.kit.texts import N_
from trulybot.visitors import identifying, queries, tokens
from trulybot.visitors.forms import Identity
from trulybot.visitors.models import Keys, KnownVisitor
from trulybot.visitors.tokens import Token


@dataclass
class Visitors:
    """All visitors of one workspace."""

    db: Database
    keys: Keys

    def behind(self, request: AnyConnection) -> str | None:
        """The id of the visitor whose token came along; None where none came, an API key for example.

        Raises NoVisitor when there is a token that does not, or no longer, fit.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip().startswith(tokens.PREFIX):
            return None
        return tokens.visitor_in(token.strip(), self.keys.tokens, now())

    def token_for(self, visitor_id: str) -> Token:
        return tokens.token_for(visitor_id, self.keys.tokens, now())

    def known(self, visitor_id: str) -> KnownVisitor | None:
        return self.db.glance(queries.visitor, visitor_id)

    def may_be_one(self, one: str | None, other: str | None) -> bool:
        """Whether these are one person, as far as anybody has proved. Nobody is known to be nobody else."""
        if one is None or other is None or one == other or (known := self.known(one)) is None:
            return True
        return (found := self.known(other)) is not None and found.known_as == known.known_as

    async def identify(self, who: Identity, visitor_id: str | None) -> Token:
        secret = self.keys.identities
        return self.token_for(await self.db.write(identifying.identify, who, visitor_id, secret))

    async def renew_keys(self, actor: Actor) -> None:
        """Every identity must be proved anew, with the new secret; conversations stay."""
        self.keys = await self.db.write(_renew_keys, actor)


def _renew_keys(connection: Connection, actor: Actor) -> Keys:
    record(connection, actor, N_("Renewed the secret that identifies visitors"))
    return queries.renew_keys(connection)
