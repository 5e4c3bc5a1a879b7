"""What goes in and out of the use cases of the year's plan."""

from datetime import date, timedelta
from uuid import UUID

import msgspec

from rules.terms import Term
from server.models.plan import FrequencyPolicy, InspectionPlan
from server.planning.balance import Unplaced
from server.planning.frequency import AdoptedRule, Bounds
from server.planning.ticks import Seen


class PlanState(Term):
    """Where a plan stands."""

    DRAFT = "draft", "草案"
    REVIEWED = "reviewed", "已核对，待批准"
    IN_FORCE = "in_force", "已批准执行"


class VisitState(Term):
    """Where a visit stands; whether it is overdue stands beside it."""

    PLANNED = "planned", "未下达"
    RELEASED = "released", "已下达"
    DONE = "done", "已检查"
    DROPPED = "dropped", "已取消"


class VisitOrigin(Term):
    """Where a visit comes from."""

    GENERATED = "generated", "系统编排"
    ADDED = "added", "人工增加"
    PROPOSED = "proposed", "等级变化增加"


class RevisionKind(Term):
    """What made a new revision of a plan."""

    APPROVED = "approved", "批准执行"
    MOVED = "moved", "改期或换人"
    ADDED = "added", "增加检查"
    DROPPED = "dropped", "取消检查"
    REARRANGED = "rearranged", "重新编排"
    IMPORTED = "imported", "表格调整"
    PROPOSED = "proposed", "按等级变化增加"


class Person(msgspec.Struct, frozen=True):
    """An inspector by name."""

    id: UUID
    name: str


class Capacity(msgspec.Struct, frozen=True, kw_only=True):
    """What an inspector can take on; `is_own` when it was set for them and not for the park."""

    person: Person
    role: str
    monthly: int
    grids: tuple[UUID, ...]
    is_own: bool


class PauseView(msgspec.Struct, frozen=True, kw_only=True):
    """Days on which nobody, or one person, is sent."""

    id: UUID
    first_on: date
    last_on: date
    reason: str
    person: Person | None


class Staffing(msgspec.Struct, frozen=True, kw_only=True):
    """Who can be sent, how many go together, and when not."""

    people_per_visit: int
    monthly_capacity: int
    capacities: tuple[Capacity, ...]
    pauses: tuple[PauseView, ...]


class FrequencyForm(msgspec.Struct, frozen=True, kw_only=True):
    """A frequency to adopt: the park's own bounds by row (`floor`, `cap` as typed), published rules by id with their categories by row."""

    effective_from: date
    decided_by: str
    decision_number: str
    note: str = ""
    bounds: dict[str, dict[str, str]]
    adopted: dict[str, dict[str, str]]


class FrequencyRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a frequency says of one colour."""

    key: str
    words: str
    bounds: Bounds


class FrequencyView(msgspec.Struct, frozen=True, kw_only=True):
    """A frequency as adopted, with its published rules and what follows for every colour."""

    policy: FrequencyPolicy
    rules: tuple[AdoptedRule, ...]
    rows: tuple[FrequencyRow, ...]
    is_current: bool


class VisitRow(msgspec.Struct, frozen=True, kw_only=True):
    """A visit as it stands today."""

    id: UUID
    plan_id: UUID
    number: int
    enterprise_id: UUID
    enterprise_name: str
    credit_code: str
    industry_code: str
    zone_id: UUID | None
    zone_name: str
    grid_id: UUID | None
    colour: str
    planned_on: date
    first_planned_on: date
    people: tuple[Person, ...]
    is_fixed: bool
    origin: str
    why: str
    note: str
    drop_reason: str
    dropped_on: date | None
    version: int
    state: VisitState
    task_id: UUID | None
    """The task it is released as, unless that was cancelled."""
    seen: Seen | None
    by_task: bool
    has_left: bool
    is_overdue: bool
    is_due: bool
    """Its month has ended."""
    has_spare_task: bool
    """Made by an inspection filed for no task, while its own task still stands on a phone."""
    is_workday: bool = True

    @property
    def due_on(self) -> date:
        """The last day of its month."""
        return end_of_month(self.planned_on)

    @property
    def is_open(self) -> bool:
        """Neither made nor dropped."""
        return self.state in (VisitState.PLANNED, VisitState.RELEASED)

    @property
    def was_moved(self) -> bool:
        """Whether it lies on another day than first planned."""
        return self.planned_on != self.first_planned_on


class CoverageRow(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise against its bounds: inspections that count, those triggered, visits open, what is missing and what is too much.

    `waived` are visits people dropped; `proposed` is what is missing beyond them.
    """

    enterprise_id: UUID
    name: str
    zone_name: str
    grid_id: UUID | None
    colour: str
    planned_colour: str | None
    """The colour it was planned by; None when the plan has no visit of it."""
    bounds: Bounds
    required: int
    counted: int
    triggered: int
    open_visits: int
    waived: int
    is_inspected: bool

    @property
    def missing(self) -> int:
        """How many more the floor asks for than were made and are planned."""
        return max(0, self.required - self.counted - self.open_visits)

    @property
    def proposed(self) -> int:
        """How many visits to add: what is missing, beyond what people dropped, as far as the cap allows."""
        wanted = max(0, self.missing - self.waived)
        return wanted if self.bounds.most is None else max(0, min(wanted, self.bounds.most - self.counted - self.open_visits))

    @property
    def over(self) -> int:
        """How many inspections made and planned exceed the cap."""
        return 0 if self.bounds.most is None else max(0, self.counted + self.open_visits - self.bounds.most)

    @property
    def has_changed(self) -> bool:
        """Whether its colour is another one than it was planned by."""
        return self.planned_colour is not None and self.planned_colour != self.colour


class PlanFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of a plan on a day. Dropped visits are counted apart and nowhere else; `due` are those whose month has ended."""

    planned: int
    done: int
    due: int
    done_of_due: int
    overdue: int
    dropped: int
    moved: int
    to_inspect: int
    inspected: int


class Cell(msgspec.Struct, frozen=True):
    """A month of an inspector: visits, those made, those overdue, and what there is room for."""

    planned: int
    done: int
    overdue: int
    capacity: int

    @property
    def is_over(self) -> bool:
        """Whether more is planned than somebody can make."""
        return self.planned > self.capacity


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as it stands on a day: every visit, every enterprise, the figures."""

    plan: InspectionPlan
    today: date
    visits: tuple[VisitRow, ...]
    coverage: tuple[CoverageRow, ...]
    figures: PlanFigures
    seen: tuple[Seen, ...]
    """The inspections of the plan's year, those that tick nothing included."""

    @property
    def unplaced(self) -> tuple[Unplaced, ...]:
        """What the last arrangement found no place for."""
        return tuple(msgspec.convert(one, Unplaced) for one in self.plan.unplaced)


class GenerateForm(msgspec.Struct, frozen=True, kw_only=True):
    """A plan to generate: for which year, from which day on."""

    year: int
    starts_on: date
    note: str = ""


class VisitForm(msgspec.Struct, frozen=True, kw_only=True):
    """Where a visit lies and who goes. `version` is the one the form was filled in on; None asks for no check."""

    planned_on: date
    people: tuple[UUID, ...]
    reason: str = ""
    version: int | None = None


class VisitSort(Term):
    """How visits are listed."""

    DAY = "day", "按日期"
    ENTERPRISE = "enterprise", "按企业"
    COLOUR = "colour", "等级高的在前"
    NUMBER = "number", "按编号"


class VisitQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which visits to list."""

    search: str = ""
    month: int | None = None
    person_id: UUID | None = None
    enterprise_id: UUID | None = None
    colour: str = ""
    zone_id: UUID | None = None
    state: str = ""
    overdue: bool = False
    due: bool = False
    moved: bool = False
    left: bool = False
    sort: VisitSort = VisitSort.DAY
    page: int = 1
    size: int = 50


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """What releasing a month did: visits that became tasks now, and those that could not, each with the reason."""

    month: int
    released: int
    already: int
    refused: tuple[str, ...]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One visit of a revision: what it was and what it became, in words; either is empty when there was nothing."""

    number: int
    enterprise: str
    before: str
    after: str


def end_of_month(day: date) -> date:
    """The last day of a day's month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)
