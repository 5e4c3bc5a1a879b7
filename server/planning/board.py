"""How does a plan stand today: which visit was made, which is open or overdue, which enterprise has enough?

Reads the visits of one plan and the inspections of its year with a number of queries that does not depend on how many there are, joins
them by `ticks.py`, and holds every enterprise against its bounds. Pages, papers, sheets and the use cases that change a plan all read it
here, so they count the same.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from rules.calendar import Calendar
from server.enterprises.access import readable_enterprises
from server.errors import NotFound
from server.grading.service import list_grades
from server.inspections.access import INSPECTED_AS_ENTERPRISE, readable_inspections
from server.models.accounts import Account
from server.models.base import table_of
from server.models.documents import Inspection, InspectionTask
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.parks import Zone
from server.models.plan import InspectionPlan, PlanVisit, TriggeredInspection
from server.planning.access import demand_reader, readable_plans, readable_visits
from server.planning.frequency import Bounds, colour_key
from server.planning.policies import read_frequency
from server.planning.schemas import (
    Board,
    Cell,
    CoverageRow,
    Person,
    PlanFigures,
    PlanState,
    Staffing,
    VisitQuery,
    VisitRow,
    VisitState,
    end_of_month,
)
from server.planning.ticks import OpenVisit, Seen, Tick, TickWay, tick_visits
from server.tasks.schemas import TaskState
from server.unit_of_work import Work


def find_plan(work: Work, year: int) -> InspectionPlan | None:
    """The plan of a year."""
    return work.session.scalar(readable_plans(work.actor).where(InspectionPlan.year == year))


def get_plan(work: Work, plan_id: UUID) -> InspectionPlan:
    """A plan the actor may see. Raises `NotFound`."""
    plan = work.session.scalar(readable_plans(work.actor).where(InspectionPlan.id == plan_id))
    if plan is None:
        raise NotFound("这份检查计划")
    return plan


def lock_plan(work: Work, plan_id: UUID) -> InspectionPlan:
    """The plan, held for this change. Raises `NotFound`."""
    query = readable_plans(work.actor).where(InspectionPlan.id == plan_id).with_for_update()
    plan = work.session.scalar(query.execution_options(populate_existing=True))
    if plan is None:
        raise NotFound("这份检查计划")
    return plan


def list_years(work: Work) -> tuple[tuple[int, PlanState], ...]:
    """The years that have a plan, newest first. Raises `NotAllowed`."""
    demand_reader(work.actor)
    rows = work.session.execute(
        readable_plans(work.actor).with_only_columns(InspectionPlan.year, InspectionPlan.state).order_by(InspectionPlan.year.desc())
    )
    return tuple((row.year, PlanState(row.state)) for row in rows)


def read_visits(
    work: Work, plan: InspectionPlan, calendar: Calendar, *, enterprise_id: UUID | None = None, query: VisitQuery | None = None
) -> tuple[tuple[VisitRow, ...], tuple[Seen, ...]]:
    """Every visit of a plan (of one enterprise, when named) as it stands today, by day, and the inspections of its year. Four queries.

    With a `query` the visits of those enterprises that have one in its month and of its person; which of them it asks for
    `visits.filter_visits` says. An enterprise is read whole, since whether a visit was made hangs on the others. Raises `NotAllowed`.
    """
    demand_reader(work.actor)
    asked = None if enterprise_id is None else {enterprise_id}
    if query is not None and (query.month is not None or query.person_id is not None):
        asked = set(work.session.scalars(_enterprises_of(work, plan, query)))
    seen = read_seen(work, plan.year, plan_id=plan.id, enterprises=asked)
    columns = [column for column in table_of(PlanVisit).c if column.key not in ("park_id", "plan_id")]
    # Columns, not entities, and what an enterprise's visits share read once: a year has thousands of visits.
    query_all = (
        readable_visits(work.actor)
        .with_only_columns(*columns, InspectionTask.state.label("task_state"))
        .outerjoin(InspectionTask, InspectionTask.id == PlanVisit.task_id)
        .where(PlanVisit.plan_id == plan.id)
        .order_by(PlanVisit.planned_on, PlanVisit.number)
    )
    if asked is not None:
        query_all = query_all.where(PlanVisit.enterprise_id.in_(asked))
    rows = work.session.execute(query_all).all()
    still = (
        OpenVisit(id=row.id, enterprise_id=row.enterprise_id, planned_on=row.planned_on, asked_at=row.asked_at)
        for row in rows
        if row.dropped_on is None
    )
    ticks = tick_visits(still, seen)
    shared = _Shared(plan.id, work.today, calendar, _people(work), _visited(work, asked))
    visits = tuple(_visit_row(shared, row, ticks.get(row.id)) for row in rows)
    return visits, tuple(one for one in seen if one.inspected_on.year == plan.year)


def _enterprises_of(work: Work, plan: InspectionPlan, query: VisitQuery) -> Any:
    found = readable_visits(work.actor).with_only_columns(PlanVisit.enterprise_id).where(PlanVisit.plan_id == plan.id).distinct()
    if query.month is not None:
        first = date(plan.year, query.month, 1)
        found = found.where(PlanVisit.planned_on.between(first, end_of_month(first)))
    if query.person_id is not None:
        found = found.where(or_(PlanVisit.lead_id == query.person_id, PlanVisit.second_id == query.person_id))
    return found


class _Shared(msgspec.Struct, frozen=True):
    """What the rows of many visits share."""

    plan_id: UUID
    today: date
    calendar: Calendar
    people: Mapping[UUID, Person]
    enterprises: Mapping[UUID, Any]


def _visited(work: Work, asked: Collection[UUID] | None) -> dict[UUID, Any]:
    """The enterprises of the park by id, those that left included."""
    query = (
        readable_enterprises(work.actor)
        .with_only_columns(
            Enterprise.id,
            Enterprise.name,
            Enterprise.credit_code,
            Enterprise.industry_code,
            Enterprise.zone_id,
            Enterprise.grid_id,
            Enterprise.left_on,
            Zone.name.label("zone_name"),
        )
        .outerjoin(Zone, Zone.id == Enterprise.zone_id)
    )
    if asked is not None:
        query = query.where(Enterprise.id.in_(asked))
    return {row.id: row for row in work.session.execute(query)}


def _people(work: Work) -> dict[UUID, Person]:
    rows = work.session.execute(select(Account.id, Account.name).where(Account.park_id == work.park_id))
    return {row.id: Person(row.id, row.name) for row in rows}


def _visit_row(shared: _Shared, row: Any, tick: Tick | None) -> VisitRow:
    people, enterprise = shared.people, shared.enterprises[row.enterprise_id]
    is_released = row.task_state == TaskState.PLANNED
    if row.dropped_on is not None:
        state = VisitState.DROPPED
    elif tick is not None:
        state = VisitState.DONE
    else:
        state = VisitState.RELEASED if is_released else VisitState.PLANNED
    is_open = state in (VisitState.PLANNED, VisitState.RELEASED)
    is_due = end_of_month(row.planned_on) < shared.today
    going = (row.lead_id,) if row.second_id is None else (row.lead_id, row.second_id)
    return VisitRow(
        id=row.id,
        plan_id=shared.plan_id,
        number=row.number,
        enterprise_id=row.enterprise_id,
        enterprise_name=enterprise.name,
        credit_code=enterprise.credit_code,
        industry_code=enterprise.industry_code,
        zone_id=enterprise.zone_id,
        zone_name=enterprise.zone_name or "",
        grid_id=enterprise.grid_id,
        colour=row.colour,
        planned_on=row.planned_on,
        first_planned_on=row.first_planned_on,
        people=tuple(people.get(one) or Person(one, "") for one in going),
        is_fixed=row.is_fixed,
        origin=row.origin,
        why=row.why,
        note=row.note,
        drop_reason=row.drop_reason,
        dropped_on=row.dropped_on,
        version=row.version,
        state=state,
        task_id=row.task_id if is_released or state is VisitState.DONE else None,
        seen=tick.inspection if tick else None,
        by_task=tick is not None and tick.way is TickWay.TASK,
        has_left=enterprise.left_on is not None and enterprise.left_on <= shared.today,
        has_spare_task=is_released and tick is not None,
        is_overdue=is_open and is_due,
        is_due=is_due,
        is_workday=shared.calendar.is_workday(row.planned_on),
    )


def read_seen(
    work: Work, year: int, *, plan_id: UUID | None = None, since: int | None = None, enterprises: Collection[UUID] | None = None
) -> list[Seen]:
    """The inspections of enterprises in a year (from the year `since` on), and those filed for a visit of the plan at any time."""
    filed_for = aliased(PlanVisit)
    in_years = Inspection.inspected_on.between(date(since or year, 1, 1), date(year, 12, 31))
    query = (
        readable_inspections(work.actor)
        .with_only_columns(
            Inspection.id,
            Inspection.number,
            Inspection.inspected_on,
            Inspection.received_at,
            InspectionTarget.enterprise_id,
            filed_for.id.label("visit_id"),
            TriggeredInspection.reason,
        )
        .join(InspectionTarget, InspectionTarget.id == Inspection.target_id)
        .outerjoin(filed_for, and_(filed_for.task_id == Inspection.task_id, filed_for.enterprise_id == InspectionTarget.enterprise_id))
        .outerjoin(TriggeredInspection, TriggeredInspection.inspection_id == Inspection.id)
        .where(
            InspectionTarget.enterprise_id.is_not(None),
            InspectionTarget.kind.in_(INSPECTED_AS_ENTERPRISE),
            in_years if plan_id is None else or_(in_years, filed_for.plan_id == plan_id),
        )
        .order_by(Inspection.inspected_on, Inspection.id)
    )
    if enterprises is not None:
        query = query.where(InspectionTarget.enterprise_id.in_(enterprises))
    return [
        Seen(
            id=row.id,
            number=row.number,
            inspected_on=row.inspected_on,
            received_at=row.received_at,
            enterprise_id=row.enterprise_id,
            visit_id=row.visit_id,
            triggered_by=row.reason or "",
        )
        for row in work.session.execute(query)
    ]


def read_board(work: Work, plan: InspectionPlan, calendar: Calendar) -> Board:
    """The whole plan as it stands today. Raises `NotAllowed`."""
    visits, seen = read_visits(work, plan, calendar)
    coverage = read_coverage(work, plan, visits, seen)
    return Board(plan=plan, today=work.today, visits=visits, coverage=coverage, figures=count_plan(visits, coverage), seen=seen)


def read_coverage(work: Work, plan: InspectionPlan, visits: Sequence[VisitRow], seen: Sequence[Seen]) -> tuple[CoverageRow, ...]:
    """Every enterprise of the register against its bounds, the worst colour first."""
    rows = {row.key: row.bounds for row in read_frequency(work, plan).rows}
    graded = list_grades(work, day=min(work.today, date(plan.year, 12, 31)), is_brief=True)
    colours = {one.id: colour_key(one.grade.colour) for one in graded}
    earlier = _earlier(work, plan.year, rows.values())
    by_enterprise: dict[UUID, list[Seen]] = {}
    for one in seen:
        by_enterprise.setdefault(one.enterprise_id, []).append(one)
    mine: dict[UUID, list[VisitRow]] = {}
    for visit in visits:
        mine.setdefault(visit.enterprise_id, []).append(visit)
    query = (
        readable_enterprises(work.actor)
        .with_only_columns(Enterprise.id, Enterprise.name, Enterprise.grid_id, Zone.name.label("zone_name"))
        .outerjoin(Zone, Zone.id == Enterprise.zone_id)
        .where(or_(Enterprise.left_on.is_(None), Enterprise.left_on > work.today))
        .order_by(Enterprise.name, Enterprise.id)
    )
    found = [
        _coverage_row(row, colours.get(row.id, colour_key(None)), rows, mine.get(row.id, []), by_enterprise.get(row.id, []), earlier, plan)
        for row in work.session.execute(query)
    ]
    order = {key: place for place, key in enumerate(rows)}
    return tuple(sorted(found, key=lambda one: order[one.colour]))


def _earlier(work: Work, year: int, bounds: Iterable[Bounds]) -> dict[UUID, list[date]]:
    """The days of inspections in earlier years, where a floor of less than once a year asks for them."""
    longest = max((-(-1 // one.floor) for one in bounds if one.floor and one.floor < 1), default=1)
    if longest <= 1:
        return {}
    days: dict[UUID, list[date]] = {}
    for one in read_seen(work, year - 1, since=year - int(longest) + 1):
        if not one.triggered_by:
            days.setdefault(one.enterprise_id, []).append(one.inspected_on)
    return days


def _coverage_row(
    row: Any,
    colour: str,
    bounds: Mapping[str, Bounds],
    visits: Sequence[VisitRow],
    seen: Sequence[Seen],
    earlier: Mapping[UUID, Sequence[date]],
    plan: InspectionPlan,
) -> CoverageRow:
    planned = [one.colour for one in visits if one.state is not VisitState.DROPPED]
    return CoverageRow(
        enterprise_id=row.id,
        name=row.name,
        zone_name=row.zone_name or "",
        grid_id=row.grid_id,
        colour=colour,
        planned_colour=planned[0] if planned else None,
        bounds=bounds[colour],
        required=bounds[colour].required(plan.year, earlier.get(row.id, ())),
        counted=sum(1 for one in seen if not one.triggered_by),
        triggered=sum(1 for one in seen if one.triggered_by),
        open_visits=sum(1 for one in visits if one.is_open),
        waived=sum(1 for one in visits if one.state is VisitState.DROPPED and one.is_fixed),
        is_inspected=bool(seen),
    )


def count_plan(visits: Sequence[VisitRow], coverage: Sequence[CoverageRow]) -> PlanFigures:
    """The figures of a plan: the one count that page, paper and sheet print."""
    kept = [one for one in visits if one.state is not VisitState.DROPPED]
    due = [one for one in kept if one.is_due]
    to_inspect = [one for one in coverage if one.required]
    return PlanFigures(
        planned=len(kept),
        done=sum(1 for one in kept if one.state is VisitState.DONE),
        due=len(due),
        done_of_due=sum(1 for one in due if one.state is VisitState.DONE),
        overdue=sum(1 for one in kept if one.is_overdue),
        dropped=len(visits) - len(kept),
        moved=sum(1 for one in kept if one.was_moved),
        to_inspect=len(to_inspect),
        inspected=sum(1 for one in to_inspect if one.is_inspected),
    )


def count_months(visits: Sequence[VisitRow], staffing: Staffing) -> dict[Person, dict[int, Cell]]:
    """By inspector and month, what is planned, made and overdue. Everybody with a visit or with room stands in it."""
    kept = [one for one in visits if one.state is not VisitState.DROPPED]
    capacity = {one.person: one.monthly for one in staffing.capacities}
    planned = Counter((person, one.planned_on.month) for one in kept for person in one.people)
    done = Counter((person, one.planned_on.month) for one in kept if one.state is VisitState.DONE for person in one.people)
    overdue = Counter((person, one.planned_on.month) for one in kept if one.is_overdue for person in one.people)
    people = {person: None for person, monthly in capacity.items() if monthly} | {person: None for person, _ in planned}
    return {
        person: {
            month: Cell(planned[person, month], done[person, month], overdue[person, month], capacity.get(person, 0))
            for month in range(1, 13)
        }
        for person in people
    }
