"""The procedure of a project on one page: where it stands, what the next step still needs, who did what, and the decision.

Each step is a form of its own. What is refused comes back on the same page in words, with what was typed; the leader's form proposes the
conditions the hits ask for.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.admission_reviews import load_promises
from rules.admission_workflow import ADMITTED_STATES, DECIDED_STATES
from rules.terms import ConditionMilestone, DepartmentView, ProjectAction, Role, ScreeningOccasion
from server.admission.schemas import ConditionForm, DecisionForm, LandingForm, OpinionForm
from server.admission.service import (
    decide,
    get_procedure,
    land_project,
    open_review,
    record_check,
    record_opinion,
    reopen,
    resubmit,
    review_hit,
    send_back,
)
from server.enterprises.access import readable_enterprises
from server.entrance import open_work, services_of
from server.errors import AlreadyExists, EvidenceMissing, FieldError, InvalidInput, NotFound, Refusal, StateConflict
from server.identity import pages_for
from server.models.enterprises import Enterprise
from server.pages.query import read_day, read_id, read_number
from server.pages.view import errors_by_field, form_text, form_texts, go_to, show
from server.screening.access import READERS
from server.screening.service import complete_project, run_screening
from server.unit_of_work import Work

_STEPS = pages_for(Role.SCREENER, Role.OFFICE, Role.LEADER)
_BLANK_CONDITIONS = 3
_MOST_CONDITIONS = 200
"""What one page lays out; the server takes as many as are sent."""
_CONDITION_FIELDS = ("text", "responsible", "milestone", "due_on", "entry_ids")
_SHOWN_AGAIN = (InvalidInput, EvidenceMissing, StateConflict, AlreadyExists)
Step = Callable[[Work, Mapping[str, str], list[str]], Any]


class AdmissionPages(Controller):
    """Screeners and the office prepare, the leader decides, the auditor reads."""

    path = "/projects/{project_id:uuid}/procedure"
    opt = pages_for(*READERS)

    @get("/", sync_to_thread=True)
    def show_procedure(self, request: Request[Any, Any, Any], project_id: FromPath[UUID]) -> Response[str]:
        """Everything at a glance."""
        with open_work(request) as work:
            return _page(request, work, project_id, {}, {})

    @post("/{step:str}", opt=_STEPS, status_code=200)
    async def take_step(self, request: Request[Any, Any, Any], project_id: FromPath[UUID], step: FromPath[str]) -> Response[Any]:
        """One step of the procedure."""
        form = await request.form()
        values = {name: form_text(form, name) for name in form if isinstance(name, str)}
        return await sync_to_thread(_take, request, project_id, step, values, form_texts(form, "departments"))


def _take(request: Request[Any, Any, Any], project_id: UUID, step: str, values: dict[str, str], departments: list[str]) -> Response[Any]:
    if step == "decide" and values.get("do") == "more":
        with open_work(request) as work:
            return _page(request, work, project_id, values, {}, step=step)
    try:
        with open_work(request, write=True) as work:
            taken = _STEPS_BY_NAME.get(step)
            if taken is None:
                raise NotFound("这一步")
            taken(request, work, project_id, values, departments)
    except _SHOWN_AGAIN as refusal:
        with open_work(request) as work:
            return _page(request, work, project_id, values, _told(refusal), status=refusal.status, step=step)
    return go_to(f"/projects/{project_id}/procedure?done={step}")


def _told(refusal: Refusal) -> dict[str, str]:
    return errors_by_field(refusal) if isinstance(refusal, InvalidInput) else {"procedure": refusal.detail}


def _complete(request: Request[Any, Any, Any], work: Work, project_id: UUID, values: Mapping[str, str], _: list[str]) -> None:
    complete_project(work, project_id, version=_version(values))
    # Complete papers are screened at once: nobody wants to press twice.
    run_screening(work, services_of(request).rulebook, project_id)


def _screen(request: Request[Any, Any, Any], work: Work, project_id: UUID, values: Mapping[str, str], _: list[str]) -> None:
    occasion = values.get("occasion", "")
    known = occasion if occasion in set(ScreeningOccasion) else ScreeningOccasion.CHANGE.value
    rulebook = services_of(request).rulebook
    run_screening(work, rulebook, project_id, occasion=ScreeningOccasion(known), reason=values.get("reason", ""))


def _check(request: Request[Any, Any, Any], work: Work, project_id: UUID, values: Mapping[str, str], _: list[str]) -> None:
    record_check(work, services_of(request).rulebook, project_id, values.get("note", ""))


def _review(request: Request[Any, Any, Any], work: Work, project_id: UUID, values: Mapping[str, str], _: list[str]) -> None:
    verdict = values.get("verdict", "")
    if verdict not in {"against", "clear"}:
        raise InvalidInput([FieldError(f"hit-{values.get('entry_id', '')}", "请选择这一条是否影响准入")])
    review_hit(work, project_id, values.get("entry_id", ""), stands_against=verdict == "against", reason=values.get("reason", ""))


def _ask(request: Request[Any, Any, Any], work: Work, project_id: UUID, values: Mapping[str, str], departments: list[str]) -> None:
    open_review(work, services_of(request).rulebook, project_id, departments)


def _opinion(request: Request[Any, Any, Any], work: Work, project_id: UUID, values: Mapping[str, str], _: list[str]) -> None:
    said_on = values.get("said_on", "")
    if said_on and read_day(said_on) is None:
        raise InvalidInput([FieldError("said_on", "意见日期写作 2026-11-20，当天的可以不填")])
    form = OpinionForm(
        department=values.get("department", ""),
        view=values.get("view", ""),
        text=values.get("text", ""),
        person=values.get("person", ""),
        said_on=read_day(said_on) if said_on else None,
    )
    record_opinion(work, project_id, form)


def _decide(request: Request[Any, Any, Any], work: Work, project_id: UUID, values: Mapping[str, str], _: list[str]) -> None:
    action = values.get("action", "")
    if action not in set(ProjectAction):
        raise InvalidInput([FieldError("action", "请选择准入、附条件准入、退回或否决")])
    valid_until = values.get("valid_until", "")
    day = read_day(valid_until)
    if valid_until and day is None:
        raise InvalidInput([FieldError("valid_until", "日期写作 2027-11-20")])
    rulebook = services_of(request).rulebook
    if action != ProjectAction.ADMIT_WITH_CONDITIONS:
        _refuse_lost_conditions(get_procedure(work, rulebook, project_id).proposed, values)
    form = DecisionForm(
        action=ProjectAction(action),
        reason=values.get("reason", ""),
        meeting=values.get("meeting", ""),
        valid_until=day,
        conditions=tuple(_conditions(values)) if action == ProjectAction.ADMIT_WITH_CONDITIONS else (),
        unconditioned_reason=values.get("unconditioned_reason", ""),
        version=_version(values),
    )
    decide(work, rulebook, project_id, form)


def _typed_rows(values: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows of the form that say something, whatever is missing in them."""
    # No more places than fields were sent.
    rows = [{field: values.get(f"condition-{place}-{field}", "") for field in _CONDITION_FIELDS} for place in range(len(values))]
    return [row for row in rows if any(row[field].strip() for field in ("text", "responsible", "due_on"))]


