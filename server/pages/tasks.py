"""Visits the office asks for: who goes where, with which checklists, until when."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath
from sqlalchemy import select

from rules.terms import Role, TargetKind
from server.enterprises.schemas import TargetQuery
from server.enterprises.service import get_enterprise, get_target, list_targets
from server.entrance import open_work, services_of
from server.errors import FieldError, InvalidInput, StateConflict
from server.identity import STAFF, pages_for
from server.models.accounts import Account
from server.models.enterprises import InspectionTarget
from server.pages.query import asked, asked_page, asked_term, read_day, read_id
from server.pages.view import errors_of, form_text, form_texts, go_to, show
from server.tasks.access import PLANNERS
from server.tasks.schemas import TaskDossier, TaskForm, TaskQuery, TaskState
from server.tasks.service import cancel_task, get_task_dossier, list_tasks, plan_task, update_task
from server.unit_of_work import Work

GOES_OUT = (Role.INSPECTOR, Role.OFFICE)
"""Whose phones receive tasks."""
_LATE = "late"


class TaskPages(Controller):
    """All staff see what is planned; office and leader plan."""

    path = "/tasks"
    opt = pages_for(*STAFF)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """One page of the list, by state."""
        with open_work(request) as work:
            state = asked(request, "state")
            state = state if state == _LATE else asked_term(request, "state", TaskState) or TaskState.PLANNED.value
            tabs = [(key, words, list_tasks(work, _state_query(key, size=1)).total) for key, words in _tabs()]
            return show(
                request,
                work,
                "tasks.html",
                page=list_tasks(work, _task_query(request, work, state)),
                state=state,
                tabs=tabs,
                mine=asked(request, "mine") == "yes",
                people=_people(work),
                names={one.code: one.name for one in services_of(request).rulebook.checklists.templates},
                may_plan=work.actor.role in PLANNERS,
            )

    @get("/{task_id:uuid}", sync_to_thread=True)
    def show_task(self, request: Request[Any, Any, Any], task_id: FromPath[UUID]) -> Response[str]:
        """One task and the inspections filed for it."""
        with open_work(request) as work:
            return _task_page(request, work, task_id, "", {})

    @get("/new", opt=pages_for(*PLANNERS), sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any]) -> Response[str]:
        """First the target, then the rest: which checklists are offered depends on it."""
        with open_work(request) as work:
            target_id = read_id(asked(request, "target"))
            if target_id is None:
                return _choose_target(request, work)
            target = get_target(work, target_id)
            day = work.today.isoformat()
            return _form_page(
                request, work, target, None, {"planned_on": day, "due_on": day, "note": "", "checklists": [], "assignees": []}, {}
            )

    @post("/new", opt=pages_for(*PLANNERS), status_code=200)
    async def take_form(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Plan a visit."""
        form = await request.form()
        return await sync_to_thread(_save, request, None, read_id(form_text(form, "target_id")), _typed(form))

    @get("/{task_id:uuid}/edit", opt=pages_for(*PLANNERS), sync_to_thread=True)
    def show_edit(self, request: Request[Any, Any, Any], task_id: FromPath[UUID]) -> Response[str]:
        """A planned visit, to be changed."""
        with open_work(request) as work:
            dossier = get_task_dossier(work, task_id)
            return _form_page(request, work, dossier.target, task_id, _values_of(dossier), {})

    @post("/{task_id:uuid}/edit", opt=pages_for(*PLANNERS), status_code=200)
    async def take_edit(self, request: Request[Any, Any, Any], task_id: FromPath[UUID]) -> Response[Any]:
        """Change a planned visit."""
        form = await request.form()
        return await sync_to_thread(_save, request, task_id, None, _typed(form))

    @post("/{task_id:uuid}/cancel", opt=pages_for(*PLANNERS), status_code=200)
    async def take_cancel(self, request: Request[Any, Any, Any], task_id: FromPath[UUID]) -> Response[Any]:
        """Cancel a planned visit, with the reason."""
        form = await request.form()
        return await sync_to_thread(_cancel, request, task_id, form_text(form, "reason"))


def _tabs() -> list[tuple[str, str]]:
    return [
        (TaskState.PLANNED.value, TaskState.PLANNED.label),
        (_LATE, "过期未查"),
        *((one.value, one.label) for one in list(TaskState)[1:]),
    ]


def _state_query(state: str, size: int) -> TaskQuery:
    return TaskQuery(late=True, size=size) if state == _LATE else TaskQuery(state=state, size=size)


def _task_query(request: Request[Any, Any, Any], work: Work, state: str) -> TaskQuery:
    mine = asked(request, "mine") == "yes"
    return TaskQuery(
        search=asked(request, "q"),
        state="" if state == _LATE else state,
        late=True if state == _LATE else None,
        assignee_id=work.actor.id if mine else read_id(asked(request, "by")),
        target_id=read_id(asked(request, "target")),
        due_from=read_day(asked(request, "from")),
        due_to=read_day(asked(request, "to")),
        page=asked_page(request),
    )


