"""A question and its answer on disk, each in one write with all that follows from it."""

from sqlalchemy import Connection

from trulybot.chat import cache, cache_queries, handles, handover_queries, queries, unhelped
from trulybot.chat.models import Answer, Asker, Turn
from trulybot.kit.errors import NotFound
from trulybot.knowledge import curated_queries


def save_question(
    connection: Connection, asked: Turn, asker: Asker, locale: str | None, request: str | None
) -> tuple[Turn, bool]:
    """The turn, and whether it is new: under a `request` seen before, the earlier turn is given back unchanged."""
    if request and (earlier := queries.turn_asked_for(connection, request)):
        return earlier, False
    if asker.is_new:
        queries.begin_conversation(connection, asked, asker.visitor_id, locale)
    elif not queries.continue_conversation(connection, asked, asker.visitor_id, locale):
        raise NotFound(handles.NO_CONVERSATION)  # its visitor had it deleted a moment ago
    queries.save_turn(connection, asked, request)
    if asked.is_left_to_person:
        handover_queries.note_told(connection, asked.conversation_id)
    elif asked.kind == "handover" and (before := queries.turn_before(connection, asked)):
        unhelped.note(connection, before, "handed_over")
    return asked, True


def save_answer(connection: Connection, turn: Turn, given: Answer) -> None:
    if not queries.save_answer(connection, turn.id, given):
        return
    if given.key:
        cache.keep(connection, given.key, given)
    if given.kind == "cached":
        cache_queries.note_use(connection, given.text)
    if given.kind == "curated":
        curated_queries.note_hit(connection, given.record["answer"])
    if given.kind == "refused":
        unhelped.note(connection, turn.answered(given), "refused")
