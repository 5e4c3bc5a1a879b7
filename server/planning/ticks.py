"""Which inspection was which visit?

An inspection filed for a visit's task ticks that visit, whenever it was made. Any other inspection of the enterprise ticks its earliest
open visit of the same year whose day lies within the window around it, unless the visit was asked for when that inspection was known and
counted already. One inspection ticks one visit, triggered ones tick none. Nothing of this is stored: the same inspections give the same
answer, and a changed one changes it.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

DAYS_EARLY = 30
DAYS_LATE = 60
"""The window: an inspection at most so many days before or after the planned day counts as the visit. The park's working rule, no law."""


class TickWay(StrEnum):
    """By what an inspection is a visit."""

    TASK = "task"
    WINDOW = "window"


class OpenVisit(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that was not dropped, and since when it is asked for."""

    id: UUID
    enterprise_id: UUID
    planned_on: date
    asked_at: datetime


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """An inspection of an enterprise; `visit_id` is the visit, of whichever year, whose task it was filed for."""

    id: UUID
    enterprise_id: UUID
    inspected_on: date
    received_at: datetime
    number: str = ""
    visit_id: UUID | None = None
    triggered_by: str = ""


class Tick(msgspec.Struct, frozen=True):
    """The inspection a visit was made with, and how that is known."""

    inspection: Seen
    way: TickWay


def tick_visits(visits: Iterable[OpenVisit], inspections: Iterable[Seen]) -> dict[UUID, Tick]:
    """By visit, the inspection that ticks it."""
    open_visits = sorted(visits, key=lambda visit: (visit.planned_on, visit.id))
    known = {visit.id: visit for visit in open_visits}
    ticks: dict[UUID, Tick] = {}
    others: list[Seen] = []
    for seen in sorted((one for one in inspections if not one.triggered_by), key=lambda one: (one.inspected_on, one.id)):
        if seen.visit_id is None:
            others.append(seen)
        elif seen.visit_id in known:
            ticks.setdefault(seen.visit_id, Tick(seen, TickWay.TASK))
    waiting: dict[UUID, list[OpenVisit]] = {}
    for visit in open_visits:
        if visit.id not in ticks:
            waiting.setdefault(visit.enterprise_id, []).append(visit)
    for seen in others:
        found = next((one for one in waiting.get(seen.enterprise_id, ()) if may_tick(one, seen)), None)
        if found is not None:
            ticks[found.id] = Tick(seen, TickWay.WINDOW)
            waiting[seen.enterprise_id].remove(found)
    return ticks


def may_tick(visit: OpenVisit, seen: Seen) -> bool:
    """Whether an inspection nobody filed for a visit can be this one. Years are not mixed, for bounds are counted by the year."""
    early, late = visit.planned_on - timedelta(days=DAYS_EARLY), visit.planned_on + timedelta(days=DAYS_LATE)
    is_within = visit.planned_on.year == seen.inspected_on.year and early <= seen.inspected_on <= late
    return is_within and seen.received_at > visit.asked_at
