"""Which hazards does a list show, and in which order?

The page of the list and the ledger that is taken away from it start from the same select, so they show the same hazards.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select

from server.hazards.access import readable_hazards
from server.hazards.queues import HazardQueue, queue_condition
from server.hazards.schemas import HazardQuery, HazardSort
from server.identity import Actor
from server.listing import matches, narrow
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.hazards import Hazard
from server.models.orders import RectificationOrder


def listed_hazards(actor: Actor, query: HazardQuery, today: date) -> Select[Any]:
    """The hazards the actor may see, narrowed and ordered as asked, each with the names of target and enterprise and its 文号."""
    rows = (
        readable_hazards(actor)
        .add_columns(InspectionTarget.name, Enterprise.name, RectificationOrder.document_number)
        .outerjoin(InspectionTarget, InspectionTarget.id == Hazard.target_id)
        .outerjoin(Enterprise, Enterprise.id == Hazard.enterprise_id)
        .outerjoin(RectificationOrder, RectificationOrder.id == Hazard.order_id)
    )
    return narrow(rows, _filters(query, today)).order_by(*_order(query.sort))


def _filters(query: HazardQuery, today: date) -> list[ColumnElement[bool] | None]:
    equal = (
        (Hazard.state, query.state),
        (Hazard.level, query.level),
        (Hazard.source, query.source),
        (Hazard.enterprise_id, query.enterprise_id),
        (Hazard.target_id, query.target_id),
        (Hazard.inspection_id, query.inspection_id),
        (Hazard.order_id, query.order_id),
        (InspectionTarget.zone_id, query.zone_id),
    )
    return [
        matches(
            query.search,
            Hazard.number,
            Hazard.title,
            Hazard.description,
            Hazard.location,
            InspectionTarget.name,
            Enterprise.name,
            RectificationOrder.document_number,
        ),
        *(column == value for column, value in equal if value),
        queue_condition(HazardQueue(query.queue), today) if query.queue in set(HazardQueue) else None,
        None if query.found_from is None else Hazard.found_on >= query.found_from,
        None if query.found_to is None else Hazard.found_on <= query.found_to,
        None if query.repeat is None else Hazard.repeat.is_(query.repeat),
    ]


def _order(sort: str) -> tuple[Any, ...]:
    orders: dict[str, tuple[Any, ...]] = {
        HazardSort.NEWEST: (Hazard.found_on.desc(), Hazard.number.desc()),
        HazardSort.DUE: (Hazard.due_on.is_(None), Hazard.due_on, Hazard.number),
        HazardSort.NUMBER: (Hazard.number,),
        HazardSort.ENTERPRISE: (Enterprise.name.is_(None), Enterprise.name, Hazard.number),
    }
    return (*orders.get(sort, orders[HazardSort.NEWEST]), Hazard.id)
