"""Who may see and change enterprises and other inspection targets?

Staff see the park's; an enterprise sees itself and its own sites; nobody else sees any, and another park never. The office changes them.
"""

from sqlalchemy import Select, false, select

from rules.terms import Role
from server.identity import STAFF, Actor
from server.models.enterprises import Enterprise, InspectionTarget
from server.steps import demand_role

KEEPERS = frozenset({Role.OFFICE})


def readable_enterprises(actor: Actor) -> Select[Enterprise]:
    """The enterprises the actor may see."""
    query = select(Enterprise).where(Enterprise.park_id == actor.park_id)
    if actor.role in STAFF or actor.role is Role.ADMIN:
        # The administrator needs names to open accounts for enterprises.
        return query
    if actor.role is Role.ENTERPRISE:
        return query.where(Enterprise.id == actor.enterprise_id)
    return query.where(false())


def readable_targets(actor: Actor) -> Select[InspectionTarget]:
    """The inspection targets the actor may see."""
    query = select(InspectionTarget).where(InspectionTarget.park_id == actor.park_id)
    if actor.role in STAFF:
        return query
    if actor.role is Role.ENTERPRISE:
        return query.where(InspectionTarget.enterprise_id == actor.enterprise_id)
    return query.where(false())


def demand_keeper(actor: Actor) -> None:
    """Raises `NotAllowed` for who may not change the register of enterprises."""
    demand_role(actor, KEEPERS, "企业登记信息")
