"""Who may see and decide what another catalogue does to projects?

Those who see projects see it; screeners and office mark a difference as seen, the leader too. Nothing here changes an admission.
"""

from sqlalchemy import Select, false, select

from rules.terms import Role
from server.identity import Actor
from server.models.catalogue import CatalogueImpact, ProjectImpact
from server.screening.access import READERS, WRITERS
from server.steps import demand_role

DECIDERS = WRITERS | {Role.LEADER}


def readable_impacts(actor: Actor) -> Select[CatalogueImpact]:
    """The runs the actor may see."""
    query = select(CatalogueImpact).where(CatalogueImpact.park_id == actor.park_id)
    return query if actor.role in READERS else query.where(false())


def readable_project_impacts(actor: Actor) -> Select[ProjectImpact]:
    """The projects of runs the actor may see."""
    query = select(ProjectImpact).where(ProjectImpact.park_id == actor.park_id)
    return query if actor.role in READERS else query.where(false())


def demand_decider(actor: Actor, what: str) -> None:
    """Raises `NotAllowed` for who may not start a run or mark a difference."""
    demand_role(actor, DECIDERS, what)
