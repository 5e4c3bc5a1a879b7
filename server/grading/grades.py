"""Use cases of grades: of a risk point, an enterprise, a zone, the park; on any day, and if a hazard were closed.

Everything is derived when asked: the same functions serve page, paper and phone, so their answers are the same. What use cases of this
subject do to a grade is written down beside, with its cause and the edition of the rules.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

import msgspec
from sqlalchemy import select

from rules.bands import Colour
from rules.grading import inherit
from rules.rulebook import Rulebook
from rules.terms import GradeCause
from server.errors import NotFound
from server.grading.access import READERS
from server.grading.derivation import EnterpriseGrade, Situation, derive_grade
from server.grading.facts import EnterpriseFacts, gather_facts
from server.grading.schemas import GradedEnterprise, ParkGrade, ZoneGrade
from server.ids import new_id
from server.models.risk import RiskGrade
from server.steps import demand_role
from server.unit_of_work import Work

NO_ZONE = "未划片区"
_MOST_NAMED = 3
_REGISTER_WORK = frozenset(
    {GradeCause.ASSESSED, GradeCause.CONFIRMED, GradeCause.RETIRED, GradeCause.COPIED, GradeCause.IMPORTED, GradeCause.HAZARD_LINKED}
)


def get_grade(work: Work, enterprise_id: UUID, *, day: date | None = None, for_everybody: bool = False) -> EnterpriseGrade:
    """The grade of an enterprise on a day, today unless told. Raises `NotFound`, `NotAllowed`."""
    return derive_grade(get_situation(work, enterprise_id, day=day, for_everybody=for_everybody))


def get_situation(work: Work, enterprise_id: UUID, *, day: date | None = None, for_everybody: bool = False) -> Situation:
    """Everything the grade of an enterprise on a day rests on. Raises `NotFound`, `NotAllowed`.

    `for_everybody` names no hazard its enterprise has not been told of, whoever asks: for what is written down and read by both.
    """
    demand_role(work.actor, READERS, "查看风险等级")
    found = gather_facts(work.session, work.actor, day or work.today, work.today, enterprise_id, for_everybody=for_everybody)
    if not found:
        raise NotFound("这家企业")
    return found[0].situation


def grade_if_closed(work: Work, enterprise_id: UUID, hazard_ids: Collection[UUID]) -> EnterpriseGrade:
    """Today's grade if these hazards were closed in time. Raises `NotFound`, `NotAllowed`."""
    situation = get_situation(work, enterprise_id)
    left = tuple(one for one in situation.hazards if one.id not in hazard_ids)
    return derive_grade(msgspec.structs.replace(situation, hazards=left))


def list_grades(work: Work, *, day: date | None = None, is_brief: bool = False) -> tuple[GradedEnterprise, ...]:
    """Every enterprise the actor may see with its grade, by name. Eight queries, whatever their number.

    `is_brief` reads, for today, only the risk points that can decide: colour and reasons are the same, the points not all there. Another
    day is read in full all the same.
    """
    demand_role(work.actor, READERS, "查看风险等级")
    is_brief = is_brief and _is_today(work, day)
    return tuple(_graded(one) for one in gather_facts(work.session, work.actor, day or work.today, work.today, is_brief=is_brief))


def _is_today(work: Work, day: date | None) -> bool:
    return day is None or day == work.today


def _graded(one: EnterpriseFacts) -> GradedEnterprise:
    return GradedEnterprise(
        id=one.id,
        name=one.name,
        zone_id=one.zone_id,
        zone_name=one.zone_name,
        latitude=one.latitude,
        longitude=one.longitude,
        grade=derive_grade(one.situation),
    )


def grade_park(work: Work, rulebook: Rulebook, *, day: date | None = None, is_brief: bool = False) -> ParkGrade:
    """The park on a day with its zones and enterprises; an enterprise sees a park of itself alone.

    `is_brief`, for today, leaves the risk points uncounted: for whoever shows enterprises alone.
    """
    is_brief = is_brief and _is_today(work, day)
    enterprises = list_grades(work, day=day, is_brief=is_brief)
    grades = [one.grade for one in enterprises]
    colour, trail, _ = take_worst("园区", enterprises)
    points: dict[Colour | None, int] = {} if is_brief else dict.fromkeys((*Colour, None), 0)
    for grade in () if is_brief else grades:
        for one, count in grade.counts.items():
            points[one] += count
    return ParkGrade(
        day=day or work.today,
        edition=rulebook.edition,
        colour=colour,
        counts=count_colours(grade.colour for grade in grades),
        points=points,
        enterprises=enterprises,
        zones=zones_of(enterprises),
        trail=trail,
    )


