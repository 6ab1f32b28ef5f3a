"""What visitors think of an answer. One vote a turn; the last one counts."""

from sqlalchemy import Connection

from trulybot.chat import cache_queries, queries, unhelped
from trulybot.chat.forms import Feedback
from trulybot.chat.models import NO_TURN
from trulybot.kit.errors import Conflict, Invalid, NotFound


def give(connection: Connection, conversation_id: str, turn_id: str, given: Feedback) -> None:
    """What did not help is a gap, and is not given again from the cache; raises Conflict before there is an answer."""
    if given.reason and "\0" in given.reason:
        raise Invalid("The reason holds a character that no text has. Write it anew.")
    turn = queries.turn(connection, conversation_id, turn_id)
    if turn is None:
        raise NotFound(NO_TURN)
    if turn.state != "done":
        raise Conflict("There is no whole answer yet. Wait for it, then say what you think.")
    before = queries.vote_on(connection, turn.id)
    queries.save_vote(connection, turn.id, given.vote, given.reason)
    if given.vote == "down" and before != "down":
        unhelped.note(connection, turn, "disliked")
        cache_queries.forget(connection, turn.answer)
    elif given.vote == "up" and before == "down":
        unhelped.take_back(connection, turn, "disliked")
