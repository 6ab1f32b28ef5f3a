"""Everything one workspace is made of, wired in one place, for the server and for commands alike."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from trulybot.account import forgotten
from trulybot.account.authenticating import authenticate
from trulybot.chat import queries as chat_queries
from trulybot.chat.answering import Room
from trulybot.chat.asking import Chat
from trulybot.chat.mailing import MAILING, Mailing
from trulybot.chat.retrying import RETRYING, Retrying
from trulybot.chat.watching import Watching
from trulybot.chat.writer import Writer
from trulybot.keep.retention import ERASING, Retention
from trulybot.kit import jobs, outbox, security
from trulybot.kit.access import Authenticate
from trulybot.kit.child import Child
from trulybot.kit.clock import HOUR, now
from trulybot.kit.database import Database
from trulybot.kit.folders import make_private
from trulybot.kit.jobs import Workers
from trulybot.kit.languages import Languages
from trulybot.kit.letters import Letters
from trulybot.kit.limits import Limits
from trulybot.kit.migrate import migrate
from trulybot.kit.postman import mail_tasks
from trulybot.kit.rim import is_loopback
from trulybot.kit.texts import N_
from trulybot.knowledge import curated, gaps, sources
from trulybot.knowledge import queries as knowledge_queries
from trulybot.knowledge.calibration import calibrate
from trulybot.knowledge.clearing import clear_source
from trulybot.knowledge.collecting import Collecting
from trulybot.knowledge.confidence import is_stale, searched_by
from trulybot.knowledge.embedding_answers import AnswerEmbedding
from trulybot.knowledge.indexing import CALIBRATING, EVERYTHING, INDEXING, Indexing
from trulybot.knowledge.library import Library
from trulybot.knowledge.reader import Reader, knowledge_child
from trulybot.knowledge.reading.document import Limits as ReadingLimits
from trulybot.knowledge.uploads import Shelf
from trulybot.leads import deleting
from trulybot.leads.capturing import Leads
from trulybot.leads.tasks import lead_tasks
from trulybot.leads.telling import Telling
from trulybot.llm.embedding import Embedder
from trulybot.llm.local import MODEL as LOCAL_MODEL
from trulybot.llm.local import LocalEmbedder
from trulybot.llm.models import OpenAIEmbedder
from trulybot.preferences.current import Choices
from trulybot.preferences.given_model import given_model, patience_of
from trulybot.settings import Settings
from trulybot.visitors import queries as visitor_queries
from trulybot.visitors.knowing import Visitors
from trulybot.visitors.sites import Sites
from trulybot.widget.configuration import TEXTS, Configuration
from trulybot.widget.drafts import Drafts
from trulybot.widget.files import Files
from trulybot.widget.seen import Seen

MIGRATIONS = Path(__file__).parent / "migrations"

P = ParamSpec("P")
T = TypeVar("T")

RESYNCING = "find sources to read again"
RESYNC_EVERY = HOUR // 4
ABANDONED = N_(
    "Reading this stopped the whole workspace several times, so it was given up. Split it, or upload it as text."
)


@dataclass
class Workspace:
    """`open` one in the event loop that uses it, `close` it at the end."""

    settings: Settings
    db: Database
    key: bytes
    stopping: asyncio.Event
    warming: asyncio.Task[None] | None = None  # kept, or else it might be collected before it is done
    _remote_embedders: dict[str, OpenAIEmbedder] = field(default_factory=dict)

    @classmethod
    def open(cls, settings: Settings, stopping: asyncio.Event | None = None) -> "Workspace":
        """The workspace in `settings.data`, its database brought up to date; raises CannotStart."""
        for folder in (settings.data, settings.uploads, settings.temporary):
            make_private(folder)
        migrate(settings.database, MIGRATIONS)
        db = Database(settings.database)
        return cls(settings, db, db.write_now(security.signing_key, "conversations"), stopping or asyncio.Event())

    async def start(self) -> None:
        """Take up what a crash may have cut off, and begin to work on what is due."""
        await self.choices.now()
        await self.db.write(_take_up)
        self.shelf.sweep(await self.db.read(knowledge_queries.files))
        await self.workers.start()
        if provider := self.writer.provider:
            self.warming = asyncio.create_task(provider.warm())

    async def close(self) -> None:
        self.stopping.set()
        await self.chat.stop()
        await self.workers.stop()
        await self.child.close()
        for embedder in self._remote_embedders.values():
            await embedder.close()
        if self.warming:
            self.warming.cancel()
            await asyncio.wait([self.warming])
        await self.writer.close()
        self.db.close()

    @cached_property
    def id(self) -> str:
        """What others call this workspace. It is public, and stays as long as the workspace’s own key."""
        return f"w_{security.keyed(self.key, 'workspace')[:16]}"

    @cached_property
    def limits(self) -> Limits:
        return Limits()

    @cached_property
    def authenticate(self) -> Authenticate:
        return partial(authenticate, db=self.db)

    @cached_property
    def choices(self) -> Choices:
        return Choices(self.db)

    @cached_property
    def sites(self) -> Sites:
        """Served under loopback names alone, the workspace is being developed."""
        return Sites(self.choices, development=all(is_loopback(host) for host in self.settings.hosts))

    @cached_property
    def widget(self) -> Configuration:
        return Configuration(self.id, Files(), Languages(TEXTS))

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts()

    @cached_property
    def seen(self) -> Seen:
        return Seen(self.db)

    @cached_property
    def shelf(self) -> Shelf:
        settings = self.settings
        return Shelf(settings.uploads, settings.max_file_bytes, settings.max_total_bytes, settings.max_pages)

    @cached_property
    def library(self) -> Library:
        return Library(self.db, self.embedder_for)

    @cached_property
    def leads(self) -> Leads:
        return Leads(self.db, self.choices, self.key, self.visitors, self.chat.conversation_if_kept)

    @cached_property
    def visitors(self) -> Visitors:
        return Visitors(self.db, self.db.write_now(visitor_queries.keys))

    @cached_property
    def chat(self) -> Chat:
        return Chat(self.db, self.limits, self.key, self.stopping, self.visitors, self.room)

    @cached_property
    def watching(self) -> Watching:
        return Watching(self.db, self.stopping)

    @cached_property
    def telling(self) -> Telling:
        return Telling(self.db, self.letters, self.choices, self.settings.address)

    @cached_property
    def letters(self) -> Letters:
        return Letters(lambda: self.choices.last.bot_name, self.settings.address)

    @cached_property
    def workers(self) -> Workers:
        indexing = Indexing(self.db, self.embedder)
        return Workers(
            self.db,
            {
                sources.READING: self.collecting.read,
                sources.CLEARING: partial(clear_source, self.db, self.shelf),
                INDEXING: indexing.index_all,
                CALIBRATING: self._calibrate,
                curated.CLEARING: self._clear_answers,
                curated.EMBEDDING: AnswerEmbedding(self.db, self.embedder).embed_all,
                gaps.GROUPING: gaps.Grouping(self.db, self.embedder).group_all,
                RETRYING: Retrying(self.db, self.room).retry_some,
                RESYNCING: self._resync,
                ERASING: Retention(self.db, self.choices, self.chat).erase,
                MAILING: Mailing(self.db, self.choices, self.settings.address).mail_missed,
                forgotten.MAILING: forgotten.Forgotten(self.db, self.letters, self.settings.address).mail_link,
                **lead_tasks(self.db, self.letters, self.telling),
                **mail_tasks(self.db, self.settings.mail_server),
            },
        )

    @cached_property
    def collecting(self) -> Collecting:
        limits = ReadingLimits(file_bytes=self.settings.max_file_bytes, pages=self.settings.max_pages)
        return Collecting(
            self.db,
            Reader(self.child, limits),
            self.settings.uploads,
            self.settings.temporary,
            self.settings.max_passages,
        )

    @cached_property
    def child(self) -> Child:
        return knowledge_child()

    @cached_property
    def embedder(self) -> Embedder:
        """What embeds new passages."""
        if self.settings.embeddings_url:
            return self._remote_embedder(self.settings.embeddings_model)
        return self._local_embedder

    def embedder_for(self, model: str) -> Embedder | None:
        """What embeds a question for the index of `model`, which may have been made before the settings changed."""
        if model == LOCAL_MODEL:
            return self._local_embedder
        return self._remote_embedder(model) if self.settings.embeddings_url else None

    def _remote_embedder(self, model: str) -> OpenAIEmbedder:
        if model not in self._remote_embedders:
            url, key = self.settings.embeddings_url, self.settings.embeddings_key
            self._remote_embedders[model] = OpenAIEmbedder(url, key, model)
        return self._remote_embedders[model]

    @cached_property
    def _local_embedder(self) -> LocalEmbedder:
        return LocalEmbedder(self.child)

    @cached_property
    def writer(self) -> Writer:
        """What writes answers, where the operator or the owner has chosen a model."""
        return Writer(self.db, given_model(self.settings), patience_of(self.settings), self.settings.moderation_model)

    async def room(self) -> Room:
        """What answering needs at this moment."""
        return Room(await self.choices.now(), self.library, self.writer.model)

    async def _calibrate(self, _: str) -> None:
        for embedder in (None, self.embedder):
            if await self.db.read(is_stale, searched_by(embedder.model if embedder else None)):
                await calibrate(self.db, embedder)

    async def _clear_answers(self, _: str) -> None:
        await self.db.write(curated.clear_removed)

    async def _resync(self, _: str) -> None:
        await self.db.write(_queue_due)


def written(settings: Settings, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What one unit of work gives in a workspace that may be serving in another process; raises CannotStart."""
    migrate(settings.database, MIGRATIONS)
    db = Database(settings.database)
    try:
        return db.write_now(work, *args, **kwargs)
    finally:
        db.close()


def _take_up(connection: Connection) -> None:
    chat_queries.interrupt_all(connection)
    knowledge_queries.fail_abandoned(connection, ABANDONED)
    # All find out for themselves whether there is anything to do: a new model, an interval that has passed.
    jobs.enqueue(connection, INDEXING, EVERYTHING)
    jobs.enqueue(connection, curated.EMBEDDING, EVERYTHING)
    jobs.enqueue(connection, RESYNCING, EVERYTHING)
    jobs.enqueue(connection, ERASING, EVERYTHING)
    jobs.enqueue(connection, outbox.CLEARING, EVERYTHING)
    jobs.enqueue(connection, deleting.ERASING, EVERYTHING)


def _queue_due(connection: Connection) -> None:
    for source_id in knowledge_queries.due_for_reading(connection):
        knowledge_queries.set_status(connection, source_id, "queued")
        jobs.enqueue(connection, sources.READING, source_id)
    jobs.enqueue(connection, RESYNCING, EVERYTHING, run_at=now() + RESYNC_EVERY)