class Graded(Protocol):
    """An enterprise that has a colour and lies in a zone."""

    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def zone_id(self) -> UUID | None: ...
    @property
    def zone_name(self) -> str: ...
    @property
    def colour(self) -> Colour | None: ...


def zones_of(enterprises: Sequence[Graded]) -> tuple[ZoneGrade, ...]:
    """The zones that have enterprises, by name; enterprises in no zone come last."""
    by_zone: dict[UUID | None, list[Graded]] = {}
    for one in enterprises:
        by_zone.setdefault(one.zone_id, []).append(one)
    zones = []
    for zone_id, members in by_zone.items():
        name = members[0].zone_name or NO_ZONE
        colour, trail, decisive = take_worst(f"片区“{name}”", members)
        counts = count_colours(one.colour for one in members)
        zones.append(ZoneGrade(zone_id=zone_id, name=name, colour=colour, counts=counts, decisive=decisive, trail=trail))
    return tuple(sorted(zones, key=lambda zone: (zone.zone_id is None, zone.name)))


def take_worst(whole: str, members: Sequence[Graded]) -> tuple[Colour | None, tuple[str, ...], tuple[UUID, ...]]:
    """The colour a whole inherits from its enterprises, told in words, and those that decide."""
    graded = {str(one.id): one.colour for one in members if one.colour is not None}
    if not graded:
        return None, (f"{whole}的 {len(members)} 家企业都还没有评价，未评价不等于低风险",), ()
    found = inherit(whole, graded)
    decisive = [one for one in members if one.colour is found.colour]
    names = "、".join(one.name for one in decisive[:_MOST_NAMED])
    more = f" 等 {len(decisive)} 家" if len(decisive) > _MOST_NAMED else ""
    trail = [f"{whole}取其 {len(graded)} 家已评价企业中最高的等级：{found.colour.words}，来自{names}{more}"]
    if len(graded) < len(members):
        trail.append(f"另有 {len(members) - len(graded)} 家企业尚未评价")
    return found.colour, tuple(trail), tuple(one.id for one in decisive)


def count_colours(colours: Iterable[Colour | None]) -> dict[Colour | None, int]:
    """How often each colour occurs; None counts what is not assessed."""
    counts: dict[Colour | None, int] = dict.fromkeys((*Colour, None), 0)
    for one in colours:
        counts[one] += 1
    return counts


def note_grade(work: Work, rulebook: Rulebook, enterprise_id: UUID, cause: GradeCause, text: str) -> EnterpriseGrade:
    """Write down the grade an enterprise has now. Called by whatever may have moved it.

    Work on the register that leaves the answer as it was written last is not written again; what people or accidents did always is.
    """
    work.session.flush()
    found = gather_facts(work.session, work.actor, work.today, work.today, enterprise_id, for_everybody=True)
    if not found:
        raise NotFound("这家企业")
    grade = derive_grade(found[0].situation)
    last = work.session.scalar(
        select(RiskGrade).where(RiskGrade.enterprise_id == enterprise_id).order_by(RiskGrade.graded_at.desc(), RiskGrade.id.desc()).limit(1)
    )
    numbers = tuple(colour.risk.number if colour is not None else None for colour in (grade.assessed, grade.colour))
    is_same = last is not None and (last.base_number, last.risk_number, last.headline) == (*numbers, grade.headline)
    if not (is_same and cause in _REGISTER_WORK):
        work.session.add(
            RiskGrade(
                id=new_id(),
                park_id=work.park_id,
                enterprise_id=enterprise_id,
                graded_on=work.today,
                graded_at=work.now,
                graded_by=work.actor.id,
                graded_by_name=work.actor.name,
                cause=cause,
                cause_text=text,
                base_number=numbers[0],
                risk_number=numbers[1],
                headline=grade.headline,
                trail=list(grade.trail),
                edition=rulebook.edition,
            )
        )
        work.session.flush()
    return grade
