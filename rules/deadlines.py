"""By when must something be done, and is it overdue on a given day?

Limits come from `data/deadlines/`, each with its unit, clause and dates; the start day is never counted. A limit of the authority's own
that ends on a day off ends on the next working day; an enterprise's deadline never moves by itself. Whether an extension may be granted
is `workflow.py`'s question, which days are worked is `calendar.py`'s.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from rules.calendar import Calendar
from rules.loading import RuleDataError, list_tables, read_table, refuse_overlaps
from rules.references import LegalBasis
from rules.terms import LimitUnit

PARK_RULE = "园区自定"

_QUARTERS = 4
_MONTHS_PER_QUARTER = 3
_MONTHS_PER_YEAR = 12


class UnknownLimitError(LookupError):
    """No limit of this key is in force on the day asked for."""

    def __init__(self, key: str, day: date) -> None:
        super().__init__(f"no limit {key} is in force on {day}")
        self.key = key
        self.day = day


class NoFixedTermError(ValueError):
    """The limit has no fixed number of days: somebody must name the date, and `limit.note` says on what it rests."""

    def __init__(self, limit: "Limit") -> None:
        super().__init__(f"{limit.label}：{limit.note}")
        self.limit = limit


class _Dated(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    key: str
    label: str
    effective_from: date
    verified: bool
    basis: LegalBasis | None = None
    is_park_rule: bool = msgspec.field(name="park_rule", default=False)
    repealed_on: date | None = None
    note: str = ""

    def is_in_force(self, on: date) -> bool:
        """Whether the entry holds on that day: [effective_from, repealed_on)."""
        return self.effective_from <= on and (self.repealed_on is None or on < self.repealed_on)

    @property
    def citation(self) -> str:
        """The basis as printed, or that the park set it itself."""
        return PARK_RULE if self.basis is None else self.basis.citation


class Limit(_Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A time limit or a count in force on [effective_from, repealed_on).

    `value` is None where no fixed number exists. `rolls` limits bind the authority and move to the next working day;
    `backwards` limits are counted back from the day they protect.
    """

    unit: LimitUnit
    value: int | None = None
    rolls: bool = False
    backwards: bool = False

    @property
    def in_words(self) -> str:
        """The limit as people say it: `15日`, `3个工作日`; the note where there is no number."""
        return self.note if self.value is None else f"{self.value}{self.unit.label}"


