"""Who may see and do what on the way to a decision?

Whoever may see a project sees its procedure. Who may take which step stands in `rules.admission_workflow`; following conditions is the
work of screeners and the office.
"""

from typing import Any, TypeVar

from sqlalchemy import Select, false, select

from server.identity import Actor
from server.models.admission import AdmissionCondition, AdmissionDecision, DepartmentOpinion, HitReview, ProjectCheck
from server.models.base import Base
from server.screening.access import READERS
from server.screening.access import demand_writer as demand_writer

T = TypeVar("T", bound=Base)


def _readable(actor: Actor, model: type[T]) -> Select[T]:
    columns: Any = model
    query = select(model).where(columns.park_id == actor.park_id)
    return query if actor.role in READERS else query.where(false())


def readable_checks(actor: Actor) -> Select[ProjectCheck]:
    """The checks of screenings."""
    return _readable(actor, ProjectCheck)


def readable_hit_reviews(actor: Actor) -> Select[HitReview]:
    """The written assessments of entries."""
    return _readable(actor, HitReview)


def readable_opinions(actor: Actor) -> Select[DepartmentOpinion]:
    """What departments said."""
    return _readable(actor, DepartmentOpinion)


def readable_decisions(actor: Actor) -> Select[AdmissionDecision]:
    """The decisions."""
    return _readable(actor, AdmissionDecision)


def readable_conditions(actor: Actor) -> Select[AdmissionCondition]:
    """The conditions of admissions."""
    return _readable(actor, AdmissionCondition)
