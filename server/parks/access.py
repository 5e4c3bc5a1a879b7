"""Who may see and change a park's settings?

Everybody of a park sees its name, zones and grids; the office and the administrator change them.
"""

from sqlalchemy import Select, select

from rules.terms import Role
from server.identity import Actor
from server.models.parks import Grid, Zone
from server.steps import demand_role

KEEPERS = frozenset({Role.OFFICE, Role.ADMIN})


def readable_zones(actor: Actor) -> Select[Zone]:
    """The zones of the actor's park."""
    return select(Zone).where(Zone.park_id == actor.park_id)


def readable_grids(actor: Actor) -> Select[Grid]:
    """The grids of the actor's park."""
    return select(Grid).where(Grid.park_id == actor.park_id)


def demand_keeper(actor: Actor) -> None:
    """Raises `NotAllowed` for who may not change the park's settings."""
    demand_role(actor, KEEPERS, "园区设置")
