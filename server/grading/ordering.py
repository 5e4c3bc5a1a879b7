"""Use cases of giving a risk register its own order: the units of an enterprise, the points of a unit, the sources of a point.

Whoever arranges names the rows in the order they were shown and the place each is to have. When a row has come, gone or moved meanwhile,
nothing is arranged: the rows seen are the version. Only the order changes, so nobody's open form of a row grows stale.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, select, update

from server.enterprises.service import get_enterprise
from server.errors import ChangedMeanwhile, FieldError, InvalidInput, NotFound, StateConflict
from server.grading.access import demand_writer, readable_points, readable_sources, readable_units
from server.grading.places import lock_register
from server.grading.reading import get_point, get_unit
from server.grading.row_order import standing
from server.models.base import table_of
from server.models.risk import HazardSource, RiskPoint, RiskUnit
from server.unit_of_work import Work


class Siblings(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that stand beside each other, in their order. `unit` is theirs or their point's; with neither they are the units themselves."""

    unit: RiskUnit | None = None
    point: RiskPoint | None = None
    rows: tuple[RiskUnit | RiskPoint | HazardSource, ...]

    @property
    def what(self) -> str:
        """What the rows are called."""
        return "危险源" if self.point is not None else "风险点" if self.unit is not None else "风险单元"

    @property
    def among(self) -> str:
        """Under what they stand, as a person says it; empty for units."""
        return "·".join(one.name for one in (self.unit, self.point) if one is not None)


def read_siblings(work: Work, enterprise_id: UUID, *, unit_id: UUID | None = None, point_id: UUID | None = None) -> Siblings:
    """The sources of a point, the points of a unit, or the units that hold points. Raises `NotFound`, also for another enterprise's."""
    get_enterprise(work, enterprise_id)
    if point_id is not None:
        point = get_point(work, point_id)
        _demand_own(enterprise_id, point, "这个风险点")
        if point.retired_on is not None:
            raise StateConflict("这个风险点已经停用，不能再排。", reason="retired")
        sources = readable_sources(work.actor).where(HazardSource.point_id == point_id, HazardSource.retired_on.is_(None))
        rows = work.session.scalars(sources.order_by(*standing(HazardSource))).all()
        return Siblings(unit=get_unit(work, point.unit_id), point=point, rows=tuple(rows))
    in_use = (RiskPoint.enterprise_id == enterprise_id, RiskPoint.retired_on.is_(None))
    if unit_id is not None:
        unit = get_unit(work, unit_id)
        _demand_own(enterprise_id, unit, "这个风险单元")
        points = readable_points(work.actor).where(*in_use, RiskPoint.unit_id == unit_id).order_by(*standing(RiskPoint))
        return Siblings(unit=unit, rows=tuple(work.session.scalars(points).all()))
    units = readable_units(work.actor).where(
        RiskUnit.enterprise_id == enterprise_id, RiskUnit.id.in_(select(RiskPoint.unit_id).where(*in_use))
    )
    return Siblings(rows=tuple(work.session.scalars(units.order_by(*standing(RiskUnit))).all()))


def _demand_own(enterprise_id: UUID, row: RiskPoint | RiskUnit, what: str) -> None:
    if row.enterprise_id != enterprise_id:
        raise NotFound(what)


def arranged(shown: Sequence[UUID], places: Mapping[UUID, int]) -> list[UUID]:
    """The rows with each of `places` at its place, counted from 1, and the others as they stood in what is left.

    Raises `InvalidInput` for a place that is none, or that two rows want, `ChangedMeanwhile` when a row is shown twice.
    """
    if len(set(shown)) != len(shown):
        raise ChangedMeanwhile("清单的顺序或内容")
    errors, taken = [], dict[int, UUID]()
    for row_id, place in places.items():
        if not 1 <= place <= len(shown):
            errors.append(FieldError(f"position-{row_id}", f"序号应在 1 和 {len(shown)} 之间"))
        elif place in taken:
            errors.append(FieldError(f"position-{row_id}", f"两行都要排在第 {place} 位，请改一行"))
        taken.setdefault(place, row_id)
    if errors:
        raise InvalidInput(errors)
    others = iter(one for one in shown if one not in places)
    return [taken[place] if place in taken else next(others) for place in range(1, len(shown) + 1)]


def arrange(
    work: Work,
    enterprise_id: UUID,
    shown: Sequence[UUID],
    wanted: Sequence[UUID],
    *,
    unit_id: UUID | None = None,
    point_id: UUID | None = None,
) -> Siblings:
    """Put siblings in the order wanted; `shown` is how they stood when somebody looked.

    Raises `NotAllowed`, `NotFound`, `StateConflict`, and `ChangedMeanwhile` when they stand otherwise now.
    """
    demand_writer(work.actor)
    get_enterprise(work, enterprise_id)
    lock_register(work, enterprise_id)
    siblings = read_siblings(work, enterprise_id, unit_id=unit_id, point_id=point_id)
    before = [row.id for row in siblings.rows]
    if list(shown) != before or sorted(wanted) != sorted(before):
        raise ChangedMeanwhile("清单的顺序或内容")
    places = {row_id: place for place, row_id in enumerate(wanted, start=1)}
    moved = [
        f"{row.name}：第 {place} 位改到第 {places[row.id]} 位" for place, row in enumerate(siblings.rows, 1) if places[row.id] != place
    ]
    if moved:
        _renumber(work, siblings, wanted)
        work.record("enterprise", enterprise_id, "risk_register:reordered", among=siblings.among, rows_moved=moved)
    rows = {row.id: row for row in siblings.rows}
    return msgspec.structs.replace(siblings, rows=tuple(rows[one] for one in wanted))


def _renumber(work: Work, siblings: Siblings, wanted: Sequence[UUID]) -> None:
    """Deal the numbers the rows had out anew: retired rows keep theirs, and a new row still goes to the end."""
    numbers: list[int] = []
    for row in siblings.rows:
        numbers.append(max(row.ordinal, numbers[-1] + 1 if numbers else 0))
    work.session.flush()
    table = table_of(type(siblings.rows[0]))
    query = update(table).where(table.c.id == bindparam("row_id")).values(ordinal=bindparam("number"))
    work.connection.execute(query, [{"row_id": one, "number": number} for one, number in zip(wanted, numbers, strict=True)])
    for row in siblings.rows:
        work.session.expire(row, ["ordinal"])