def _people(work: Work) -> list[tuple[UUID, str, str]]:
    """Who may be sent, by name."""
    query = select(Account.id, Account.name, Account.role).where(
        Account.park_id == work.park_id, Account.active.is_(True), Account.role.in_(GOES_OUT)
    )
    return [(row.id, row.name, Role(row.role).label) for row in work.session.execute(query.order_by(Account.role, Account.name))]


def _choose_target(request: Request[Any, Any, Any], work: Work) -> Response[str]:
    query = TargetQuery(search=asked(request, "q"), kind=asked_term(request, "kind", TargetKind), page=asked_page(request))
    kinds = [(kind.value, kind.label) for kind in TargetKind]
    return show(request, work, "task_target.html", page=list_targets(work, query), asked=query, kinds=kinds)


def _form_page(
    request: Request[Any, Any, Any],
    work: Work,
    target: InspectionTarget,
    task_id: UUID | None,
    values: dict[str, Any],
    errors: dict[str, str],
) -> Response[str]:
    industry = get_enterprise(work, target.enterprise_id).industry_code if target.enterprise_id else ""
    checklists = services_of(request).rulebook.at(work.today).checklists
    offered = checklists.for_target(TargetKind(target.kind), industry)
    offered_codes = {one.code for one in offered}
    return show(
        request,
        work,
        "task_form.html",
        status=400 if errors else 200,
        target=target,
        task_id=task_id,
        industry=industry,
        offered=offered,
        others=[one for one in checklists.templates if one.code not in offered_codes],
        people=_people(work),
        values=values,
        errors=errors,
    )


def _task_page(request: Request[Any, Any, Any], work: Work, task_id: UUID, reason: str, errors: dict[str, str]) -> Response[str]:
    dossier = get_task_dossier(work, task_id)
    return show(
        request,
        work,
        "task.html",
        status=400 if errors else 200,
        dossier=dossier,
        task=dossier.task,
        state=TaskState(dossier.task.state),
        names={one.code: one.name for one in services_of(request).rulebook.checklists.templates},
        may_plan=work.actor.role in PLANNERS and dossier.task.state == TaskState.PLANNED,
        reason=reason,
        errors=errors,
    )


def _typed(form: Any) -> dict[str, Any]:
    return {name: form_text(form, name) for name in ("planned_on", "due_on", "note")} | {
        name: form_texts(form, name) for name in ("checklists", "assignees")
    }


def _values_of(dossier: TaskDossier) -> dict[str, Any]:
    task = dossier.task
    return {
        "planned_on": task.planned_on.isoformat(),
        "due_on": task.due_on.isoformat(),
        "note": task.note,
        "checklists": list(task.checklists),
        "assignees": [str(person) for person, _ in dossier.assignees],
    }


def _form_of(values: dict[str, Any], target_id: UUID) -> TaskForm:
    """The form as a use case takes it. Raises `InvalidInput` for days that are none."""
    planned_on, due_on = read_day(values["planned_on"]), read_day(values["due_on"])
    if planned_on is None or due_on is None:
        named = (("planned_on", planned_on, "计划日期"), ("due_on", due_on, "最迟日期"))
        raise InvalidInput([FieldError(name, f"请填写{words}，例如 2026-11-22") for name, day, words in named if day is None])
    return TaskForm(
        target_id=target_id,
        checklists=tuple(values["checklists"]),
        assignees=tuple(person for person in (read_id(one) for one in values["assignees"]) if person is not None),
        planned_on=planned_on,
        due_on=due_on,
        note=values["note"],
    )


def _save(request: Request[Any, Any, Any], task_id: UUID | None, target_id: UUID | None, values: dict[str, Any]) -> Response[Any]:
    rulebook = services_of(request).rulebook
    try:
        with open_work(request, write=True) as work:
            if task_id is None and target_id is None:
                return go_to("/tasks/new")
            if task_id is None:
                saved_id = plan_task(work, rulebook, _form_of(values, get_target(work, target_id or UUID(int=0)).id)).id
            else:
                saved_id = update_task(work, rulebook, task_id, _form_of(values, get_task_dossier(work, task_id).target.id)).id
    except (InvalidInput, StateConflict) as refusal:
        with open_work(request) as work:
            target = get_target(work, target_id) if target_id is not None else get_task_dossier(work, task_id or UUID(int=0)).target
            return _form_page(request, work, target, task_id, values, errors_of(refusal, "planned_on"))
    return go_to(f"/tasks/{saved_id}?done=saved")


def _cancel(request: Request[Any, Any, Any], task_id: UUID, reason: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            cancel_task(work, task_id, reason)
    except (InvalidInput, StateConflict) as refusal:
        with open_work(request) as work:
            return _task_page(request, work, task_id, reason, errors_of(refusal, "reason"))
    return go_to(f"/tasks/{task_id}?done=cancelled")
