"""How do we reach the database so that what was answered is kept?

One engine, two databases, one code path. SQLite runs in WAL with `synchronous=FULL` and foreign keys on; writers take turns on a lock of
this process and start with BEGIN IMMEDIATE, so none fails half-way for want of the write lock. Reads see one snapshot, so numbers read
by several queries of one page add up: a deferred transaction on SQLite, REPEATABLE READ on PostgreSQL.
"""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Connection as SqliteConnection
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import make_url

BUSY_SECONDS = 30
"""How long a SQLite writer waits for another process before it gives up."""


def _json_text(value: Any) -> str:
    return msgspec.json.encode(value, order="sorted").decode()


class Database:
    """The engine and its two ways in: `read()` for one snapshot, `write()` for one transaction that is committed on leaving."""

    def __init__(self, address: str) -> None:
        url = make_url(address)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"json_serializer": _json_text, "json_deserializer": msgspec.json.decode}
        options["pool_pre_ping"] = not self.is_sqlite
        if self.is_sqlite:
            options |= {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False, "cached_statements": 400}}
        self.engine: Engine = create_engine(url, pool_size=20, max_overflow=40, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._turn = threading.Lock()
        self._writer: Connection | None = None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may change the record: committed when the block ends, rolled back when it raises."""
        with self._sqlite_turn() if self.is_sqlite else self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _sqlite_turn(self) -> Iterator[Connection]:
        # Writers take turns anyway, so they share one connection: its page cache stays warm and nothing is checked in and out. After an
        # error it is closed, whatever state it was in.
        with self._turn:
            if self._writer is None:
                self._writer = self.engine.connect().execution_options(parksafe_write=True)
            try:
                yield self._writer
            except BaseException:
                self._close_writer()
                raise

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

    def close(self) -> None:
        """Give back every connection."""
        with self._turn:
            self._close_writer()
        self.engine.dispose()


def _prepare_sqlite(connection: SqliteConnection, _: Any) -> None:
    # The driver must not open transactions of its own: `_begin_sqlite` decides how each one starts.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}", "cache_size=-32000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("parksafe_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def insert_if_absent(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Insert a row unless its key (or any unique one) is taken; true when it was inserted. Two at once: one waits and then sees it."""
    # Without `preserve_rowcount` the row count of an INSERT is not kept on PostgreSQL, where every insertion then looks like a success.
    return connection.execute(_inserts(table, connection.dialect.name), row).rowcount == 1


@functools.cache
def _inserts(table: Table, dialect: str) -> Any:
    make = sqlite_insert if dialect == "sqlite" else postgresql_insert
    return make(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
