"""Use cases of arranging: generate a year's plan, arrange anew what is free, add what a changed grade asks for.

What was made, what a person settled and what was already sent to the phones stays where it is; only free visits move. The rows keep their
numbers, so that a plan arranged twice reads as the same plan.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

import msgspec

from rules.rulebook import Rulebook
from server.errors import FieldError, InvalidInput, StateConflict
from server.ids import new_id
from server.models.plan import InspectionPlan, PlanVisit
from server.planning.access import demand_writer, readable_visits
from server.planning.balance import Balance, Ground, Placed, Settled, Stop, balance
from server.planning.board import find_plan, lock_plan, read_coverage, read_visits
from server.planning.frequency import colour_words, rank_of
from server.planning.placing import names_of, new_visit, place_of, place_words, set_place
from server.planning.policies import find_policy, words_of
from server.planning.revising import demand_changeable, revise
from server.planning.schemas import (
    Change,
    CoverageRow,
    GenerateForm,
    PlanState,
    RevisionKind,
    Staffing,
    VisitOrigin,
    VisitRow,
    VisitState,
)
from server.planning.staffing import inspectors_of, pauses_of, read_staffing
from server.planning.ticks import Seen
from server.unit_of_work import Work

LONGEST_NOTE = 500


def generate_plan(work: Work, rulebook: Rulebook, form: GenerateForm) -> InspectionPlan:
    """Make the draft of a year's plan, or make it anew. Raises `NotAllowed`, `InvalidInput`, `StateConflict`."""
    demand_writer(work.actor)
    _refuse_bad_form(work, form)
    policy = find_policy(work, max(work.today, form.starts_on))
    if policy is None:
        raise StateConflict("还没有采用检查频次，排不出计划。请先在“频次与人力”里采用一条。", reason="no_frequency")
    known = find_plan(work, form.year)
    if known is None:
        plan = InspectionPlan(
            id=new_id(),
            park_id=work.park_id,
            year=form.year,
            state=PlanState.DRAFT,
            revision=0,
            starts_on=form.starts_on,
            policy_id=policy.id,
            unplaced=[],
            last_number=0,
            note=form.note.strip(),
            arranged_at=work.now,
            arranged_by_name=work.actor.name,
        )
        work.session.add(plan)
        work.session.flush()
    else:
        plan = lock_plan(work, known.id)
        if plan.state != PlanState.DRAFT:
            raise StateConflict(
                f"{plan.year} 年的计划{PlanState(plan.state).label}，不能重新生成；可以重新编排没有下达的检查。",
                reason="state",
                state=plan.state,
            )
        plan.policy_id, plan.starts_on, plan.note = policy.id, form.starts_on, form.note.strip()
    changes = _arrange(work, rulebook, plan, form.starts_on)
    work.record(
        "inspection_plan",
        plan.id,
        "inspection_plan:generated",
        year=plan.year,
        starts_on=plan.starts_on,
        visits=len(changes),
        unplaced=[f"{one['name']} {one['visits']} 次" for one in plan.unplaced],
    )
    return plan


def _refuse_bad_form(work: Work, form: GenerateForm) -> None:
    errors = []
    if not work.today.year <= form.year <= work.today.year + 1:
        errors.append(FieldError("year", f"可以编制 {work.today.year} 年或 {work.today.year + 1} 年的计划"))
    elif form.starts_on.year != form.year:
        errors.append(FieldError("starts_on", f"起排日期应在 {form.year} 年内"))
    elif form.starts_on < work.today:
        errors.append(FieldError("starts_on", "起排日期不能早于今天；今年已经做过的检查会自动计入"))
    if len(form.note) > LONGEST_NOTE:
        errors.append(FieldError("note", f"说明不能超过 {LONGEST_NOTE} 个字"))
    if errors:
        raise InvalidInput(errors)


def rearrange_plan(work: Work, rulebook: Rulebook, plan_id: UUID, reason: str) -> int:
    """Arrange anew from today on what nobody settled and no phone has; returns how many visits changed.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`.
    """
    demand_writer(work.actor)
    plan = lock_plan(work, plan_id)
    reason = demand_changeable(plan, reason)
    policy = find_policy(work, work.today)
    if plan.year == work.today.year and policy is not None:
        plan.policy_id = policy.id
    changes = _arrange(work, rulebook, plan, max(plan.starts_on, work.today))
    revise(work, plan, RevisionKind.REARRANGED, reason, changes)
    return len(changes)


