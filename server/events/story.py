"""What was done to one thing, told to whoever may see the thing itself?

The park's trail of events is read by few; the story of a thing of one's own register belongs to it, as a hazard's belongs to the hazard.
The callers have asked whether the thing may be seen.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Select, select

from server.events.labels import Fact, action_label, facts_in_words
from server.models.events import Event
from server.unit_of_work import Work

MOST = 100
"""So many of the newest are told; the park's own trail has all."""


class StoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was done: when, by whom, in words."""

    at: datetime
    by: str
    what: str
    facts: tuple[Fact, ...]


def find_latest(work: Work, subject_kind: str, subject_id: UUID, action: str) -> StoryEntry | None:
    """The last time this was done to it, None when it never was. One query."""
    return next(iter(_entries(work, _told(work, subject_kind, [subject_id]).where(Event.action == action).limit(1))), None)


def read_story(work: Work, subject_kind: str, subject_ids: Collection[UUID]) -> tuple[StoryEntry, ...]:
    """What was done to these, newest first. One query."""
    return _entries(work, _told(work, subject_kind, subject_ids).limit(MOST))


def _told(work: Work, subject_kind: str, subject_ids: Collection[UUID]) -> Select[datetime, str, str, bytes]:
    return (
        select(Event.at, Event.actor_name, Event.action, Event.content)
        .where(Event.park_id == work.park_id, Event.subject_kind == subject_kind, Event.subject_id.in_(subject_ids))
        .order_by(Event.sequence.desc())
    )


def _entries(work: Work, query: Select[datetime, str, str, bytes]) -> tuple[StoryEntry, ...]:
    return tuple(
        StoryEntry(
            at=row.at,
            by=row.actor_name,
            what=action_label(row.action),
            facts=tuple(fact for fact in facts_in_words(msgspec.json.decode(row.content)["facts"]) if not fact.is_reference),
        )
        for row in work.session.execute(query)
    )
