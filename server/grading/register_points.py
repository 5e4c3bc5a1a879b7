"""What do the risk registers say on a day, point by point?

Today the hazard sources say it themselves; of a past day the assessments tell, which are never changed. Whoever only needs to know which
colour stands and why reads the points that can decide it: those something was placed at, and of the others those of the worst colour.
"""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from rules.bands import Colour
from server.grading.derivation import PointFacts
from server.grading.moves import COLOURS
from server.models.risk import HazardSource, RiskAssessment, RiskPoint

RegisterPoints = dict[UUID, tuple[list[PointFacts], date | None]]
"""By enterprise: its risk points, worst first, and the day of the oldest assessment still in use."""


class Totals(msgspec.Struct, frozen=True):
    """The size of a register today: risk points, those nobody assessed, hazard sources, those to be confirmed on site."""

    points: int = 0
    unassessed: int = 0
    sources: int = 0
    unconfirmed: int = 0


class Scope(msgspec.Struct, frozen=True):
    """Which rows are asked for: a park's or some enterprises', on a day, seen from the present day."""

    session: Session
    park_id: UUID
    day: date
    today: date
    asked: Collection[UUID] | None

    def of(self, model: Any) -> list[ColumnElement[bool]]:
        conditions = [model.park_id == self.park_id]
        if self.asked is not None:
            conditions.append(model.enterprise_id.in_(self.asked))
        return conditions


def is_active_on(model: type[RiskPoint] | type[HazardSource], day: date) -> ColumnElement[bool]:
    """Not retired on that day."""
    return or_(model.retired_on.is_(None), model.retired_on > day)


def read_points(scope: Scope) -> RegisterPoints:
    """The risk points of each enterprise as assessed, worst first, and the day of the oldest assessment still in use."""
    day = scope.day
    # Today the sources say it themselves; of a past day the assessments tell.
    past = _results_up_to(scope) if day < scope.today else None
    by_point: dict[UUID, list[Any]] = {}
    results: dict[UUID, list[Any]] = {}
    for row in scope.session.execute(_sources_in_use(scope)):
        by_point.setdefault(row.id, []).append(row)
        result = row if past is None else past.get(row.source_id)
        if result is not None and result.risk_number is not None:
            results.setdefault(row.id, []).append(result)
    points: dict[UUID, list[PointFacts]] = {}
    oldest: dict[UUID, date] = {}
    for point_id, rows in by_point.items():
        found = results.get(point_id, [])
        owner = rows[0].enterprise_id
        points.setdefault(owner, []).append(_point(rows, found, day))
        for one in found:
            oldest[owner] = min(one.assessed_on, oldest.get(owner, one.assessed_on))
    return {owner: (sorted(found, key=_gravity), oldest.get(owner)) for owner, found in points.items()}


def _sources_in_use(scope: Scope) -> Select[Any]:
    """One row per hazard source in use at a risk point in use on the day, or one for a point without any."""
    day = scope.day
    with_source = and_(HazardSource.point_id == RiskPoint.id, is_active_on(HazardSource, day), HazardSource.created_on <= day)
    columns: list[Any] = [RiskPoint.id, RiskPoint.enterprise_id, RiskPoint.name, HazardSource.confirmed_on, HazardSource.ordinal]
    if day < scope.today:
        columns.append(HazardSource.id.label("source_id"))
    else:
        columns += [HazardSource.risk_number, HazardSource.score_text, HazardSource.score, HazardSource.assessed_on]
    in_use = (*scope.of(RiskPoint), is_active_on(RiskPoint, day), RiskPoint.created_on <= day)
    query: Select[Any] = select(*columns)
    return query.outerjoin(HazardSource, with_source).where(*in_use)


def _results_up_to(scope: Scope) -> dict[UUID, Any]:
    """The latest result of each hazard source up to the day. Read whole and in order: joining a window to the sources costs SQLite more."""
    query = (
        select(
            RiskAssessment.source_id,
            RiskAssessment.risk_number,
            RiskAssessment.score_text,
            RiskAssessment.score,
            RiskAssessment.assessed_on,
        )
        .where(*scope.of(RiskAssessment), RiskAssessment.assessed_on <= scope.day)
        .order_by(RiskAssessment.sequence)
    )
    return {row.source_id: row for row in scope.session.execute(query)}


