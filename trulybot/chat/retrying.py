"""Ask the questions of a gap again, after documents or answers were added."""

from trulybot.chat.answering import Asked, Room, answer
from trulybot.chat.forms import Attempt, Attempted
from trulybot.kit.errors import NotFound
from trulybot.knowledge import gap_queries

MOST = 20  # questions of one topic, those asked most often

_UNANSWERED = ("refused", "handover", "greeting")


async def retry(gap_id: int, room: Room) -> Attempted:
    """Questions that find an answer now (another than one that was disliked) are closed."""
    db = room.library.db
    questions = await db.read(gap_queries.questions_of, gap_id, MOST)
    if not questions:
        raise NotFound("There is no such open gap. It may have been closed already.")
    attempts = []
    for question in questions:
        given = await answer(Asked(question["question"]), room)
        is_answered = given.kind not in _UNANSWERED and given.text != question["disliked_answer"]
        if is_answered:
            await db.write(gap_queries.close_question, question["id"])
        attempts.append(Attempt(question["question"], given.kind, given.text, is_answered))
    return Attempted(attempts)
