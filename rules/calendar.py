"""Is this a working day, and which day is n days or n working days later?

Holidays and make-up workdays come from the yearly notices in `data/calendar/`, one file a year. A year whose notice is not out yet is
provisional: its file lists only the holidays the 全国年节及纪念日放假办法 itself fixes, and a year without a file counts weekends alone.
Whoever prints a date resting on a provisional year says so. Which limits count which kind of day is `deadlines.py`'s question.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Self

import msgspec

from rules.loading import RuleDataError, list_tables, read_table
from rules.references import LegalBasis

_DAY = timedelta(days=1)
_SATURDAY = 5


class Holiday(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One holiday of a year; both ends are days off."""

    name: str
    first_on: date
    last_on: date

    def list_days(self) -> list[date]:
        """Every day off of this holiday."""
        return [self.first_on + n * _DAY for n in range((self.last_on - self.first_on).days + 1)]


class CalendarYear(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The holidays and make-up workdays of one year, and whether they are still provisional."""

    year: int
    provisional: bool
    make_up_workdays: tuple[date, ...]
    basis: LegalBasis
    holiday: tuple[Holiday, ...]


def check_year(file: str, one: CalendarYear) -> None:
    """Raise `RuleDataError` for days outside the year, holidays that end before they begin, and days both off and worked."""
    days_off: set[date] = set()
    for holiday in one.holiday:
        if holiday.last_on < holiday.first_on:
            raise RuleDataError(file, holiday.name, "ends before it begins")
        days_off.update(holiday.list_days())
    for day in sorted(days_off | set(one.make_up_workdays)):
        if day.year != one.year:
            raise RuleDataError(file, str(day), f"lies outside {one.year}")
    for day in one.make_up_workdays:
        if day in days_off:
            raise RuleDataError(file, str(day), "is both a day off and a make-up workday")
        if day.weekday() < _SATURDAY:
            raise RuleDataError(file, str(day), "a make-up workday must fall on a weekend")


class Calendar:
    """The working days of mainland China as far as the notices are known."""

    def __init__(self, years: Iterable[CalendarYear]) -> None:
        """Compose a calendar. A later year of the same number replaces an earlier one."""
        self.years = {one.year: one for one in years}
        self._days_off = frozenset(day for one in self.years.values() for holiday in one.holiday for day in holiday.list_days())
        self._worked = frozenset(day for one in self.years.values() for day in one.make_up_workdays)

    def with_year(self, year: CalendarYear) -> Self:
        """The same calendar with a year added or replaced, as when an office imports a new notice. Raises `RuleDataError`."""
        check_year(f"calendar/{year.year}.toml", year)
        return type(self)([*self.years.values(), year])

    def is_workday(self, day: date) -> bool:
        """Whether authorities work: a weekday that is no holiday, or a make-up workday."""
        return day in self._worked or (day.weekday() < _SATURDAY and day not in self._days_off)

    def is_provisional(self, day: date) -> bool:
        """Whether the working days of that year are not yet fixed by a notice."""
        year = self.years.get(day.year)
        return year is None or year.provisional

    def depends_on_provisional(self, start: date, end: date) -> bool:
        """Whether any day of (start, end], in either order, lies in a provisional year."""
        first, last = min(start, end), max(start, end)
        if first < last:
            first += _DAY
        return any(self.is_provisional(date(year, 1, 1)) for year in range(first.year, last.year + 1))

    def next_workday(self, day: date) -> date:
        """The day itself if authorities work, else the first working day after it."""
        while not self.is_workday(day):
            day += _DAY
        return day

    def add_days(self, start: date, days: int) -> date:
        """The day `days` calendar days after `start`, which is not counted; before it when negative."""
        return start + timedelta(days=days)

    def add_workdays(self, start: date, days: int) -> date:
        """The `days`-th working day after `start`, which is not counted; before it when negative. Zero is `start` itself."""
        step = _DAY if days > 0 else -_DAY
        day = start
        for _ in range(abs(days)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def add_months(self, start: date, months: int) -> date:
        """The day of the same number `months` later, or the month's last day where it has no such number."""
        index = start.year * 12 + start.month - 1 + months
        year, month = index // 12, index % 12 + 1
        return date(year, month, min(start.day, monthrange(year, month)[1]))


def load_calendar() -> Calendar:
    """Read every year of `data/calendar/`. Raises `RuleDataError`."""
    years: dict[int, CalendarYear] = {}
    for file in list_tables("calendar"):
        one = read_table(file, CalendarYear)
        check_year(file, one)
        if one.year in years:
            raise RuleDataError(file, "year", f"{one.year} stands in two files")
        years[one.year] = one
    return Calendar(years.values())
