"""What a person says to a visitor who has gone is mailed to them, where they left an address in that conversation."""

from dataclasses import dataclass

from sqlalchemy import Connection

from trulybot.kit import outbox
from trulybot.kit.database import Database
from trulybot.kit.emails import normal_email
from trulybot.kit.letters import Letters
from trulybot.kit.reader import Reader, preferred
from trulybot.leads import capture_queries
from trulybot.leads.models import Capture


@dataclass(frozen=True)
class Replies:
    db: Database
    letters: Letters

    async def send(self, conversation_id: str, key: str, said: str, person: str | None = None) -> str | None:
        """The address it goes to, None where the visitor left none. `key` names what was said: it is mailed once.

        No teammate's own address is told to a visitor: an answer goes to where the workspace's mails come from.
        """
        found = await self.db.read(left_address, conversation_id)
        if found is None:
            return None
        address, capture = found
        reader = Reader(preferred((capture.locale or "en").replace("_", "-")))
        letter = self.letters.write("reply", reader, said=said, person=person, page=capture.page)
        await self.db.write(
            outbox.send,
            key=f"reply {key}",
            to=address,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
        )
        return address


def left_address(connection: Connection, conversation_id: str) -> tuple[str, Capture] | None:
    """The last e-mail address the visitor left in this very conversation, with what else they left then.

    Not the one their lead has: that may be another's, who gave the same telephone number.
    """
    for capture in capture_queries.captures_in(connection, conversation_id):
        for value in capture.fields.values():
            if address := normal_email(value):
                return address, capture
    return None
