"""One workspace's database: snapshots for many readers, one writer with group commit.

A unit of work is a plain function `work(connection, *arguments)`. It runs whole in a database thread, so it
costs one thread hop however many statements it has, and cannot hold a transaction across an await.
Units that wait to be written together share one commit, each in a savepoint of its own.
"""

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from trulybot.kit import sqlite
from trulybot.kit.errors import Unavailable
from trulybot.kit.logs import without_words

READERS = 4
MOST_IN_A_GROUP = 64

# Sees whether the schema has changed, as it does when another process analyses the tables. Left to a statement that
# opens a full-text table, SQLite would find that in the middle, and say that a table is not there.
LOOK_AT_SCHEMA = "SELECT 1 FROM sqlite_schema LIMIT 0"

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class NotStored(Unavailable):
    """The disk is full, another program holds the database, or it was closed."""


class Database:
    """Opened on a migrated file; `close` it before the process ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reader = threading.local()
        self._reader_connections: list[Connection] = []
        self._readers = ThreadPoolExecutor(READERS, "reader", initializer=self._open_reader)
        self._glancing: Connection | None = None
        self._waiting: SimpleQueue[_Unit | None] = SimpleQueue()
        self._is_closed = False
        self._door = threading.Lock()
        self._writer = threading.Thread(target=self._write_in_groups, name="writer", daemon=True)
        self._writer.start()

    def glance(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`read` for a row or two by their key, on the event loop itself: a thread would cost more than the row.

        Call it from the event loop only, and never with a query whose time grows with the workspace.
        """
        if self._glancing is None:
            self._glancing = _open(self.path, read_only=True)
        return _snapshot(self._glancing, lambda c: work(c, *args, **kwargs))

    def version(self) -> int:
        """Another one as soon as anything was written, by this process or by another; it means nothing beside that."""
        number: int = self.glance(lambda connection: connection.exec_driver_sql("PRAGMA data_version").scalar_one())
        return number

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` finds in one snapshot of the database."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read_snapshot, lambda c: work(c, *args, **kwargs))

    async def write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` gives, once everything it changed is on disk; nothing is changed when it raises.

        Raises NotStored when the disk refuses, and after `close`.
        """
        loop = asyncio.get_running_loop()
        unit = _Unit(lambda c: work(c, *args, **kwargs), loop, loop.create_future())
        self._hand_over(unit)
        # Shielded: a caller that goes away does not take back what others may have seen written.
        result: T = await asyncio.shield(unit.future)
        return result

    def write_now(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`write` for code outside an event loop: waits where it stands."""
        unit = _Unit(lambda c: work(c, *args, **kwargs), None, concurrent.futures.Future())
        self._hand_over(unit)
        result: T = unit.future.result()
        return result

    def close(self) -> None:
        """What waits to be written still is."""
        with self._door:
            self._is_closed = True
            self._waiting.put(None)
        self._writer.join()
        self._readers.shutdown()
        for connection in self._reader_connections:
            connection.close()
        if self._glancing is not None:
            self._glancing.close()

    def _hand_over(self, unit: "_Unit") -> None:
        with self._door:  # else a unit could come to stand behind the end, and be waited for for ever
            if self._is_closed:
                raise NotStored("This could not be saved: the server is being stopped. Try again in a moment.")
            self._waiting.put(unit)

    def _open_reader(self) -> None:
        self._reader.connection = _open(self.path, read_only=True)
        self._reader_connections.append(self._reader.connection)

    def _read_snapshot(self, work: Callable[[Connection], T]) -> T:
        return _snapshot(self._reader.connection, work)

    def _write_in_groups(self) -> None:
        connection = _open(self.path)
        while group := self._next_group():
            _commit(connection, group)
        with suppress(OperationalError):  # it may write, and the disk may be full
            connection.exec_driver_sql("PRAGMA optimize")
        connection.close()

    def _next_group(self) -> "list[_Unit]":
        """All units that wait by now, at least one; empty when the database was closed."""
        group = []
        unit = self._waiting.get()
        while unit is not None:
            group.append(unit)
            if len(group) == MOST_IN_A_GROUP:
                return group
            try:
                unit = self._waiting.get_nowait()
            except Empty:
                return group
        if group:
            self._waiting.put(None)
        return group


@dataclass(slots=True, eq=False)
class _Unit:
    work: Callable[[Connection], Any]
    loop: asyncio.AbstractEventLoop | None
    future: Any  # asyncio's, or concurrent.futures' where no loop waits
    result: Any = None
    error: BaseException | None = None


def _snapshot(connection: Connection, work: Callable[[Connection], T]) -> T:
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN")
    try:
        driver.execute(LOOK_AT_SCHEMA)
        return work(connection)
    finally:
        connection.rollback()
        if driver.in_transaction:
            driver.execute("ROLLBACK")


def _open(path: Path, *, read_only: bool = False) -> Connection:
    return _engine(path, read_only).connect()


def _engine(path: Path, read_only: bool) -> Engine:
    return create_engine(
        "sqlite://",
        module=sqlite.choose_library(),
        creator=lambda: sqlite.connect(path, read_only=read_only),
        poolclass=NullPool,
        hide_parameters=True,  # errors are logged, and what people asked must not be
    )


def _commit(connection: Connection, group: list[_Unit]) -> None:
    """Run a group in one transaction and tell each caller; what the disk refuses fails them all."""
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute("BEGIN IMMEDIATE")
        driver.execute(LOOK_AT_SCHEMA)
        for unit in group:
            _run_in_savepoint(connection, driver, unit)
        connection.commit()
        if driver.in_transaction:
            driver.execute("COMMIT")
    except Exception as error:
        log.error("A group of %d writes was not stored: %s", len(group), without_words(error))
        connection.rollback()
        if driver.in_transaction:
            driver.execute("ROLLBACK")
        _fail(group, error)
    _tell(group)


def _run_in_savepoint(connection: Connection, driver: Any, unit: _Unit) -> None:
    driver.execute("SAVEPOINT unit")
    try:
        unit.result = unit.work(connection)
    except Exception as error:
        if not driver.in_transaction:  # a full disk rolls back everything, the group's earlier units too
            raise
        unit.error = error
        driver.execute("ROLLBACK TO unit")
    driver.execute("RELEASE unit")


def _fail(group: Iterable[_Unit], cause: Exception) -> None:
    for unit in group:
        unit.error = NotStored("This could not be saved: the disk is full or busy. Try again in a moment.")
        unit.error.__cause__ = cause


def _tell(group: list[_Unit]) -> None:
    for loop in {unit.loop for unit in group}:
        mine = [unit for unit in group if unit.loop is loop]
        if loop is None:
            _resolve(mine)
        elif not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, mine)


def _resolve(units: list[_Unit]) -> None:
    for unit in units:
        if unit.future.done():
            continue
        if unit.error is None:
            unit.future.set_result(unit.result)
        else:
            unit.future.set_exception(unit.error)
