"""Use cases of releasing: the visits of a month become inspection tasks, and so come into the phones' bundle.

Releasing twice makes nothing twice: a visit whose task stands, or which was made, is left alone. A visit whose task was cancelled is free
and becomes a task again.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from rules.rulebook import Rulebook
from rules.terms import TargetKind
from server.errors import FieldError, InvalidInput, StateConflict
from server.models.plan import PlanVisit
from server.planning.board import lock_plan, read_visits
from server.planning.schemas import PlanState, Release, VisitRow, VisitState, end_of_month
from server.tasks.access import demand_planner
from server.tasks.schemas import TaskForm
from server.tasks.service import cancel_task, plan_task
from server.unit_of_work import Work


def due_of(planned_on: date, today: date) -> date:
    """By when a visit's task is to be done: the end of its month, or of this one when that is over."""
    return max(end_of_month(planned_on), end_of_month(today))


def release_month(work: Work, rulebook: Rulebook, plan_id: UUID, month: int) -> Release:
    """Make tasks of the visits of a month. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_planner(work.actor)
    plan = lock_plan(work, plan_id)
    if plan.state != PlanState.IN_FORCE:
        raise StateConflict("计划批准执行以后才能下达任务。", reason="state", state=plan.state)
    if not 1 <= month <= 12:
        raise InvalidInput([FieldError("month", "请选择 1 到 12 月")])
    visits, _ = read_visits(work, plan, rulebook.calendar)
    mine = [one for one in visits if one.planned_on.month == month and one.state is not VisitState.DROPPED]
    waiting = [one for one in mine if one.state is VisitState.PLANNED]
    stored = {one.id: one for one in work.session.scalars(select(PlanVisit).where(PlanVisit.id.in_([one.id for one in waiting])))}
    refused: list[str] = []
    released = 0
    for one in waiting:
        try:
            stored[one.id].task_id = _task_of(work, rulebook, one)
            released += 1
        except InvalidInput as refusal:
            refused.append(f"第 {one.number} 次 {one.enterprise_name}：{refusal.detail}")
    work.session.flush()
    if released:
        work.record("inspection_plan", plan.id, "inspection_plan:released", year=plan.year, month=f"{month} 月", visits=released)
    return Release(month=month, released=released, already=len(mine) - len(waiting), refused=tuple(refused))


def _task_of(work: Work, rulebook: Rulebook, visit: VisitRow) -> UUID:
    """The visit as a task, with the checklists of the enterprise's industry. Raises `InvalidInput` for who or what is no longer there."""
    day = max(visit.planned_on, work.today)
    checklists = rulebook.at(day).checklists.for_target(TargetKind.ENTERPRISE, visit.industry_code)
    form = TaskForm(
        target_id=visit.enterprise_id,
        checklists=tuple(dict.fromkeys(one.code for one in checklists)),
        assignees=tuple(person.id for person in visit.people),
        planned_on=visit.planned_on,
        due_on=due_of(visit.planned_on, work.today),
        note=f"年度计划第 {visit.number} 次" + (f"：{visit.note}" if visit.note else ""),
    )
    return plan_task(work, rulebook, form).id


def withdraw_spare_tasks(work: Work, rulebook: Rulebook, plan_id: UUID) -> int:
    """Cancel the tasks of visits that another inspection made meanwhile, so that nobody goes twice. Returns how many.

    Raises `NotAllowed`, `NotFound`.
    """
    demand_planner(work.actor)
    plan = lock_plan(work, plan_id)
    visits, _ = read_visits(work, plan, rulebook.calendar)
    spare = [one for one in visits if one.has_spare_task]
    for one in spare:
        if one.task_id is not None and one.seen is not None:
            cancel_task(work, one.task_id, f"已由检查记录 {one.seen.number} 完成")
    if spare:
        work.record("inspection_plan", plan.id, "inspection_plan:tasks_withdrawn", year=plan.year, visits=len(spare))
    return len(spare)
