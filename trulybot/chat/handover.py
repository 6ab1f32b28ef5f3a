"""A person takes a conversation over: while that stands, the bot is silent and the person's words reach the visitor."""

from sqlalchemy import Connection

from trulybot.chat import handover_queries, mailing, queries, unhelped
from trulybot.chat.models import SILENT, Answer, Author, Handover, HandoverReason, Message
from trulybot.kit.errors import Conflict, Invalid, NotFound
from trulybot.kit.events import Actor, record
from trulybot.kit.texts import N_, with_values

A_PERSON_ANSWERS = "A person has taken over and will answer you here."


class Taken(Conflict):
    """Somebody else has the conversation: whoever began this handover, which stands."""

    def __init__(self, standing: Handover) -> None:
        sentence = N_("%(name)s has taken this conversation over already. Take it over from them, on purpose.")
        self.standing = standing
        super().__init__(
            with_values(sentence, name=standing.begun_by),
            handover=standing.id,
            taken_by=standing.begun_by,
            taken_at=standing.begun_at,
        )


def silence(standing: Handover) -> Answer:
    """What the bot says to a question meanwhile: once that a person answers, then nothing."""
    return Answer("handover", "" if standing.told_at else A_PERSON_ANSWERS, record={"decision": SILENT})


def begin(
    connection: Connection, conversation_id: str, reason: HandoverReason, author: Author, actor: Actor
) -> Handover:
    """The question before was not helped by its answer, so it is a gap; raises Taken where a handover stands."""
    _assert_conversation(connection, conversation_id)
    if not handover_queries.begin(connection, conversation_id, reason, author):
        raise Taken(_standing(connection, conversation_id))
    record(connection, actor, N_("Took a conversation over"), conversation_id)
    turns = queries.turns(connection, conversation_id)
    if turns and turns[-1].kind not in ("handover", "greeting"):  # a wish for a person was noted when it was said
        unhelped.note(connection, turns[-1], "handed_over")
    return _standing(connection, conversation_id)


def take_from(connection: Connection, conversation_id: str, handover_id: int, author: Author, actor: Actor) -> Handover:
    """Another person goes on in place of whoever began this handover, and only that; the visitor need not be told."""
    _assert_conversation(connection, conversation_id)
    standing = handover_queries.standing(connection, conversation_id)
    if standing is None:
        return begin(connection, conversation_id, "other", author, actor)
    if standing.id != handover_id:
        raise Taken(standing)
    handover_queries.end(connection, conversation_id, author)
    handover_queries.begin(connection, conversation_id, standing.reason, author, standing)
    record(connection, actor, N_("Took a conversation over"), conversation_id, standing.begun_by)
    return _standing(connection, conversation_id)


def end(connection: Connection, conversation_id: str, author: Author, actor: Actor) -> None:
    """The bot answers again."""
    if not handover_queries.end(connection, conversation_id, author):
        raise NotFound("No person has taken this conversation over.")
    record(connection, actor, N_("Gave a conversation back"), conversation_id)


def say(connection: Connection, conversation_id: str, author: Author, said: str) -> Message:
    """A person's words, which go by e-mail where the visitor does not come back for them.

    Raises Conflict unless they took the conversation over, so that never two answer at once.
    """
    _assert_conversation(connection, conversation_id)
    standing = handover_queries.standing(connection, conversation_id)
    if standing is None:
        raise Conflict("Take the conversation over first; then write to the visitor.")
    if standing.begun_by != author.name:
        raise Taken(standing)
    if not said.strip() or "\0" in said:
        raise Invalid("The message is empty. Write what the visitor should read.")
    message = handover_queries.say(connection, conversation_id, author, said.strip())
    mailing.mail_later(connection, conversation_id)
    return message


def reply(connection: Connection, conversation_id: str, author: Author, actor: Actor, said: str) -> Message:
    """A person's words, for which they take the conversation over where nobody has it yet."""
    if handover_queries.standing(connection, conversation_id) is None:
        begin(connection, conversation_id, "other", author, actor)
    return say(connection, conversation_id, author, said)


def _assert_conversation(connection: Connection, conversation_id: str) -> None:
    if queries.conversation(connection, conversation_id) is None:
        raise NotFound("There is no such conversation. It may have been deleted.")


def _standing(connection: Connection, conversation_id: str) -> Handover:
    standing = handover_queries.standing(connection, conversation_id)
    assert standing is not None
    return standing
