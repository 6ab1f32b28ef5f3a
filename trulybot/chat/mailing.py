"""A person’s words reach by e-mail whoever left an address and did not come back for them within a few minutes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from trulybot.chat import handover_queries, queries
from trulybot.chat.language import language_of
from trulybot.chat.models import Conversation, Message, Turn
from trulybot.kit import jobs, outbox
from trulybot.kit.answer_letter import LANGUAGES, Answered, Language, subject_and_text
from trulybot.kit.clock import MINUTE, now
from trulybot.kit.database import Database
from trulybot.kit.emails import normal_email
from trulybot.kit.outbox import Source
from trulybot.kit.texts import N_
from trulybot.leads import capture_queries
from trulybot.preferences.current import Choices
from trulybot.visitors import queries as visitor_queries

MAILING = "mail what a visitor missed"
WAIT = 3 * MINUTE
ASKED_THERE = N_("They asked in this conversation, where this address is known, and a person answered.")


@dataclass(frozen=True)
class Mailing:
    """`address` gives where this workspace is."""

    db: Database
    choices: Choices
    address: Callable[[], str]

    async def mail_missed(self, conversation_id: str) -> None:
        """The job. What the visitor was given meanwhile, or was mailed before, is left out."""
        bot = (await self.choices.now()).bot_name
        await self.db.write(_mail, conversation_id, bot, self.address())


def mail_later(connection: Connection, conversation_id: str) -> None:
    """Unless they come back before, and where they left an address at all."""
    conversation = queries.conversation(connection, conversation_id)
    if conversation and address_of(connection, conversation):
        jobs.enqueue(connection, MAILING, conversation_id, run_at=now() + WAIT)


def address_of(connection: Connection, conversation: Conversation) -> str | None:
    """That they left last themselves, else that their page said when the owner’s server proved who they are.

    Not the one their lead has: that may be another’s, who gave the same telephone number.
    """
    captures = capture_queries.captures_by(connection, conversation.id, conversation.visitor_id)
    visitor = visitor_queries.visitor(connection, conversation.visitor_id) if conversation.visitor_id else None
    known = [value for capture in captures for value in capture.fields.values()]
    if visitor and visitor.email:
        known.append(visitor.email)
    return next((address for each in known if (address := normal_email(each))), None)


def forget(connection: Connection, conversation_id: str) -> None:
    """All mails with words of this conversation, whether they were sent or not."""
    outbox.withdraw(connection, _key(conversation_id))


def _mail(connection: Connection, conversation_id: str, bot: str, address: str) -> None:
    conversation = queries.conversation(connection, conversation_id)
    if conversation is None:
        return
    after = max(conversation.heard, conversation.mailed)
    missed = handover_queries.messages(connection, conversation_id, after)
    recipient = address_of(connection, conversation)
    turns = queries.turns(connection, conversation_id)
    if not missed or not recipient or not turns:
        return
    language = _language(turns)
    answered = Answered(
        bot=bot,
        question=_asked(turns, missed[0]),
        said="\n\n".join(_said(message) for message in missed),
        page=next((turn.page for turn in reversed(turns) if turn.page), None) or f"{address}/chat",
    )
    subject, words = subject_and_text(answered, language)
    outbox.send(
        connection,
        key=f"{_key(conversation_id)}{missed[-1].id}",
        to=recipient,
        subject=subject,
        text=words,
        source=Source("answer", language, msgspec.structs.asdict(answered), _consent(connection, conversation)),
    )
    handover_queries.note_mailed(connection, conversation_id, missed[-1].id)


def _consent(connection: Connection, conversation: Conversation) -> str:
    """In the words they agreed to, where the owner’s form has some."""
    captures = capture_queries.captures_by(connection, conversation.id, conversation.visitor_id)
    return next((capture.consent for capture in captures if capture.consent), ASKED_THERE)


def _language(turns: Sequence[Turn]) -> Language:
    found = language_of(" ".join(turn.question for turn in turns))
    return next((language for language in LANGUAGES if language == found), "en")


def _asked(turns: Sequence[Turn], message: Message) -> str:
    before = [turn.question for turn in turns if turn.asked_at <= message.sent_at]
    return before[-1] if before else turns[0].question


def _said(message: Message) -> str:
    return f"{message.person}:\n{message.text}" if message.person else message.text


def _key(conversation_id: str) -> str:
    return f"conversation {conversation_id} "
