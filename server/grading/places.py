"""Which unit and which risk point does a row of a batch mean?

Rows are written by people: the unit and the point are named, and the same name means the same thing. What is not there yet is added; a
point that is there gets the row's hazard sources, so that a second batch or sheet never makes a point's twin. Starters are their own
points, whatever they are called, because they are told apart by the set they were copied from.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from server.db import insert_if_absent
from server.errors import FieldError, InvalidInput
from server.grading.access import demand_writer, readable_units
from server.grading.reading import get_unit
from server.grading.row_order import last_point, standing
from server.grading.schemas import PointForm
from server.ids import new_id
from server.models.base import table_of
from server.models.risk import HazardSource, RiskPoint, RiskRegister, RiskUnit
from server.unit_of_work import Work

ALREADY_THERE = "清单里已有这个危险源，改动请在页面上做"
_LONGEST_NAME = 200


def lock_register(work: Work, enterprise_id: UUID) -> RiskRegister:
    """The register of an enterprise, made when it is not there yet and held until commit: two batches at once take turns."""
    insert_if_absent(
        work.connection,
        table_of(RiskRegister),
        {"enterprise_id": enterprise_id, "park_id": work.park_id, "reviewed_by_name": "", "change_note": ""},
    )
    query = select(RiskRegister).where(RiskRegister.enterprise_id == enterprise_id).with_for_update(of=RiskRegister)
    return work.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def units_for(work: Work, enterprise_id: UUID, forms: Iterable[PointForm]) -> tuple[dict[str, UUID], int]:
    """The units the forms name, by name, those not there yet added in the order they are named; and how many were added."""
    query = select(RiskUnit).where(RiskUnit.enterprise_id == enterprise_id).order_by(*standing(RiskUnit))
    there = list(work.session.scalars(query))
    known = {unit.name: unit.id for unit in there}
    wanted = dict.fromkeys(form.unit.strip() for form in forms)
    added = [name for name in wanted if name not in known]
    for ordinal, name in enumerate(added, start=max((unit.ordinal for unit in there), default=0) + 1):
        unit = RiskUnit(id=new_id(), park_id=work.park_id, enterprise_id=enterprise_id, ordinal=ordinal, name=name, created_at=work.now)
        work.session.add(unit)
        known[name] = unit.id
    work.session.flush()
    return known, len(added)


def points_for(work: Work, enterprise_id: UUID, units: dict[str, UUID], forms: Sequence[PointForm]) -> tuple[list[RiskPoint], int]:
    """The point each form means, in the forms' order, those not there yet added; and how many were added.

    Raises `InvalidInput` naming every hazard source that its point has already, or that two rows give it. The caller holds the register.
    """
    there = {(point.unit_id, point.name): point for point in _active_points(work, enterprise_id)}
    start = last_point(work, enterprise_id)
    points: list[RiskPoint] = []
    added: list[RiskPoint] = []
    for form in forms:
        key = (units[form.unit.strip()], form.name.strip())
        point = None if form.starter else there.get(key)
        if point is None:
            point = RiskPoint(
                id=new_id(),
                park_id=work.park_id,
                enterprise_id=enterprise_id,
                unit_id=key[0],
                ordinal=start + len(added) + 1,
                name=key[1],
                kind=form.kind,
                location=form.location.strip(),
                starter=form.starter,
                created_on=work.today,
                created_at=work.now,
            )
            added.append(point)
            if not form.starter:
                there[key] = point
        points.append(point)
    _refuse_twins(work, points, forms)
    work.session.add_all(added)
    work.session.flush()
    return points, len(added)


def _active_points(work: Work, enterprise_id: UUID) -> Iterable[RiskPoint]:
    query = select(RiskPoint).where(RiskPoint.enterprise_id == enterprise_id, RiskPoint.retired_on.is_(None))
    # Newest first, so that of two points of one name the older one is meant.
    return work.session.scalars(query.order_by(RiskPoint.created_at.desc(), RiskPoint.id.desc()))


def _refuse_twins(work: Work, points: Sequence[RiskPoint], forms: Sequence[PointForm]) -> None:
    query = select(HazardSource.point_id, HazardSource.name).where(
        HazardSource.point_id.in_({point.id for point in points}), HazardSource.retired_on.is_(None)
    )
    known = {(row[0], row[1]) for row in work.session.execute(query)}
    errors = []
    for place, (point, form) in enumerate(zip(points, forms, strict=True)):
        for number, source in enumerate(form.sources):
            key = (point.id, source.name.strip())
            if key in known:
                said = f"{form.unit.strip()}的风险点“{point.name}”：{ALREADY_THERE}"
                errors.append(FieldError(f"points.{place}.sources.{number}.name", f"“{key[1]}”——{said}"))
            known.add(key)
    if errors:
        raise InvalidInput(errors)


def rename_unit(work: Work, unit_id: UUID, name: str) -> RiskUnit:
    """Give a risk unit another name; to join two units, move the points of one. Raises `NotAllowed`, `NotFound`, `InvalidInput`."""
    demand_writer(work.actor)
    unit = get_unit(work, unit_id)
    lock_register(work, unit.enterprise_id)
    wanted = name.strip()
    if not wanted or len(wanted) > _LONGEST_NAME:
        raise InvalidInput([FieldError("name", f"请写明风险单元，如车间、站房，不超过 {_LONGEST_NAME} 个字")])
    others = (RiskUnit.enterprise_id == unit.enterprise_id, RiskUnit.id != unit.id)
    twin = readable_units(work.actor).where(*others, RiskUnit.name == wanted)
    if work.session.scalar(twin) is not None:
        raise InvalidInput([FieldError("name", f"已有风险单元“{wanted}”；要并过去，请逐个修改风险点的单元")])
    if unit.name != wanted:
        before, unit.name = unit.name, wanted
        work.session.flush()
        work.record("risk_unit", unit.id, "risk_unit:renamed", name=before, changes={"name": wanted}, enterprise_id=unit.enterprise_id)
    return unit
