"""The owner's own answers: written one by one or read from a file of pairs, changed and removed, effective at once.

Each is also a passage, so that search finds it where a question comes near it, but not near enough to be given as is.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from trulybot.kit import jobs
from trulybot.kit.clock import now
from trulybot.kit.errors import Conflict, Invalid, NotFound
from trulybot.kit.events import SERVER, Actor, record
from trulybot.kit.texts import N_
from trulybot.knowledge import curated_queries, page_queries, passages, queries
from trulybot.knowledge.forms import AnswerChanges, NewAnswer
from trulybot.knowledge.gaps import normal
from trulybot.knowledge.indexing import EVERYTHING, INDEXING
from trulybot.knowledge.models import CuratedAnswer, Source
from trulybot.knowledge.reading.wire import Pair
from trulybot.knowledge.sources import KEPT_BACK, TYPED

EMBEDDING = "embed questions of answers"
CLEARING = "clear removed answers"

_TYPED_TITLE = "Answers"
_READING = 1  # nothing typed is ever read again


def add(connection: Connection, given: NewAnswer, actor: Actor | None = None) -> CuratedAnswer:
    """Raises Conflict where this question was typed before. No actor: it is part of what is recorded as a whole."""
    question, answer, variants = _cleaned(given)
    page_id = _typed_page(connection)
    curated_queries.drop_removed(connection, TYPED, question)
    curated_id = curated_queries.add(connection, TYPED, question, answer)
    if curated_id is None:
        raise Conflict("There is an answer to this question already. Change that one.")
    _make_askable(connection, curated_id, (question, *variants))
    _make_findable(connection, curated_id, page_id, (question, *variants), answer)
    if actor:
        record(connection, actor, N_("Added an answer"), question)
    return found(connection, curated_id)


def import_all(connection: Connection, given: Sequence[NewAnswer], actor: Actor) -> int:
    """All or nothing; a question that was typed before gets its new answer. Gives how many there were."""
    known = {answer.question: answer.id for answer in curated_queries.answers_of(connection, TYPED)}
    for each in given:
        question = _cleaned(each)[0]
        if question in known:
            change(connection, known[question], each)
        else:
            known[question] = add(connection, each).id
    record(connection, actor, N_("Imported answers"), detail=str(len(given)))
    return len(given)


def change(connection: Connection, curated_id: int, given: NewAnswer, actor: Actor | None = None) -> CuratedAnswer:
    """One from a file becomes the owner's own, and the file's is not used any more."""
    question, answer, variants = _cleaned(given)
    before = found(connection, curated_id)
    reading = curated_queries.reading_of(connection, curated_id)
    page_id = _typed_page(connection)
    curated_queries.drop_removed(connection, TYPED, question)
    if not curated_queries.rewrite(connection, curated_id, TYPED, question, answer):
        raise Conflict("There is another answer to this question already. Change that one, or remove it.")
    _make_unfindable(connection, before)
    if before.source_id != TYPED:
        curated_queries.bury(connection, before.source_id, before.question, before.answer, reading)
    _make_askable(connection, curated_id, (question, *variants))
    _make_findable(connection, curated_id, page_id, (question, *variants), answer)
    if actor:
        record(connection, actor, N_("Changed an answer"), question)
    return found(connection, curated_id)


def change_some(connection: Connection, curated_id: int, changes: AnswerChanges, actor: Actor) -> CuratedAnswer:
    before = found(connection, curated_id)
    given = NewAnswer(
        changes.question or before.question,
        changes.answer or before.answer,
        before.variants if changes.variants is None else changes.variants,
    )
    return change(connection, curated_id, given, actor)


def remove(connection: Connection, curated_id: int, actor: Actor = SERVER) -> CuratedAnswer:
    """It is given no more, also when its file is read again. For an hour it can be brought back."""
    before = found(connection, curated_id)
    _make_unfindable(connection, before)
    curated_queries.remove(connection, curated_id)
    record(connection, actor, N_("Deleted an answer"), before.question)
    jobs.enqueue(connection, CLEARING, EVERYTHING, now() + KEPT_BACK)
    return before


def bring_back(connection: Connection, curated_id: int, actor: Actor) -> CuratedAnswer:
    """Raises NotFound where it was removed too long ago, or another was written for its question."""
    if not curated_queries.bring_back(connection, curated_id, now() - KEPT_BACK):
        raise NotFound("This answer cannot be brought back any more. Write it again.")
    back = found(connection, curated_id)
    if back.source_id == TYPED:
        _make_findable(connection, back.id, _typed_page(connection), back.ways, back.answer)
    else:
        curated_queries.include_passages(connection, back.source_id, back.ways, back.answer)
        jobs.enqueue(connection, INDEXING, EVERYTHING)
    record(connection, actor, N_("Brought back an answer"), back.question)
    return back


def clear_removed(connection: Connection) -> None:
    """The job: what was typed and removed goes for good after its hour; of a file’s it must stay known."""
    first = curated_queries.drop_removed_before(connection, TYPED, now() - KEPT_BACK)
    if first is not None:
        jobs.enqueue(connection, CLEARING, EVERYTHING, first + KEPT_BACK)


def found(connection: Connection, curated_id: int) -> CuratedAnswer:
    answer = curated_queries.answer(connection, curated_id)
    if answer is None:
        raise NotFound("There is no such answer. It may have been removed.")
    return answer


def keep_pairs(connection: Connection, source_id: str, reading: int, pairs: Sequence[Pair]) -> None:
    """What a reading found in a file of pairs."""
    for pair in pairs:
        curated_id = curated_queries.keep(connection, source_id, pair.question, pair.answer, reading)
        if curated_id is not None:
            _make_askable(connection, curated_id, (pair.question, *pair.variants))


def _cleaned(given: NewAnswer) -> tuple[str, str, tuple[str, ...]]:
    """Questions on one line each; raises Invalid where one says nothing."""
    question, *variants = (" ".join(way.split()) for way in (given.question, *given.variants))
    answer = given.answer.strip()
    if not normal(question) or not answer or "\0" in question + answer + "".join(variants):
        raise Invalid("Write a question and its answer.")
    return question, answer, tuple(way for way in variants if normal(way))


def _typed_page(connection: Connection) -> int:
    """The page of what was typed, in the source that is made for it with the first."""
    if not queries.is_there(connection, TYPED):
        if TYPED in queries.titles(connection):
            raise Conflict(
                "All typed answers were deleted, and can still be brought back, under Knowledge, Deleted sources. "
                "Bring them back there, or delete them for good."
            )
        source = Source(id=TYPED, kind="pairs", title=_TYPED_TITLE, created_at=now())
        queries.add_source(connection, source, 0)
        queries.note_read(connection, TYPED)
    return page_queries.begin_page(connection, TYPED, "", 0, _READING)


def _make_askable(connection: Connection, curated_id: int, ways: Sequence[str]) -> None:
    unlike = {normal(way): way for way in reversed(ways)}
    curated_queries.set_ways(connection, curated_id, [(unlike[key], key) for key in dict.fromkeys(map(normal, ways))])
    jobs.enqueue(connection, EMBEDDING, EVERYTHING)


def _make_findable(connection: Connection, curated_id: int, page_id: int, ways: Sequence[str], answer: str) -> None:
    passages.save(connection, TYPED, page_id, _READING, curated_id, list(passages.of_answer(ways, answer)))
    queries.set_status(connection, TYPED, "indexing")
    jobs.enqueue(connection, INDEXING, EVERYTHING)


def _make_unfindable(connection: Connection, before: CuratedAnswer) -> None:
    """Passages of a file stay, unseen: a later reading of it would make them anew."""
    if before.source_id != TYPED:
        curated_queries.exclude_passages(connection, before.source_id, before.ways, before.answer)
    elif gone := curated_queries.passages_of(connection, TYPED, before.ways, before.answer):
        page_queries.drop_passages(connection, gone)
