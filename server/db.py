"""How do we reach the database so that what was answered is kept?

One engine, two databases, one code path. SQLite runs in WAL with `synchronous=FULL` and foreign keys on; writers take turns on a lock of
this process and start with BEGIN IMMEDIATE, so none fails half-way for want of the write lock. Reads see one snapshot, so numbers read
by several queries of one page add up: a deferred transaction on SQLite, REPEATABLE READ on PostgreSQL.
"""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from sqlite3 import Connection as SqliteConnection
from typing import Any

import msgspec
from sqlalchemy import Connection, Dialect, Engine, RootTransaction, Table, create_engine, event
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from server.prepared import run_plain

BUSY_SECONDS = 30
"""How long a SQLite writer waits for another process before it gives up."""


def _json_text(value: Any) -> str:
    return msgspec.json.encode(value, order="sorted").decode()


PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_SECONDS * 1000}",
    "cache_size=-8000",
)
"""How every SQLite connection is set up: nothing is answered before it is on the disk. Each keeps its own cache of pages, 8 MB of them: the
operating system keeps the file in memory once for all."""
STATISTICS_SECONDS = 3600
"""How old what SQLite knows of its tables may become."""
_ROWS_LOOKED_AT = 1000
LARGEST_BATCH = 8
"""After so many writers the commit is made even while more are waiting, so that the first does not wait for the last of a rush."""


class DatabaseGone(Exception):
    """The transaction a writer shared was lost to another writer's failure; nothing of it was kept."""


class _Batch:
    """Writers who share one commit."""

    def __init__(self, connection: Connection, transaction: RootTransaction) -> None:
        self.connection = connection
        self.transaction = transaction
        self.size = 0
        self.ended = threading.Event()
        self.error: BaseException | None = None

    def is_spoiled(self) -> bool:
        """Whether an error took the whole transaction with it (a full disk does), so that earlier writers' changes are gone too."""
        driver = self.connection.connection.dbapi_connection
        return not self.transaction.is_active or not getattr(driver, "in_transaction", False)

    def wait(self) -> None:
        """Wait for the commit; raises when it failed."""
        self.ended.wait()
        if self.error is not None:
            raise self.error


class Database:
    """The engine and its two ways in: `read()` for one snapshot, `write()` for one transaction that is committed on leaving."""

    def __init__(self, address: str) -> None:
        url = make_url(address)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"json_serializer": _json_text, "json_deserializer": msgspec.json.decode}
        options["pool_pre_ping"] = not self.is_sqlite
        if self.is_sqlite:
            options |= {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False, "cached_statements": 400}}
            options["pool_recycle"] = STATISTICS_SECONDS
        # The connection given back last goes out first, so that a quiet server warms the caches of few.
        self.engine: Engine = create_engine(url, pool_size=20, max_overflow=40, pool_use_lifo=True, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
            _set_savepoints_plainly(self.engine.dialect)
        self._turn = threading.Lock()
        self._waiting = 0
        self._waiting_guard = threading.Lock()
        self._writer: Connection | None = None
        self._batch: _Batch | None = None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may change the record: committed when the block has ended, rolled back when it raises."""
        if self.is_sqlite:
            with self._share_a_commit() as connection:
                yield connection
        else:
            with self.engine.connect() as connection, connection.begin():
                yield connection

    @contextmanager
    def _share_a_commit(self) -> Iterator[Connection]:
        # SQLite has one writer at a time and every commit waits for the disk. Writers therefore take turns on one connection, each after
        # the first in a savepoint of its own, and whoever finds nobody waiting commits for all who went before. Nobody leaves before that
        # commit: a block that ended without an error was kept, and when the commit fails every one of them is told so.
        with self._waiting_guard:
            self._waiting += 1
        with self._turn:
            with self._waiting_guard:
                self._waiting -= 1
            batch = self._batch or self._begin_batch()
            try:
                with batch.connection.begin_nested() if batch.size else nullcontext():
                    yield batch.connection
                batch.size += 1
            except BaseException as error:
                if batch.is_spoiled():
                    self._end_batch(batch, error if isinstance(error, DBAPIError) else DatabaseGone())
                elif batch.size == 0:
                    self._roll_back(batch)
                elif not self._is_followed(batch):
                    self._commit(batch)
                raise
            if not self._is_followed(batch):
                self._commit(batch)
        batch.wait()

    def _is_followed(self, batch: "_Batch") -> bool:
        with self._waiting_guard:
            return self._waiting > 0 and batch.size < LARGEST_BATCH

    def _begin_batch(self) -> "_Batch":
        if self._writer is None:
            self._writer = self.engine.connect().execution_options(parksafe_write=True)
        try:
            self._batch = _Batch(self._writer, self._writer.begin())
        except BaseException:
            self._drop_writer()
            raise
        return self._batch

    def _commit(self, batch: "_Batch") -> None:
        try:
            batch.transaction.commit()
        except BaseException as error:
            self._end_batch(batch, error)
            raise
        self._end_batch(batch, None)

    def _roll_back(self, batch: "_Batch") -> None:
        self._end_batch(batch, None)
        try:
            batch.transaction.rollback()
        except DBAPIError:
            # The connection is of no use any more; the next writer opens another.
            self._drop_writer()

    def _end_batch(self, batch: "_Batch", error: BaseException | None) -> None:
        self._batch = None
        batch.error = error
        batch.ended.set()
        if error is not None:
            self._drop_writer()

    def _drop_writer(self) -> None:
        # Whatever state it is in, the driver's connection is closed, which ends its transaction.
        if self._writer is not None:
            self._writer.invalidate()
        self._close_writer()

    def _close_writer(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only snapshot."""
        with self.engine.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin() as transaction:
                yield connection
                transaction.rollback()

    def refresh_statistics(self) -> None:
        """Tell SQLite how its tables are filled, by which it chooses indexes; PostgreSQL sees to it by itself.

        Connections open by then go on by what they know: each is replaced within `STATISTICS_SECONDS`.
        """
        if self.is_sqlite:
            with self.write() as connection:
                connection.exec_driver_sql(f"PRAGMA analysis_limit={_ROWS_LOOKED_AT}")
                connection.exec_driver_sql("ANALYZE")

    def close(self) -> None:
        """Give back every connection."""
        with self._turn:
            self._close_writer()
        self.engine.dispose()


def _prepare_sqlite(connection: SqliteConnection, _: Any) -> None:
    # The driver must not open transactions of its own: `_begin_sqlite` decides how each one starts.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _set_savepoints_plainly(dialect: Dialect) -> None:
    # Most filings are guarded by a savepoint of a shared transaction. Made and compiled as an object it costs more than a row it guards.
    dialect.do_savepoint = lambda connection, name: run_plain(connection, f"SAVEPOINT {name}")  # type: ignore[method-assign]
    dialect.do_release_savepoint = lambda connection, name: run_plain(connection, f"RELEASE SAVEPOINT {name}")  # type: ignore[method-assign]


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("parksafe_write", False)
    run_plain(connection, "BEGIN IMMEDIATE" if writes else "BEGIN")


def insert_if_absent(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Insert a row unless its key (or any unique one) is taken; true when it was inserted. Two at once: one waits and then sees it."""
    # Without `preserve_rowcount` the row count of an INSERT is not kept on PostgreSQL, where every insertion then looks like a success.
    return connection.execute(_inserts(table, connection.dialect.name), row).rowcount == 1


@functools.cache
def _inserts(table: Table, dialect: str) -> Any:
    make = sqlite_insert if dialect == "sqlite" else postgresql_insert
    return make(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
