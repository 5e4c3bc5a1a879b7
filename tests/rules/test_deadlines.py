"""Is every due date the one the clause gives, and is overdue counted as the ledger counts it?"""

from datetime import UTC, date, datetime

import msgspec
import pytest

from rules.calendar import load_calendar
from rules.deadlines import (
    Deadlines,
    DeadlineTable,
    Limit,
    NoFixedTermError,
    UnknownLimitError,
    check_table,
    days_left,
    deadline_in_words,
    is_overdue,
    load_deadlines,
    overdue_days,
)
from rules.loading import RuleDataError, parse_table
from rules.terms import LimitUnit
from tests.cases_reader import Situation, read_cases

CALENDAR = load_calendar()
DEADLINES = load_deadlines()
JUNE = DEADLINES.at(date(2026, 6, 1))


@pytest.mark.parametrize("case", read_cases("deadlines"), ids=str)
def test_a_limit_ends_on_the_day_its_clause_gives(case: Situation) -> None:
    limits = DEADLINES.at(case.on())
    key, start = case.given["key"], case.given["start"]
    if case.expected.get("unknown"):
        with pytest.raises(UnknownLimitError, match=key):
            limits.due_on(key, start, CALENDAR)
        return
    if case.expected.get("no_fixed_term"):
        with pytest.raises(NoFixedTermError, match="依治理方案"):
            limits.due_on(key, start, CALENDAR)
        return
    due = limits.due_on(key, start, CALENDAR)
    answers = {
        "due": due.due_on,
        "provisional": due.provisional,
        "verified": due.verified,
        "citation": due.citation,
        "moved_from": due.moved_from,
        "doc_no": due.basis.doc_no if due.basis else "",
    }
    assert {key: answers[key] for key in case.expected} == case.expected
    assert due.moved_from == case.expected.get("moved_from")
    assert due.start_on == start


@pytest.mark.parametrize("case", read_cases("deadlines_reinspection"), ids=str)
def test_the_authority_re_inspects_within_ten_days_of_reply_or_deadline_whichever_is_first(case: Situation) -> None:
    due = DEADLINES.at(case.on()).reinspection_due_on(case.given.get("submitted"), case.given["due"], CALENDAR)
    assert (due.start_on, due.due_on, due.moved_from) == (case.expected["start"], case.expected["due"], case.expected.get("moved_from"))


def test_an_order_may_give_its_own_number_of_days() -> None:
    due = JUNE.rectification_due_on(date(2026, 6, 1), CALENDAR, days=3)
    assert due.due_on == date(2026, 6, 4)
    assert JUNE.rectification_due_on(date(2026, 6, 1), CALENDAR, days=0).due_on == date(2026, 6, 1)
    assert JUNE.rectification_due_on(date(2026, 6, 1), CALENDAR).due_on == date(2026, 6, 16)
    with pytest.raises(ValueError, match="negative"):
        JUNE.rectification_due_on(date(2026, 6, 1), CALENDAR, days=-1)


@pytest.mark.parametrize(
    ("accepted_on", "as_of", "days"),
    [
        (None, date(2026, 6, 15), 0),
        (None, date(2026, 6, 16), 0),
        (None, date(2026, 6, 17), 1),
        (None, date(2026, 6, 30), 14),
        (date(2026, 6, 16), date(2026, 6, 30), 0),
        (date(2026, 6, 20), date(2026, 6, 30), 4),
        (date(2026, 6, 20), date(2026, 6, 18), 2),
    ],
)
def test_overdue_days_stop_counting_when_the_accepted_reply_came(accepted_on: date | None, as_of: date, days: int) -> None:
    due_on = date(2026, 6, 16)
    assert overdue_days(due_on, accepted_on, as_of) == days
    assert is_overdue(due_on, accepted_on, as_of) is (days > 0)


@pytest.mark.parametrize(
    ("as_of", "left", "words"),
    [
        (date(2026, 6, 13), 3, "还剩 3 天"),
        (date(2026, 6, 15), 1, "还剩 1 天"),
        (date(2026, 6, 16), 0, "今天到期"),
        (date(2026, 6, 17), -1, "逾期 1 天"),
        (date(2026, 6, 30), -14, "逾期 14 天"),
    ],
)
def test_a_deadline_is_told_as_people_say_it(as_of: date, left: int, words: str) -> None:
    assert days_left(date(2026, 6, 16), as_of) == left
    assert deadline_in_words(date(2026, 6, 16), as_of) == words