def _conditions(values: Mapping[str, str]) -> list[ConditionForm]:
    """The rows of the form that say something; one without its text is refused at its place, not passed over."""
    found: list[ConditionForm] = []
    for place, row in enumerate(_typed_rows(values)):
        due_on = read_day(row["due_on"])
        if row["due_on"] and due_on is None:
            raise InvalidInput([FieldError(f"conditions.{place}.due_on", f"第 {place + 1} 项条件：日期写作 2027-11-20")])
        if not row["text"].strip():
            where = f"第 {place + 1} 项条件：填了谁落实或日期，没有写要做到什么；不要这一项的，请把这一项全部清空"
            raise InvalidInput([FieldError(f"conditions.{place}.text", where)])
        found.append(
            ConditionForm(
                text=row["text"],
                responsible=row["responsible"],
                milestone=row["milestone"] or ConditionMilestone.DAY.value,
                due_on=due_on,
                entry_ids=tuple(one for one in row["entry_ids"].split(",") if one),
            )
        )
    return found


def _refuse_lost_conditions(proposed: tuple[ConditionForm, ...], values: Mapping[str, str]) -> None:
    """Conditions somebody wrote are not passed over because another decision is ticked; those the form came with may be."""
    untouched = [_words_of(_row_of(one)) for one in proposed]
    if any(_words_of(row) not in untouched for row in _typed_rows(values)):
        raise InvalidInput([FieldError("conditions", "写了或改了条件的请选“附条件准入”；不附条件的，请把写的条件清空")])


