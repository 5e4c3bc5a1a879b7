"""How did the colour of an enterprise come to be what it is?

Grades written down when somebody assessed, overruled, or recorded something stand as they were, with the edition of the rules of that
time. What hazards and time did between them is derived now from the record of the hazards: the day a major hazard was confirmed, the day
after a deadline passed, the day of closure.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_

from rules.rulebook import Rulebook
from rules.terms import GradeCause, HazardLevel, HazardState
from server.clock import day_of
from server.grading.access import readable_grades
from server.grading.facts import COLOURS
from server.grading.grades import get_grade
from server.grading.schemas import HistoryEntry
from server.hazards.access import is_told, readable_hazards
from server.models.hazards import Hazard
from server.models.risk import RiskGrade
from server.unit_of_work import Work

MOST_DERIVED = 24
"""How many of the latest days on which hazards moved something are derived; earlier ones stand in the hazards' own record."""


def list_history(work: Work, rulebook: Rulebook, enterprise_id: UUID, *, for_everybody: bool = False) -> tuple[HistoryEntry, ...]:
    """Everything that moved the grade of an enterprise, newest first. Raises `NotFound`, `NotAllowed`.

    `for_everybody` leaves out what hazards did that their enterprise has not been told of, whoever asks.
    """
    get_grade(work, enterprise_id)
    kept = [_kept(one) for one in work.session.scalars(readable_grades(work.actor).where(RiskGrade.enterprise_id == enterprise_id))]
    derived = _derived(work, rulebook, enterprise_id, for_everybody=for_everybody)
    # On one day what was written down comes first: the derived entry stands for the end of the day.
    return tuple(sorted((*kept, *derived), key=lambda one: (one.day, not one.is_kept, one.at or work.now), reverse=True))


def _kept(one: RiskGrade) -> HistoryEntry:
    return HistoryEntry(
        day=one.graded_on,
        at=one.graded_at,
        colour=COLOURS[one.risk_number],
        assessed=COLOURS[one.base_number],
        cause=one.cause,
        text=one.cause_text,
        headline=one.headline,
        by=one.graded_by_name,
        edition=one.edition,
        is_kept=True,
    )


def _derived(work: Work, rulebook: Rulebook, enterprise_id: UUID, *, for_everybody: bool) -> list[HistoryEntry]:
    moments: dict[date, list[tuple[GradeCause, str, str]]] = {}
    hazards = _moving_hazards(work, enterprise_id)
    for hazard in work.session.execute(hazards.where(is_told()) if for_everybody else hazards):
        for day, cause, text in _moments_of(hazard, work.today):
            moments.setdefault(day, []).append((cause, text, _edition_of(hazard) or rulebook.edition))
    entries = []
    for day in sorted(moments, reverse=True)[:MOST_DERIVED]:
        grade = get_grade(work, enterprise_id, day=day, for_everybody=for_everybody)
        entries += [
            HistoryEntry(
                day=day,
                at=None,
                colour=grade.colour,
                assessed=grade.assessed,
                cause=cause,
                text=text,
                headline=grade.headline,
                by="",
                edition=edition,
                is_kept=False,
            )
            for cause, text, edition in moments[day]
        ]
    return entries


def _moving_hazards(work: Work, enterprise_id: UUID) -> Any:
    """The hazards the actor may see that raised, or may have raised: major ones, and general ones that passed their deadline."""
    was_late = and_(Hazard.due_on.is_not(None), Hazard.due_on < work.today)
    return (
        readable_hazards(work.actor)
        .with_only_columns(
            Hazard.number, Hazard.level, Hazard.criterion_id, Hazard.due_on, Hazard.accepted_on, Hazard.closed_on,
            Hazard.confirmed_at, Hazard.judgements,
        )
        .where(
            Hazard.enterprise_id == enterprise_id,
            Hazard.state != HazardState.VOID,
            Hazard.confirmed_at.is_not(None),
            or_(Hazard.level == HazardLevel.MAJOR, was_late),
        )
        .order_by(Hazard.confirmed_at, Hazard.id)
    )  # fmt: skip


def _moments_of(hazard: Any, today: date) -> list[tuple[date, GradeCause, str]]:
    named = "、".join(one for one in (hazard.criterion_id, hazard.number) if one)
    moments = []
    is_major = hazard.level == HazardLevel.MAJOR
    if is_major:
        moments.append((day_of(hazard.confirmed_at), GradeCause.HAZARD_OPEN, f"重大隐患 {named} 定级"))
    late_on = hazard.due_on + timedelta(days=1) if hazard.due_on is not None else None
    was_late = late_on is not None and late_on <= (hazard.accepted_on or today)
    if late_on is not None and was_late:
        moments.append((late_on, GradeCause.HAZARD_OVERDUE, f"隐患 {named} 逾期"))
    if hazard.closed_on is not None and (is_major or was_late):
        moments.append((hazard.closed_on, GradeCause.HAZARD_CLOSED, f"隐患 {named} 销号"))
    return moments


def _edition_of(hazard: Any) -> str:
    """The edition of the rules the hazard was confirmed with, where it was kept."""
    return next((str(one["edition"]) for one in hazard.judgements if isinstance(one, dict) and one.get("edition")), "")
