"""Which colour has every enterprise today, and why, in the time a list may take?

The same derivation as for one enterprise, fed with the risk points that can decide. Colour, reasons and headline are therefore those
`grades.get_grade` gives; the points themselves are counted, not listed. For lists, tiles and letters; whoever needs every point or a past
day asks `grades.py`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from rules.bands import Colour
from rules.terms import GradeCause, OverrideKind, Role, Term
from server.grading.access import READERS
from server.grading.derivation import PointGrade, Reason, Situation, derive_grade
from server.grading.facts import EnterpriseFacts, gather_facts
from server.grading.grades import count_colours
from server.grading.register_points import Totals
from server.listing import LARGEST_SIZE, Page, page_of
from server.steps import demand_role
from server.unit_of_work import Work

_MOST_WORST = 3
NONE = "none"
"""Stands for “not assessed” where a colour is asked for."""


class MovedBy(Term):
    """What, besides the register, moves a grade today."""

    HAZARD = "hazard", "未销号重大隐患"
    OVERDUE = "overdue", "逾期隐患"
    ACCIDENT = "accident", "事故"
    RAISED = "raised", "人工上调"
    LOWERED = "lowered", "人工下调"


class RegisterState(Term):
    """Where a register stands."""

    NONE = "none", "还没有风险清单"
    UNCONFIRMED = "unconfirmed", "有待现场确认的危险源"
    REVIEW = "review", "需要复评"
    COMPLETE = "complete", "清单完整"


class HeadSort(Term):
    """How the list of graded enterprises is ordered."""

    RISK = "risk", "风险高的在前"
    NAME = "name", "企业名称"
    ZONE = "zone", "片区"
    UNCONFIRMED = "unconfirmed", "待现场确认多的在前"


class GradeHead(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise with its colour of today and the reasons, the gravest first. `assessed` is what the register alone says."""

    id: UUID
    name: str
    zone_id: UUID | None
    zone_name: str
    colour: Colour | None
    assessed: Colour | None
    headline: str
    reasons: tuple[Reason, ...]
    moved_by: tuple[MovedBy, ...]
    register_state: RegisterState
    totals: Totals
    worst_points: tuple[PointGrade, ...]
    """The most dangerous risk points of the day, at most three."""
    reviews: tuple[str, ...]
    unverified: tuple[str, ...]

    @property
    def letter(self) -> str:
        """红, 橙, 黄, 蓝, or 未评 for what is not assessed."""
        return self.colour.risk.colour if self.colour is not None else "未评"

    @property
    def first_reason(self) -> str:
        """What leads to the colour, in one sentence."""
        return self.reasons[0].sentence if self.reasons else "还没有评价过的风险点，未评价不等于低风险"


class HeadQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which enterprises to list. `colour` is a value of `Colour`, or `none`; an empty text asks for nothing. Zone `none` is outside all."""

    search: str = ""
    colour: str = ""
    zone: str = ""
    moved_by: str = ""
    register: str = ""
    sort: str = HeadSort.RISK
    page: int = 1
    size: int = 20


class HeadList(msgspec.Struct, frozen=True, kw_only=True):
    """The list, and how many it would have for each colour with the other filters as they are; the counts add up to all of them."""

    page: Page[GradeHead]
    counts: dict[Colour | None, int]
    every: tuple[GradeHead, ...]
    """All that the filters leave, in order."""


def list_heads(work: Work, enterprise_ids: Iterable[UUID] | None = None) -> tuple[GradeHead, ...]:
    """The enterprises in the park the actor may see, or those of them, by name. Ten queries, whatever their number."""
    demand_role(work.actor, READERS, "查看风险等级")
    wanted = None if enterprise_ids is None else set(enterprise_ids)
    if wanted is None and work.actor.role is Role.ENTERPRISE and work.actor.enterprise_id is not None:
        wanted = {work.actor.enterprise_id}
    found = gather_facts(work.session, work.actor, work.today, work.today, among=wanted, is_brief=True)
    return tuple(_head(one) for one in found)


def find_heads(heads: Iterable[GradeHead], query: HeadQuery) -> HeadList:
    """One page of these, narrowed and ordered, with the counts of the colours beside it."""
    others = [one for one in heads if _fits(one, query)]
    found = [one for one in others if query.colour in ("", one.colour or NONE)]
    found.sort(key=_ORDERS.get(query.sort, _ORDERS[HeadSort.RISK]))
    return HeadList(
        page=page_of(found, query.page, min(max(1, query.size), LARGEST_SIZE)),
        counts=count_colours(one.colour for one in others),
        every=tuple(found),
    )


def count_heads(work: Work) -> dict[Colour | None, int]:
    """How many enterprises have each colour today; None counts what is not assessed."""
    return count_colours(one.colour for one in list_heads(work))


def _head(one: EnterpriseFacts) -> GradeHead:
    grade, totals = derive_grade(one.situation), one.totals or Totals()
    return GradeHead(
        id=one.id,
        name=one.name,
        zone_id=one.zone_id,
        zone_name=one.zone_name,
        colour=grade.colour,
        assessed=grade.assessed,
        headline=grade.headline,
        reasons=grade.reasons,
        moved_by=tuple(dict.fromkeys(by for reason in grade.reasons if (by := _moved_by(one, reason)) is not None)),
        register_state=_state(totals, grade.reviews),
        totals=totals,
        worst_points=_worst_points(one.situation, grade.points),
        reviews=grade.reviews,
        unverified=grade.unverified,
    )


def _worst_points(situation: Situation, points: Sequence[PointGrade]) -> tuple[PointGrade, ...]:
    """Of the points that were read, those no point that was not read can be worse than."""
    placed = {one.point_id for one in situation.hazards} | {one.point_id for one in situation.overrides}
    known = [(one.colour.risk.number, one) for one in points if one.colour is not None]
    least = min((number for number, one in known if one.id not in placed), default=len(Colour))
    return tuple(one for number, one in sorted(known, key=lambda pair: pair[0]) if number <= least)[:_MOST_WORST]


def _moved_by(one: EnterpriseFacts, reason: Reason) -> MovedBy | None:
    if reason.cause is GradeCause.OVERRIDE:
        is_raise = any(over.id in reason.subject_ids and over.kind is OverrideKind.RAISE for over in one.situation.overrides)
        return MovedBy.RAISED if is_raise else MovedBy.LOWERED
    return _BY_CAUSE.get(reason.cause)


_BY_CAUSE: Mapping[GradeCause, MovedBy] = {
    GradeCause.HAZARD_OPEN: MovedBy.HAZARD,
    GradeCause.HAZARD_OVERDUE: MovedBy.OVERDUE,
    GradeCause.ACCIDENT: MovedBy.ACCIDENT,
}


def _state(totals: Totals, reviews: Sequence[str]) -> RegisterState:
    if not totals.points:
        return RegisterState.NONE
    if totals.unconfirmed:
        return RegisterState.UNCONFIRMED
    return RegisterState.REVIEW if reviews else RegisterState.COMPLETE


def _fits(one: GradeHead, query: HeadQuery) -> bool:
    words = query.search.casefold().split()
    states = {one.register_state} | ({RegisterState.REVIEW} if one.reviews else set())
    return (
        all(word in one.name.casefold() or word in one.headline.casefold() for word in words)
        and query.zone in ("", NONE if one.zone_id is None else str(one.zone_id))
        and (not query.moved_by or query.moved_by in one.moved_by)
        and (not query.register or query.register in states)
    )


def _gravity(one: GradeHead) -> int:
    return one.colour.risk.number if one.colour is not None else len(Colour) + 1


_ORDERS: Mapping[str, Callable[[GradeHead], tuple[Any, ...]]] = {
    HeadSort.RISK: lambda one: (_gravity(one), -len(one.moved_by), one.name, str(one.id)),
    HeadSort.NAME: lambda one: (one.name, str(one.id)),
    HeadSort.ZONE: lambda one: (one.zone_id is None, one.zone_name, _gravity(one), one.name, str(one.id)),
    HeadSort.UNCONFIRMED: lambda one: (-one.totals.unconfirmed, _gravity(one), one.name, str(one.id)),
}
