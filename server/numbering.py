"""Which printed number comes next?

Numbers are counted per park, kind and year, in the same transaction as the thing that bears them: when that transaction is rolled back the
number is free again, so there are no gaps. Two writers at once take turns on the counter's row. How a number is printed is its owner's
business; `year_number` is the spelling inspections and hazards share.
"""

import functools
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from server.models.base import table_of
from server.models.hazards import NumberCounter

_counter = table_of(NumberCounter)


def take_numbers(connection: Connection, park_id: UUID, kind: str, year: int, count: int = 1) -> range:
    """The next `count` numbers of this park, kind and year, in order. Raises ValueError for fewer than one."""
    if count < 1:
        raise ValueError("at least one number must be taken")
    row = {"park_id": park_id, "kind": kind, "year": year, "value": count}
    last = int(connection.execute(_take(connection.dialect.name), row).scalar_one())
    return range(last - count + 1, last + 1)


def take_number(connection: Connection, park_id: UUID, kind: str, year: int) -> int:
    """The next number of this park, kind and year."""
    return take_numbers(connection, park_id, kind, year)[0]


def year_number(prefix: str, year: int, number: int) -> str:
    """A number as printed on records: `year_number("YH", 2026, 147)` is YH-2026-0147."""
    return f"{prefix}-{year}-{number:04d}"


@functools.cache
def _take(dialect: str) -> Any:
    # The added count is the row offered for insertion, so one statement serves the first number of a year and every later one.
    make = sqlite_insert if dialect == "sqlite" else postgresql_insert
    offer = make(_counter)
    keys = [_counter.c.park_id, _counter.c.kind, _counter.c.year]
    return offer.on_conflict_do_update(index_elements=keys, set_={"value": _counter.c.value + offer.excluded.value}).returning(
        _counter.c.value
    )
