"""How does a change of a plan come to be kept? A draft is simply changed; a plan in force gets a revision with the reason.

Whoever changes visits asks `demand_changeable` first, holds the plan, and tells here what the change was.
"""

from collections.abc import Sequence

import msgspec

from server.errors import FieldError, InvalidInput, StateConflict
from server.ids import new_id
from server.models.plan import InspectionPlan, PlanRevision
from server.planning.schemas import Change, PlanState, RevisionKind
from server.unit_of_work import Work

LONGEST_REASON = 500


def demand_changeable(plan: InspectionPlan, reason: str) -> str:
    """The reason as kept. Raises `StateConflict` for a plan that waits for its approval, `InvalidInput` without a reason in force."""
    if plan.state == PlanState.REVIEWED:
        raise StateConflict("计划已核对、等待批准，不能改。要改请先退回草案。", reason="state", state=plan.state)
    reason = reason.strip()
    if plan.state == PlanState.IN_FORCE and not reason:
        raise InvalidInput([FieldError("reason", "计划已批准执行，调整要写明原因")])
    if len(reason) > LONGEST_REASON:
        raise InvalidInput([FieldError("reason", f"原因不能超过 {LONGEST_REASON} 个字")])
    return reason


EVENTS: dict[RevisionKind, str] = {
    RevisionKind.APPROVED: "inspection_plan:approved",
    RevisionKind.MOVED: "inspection_plan:moved",
    RevisionKind.ADDED: "inspection_plan:added",
    RevisionKind.DROPPED: "inspection_plan:dropped",
    RevisionKind.REARRANGED: "inspection_plan:rearranged",
    RevisionKind.IMPORTED: "inspection_plan:imported",
    RevisionKind.PROPOSED: "inspection_plan:proposed",
}
"""What the trail calls each kind of change."""


def revise(work: Work, plan: InspectionPlan, kind: RevisionKind, reason: str, changes: Sequence[Change]) -> None:
    """Keep a change: as a revision when the plan is in force, and as an event in any case."""
    if not changes:
        return
    if plan.state == PlanState.IN_FORCE:
        plan.revision += 1
        work.session.add(
            PlanRevision(
                id=new_id(),
                park_id=plan.park_id,
                plan_id=plan.id,
                number=plan.revision,
                kind=kind,
                reason=reason,
                changes=[msgspec.to_builtins(one) for one in changes],
                made_at=work.now,
                made_by=work.actor.id,
                made_by_name=work.actor.name,
            )
        )
    work.session.flush()
    told = [f"第{one.number}次 {one.enterprise}：{one.before or '无'} → {one.after or '无'}" for one in changes[:20]]
    work.record(
        "inspection_plan",
        plan.id,
        EVENTS[kind],
        year=plan.year,
        revision=plan.revision or None,
        visits=len(changes),
        changed=told,
        reason=reason,
    )
