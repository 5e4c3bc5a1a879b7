"""Who may see hazards?

Staff see the park's. An enterprise sees its own from the day they were ordered, its own self-checks from the first day, and what was
rectified on the spot; nobody else sees any, and another park never.
"""

from sqlalchemy import ColumnElement, Select, false, or_, select

from rules.terms import HazardSource, HazardState, Role
from server.identity import STAFF, Actor
from server.models.hazards import Hazard

SHOWN_TO_ENTERPRISE = (
    HazardState.ORDERED,
    HazardState.RECTIFYING,
    HazardState.SUBMITTED,
    HazardState.VERIFIED,
    HazardState.CLOSED,
)
"""Before an order is issued, what the office considers is not yet a statement to the enterprise."""


def readable_hazards(actor: Actor) -> Select[Hazard]:
    """The hazards the actor may see."""
    query = select(Hazard).where(Hazard.park_id == actor.park_id)
    if actor.role in STAFF:
        return query
    if actor.role is Role.ENTERPRISE:
        return query.where(Hazard.enterprise_id == actor.enterprise_id, is_told())
    return query.where(false())


def is_told() -> ColumnElement[bool]:
    """Whether its enterprise knows of a hazard."""
    return or_(Hazard.state.in_(SHOWN_TO_ENTERPRISE), Hazard.source == HazardSource.SELF_CHECK)
