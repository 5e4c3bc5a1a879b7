"""Who may see and keep what lies around the park?

Whoever reads projects reads it; screeners and the office keep it. Nobody else is told: with a project's distances it says where the project
stands. Another park never sees any.
"""

from sqlalchemy import Select, false, select

from server.identity import Actor
from server.models.layout import LayoutObject
from server.screening.access import READERS, WRITERS
from server.steps import demand_role


def readable_objects(actor: Actor) -> Select[LayoutObject]:
    """The objects the actor may see, retired ones included."""
    query = select(LayoutObject).where(LayoutObject.park_id == actor.park_id)
    return query if actor.role in READERS else query.where(false())


def demand_keeper(actor: Actor) -> None:
    """Raises `NotAllowed` for who may not keep what distances are measured to."""
    demand_role(actor, WRITERS, "布局要素和测距")
