"""Which printed number comes next?

Numbers are counted per park, kind and year, in the same transaction as the thing that bears them: when that transaction is rolled back the
number is free again, so there are no gaps. Two writers at once take turns on the counter's row. How a number is printed is its owner's
business; `year_number` is the spelling inspections and hazards share.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from server.models.base import table_of
from server.models.hazards import NumberCounter
from server.prepared import Prepared, insert_on

_counter = table_of(NumberCounter)


def take_numbers(connection: Connection, park_id: UUID, kind: str, year: int, count: int = 1) -> range:
    """The next `count` numbers of this park, kind and year, in order. Raises ValueError for fewer than one."""
    if count < 1:
        raise ValueError("at least one number must be taken")
    row = {"park_id": park_id, "kind": kind, "year": year, "value": count}
    last = int(_take.fetch_value(connection, row))
    return range(last - count + 1, last + 1)


def take_number(connection: Connection, park_id: UUID, kind: str, year: int) -> int:
    """The next number of this park, kind and year."""
    return take_numbers(connection, park_id, kind, year)[0]


def year_number(prefix: str, year: int, number: int) -> str:
    """A number as printed on records: `year_number("YH", 2026, 147)` is YH-2026-0147."""
    return f"{prefix}-{year}-{number:04d}"


def _upsert(database: str) -> Any:
    # The added count is the row offered for insertion, so one statement serves the first number of a year and every later one.
    offer = insert_on(_counter, database)
    keys = [_counter.c.park_id, _counter.c.kind, _counter.c.year]
    added = {"value": _counter.c.value + offer.excluded.value}
    return offer.on_conflict_do_update(index_elements=keys, set_=added).returning(_counter.c.value)


_take = Prepared(_upsert, writes=_counter.c.keys(), returns=[_counter.c.value])
