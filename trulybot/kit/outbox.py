"""Mail as rows: written in the transaction that makes it necessary, sent by a job (postman.py), kept for a month.

Without a mail server mails stay here, and the owner reads them on a page.
"""

import unicodedata
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, text

from trulybot.kit import jobs, security
from trulybot.kit.clock import DAY, now
from trulybot.kit.emails import normal_email
from trulybot.kit.errors import Unprocessable

SENDING = "send a mail"
CLEARING = "clear old mails"
KEPT_FOR = 30 * DAY
LONGEST_SUBJECT = 200
LONGEST_TEXT = 200_000
LONGEST_FAULT = 300

State = Literal["waiting", "sent", "failed", "kept"]

_COLUMNS = (
    "id, name, recipient, reply_to, subject, text, html, state, attempts, fault, created_at, settled_at, source, "
    "from_name, stop"
)


class WrongAddress(Unprocessable):
    """Nobody can be written to at this address."""


class Source(msgspec.Struct, frozen=True):
    """The template a mail was made of, and with what; and what a lead agreed to, where it is for one."""

    template: str
    language: str
    given: dict[str, Any]
    consent: str = ""


class Mail(msgspec.Struct, frozen=True):
    """`kept`: there was no mail server when it was due. `settled_at` is when it came to its end.

    `source` is a Source in JSON.
    """

    id: int
    name: str
    recipient: str
    reply_to: str | None
    subject: str
    text: str
    html: str | None
    state: State
    attempts: int
    fault: str
    created_at: int
    settled_at: int | None
    source: str | None = None
    from_name: str | None = None
    stop: str | None = None

    @property
    def is_on_its_way(self) -> bool:
        """It was written just now, and nobody has tried to send it yet."""
        return self.state == "waiting" and not self.attempts


def send(
    connection: Connection,
    *,
    key: str,
    to: str,
    subject: str,
    text: str,
    html: str | None = None,
    reply_to: str | None = None,
    source: Source | None = None,
    from_name: str | None = None,
    stop: str | None = None,
) -> bool:
    """Write a mail to be sent as soon as this transaction is on disk; False where one with this key was written before.

    Raises WrongAddress. The subject is put on one line, so that nothing in it can become a header of its own.
    """
    mail = {
        "key": key,
        "name": security.keyed(security.signing_key(connection, "mail"), key)[:40],
        "recipient": _address(to),
        "reply_to": _address(reply_to) if reply_to else None,
        "subject": on_one_line(subject)[:LONGEST_SUBJECT],
        "text": text[:LONGEST_TEXT],
        "html": html if html is None or len(html) <= LONGEST_TEXT else None,
        "source": msgspec.json.encode(source).decode() if source else None,
        "from_name": on_one_line(from_name)[:LONGEST_SUBJECT] if from_name else None,
        "stop": stop,
        "now": now(),
    }
    mail_id = connection.execute(_sql(_ADD), mail).scalar()
    if mail_id is not None:
        jobs.enqueue(connection, SENDING, str(mail_id))
    return mail_id is not None


def mail(connection: Connection, mail_id: int) -> Mail | None:
    row = connection.execute(_sql(f"SELECT {_COLUMNS} FROM mails WHERE id = :id"), {"id": mail_id}).mappings().first()
    return msgspec.convert(dict(row), Mail) if row else None


def mails(connection: Connection, most: int, before: int | None = None) -> list[Mail]:
    """The latest first; `before` is the id of the last one seen."""
    query = f"SELECT {_COLUMNS} FROM mails WHERE :before IS NULL OR id < :before ORDER BY id DESC LIMIT :most"
    rows = connection.execute(_sql(query), {"before": before, "most": most}).mappings()
    return [msgspec.convert(dict(row), Mail) for row in rows]


def settle(connection: Connection, mail_id: int, state: State, fault: str = "") -> None:
    """It came to its end, whether well or not."""
    _mark(connection, mail_id, state, fault, now())


def try_again(connection: Connection, mail_id: int, fault: str, run_at: int) -> None:
    """It was not taken this time; the next time is at `run_at`."""
    _mark(connection, mail_id, "waiting", fault, None)
    jobs.enqueue(connection, SENDING, str(mail_id), run_at)


def send_again(connection: Connection, mail_id: int) -> bool:
    """Try one that failed or was kept anew, as if it had been written now; False where it is not in that state."""
    query = """
        UPDATE mails SET state = 'waiting', attempts = 0, settled_at = NULL
        WHERE id = :id AND state IN ('failed', 'kept')
    """
    if not connection.execute(_sql(query), {"id": mail_id}).rowcount:
        return False
    jobs.enqueue(connection, SENDING, str(mail_id))
    return True


def failed_since(connection: Connection, since: int, most: int = 1000) -> int:
    """How many mails failed; counted up to `most`."""
    query = "SELECT 1 FROM mails WHERE state = 'failed' AND settled_at >= :since LIMIT :most"
    count: int = connection.execute(
        _sql(f"SELECT count(*) FROM ({query})"), {"since": since, "most": most}
    ).scalar_one()
    return count


def withdraw(connection: Connection, beginning: str) -> None:
    """Forget all mails whose key begins like this, whatever became of them."""
    query = "DELETE FROM mails WHERE key >= :beginning AND key < :end"
    connection.execute(_sql(query), {"beginning": beginning, "end": beginning[:-1] + chr(ord(beginning[-1]) + 1)})


def clear(connection: Connection) -> None:
    """Erase what came to its end a month ago, and do so again tomorrow: mails hold links, and visitors' words."""
    connection.execute(_sql("DELETE FROM mails WHERE settled_at < :before"), {"before": now() - KEPT_FOR})
    jobs.enqueue(connection, CLEARING, "", run_at=now() + DAY)


def on_one_line(typed: str) -> str:
    """Without line breaks and what no keyboard types."""
    kept = (" " if unicodedata.category(each)[0] in "CZ" else each for each in typed)
    return " ".join("".join(kept).split())


_sql = text  # `text` is a mail's too

_ADD = """
    INSERT INTO mails (key, name, recipient, reply_to, subject, text, html, source, from_name, stop, created_at)
    VALUES (:key, :name, :recipient, :reply_to, :subject, :text, :html, :source, :from_name, :stop, :now)
    ON CONFLICT (key) DO NOTHING RETURNING id
"""


def _address(typed: str) -> str:
    address = normal_email(typed)
    if address is None:
        raise WrongAddress("This is no e-mail address. It looks like name@example.com.")
    return address


def _mark(connection: Connection, mail_id: int, state: State, fault: str, settled_at: int | None) -> None:
    values: dict[str, Any] = {"id": mail_id, "state": state, "fault": on_one_line(fault)[:LONGEST_FAULT]}
    query = "UPDATE mails SET state = :state, fault = :fault, attempts = attempts + 1, settled_at = :at WHERE id = :id"
    connection.execute(_sql(query), {**values, "at": settled_at})
