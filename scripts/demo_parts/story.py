"""What is going to happen in the fictional park? The words the plot is written in.

A visit finds problems; a problem takes its course through grading, order, replies, re-inspections and closure. All of it is planned before
anything is done, with the instant of every step, so pictures can be drawn ahead; what lies after the story's end does not happen, and
that is why problems stand in every state.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from scripts.demo_parts.catalogue import Finding
from scripts.demo_parts.founding import Target
from scripts.demo_parts.pictures import Picture


class Quirk(StrEnum):
    """What is odd about a document from the field."""

    NONE = "none"
    WILD_CLOCK = "wild_clock"
    GALLERY_PHOTO = "gallery_photo"
    MISSING_PHOTOS = "missing_photos"
    UNREADABLE_PHOTO = "unreadable_photo"
    CONFLICT = "conflict"
    UNKNOWN_TARGET = "unknown_target"
    NO_POSITION = "no_position"
    SIGNATURE_REFUSED = "signature_refused"
    ONE_INSPECTOR = "one_inspector"
    OLD_EDITION = "old_edition"
    LATE = "late"
    UNREADABLE_RESEND = "unreadable_resend"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What the enterprise answers. A major hazard is answered by the principal officer, with an assessment."""

    id: UUID
    at: datetime
    username: str
    measure: str
    person: str
    funds: int
    finished_on: date
    picture: Picture
    notice_way: str
    assessment: Picture | None = None


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody looks again: on the phone, or entered in the office."""

    id: UUID
    at: datetime
    username: str
    names: tuple[str, ...]
    passed: bool
    reason: str
    by_phone: bool
    picture: Picture | None
    expert_opinion: str = ""


class Problem(msgspec.Struct, kw_only=True):
    """Something that is wrong, and what becomes of it. Steps that are None never come."""

    id: UUID
    finding: Finding
    place: str
    text: str
    seed: int
    before: tuple[Picture, ...]
    facts: dict[str, str]
    suggested_days: int | None = None
    spot: Picture | None = None
    confirmed_at: datetime | None = None
    is_major: bool = False
    voided_at: datetime | None = None
    void_reason: str = ""
    due_on: date | None = None
    replies: tuple[Reply, ...] = ()
    looks: tuple[Look, ...] = ()
    closed_at: datetime | None = None
    acceptance: str = ""
    reopened_at: datetime | None = None

    @property
    def title(self) -> str:
        """Its first sentence."""
        return self.text.split("。")[0]


class Order(msgspec.Struct, kw_only=True):
    """An order that lists problems of one visit. After a withdrawn one, the next in the visit lists them again."""

    problems: tuple[Problem, ...]
    drafted_at: datetime
    note: str
    reviewed_at: datetime | None = None
    issued_at: datetime | None = None
    served_at: datetime | None = None
    served_way: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_reason: str = ""
    opinion_at: datetime | None = None
    archived_at: datetime | None = None


class Visit(msgspec.Struct, kw_only=True):
    """A check in the field, from its planning to the document's arrival."""

    id: UUID
    target: Target
    started_at: datetime
    finished_at: datetime
    sent_at: datetime
    inspectors: tuple[str, ...]
    names: tuple[str, ...]
    templates: tuple[str, ...]
    problems: tuple[Problem, ...]
    seed: int
    orders: tuple[Order, ...] = ()
    quirk: Quirk = Quirk.NONE
    planned_at: datetime | None = None


class SelfCheck(msgspec.Struct, kw_only=True):
    """A hazard an enterprise found by itself, and when it was begun to be treated."""

    problem: Problem
    target: Target
    found_at: datetime
    begun_at: datetime


class TaskAhead(msgspec.Struct, frozen=True, kw_only=True):
    """A visit the office planned that has not taken place."""

    target: Target
    templates: tuple[str, ...]
    inspectors: tuple[str, ...]
    planned_at: datetime
    planned_on: date
    due_on: date
    note: str
    cancelled_at: datetime | None = None
    cancel_reason: str = ""


class Plot(msgspec.Struct, kw_only=True):
    """Everything that happens in one park until `ends_at`."""

    ends_at: datetime
    visits: tuple[Visit, ...]
    self_checks: tuple[SelfCheck, ...] = ()
    tasks: tuple[TaskAhead, ...] = ()
