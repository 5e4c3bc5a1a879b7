"""How is a visit put into the rows of a plan, and how is its place said in words? Shared by arranging and by changes by hand."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from server.ids import new_id
from server.models.plan import InspectionPlan, PlanVisit
from server.planning.schemas import CoverageRow, PlanState, Staffing, VisitOrigin, VisitRow


def new_visit(
    plan: InspectionPlan, row: CoverageRow, on: date, people: Sequence[UUID], origin: VisitOrigin, why: str, asked_at: datetime
) -> PlanVisit:
    """A new visit with the plan's next number. What a person asked for is settled."""
    plan.last_number += 1
    return PlanVisit(
        id=new_id(),
        park_id=plan.park_id,
        plan_id=plan.id,
        number=plan.last_number,
        enterprise_id=row.enterprise_id,
        colour=row.colour,
        planned_on=on,
        first_planned_on=on,
        lead_id=people[0],
        second_id=people[1] if len(people) > 1 else None,
        is_fixed=origin is not VisitOrigin.GENERATED,
        asked_at=asked_at,
        origin=origin,
        why=why,
        version=1,
    )


def set_place(visit: PlanVisit, plan: InspectionPlan, on: date, people: Sequence[UUID]) -> None:
    """Another day and other people. Until a plan is in force, its first day moves along: there is no other plan yet to compare with."""
    visit.planned_on, visit.lead_id, visit.second_id = on, people[0], people[1] if len(people) > 1 else None
    if plan.state != PlanState.IN_FORCE:
        visit.first_planned_on = on
    visit.version += 1


def names_of(staffing: Staffing) -> dict[UUID, str]:
    """Everybody who can be sent, by id."""
    return {one.person.id: one.person.name for one in staffing.capacities}


def place_words(names: Mapping[UUID, str], on: date, people: Iterable[UUID]) -> str:
    """A day and who goes, in words."""
    return f"{on} {'、'.join(names.get(one, '') for one in people)}"


def place_of(row: VisitRow) -> str:
    """Where a visit lies and who goes, in words."""
    return f"{row.planned_on} {'、'.join(person.name for person in row.people)}"
