"""Staff correct a passage, or leave it out of all answers. Both hold when the source is read again, as long as it says
the same there; where it says something else, its new text counts, and what was corrected is kept to be looked at.
"""

from msgspec import UNSET
from sqlalchemy import Connection

from trulybot.kit import jobs
from trulybot.kit.errors import Conflict, Invalid, NotFound
from trulybot.kit.events import Actor, record
from trulybot.kit.texts import N_
from trulybot.knowledge import passage_queries, queries, vocabulary
from trulybot.knowledge.forms import PassageChanges
from trulybot.knowledge.indexing import EVERYTHING, INDEXING
from trulybot.knowledge.models import Source, SourcePassage
from trulybot.knowledge.passages import hash_of
from trulybot.knowledge.reading.wire import Passage


def change(
    connection: Connection, source_id: str, passage_id: int, changes: PassageChanges, actor: Actor
) -> SourcePassage:
    """The passage as it is then; raises NotFound, Conflict where it is an answer, and Invalid."""
    source, passage = _found(connection, source_id, passage_id)
    if source.kind == "pairs":
        raise Conflict("This passage is an answer. Change or remove it on the page Answers.")
    if changes.text is not UNSET:
        _correct(connection, passage, changes.text)
        record(connection, actor, N_("Corrected a passage"), source.title)
    if changes.excluded is not UNSET and changes.excluded != bool(passage.excluded_at):
        passage_queries.exclude(connection, passage.id, changes.excluded)
        action = N_("Left a passage out of all answers") if changes.excluded else N_("Took a passage back into answers")
        record(connection, actor, action, source.title)
    if changes.text is not UNSET or changes.excluded is False:
        _index_again(connection, source)
    return _found(connection, source_id, passage_id)[1]


def forget_lost(connection: Connection, source_id: str, actor: Actor) -> None:
    """Those that a newer text of the source left no place for; raises NotFound."""
    source = queries.source(connection, source_id)
    if source is None:
        raise NotFound("There is no such document. It may have been deleted.")
    if passage_queries.forget_lost_corrections(connection, source_id):
        record(connection, actor, N_("Forgot corrections that were lost"), source.title)


def _found(connection: Connection, source_id: str, passage_id: int) -> tuple[Source, SourcePassage]:
    source = queries.source(connection, source_id)
    passage = passage_queries.passage(connection, source_id, passage_id)
    if source is None or passage is None:
        raise NotFound("There is no such passage. Its source may have been read again since.")
    return source, passage


def _correct(connection: Connection, passage: SourcePassage, typed: str | None) -> None:
    said = None if typed is None else typed.replace("\r\n", "\n").strip()
    if said is not None and (not said or "\0" in said):
        raise Invalid("The passage is empty. Write what it should say, or leave it out instead.", field="text")
    if said is None or said == (passage.read_text or passage.text):
        passage_queries.correct(connection, passage.id, None, None)
        return
    digest = hash_of(Passage(passage.title, passage.heading, said))
    passage_queries.correct(connection, passage.id, said, digest)
    vocabulary.learn(connection, [said])


def _index_again(connection: Connection, source: Source) -> None:
    """It is found by its words at once, by its meaning a moment later."""
    if source.status == "ready":
        queries.set_status(connection, source.id, "indexing")
    jobs.enqueue(connection, INDEXING, EVERYTHING)
