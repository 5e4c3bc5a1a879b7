"""Who may see inspection tasks?

Staff see the park's. An enterprise sees none: an unannounced visit must stay one.
"""

from sqlalchemy import Select, false, select

from rules.terms import Role
from server.identity import STAFF, Actor
from server.models.documents import InspectionTask
from server.steps import demand_role

PLANNERS = frozenset({Role.OFFICE, Role.LEADER})


def readable_tasks(actor: Actor) -> Select[InspectionTask]:
    """The tasks the actor may see."""
    query = select(InspectionTask).where(InspectionTask.park_id == actor.park_id)
    return query if actor.role in STAFF else query.where(false())


def demand_planner(actor: Actor) -> None:
    """Raises `NotAllowed` for who may not plan or cancel visits."""
    demand_role(actor, PLANNERS, "安排检查任务")
