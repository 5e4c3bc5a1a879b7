"""What would the grade of an enterprise be, if?

If an order closes in time, if it does not, if some hazards are put right together, if an accident's case is closed. The same derivation
with one thing taken away or added; nothing is written down. Only hazards the reader may see are offered by name.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from rules.bands import Colour
from rules.terms import HazardLevel, HazardState
from server.grading.derivation import EnterpriseGrade, HazardFacts, Situation, derive_grade, is_worse
from server.grading.grades import get_situation
from server.hazards.access import is_told, readable_hazards
from server.models.hazards import Hazard
from server.models.orders import RectificationOrder
from server.models.risk import HazardRiskPoint
from server.unit_of_work import Work

_OVER = (HazardState.FOUND, HazardState.CLOSED, HazardState.VOID)


class OpenHazard(msgspec.Struct, frozen=True, kw_only=True):
    """A graded hazard that is not closed. `overdue_days` is 0 while it is in time; `counts` when it raises the grade today."""

    id: UUID
    number: str
    title: str
    is_major: bool
    order_id: UUID | None
    document_number: str
    due_on: date | None
    accepted_on: date | None
    overdue_days: int
    point_id: UUID | None
    counts: bool


class Prospect(msgspec.Struct, frozen=True, kw_only=True):
    """What hangs together: the hazards of one order, or one hazard of none. None in `if_missed`: there is no deadline left to miss."""

    order_id: UUID | None
    document_number: str
    hazards: tuple[OpenHazard, ...]
    due_on: date | None
    if_closed: EnterpriseGrade
    if_missed: EnterpriseGrade | None


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """The grade of today, what it rests on, and what would become of it."""

    situation: Situation
    grade: EnterpriseGrade
    prospects: tuple[Prospect, ...]
    if_all_closed: EnterpriseGrade
    if_accidents_closed: EnterpriseGrade | None
    chosen: tuple[OpenHazard, ...]
    if_chosen: EnterpriseGrade | None

    @property
    def hazards(self) -> tuple[OpenHazard, ...]:
        """Every hazard that may be chosen."""
        return tuple(hazard for prospect in self.prospects for hazard in prospect.hazards)


def read_outlook(work: Work, enterprise_id: UUID, chosen: Collection[UUID] = (), *, for_everybody: bool = False) -> Outlook:
    """Today's grade and what would become of it; `chosen` are hazards imagined closed. Nine queries. Raises `NotFound`, `NotAllowed`.

    `for_everybody` offers no hazard its enterprise has not been told of, whoever asks.
    """
    situation = get_situation(work, enterprise_id, for_everybody=for_everybody)
    grade = derive_grade(situation)
    groups: dict[UUID, list[OpenHazard]] = {}
    for one in _open_hazards(work, enterprise_id, situation, for_everybody=for_everybody):
        groups.setdefault(one.order_id or one.id, []).append(one)
    every = [one for group in groups.values() for one in group]
    picked = tuple(one for one in every if one.id in chosen)
    open_accidents = [one for one in situation.accidents if one.is_open]
    return Outlook(
        situation=situation,
        grade=grade,
        prospects=tuple(_prospect(situation, group) for group in groups.values()),
        if_all_closed=_without(situation, every),
        if_accidents_closed=_with_accidents_closed(situation) if open_accidents else None,
        chosen=picked,
        if_chosen=_without(situation, picked) if picked else None,
    )


def _open_hazards(work: Work, enterprise_id: UUID, situation: Situation, *, for_everybody: bool) -> list[OpenHazard]:
    raising = {one.id for one in situation.hazards}
    query = (
        readable_hazards(work.actor)
        .add_columns(RectificationOrder.document_number, HazardRiskPoint.point_id)
        .outerjoin(RectificationOrder, RectificationOrder.id == Hazard.order_id)
        .outerjoin(HazardRiskPoint, HazardRiskPoint.hazard_id == Hazard.id)
        .where(Hazard.enterprise_id == enterprise_id, Hazard.state.not_in(_OVER), Hazard.confirmed_at.is_not(None))
        .order_by(Hazard.due_on.is_(None), Hazard.due_on, Hazard.number)
    )
    asked = query.where(is_told()) if for_everybody else query
    return [_open_hazard(found, raising, work.today) for found in work.session.execute(asked)]


def _open_hazard(found: Any, raising: Collection[UUID], today: date) -> OpenHazard:
    hazard, document_number, point_id = found
    late = 0 if hazard.due_on is None else max(0, (min(today, hazard.accepted_on or today) - hazard.due_on).days)
    return OpenHazard(
        id=hazard.id,
        number=hazard.number,
        title=hazard.title,
        is_major=hazard.level == HazardLevel.MAJOR,
        order_id=hazard.order_id if document_number else None,
        document_number=document_number or "",
        due_on=hazard.due_on,
        accepted_on=hazard.accepted_on,
        overdue_days=late,
        point_id=point_id,
        counts=hazard.id in raising,
    )


def _prospect(situation: Situation, group: Sequence[OpenHazard]) -> Prospect:
    may_be_missed = [one for one in group if one.due_on is not None and one.accepted_on is None and not one.overdue_days]
    return Prospect(
        order_id=group[0].order_id,
        document_number=group[0].document_number,
        hazards=tuple(group),
        due_on=min((one.due_on for one in group if one.due_on is not None), default=None),
        if_closed=_without(situation, group),
        if_missed=_missed(situation, may_be_missed) if may_be_missed else None,
    )


def _without(situation: Situation, hazards: Iterable[OpenHazard]) -> EnterpriseGrade:
    gone = {one.id for one in hazards}
    left = tuple(one for one in situation.hazards if one.id not in gone)
    return derive_grade(msgspec.structs.replace(situation, hazards=left))


def _missed(situation: Situation, hazards: Sequence[OpenHazard]) -> EnterpriseGrade:
    """With the deadlines of these passed by a day."""
    known: Mapping[UUID, HazardFacts] = {one.id: one for one in situation.hazards}
    late = {
        one.id: msgspec.structs.replace(known[one.id], overdue_days=1)
        if one.id in known
        else HazardFacts(one.id, one.number, one.is_major, "", 1, one.point_id)
        for one in hazards
    }
    return derive_grade(msgspec.structs.replace(situation, hazards=tuple((dict(known) | late).values())))


def _with_accidents_closed(situation: Situation) -> EnterpriseGrade:
    closed = tuple(msgspec.structs.replace(one, is_open=False) for one in situation.accidents)
    return derive_grade(msgspec.structs.replace(situation, accidents=closed))


def becomes_better(grade: EnterpriseGrade, then: EnterpriseGrade | None) -> bool:
    """Whether the grade would fall."""
    return then is not None and is_worse(grade.colour, then.colour)


def becomes_worse(grade: EnterpriseGrade, then: EnterpriseGrade | None) -> bool:
    """Whether the grade would rise."""
    return then is not None and is_worse(then.colour, grade.colour)


def words_of(colour: Colour | None) -> str:
    """A colour as spoken of: 红, or 未评价."""
    return colour.risk.colour if colour is not None else "未评价"
