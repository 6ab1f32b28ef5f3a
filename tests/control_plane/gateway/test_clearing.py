import pytest
from sqlalchemy import Connection, text

from control_plane.gateway import clearing, mail_queries, queries
from control_plane.gateway.models import Call
from tests.control_plane.gateway.conftest import ACORN
from trulybot.kit.clock import DAY, now
from trulybot.kit.database import Database


def fill(connection: Connection) -> None:
    for at in (now() - 31 * DAY, now() - 29 * DAY):
        call = Call(at=at, workspace=ACORN, verb="fetch", status=200, milliseconds=1, amount=at)
        queries.note_calls(connection, [call])
        mail_queries.note(connection, ACORN, str(at), "lead", "r", "yes")
        connection.execute(text("UPDATE gateway_mails SET at = :at WHERE key = :at"), {"at": at})
        mail_queries.stop(connection, ACORN, str(at))


async def test_a_month_is_kept_and_who_stopped_mails_for_good(db: Database) -> None:
    await db.write(fill)
    await db.write(clearing.clear_old)
    (call,) = await db.read(queries.calls, ACORN, 9)
    assert call.at == pytest.approx(now() - 29 * DAY, abs=5)
    count = "SELECT (SELECT count(*) FROM gateway_mails), (SELECT count(*) FROM stopped_mails)"
    assert (await db.read(lambda connection: connection.execute(text(count)).one()))[:] == (1, 2)


def test_it_is_done_again_tomorrow(db: Database) -> None:
    db.write_now(clearing.clear_old)
    sql = "SELECT run_at FROM jobs WHERE kind = :kind"
    at = db.write_now(lambda connection: connection.execute(text(sql), {"kind": clearing.CLEARING}).scalar_one())
    assert at == pytest.approx(now() + DAY, abs=5)
