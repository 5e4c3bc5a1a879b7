"""Does the product keep its promise under many kills? Phones in bad conditions file while the server is killed again and again.

    .venv/bin/python -m scripts.bench_parts.torture --filings 10000 --kills 200 [--postgresql] [--seed 1]

On PostgreSQL every fourth kill is the database's. Prints what was sent, what was acknowledged and what was lost; answers 1 for a loss.
"""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.cast import World
from tests.databases import SqliteFactory, postgres_factory
from tests.robustness.torture import Ordeal, torture

_MOST_SHOWN = 40


def main() -> int:
    """Run one ordeal and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--filings", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--phones", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL server of its own instead of SQLite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="parksafe-torture-") as name, _database(Path(name), options.postgresql) as (address, crash):
        world = World(address, Path(name) / "data")
        try:
            ordeal = torture(
                world,
                Path(name),
                filings=options.filings,
                kills=options.kills,
                seed=options.seed,
                phones=options.phones,
                crash_database=crash,
            )
        finally:
            world.close()
    _tell(ordeal)
    return 1 if ordeal.losses else 0


@contextlib.contextmanager
def _database(folder: Path, is_postgresql: bool) -> Iterator[tuple[str, Callable[[], None] | None]]:
    if is_postgresql:
        with postgres_factory() as factory:
            yield factory.make(), factory.crash
    else:
        yield SqliteFactory(folder).make(), None


def _tell(ordeal: Ordeal) -> None:
    print(f"{ordeal.kills} kills in {ordeal.seconds:.0f} s")
    print(f"{ordeal.requests} requests, {ordeal.interrupted} of them interrupted")
    print(f"{ordeal.filings} documents and {ordeal.photos} photos acknowledged")
    print(f"{len(ordeal.losses)} lost, doubled, damaged or answered wrongly")
    for loss in ordeal.losses[:_MOST_SHOWN]:
        print(f"  {loss}")


if __name__ == "__main__":
    sys.exit(main())
