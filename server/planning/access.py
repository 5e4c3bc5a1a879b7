"""Who may see and change the year's plan?

Staff see the park's; an enterprise sees none of it, for an unannounced visit must stay one. The office writes, the leader approves, and
whoever plans tasks may release a month.
"""

from typing import Any, TypeVar

from sqlalchemy import Select, false, select

from rules.terms import Role
from server.identity import STAFF, Actor
from server.models.base import Base
from server.models.plan import FrequencyPolicy, InspectionPlan, PlanPause, PlanRevision, PlanVisit, TriggeredInspection
from server.steps import demand_role

WRITERS = frozenset({Role.OFFICE})
APPROVERS = frozenset({Role.LEADER})
READERS = STAFF

T = TypeVar("T", bound=Base)


def _readable(actor: Actor, model: type[T]) -> Select[T]:
    columns: Any = model
    query = select(model).where(columns.park_id == actor.park_id)
    return query if actor.role in READERS else query.where(false())


def readable_policies(actor: Actor) -> Select[FrequencyPolicy]:
    """The frequencies the actor may see."""
    return _readable(actor, FrequencyPolicy)


def readable_pauses(actor: Actor) -> Select[PlanPause]:
    """The days without visits the actor may see."""
    return _readable(actor, PlanPause)


def readable_plans(actor: Actor) -> Select[InspectionPlan]:
    """The plans the actor may see."""
    return _readable(actor, InspectionPlan)


def readable_revisions(actor: Actor) -> Select[PlanRevision]:
    """The revisions the actor may see."""
    return _readable(actor, PlanRevision)


def readable_visits(actor: Actor) -> Select[PlanVisit]:
    """The visits the actor may see, dropped ones included."""
    return _readable(actor, PlanVisit)


def readable_triggered(actor: Actor) -> Select[TriggeredInspection]:
    """The inspections marked as triggered that the actor may see."""
    return _readable(actor, TriggeredInspection)


def demand_reader(actor: Actor) -> None:
    """Raises `NotAllowed` for who may not see the plan."""
    demand_role(actor, READERS, "查看检查计划")


def demand_writer(actor: Actor, what: str = "编制和调整检查计划") -> None:
    """Raises `NotAllowed` for everybody but the office."""
    demand_role(actor, WRITERS, what)


def demand_approver(actor: Actor, what: str = "批准检查计划") -> None:
    """Raises `NotAllowed` for everybody but the leader."""
    demand_role(actor, APPROVERS, what)
