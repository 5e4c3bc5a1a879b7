"""What does the grading report of the park say today? Gathers the values an issued one is frozen from; a preview is made the same way.

Enterprise by enterprise, so that what a park of many thousand risk points needs at once is what one of its enterprises needs.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from rules.bands import Colour
from rules.industries import industry_words
from rules.rulebook import Rulebook
from rules.terms import DocumentKind, OverrideState
from server.grading.access import readable_overrides, readable_points, readable_sources
from server.grading.derivation import EnterpriseGrade, PointGrade, derive_grade, worst_of
from server.grading.facts import EnterpriseFacts, stream_facts
from server.grading.lines import colour_value, told
from server.grading.paper_facts import find_scheme_line, head_of, override_line
from server.grading.paper_schemas import OverrideLine
from server.grading.park_schemas import Frequencies, ParkFacts, ParkPoint, ParkRow, SchemeUse, TrendLine, ZoneLine
from server.grading.trend import monthly_trend
from server.identity import STAFF
from server.inspections.access import INSPECTED_AS_ENTERPRISE, readable_inspections
from server.models.documents import Inspection
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.parks import Zone
from server.models.risk import GradeOverride, HazardSource, RiskPoint
from server.parks.access import readable_zones
from server.steps import demand_role
from server.unit_of_work import Work

_NAMED = (Colour.RED, Colour.ORANGE)
_MONTHS = 12


def gather_park(work: Work, rulebook: Rulebook, *, since: date, frequencies: Frequencies | None) -> ParkFacts:
    """The report of today. A few queries for every forty enterprises. Raises `NotAllowed`."""
    demand_role(work.actor, STAFF, "园区安全风险分级报告")
    found: list[tuple[ParkRow, list[ParkPoint]]] = []
    doubts: dict[str, None] = {}
    colours = []
    by_zone: dict[UUID | None, list[Colour | None]] = {}
    before = dict(_earlier(work, since))
    industries = _industries(work)
    inspections = _inspections(work)
    for facts in stream_facts(work.session, work.actor, work.today, work.today):
        grade = derive_grade(facts.situation)
        doubts |= dict.fromkeys(grade.unverified)
        colours.append(grade.colour)
        by_zone.setdefault(facts.zone_id, []).append(grade.colour)
        row = _row(facts, grade, industries.get(facts.id, ""), inspections.get(facts.id), before.get(facts.id))
        found.append((row, [_point(one) for one in grade.points if one.colour in _NAMED]))
    rows, points = _numbered(found)
    schemes = _schemes(work, rulebook)
    doubts |= {f"{one.citation}：未核对正本，{one.sources}个危险源用它评价": None for one in schemes if not one.verified}
    worst = worst_of(colours)
    return ParkFacts(
        **head_of(work, rulebook, DocumentKind.PARK_GRADING_REPORT),
        since=since,
        colour=colour_value(worst),
        trail=_trail(rows, worst),
        enterprises=rows,
        zones=tuple(
            ZoneLine(name=zone.name, colour=colour_value(worst_of(by_zone.get(zone.id, ()))), outline=zone.outline)
            for zone in work.session.scalars(readable_zones(work.actor).order_by(Zone.name))
        ),
        points=points,
        overrides=tuple(_overrides(work)),
        trend=tuple(
            TrendLine(day=one.day, counts={colour_value(colour): count for colour, count in one.counts.items()})
            for one in monthly_trend(work, months=_MONTHS)
        ),
        schemes=schemes,
        frequencies=frequencies,
        unverified=tuple(doubts),
    )


def _earlier(work: Work, since: date) -> Iterator[tuple[UUID, tuple[str, str]]]:
    """The colour each enterprise had at the end of a day, and why."""
    for facts in stream_facts(work.session, work.actor, since, work.today):
        yield facts.id, _settled(facts)


def _settled(facts: EnterpriseFacts) -> tuple[str, str]:
    grade = derive_grade(facts.situation)
    return colour_value(grade.colour), grade.headline


def _row(facts: EnterpriseFacts, grade: EnterpriseGrade, industry: str, inspected: Any, then: tuple[str, str] | None) -> ParkRow:
    """An enterprise, not numbered yet."""
    return ParkRow(
        number=0,
        name=facts.name,
        zone=facts.zone_name,
        industry=industry,
        colour=colour_value(grade.colour),
        assessed=colour_value(grade.assessed),
        before=then[0] if then is not None else None,
        points={colour_value(colour): count for colour, count in grade.counts.items() if count},
        unconfirmed=grade.unconfirmed,
        headline=grade.headline,
        headline_before=then[1] if then is not None else "",
        inspections=inspected.times if inspected is not None else 0,
        inspected_on=inspected.last_on if inspected is not None else None,
        longitude=facts.longitude,
        latitude=facts.latitude,
    )


def _numbered(found: list[tuple[ParkRow, list[ParkPoint]]]) -> tuple[tuple[ParkRow, ...], tuple[ParkPoint, ...]]:
    """The rows the worst first, then by name, each with its number, and their points with it."""
    ranks = {colour.value: colour.risk.number for colour in Colour}
    ordered = sorted(found, key=lambda pair: (ranks.get(pair[0].colour, len(ranks) + 1), pair[0].name))
    rows = tuple(msgspec.structs.replace(row, number=number) for number, (row, _) in enumerate(ordered, start=1))
    points = (msgspec.structs.replace(one, enterprise=number) for number, (_, named) in enumerate(ordered, start=1) for one in named)
    return rows, tuple(points)


def _point(point: PointGrade) -> ParkPoint:
    return ParkPoint(
        enterprise=0,
        name=point.name,
        assessed=colour_value(point.assessed),
        colour=colour_value(point.colour),
        said=point.said,
        reasons=tuple(told(one) for one in point.reasons),
    )


def _trail(rows: Sequence[ParkRow], worst: Colour | None) -> tuple[str, ...]:
    assessed = sum(bool(one.colour) for one in rows)
    if worst is None:
        return (f"园区的 {len(rows)} 家企业都还没有评价，未评价不等于低风险",)
    steps = [f"园区取其 {assessed} 家已评价企业中最高的等级：{worst.words}"]
    if assessed < len(rows):
        steps.append(f"另有 {len(rows) - assessed} 家企业尚未评价")
    return tuple(steps)


def _industries(work: Work) -> dict[UUID, str]:
    query = select(Enterprise.id, Enterprise.industry_code).where(Enterprise.park_id == work.park_id)
    return {row.id: industry_words(row.industry_code) for row in work.session.execute(query)}


def _inspections(work: Work) -> dict[UUID, Any]:
    """How often each enterprise, or a site of its, was inspected this year, and when last."""
    owner = InspectionTarget.enterprise_id
    query = (
        readable_inspections(work.actor)
        .with_only_columns(owner.label("owner"), func.count().label("times"), func.max(Inspection.inspected_on).label("last_on"))
        .join(InspectionTarget, InspectionTarget.id == Inspection.target_id)
        .where(
            owner.is_not(None),
            InspectionTarget.kind.in_(INSPECTED_AS_ENTERPRISE),
            Inspection.inspected_on.between(date(work.today.year, 1, 1), work.today),
        )
        .group_by(owner)
    )
    return {row.owner: row for row in work.session.execute(query)}


def _schemes(work: Work, rulebook: Rulebook) -> tuple[SchemeUse, ...]:
    """The schemes sources in use are graded by, the most used first."""
    query = (
        readable_sources(work.actor)
        .with_only_columns(HazardSource.method, HazardSource.scheme, func.count().label("sources"))
        .join(RiskPoint, RiskPoint.id == HazardSource.point_id)
        .join(Enterprise, Enterprise.id == HazardSource.enterprise_id)
        .where(HazardSource.retired_on.is_(None), RiskPoint.retired_on.is_(None), Enterprise.left_on.is_(None), HazardSource.scheme != "")
        .group_by(HazardSource.method, HazardSource.scheme)
        .order_by(func.count().desc(), HazardSource.method, HazardSource.scheme)
    )
    uses = []
    for row in work.session.execute(query):
        line = find_scheme_line(rulebook, row.method, row.scheme)
        if line is None:
            uses.append(SchemeUse(method=row.method, title=row.scheme, scheme=row.scheme, citation="", verified=False, sources=row.sources))
            continue
        uses.append(
            SchemeUse(
                method=line.method,
                title=line.title,
                scheme=line.scheme,
                citation=line.basis[0].citation,
                verified=all(one.verified for one in line.basis),
                sources=row.sources,
            )
        )
    return tuple(uses)


def _overrides(work: Work) -> Iterator[tuple[str, OverrideLine]]:
    """What people overruled and still holds, with the enterprise."""
    query = (
        readable_overrides(work.actor)
        .add_columns(Enterprise.name)
        .join(Enterprise, Enterprise.id == GradeOverride.enterprise_id)
        .where(GradeOverride.state == OverrideState.IN_FORCE, Enterprise.left_on.is_(None))
        .order_by(Enterprise.name, GradeOverride.requested_at, GradeOverride.id)
    )
    found = list(work.session.execute(query))
    ids = {one.point_id for one, _ in found if one.point_id is not None}
    names = {one.id: one.name for one in work.session.scalars(readable_points(work.actor).where(RiskPoint.id.in_(ids)))} if ids else {}
    for one, enterprise in found:
        yield enterprise, override_line(one, names)
