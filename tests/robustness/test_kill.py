"""Nothing a phone was promised is lost, doubled or damaged when the server is killed at any moment, again and again."""

from pathlib import Path

from tests.cast import World
from tests.databases import PostgresFactory
from tests.robustness.torture import asked_for, torture

KILLS = asked_for("KILLS", 6)
FILINGS = asked_for("FILINGS", 90)
SEED = asked_for("SEED", 20261120)


def test_a_server_killed_again_and_again_on_sqlite_keeps_every_record_once(sqlite_world: World, tmp_path: Path) -> None:
    ordeal = torture(sqlite_world, tmp_path, filings=FILINGS, kills=KILLS, seed=SEED)
    assert ordeal.losses == []
    assert ordeal.kills == KILLS
    assert ordeal.filings == FILINGS


def test_server_and_database_killed_again_and_again_on_postgresql_keep_every_record_once(
    postgresql_factory: PostgresFactory, tmp_path: Path
) -> None:
    address = postgresql_factory.make()
    world = World(address, tmp_path / "data")
    try:
        ordeal = torture(world, tmp_path, filings=FILINGS, kills=KILLS, seed=SEED + 1, crash_database=postgresql_factory.crash)
    finally:
        world.close()
        postgresql_factory.drop(address)
    assert ordeal.losses == []
    assert ordeal.kills == KILLS
    assert ordeal.filings == FILINGS
