"""In which order do the rows of a risk register stand, and where does a new one go?

Units, the points of a unit and the sources of a point each stand in the order somebody gave them, usually that of the round through the
plant; a new one goes to the end. Page, paper, sheet and lists all ask here, so that a row has one place everywhere.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from server.models.risk import HazardSource, RiskPoint, RiskUnit
from server.unit_of_work import Work

REGISTER_ORDER: tuple[Any, ...] = (
    RiskUnit.ordinal, RiskUnit.id, RiskPoint.ordinal, RiskPoint.id, HazardSource.ordinal, HazardSource.id,
)  # fmt: skip
"""The order of a select that joins sources, their points and their units."""


def standing(model: type[RiskUnit] | type[RiskPoint] | type[HazardSource]) -> tuple[Any, ...]:
    """The order of units, of the points of one unit, or of the sources of one point."""
    return model.ordinal, model.id


def last_point(work: Work, enterprise_id: UUID) -> int:
    """The highest number a point of this enterprise has had, retired ones included; 0 before the first."""
    return work.session.scalar(select(func.max(RiskPoint.ordinal)).where(RiskPoint.enterprise_id == enterprise_id)) or 0


def last_sources(work: Work, point_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The highest number a source of each point has had, retired ones included."""
    query = select(HazardSource.point_id, func.max(HazardSource.ordinal)).where(HazardSource.point_id.in_(set(point_ids)))
    return {row[0]: row[1] for row in work.session.execute(query.group_by(HazardSource.point_id))}
