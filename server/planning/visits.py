"""Use cases of single visits: move one, send others, add one, drop one with the reason, list them; and mark what triggered an inspection.

A visit already sent to the phones takes its task along: another day or other people change it, dropping cancels it.
"""

from collections.abc import Sequence
from uuid import UUID

from rules.calendar import Calendar
from rules.rulebook import Rulebook
from rules.supervision import load_cap_principle
from server.errors import FieldError, InvalidInput, NotFound
from server.inspections.access import readable_inspections
from server.listing import Page, page_of
from server.models.documents import Inspection
from server.models.plan import InspectionPlan, PlanVisit, TriggeredInspection
from server.planning.access import APPROVERS, WRITERS, demand_reader, demand_writer, readable_triggered, readable_visits
from server.planning.board import get_plan, lock_plan, read_visits
from server.planning.frequency import COLOUR_KEYS, rank_of
from server.planning.hands import Hand
from server.planning.revising import demand_changeable, revise
from server.planning.schemas import Change, RevisionKind, VisitForm, VisitQuery, VisitRow, VisitSort, VisitState
from server.planning.ticks import Seen
from server.steps import demand_role
from server.unit_of_work import Work

LONGEST_NOTE = 200


def get_visit(work: Work, calendar: Calendar, visit_id: UUID) -> tuple[InspectionPlan, VisitRow]:
    """A visit and its plan. Raises `NotAllowed`, `NotFound`."""
    demand_reader(work.actor)
    place = readable_visits(work.actor).with_only_columns(PlanVisit.plan_id, PlanVisit.enterprise_id).where(PlanVisit.id == visit_id)
    found = work.session.execute(place).one_or_none()
    if found is None:
        raise NotFound("这次计划检查")
    plan = get_plan(work, found.plan_id)
    visits, _ = read_visits(work, plan, calendar, enterprise_id=found.enterprise_id)
    return plan, next(one for one in visits if one.id == visit_id)


def filter_visits(visits: Sequence[VisitRow], query: VisitQuery) -> list[VisitRow]:
    """The visits a list asks for, in its order."""
    words = query.search.casefold().split()
    found = [
        one
        for one in visits
        if all(word in f"{one.enterprise_name} {one.number} {one.note}".casefold() for word in words)
        and query.month in (None, one.planned_on.month)
        and (query.person_id is None or any(person.id == query.person_id for person in one.people))
        and query.enterprise_id in (None, one.enterprise_id)
        and query.colour in ("", one.colour)
        and query.zone_id in (None, one.zone_id)
        and _is_in_state(one, query.state)
        and (not query.overdue or one.is_overdue)
        and (not query.due or one.is_due)
        and (not query.left or one.has_left)
        and (not query.moved or (one.was_moved and one.state is not VisitState.DROPPED))
    ]
    if query.sort is VisitSort.ENTERPRISE:
        return sorted(found, key=lambda one: (one.enterprise_name, one.planned_on, one.number))
    if query.sort is VisitSort.COLOUR:
        return sorted(found, key=lambda one: (rank_of(one.colour) if one.colour in COLOUR_KEYS else 9, one.planned_on, one.number))
    return sorted(found, key=lambda one: one.number) if query.sort is VisitSort.NUMBER else found


def _is_in_state(visit: VisitRow, state: str) -> bool:
    """`open` is everything still to be made, `kept` everything not dropped."""
    if state == "open":
        return visit.is_open
    if state == "kept":
        return visit.state is not VisitState.DROPPED
    return not state or visit.state == state


def list_visits(visits: Sequence[VisitRow], query: VisitQuery) -> Page[VisitRow]:
    """One page of the visits a list asks for."""
    return page_of(filter_visits(visits, query), query.page, query.size)


