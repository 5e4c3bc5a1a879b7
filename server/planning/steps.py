"""Use cases of a plan's approval: the office reviews the draft, the leader approves it (安全生产法第六十二条), either sends it back.

What the leader approves becomes revision 1 with every visit in it, so the plan as approved can be read for ever.
"""

from uuid import UUID

from rules.rulebook import Rulebook
from server.errors import FieldError, InvalidInput, StateConflict
from server.models.plan import InspectionPlan, PlanRevision, PlanVisit
from server.planning.access import APPROVERS, WRITERS, demand_approver, demand_reader, demand_writer, readable_revisions, readable_visits
from server.planning.board import get_plan, lock_plan, read_visits
from server.planning.placing import place_of
from server.planning.revising import LONGEST_REASON, revise
from server.planning.schemas import Change, PlanState, RevisionKind, VisitState
from server.steps import demand_role
from server.unit_of_work import Work


def review_plan(work: Work, plan_id: UUID) -> InspectionPlan:
    """The office has looked it over. Raises `NotAllowed`, `NotFound`, `StateConflict`."""
    demand_writer(work.actor, "核对检查计划")
    plan = _lock_in(work, plan_id, PlanState.DRAFT, "只有草案可以提交批准")
    standing = readable_visits(work.actor).where(PlanVisit.plan_id == plan.id, PlanVisit.dropped_on.is_(None))
    if work.session.scalar(standing.limit(1)) is None:
        raise StateConflict("计划里没有一次要做的检查，不能提交批准。请先增加检查，或调整检查频次后重新生成草案。", reason="empty")
    plan.state = PlanState.REVIEWED
    plan.reviewed_at, plan.reviewed_by, plan.reviewed_by_name = work.now, work.actor.id, work.actor.name
    work.session.flush()
    work.record("inspection_plan", plan.id, "inspection_plan:reviewed", year=plan.year)
    return plan


def return_plan(work: Work, plan_id: UUID, reason: str) -> InspectionPlan:
    """Back to the draft, with the reason. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_role(work.actor, WRITERS | APPROVERS, "退回检查计划")
    plan = _lock_in(work, plan_id, PlanState.REVIEWED, "只有等待批准的计划可以退回")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidInput([FieldError("reason", "请写明退回的原因")])
    plan.state = PlanState.DRAFT
    plan.reviewed_at, plan.reviewed_by, plan.reviewed_by_name = None, None, ""
    work.session.flush()
    work.record("inspection_plan", plan.id, "inspection_plan:returned", year=plan.year, reason=reason.strip())
    return plan


def approve_plan(work: Work, rulebook: Rulebook, plan_id: UUID) -> InspectionPlan:
    """The leader approves; from now on the plan is in force. Raises `NotAllowed`, `NotFound`, `StateConflict`."""
    demand_approver(work.actor)
    plan = _lock_in(work, plan_id, PlanState.REVIEWED, "只有安全办核对过的计划可以批准")
    plan.state = PlanState.IN_FORCE
    plan.approved_at, plan.approved_by, plan.approved_by_name = work.now, work.actor.id, work.actor.name
    visits, _ = read_visits(work, plan, rulebook.calendar)
    kept = [one for one in visits if one.state is not VisitState.DROPPED]
    changes = [Change(number=one.number, enterprise=one.enterprise_name, before="", after=place_of(one)) for one in kept]
    revise(work, plan, RevisionKind.APPROVED, "", changes)
    return plan


def list_revisions(work: Work, plan_id: UUID) -> tuple[PlanRevision, ...]:
    """Every revision of a plan, newest first. Raises `NotAllowed`, `NotFound`."""
    demand_reader(work.actor)
    plan = get_plan(work, plan_id)
    query = readable_revisions(work.actor).where(PlanRevision.plan_id == plan.id).order_by(PlanRevision.number.desc())
    return tuple(work.session.scalars(query))


def _lock_in(work: Work, plan_id: UUID, state: PlanState, otherwise: str) -> InspectionPlan:
    plan = lock_plan(work, plan_id)
    if plan.state != state:
        raise StateConflict(f"{otherwise}；{plan.year} 年的计划现在{PlanState(plan.state).label}。", reason="state", state=plan.state)
    return plan
