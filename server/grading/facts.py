"""What is known on a day about everything a grade depends on?

Gathers the rows for one enterprise or a whole park with a constant number of queries and hands them to `derivation.py` as plain values.
For today the latest assessments stand on the hazard sources; for a past day they are read from the assessments, which are never changed.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from rules.bands import Colour, colour_of_number
from rules.dynamic_grade import load_dynamic_rules
from rules.terms import EnterpriseRisk, HazardLevel, HazardState, OverrideKind, OverrideState, Role
from rules.terms import HazardSource as HazardOrigin
from server.clock import CHINA
from server.enterprises.access import readable_enterprises
from server.grading.derivation import AccidentFacts, HazardFacts, OverrideFacts, PointFacts, Situation, months_between
from server.hazards.access import SHOWN_TO_ENTERPRISE
from server.identity import Actor
from server.models.enterprises import Enterprise
from server.models.hazards import Hazard
from server.models.parks import Zone
from server.models.risk import (
    Accident,
    DynamicPolicy,
    GradeOverride,
    HazardRiskPoint,
    HazardSource,
    RiskAssessment,
    RiskPoint,
    RiskRegister,
)

_OPEN_STATES = tuple(state for state in HazardState if state not in (HazardState.CLOSED, HazardState.VOID))
COLOURS: dict[int | None, Colour | None] = {None: None, **{colour.risk.number: colour for colour in Colour}}


class EnterpriseFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise in the park on the day, where it lies, and its situation."""

    id: UUID
    name: str
    zone_id: UUID | None
    zone_name: str
    latitude: float | None
    longitude: float | None
    situation: Situation


def gather_facts(
    session: Session, actor: Actor, day: date, today: date, enterprise_id: UUID | None = None, *, for_everybody: bool = False
) -> list[EnterpriseFacts]:
    """The enterprises the actor may see that were in the park on the day, by name, each with its situation. Seven queries.

    `today` is the present day: what came after it is unknown, and what stands now needs no look into the past. With an
    `enterprise_id` that one alone, also when it has left. `for_everybody` names no hazard its enterprise has not been told of: for what is
    written down and read by both.
    """
    enterprises = _enterprises(session, actor, day, enterprise_id)
    scope = _Scope(session, actor.park_id, day, today, enterprise_id)
    points = _points(scope)
    hazards = _hazards(scope, names_all=actor.role is not Role.ENTERPRISE and not for_everybody)
    accidents = _accidents(scope)
    overrides = _overrides(scope)
    switches = read_switches(session, actor.park_id, day)
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
            risks=frozenset(EnterpriseRisk(one) for one in row.risks if one in set(EnterpriseRisk)),
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


def read_switches(session: Session, park_id: UUID, day: date) -> dict[str, bool]:
    """The park's policies on a day, by rule; a rule not named follows its default. Rules a later edition dropped are left out."""
    rows = session.execute(
        select(DynamicPolicy.rule_id, DynamicPolicy.is_on)
        .where(DynamicPolicy.park_id == park_id, DynamicPolicy.set_on <= day)
        .order_by(DynamicPolicy.set_at, DynamicPolicy.id)
    )
    known = {rule.id for rule in load_dynamic_rules().rules}
    return {row.rule_id: row.is_on for row in rows if row.rule_id in known}


def is_active_on(model: type[RiskPoint] | type[HazardSource], day: date) -> ColumnElement[bool]:
    """Not retired on that day."""
    return or_(model.retired_on.is_(None), model.retired_on > day)


class _Scope(msgspec.Struct, frozen=True):
    """Which rows are asked for."""

    session: Session
    park_id: UUID
    day: date
    today: date
    enterprise_id: UUID | None

    def of(self, model: Any) -> list[ColumnElement[bool]]:
        conditions = [model.park_id == self.park_id]
        if self.enterprise_id is not None:
            conditions.append(model.enterprise_id == self.enterprise_id)
        return conditions


def _enterprises(session: Session, actor: Actor, day: date, enterprise_id: UUID | None) -> list[Any]:
    columns = (Enterprise.id, Enterprise.name, Enterprise.zone_id, Zone.name.label("zone_name"), Enterprise.risks)
    query = (
        readable_enterprises(actor)
        .with_only_columns(*columns, Enterprise.latitude, Enterprise.longitude)
        .outerjoin(Zone, Zone.id == Enterprise.zone_id)
        .order_by(Enterprise.name, Enterprise.id)
    )
    if enterprise_id is not None:
        return list(session.execute(query.where(Enterprise.id == enterprise_id)))
    present = (or_(Enterprise.left_on.is_(None), Enterprise.left_on > day), Enterprise.created_at < _end_of(day))
    return list(session.execute(query.where(*present)))


def _points(scope: _Scope) -> dict[UUID, tuple[list[PointFacts], date | None]]:
    """The risk points of each enterprise as assessed, worst first, and the day of the oldest assessment still in use."""
    by_point: dict[UUID, list[Any]] = {}
    for row in scope.session.execute(_latest_results(scope)):
        by_point.setdefault(row.id, []).append(row)
    points: dict[UUID, list[PointFacts]] = {}
    oldest: dict[UUID, date] = {}
    for rows in by_point.values():
        owner = rows[0].enterprise_id
        points.setdefault(owner, []).append(_point(rows, scope.day))
        days = [row.assessed_on for row in rows if row.assessed_on is not None]
        if days:
            oldest[owner] = min(*days, oldest.get(owner, days[0]))
    return {
        owner: (sorted(found, key=lambda point: (_number(point.risk), -(point.score or 0), point.name)), oldest.get(owner))
        for owner, found in points.items()
    }


