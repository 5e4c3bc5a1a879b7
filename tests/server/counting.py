"""How many statements does a block send to the database?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from server.db import Database


class Statements:
    """What was sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    @property
    def count(self) -> int:
        """How many, transactions' own words aside."""
        return len(self.sent)


@contextmanager
def counted(database: Database) -> Iterator[Statements]:
    """Count the statements of a block."""
    statements = Statements()

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            statements.sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
