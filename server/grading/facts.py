"""What is known on a day about everything a grade depends on?

Gathers the rows for one enterprise or a whole park with a constant number of queries and hands them to `derivation.py` as plain values.
For today the latest assessments stand on the hazard sources; for a past day they are read from the assessments, which are never changed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from rules.bands import Colour
from rules.terms import EnterpriseRisk, Role
from server.enterprises.access import readable_enterprises
from server.grading.derivation import PointFacts, Situation, months_between
from server.grading.moves import COLOURS as COLOURS
from server.grading.moves import end_of, read_moves
from server.identity import Actor
from server.models.enterprises import Enterprise
from server.models.parks import Zone
from server.models.risk import HazardSource, RiskAssessment, RiskPoint, RiskRegister

AT_A_TIME = 40
"""How many enterprises are gathered together where a whole park is gone through."""
_RISKS = frozenset(one.value for one in EnterpriseRisk)


class EnterpriseFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise in the park on the day, where it lies, and its situation."""

    id: UUID
    name: str
    zone_id: UUID | None
    zone_name: str
    latitude: float | None
    longitude: float | None
    situation: Situation


def stream_facts(session: Session, actor: Actor, day: date, today: date) -> Iterator[EnterpriseFacts]:
    """What `gather_facts` gives of a park, a few enterprises at a time: it needs the memory of those few, however large the park."""
    ids = [row.id for row in _enterprises(session, actor, day, None)]
    for start in range(0, len(ids), AT_A_TIME):
        yield from gather_facts(session, actor, day, today, among=ids[start : start + AT_A_TIME])


def gather_facts(
    session: Session,
    actor: Actor,
    day: date,
    today: date,
    enterprise_id: UUID | None = None,
    *,
    among: Collection[UUID] | None = None,
    for_everybody: bool = False,
) -> list[EnterpriseFacts]:
    """The enterprises the actor may see that were in the park on the day, by name, each with its situation. Eight queries.

    `today` is the present day: what came after it is unknown, and what stands now needs no look into the past. With an `enterprise_id`
    that one alone, also when it has left; `among` asks for some of those present. `for_everybody` names no hazard its enterprise has not
    been told of: for what is written down and read by both.
    """
    asked = among if enterprise_id is None else [enterprise_id]
    enterprises = _enterprises(session, actor, day, enterprise_id, among)
    scope = _Scope(session, actor.park_id, day, today, asked)
    points = _points(scope)
    moves = read_moves(session, actor.park_id, day, day, today, asked)
    hazards = moves.hazards_on(day, names_all=actor.role is not Role.ENTERPRISE and not for_everybody)
    accidents, overrides, switches = moves.accidents_on(day), moves.overrides_on(day), moves.switches_on(day)
    registers = _registers(scope)
    found = []
    for row in enterprises:
        own, oldest = points.get(row.id, ((), None))
        register = registers.get(row.id)
        reviewed_on = register.reviewed_on if register is not None else None
        since = reviewed_on if reviewed_on is not None and reviewed_on <= day else oldest
        change_on = register.change_on if register is not None else None
        situation = Situation(
            day=day,
            points=own,
            hazards=hazards.get(row.id, ()),
            accidents=accidents.get(row.id, ()),
            overrides=overrides.get(row.id, ()),
            switches=switches,
            risks=risks_of(row.risks),
            months_since_review=None if since is None else months_between(since, day),
            has_change=change_on is not None and change_on <= day and (reviewed_on is None or reviewed_on < change_on),
        )
        found.append(
            EnterpriseFacts(
                id=row.id,
                name=row.name,
                zone_id=row.zone_id,
                zone_name=row.zone_name or "",
                latitude=row.latitude,
                longitude=row.longitude,
                situation=situation,
            )
        )
    return found


def is_active_on(model: type[RiskPoint] | type[HazardSource], day: date) -> ColumnElement[bool]:
    """Not retired on that day."""
    return or_(model.retired_on.is_(None), model.retired_on > day)


def risks_of(stored: Iterable[str]) -> frozenset[EnterpriseRisk]:
    """The standing risks of an enterprise this release knows."""
    return frozenset(EnterpriseRisk(one) for one in stored if one in _RISKS)


class _Scope(msgspec.Struct, frozen=True):
    """Which rows are asked for."""

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


def _enterprises(session: Session, actor: Actor, day: date, enterprise_id: UUID | None, among: Collection[UUID] | None = None) -> list[Any]:
    columns = (Enterprise.id, Enterprise.name, Enterprise.zone_id, Zone.name.label("zone_name"), Enterprise.risks)
    query = (
        readable_enterprises(actor)
        .with_only_columns(*columns, Enterprise.latitude, Enterprise.longitude)
        .outerjoin(Zone, Zone.id == Enterprise.zone_id)
        .order_by(Enterprise.name, Enterprise.id)
    )
    if enterprise_id is not None:
        return list(session.execute(query.where(Enterprise.id == enterprise_id)))
    if among is not None:
        query = query.where(Enterprise.id.in_(among))
    present = (or_(Enterprise.left_on.is_(None), Enterprise.left_on > day), Enterprise.created_at < end_of(day))
    return list(session.execute(query.where(*present)))


def _points(scope: _Scope) -> dict[UUID, tuple[list[PointFacts], date | None]]:
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
    return {
        owner: (sorted(found, key=lambda point: (_number(point.risk), -(point.score or 0), point.name)), oldest.get(owner))
        for owner, found in points.items()
    }


def _sources_in_use(scope: _Scope) -> Select[Any]:
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


def _results_up_to(scope: _Scope) -> dict[UUID, Any]:
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


def _number(colour: Colour | None) -> int:
    return colour.risk.number if colour is not None else len(Colour) + 1


def _registers(scope: _Scope) -> Mapping[UUID, RiskRegister]:
    return {one.enterprise_id: one for one in scope.session.scalars(select(RiskRegister).where(*scope.of(RiskRegister)))}
