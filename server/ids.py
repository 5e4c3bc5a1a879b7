"""Where do ids come from?

Ids are UUIDv7: made where the fact is born, ordered by time, meaningless to people. The printed number is another column.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random
from uuid import UUID

import uuid_utils


def _fresh_id() -> UUID:
    return UUID(bytes=uuid_utils.uuid7().bytes)


_make = _fresh_id


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return _make()


@contextmanager
def ids_from(random: Random, now: Callable[[], datetime]) -> Iterator[None]:
    """Until the block ends, every id of this process comes from a seeded generator and a clock, so a demonstration is the same each time.

    Ids made in the same millisecond keep the order in which they were made. Not for a process that serves people.
    """
    global _make
    counter = 0

    def make() -> UUID:
        nonlocal counter
        counter += 1
        milliseconds = int(now().timestamp() * 1000)
        # RFC 9562, method 1: a counter in the 12 bits after the version, so order survives within a millisecond.
        value = milliseconds << 80 | 0x7 << 76 | (counter & 0xFFF) << 64 | 0b10 << 62 | random.getrandbits(62)
        return UUID(int=value)

    _make = make
    try:
        yield
    finally:
        _make = _fresh_id
