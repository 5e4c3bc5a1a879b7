"""How does a phone say how much it has seen?

A cursor names the epoch and the number of the last event seen. After a restore the numbers are given out again for other events, so a
cursor of another epoch is never compared: it asks for a new start.
"""

import re

import msgspec

from server.errors import MalformedRequest

_CURSOR = re.compile(r"([0-9a-f]{32})\.([0-9]{1,18})")


class Cursor(msgspec.Struct, frozen=True):
    """A place in a park's chain of events."""

    epoch: str
    sequence: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.sequence}"


def read_cursor(text: str) -> Cursor:
    """The cursor as written. Raises `MalformedRequest`."""
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise MalformedRequest("after 应原样写上一次 bundle 或 changes 给出的 cursor")
    return Cursor(match[1], int(match[2]))
