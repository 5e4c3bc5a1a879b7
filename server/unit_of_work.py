"""How does one use case become one committed change?

A `Work` is one transaction with its actor, its clock and the events it will leave behind. Services receive it, change rows and call
`record`; they never commit. The door that opened it leaves the block, the events are chained, the commit is made, and only then does an
answer go out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from server.clock import Clock, day_of
from server.db import Database
from server.events.chain import PendingEvent, append_events
from server.identity import Actor


class Work:
    """One transaction. `now` and `today` are read once, so one use case has one time."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self.connection = connection
        self.now: datetime = clock.now()
        self.today: date = day_of(self.now)
        self._actor: Actor | None = None
        self._session: Session | None = None
        self._events: list[PendingEvent] = []

    @property
    def session(self) -> Session:
        """The ORM session over this transaction's connection, made when first asked for."""
        if self._session is None:
            # The session never ends the transaction it joins: `finish` flushes, the door commits.
            self._session = Session(self.connection, expire_on_commit=False, join_transaction_mode="rollback_only")
        return self._session

    @property
    def actor(self) -> Actor:
        """Who acts. Raises `LookupError` when nobody was named, which is a mistake of the door."""
        if self._actor is None:
            raise LookupError("this work has no actor")
        return self._actor

    @property
    def park_id(self) -> UUID:
        """The acting person's park: every query starts here."""
        return self.actor.park_id

    @property
    def has_actor(self) -> bool:
        """Whether somebody was named."""
        return self._actor is not None

    def act_as(self, actor: Actor) -> None:
        """Name who acts."""
        self._actor = actor

    def record(self, subject_kind: str, subject_id: UUID, action: str, **facts: Any) -> None:
        """Say what happened; written beside the change at commit. `action` reads `subject:verb`, e.g. `hazard:confirmed`."""
        self._events.append(PendingEvent(subject_kind, subject_id, action, facts))

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of this work that may fail by itself: when its block ends with an error, its changes and its events are forgotten."""
        kept = len(self._events)
        try:
            with self.session.begin_nested():
                yield
        except BaseException:
            del self._events[kept:]
            raise

    def finish(self) -> None:
        """Flush what the ORM holds and chain the events. Called once, just before the commit."""
        if self._session is not None:
            self._session.flush()
        if self._events:
            append_events(self.connection, self.actor, self.now, self._events)
            self._events = []

    def close(self) -> None:
        """Let go of the ORM session."""
        if self._session is not None:
            self._session.close()


@contextmanager
def begin_work(database: Database, clock: Clock, *, write: bool) -> Iterator[Work]:
    """Open a work; on leaving a writing one without an error, its events are chained and it is committed."""
    with database.write() if write else database.read() as connection:
        work = Work(connection, clock)
        try:
            yield work
            if write:
                work.finish()
        finally:
            work.close()
