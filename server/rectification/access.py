"""Who may see rectification orders, replies and re-inspections?

Staff see the park's orders. An enterprise sees its own from the day they were issued, withdrawn ones included, drafts never. Replies and
re-inspections are seen with their hazard.
"""

from sqlalchemy import Select, false, select

from rules.terms import Role
from server.hazards.access import readable_hazards
from server.identity import STAFF, Actor
from server.models.hazards import Hazard, RectificationReply, Reinspection
from server.models.orders import IssuedPaper, RectificationOrder


def readable_orders(actor: Actor) -> Select[RectificationOrder]:
    """The orders the actor may see."""
    query = select(RectificationOrder).where(RectificationOrder.park_id == actor.park_id)
    if actor.role in STAFF:
        return query
    if actor.role is Role.ENTERPRISE:
        return query.where(RectificationOrder.enterprise_id == actor.enterprise_id, RectificationOrder.issued_at.is_not(None))
    return query.where(false())


def readable_replies(actor: Actor) -> Select[RectificationReply]:
    """The replies to hazards the actor may see."""
    hazards = readable_hazards(actor).with_only_columns(Hazard.id)
    return select(RectificationReply).where(RectificationReply.park_id == actor.park_id, RectificationReply.hazard_id.in_(hazards))


def readable_reinspections(actor: Actor) -> Select[Reinspection]:
    """The re-inspections of hazards the actor may see."""
    hazards = readable_hazards(actor).with_only_columns(Hazard.id)
    return select(Reinspection).where(Reinspection.park_id == actor.park_id, Reinspection.hazard_id.in_(hazards))


def readable_papers(actor: Actor) -> Select[IssuedPaper]:
    """The issued papers the actor may see: staff the park's, an enterprise those addressed to it.

    Opinions on projects are for who may see projects: screeners see them alone, inspectors none.
    """
    query = select(IssuedPaper).where(IssuedPaper.park_id == actor.park_id)
    if actor.role is Role.SCREENER:
        return query.where(IssuedPaper.subject_kind == "project")
    if actor.role is Role.INSPECTOR:
        return query.where(IssuedPaper.subject_kind != "project")
    if actor.role in STAFF:
        return query
    if actor.role is Role.ENTERPRISE:
        return query.where(IssuedPaper.enterprise_id == actor.enterprise_id)
    return query.where(false())
