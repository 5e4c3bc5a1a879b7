"""Fixtures: a world (the cast on a real database, once on SQLite and once on PostgreSQL) and clients that come through the doors."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.cast import World
from tests.databases import KINDS, PostgresFactory, SqliteFactory, postgres_factory, work_in_memory

work_in_memory()
# How long one example takes says more about what else the machine does than about us.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def sqlite_factory(tmp_path_factory: pytest.TempPathFactory) -> SqliteFactory:
    """Migrated SQLite files."""
    return SqliteFactory(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_factory() -> Iterator[PostgresFactory]:
    """Migrated PostgreSQL databases on a server of our own."""
    with postgres_factory() as factory:
        yield factory


@pytest.fixture(params=KINDS)
def database_address(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh, migrated database: every test that asks runs once on each kind."""
    factory: SqliteFactory | PostgresFactory = request.getfixturevalue(f"{request.param}_factory")
    address = factory.make()
    yield address
    factory.drop(address)


@pytest.fixture
def world(database_address: str, tmp_path: Path) -> Iterator[World]:
    """The cast, on both databases."""
    world = World(database_address, tmp_path / "data")
    yield world
    world.close()


@pytest.fixture
def sqlite_world(sqlite_factory: SqliteFactory, tmp_path: Path) -> Iterator[World]:
    """The cast on SQLite alone, for what does not touch the database's own behaviour."""
    address = sqlite_factory.make()
    world = World(address, tmp_path / "data")
    yield world
    world.close()
    sqlite_factory.drop(address)
