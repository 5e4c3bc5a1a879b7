"""What stands open about one enterprise, in numbers that equal the lists they open?

Every number is counted with the very condition its list is narrowed by, so page and list cannot disagree.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import case, func

from rules.rulebook import Rulebook
from rules.terms import HazardState, OrderState, SupervisionSector, TargetKind
from server.enterprises.schemas import Sectors
from server.hazards.access import readable_hazards
from server.hazards.queues import HazardQueue, queue_condition
from server.models.enterprises import Enterprise
from server.models.hazards import Hazard
from server.models.orders import RectificationOrder
from server.rectification.access import readable_orders
from server.unit_of_work import Work

QUEUES = (HazardQueue.OVERDUE, HazardQueue.DUE_THIS_WEEK, HazardQueue.AWAITING_REINSPECTION, HazardQueue.OPEN_MAJOR, HazardQueue.OPEN)


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How many of an enterprise's hazards stand in each queue and each state, and its orders in each state; empty states are left out."""

    queues: Mapping[HazardQueue, int]
    states: tuple[tuple[HazardState, int], ...]
    orders: tuple[tuple[OrderState, int], ...]

    @property
    def hazards(self) -> int:
        """Every hazard the actor may see."""
        return sum(number for _, number in self.states)


class CriteriaOfStandard(msgspec.Struct, frozen=True, kw_only=True):
    """The criteria of one standard that reach an enterprise on a day."""

    title: str
    doc_no: str
    criteria: tuple[Any, ...]


def read_standing(work: Work, enterprise_id: UUID) -> Standing:
    """Two queries, whatever there is."""
    counts: list[Any] = [func.coalesce(func.sum(case((queue_condition(queue, work.today), 1), else_=0)), 0) for queue in QUEUES]
    mine = readable_hazards(work.actor).where(Hazard.enterprise_id == enterprise_id)
    by_state = work.session.execute(mine.with_only_columns(Hazard.state, func.count(), *counts).group_by(Hazard.state)).all()
    orders = readable_orders(work.actor).where(RectificationOrder.enterprise_id == enterprise_id)
    of_order_state = {
        row[0]: int(row[1])
        for row in work.session.execute(orders.with_only_columns(RectificationOrder.state, func.count()).group_by(RectificationOrder.state))
    }
    of_state = {row[0]: int(row[1]) for row in by_state}
    return Standing(
        queues={queue: sum(int(row[2 + place]) for row in by_state) for place, queue in enumerate(QUEUES)},
        states=tuple((state, of_state[state]) for state in HazardState if of_state.get(state)),
        orders=tuple((state, of_order_state[state]) for state in OrderState if of_order_state.get(state)),
    )


def checklists_for(rulebook: Rulebook, work: Work, enterprise: Enterprise) -> tuple[Any, ...]:
    """The checklists to take along to this enterprise today."""
    return rulebook.at(work.today).checklists.for_target(TargetKind.ENTERPRISE, enterprise.industry_code)


def criteria_for(rulebook: Rulebook, work: Work, sectors: Sectors) -> list[CriteriaOfStandard]:
    """The major-hazard criteria in force today that reach these sectors, by standard."""
    held = frozenset(SupervisionSector(one.sector) for one in sectors.sectors)
    law = rulebook.major_hazards
    found: dict[str, list[Any]] = {}
    for criterion in law.criteria_on(work.today, held) if held else ():
        found.setdefault(criterion.standard, []).append(criterion)
    return [
        CriteriaOfStandard(title=law.standards[prefix].title, doc_no=law.standards[prefix].doc_no, criteria=tuple(criteria))
        for prefix, criteria in found.items()
    ]
