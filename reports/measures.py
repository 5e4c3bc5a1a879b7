"""Which hazards does each figure of the closure report count? The formulas of 统计口径 once more, as conditions of SQL.

Every condition stands here once. Counting applies it as a filter while going once over the hazards; the list behind a number applies the
same condition as its WHERE, so a number and the length of its list are equal by construction. What each count means is defined row by row
in `figures.count_rows`; these conditions are tested against it. `as_of` names the end of that day.

Three things are counted: hazards by what stands in their own row, hazards by their first re-inspection, and re-inspections that are owed
(those held, and the one still waiting). Only re-inspections that took effect count.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Integer, and_, case, exists, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import FunctionElement

from rules.terms import HazardLevel, HazardState, ReinspectionResult
from server.models.hazards import Hazard, RectificationReply, Reinspection

Condition = Callable[[date], ColumnElement[bool]]
"""Makes the condition of a measure for a day."""


class days_between(FunctionElement[int]):  # noqa: N801 - reads as a function of SQL
    """Calendar days from the second day to the first."""

    type = Integer()
    inherit_cache = True


@compiles(days_between)
def _days_between(element: Any, compiler: Any, **options: Any) -> str:
    later, earlier = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({later} - {earlier})"


@compiles(days_between, "sqlite")
def _days_between_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    later, earlier = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


def is_counted() -> ColumnElement[bool]:
    """Not void: the first condition of the set S."""
    return Hazard.state != HazardState.VOID


def is_major(_: date) -> ColumnElement[bool]:
    """Graded as a major hazard."""
    return Hazard.level == HazardLevel.MAJOR


def is_general(_: date) -> ColumnElement[bool]:
    """Everything else: general hazards and those nobody has graded yet."""
    return or_(Hazard.level.is_(None), Hazard.level != HazardLevel.MAJOR)


def is_accepted(as_of: date) -> ColumnElement[bool]:
    """A reply handed in by `as_of` was found good."""
    return Hazard.accepted_on <= as_of


def is_closed(as_of: date) -> ColumnElement[bool]:
    """Closed by `as_of`."""
    return Hazard.closed_on <= as_of


def is_open(as_of: date) -> ColumnElement[bool]:
    """Not closed by `as_of`."""
    return or_(Hazard.closed_on.is_(None), Hazard.closed_on > as_of)


def is_due(as_of: date) -> ColumnElement[bool]:
    """The final deadline has run out (the set D)."""
    return Hazard.due_on <= as_of


def is_closed_among_due(as_of: date) -> ColumnElement[bool]:
    """The final deadline has run out and the hazard is closed."""
    return and_(is_due(as_of), is_closed(as_of))


def is_on_time(as_of: date) -> ColumnElement[bool]:
    """The final deadline has run out and the accepted reply was not after it."""
    return and_(is_due(as_of), Hazard.accepted_on <= Hazard.due_on)


def is_due_originally(as_of: date) -> ColumnElement[bool]:
    """The deadline first set has run out."""
    return Hazard.original_due_on <= as_of


def is_on_time_originally(as_of: date) -> ColumnElement[bool]:
    """The deadline first set has run out and the accepted reply was not after it."""
    return and_(is_due_originally(as_of), Hazard.accepted_on <= Hazard.original_due_on)


def is_overdue(as_of: date) -> ColumnElement[bool]:
    """The final deadline has run out and no accepted reply was in (the set O)."""
    return and_(is_due(as_of), or_(Hazard.accepted_on.is_(None), Hazard.accepted_on > as_of))


def is_repeated(_: date) -> ColumnElement[bool]:
    """The same at the same place had been closed shortly before."""
    return Hazard.repeat.is_(True)


def is_major_delisted(as_of: date) -> ColumnElement[bool]:
    """A major hazard released by `as_of`."""
    return and_(is_major(as_of), is_closed(as_of))


def days_overdue(as_of: date) -> ColumnElement[int]:
    """Calendar days past the deadline, until the accepted reply or until `as_of` while there is none; NULL when in time."""
    was_late = and_(Hazard.due_on < as_of, or_(Hazard.accepted_on.is_(None), Hazard.accepted_on > Hazard.due_on))
    until = case((is_accepted(as_of), Hazard.accepted_on), else_=as_of)
    return case((was_late, days_between(until, Hazard.due_on)))


def closing_days(as_of: date) -> ColumnElement[int]:
    """Calendar days from finding to closure; NULL while the hazard is open."""
    return case((is_closed(as_of), days_between(Hazard.closed_on, Hazard.found_on)))


_earlier = aliased(Reinspection)


def is_first_look(as_of: date) -> ColumnElement[bool]:
    """The hazard's first re-inspection, held by `as_of`.

    That is the one of round 1; after a closure on the spot was taken back there is none, and only then earlier ones are looked for.
    """
    before = or_(
        _earlier.reinspected_at < Reinspection.reinspected_at,
        and_(_earlier.reinspected_at == Reinspection.reinspected_at, _earlier.id < Reinspection.id),
    )
    has_earlier = exists(select(1).where(_earlier.hazard_id == Reinspection.hazard_id, _earlier.applied.is_(True), before))
    is_first = or_(Reinspection.round == 1, and_(Reinspection.round > 1, ~has_earlier.correlate(Reinspection)))
    return and_(Reinspection.reinspected_on <= as_of, is_first)


def is_passed_first_time(as_of: date) -> ColumnElement[bool]:
    """The hazard's first re-inspection, held by `as_of`, found it rectified."""
    return and_(Reinspection.result == ReinspectionResult.PASS, is_first_look(as_of))


