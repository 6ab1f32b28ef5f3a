"""`/mail`: made from our own templates, for the workspace's staff, and for leads who agreed and did not stop it."""

from collections.abc import Callable
from typing import Annotated

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import Body
from sqlalchemy import Connection

from control_plane.gateway import caps, mail_queries, queries, stopping
from control_plane.gateway.door import AnyRequest, for_workspaces
from control_plane.gateway.mail_templates import TO_LEADS, Answer, Given, given_for
from control_plane.gateway.models import Caller
from control_plane.gateway.noting import AMOUNT
from control_plane.settings import Settings
from control_plane.workspaces.models import Workspace
from control_plane.workspaces.queries import workspace as workspace_of
from trulybot.contract import Mail
from trulybot.kit import outbox
from trulybot.kit.answer_letter import LANGUAGES, Language, subject_and_text
from trulybot.kit.clock import DAY
from trulybot.kit.database import Database
from trulybot.kit.emails import normal_email
from trulybot.kit.errors import Conflict, Forbidden, TooMany, Unauthenticated, Unprocessable
from trulybot.kit.letters import Letters
from trulybot.kit.reader import LANGUAGES as STAFFS_LANGUAGES
from trulybot.kit.reader import Reader

LONGEST_KEY = 200

_WHY: dict[Language, str] = {
    "en": "You get this because you left your address with {bot}. If you want no more of it: {stop}",
    "es": "Recibe este correo porque dejó su dirección a {bot}. Si no quiere recibir más: {stop}",
    "devanagari": "यह आपको इसलिए मिला है क्योंकि आपने {bot} को अपना पता दिया था। आगे न चाहिए तो: {stop}",
}


class Mailing:
    """`key` signs the addresses that mails are stopped at; `nudge` says that there is one to be sent."""

    def __init__(self, settings: Settings, letters: Letters, key: bytes, nudge: Callable[[], None]) -> None:
        self.settings = settings
        self.letters = letters
        self.key = key
        self.nudge = nudge


@post("/mail", status_code=202, opt=for_workspaces("mail", caps.MAILS))
async def send(
    data: Annotated[Mail, Body()],
    request: AnyRequest,
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    mailing: NamedDependency[Mailing],
) -> None:
    """Taken, and written down; the same key again changes nothing."""
    given = given_for(data.template, data.given)
    request.scope["state"][AMOUNT] = int(await db.write(_write, mailing, caller.workspace, data, given))
    mailing.nudge()


def _write(connection: Connection, mailing: Mailing, workspace_id: str, mail: Mail, given: Given) -> bool:
    """Whether it is a new one."""
    workspace = workspace_of(connection, workspace_id)
    if workspace is None:
        raise Unauthenticated("There is no such workspace any more.")
    to = normal_email(mail.to)
    if to is None or not 1 <= len(mail.key) <= LONGEST_KEY:
        raise Unprocessable("A mail needs the address of somebody, and a key.")
    recipient = stopping.recipient_hash(mailing.key, to)
    is_to_lead = mail.template in TO_LEADS
    if is_to_lead:
        _check_lead(connection, workspace_id, recipient, mail)
    else:
        _check_staff(connection, workspace_id, to)
    audience = "lead" if is_to_lead else "staff"
    if not mail_queries.note(connection, workspace_id, mail.key, audience, recipient, mail.consent):
        return False
    written = _to_lead if is_to_lead else _to_staff
    written(connection, mailing, workspace, mail, given, to)
    return True


def _check_staff(connection: Connection, workspace_id: str, to: str) -> None:
    if not mail_queries.is_member(connection, workspace_id, to):
        raise Forbidden("This mail is for the workspace’s own people, and nobody there has this address.")
    if mail_queries.of_today(connection, workspace_id, "staff") >= caps.STAFF_MAILS_A_DAY:
        raise TooMany("This workspace has written all the mails it may in a day.", retry_after=DAY // 24)


def _check_lead(connection: Connection, workspace_id: str, recipient: str, mail: Mail) -> None:
    if not mail.consent.strip():
        raise Forbidden("Say what they agreed to: without consent nobody is written to.")
    if mail_queries.is_stopped(connection, workspace_id, recipient):
        raise Conflict("They want no more mails from this workspace.")
    is_used_up = mail_queries.of_today(connection, workspace_id, "lead") >= caps.LEAD_MAILS_A_DAY
    if is_used_up or mail_queries.to_one_today(connection, recipient) >= caps.LEAD_MAILS_TO_ONE_A_DAY:
        raise TooMany("This workspace, or this person, has had all the mails there may be in a day.", DAY // 24)


def _to_staff(
    connection: Connection, mailing: Mailing, workspace: Workspace, mail: Mail, given: Given, to: str
) -> None:
    language = mail.language if mail.language in STAFFS_LANGUAGES else "en"
    address = mailing.settings.address_of(mailing.settings.host_of(workspace.slug or ""))
    context = {**msgspec.structs.asdict(given), "workspace": workspace.name, "address": address}
    letter = mailing.letters.write(mail.template, Reader(language), **context)
    outbox.send(
        connection,
        key=_key(workspace, mail),
        to=to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        reply_to=mail.reply_to if mail.reply_to and normal_email(mail.reply_to) else None,
        from_name=workspace.name,
    )


def _to_lead(connection: Connection, mailing: Mailing, workspace: Workspace, mail: Mail, given: Given, to: str) -> None:
    """Answers to it go where the owner said in the console; where that is asked for and not said, nowhere."""
    assert isinstance(given, Answer)
    language: Language = next((each for each in LANGUAGES if each == mail.language), "en")
    subject, words = subject_and_text(msgspec.structs.replace(given, bot=workspace.name), language)
    stop = stopping.address_to_stop(mailing.settings.console, mailing.key, workspace.id, to)
    outbox.send(
        connection,
        key=_key(workspace, mail),
        to=to,
        subject=subject,
        text=f"{words}\n--\n{_WHY[language].format(bot=workspace.name, stop=stop)}\n",
        reply_to=_granted(connection, workspace.id, mail.reply_to),
        from_name=workspace.name,
        stop=stop,
    )


def _granted(connection: Connection, workspace_id: str, typed: str | None) -> str | None:
    address = normal_email(typed) if typed else None
    if address is None or queries.is_granted(connection, workspace_id, "reply-to", address):
        return address
    queries.ask(connection, workspace_id, "reply-to", address, caps.MOST_WAITING)
    return None


def _key(workspace: Workspace, mail: Mail) -> str:
    return f"workspace {workspace.id} {mail.key}"
