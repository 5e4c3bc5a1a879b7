"""Use cases of conditions: which are owed and overdue, who reported what, who confirmed it, and which was dropped.

Whoever reports a condition as met does not confirm it. A re-screening that is owed is met by a screening of that occasion made after the
decision, and by nothing else. Overdue is a function of the row and the day.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, select, true

from rules.admission_workflow import ADMITTED_STATES
from rules.deadlines import overdue_days
from rules.terms import ConditionMilestone, ConditionState, Role
from server.admission.access import demand_writer, readable_conditions
from server.admission.schemas import OpenCondition
from server.errors import FieldError, InvalidInput, NotFound, StateConflict
from server.listing import Page, matches, narrow, paginate
from server.models.admission import AdmissionCondition, AdmissionDecision
from server.models.projects import Project, ProjectScreening
from server.steps import demand_role, demand_version
from server.unit_of_work import Work

LONGEST_EVIDENCE = 2000
_UNSETTLED = (ConditionState.OPEN, ConditionState.REPORTED)
_MILESTONE_DAYS = {
    ConditionMilestone.BEFORE_CONSTRUCTION: Project.construction_on,
    ConditionMilestone.BEFORE_TRIAL: Project.trial_on,
    ConditionMilestone.BEFORE_OPERATION: Project.trial_on,
}
"""The day of the step a condition precedes; a continuing one precedes none."""

_DUE = func.coalesce(AdmissionCondition.due_on, *(case((AdmissionCondition.milestone == key, day)) for key, day in _MILESTONE_DAYS.items()))
"""`due_on_of` for the database."""


def due_on_of(condition: AdmissionCondition, project: Project) -> date | None:
    """The day a condition is due: its own, or that of the step it precedes; None while nobody said when that is."""
    if condition.due_on is not None:
        return condition.due_on
    step = _MILESTONE_DAYS.get(ConditionMilestone(condition.milestone))
    return None if step is None else getattr(project, step.key)


CONDITION_TABS = ("open", "overdue", "reported", "all")


def list_conditions(work: Work, *, tab: str = "open", search: str = "", page: int = 1) -> Page[OpenCondition]:
    """The conditions of admissions that hold, by when they are due. `tab` is one of `CONDITION_TABS`. Two queries."""
    rows = _holding(readable_conditions(work.actor).add_columns(Project), search).where(_is_in(tab, work.today))
    sort = (_DUE.is_(None), _DUE, Project.number, AdmissionCondition.ordinal)
    return paginate(work.session, rows.order_by(*sort), page).map(lambda row: as_of_today(work, row[0], row[1]))


def count_conditions(work: Work) -> dict[str, int]:
    """How many conditions each tab lists when nothing is searched for. One query."""
    counts: list[Any] = [func.count().filter(_is_in(tab, work.today)).label(tab) for tab in CONDITION_TABS]
    row = work.session.execute(_holding(readable_conditions(work.actor).with_only_columns(*counts))).one()
    return {tab: getattr(row, tab) for tab in CONDITION_TABS}


def _holding(rows: Select[Any], search: str = "") -> Select[Any]:
    """The conditions whose admission was not reopened, as far as they are searched for."""
    holding = (
        rows.join(Project, Project.id == AdmissionCondition.project_id)
        .join(AdmissionDecision, AdmissionDecision.id == AdmissionCondition.decision_id)
        .where(AdmissionDecision.reopened_on.is_(None), Project.state.in_([one.value for one in ADMITTED_STATES]))
    )
    searched = matches(search, AdmissionCondition.text, AdmissionCondition.responsible, Project.name, Project.number)
    return narrow(holding, [searched])


def _is_in(tab: str, day: date) -> ColumnElement[bool]:
    """Whether a tab lists a condition on a day."""
    unsettled = AdmissionCondition.state.in_(_UNSETTLED)
    match tab:
        case "open":
            return unsettled
        case "overdue":
            return unsettled & (day > _DUE)
        case "reported":
            return AdmissionCondition.state == ConditionState.REPORTED
        case _:
            return true()


def as_of_today(work: Work, condition: AdmissionCondition, project: Project, *, is_owed: bool = True) -> OpenCondition:
    """A condition with the day it is due and how late it is; of an admission that no longer holds nothing is owed, or late."""
    due_on = due_on_of(condition, project)
    is_open = is_owed and condition.state in _UNSETTLED
    late = overdue_days(due_on, None, work.today) if due_on is not None and is_open else 0
    return OpenCondition(condition=condition, project=project, due_on=due_on, overdue_days=late)


def report_condition(work: Work, condition_id: UUID, evidence: str, *, version: int | None = None) -> AdmissionCondition:
    """Say how a condition was met. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`, `ChangedMeanwhile`."""
    demand_writer(work.actor)
    condition = _lock(work, condition_id, version)
    _demand(condition, (ConditionState.OPEN,), "报送落实情况")
    if not evidence.strip() or len(evidence) > LONGEST_EVIDENCE:
        raise InvalidInput([FieldError("evidence", f"请写明怎样落实、有什么证明材料，不超过 {LONGEST_EVIDENCE} 个字")])
    if condition.rescreens and not _was_rescreened(work, condition):
        raise InvalidInput([FieldError("evidence", "这一项靠重新筛查落实：请先在项目页按最新情况重新筛查，事由选开工前或试产前复核")])
    condition.state, condition.evidence, condition.sent_back_reason = ConditionState.REPORTED, evidence.strip(), ""
    condition.reported_on, condition.reported_at = work.today, work.now
    condition.reported_by, condition.reported_by_name = work.actor.id, work.actor.name
    work.session.flush()
    work.record("project", condition.project_id, "project:condition_reported", clause=condition.text, note=condition.evidence)
    return condition


def _was_rescreened(work: Work, condition: AdmissionCondition) -> bool:
    decision = work.session.get_one(AdmissionDecision, condition.decision_id)
    query = select(ProjectScreening.id).where(
        ProjectScreening.project_id == condition.project_id,
        ProjectScreening.occasion == condition.rescreens,
        ProjectScreening.screened_at >= decision.decided_at,
    )
    return work.session.scalar(query.limit(1)) is not None


def confirm_condition(work: Work, condition_id: UUID, *, version: int | None = None) -> AdmissionCondition:
    """A second person confirms that a condition is met. Raises `NotAllowed`, `NotFound`, `StateConflict`, `ChangedMeanwhile`."""
    demand_writer(work.actor)
    condition = _lock(work, condition_id, version)
    _demand(condition, (ConditionState.REPORTED,), "核实")
    if condition.reported_by == work.actor.id:
        raise StateConflict("报送的人不能自己核实，请另一个人核实。", reason="same_person", state=condition.state)
    condition.state = ConditionState.FULFILLED
    condition.confirmed_on, condition.confirmed_at = work.today, work.now
    condition.confirmed_by, condition.confirmed_by_name = work.actor.id, work.actor.name
    work.session.flush()
    work.record("project", condition.project_id, "project:condition_confirmed", clause=condition.text)
    return condition


def return_condition(work: Work, condition_id: UUID, reason: str, *, version: int | None = None) -> AdmissionCondition:
    """What was reported does not meet the condition. Raises as `confirm_condition`, and `InvalidInput` without a reason."""
    demand_writer(work.actor)
    condition = _lock(work, condition_id, version)
    _demand(condition, (ConditionState.REPORTED,), "退回")
    condition.state, condition.sent_back_reason = ConditionState.OPEN, _reason(reason)
    work.session.flush()
    work.record("project", condition.project_id, "project:condition_sent_back", clause=condition.text, reason=condition.sent_back_reason)
    return condition


def drop_condition(work: Work, condition_id: UUID, reason: str, *, version: int | None = None) -> AdmissionCondition:
    """The leader decides that a condition is no longer owed; a re-screening never is dropped.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`, `ChangedMeanwhile`.
    """
    demand_role(work.actor, {Role.LEADER}, "取消准入条件")
    condition = _lock(work, condition_id, version)
    _demand(condition, _UNSETTLED, "取消")
    if condition.rescreens:
        raise StateConflict("开工前、试产前的复核不能取消。", reason="rescreening", state=condition.state)
    condition.state, condition.dropped_reason = ConditionState.DROPPED, _reason(reason)
    work.session.flush()
    work.record("project", condition.project_id, "project:condition_dropped", clause=condition.text, reason=condition.dropped_reason)
    return condition


def _reason(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_EVIDENCE:
        raise InvalidInput([FieldError("reason", "请写明理由")])
    return text.strip()


def _lock(work: Work, condition_id: UUID, version: int | None) -> AdmissionCondition:
    query = readable_conditions(work.actor).where(AdmissionCondition.id == condition_id).with_for_update(of=AdmissionCondition)
    condition = work.session.scalar(query.execution_options(populate_existing=True))
    if condition is None:
        raise NotFound("这项条件")
    demand_version(condition, version, "这项条件")
    return condition


def _demand(condition: AdmissionCondition, states: Sequence[ConditionState], what: str) -> None:
    if condition.state not in states:
        now = ConditionState(condition.state).label
        raise StateConflict(f"这项条件{now}，不能{what}。", reason="state", state=condition.state)
