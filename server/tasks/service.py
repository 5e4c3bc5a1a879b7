"""Use cases of inspection tasks: plan a visit, change it, cancel it. Filing an inspection for a task is what marks it done."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, insert, select

from rules.rulebook import Rulebook
from rules.terms import Role
from server.errors import FieldError, InvalidInput, NotFound, StateConflict
from server.ids import new_id
from server.listing import Page, matches, narrow, paginate
from server.models.accounts import Account
from server.models.documents import Inspection, InspectionTask, TaskAssignee
from server.models.enterprises import InspectionTarget
from server.tasks.access import demand_planner, readable_tasks
from server.tasks.schemas import TaskDossier, TaskForm, TaskQuery, TaskRow, TaskState
from server.unit_of_work import Work

WHO_MAY_GO = frozenset({Role.INSPECTOR, Role.OFFICE})
LONGEST_NOTE = 500


def get_task(work: Work, task_id: UUID) -> InspectionTask:
    """A task the actor may see. Raises `NotFound`."""
    task = work.session.scalar(readable_tasks(work.actor).where(InspectionTask.id == task_id))
    if task is None:
        raise NotFound("这个检查任务")
    return task


def get_task_dossier(work: Work, task_id: UUID) -> TaskDossier:
    """Everything a task's page shows. Raises `NotFound`."""
    task = get_task(work, task_id)
    inspections = select(Inspection).where(Inspection.task_id == task_id).order_by(Inspection.inspected_on, Inspection.id)
    return TaskDossier(
        task=task,
        target=work.session.get_one(InspectionTarget, task.target_id),
        assignees=tuple(_assignees(work, [task_id]).get(task_id, ())),
        inspections=tuple(work.session.scalars(inspections)),
        is_late=_is_late(work, task),
    )


def list_tasks(work: Work, query: TaskQuery) -> Page[TaskRow]:
    """One page of the tasks the actor may see. Three queries."""
    # Counted for the rows of the page alone: a park has many thousand tasks behind it.
    done = select(func.count()).where(Inspection.task_id == InspectionTask.id).correlate(InspectionTask).scalar_subquery()
    rows = (
        readable_tasks(work.actor)
        .add_columns(InspectionTarget.name, InspectionTarget.kind, done.label("inspections"))
        .join(InspectionTarget, InspectionTarget.id == InspectionTask.target_id)
    )
    late = and_(InspectionTask.state == TaskState.PLANNED, InspectionTask.due_on < work.today)
    conditions: list[ColumnElement[bool] | None] = [
        matches(query.search, InspectionTarget.name, InspectionTask.note),
        InspectionTask.state == query.state if query.state else None,
        InspectionTask.target_id == query.target_id if query.target_id else None,
        InspectionTask.id.in_(select(TaskAssignee.task_id).where(TaskAssignee.account_id == query.assignee_id))
        if query.assignee_id
        else None,
        None if query.due_from is None else InspectionTask.due_on >= query.due_from,
        None if query.due_to is None else InspectionTask.due_on <= query.due_to,
        None if query.late is None else late if query.late else ~late,
    ]
    # Planned visits come first, the nearest on top.
    sort = (InspectionTask.state != TaskState.PLANNED, InspectionTask.due_on, InspectionTask.id)
    page = paginate(work.session, narrow(rows, conditions).order_by(*sort), query.page, query.size)
    people = _assignees(work, [task.id for task, *_ in page.items])
    return page.map(lambda found: _row(work, found, people))


def _row(work: Work, found: Any, people: dict[UUID, list[tuple[UUID, str]]]) -> TaskRow:
    task, target_name, target_kind, inspections = found
    return TaskRow(
        id=task.id,
        state=task.state,
        target_id=task.target_id,
        target_name=target_name,
        target_kind=target_kind,
        checklists=task.checklists,
        assignees=tuple(name for _, name in people.get(task.id, ())),
        planned_on=task.planned_on,
        due_on=task.due_on,
        is_late=_is_late(work, task),
        inspections=inspections,
        note=task.note,
    )


def _is_late(work: Work, task: InspectionTask) -> bool:
    return task.state == TaskState.PLANNED and task.due_on < work.today