class Report(_Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A report an enterprise owes: by `day` of the month `months_after` the end of the period, that day included."""

    period: Literal["quarter", "year"]
    months_after: int
    day: int


class Reminder(_Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """On which days before a deadline people are reminded, and whether daily once it is overdue."""

    days_before: tuple[int, ...]
    daily_when_overdue: bool


class DeadlineTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of limits."""

    limit: tuple[Limit, ...] = ()
    report: tuple[Report, ...] = ()
    reminder: tuple[Reminder, ...] = ()


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A computed date with what it rests on.

    `provisional` means that a year without its holiday notice took part; `verified` that the limit's number was compared with the
    clause; `basis` is None for a rule of the park's own; `moved_from` is the day off the limit would have ended on.
    """

    key: str
    start_on: date
    due_on: date
    provisional: bool
    verified: bool
    citation: str
    basis: LegalBasis | None = None
    moved_from: date | None = None


class DeadlinesAt:
    """The limits in force on one day."""

    def __init__(self, day: date, limits: Iterable[Limit], reports: Iterable[Report], reminders: Iterable[Reminder]) -> None:
        self.day = day
        self.limits = {one.key: one for one in limits}
        self.reports = {one.key: one for one in reports}
        self.reminders = {one.key: one for one in reminders}

    def get(self, key: str) -> Limit:
        """The limit in force. Raises `UnknownLimitError`."""
        try:
            return self.limits[key]
        except KeyError:
            raise UnknownLimitError(key, self.day) from None

    def get_value(self, key: str) -> int:
        """The number of a limit, in its own unit. Raises `UnknownLimitError`, `NoFixedTermError`."""
        limit = self.get(key)
        if limit.value is None:
            raise NoFixedTermError(limit)
        return limit.value

    def due_on(self, key: str, start_on: date, calendar: Calendar) -> Due:
        """The last day of a limit that runs from `start_on`, which is not counted; for a `backwards` limit the last day to act before it.

        Raises `UnknownLimitError`, `NoFixedTermError`, and ValueError for hours and counts, which have no last day.
        """
        limit = self.get(key)
        return self._count(limit, start_on, self.get_value(key), calendar)

    def due_at(self, key: str, start_at: datetime) -> datetime:
        """The instant at which a limit of hours ends. Raises ValueError for other units."""
        limit = self.get(key)
        if limit.unit is not LimitUnit.HOUR:
            raise ValueError(f"{key} is counted in {limit.unit}, not in hours")
        hours = self.get_value(key)
        return start_at + timedelta(hours=-hours if limit.backwards else hours)

    def rectification_due_on(self, served_on: date, calendar: Calendar, days: int | None = None) -> Due:
        """By when a general hazard must be rectified: `days` calendar days after service, or the park's default; 0 is the same day.

        The date is printed in the order and does not move when it falls on a day off.
        """
        limit = self.get("rectification.general")
        return self._count(limit, served_on, self.get_value(limit.key) if days is None else days, calendar)

    def reinspection_due_on(self, submitted_on: date | None, due_on: date, calendar: Calendar) -> Due:
        """By when the authority must re-inspect: from the reply or from the end of the deadline, whichever comes first."""
        start_on = due_on if submitted_on is None else min(submitted_on, due_on)
        return self.due_on("reinspection.within", start_on, calendar)

    def latest_extended_on(self, served_on: date, due_on: date) -> date:
        """The last day up to which a deadline may be extended: its own length again, as many times as the park allows."""
        return due_on + (due_on - served_on) * self.get_value("extension.max_total")

    def may_reopen(self, closed_on: date, on: date) -> bool:
        """Whether a closed hazard may still be reopened on that day."""
        return closed_on <= on <= closed_on + timedelta(days=self.get_value("hazard.reopen_within"))

    def quarterly_report_due_on(self, year: int, quarter: int) -> date:
        """By when the enterprise's report on that quarter (1–4) is due."""
        if not 1 <= quarter <= _QUARTERS:
            raise ValueError(f"{quarter} is no quarter")
        return self._report_due_on("report.quarterly", year, quarter * _MONTHS_PER_QUARTER)

    def yearly_report_due_on(self, year: int) -> date:
        """By when the enterprise's report on that year is due."""
        return self._report_due_on("report.yearly", year, _MONTHS_PER_YEAR)

    def should_remind(self, due_on: date, on: date, key: str = "reminder.rectification") -> bool:
        """Whether somebody who has not answered yet is reminded on that day."""
        reminder = self.reminders.get(key)
        if reminder is None:
            raise UnknownLimitError(key, self.day)
        left = days_left(due_on, on)
        return left in reminder.days_before or (left < 0 and reminder.daily_when_overdue)

    def _report_due_on(self, key: str, year: int, last_month: int) -> date:
        report = self.reports.get(key)
        if report is None:
            raise UnknownLimitError(key, self.day)
        index = year * _MONTHS_PER_YEAR + last_month - 1 + report.months_after
        return date(index // _MONTHS_PER_YEAR, index % _MONTHS_PER_YEAR + 1, report.day)

    def _count(self, limit: Limit, start_on: date, value: int, calendar: Calendar) -> Due:
        if value < 0:
            raise ValueError("a limit cannot be negative")
        steps = -value if limit.backwards else value
        depends = limit.rolls
        match limit.unit:
            case LimitUnit.CALENDAR_DAY:
                counted = calendar.add_days(start_on, steps)
            case LimitUnit.WORKING_DAY:
                counted = calendar.add_workdays(start_on, steps)
                depends = True
            case LimitUnit.MONTH:
                counted = calendar.add_months(start_on, steps)
            case _:
                raise ValueError(f"{limit.key} is counted in {limit.unit} and has no last day")
        due_on = calendar.next_workday(counted) if limit.rolls else counted
        # A calendar-day limit that rolls depends only on the days around its end; working days depend on every day counted.
        first = start_on if limit.unit is LimitUnit.WORKING_DAY else counted
        provisional = depends and (calendar.depends_on_provisional(first, due_on) or calendar.is_provisional(counted))
        return Due(
            key=limit.key,
            start_on=start_on,
            due_on=due_on,
            provisional=provisional,
            verified=limit.verified,
            citation=limit.citation,
            basis=limit.basis,
            moved_from=counted if due_on != counted else None,
        )


class Deadlines:
    """Every limit ever in force."""

    def __init__(self, tables: Iterable[DeadlineTable]) -> None:
        kept = tuple(tables)
        self.limits = tuple(one for table in kept for one in table.limit)
        self.reports = tuple(one for table in kept for one in table.report)
        self.reminders = tuple(one for table in kept for one in table.reminder)

    def at(self, day: date) -> DeadlinesAt:
        """The limits in force on that day."""
        return DeadlinesAt(
            day,
            (one for one in self.limits if one.is_in_force(day)),
            (one for one in self.reports if one.is_in_force(day)),
            (one for one in self.reminders if one.is_in_force(day)),
        )


def overdue_days(due_on: date, accepted_on: date | None, as_of: date) -> int:
    """Calendar days overdue on `as_of`: counted to the day the later accepted reply was submitted, or to `as_of` while there is none."""
    end = as_of if accepted_on is None else min(as_of, accepted_on)
    return max(0, (end - due_on).days)


def is_overdue(due_on: date, accepted_on: date | None, as_of: date) -> bool:
    """Whether it was late on `as_of`. The deadline day itself is still in time."""
    return overdue_days(due_on, accepted_on, as_of) > 0


def days_left(due_on: date, as_of: date) -> int:
    """Calendar days from `as_of` to the deadline; negative when it has passed."""
    return (due_on - as_of).days


def deadline_in_words(due_on: date, as_of: date) -> str:
    """The distance to a deadline as people say it."""
    left = days_left(due_on, as_of)
    if left > 0:
        return f"还剩 {left} 天"
    return "今天到期" if left == 0 else f"逾期 {-left} 天"


def check_table(file: str, table: DeadlineTable) -> None:
    """Raise `RuleDataError` for entries without basis or unit sense."""
    entries: tuple[_Dated, ...] = (*table.limit, *table.report, *table.reminder)
    for one in entries:
        if (one.basis is None) != one.is_park_rule:
            raise RuleDataError(file, one.key, "needs either a basis or park_rule = true")
        if one.basis is not None and not one.basis.is_in_force(one.effective_from):
            raise RuleDataError(file, one.key, f"its basis is not in force on {one.effective_from}")
        if one.is_park_rule and one.verified:
            raise RuleDataError(file, one.key, "a rule of the park's own cannot be verified against a clause")
    for limit in table.limit:
        if limit.value is None and not limit.note:
            raise RuleDataError(file, limit.key, "has neither a value nor a note that says why")
        if limit.value is not None and limit.value < 0:
            raise RuleDataError(file, limit.key, "is negative")


def load_deadlines() -> Deadlines:
    """Read every limit in `data/deadlines/`. Raises `RuleDataError`."""
    tables: list[DeadlineTable] = []
    for file in list_tables("deadlines"):
        table = read_table(file, DeadlineTable)
        check_table(file, table)
        tables.append(table)
    deadlines = Deadlines(tables)
    entries: tuple[_Dated, ...] = (*deadlines.limits, *deadlines.reports, *deadlines.reminders)
    for key in sorted({one.key for one in entries}):
        refuse_overlaps("deadlines", key, ((one.effective_from, one.repealed_on) for one in entries if one.key == key))
    return deadlines