def _send_back(request: Request[Any, Any, Any], work: Work, project_id: UUID, values: Mapping[str, str], _: list[str]) -> None:
    send_back(work, services_of(request).rulebook, project_id, values.get("reason", ""), version=_version(values))


def _resubmit(request: Request[Any, Any, Any], work: Work, project_id: UUID, values: Mapping[str, str], _: list[str]) -> None:
    resubmit(work, services_of(request).rulebook, project_id, values.get("reason", ""), version=_version(values))


def _reopen(request: Request[Any, Any, Any], work: Work, project_id: UUID, values: Mapping[str, str], _: list[str]) -> None:
    reopen(work, services_of(request).rulebook, project_id, values.get("reason", ""), version=_version(values))


def _land(request: Request[Any, Any, Any], work: Work, project_id: UUID, values: Mapping[str, str], _: list[str]) -> None:
    form = LandingForm(
        enterprise_id=read_id(values.get("enterprise_id", "")),
        **{
            name: values.get(name, "")
            for name in ("name", "credit_code", "principal_officer", "principal_phone", "safety_officer", "safety_phone")
        },
    )
    land_project(work, services_of(request).rulebook, project_id, form)


_STEPS_BY_NAME: dict[str, Callable[..., None]] = {
    "complete": _complete,
    "screen": _screen,
    "check": _check,
    "hit": _review,
    "review": _ask,
    "opinion": _opinion,
    "decide": _decide,
    "send-back": _send_back,
    "resubmit": _resubmit,
    "reopen": _reopen,
    "land": _land,
}


def _version(values: Mapping[str, str]) -> int | None:
    return read_number(values.get("version", ""))


def _page(
    request: Request[Any, Any, Any],
    work: Work,
    project_id: UUID,
    values: Mapping[str, str],
    errors: dict[str, str],
    *,
    status: int = 200,
    step: str = "",
) -> Response[str]:
    procedure = get_procedure(work, services_of(request).rulebook, project_id)
    project = procedure.dossier.project
    steps = {one.step.action.value: one for one in procedure.steps}
    return show(
        request,
        work,
        "project_procedure.html",
        status=status,
        procedure=procedure,
        dossier=procedure.dossier,
        project=project,
        steps=steps,
        conditional=[entry for one in procedure.proposed for entry in one.entry_ids],
        may_decide=any(one in steps for one in ("admit", "refuse")),
        rows=_condition_rows(procedure.proposed, values if step == "decide" else {}),
        empty_condition=dict.fromkeys(_CONDITION_FIELDS, ""),
        most_conditions=_MOST_CONDITIONS,
        typed=defaultdict(str, values),
        typed_step=step,
        errors=errors,
        views=[(one.value, one.label) for one in DepartmentView],
        milestones=[(one.value, one.label) for one in ConditionMilestone],
        occasions=[(one.value, one.label) for one in ScreeningOccasion if one not in {ScreeningOccasion.INTAKE, ScreeningOccasion.EDITION}],
        promises=load_promises(),
        is_admitted=project.state in ADMITTED_STATES,
        is_decided=project.state in DECIDED_STATES,
        enterprises=_enterprises(work) if work.actor.role is Role.OFFICE else [],
    )


def _condition_rows(proposed: tuple[ConditionForm, ...], typed: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows of the leader's form: what was typed, else what the hits propose, and some empty ones."""
    rows = _typed_rows(typed) if typed else [_row_of(one) for one in proposed]
    return rows + [dict.fromkeys(_CONDITION_FIELDS, "") for _ in range(_BLANK_CONDITIONS)]


def _words_of(row: Mapping[str, str]) -> dict[str, str]:
    """A row as it reads, however a browser breaks its lines."""
    return {field: " ".join(text.split()) for field, text in row.items()}


def _row_of(one: ConditionForm) -> dict[str, str]:
    """A proposed condition as the form shows it."""
    return {
        "text": one.text,
        "responsible": one.responsible,
        "milestone": one.milestone,
        "due_on": "",
        "entry_ids": ",".join(one.entry_ids),
    }


def _enterprises(work: Work) -> list[tuple[str, str]]:
    query = readable_enterprises(work.actor).with_only_columns(Enterprise.id, Enterprise.name).order_by(Enterprise.name)
    return [(str(row.id), row.name) for row in work.session.execute(query)]
