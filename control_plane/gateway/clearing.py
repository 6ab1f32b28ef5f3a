"""What was noted of a workspace's calls and mails is erased after a month."""

from sqlalchemy import Connection

from control_plane.gateway import mail_queries, queries
from trulybot.kit import jobs
from trulybot.kit.clock import DAY, now
from trulybot.kit.database import Database
from trulybot.kit.jobs import Handler

CLEARING = "clear what the gateway noted"
KEPT_FOR = 30 * DAY


def gateway_tasks(db: Database) -> dict[str, Handler]:
    async def clear(_: str) -> None:
        await db.write(clear_old)

    return {CLEARING: clear}


def clear_old(connection: Connection) -> None:
    """And do so again tomorrow."""
    queries.clear_calls(connection, now() - KEPT_FOR)
    mail_queries.clear(connection, now() - KEPT_FOR)
    jobs.enqueue(connection, CLEARING, "", run_at=now() + DAY)
