"""Who may see and change risk registers and grades?

Staff see the park's; an enterprise sees its own; nobody else sees any, and another park never. Office and inspectors keep the registers;
the office alone keeps accidents, policies and overrides, and a lower grade needs a second person of the office or the leader. A request
to lower nobody has confirmed is the office's affair: the enterprise sees what holds or held.
"""

from typing import Any, TypeVar

from sqlalchemy import Select, false, or_, select

from rules.terms import OverrideKind, OverrideState, Role
from server.identity import STAFF, Actor
from server.models.base import Base
from server.models.risk import Accident, Chemical, ChemicalUnit, GradeOverride, HazardSource, RiskAssessment, RiskGrade, RiskPoint, RiskUnit
from server.steps import demand_role

WRITERS = frozenset({Role.OFFICE, Role.INSPECTOR})
OFFICE = frozenset({Role.OFFICE})
DECIDERS = frozenset({Role.OFFICE, Role.LEADER})
READERS = STAFF | {Role.ENTERPRISE}

T = TypeVar("T", bound=Base)


def _readable(actor: Actor, model: type[T]) -> Select[T]:
    columns: Any = model
    query = select(model).where(columns.park_id == actor.park_id)
    if actor.role in STAFF:
        return query
    if actor.role is Role.ENTERPRISE:
        return query.where(columns.enterprise_id == actor.enterprise_id)
    return query.where(false())


def readable_units(actor: Actor) -> Select[RiskUnit]:
    """The risk units the actor may see."""
    return _readable(actor, RiskUnit)


def readable_points(actor: Actor) -> Select[RiskPoint]:
    """The risk points the actor may see, retired ones included."""
    return _readable(actor, RiskPoint)


def readable_sources(actor: Actor) -> Select[HazardSource]:
    """The hazard sources the actor may see, retired ones included."""
    return _readable(actor, HazardSource)


def readable_assessments(actor: Actor) -> Select[RiskAssessment]:
    """The assessments the actor may see."""
    return _readable(actor, RiskAssessment)


def readable_grades(actor: Actor) -> Select[RiskGrade]:
    """The grades written down that the actor may see."""
    return _readable(actor, RiskGrade)


def readable_accidents(actor: Actor) -> Select[Accident]:
    """The accidents the actor may see."""
    return _readable(actor, Accident)


def readable_chemical_units(actor: Actor) -> Select[ChemicalUnit]:
    """The units of chemicals the actor may see."""
    return _readable(actor, ChemicalUnit)


def readable_chemicals(actor: Actor) -> Select[Chemical]:
    """The chemicals the actor may see."""
    return _readable(actor, Chemical)


def readable_overrides(actor: Actor) -> Select[GradeOverride]:
    """The overrides the actor may see: staff all of them, an enterprise those that hold or held."""
    query = _readable(actor, GradeOverride)
    if actor.role in STAFF:
        return query
    held = (OverrideState.IN_FORCE, OverrideState.ENDED)
    return query.where(or_(GradeOverride.kind == OverrideKind.RAISE, GradeOverride.state.in_(held)))


def demand_writer(actor: Actor) -> None:
    """Raises `NotAllowed` for who may not keep risk registers."""
    demand_role(actor, WRITERS, "风险分级管控登记")


def demand_office(actor: Actor, what: str) -> None:
    """Raises `NotAllowed` for everybody but the office."""
    demand_role(actor, OFFICE, what)


def demand_decider(actor: Actor, what: str) -> None:
    """Raises `NotAllowed` for who may not be the second person of a lower grade."""
    demand_role(actor, DECIDERS, what)