def is_look_owed(as_of: date) -> ColumnElement[bool]:
    """A re-inspection that was held had been owed by `as_of`: since the reply it answers, in the first round also since the deadline."""
    since_deadline = and_(Reinspection.round == 1, Hazard.due_on <= as_of)
    return and_(Reinspection.due_on.is_not(None), or_(RectificationReply.replied_on <= as_of, since_deadline))


def is_look_timely(as_of: date) -> ColumnElement[bool]:
    """It was held by its day, and by `as_of`."""
    return and_(is_look_owed(as_of), Reinspection.reinspected_on <= Reinspection.due_on, Reinspection.reinspected_on <= as_of)


def is_look_awaited(as_of: date) -> ColumnElement[bool]:
    """The hazard waits for a re-inspection that has been owed since `as_of` or before."""
    since_deadline = and_(Hazard.failed_rounds == 0, is_due(as_of))
    replied = and_(Hazard.state == HazardState.SUBMITTED, or_(Hazard.last_reply_on <= as_of, since_deadline))
    return or_(replied, and_(Hazard.state == HazardState.RECTIFYING, since_deadline))


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """A number of the report that opens a list. `key` is the name of the count in `ClosureCounts`.

    `of_hazard` holds for hazards by their own row, `of_look` for re-inspections (each joined with its hazard and reply). A measure with
    both counts rounds: those awaited and those held.
    """

    key: str
    title: str
    meaning: str
    of_hazard: Condition | None = None
    of_look: Condition | None = None


def _any(_: date) -> ColumnElement[bool]:
    return Hazard.id.is_not(None)


MEASURES: dict[str, Measure] = {
    one.key: one
    for one in (
        Measure(key="found", title="发现隐患", meaning="统计期内发现，不含已作废", of_hazard=_any),
        Measure(key="general", title="一般隐患", meaning="统计期内发现的一般隐患，含尚未定级的", of_hazard=is_general),
        Measure(key="major", title="重大事故隐患", meaning="统计期内发现并定级为重大", of_hazard=is_major),
        Measure(key="accepted", title="已整改", meaning="截止时已提交整改，且该次提交经复查合格", of_hazard=is_accepted),
        Measure(key="closed", title="已销号", meaning="截止时已销号", of_hazard=is_closed),
        Measure(key="open", title="未闭环", meaning="截止时尚未销号", of_hazard=is_open),
        Measure(key="due", title="已到期", meaning="最终期限不晚于截止日", of_hazard=is_due),
        Measure(key="closed_among_due", title="到期且已销号", meaning="最终期限不晚于截止日，截止时已销号", of_hazard=is_closed_among_due),
        Measure(key="on_time", title="按期整改", meaning="已到期的隐患中，在最终期限内提交并合格", of_hazard=is_on_time),
        Measure(key="due_originally", title="原期限已到", meaning="延期前的期限不晚于截止日", of_hazard=is_due_originally),
        Measure(
            key="on_time_originally",
            title="按原期限整改",
            meaning="原期限已到的隐患中，在原期限内提交并合格",
            of_hazard=is_on_time_originally,
        ),
        Measure(key="overdue", title="逾期未改", meaning="最终期限已过，截止时仍未合格提交", of_hazard=is_overdue),
        Measure(key="repeated", title="重复隐患", meaning="同一部位同一检查项销号后不久再次发现", of_hazard=is_repeated),
        Measure(key="major_delisted", title="重大隐患已销号", meaning="定级为重大，截止时已摘牌销号", of_hazard=is_major_delisted),
        Measure(key="reinspected", title="已复查", meaning="截止时至少复查过一次", of_look=is_first_look),
        Measure(key="passed_first_time", title="首轮复查合格", meaning="第一次复查即合格", of_look=is_passed_first_time),
        Measure(
            key="reinspections_owed",
            title="应复查（次）",
            meaning="企业已提交或期限已届满，按轮次计",
            of_hazard=is_look_awaited,
            of_look=is_look_owed,
        ),
        Measure(
            key="reinspections_timely",
            title="按期复查（次）",
            meaning="在复查期限内完成的复查",
            of_look=is_look_timely,
        ),
    )
}
"""Every number that opens a list, in the order of the report."""

HAZARD_COUNTS = tuple(one for one in MEASURES.values() if one.of_hazard is not None and one.of_look is None and one.key != "open")
LOOK_COUNTS = tuple(one for one in MEASURES.values() if one.of_look is not None)
"""Counted while going over the hazards, and over the re-inspections. `open` follows from two of them."""
