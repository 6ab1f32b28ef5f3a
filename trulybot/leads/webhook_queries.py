"""All SQL about the webhook and its deliveries."""

from typing import Any

import msgspec
from sqlalchemy import Connection, text

from trulybot.kit import jobs
from trulybot.kit.clock import DAY, now
from trulybot.leads.webhook_models import Delivery, Webhook

DELIVERING = "deliver by webhook"
OFF = "switched off"
KEPT_FOR = 30 * DAY
BOTH_SECRETS_FOR = DAY

_DELIVERY = "SELECT id, lead_id, body, state, attempts, code, fault, created_at, tried_at FROM webhook_deliveries"


def webhook(connection: Connection) -> Webhook | None:
    query = "SELECT url, secret, old_secret, old_until, failing_since, off_at FROM webhook"
    row = connection.execute(text(query)).mappings().first()
    return msgspec.convert(dict(row), Webhook) if row else None


def point_to(connection: Connection, url: str, secret: str) -> None:
    """A webhook to this address; a new one gets the secret, and one that was there keeps its own, and is on again."""
    connection.execute(
        text(
            "INSERT INTO webhook (id, url, secret) VALUES (1, :url, :secret) ON CONFLICT (id) DO UPDATE "
            "SET url = excluded.url, failing_since = NULL, off_at = NULL"
        ),
        {"url": url, "secret": secret},
    )


def change_secret(connection: Connection, secret: str) -> bool:
    """For a while the one of before is used as well. False where there is no webhook."""
    query = "UPDATE webhook SET old_secret = secret, old_until = :until, secret = :secret"
    return connection.execute(text(query), {"secret": secret, "until": now() + BOTH_SECRETS_FOR}).rowcount == 1


def switch_on(connection: Connection) -> bool:
    return connection.execute(text("UPDATE webhook SET off_at = NULL, failing_since = NULL")).rowcount == 1


def remove(connection: Connection) -> bool:
    """With all that is known of what was sent."""
    connection.execute(text("DELETE FROM webhook_deliveries"))
    return connection.execute(text("DELETE FROM webhook")).rowcount == 1


def add(connection: Connection, delivery_id: str, lead_id: str | None, body: bytes) -> None:
    """To be sent at once, unless it is there already. While the webhook is off it is noted, and not sent."""
    added = connection.execute(
        text(
            """
            INSERT INTO webhook_deliveries (id, lead_id, body, created_at, state, fault)
            SELECT :id, :lead, :body, :now, CASE WHEN :lead IS NULL OR off_at IS NULL THEN 'waiting' ELSE 'failed' END,
                CASE WHEN :lead IS NULL OR off_at IS NULL THEN '' ELSE :off END FROM webhook
            WHERE true ON CONFLICT (id) DO NOTHING RETURNING state
            """
        ),
        {"id": delivery_id, "lead": lead_id, "body": body.decode(), "now": now(), "off": OFF},
    ).scalar()
    if added == "waiting":
        jobs.enqueue(connection, DELIVERING, delivery_id)


def due(connection: Connection, delivery_id: str) -> tuple[Webhook, Delivery] | None:
    """None where there is nothing to be sent any more."""
    hook, found = webhook(connection), delivery(connection, delivery_id)
    return (hook, found) if hook and found and found.state == "waiting" else None


def delivery(connection: Connection, delivery_id: str) -> Delivery | None:
    row = connection.execute(text(f"{_DELIVERY} WHERE id = :id"), {"id": delivery_id}).mappings().first()
    return msgspec.convert(dict(row), Delivery) if row else None


def deliveries(connection: Connection, most: int, before: tuple[int, str] | None = None) -> list[Delivery]:
    """The latest first; older than the given (created_at, id)."""
    at, last = before or (0, None)
    query = f"""
        {_DELIVERY} WHERE :id IS NULL OR (created_at, id) < (:at, :id) ORDER BY created_at DESC, id DESC LIMIT :most
    """
    rows = connection.execute(text(query), {"at": at, "id": last, "most": most}).mappings()
    return [msgspec.convert(dict(row), Delivery) for row in rows]


def send_again(connection: Connection, delivery_id: str) -> bool:
    """The same once more, as if it were new; False where it waits already, or is not there."""
    query = """
        UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, code = NULL, fault = ''
        WHERE id = :id AND state != 'waiting'
    """
    if not connection.execute(text(query), {"id": delivery_id}).rowcount:
        return False
    jobs.enqueue(connection, DELIVERING, delivery_id)
    return True


def note_success(connection: Connection, delivery_id: str, code: int) -> None:
    _note(connection, delivery_id, "delivered", code, "")
    connection.execute(text("UPDATE webhook SET failing_since = NULL"))


def note_failure(connection: Connection, found: Delivery, code: int | None, fault: str, wait: int | None) -> None:
    """Tried again after `wait` seconds, or given up where that is None. A trial says nothing of its health."""
    _note(connection, found.id, "failed" if wait is None else "waiting", code, fault)
    if wait is not None:
        jobs.enqueue(connection, DELIVERING, found.id, run_at=now() + wait)
    if not found.is_trial:
        connection.execute(text("UPDATE webhook SET failing_since = coalesce(failing_since, :now)"), {"now": now()})


def switch_off(connection: Connection, failing_before: int) -> bool:
    """Whether it was on and has failed since before then; what waited is not sent any more."""
    off = connection.execute(
        text("UPDATE webhook SET off_at = :now WHERE off_at IS NULL AND failing_since <= :before"),
        {"now": now(), "before": failing_before},
    ).rowcount
    if off:
        connection.execute(
            text("UPDATE webhook_deliveries SET state = 'failed', fault = :off WHERE state = 'waiting'"), {"off": OFF}
        )
    return bool(off)


def is_off(connection: Connection, _: int = 0) -> int:
    """For `trulybot doctor`."""
    found: int = connection.execute(text("SELECT count(*) FROM webhook WHERE off_at IS NOT NULL")).scalar_one()
    return found


def clear(connection: Connection) -> None:
    """Erase what was settled a month ago."""
    connection.execute(
        text("DELETE FROM webhook_deliveries WHERE created_at < :before AND state != 'waiting'"),
        {"before": now() - KEPT_FOR},
    )


def _note(connection: Connection, delivery_id: str, state: str, code: int | None, fault: str) -> None:
    values: dict[str, Any] = {"id": delivery_id, "state": state, "code": code, "fault": fault, "now": now()}
    connection.execute(
        text(
            "UPDATE webhook_deliveries SET state = :state, code = :code, fault = :fault, attempts = attempts + 1, "
            "tried_at = :now WHERE id = :id"
        ),
        values,
    )
