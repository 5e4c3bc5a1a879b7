"""What one pair of hands does to the visits of a plan: move, add, drop, on one reading of how it stands.

A form changes one visit and a spreadsheet many; both come through here, so both are refused the same things. The plan is held, the reason
was asked for, and the revision is left to the caller.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from uuid import UUID

from sqlalchemy import select

from rules.rulebook import Rulebook
from rules.terms import Role
from server.errors import ChangedMeanwhile, FieldError, InvalidInput, NotFound, StateConflict
from server.models.accounts import Account
from server.models.plan import InspectionPlan, PlanVisit
from server.planning.access import demand_approver, readable_visits
from server.planning.board import read_coverage, read_visits
from server.planning.placing import new_visit, place_of, place_words, set_place
from server.planning.releasing import due_of
from server.planning.schemas import Change, CoverageRow, PlanState, Staffing, VisitForm, VisitOrigin, VisitRow, VisitState
from server.planning.staffing import is_away, read_staffing
from server.planning.ticks import Seen
from server.tasks.schemas import TaskForm
from server.tasks.service import WHO_MAY_GO, cancel_task, get_task_dossier, update_task
from server.unit_of_work import Work

MOST_PEOPLE = 2


class Hand:
    """Changes visits of a plan that is held; reads it once."""

    def __init__(self, work: Work, rulebook: Rulebook, plan: InspectionPlan) -> None:
        self._work = work
        self._rulebook = rulebook
        self._plan = plan
        self._open: Counter[UUID] = Counter()
        """How many visits these hands opened and closed since the plan was read, by enterprise."""

    @cached_property
    def _read(self) -> tuple[tuple[VisitRow, ...], tuple[Seen, ...]]:
        return read_visits(self._work, self._plan, self._rulebook.calendar)

    @cached_property
    def rows(self) -> dict[UUID, VisitRow]:
        """Every visit as it stood when the plan was taken in hand."""
        return {one.id: one for one in self._read[0]}

    @cached_property
    def coverage(self) -> dict[UUID, CoverageRow]:
        """Every enterprise of the register against its bounds."""
        return {one.enterprise_id: one for one in read_coverage(self._work, self._plan, *self._read)}

    @cached_property
    def people(self) -> dict[UUID, str]:
        """Who can be sent, by name."""
        query = select(Account.id, Account.name).where(
            Account.park_id == self._work.park_id, Account.active.is_(True), Account.role.in_(WHO_MAY_GO)
        )
        return {row.id: row.name for row in self._work.session.execute(query)}

    @cached_property
    def _stored(self) -> dict[UUID, PlanVisit]:
        query = readable_visits(self._work.actor).where(PlanVisit.plan_id == self._plan.id)
        return {one.id: one for one in self._work.session.scalars(query.execution_options(populate_existing=True))}

    @cached_property
    def _staffing(self) -> Staffing:
        return read_staffing(self._work)

    def move(self, visit_id: UUID, form: VisitForm) -> Change | None:
        """Another day, other people; settled from now on. None when nothing changed."""
        visit, row = self._take(visit_id, form.version)
        people = self._checked(form, row)
        visit.is_fixed = True
        if (row.planned_on, tuple(one.id for one in row.people)) == (form.planned_on, people):
            return None
        set_place(visit, self._plan, form.planned_on, people)
        visit.why = self._said(form, people, "换人" if row.planned_on == form.planned_on else "改期")
        self._work.session.flush()
        if row.state is VisitState.RELEASED and visit.task_id is not None:
            self._take_task_along(visit.task_id, row, form, people)
        after = place_words(self.people, form.planned_on, people)
        return Change(number=visit.number, enterprise=row.enterprise_name, before=place_of(row), after=after)

    def _take_task_along(self, task_id: UUID, row: VisitRow, form: VisitForm, people: tuple[UUID, ...]) -> None:
        dossier = get_task_dossier(self._work, task_id)
        task, planned = dossier.task, {one.id for one in row.people}
        # Whom the office sent along beyond the plan is the task's own business: they keep it.
        more = tuple(one for one, _ in dossier.assignees if one not in planned and one in self.people)
        due_on = due_of(form.planned_on, self._work.today)
        changed = TaskForm(
            target_id=task.target_id,
            checklists=tuple(task.checklists),
            assignees=(*people, *more),
            planned_on=form.planned_on,
            due_on=due_on,
            note=task.note,
        )
        update_task(self._work, self._rulebook, task.id, changed)

    def drop(self, visit_id: UUID, reason: str, version: int | None = None) -> Change:
        """Drop a visit; it stays visible with the reason. In a plan in force, one that leaves its enterprise below the floor is the
        leader's to drop."""
        visit, row = self._take(visit_id, version)
        coverage = self.coverage.get(row.enterprise_id)
        if coverage is not None and self._plan.state == PlanState.IN_FORCE and self._work.actor.role is not Role.LEADER:
            left = coverage.counted + coverage.open_visits + self._open[row.enterprise_id] - 1
            if left < coverage.required:
                demand_approver(self._work.actor, f"取消后低于下限（今年至少 {coverage.required} 次）的计划检查")
        visit.dropped_on, visit.drop_reason, visit.is_fixed = self._work.today, reason, True
        visit.version += 1
        self._work.session.flush()
        if row.state is VisitState.RELEASED and visit.task_id is not None:
            cancel_task(self._work, visit.task_id, f"计划检查取消：{reason}")
        self._open[row.enterprise_id] -= 1
        return Change(number=visit.number, enterprise=row.enterprise_name, before=place_of(row), after="")

    def add(self, enterprise_id: UUID, form: VisitForm) -> Change:
        """One more visit at an enterprise, as far as its cap allows."""
        coverage = self.coverage.get(enterprise_id)
        if coverage is None:
            raise NotFound("这家在册企业")
        people = self._checked(form, None)
        planned = coverage.open_visits + self._open[enterprise_id]
        if coverage.bounds.most is not None and coverage.counted + planned >= coverage.bounds.most:
            raise StateConflict(
                f"{coverage.name} 年度上限 {coverage.bounds.most} 次，已查 {coverage.counted} 次、已排 {planned} 次，不能再加计划检查。"
                "举报、事故、转办引起的检查不占上限，做完后标为触发式检查。",
                reason="over_cap",
            )
        visit = new_visit(
            self._plan, coverage, form.planned_on, people, VisitOrigin.ADDED, self._said(form, people, "增加"), self._work.now
        )
        self._work.session.add(visit)
        self._work.session.flush()
        self._open[enterprise_id] += 1
        after = place_words(self.people, form.planned_on, people)
        return Change(number=visit.number, enterprise=coverage.name, before="", after=after)

    def _take(self, visit_id: UUID, version: int | None) -> tuple[PlanVisit, VisitRow]:
        visit, row = self._stored.get(visit_id), self.rows.get(visit_id)
        if visit is None or row is None:
            raise NotFound("这次计划检查")
        if version is not None and visit.version != version:
            raise ChangedMeanwhile("这次计划检查")
        if not row.is_open:
            raise StateConflict(f"这次检查{row.state.label}，不能再改。", reason="state", state=row.state)
        return visit, row

    def _checked(self, form: VisitForm, row: VisitRow | None) -> tuple[UUID, ...]:
        """The people, when day and people can be. Raises `InvalidInput`."""
        errors = []
        if form.planned_on.year != self._plan.year:
            errors.append(FieldError("planned_on", f"日期应在 {self._plan.year} 年内"))
        elif form.planned_on < self._work.today and (row is None or form.planned_on != row.planned_on):
            errors.append(FieldError("planned_on", "日期不能早于今天"))
        people = tuple(dict.fromkeys(form.people))
        if not people or set(people) - self.people.keys():
            errors.append(FieldError("people", "请选择本园区在用的检查员或安全办账号"))
        elif len(people) > MOST_PEOPLE:
            errors.append(FieldError("people", f"一次检查最多安排 {MOST_PEOPLE} 人；要更多人请在下达后的任务里加"))
        if errors:
            raise InvalidInput(errors)
        return people

    def _said(self, form: VisitForm, people: Sequence[UUID], what: str) -> str:
        """What a person did, and what speaks against the day."""
        reason = f"：{form.reason.strip()}" if form.reason.strip() else ""
        said = [f"{self._work.actor.name} {self._work.today} {what}{reason}"]
        if not self._rulebook.calendar.is_workday(form.planned_on):
            said.append("这一天不是工作日")
        away = is_away(self._staffing, people, form.planned_on)
        return "；".join([*said, f"注意：{away}"] if away else said)
