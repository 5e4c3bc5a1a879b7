"""Use cases of reading the risk register: the whole of an enterprise, one source with its past, the sources of the park."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, func, select

from rules.bands import Colour
from rules.rulebook import Rulebook
from server.enterprises.service import get_enterprise
from server.errors import NotFound
from server.grading.access import readable_assessments, readable_points, readable_sources, readable_units
from server.grading.assessment import control_gaps
from server.grading.derivation import PointGrade
from server.grading.facts import COLOURS
from server.grading.grades import get_grade
from server.grading.row_order import REGISTER_ORDER, standing
from server.grading.schemas import PointView, Register, SourceQuery, SourceRow, SourceSort, SourceView, UnitView
from server.listing import Page, matches, narrow, paginate
from server.models.enterprises import Enterprise
from server.models.risk import ControlMeasure, HazardSource, RiskAssessment, RiskPoint, RiskUnit
from server.unit_of_work import Work


def read_register(work: Work, rulebook: Rulebook, enterprise_id: UUID) -> Register:
    """The register of an enterprise today, with its grade. The number of queries does not depend on its size. Raises `NotFound`."""
    grade = get_grade(work, enterprise_id)
    enterprise = get_enterprise(work, enterprise_id)
    units = _rows(work, readable_units(work.actor).where(RiskUnit.enterprise_id == enterprise_id).order_by(*standing(RiskUnit)))
    points = _rows(work, _active(readable_points(work.actor), RiskPoint, enterprise_id).order_by(*standing(RiskPoint)))
    sources = _rows(work, _active(readable_sources(work.actor), HazardSource, enterprise_id).order_by(*standing(HazardSource)))
    views = _source_views(work, rulebook, sources)
    of_day = {point.id: point for point in grade.points}
    by_point: dict[UUID, list[SourceView]] = {}
    for view in views:
        by_point.setdefault(view.source.point_id, []).append(view)
    by_unit: dict[UUID, list[RiskPoint]] = {}
    for point in points:
        by_unit.setdefault(point.unit_id, []).append(point)
    return Register(
        enterprise_id=enterprise_id,
        enterprise_name=enterprise.name,
        units=tuple(
            UnitView(
                unit=unit,
                points=tuple(_point_view(unit, point, by_point.get(point.id, ()), of_day[point.id]) for point in by_unit[unit.id]),
            )
            for unit in units
            if unit.id in by_unit
        ),
        grade=grade,
    )


def _rows(work: Work, query: Select[Any]) -> list[Any]:
    return list(work.session.scalars(query))


def _active(query: Select[Any], model: Any, enterprise_id: UUID) -> Select[Any]:
    return query.where(model.enterprise_id == enterprise_id, model.retired_on.is_(None))


def _point_view(unit: RiskUnit, point: RiskPoint, sources: Sequence[SourceView], grade: PointGrade) -> PointView:
    return PointView(point=point, unit=unit, assessed=grade.assessed, colour=grade.colour, sources=tuple(sources))


def _source_views(work: Work, rulebook: Rulebook, sources: Sequence[HazardSource]) -> list[SourceView]:
    ids = [source.id for source in sources]
    measures: dict[UUID, list[ControlMeasure]] = {}
    for measure in work.session.scalars(select(ControlMeasure).where(ControlMeasure.source_id.in_(ids)).order_by(ControlMeasure.ordinal)):
        measures.setdefault(measure.source_id, []).append(measure)
    latest = [source.assessment_id for source in sources if source.assessment_id is not None]
    found = work.session.scalars(readable_assessments(work.actor).where(RiskAssessment.id.in_(latest)))
    assessments = {one.source_id: one for one in found}
    return [
        SourceView(
            source=source,
            colour=COLOURS[source.risk_number],
            measures=tuple(measures.get(source.id, ())),
            assessment=assessments.get(source.id),
            gaps=control_gaps(rulebook, source, measures.get(source.id, ())),
        )
        for source in sources
    ]


def get_point(work: Work, point_id: UUID) -> RiskPoint:
    """A risk point the actor may see, a retired one too. Raises `NotFound`."""
    point = work.session.scalar(readable_points(work.actor).where(RiskPoint.id == point_id))
    if point is None:
        raise NotFound("这个风险点")
    return point


def get_unit(work: Work, unit_id: UUID) -> RiskUnit:
    """A risk unit the actor may see. Raises `NotFound`."""
    unit = work.session.scalar(readable_units(work.actor).where(RiskUnit.id == unit_id))
    if unit is None:
        raise NotFound("这个风险单元")
    return unit


def list_units(work: Work, enterprise_id: UUID) -> list[RiskUnit]:
    """The risk units of an enterprise the actor may see, in their order."""
    return _rows(work, readable_units(work.actor).where(RiskUnit.enterprise_id == enterprise_id).order_by(*standing(RiskUnit)))


def read_point(work: Work, rulebook: Rulebook, point_id: UUID) -> tuple[PointView, PointGrade | None]:
    """A risk point with its sources, and its grade of today; a retired one has all its sources and no grade. Raises `NotFound`."""
    point = get_point(work, point_id)
    query = readable_sources(work.actor).where(HazardSource.point_id == point_id).order_by(*standing(HazardSource))
    if point.retired_on is None:
        query = query.where(HazardSource.retired_on.is_(None))
    views = _source_views(work, rulebook, _rows(work, query))
    grade = next((one for one in get_grade(work, point.enterprise_id).points if one.id == point_id), None)
    unit = get_unit(work, point.unit_id)
    if grade is None:
        return PointView(point=point, unit=unit, assessed=None, colour=None, sources=tuple(views)), None
    return _point_view(unit, point, views, grade), grade


def get_source(work: Work, source_id: UUID) -> HazardSource:
    """A hazard source the actor may see, a retired one too. Raises `NotFound`."""
    source = work.session.scalar(readable_sources(work.actor).where(HazardSource.id == source_id))
    if source is None:
        raise NotFound("这个危险源")
    return source


def get_source_view(work: Work, rulebook: Rulebook, source_id: UUID) -> SourceView:
    """A hazard source with its measures, latest assessment and gaps. Raises `NotFound`."""
    return _source_views(work, rulebook, [get_source(work, source_id)])[0]


def list_assessments(work: Work, source_id: UUID) -> list[RiskAssessment]:
    """Every assessment of a hazard source, newest first. Raises `NotFound`."""
    get_source(work, source_id)
    query = readable_assessments(work.actor).where(RiskAssessment.source_id == source_id)
    return list(work.session.scalars(query.order_by(RiskAssessment.sequence.desc())))


def list_sources(work: Work, query: SourceQuery) -> Page[SourceRow]:
    """One page of the active hazard sources the actor may see, across enterprises. Two queries."""
    narrowed = _narrowed(work, query).add_columns(RiskPoint.name, Enterprise.name)
    orders: dict[str, tuple[Any, ...]] = {
        SourceSort.RISK: (func.coalesce(HazardSource.risk_number, len(Colour) + 1), HazardSource.score.desc(), Enterprise.name),
        SourceSort.ENTERPRISE: (Enterprise.name, Enterprise.id, *REGISTER_ORDER),
    }
    ordered = narrowed.order_by(*orders.get(query.sort, orders[SourceSort.RISK]), HazardSource.id)
    return paginate(work.session, ordered, query.page, query.size).map(_source_row)


def count_sources(work: Work, query: SourceQuery) -> dict[int | None, int]:
    """How many hazard sources the list would have for each colour's number, its own colour filter aside; None counts what is not
    assessed. One query.
    """
    every = _narrowed(work, msgspec.structs.replace(query, risk=None))
    counted = every.with_only_columns(HazardSource.risk_number, func.count()).group_by(HazardSource.risk_number)
    counts: dict[int | None, int] = dict.fromkeys((*(colour.risk.number for colour in Colour), None), 0)
    return counts | {row[0]: row[1] for row in work.session.execute(counted)}


def _narrowed(work: Work, query: SourceQuery) -> Select[Any]:
    rows = (
        readable_sources(work.actor)
        .join(RiskPoint, RiskPoint.id == HazardSource.point_id)
        .join(RiskUnit, RiskUnit.id == RiskPoint.unit_id)
        .join(Enterprise, Enterprise.id == HazardSource.enterprise_id)
        .where(HazardSource.retired_on.is_(None), Enterprise.left_on.is_(None))
    )
    return narrow(
        rows,
        [
            matches(query.search, HazardSource.name, RiskPoint.name, Enterprise.name, HazardSource.person),
            HazardSource.enterprise_id == query.enterprise_id if query.enterprise_id else None,
            Enterprise.zone_id == query.zone_id if query.zone_id else None,
            None if query.risk is None else HazardSource.risk_number == query.risk if query.risk else HazardSource.risk_number.is_(None),
            None
            if query.confirmed is None
            else HazardSource.confirmed_on.is_not(None) if query.confirmed else HazardSource.confirmed_on.is_(None),
        ],
    )  # fmt: skip


def _source_row(found: Any) -> SourceRow:
    source, point_name, enterprise_name = found
    return SourceRow(
        id=source.id,
        name=source.name,
        point_id=source.point_id,
        point_name=point_name,
        enterprise_id=source.enterprise_id,
        enterprise_name=enterprise_name,
        method=source.method,
        score_text=source.score_text,
        colour=COLOURS[source.risk_number],
        layer=source.layer,
        person=source.person,
        assessed_on=source.assessed_on,
        is_confirmed=source.confirmed_on is not None,
    )