def move_visit(work: Work, rulebook: Rulebook, visit_id: UUID, form: VisitForm) -> Change | None:
    """Another day, other people; settled from now on. None when nothing changed.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`, `ChangedMeanwhile`.
    """
    demand_writer(work.actor)
    plan = _lock_plan_of(work, visit_id)
    reason = demand_changeable(plan, form.reason)
    change = Hand(work, rulebook, plan).move(visit_id, form)
    revise(work, plan, RevisionKind.MOVED, reason, [change] if change else [])
    return change


def drop_visit(work: Work, rulebook: Rulebook, visit_id: UUID, reason: str, version: int | None = None) -> Change:
    """Drop a visit with the reason. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`, `ChangedMeanwhile`."""
    demand_role(work.actor, WRITERS | APPROVERS, "取消计划检查")
    if not reason.strip():
        raise InvalidInput([FieldError("drop_reason", "请写明取消的原因")])
    plan = _lock_plan_of(work, visit_id)
    reason = demand_changeable(plan, reason)
    change = Hand(work, rulebook, plan).drop(visit_id, reason, version)
    revise(work, plan, RevisionKind.DROPPED, reason, [change])
    return change


def add_visit(work: Work, rulebook: Rulebook, plan_id: UUID, enterprise_id: UUID, form: VisitForm) -> Change:
    """One more visit at an enterprise. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_writer(work.actor)
    plan = lock_plan(work, plan_id)
    reason = demand_changeable(plan, form.reason)
    change = Hand(work, rulebook, plan).add(enterprise_id, form)
    revise(work, plan, RevisionKind.ADDED, reason, [change])
    return change


def _lock_plan_of(work: Work, visit_id: UUID) -> InspectionPlan:
    """The plan of a visit, held first, so that changes follow one another. Raises `NotFound`."""
    plan_id = work.session.scalar(readable_visits(work.actor).with_only_columns(PlanVisit.plan_id).where(PlanVisit.id == visit_id))
    if plan_id is None:
        raise NotFound("这次计划检查")
    return lock_plan(work, plan_id)


def mark_triggered(work: Work, inspection_id: UUID, reason: str, note: str) -> None:
    """Say what triggered an inspection (a report, an accident, a referral), or with an empty reason take it back.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`.
    """
    demand_writer(work.actor, "标记触发式检查")
    inspection = work.session.scalar(readable_inspections(work.actor).where(Inspection.id == inspection_id).with_for_update())
    if inspection is None:
        raise NotFound("这次检查")
    reasons = load_cap_principle().triggered_reasons
    if reason and reason not in reasons:
        raise InvalidInput([FieldError("trigger", f"请从清单里选：{'、'.join(reasons.values())}")])
    if reason and not note.strip():
        raise InvalidInput([FieldError("trigger_note", "请写明依据，例如举报单号、事故名称、转办函号")])
    if len(note) > LONGEST_NOTE:
        raise InvalidInput([FieldError("trigger_note", f"依据不能超过 {LONGEST_NOTE} 个字")])
    known = work.session.get(TriggeredInspection, inspection_id)
    if (known.reason if known else "", known.note if known else "") == (reason, note.strip() if reason else ""):
        return
    if known is not None:
        work.session.delete(known)
        work.session.flush()
    if reason:
        work.session.add(
            TriggeredInspection(
                inspection_id=inspection_id,
                park_id=work.park_id,
                reason=reason,
                note=note.strip(),
                marked_at=work.now,
                marked_by=work.actor.id,
                marked_by_name=work.actor.name,
            )
        )
        work.session.flush()
        work.record("inspection", inspection_id, "inspection:marked_triggered", cause=reasons[reason], note=note.strip())
    else:
        work.record("inspection", inspection_id, "inspection:unmarked_triggered")


def find_triggers(work: Work, seen: Sequence[Seen]) -> dict[UUID, TriggeredInspection]:
    """What triggered these inspections, for those that something did."""
    ids = [one.id for one in seen if one.triggered_by]
    if not ids:
        return {}
    rows = work.session.scalars(readable_triggered(work.actor).where(TriggeredInspection.inspection_id.in_(ids)))
    return {one.inspection_id: one for one in rows}
