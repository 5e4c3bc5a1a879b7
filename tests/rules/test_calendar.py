"""Are working days those of the notices, and is a year without its notice marked?"""

from datetime import date, timedelta

import msgspec
import pytest

from rules.calendar import Calendar, CalendarYear, Holiday, check_year, load_calendar
from rules.loading import RuleDataError
from rules.references import LegalBasis
from tests.cases_reader import Situation, read_cases

CALENDAR = load_calendar()
BASIS = LegalBasis(standard="虚构的放假通知", clause="第一项", effective_from=date(2027, 1, 1), source="虚构", verified=False)


def year_with(holiday: Holiday, *make_up: date) -> CalendarYear:
    return CalendarYear(year=2027, provisional=False, make_up_workdays=make_up, basis=BASIS, holiday=(holiday,))


@pytest.mark.parametrize("case", read_cases("calendar"), ids=str)
def test_a_day_is_worked_or_not_as_the_notice_says(case: Situation) -> None:
    day: date = case.given["day"]
    answers = {
        "workday": CALENDAR.is_workday(day),
        "provisional": CALENDAR.is_provisional(day),
        "next": CALENDAR.next_workday(day),
        "nth": CALENDAR.add_workdays(day, case.given.get("add", 0)),
    }
    assert {key: answers[key] for key in case.expected} == case.expected


def test_2026_has_the_working_days_of_its_notice() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    # 261 weekdays, less the holidays among them, plus six weekends worked.
    weekday_holidays = [day for day in days if day.weekday() < 5 and not CALENDAR.is_workday(day)]
    weekends_worked = [day for day in days if day.weekday() >= 5 and CALENDAR.is_workday(day)]
    assert len(weekends_worked) == 6
    assert len([day for day in days if CALENDAR.is_workday(day)]) == 261 - len(weekday_holidays) + 6 == 248


def test_counting_forward_and_back_meets_again() -> None:
    start = date(2026, 2, 11)
    for n in range(1, 60):
        there = CALENDAR.add_workdays(start, n)
        assert CALENDAR.is_workday(there)
        assert CALENDAR.add_workdays(there, -n) == start


def test_calendar_days_and_months_do_not_look_at_holidays() -> None:
    assert CALENDAR.add_days(date(2026, 9, 30), 1) == date(2026, 10, 1)
    assert CALENDAR.add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert CALENDAR.add_months(date(2026, 1, 15), -1) == date(2025, 12, 15)


def test_a_span_rests_on_a_provisional_year_only_when_it_reaches_into_one() -> None:
    assert not CALENDAR.depends_on_provisional(date(2026, 12, 1), date(2026, 12, 31))
    assert CALENDAR.depends_on_provisional(date(2026, 12, 31), date(2027, 1, 1))
    assert not CALENDAR.depends_on_provisional(date(2024, 12, 31), date(2025, 1, 2))


def test_an_imported_notice_replaces_the_provisional_year() -> None:
    imported = CALENDAR.with_year(year_with(Holiday("春节", date(2027, 2, 5), date(2027, 2, 11)), date(2027, 1, 30)))
    assert not imported.is_provisional(date(2027, 2, 9))
    assert imported.next_workday(date(2027, 2, 9)) == date(2027, 2, 12)
    assert imported.is_workday(date(2027, 1, 30))
    assert CALENDAR.is_provisional(date(2027, 2, 9))


@pytest.mark.parametrize(
    ("year", "reason"),
    [
        (year_with(Holiday("春节", date(2027, 2, 8), date(2027, 2, 5))), "ends before it begins"),
        (year_with(Holiday("元旦", date(2026, 12, 31), date(2027, 1, 1))), "lies outside 2027"),
        (year_with(Holiday("春节", date(2027, 2, 5), date(2027, 2, 7)), date(2027, 2, 6)), "both a day off"),
        (year_with(Holiday("元旦", date(2027, 1, 1), date(2027, 1, 1)), date(2027, 1, 5)), "weekend"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(year: CalendarYear, reason: str) -> None:
    with pytest.raises(RuleDataError, match=reason):
        check_year("calendar/2027.toml", year)


def test_a_calendar_of_no_notices_is_all_provisional() -> None:
    empty = Calendar([])
    assert empty.is_workday(date(2026, 10, 1))
    assert empty.is_provisional(date(2026, 10, 1))


def test_every_year_cites_its_notice() -> None:
    for year in CALENDAR.years.values():
        assert year.basis.citation
        assert year.basis.verified is not year.provisional
        assert msgspec.json.encode(year)
