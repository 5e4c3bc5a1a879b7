"""Use cases of starter sets: show them and copy one into a register, every source marked 待现场确认 until somebody confirms it."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from rules.risk_starters import StarterPoint, StarterSet, StarterSource, find_starter_set, load_starter_sets
from rules.rulebook import Rulebook
from rules.terms import GradeCause
from server.enterprises.service import get_enterprise
from server.errors import FieldError, InvalidInput, NotFound, StateConflict
from server.grading.access import READERS, demand_writer
from server.grading.register import add_points
from server.grading.schemas import Added, AssessmentForm, MeasureForm, PointForm, SourceForm, StarterSummary
from server.models.risk import RiskPoint
from server.steps import demand_role
from server.unit_of_work import Work


def list_starters(work: Work, enterprise_id: UUID) -> tuple[StarterSummary, ...]:
    """The starter sets, those written for the enterprise's industry first. Raises `NotFound`, `NotAllowed`."""
    demand_role(work.actor, READERS, "查看行业参考清单")
    industry = get_enterprise(work, enterprise_id).industry_code
    sets = [
        StarterSummary(key=one.key, name=one.name, points=len(one.points), note=one.note, fits=one.fits(industry))
        for one in load_starter_sets()
    ]
    return tuple(sorted(sets, key=lambda one: not one.fits))


def get_starter(work: Work, key: str) -> StarterSet:
    """A starter set with all its points. Raises `NotFound`, `NotAllowed`."""
    demand_role(work.actor, READERS, "查看行业参考清单")
    found = find_starter_set(key)
    if found is None:
        raise NotFound("这份行业参考清单")
    return found


def copy_starter(work: Work, rulebook: Rulebook, enterprise_id: UUID, key: str, *, points: Collection[str] | None = None) -> Added:
    """Copy a set, or the points of these ids, into a register. Points already copied and still in use are left out.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, and `StateConflict` when nothing is left to copy or the set is not in force.
    """
    demand_writer(work.actor)
    get_enterprise(work, enterprise_id)
    starter = get_starter(work, key)
    if starter.effective_from > work.today:
        raise StateConflict(f"这份参考清单 {starter.effective_from} 起可用。", reason="not_in_force")
    known = {point.id for point in starter.points}
    if points is not None and (unknown := set(points) - known):
        raise InvalidInput([FieldError("points", f"参考清单里没有 {'、'.join(sorted(unknown))}")])
    there = set(
        work.session.scalars(
            select(RiskPoint.starter).where(
                RiskPoint.enterprise_id == enterprise_id, RiskPoint.retired_on.is_(None), RiskPoint.starter.in_(known)
            )
        )
    )
    wanted = [one for one in starter.points if one.id not in there and (points is None or one.id in points)]
    if not wanted:
        raise StateConflict("这些参考风险点已经都在清单里了。", reason="already_copied")
    return add_points(work, rulebook, enterprise_id, [_form(starter, one) for one in wanted], cause=GradeCause.COPIED)


def _form(starter: StarterSet, point: StarterPoint) -> PointForm:
    sources = tuple(_source(starter, point, one) for one in point.sources)
    return PointForm(unit=point.unit, name=point.name, kind=point.kind, sources=sources, starter=point.id)


def _source(starter: StarterSet, point: StarterPoint, one: StarterSource) -> SourceForm:
    assessment = AssessmentForm(
        method=starter.method,
        scheme=starter.scheme,
        chosen=dict(starter.chosen(one)),
        reason=f"{starter.name}建议值，待现场确认",
    )
    return SourceForm(
        name=one.name,
        consequence=one.consequence,
        accidents=one.accidents,
        item_codes=one.checks,
        measures=tuple(MeasureForm(kind=kind, text=text) for kind, text in one.measures),
        assessment=assessment,
        starter=point.id,
        is_confirmed=False,
    )
