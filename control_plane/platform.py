"""Everything the control plane is made of, wired in one place, for the server and for commands alike."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from control_plane.accounts.authenticating import authenticate
from control_plane.accounts.tasks import account_tasks
from control_plane.edge.doorman import Doorman
from control_plane.folders import Folders
from control_plane.gateway.clearing import CLEARING, gateway_tasks
from control_plane.gateway.gateway import Gateway
from control_plane.gateway.mailing import Mailing
from control_plane.runtimes.converge import Converging
from control_plane.runtimes.guarding import Guarding
from control_plane.runtimes.process import ProcessRuntime
from control_plane.runtimes.rolling_out import RollingOut
from control_plane.runtimes.runtime import Runtime
from control_plane.runtimes.starting import Starting
from control_plane.runtimes.telling import Telling
from control_plane.runtimes.turns import Turns
from control_plane.runtimes.upgrading import Upgrading
from control_plane.runtimes.waking import Waking
from control_plane.settings import Settings
from control_plane.workspaces import queries
from control_plane.workspaces.proving import Proving
from trulybot.kit import jobs, outbox, passes, security
from trulybot.kit.access import Authenticate
from trulybot.kit.database import Database
from trulybot.kit.folders import make_private
from trulybot.kit.jobs import Workers
from trulybot.kit.letters import Letters
from trulybot.kit.limits import Limits
from trulybot.kit.migrate import migrate
from trulybot.kit.postman import mail_tasks

NAME = "TrulyBot"
MIGRATIONS = Path(__file__).parent / "migrations"

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Platform:
    """`open` one in the event loop that uses it, `close` it at the end."""

    settings: Settings
    db: Database
    stopping: asyncio.Event

    @classmethod
    def open(cls, settings: Settings, stopping: asyncio.Event | None = None) -> "Platform":
        """The platform in `settings.control`, its database brought up to date; raises CannotStart."""
        make_private(settings.control)
        migrate(settings.database, MIGRATIONS)
        return cls(settings, Database(settings.database), stopping or asyncio.Event())

    async def start(self) -> None:
        """Take up what a crash may have cut off, and begin to work on what is due."""
        await self.db.write(queries.release_all)
        await self.db.write(jobs.enqueue, outbox.CLEARING, "")
        await self.db.write(jobs.enqueue, CLEARING, "")
        await self.workers.start()
        self.converging.start()
        self.guarding.start()
        self.rolling_out.start()

    async def close(self) -> None:
        self.stopping.set()
        await self.guarding.stop()
        await self.waking.stop()
        await self.rolling_out.stop()
        await self.converging.stop()
        await self.workers.stop()
        await self.gateway.close()
        await self.runtime.close()
        self.db.close()

    @cached_property
    def folders(self) -> Folders:
        return Folders(self.settings.root)

    @cached_property
    def passes_key(self) -> bytes:
        """The seed of the Ed25519 key that signs passes."""
        return self.db.write_now(security.signing_key, "passes")

    @cached_property
    def runtime(self) -> Runtime:
        if self.settings.runtime == "docker":
            from control_plane.runtimes.docker import DockerRuntime

            return DockerRuntime(self.folders, self.settings.warden_socket)
        instance = self.db.write_now(security.signing_key, "instance").hex()[:16]
        return ProcessRuntime(self.folders, self.settings.control / "logs", instance)

    @cached_property
    def turns(self) -> Turns:
        return Turns(self.db)

    @cached_property
    def starting(self) -> Starting:
        return Starting(self.db, self.runtime, self.folders, self.telling)

    @cached_property
    def telling(self) -> Telling:
        return Telling(self.db, self.settings, passes.public_of(self.passes_key))

    @cached_property
    def waking(self) -> Waking:
        return Waking(self.db, self.runtime, self.starting, self.turns)

    @cached_property
    def doorman(self) -> Doorman:
        return Doorman(self.settings, self.db, self.waking)

    @cached_property
    def converging(self) -> Converging:
        return Converging(
            self.db,
            self.runtime,
            self.starting,
            self.turns,
            self.settings,
            self.telling,
            self.upgrading,
            self.letters,
        )

    @cached_property
    def guarding(self) -> Guarding:
        return Guarding(self.db, self.runtime, self.folders, self.converging.nudge)

    @cached_property
    def upgrading(self) -> Upgrading:
        return Upgrading(self.db, self.runtime, self.starting, self.turns, self.telling)

    @cached_property
    def rolling_out(self) -> RollingOut:
        return RollingOut(self.db, self.upgrading)

    @cached_property
    def gateway(self) -> Gateway:
        mailing = Mailing(self.settings, self.letters, self.mails_key, self.workers.nudge)
        return Gateway(self.settings, self.db, self.waking.sleep, mailing, self.runtime.uid_of)

    @cached_property
    def mails_key(self) -> bytes:
        """Signs the addresses at which leads stop a workspace's mails."""
        return self.db.write_now(security.signing_key, "mails to leads")

    @cached_property
    def authenticate(self) -> Authenticate:
        return partial(authenticate, db=self.db)

    @cached_property
    def proving(self) -> Proving:
        return Proving()

    @cached_property
    def limits(self) -> Limits:
        return Limits()

    @cached_property
    def letters(self) -> Letters:
        return Letters(lambda: NAME, lambda: self.settings.console)

    @cached_property
    def workers(self) -> Workers:
        mailing = mail_tasks(self.db, self.settings.mail_server, on_kept=self._show_kept)
        accounts = account_tasks(self.db, self.letters, self.settings.console)
        return Workers(self.db, {**mailing, **accounts, **gateway_tasks(self.db)})

    def _show_kept(self, mail: outbox.Mail) -> None:
        """Who tries the platform on their own machine, without a mail server, reads its mails where it runs."""
        if self.settings.is_local:
            log.info("No mail server, so this mail to %s is kept:\n%s\n\n%s", mail.recipient, mail.subject, mail.text)


def written(settings: Settings, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What one unit of work gives in a platform that may be serving in another process; raises CannotStart."""
    make_private(settings.control)
    migrate(settings.database, MIGRATIONS)
    db = Database(settings.database)
    try:
        return db.write_now(work, *args, **kwargs)
    finally:
        db.close()
