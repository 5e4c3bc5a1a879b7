"""How do databases move from one release to the next? Alembic, called from our own code; tests build their databases the same way."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from server.db import Database


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def migrate(database: Database, revision: str = "head") -> None:
    """Bring a database to a revision, in one transaction."""
    with database.write() as connection:
        command.upgrade(_config(connection), revision)


def go_back(database: Database, revision: str) -> None:
    """Take a database back to an earlier release, dropping what later ones added. For trying upgrades; never for a database in use."""
    with database.write() as connection:
        command.downgrade(_config(connection), revision)


def write_migration(database: Database, number: str, message: str) -> None:
    """Write a new migration from the difference between models and database; a person reads it before it is committed."""
    with database.write() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=number)


def find_differences(database: Database) -> list[object]:
    """What the models say and the database does not; empty when migrations are complete."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from server.models import Base

    with database.read() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))
