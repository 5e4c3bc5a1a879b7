"""How many enterprises had each colour at the end of each of the last months?

The same derivation as for one day, fed with less: of the risk points nothing was ever placed at only the worst result counts, so those of
an enterprise are read as spans of days with one result, added up by the database. Colours are the same as `grades.list_grades` gives.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, func, select

from rules.bands import Colour
from server.enterprises.access import readable_enterprises
from server.grading.access import READERS
from server.grading.derivation import PointFacts, Situation, derive_grade
from server.grading.facts import COLOURS, risks_of
from server.grading.grades import count_colours
from server.grading.moves import Moves, end_of, read_moves
from server.grading.schemas import MonthCount
from server.models.enterprises import Enterprise
from server.models.risk import HazardSource, RiskAssessment, RiskPoint
from server.steps import demand_role
from server.unit_of_work import Work

_REST = UUID(int=0)
"""Stands for all points of an enterprise nothing was placed at."""


def monthly_trend(work: Work, *, months: int = 12) -> tuple[MonthCount, ...]:
    """The enterprises by colour at the end of each of the last months, oldest first; the current month stands for today. Eight queries."""
    demand_role(work.actor, READERS, "查看风险等级")
    days = [work.today]
    while len(days) < months:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    days.reverse()
    moves = read_moves(work.session, work.park_id, days[0], days[-1], work.today)
    enterprises = list(
        work.session.execute(
            readable_enterprises(work.actor).with_only_columns(Enterprise.id, Enterprise.risks, Enterprise.left_on, Enterprise.created_at)
        )
    )
    placed = list(work.session.scalars(select(RiskPoint).where(RiskPoint.park_id == work.park_id, RiskPoint.id.in_(moves.point_ids))))
    spans = _spans(work, [point.id for point in placed])
    return tuple(MonthCount(day=day, counts=count_colours(_colours_on(day, enterprises, spans, placed, moves))) for day in days)


def _spans(work: Work, placed: Sequence[UUID]) -> dict[UUID, list[Any]]:
    """The results of each enterprise with the days they held, points of their own where something was placed."""
    until = func.lead(RiskAssessment.assessed_on, type_=Date).over(partition_by=RiskAssessment.source_id, order_by=RiskAssessment.sequence)
    results = (
        select(
            RiskAssessment.enterprise_id,
            RiskAssessment.point_id,
            RiskAssessment.risk_number,
            RiskAssessment.assessed_on.label("since"),
            until.label("until"),
            HazardSource.retired_on,
        )
        .join(HazardSource, HazardSource.id == RiskAssessment.source_id)
        .where(RiskAssessment.park_id == work.park_id)
        .subquery()
    )
    columns = (results.c.enterprise_id, results.c.risk_number, results.c.since, results.c.until, results.c.retired_on)
    rest: Select[Any] = select(*columns).where(results.c.point_id.not_in(placed)).group_by(*columns)
    own: Select[Any] = select(*columns, results.c.point_id).where(results.c.point_id.in_(placed))
    spans: dict[UUID, list[Any]] = {}
    for row in work.session.execute(rest):
        spans.setdefault(row.enterprise_id, []).append((_REST, *row[1:]))
    for row in work.session.execute(own) if placed else ():
        spans.setdefault(row.enterprise_id, []).append((row.point_id, *row[1:5]))
    return spans


def _colours_on(
    day: date, enterprises: Sequence[Any], spans: Mapping[UUID, Sequence[Any]], placed: Sequence[RiskPoint], moves: Moves
) -> list[Colour | None]:
    hazards, accidents, overrides = moves.hazards_on(day), moves.accidents_on(day), moves.overrides_on(day)
    switches, end = moves.switches_on(day), end_of(day)
    in_use: dict[UUID, list[UUID]] = {}
    for point in placed:
        if point.created_on <= day and (point.retired_on is None or point.retired_on > day):
            in_use.setdefault(point.enterprise_id, []).append(point.id)
    colours = []
    for row in enterprises:
        if row.created_at >= end or (row.left_on is not None and row.left_on <= day):
            continue
        situation = Situation(
            day=day,
            points=_points_on(day, spans.get(row.id, ()), in_use.get(row.id, ())),
            hazards=hazards.get(row.id, ()),
            accidents=accidents.get(row.id, ()),
            overrides=overrides.get(row.id, ()),
            switches=switches,
            risks=risks_of(row.risks),
        )
        colours.append(derive_grade(situation).colour)
    return colours


def _points_on(day: date, spans: Sequence[Any], in_use: Sequence[UUID]) -> list[PointFacts]:
    """The worst result on the day: of each point something was placed at, and of all others together.

    A source without a result then, or retired by then, says nothing; a point in use without any is there all the same.
    """
    worst: dict[UUID, int] = {}
    for point_id, number, since, until, retired_on in spans:
        holds = since <= day and (until is None or until > day) and (retired_on is None or retired_on > day)
        if holds and number is not None:
            worst[point_id] = min(number, worst.get(point_id, number))
    ids = dict.fromkeys((*worst, *in_use))
    return [PointFacts(point_id, "", COLOURS[worst.get(point_id)]) for point_id in ids]