def test_hours_run_from_an_instant_and_have_no_last_day() -> None:
    start = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)
    assert JUNE.due_at("report.accident", start) == datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
    assert JUNE.due_at("power_cut.notice", start) == datetime(2026, 5, 31, 8, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="no last day"):
        JUNE.due_on("report.accident", date(2026, 6, 1), CALENDAR)
    with pytest.raises(ValueError, match="not in hours"):
        JUNE.due_at("reinspection.within", start)


def test_enterprise_reports_are_due_on_the_days_the_decree_names() -> None:
    assert [JUNE.quarterly_report_due_on(2026, quarter) for quarter in (1, 2, 3, 4)] == [
        date(2026, 4, 15),
        date(2026, 7, 15),
        date(2026, 10, 15),
        date(2027, 1, 15),
    ]
    assert JUNE.yearly_report_due_on(2026) == date(2027, 1, 31)
    with pytest.raises(ValueError, match="no quarter"):
        JUNE.quarterly_report_due_on(2026, 5)


def test_people_are_reminded_seven_three_and_one_day_before_and_daily_once_overdue() -> None:
    due_on = date(2026, 6, 16)
    reminded = [day for day in range(6, 20) if JUNE.should_remind(due_on, date(2026, 6, day))]
    assert reminded == [9, 13, 15, 17, 18, 19]


def test_an_extension_is_counted_from_the_deadline_it_extends_and_at_most_doubles_it() -> None:
    assert JUNE.latest_extended_on(date(2026, 6, 1), date(2026, 6, 16)) == date(2026, 7, 1)
    assert JUNE.get_value("extension.max_times") == 1


def test_a_closed_hazard_may_be_reopened_up_to_the_thirtieth_day() -> None:
    closed_on = date(2026, 6, 1)
    assert JUNE.may_reopen(closed_on, date(2026, 7, 1))
    assert not JUNE.may_reopen(closed_on, date(2026, 7, 2))
    assert not JUNE.may_reopen(closed_on, date(2026, 5, 31))


def test_a_limit_says_itself_in_words() -> None:
    assert JUNE.get("order.issue_within").in_words == "3个工作日"
    assert JUNE.get("rectification.major").in_words.startswith("依治理方案")


def test_only_the_authoritys_own_limits_move_to_the_next_working_day() -> None:
    for limit in DEADLINES.limits:
        assert not limit.rolls or not limit.key.startswith(("rectification.", "enterprise.", "hearing."))


def test_nothing_unread_claims_to_be_verified() -> None:
    for limit in DEADLINES.limits:
        assert not limit.verified or (limit.basis is not None and limit.basis.verified)


LIMIT = Limit(
    key="trial",
    label="试",
    unit=LimitUnit.CALENDAR_DAY,
    value=1,
    effective_from=date(2026, 1, 1),
    verified=False,
    is_park_rule=True,
)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (msgspec.structs.replace(LIMIT, is_park_rule=False), "either a basis"),
        (msgspec.structs.replace(LIMIT, verified=True), "cannot be verified"),
        (msgspec.structs.replace(LIMIT, value=None), "neither a value"),
        (msgspec.structs.replace(LIMIT, value=-1), "negative"),
        (
            msgspec.structs.replace(
                next(one for one in DEADLINES.limits if one.key == "report.accident"), effective_from=date(2007, 5, 31)
            ),
            "not in force",
        ),
    ],
)
def test_an_entry_that_cannot_be_trusted_stops_the_start(broken: Limit, reason: str) -> None:
    with pytest.raises(RuleDataError, match=reason):
        check_table("deadlines/trial.toml", DeadlineTable(limit=(broken,)))


def test_an_unknown_unit_or_key_stops_the_start() -> None:
    head = '[[limit]]\nkey = "a"\nlabel = "甲"\neffective_from = 2026-01-01\nverified = false\npark_rule = true\nvalue = 1\n'
    with pytest.raises(RuleDataError, match="unit"):
        parse_table("deadlines/trial.toml", head + 'unit = "fortnight"\n', DeadlineTable)
    with pytest.raises(RuleDataError, match="unknown field"):
        parse_table("deadlines/trial.toml", head + 'unit = "month"\ncolour = "red"\n', DeadlineTable)


def test_a_day_before_any_limit_knows_none() -> None:
    nothing = Deadlines([]).at(date(2026, 6, 1))
    with pytest.raises(UnknownLimitError):
        nothing.get("reinspection.within")
    with pytest.raises(UnknownLimitError):
        nothing.yearly_report_due_on(2026)
    with pytest.raises(UnknownLimitError):
        nothing.should_remind(date(2026, 6, 1), date(2026, 6, 1))
