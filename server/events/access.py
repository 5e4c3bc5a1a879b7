"""Who may read the trail of events?

The office and its leader, and the auditor, read the whole trail of their park. Everybody else meets it only as the story of a hazard or an
order they may see anyway.
"""

from sqlalchemy import Select, false, select

from rules.terms import Role
from server.identity import Actor
from server.models.events import Event

READERS = frozenset({Role.OFFICE, Role.LEADER, Role.AUDITOR})


def readable_events(actor: Actor) -> Select[Event]:
    """The events the actor may read."""
    query = select(Event).where(Event.park_id == actor.park_id)
    return query if actor.role in READERS else query.where(false())
