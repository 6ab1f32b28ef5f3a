"""Staff try a question: it is answered as a visitor’s would be, and nothing of it is kept.

There is no conversation, no gap, and no answer for others. Only what a model cost is counted, for it was spent.
"""

from dataclasses import dataclass, replace

from trulybot.chat.answering import PASSAGES, Asked, Room, answer, at_once
from trulybot.chat.models import Answer
from trulybot.knowledge.confidence import ANSWERABLE
from trulybot.knowledge.matching import Match, matches
from trulybot.knowledge.search import Findings

NEAREST = 3  # of the owner’s own answers


@dataclass(frozen=True)
class Tried:
    """What was said and why; what search finds for it; how near the owner’s own answers come.

    What is no question about the documents is not searched for: then there are no `findings`.
    """

    answer: Answer
    findings: Findings | None
    matches: list[Match]
    threshold: float


async def try_out(question: str, room: Room, *, anew: bool = False) -> Tried:
    """`anew` passes over the answers that are kept for whoever asks the same."""
    threshold = ANSWERABLE if room.preferences.threshold is None else room.preferences.threshold
    if said := at_once(question, room.preferences):
        return Tried(said, None, [], threshold)
    given = await answer(Asked(question), replace(room, has_cache=not anew))
    heard = await room.library.hear(question)
    return Tried(
        given,
        await room.library.search(heard, PASSAGES),
        await room.library.db.read(matches, heard, NEAREST),
        threshold,
    )