def accept_proposals(work: Work, rulebook: Rulebook, plan_id: UUID, enterprises: Collection[UUID], reason: str) -> int:
    """Add the visits that are missing at these enterprises, as after a grade changed; everything else stays. Returns how many were added.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`.
    """
    demand_writer(work.actor)
    plan = lock_plan(work, plan_id)
    reason = demand_changeable(plan, reason)
    visits, seen = read_visits(work, plan, rulebook.calendar)
    rows = read_coverage(work, plan, visits, seen)
    wanted = [one for one in rows if one.enterprise_id in enterprises and one.proposed]
    if not wanted:
        raise InvalidInput([FieldError("enterprises", "选中的企业现在不需要增加检查，请刷新页面看最新情况")])
    inspected, mine_of = _days_of(seen), _by_enterprise(visits)
    stops = []
    for row in rows:
        mine = mine_of.get(row.enterprise_id, [])
        kept = [one for one in mine if one.is_open]
        stops.append(_stop(row, kept, _made(mine), inspected.get(row.enterprise_id, []), row.proposed if row in wanted else 0))
    staffing = read_staffing(work)
    done = balance(_ground(rulebook, staffing, plan, max(plan.starts_on, work.today)), stops)
    if done.unplaced:
        raise StateConflict("；".join(f"{one.name} 还差 {one.visits} 次排不下：{one.why}" for one in done.unplaced), reason="no_room")
    by_id = {row.enterprise_id: row for row in wanted}
    writer = _Writer(work, plan, staffing)
    changes = [writer.add(by_id[one.stop_id], one, VisitOrigin.PROPOSED) for one in done.placed]
    work.session.flush()
    revise(work, plan, RevisionKind.PROPOSED, reason, changes)
    return len(changes)


def _days_of(seen: Iterable[Seen]) -> dict[UUID, list[date]]:
    days: dict[UUID, list[date]] = {}
    for one in seen:
        days.setdefault(one.enterprise_id, []).append(one.inspected_on)
    return days


def _by_enterprise(visits: Iterable[VisitRow]) -> dict[UUID, list[VisitRow]]:
    found: dict[UUID, list[VisitRow]] = {}
    for one in visits:
        found.setdefault(one.enterprise_id, []).append(one)
    return found


def _ground(rulebook: Rulebook, staffing: Staffing, plan: InspectionPlan, first_on: date) -> Ground:
    return Ground(
        calendar=rulebook.calendar,
        first_on=first_on,
        last_on=date(plan.year, 12, 31),
        inspectors=inspectors_of(staffing),
        people_per_visit=staffing.people_per_visit,
        pauses=pauses_of(staffing),
    )


def _made(visits: Iterable[VisitRow]) -> list[VisitRow]:
    return [one for one in visits if one.state is VisitState.DONE]


def _stop(row: CoverageRow, kept: Sequence[VisitRow], made: Sequence[VisitRow], inspected: Sequence[date], visits: int) -> Stop:
    """An enterprise to balance. Visits made take no room any more; they tell who has been there."""
    met: dict[UUID, int] = {}
    for visit in (*made, *kept):
        for person in visit.people:
            met[person.id] = met.get(person.id, 0) + 1
    return Stop(
        id=row.enterprise_id,
        name=row.name,
        rank=rank_of(row.colour),
        visits=visits,
        grid_id=row.grid_id,
        settled=tuple(Settled(one.planned_on, tuple(person.id for person in one.people)) for one in kept),
        inspected=tuple(inspected),
        met=met,
    )