def _latest_results(scope: _Scope) -> Select[Any]:
    """One row per active hazard source of an active risk point, or one for a point without any, with the latest result up to the day."""
    day = scope.day
    names = (RiskPoint.id, RiskPoint.enterprise_id, RiskPoint.name)
    active = [*scope.of(RiskPoint), is_active_on(RiskPoint, day), RiskPoint.created_on <= day]
    with_source = and_(HazardSource.point_id == RiskPoint.id, is_active_on(HazardSource, day), HazardSource.created_on <= day)
    if day >= scope.today:
        result: Any = HazardSource
        query = select(*names).outerjoin(HazardSource, with_source)
    else:
        results = (
            select(
                RiskAssessment.source_id,
                RiskAssessment.risk_number,
                RiskAssessment.score_text,
                RiskAssessment.score,
                RiskAssessment.assessed_on,
                func.row_number().over(partition_by=RiskAssessment.source_id, order_by=RiskAssessment.sequence.desc()).label("newest"),
            )
            .where(*scope.of(RiskAssessment), RiskAssessment.assessed_on <= day)
            .subquery()
        )
        result = results.c
        latest = and_(results.c.source_id == HazardSource.id, results.c.newest == 1)
        query = select(*names).outerjoin(HazardSource, with_source).outerjoin(results, latest)
    columns = (result.risk_number, result.score_text, result.score, result.assessed_on)
    return query.add_columns(*columns, HazardSource.confirmed_on, HazardSource.ordinal).where(*active)


def _point(rows: list[Any], day: date) -> PointFacts:
    graded = [row for row in rows if row.risk_number is not None]
    worst = min(graded, key=lambda row: (row.risk_number, -(row.score or 0)), default=None)
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


def _hazards(scope: _Scope, *, names_all: bool) -> dict[UUID, list[HazardFacts]]:
    """The graded hazards not closed on the day that may raise: major ones, and general ones past their deadline.

    One that was put right after its deadline counts until it is closed. A void one counts for nothing.
    """
    day = scope.day
    is_open = Hazard.state.in_(_OPEN_STATES)
    was_open = or_(is_open, and_(Hazard.state == HazardState.CLOSED, Hazard.closed_on > day))
    query = (
        select(
            Hazard.id, Hazard.enterprise_id, Hazard.number, Hazard.level, Hazard.criterion_id, Hazard.due_on, Hazard.accepted_on,
            Hazard.state, Hazard.source, HazardRiskPoint.point_id,
        )
        .outerjoin(HazardRiskPoint, HazardRiskPoint.hazard_id == Hazard.id)
        .where(
            *scope.of(Hazard),
            is_open if day >= scope.today else was_open,
            Hazard.confirmed_at < _end_of(day),
            or_(Hazard.level == HazardLevel.MAJOR, Hazard.due_on < day),
        )
        .order_by(Hazard.number, Hazard.id)
    )  # fmt: skip
    found: dict[UUID, list[HazardFacts]] = {}
    for row in scope.session.execute(query):
        is_major = row.level == HazardLevel.MAJOR
        late = 0 if row.due_on is None else max(0, (min(day, row.accepted_on or day) - row.due_on).days)
        if row.enterprise_id is not None and (is_major or late):
            named = names_all or row.state in SHOWN_TO_ENTERPRISE or row.source == HazardOrigin.SELF_CHECK
            found.setdefault(row.enterprise_id, []).append(
                HazardFacts(row.id, row.number, is_major, row.criterion_id, late, row.point_id, named)
            )
    return found


def _accidents(scope: _Scope) -> dict[UUID, list[AccidentFacts]]:
    query = (
        select(Accident)
        .where(*scope.of(Accident), Accident.occurred_on <= scope.day, or_(Accident.void_on.is_(None), Accident.void_on > scope.day))
        .order_by(Accident.occurred_on, Accident.id)
    )
    found: dict[UUID, list[AccidentFacts]] = {}
    for one in scope.session.scalars(query):
        found.setdefault(one.enterprise_id, []).append(
            AccidentFacts(
                id=one.id,
                title=one.title,
                occurred_on=one.occurred_on,
                deaths=one.deaths,
                serious_injuries=one.serious_injuries,
                level=one.level,
                is_open=one.closed_on is None or one.closed_on > scope.day,
            )
        )
    return found


def _overrides(scope: _Scope) -> dict[UUID, list[OverrideFacts]]:
    """What people overruled and holds on the day: from the day it was decided until the day it ended."""
    held = (OverrideState.IN_FORCE, OverrideState.ENDED)
    query = (
        select(GradeOverride)
        .where(
            *scope.of(GradeOverride),
            GradeOverride.state.in_(held),
            GradeOverride.decided_on <= scope.day,
            or_(GradeOverride.ended_on.is_(None), GradeOverride.ended_on > scope.day),
        )
        .order_by(GradeOverride.requested_at, GradeOverride.id)
    )
    found: dict[UUID, list[OverrideFacts]] = {}
    for one in scope.session.scalars(query):
        people = "、".join(dict.fromkeys((one.requested_by_name, one.decided_by_name)))
        found.setdefault(one.enterprise_id, []).append(
            OverrideFacts(
                id=one.id,
                kind=OverrideKind(one.kind),
                colour=colour_of_number(one.to_number),
                from_colour=COLOURS[one.from_number],
                point_id=one.point_id,
                reason=one.reason,
                by=people,
                since=one.decided_on or one.requested_on,
            )
        )
    return found


def _registers(scope: _Scope) -> Mapping[UUID, RiskRegister]:
    return {one.enterprise_id: one for one in scope.session.scalars(select(RiskRegister).where(*scope.of(RiskRegister)))}


def _end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(days=1)