def _assignees(work: Work, task_ids: list[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    if not task_ids:
        return {}
    rows = work.session.execute(
        select(TaskAssignee.task_id, Account.id, Account.name)
        .join(Account, Account.id == TaskAssignee.account_id)
        .where(TaskAssignee.task_id.in_(task_ids))
        .order_by(Account.name, Account.id)
    )
    people: dict[UUID, list[tuple[UUID, str]]] = {}
    for task_id, account_id, name in rows:
        people.setdefault(task_id, []).append((account_id, name))
    return people


def plan_task(work: Work, rulebook: Rulebook, form: TaskForm) -> InspectionTask:
    """Plan a visit. Raises `NotAllowed`, `InvalidInput`."""
    demand_planner(work.actor)
    _refuse_bad_task(work, rulebook, form)
    task = InspectionTask(
        id=new_id(),
        park_id=work.park_id,
        target_id=form.target_id,
        checklists=list(dict.fromkeys(form.checklists)),
        planned_on=form.planned_on,
        due_on=form.due_on,
        state=TaskState.PLANNED,
        note=form.note.strip(),
        created_at=work.now,
        created_by=work.actor.id,
    )
    work.session.add(task)
    work.session.flush()
    _send(work, task, form)
    work.record("inspection_task", task.id, "inspection_task:planned", **_facts(task, form))
    return task


def update_task(work: Work, rulebook: Rulebook, task_id: UUID, form: TaskForm) -> InspectionTask:
    """Change a planned visit. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_planner(work.actor)
    task = _lock_planned(work, task_id)
    _refuse_bad_task(work, rulebook, form, was_due=task)
    task.target_id = form.target_id
    task.checklists = list(dict.fromkeys(form.checklists))
    task.planned_on, task.due_on, task.note = form.planned_on, form.due_on, form.note.strip()
    work.connection.execute(delete(TaskAssignee).where(TaskAssignee.task_id == task_id))
    _send(work, task, form)
    work.record("inspection_task", task.id, "inspection_task:changed", **_facts(task, form))
    return task


def cancel_task(work: Work, task_id: UUID, reason: str) -> InspectionTask:
    """Cancel a planned visit, with the reason. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_planner(work.actor)
    task = _lock_planned(work, task_id)
    if not reason.strip():
        raise InvalidInput([FieldError("reason", "请写明取消的原因")])
    task.state = TaskState.CANCELLED
    task.cancel_reason = reason.strip()
    work.session.flush()
    work.record("inspection_task", task.id, "inspection_task:cancelled", reason=task.cancel_reason)
    return task


def _lock_planned(work: Work, task_id: UUID) -> InspectionTask:
    query = readable_tasks(work.actor).where(InspectionTask.id == task_id).with_for_update(of=InspectionTask)
    task = work.session.scalar(query.execution_options(populate_existing=True))
    if task is None:
        raise NotFound("这个检查任务")
    if task.state != TaskState.PLANNED:
        raise StateConflict(f"这个任务{TaskState(task.state).label}，不能再改。", reason="state", state=task.state)
    return task


def _send(work: Work, task: InspectionTask, form: TaskForm) -> None:
    work.session.flush()
    work.connection.execute(insert(TaskAssignee), [{"task_id": task.id, "account_id": one} for one in dict.fromkeys(form.assignees)])


def _facts(task: InspectionTask, form: TaskForm) -> dict[str, Any]:
    return {
        "target_id": task.target_id,
        "checklists": task.checklists,
        "assignees": list(dict.fromkeys(form.assignees)),
        "planned_on": task.planned_on,
        "due_on": task.due_on,
        "note": task.note,
    }


def _refuse_bad_task(work: Work, rulebook: Rulebook, form: TaskForm, was_due: InspectionTask | None = None) -> None:
    errors = []
    target = work.session.get(InspectionTarget, form.target_id)
    if target is None or target.park_id != work.park_id or not target.active:
        errors.append(FieldError("target_id", "请选择本园区在册的检查对象"))
    checklists = rulebook.at(max(form.planned_on, work.today)).checklists
    unknown = [one for one in form.checklists if checklists.find_template(one) is None]
    if not form.checklists:
        errors.append(FieldError("checklists", "请至少选一张检查表"))
    elif unknown:
        errors.append(FieldError("checklists", f"届时没有施行的检查表：{'、'.join(unknown)}"))
    wanted = set(form.assignees)
    able = work.session.scalar(
        select(func.count())
        .select_from(Account)
        .where(Account.park_id == work.park_id, Account.id.in_(wanted), Account.active.is_(True), Account.role.in_(WHO_MAY_GO))
    )
    if not wanted:
        errors.append(FieldError("assignees", "请选择去检查的人"))
    elif able != len(wanted):
        errors.append(FieldError("assignees", "去检查的人应是本园区在用的检查员或安全办账号"))
    if form.due_on < form.planned_on:
        errors.append(FieldError("due_on", "最迟日期不能早于计划日期"))
    elif form.due_on < work.today and (was_due is None or was_due.due_on != form.due_on):
        errors.append(FieldError("due_on", "最迟日期不能早于今天"))
    if len(form.note) > LONGEST_NOTE:
        errors.append(FieldError("note", f"备注不能超过 {LONGEST_NOTE} 个字"))
    if errors:
        raise InvalidInput(errors)