def _arrange(work: Work, rulebook: Rulebook, plan: InspectionPlan, first_on: date) -> list[Change]:
    """Place every free visit anew and write down what changed."""
    visits, seen = read_visits(work, plan, rulebook.calendar)
    rows = read_coverage(work, plan, visits, seen)
    inspected, mine_of = _days_of(seen), _by_enterprise(visits)
    stays = {one.id for one in visits if one.state in (VisitState.DONE, VisitState.RELEASED, VisitState.DROPPED) or one.is_fixed}
    stops, problems = [], []
    for row in rows:
        mine = mine_of.get(row.enterprise_id, [])
        kept = [one for one in mine if one.is_open and one.id in stays]
        wanted = max(0, row.required - row.counted - len(kept) - row.waived)
        if row.bounds.contradict:
            problems.append(_problem(row, wanted, f"下限多于上限（{words_of(row.bounds)}），须先由安全办决定"))
            wanted = 0
        elif row.bounds.most is not None and wanted > row.bounds.most - row.counted - len(kept):
            able = max(0, row.bounds.most - row.counted - len(kept))
            problems.append(_problem(row, wanted - able, f"年度上限 {row.bounds.most} 次，今年已查 {row.counted} 次，不能再多"))
            wanted = able
        stops.append(_stop(row, kept, _made(mine), inspected.get(row.enterprise_id, []), wanted))
    staffing = read_staffing(work)
    outcome = balance(_ground(rulebook, staffing, plan, first_on), stops)
    plan.unplaced = [*problems, *(msgspec.to_builtins(one) for one in outcome.unplaced)]
    plan.arranged_at, plan.arranged_by_name = work.now, work.actor.name
    return _Writer(work, plan, staffing).write(rows, [one for one in visits if one.id not in stays], outcome)


def _problem(row: CoverageRow, visits: int, why: str) -> dict[str, object]:
    return {"stop_id": str(row.enterprise_id), "name": row.name, "visits": visits, "why": why}


class _Writer:
    """Writes an arrangement into the rows of a plan and tells what changed."""

    def __init__(self, work: Work, plan: InspectionPlan, staffing: Staffing) -> None:
        self._work = work
        self._plan = plan
        self._names = names_of(staffing)

    def write(self, rows: Sequence[CoverageRow], free: Sequence[VisitRow], outcome: Balance) -> list[Change]:
        """Give free rows their new places, add rows where more are wanted, take away those nobody wants (or, in force, drop them)."""
        session, plan = self._work.session, self._plan
        stored = {one.id: one for one in session.scalars(readable_visits(self._work.actor).where(PlanVisit.plan_id == plan.id))}
        waiting = _by_enterprise(free)
        known = {row.enterprise_id: row for row in rows}
        changes: list[Change] = []
        for one in sorted(outcome.placed, key=lambda placed: (placed.on, str(placed.stop_id))):
            mine = waiting.get(one.stop_id)
            if mine:
                row = mine.pop(0)
                changes += self._move(stored[row.id], row, one, known[one.stop_id])
            else:
                changes.append(self.add(known[one.stop_id], one, VisitOrigin.GENERATED))
        for row in (one for left in waiting.values() for one in left):
            changes.append(Change(number=row.number, enterprise=row.enterprise_name, before=place_of(row), after=""))
            if plan.state == PlanState.DRAFT:
                session.delete(stored[row.id])
            else:
                stored[row.id].dropped_on, stored[row.id].drop_reason = self._work.today, "重新编排后不再需要"
        session.flush()
        return changes

    def _move(self, visit: PlanVisit, row: VisitRow, placed: Placed, coverage: CoverageRow) -> list[Change]:
        visit.colour, visit.why, visit.asked_at = coverage.colour, _reason(coverage, placed), self._work.now
        if (row.planned_on, tuple(person.id for person in row.people)) == (placed.on, placed.people):
            return []
        set_place(visit, self._plan, placed.on, placed.people)
        after = place_words(self._names, placed.on, placed.people)
        return [Change(number=row.number, enterprise=row.enterprise_name, before=place_of(row), after=after)]

    def add(self, row: CoverageRow, placed: Placed, origin: VisitOrigin) -> Change:
        """A new visit."""
        visit = new_visit(self._plan, row, placed.on, placed.people, origin, _reason(row, placed), self._work.now)
        self._work.session.add(visit)
        return Change(number=visit.number, enterprise=row.name, before="", after=place_words(self._names, placed.on, placed.people))


def _reason(row: CoverageRow, placed: Placed) -> str:
    """Why the visit is there at all, and why it lies where it lies."""
    done = f"，今年已查 {row.counted} 次" if row.counted else ""
    return f"{colour_words(row.colour)}：{words_of(row.bounds)}{done}；{placed.why}"
