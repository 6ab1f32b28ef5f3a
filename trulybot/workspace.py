"""Everything one workspace is made of, wired in one place, for the server and for commands alike."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from trulybot import upkeep
from trulybot.account import forgotten
from trulybot.account.arriving import Arriving, end_longer_sessions
from trulybot.account.authenticating import authenticate
from trulybot.chat.answering import Room
from trulybot.chat.asking import Chat
from trulybot.chat.mailing import MAILING, Mailing
from trulybot.chat.retrying import RETRYING, Retrying
from trulybot.chat.watching import Watching
from trulybot.chat.writer import Writer
from trulybot.keep import backup
from trulybot.keep.retention import ERASING, Retention
from trulybot.kit import security, security_events
from trulybot.kit.access import Authenticate
from trulybot.kit.child import Child
from trulybot.kit.database import Database
from trulybot.kit.folders import make_private
from trulybot.kit.gateway import Gateway
from trulybot.kit.hosting import Hosting
from trulybot.kit.idling import Activity, Idling, Work
from trulybot.kit.jobs import Workers
from trulybot.kit.languages import Languages
from trulybot.kit.letters import Letters
from trulybot.kit.limits import Limits
from trulybot.kit.migrate import migrate
from trulybot.kit.net.opening import OpenWeb, web_by_ourselves, web_through
from trulybot.kit.postman import mail_tasks
from trulybot.kit.rim import is_loopback
from trulybot.knowledge import curated, gaps, sources
from trulybot.knowledge import queries as knowledge_queries
from trulybot.knowledge.clearing import clear_source
from trulybot.knowledge.collecting import Collecting
from trulybot.knowledge.embedders import Embedders
from trulybot.knowledge.embedding_answers import AnswerEmbedding
from trulybot.knowledge.indexing import CALIBRATING, INDEXING, Indexing
from trulybot.knowledge.library import Library
from trulybot.knowledge.reader import Reader, knowledge_child
from trulybot.knowledge.reading.document import Limits as ReadingLimits
from trulybot.knowledge.uploads import Shelf
from trulybot.leads.capturing import Leads
from trulybot.leads.tasks import lead_tasks
from trulybot.leads.telling import Telling
from trulybot.llm.door import DoorEmbedder
from trulybot.llm.embedding import Embedder
from trulybot.llm.local import LocalEmbedder
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


@dataclass
class Workspace:
    """`open` one in the event loop that uses it, `close` it at the end."""

    settings: Settings
    db: Database
    key: bytes
    stopping: asyncio.Event
    # Kept, or else they might be collected before they are done.
    warming: asyncio.Task[None] | None = None
    watching_for_rest: asyncio.Task[None] | None = None

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
        await self.db.write(upkeep.take_up)
        if self.hosting:
            await self.db.write(end_longer_sessions)
            await self.choices.begin(self.hosting.now.name)
        await self.choices.now()
        backup.forget_old(self.settings.backup)
        self.shelf.sweep(await self.db.read(knowledge_queries.files))
        await self.workers.start()
        if provider := self.writer.provider:
            self.warming = asyncio.create_task(provider.warm())
        if self.idling:
            self.watching_for_rest = asyncio.create_task(self.idling.watch())

    async def close(self) -> None:
        self.stopping.set()
        if self.watching_for_rest:
            self.watching_for_rest.cancel()
        await self.chat.stop()
        await self.workers.stop()
        await self.child.close()
        await self.embedders.close()
        if self.warming:
            self.warming.cancel()
            await asyncio.wait([self.warming])
        await self.writer.close()
        if self.gateway:
            await self.gateway.close()
        self.db.close()

    @cached_property
    def id(self) -> str:
        """What others call this workspace. It is public, and stays as long as the workspace’s own key."""
        return f"w_{security.keyed(self.key, 'workspace')[:16]}"

    @cached_property
    def hosting(self) -> Hosting | None:
        """None where nobody but its operator runs this workspace."""
        return Hosting(self.settings.given) if self.settings.given else None

    def address(self) -> str:
        """Where people find this workspace at this moment."""
        return self.hosting.address if self.hosting else self.settings.address

    @cached_property
    def gateway(self) -> Gateway | None:
        """A hosted workspace's only way out."""
        return Gateway(self.settings.gateway, self.hosting.token) if self.hosting and self.settings.gateway else None

    @cached_property
    def web(self) -> OpenWeb:
        return web_through(self.gateway) if self.gateway else web_by_ourselves()

    @cached_property
    def activity(self) -> Activity:
        return Activity()

    @cached_property
    def idling(self) -> Idling | None:
        """Nobody stops a workspace that is not hosted."""
        if not (self.hosting and self.gateway):
            return None
        hosting = self.hosting
        return Idling(self.activity, self.gateway, lambda: hosting.now.idle_seconds, self._work)

    @cached_property
    def arriving(self) -> Arriving | None:
        """How people come in where they do not sign in."""
        return Arriving(self.db, self.hosting) if self.hosting else None

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
        hosts = self.hosting.now.hosts if self.hosting else self.settings.hosts
        return Sites(self.choices, development=all(is_loopback(host) for host in hosts))

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
        return Library(self.db, self.embedders.for_index)

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
        return Telling(self.db, self.letters, self.choices, self.address)

    @cached_property
    def letters(self) -> Letters:
        return Letters(lambda: self.choices.last.bot_name, self.address)

    @cached_property
    def workers(self) -> Workers:
        indexing = Indexing(self.db, self.embedder)
        return Workers(
            self.db,
            {
                sources.READING: self.collecting.read,
                sources.CLEARING: partial(clear_source, self.db, self.shelf),
                INDEXING: indexing.index_all,
                CALIBRATING: partial(upkeep.calibrate_stale, self.db, self.embedder),
                curated.CLEARING: partial(upkeep.clear_answers, self.db),
                curated.EMBEDDING: AnswerEmbedding(self.db, self.embedder).embed_all,
                gaps.GROUPING: gaps.Grouping(self.db, self.embedder).group_all,
                RETRYING: Retrying(self.db, self.room).retry_some,
                upkeep.RESYNCING: partial(upkeep.resync, self.db),
                ERASING: Retention(self.db, self.choices, self.chat).erase,
                MAILING: Mailing(self.db, self.choices, self.address).mail_missed,
                forgotten.MAILING: forgotten.Forgotten(self.db, self.letters, self.address).mail_link,
                **lead_tasks(self.db, self.letters, self.telling, self.web),
                **mail_tasks(self.db, self.settings.mail_server, self.gateway),
                **({security_events.TELLING: security_events.Telling(self.gateway).tell} if self.gateway else {}),
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
            self.web,
        )

    @cached_property
    def child(self) -> Child:
        return knowledge_child()

    @cached_property
    def embedders(self) -> Embedders:
        return Embedders(self.settings, DoorEmbedder(self.gateway) if self.gateway else LocalEmbedder(self.child))

    @property
    def embedder(self) -> Embedder:
        """What embeds new passages."""
        return self.embedders.for_passages

    @cached_property
    def writer(self) -> Writer:
        """What writes answers, where the operator or the owner has chosen a model."""
        given = given_model(self.settings, self.hosting.now.model if self.hosting else "")
        return Writer(self.db, given, patience_of(self.settings), self.settings.moderation_model, self.gateway)

    async def room(self) -> Room:
        """What answering needs at this moment."""
        return Room(await self.choices.now(), self.library, self.writer.model)

    async def _work(self) -> Work:
        return await self.db.read(upkeep.work_of, self.workers.kinds)


def written(settings: Settings, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What one unit of work gives in a workspace that may be serving in another process; raises CannotStart."""
    migrate(settings.database, MIGRATIONS)
    db = Database(settings.database)
    try:
        return db.write_now(work, *args, **kwargs)
    finally:
        db.close()
