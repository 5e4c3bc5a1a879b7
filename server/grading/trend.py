"""How many enterprises had each colour at the end of each of the last months?

The same derivation as for one day, fed with less: of the risk points nothing was ever placed at only the worst result counts, so those of
an enterprise are read as spans of days with one result, added up by the database. Colours are the same as `grades.list_grades` gives.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
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
_ROWS_AT_ONCE = 500


def monthly_trend(work: Work, *, months: int = 12) -> tuple[MonthCount, ...]:
    """The enterprises by colour at the end of each of the last months, oldest first; the current month stands for today. Eight queries.

    Results are read enterprise by enterprise, so their number does not count.
    """
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
    ends = [_MonthEnd(day, moves, placed) for day in days]
    for enterprise, spans in _with_spans(work, enterprises, [point.id for point in placed]):
        for one in ends:
            one.count(enterprise, spans)
    return tuple(MonthCount(day=one.day, counts=count_colours(one.colours)) for one in ends)


def _with_spans(work: Work, enterprises: Sequence[Any], placed: Sequence[UUID]) -> Iterator[tuple[Any, Sequence[Any]]]:
    """Each enterprise with its results and the days they held, points of their own where something was placed."""
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
    rest: Select[Any] = select(*columns).where(results.c.point_id.not_in(placed)).group_by(*columns).order_by(results.c.enterprise_id)
    own: Select[Any] = select(*columns, results.c.point_id).where(results.c.point_id.in_(placed))
    by_point: dict[UUID, list[Any]] = {}
    for row in work.session.execute(own) if placed else ():
        by_point.setdefault(row.enterprise_id, []).append((row.point_id, *row[1:5]))
    left = {row.id: row for row in enterprises}
    found = work.session.execute(rest.execution_options(yield_per=_ROWS_AT_ONCE))
    for enterprise_id, rows in groupby(found, key=lambda row: row.enterprise_id):
        spans = [(_REST, *row[1:]) for row in rows]
        enterprise = left.pop(enterprise_id, None)
        if enterprise is not None:
            yield enterprise, [*spans, *by_point.get(enterprise_id, ())]
    for enterprise in left.values():
        yield enterprise, by_point.get(enterprise.id, ())


class _MonthEnd:
    """One day, what stood on it, and the colours counted so far."""

    def __init__(self, day: date, moves: Moves, placed: Sequence[RiskPoint]) -> None:
        self.day = day
        self.colours: list[Colour | None] = []
        self._end = end_of(day)
        self._hazards, self._accidents, self._overrides = moves.hazards_on(day), moves.accidents_on(day), moves.overrides_on(day)
        self._switches = moves.switches_on(day)
        self._in_use: dict[UUID, list[UUID]] = {}
        for point in placed:
            if point.created_on <= day and (point.retired_on is None or point.retired_on > day):
                self._in_use.setdefault(point.enterprise_id, []).append(point.id)
        self._quiet: dict[Any, Colour | None] = {}

    def count(self, row: Any, spans: Sequence[Any]) -> None:
        """Count an enterprise, if it was in the park on the day."""
        if row.created_at >= self._end or (row.left_on is not None and row.left_on <= self.day):
            return
        situation = Situation(
            day=self.day,
            points=_points_on(self.day, spans, self._in_use.get(row.id, ())),
            hazards=self._hazards.get(row.id, ()),
            accidents=self._accidents.get(row.id, ()),
            overrides=self._overrides.get(row.id, ()),
            switches=self._switches,
            risks=risks_of(row.risks),
        )
        if situation.hazards or situation.accidents or situation.overrides:
            self.colours.append(derive_grade(situation).colour)
            return
        # Where nothing but the register speaks, enterprises with the same results and standing risks have the same colour on a day.
        same = (frozenset(one.risk for one in situation.points), situation.risks)
        if same not in self._quiet:
            self._quiet[same] = derive_grade(situation).colour
        self.colours.append(self._quiet[same])


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