def _point(rows: list[Any], results: list[Any], day: date) -> PointFacts:
    worst = min(results, key=lambda row: (row.risk_number, -(row.score or 0)), default=None)
    # A point without sources comes as one row of nothing.
    sources = [row for row in rows if row.ordinal is not None]
    return PointFacts(
        id=rows[0].id,
        name=rows[0].name,
        risk=COLOURS[worst.risk_number] if worst is not None else None,
        said=worst.score_text if worst is not None else "",
        score=worst.score if worst is not None else None,
        sources=len(sources),
        unconfirmed=sum(row.confirmed_on is None or row.confirmed_on > day for row in sources),
    )


def _gravity(point: PointFacts) -> tuple[Any, ...]:
    return _number(point.risk), -(point.score or 0), point.name


def _number(colour: Colour | None) -> int:
    return colour.risk.number if colour is not None else len(Colour) + 1


def read_deciding_points(scope: Scope, placed: Collection[UUID]) -> tuple[RegisterPoints, dict[UUID, Totals]]:
    """Of today: the points something was placed at and the worst of the others, and how large each register is. Three queries."""
    in_use = (*scope.of(HazardSource), HazardSource.retired_on.is_(None))
    is_other = HazardSource.point_id.not_in(placed)
    sizes = (
        select(
            HazardSource.enterprise_id,
            func.count(),
            func.count(case((HazardSource.confirmed_on.is_(None), 1))),
            func.min(case((HazardSource.risk_number.is_not(None), HazardSource.assessed_on))),
            func.count(func.distinct(case((HazardSource.risk_number.is_not(None), HazardSource.point_id)))),
        )
        .where(*in_use)
        .group_by(HazardSource.enterprise_id)
    )
    sources = {row[0]: row[1:] for row in scope.session.execute(sizes)}
    points = select(RiskPoint.enterprise_id, func.count()).where(*scope.of(RiskPoint), RiskPoint.retired_on.is_(None))
    totals = {}
    for enterprise_id, count in scope.session.execute(points.group_by(RiskPoint.enterprise_id)):
        found, unconfirmed, _, assessed = sources.get(enterprise_id, (0, 0, None, 0))
        totals[enterprise_id] = Totals(points=count, unassessed=count - assessed, sources=found, unconfirmed=unconfirmed)
    by_point: dict[UUID, list[Any]] = {}
    for row in scope.session.execute(_deciding(scope, in_use, is_other, placed)):
        by_point.setdefault(row.id, []).append(row)
    decided: RegisterPoints = {owner: ([], oldest) for owner, (_, _, oldest, _) in sources.items()}
    for rows in by_point.values():
        own, _ = decided.setdefault(rows[0].enterprise_id, ([], None))
        own.append(_point(rows, [row for row in rows if row.risk_number is not None], scope.day))
    for own, _ in decided.values():
        own.sort(key=_gravity)
    return decided, totals


def _deciding(
    scope: Scope, in_use: Collection[ColumnElement[bool]], is_other: ColumnElement[bool], placed: Collection[UUID]
) -> Select[Any]:
    """One row per source of the points that decide, or one for a point something was placed at without any."""
    worst = (
        select(HazardSource.enterprise_id, func.min(HazardSource.risk_number).label("number"))
        .where(*in_use, is_other)
        .group_by(HazardSource.enterprise_id)
        .subquery()
    )
    columns: list[Any] = [RiskPoint.id, RiskPoint.enterprise_id, RiskPoint.name, HazardSource.confirmed_on, HazardSource.ordinal]
    columns += [HazardSource.risk_number, HazardSource.score_text, HazardSource.score, HazardSource.assessed_on]
    query: Select[Any] = select(*columns).outerjoin(
        HazardSource, and_(HazardSource.point_id == RiskPoint.id, HazardSource.retired_on.is_(None))
    )
    return query.outerjoin(worst, worst.c.enterprise_id == RiskPoint.enterprise_id).where(
        *scope.of(RiskPoint),
        RiskPoint.retired_on.is_(None),
        or_(RiskPoint.id.in_(placed), HazardSource.risk_number == worst.c.number),
    )
