"""What goes in and out of the use cases of hazards."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from rules.major_hazard import FindingAdvice, Question
from rules.terms import HazardAction, Term
from server.models.documents import Inspection
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.hazards import Hazard, RectificationReply, Reinspection
from server.models.orders import RectificationOrder


class HazardSort(Term):
    """How a list of hazards is ordered."""

    NEWEST = "newest", "新发现的在前"
    DUE = "due", "期限近的在前"
    NUMBER = "number", "按编号"
    ENTERPRISE = "enterprise", "按企业"


class HazardQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which hazards to list. Empty filters filter nothing; `queue` is a value of `queues.HazardQueue`.

    `search` looks into number, title, description, location, enterprise, target and 文号. `found_from` and `found_to` are both included.
    """

    search: str = ""
    queue: str = ""
    state: str = ""
    level: str = ""
    source: str = ""
    enterprise_id: UUID | None = None
    target_id: UUID | None = None
    inspection_id: UUID | None = None
    order_id: UUID | None = None
    zone_id: UUID | None = None
    found_from: date | None = None
    found_to: date | None = None
    repeat: bool | None = None
    sort: str = HazardSort.NEWEST
    page: int = 1
    size: int = 20


class HazardRow(msgspec.Struct, frozen=True, kw_only=True):
    """A hazard in a list."""

    id: UUID
    number: str
    title: str
    location: str
    state: str
    level: str | None
    suggested_level: str | None
    source: str
    item_code: str
    criterion_clause: str
    target_id: UUID | None
    target_name: str
    enterprise_id: UUID | None
    enterprise_name: str
    order_id: UUID | None
    document_number: str
    found_on: date
    due_on: date | None
    accepted_on: date | None
    closed_on: date | None
    last_reply_on: date | None
    failed_rounds: int
    repeat: bool
    overdue_days: int
    """Days past the deadline today, 0 when in time; after acceptance, the days it was late by."""


class HomeFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of the home page. Each counts exactly the list its queue opens; `counts` has every queue."""

    counts: Mapping[str, int]
    """Value of `HazardQueue` → number."""
    overdue_enterprises: int
    longest_overdue_days: int
    due_tomorrow: int
    """On a Sunday these are due on Monday, next week: they do not count in `DUE_THIS_WEEK`."""
    enterprises: int
    """Enterprises in the park now that the actor may see."""
    orders_to_review: int
    orders_to_issue: int
    orders_to_serve: int

    def count(self, queue: str) -> int:
        """The number of one queue."""
        return self.counts[queue]


class PhotoView(msgspec.Struct, frozen=True, kw_only=True):
    """A photo where it is used. `stored` is false while the original has not arrived; `readable` is None until somebody decoded it."""

    sha256: str
    subject_id: UUID
    role: str
    caption: str
    source: str
    taken_at: datetime | None
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    stored: bool
    readable: bool | None
    problem: str


class TimelineEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened, in words. `action` is the event's, e.g. `hazard:confirmed`; `detail` may be empty."""

    at: datetime
    actor_name: str
    action: str
    text: str
    detail: str = ""
    reply_id: UUID | None = None
    reinspection_id: UUID | None = None


class HazardDossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a hazard's page shows, read with a constant number of queries.

    `before` are the photos of the finding, `after` those of the latest reply, `photos` those of every reply and re-inspection by its id.
    `actions` are the steps the actor may take now.
    """

    hazard: Hazard
    target: InspectionTarget | None
    enterprise: Enterprise | None
    inspection: Inspection | None
    order: RectificationOrder | None
    previous_number: str
    replies: tuple[RectificationReply, ...]
    reinspections: tuple[Reinspection, ...]
    before: tuple[PhotoView, ...]
    after: tuple[PhotoView, ...]
    photos: Mapping[UUID, tuple[PhotoView, ...]]
    timeline: tuple[TimelineEntry, ...]
    actions: frozenset[HazardAction]
    overdue_days: int
    reinspection_due_on: date | None
    """By when the office owes the next re-inspection; None when none is owed."""
    reinspection_due_provisional: bool
    employees_told: bool


class NewPhoto(msgspec.Struct, frozen=True, kw_only=True):
    """A photo already stored that shall be used here."""

    sha256: str
    caption: str = ""
    source: str = ""
    taken_at: datetime | None = None


class RegisterForm(msgspec.Struct, frozen=True, kw_only=True):
    """A hazard registered in the office or by an enterprise's own check. `id` is made by the form: a double submit is harmless.

    An empty `title` becomes the first sentence of the description; an empty `basis` that of the checklist item.
    """

    id: UUID
    source: str
    target_id: UUID
    description: str
    title: str = ""
    location: str = ""
    found_on: date
    item_code: str = ""
    basis: tuple[str, ...] = ()
    requirement: str = ""
    photos: tuple[NewPhoto, ...] = ()


class FactView(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that was answered: the question, and the answer as stored (yes, no, unknown or a number) and as shown."""

    fact_id: str
    ask: str
    kind: str
    unit: str
    value: str
    shown: str


class CriterionView(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion the office may choose when it confirms a major hazard. `linked` ones belong to the failed checklist item."""

    id: str
    topic: str
    condition: str
    citation: str
    verified: bool
    linked: bool


class GradingAdvice(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules say before a person grades: they suggest, a person decides."""

    hazard: Hazard
    advice: FindingAdvice
    questions: tuple[Question, ...]
    known: tuple[FactView, ...]
    criteria: tuple[CriterionView, ...]
    edition: str


class ConfirmForm(msgspec.Struct, frozen=True, kw_only=True):
    """A person's grading. `criterion_id` is needed for a major hazard, `reason` when it goes below what the rules suggest."""

    level: str
    criterion_id: str = ""
    reason: str = ""
    requirement: str = ""
    version: int | None = None


class KeptJudgement(msgspec.Struct, frozen=True, kw_only=True):
    """What one criterion said when the hazard was found or graded, kept whole with the edition of the rules."""

    edition: str
    judgement: dict[str, Any]
