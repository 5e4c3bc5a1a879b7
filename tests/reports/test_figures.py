"""The figures of the closure report, tried on rows and counts whose result can be reckoned by hand."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.figures import (
    ClosureCounts,
    HazardRow,
    Rate,
    ReinspectionRound,
    closure_figures,
    count_rows,
    is_due,
    is_on_time,
    is_overdue,
    mean_closing_days,
    median_closing_days,
    overdue_days,
    sum_counts,
)
from tests.reports.sample_papers import hazards

AS_OF = date(2026, 11, 22)


def day(number: int, month: int = 11) -> date:
    return date(2026, month, number)


def hazard(**facts: object) -> HazardRow:
    return msgspec.convert({"found_on": day(1), "original_due_on": day(16), "due_on": day(16), **facts}, HazardRow)


@pytest.mark.parametrize(
    ("numerator", "denominator", "printed"),
    [
        (0, 0, "—"),
        (0, 7, "0.0%"),
        (7, 7, "100.0%"),
        (1, 16, "6.3%"),
        (1, 3, "33.3%"),
        (2, 3, "66.7%"),
        (1, 2000, "0.1%"),
        (1, 2001, "0.0%"),
    ],
)
def test_a_rate_prints_one_decimal_half_up_and_a_dash_over_nothing(numerator: int, denominator: int, printed: str) -> None:
    assert str(Rate(numerator, denominator)) == printed


def test_every_count_and_figure_of_five_hazards_is_what_a_hand_reckons() -> None:
    rows = [
        # closed in time, passed at once
        hazard(accepted_reply_on=day(10), closed_on=day(13), first_reinspected_on=day(12), passed_first_time=True,
               reinspections=(ReinspectionRound(owed_from=day(10), due_on=day(20), done_on=day(12)),)),
        # extended by five days: late by the first deadline, in time by the final one; major and delisted
        hazard(is_major=True, due_on=day(21), accepted_reply_on=day(18), closed_on=day(22), delisted_on=day(22),
               first_reinspected_on=day(17), passed_first_time=False,
               reinspections=(
                   ReinspectionRound(owed_from=day(14), due_on=day(24), done_on=day(17)),
                   ReinspectionRound(owed_from=day(18), due_on=day(28), done_on=day(22)),
               )),
        # overdue by six days, re-inspection owed since the deadline and late
        hazard(is_repeat=True, reinspections=(ReinspectionRound(owed_from=day(16), due_on=day(20)),)),
        # not yet due
        hazard(due_on=day(30), original_due_on=day(30)),
        # put right on the spot: no deadline ever
        hazard(due_on=None, original_due_on=None, accepted_reply_on=day(1), closed_on=day(1)),
        # entered by mistake
        hazard(is_void=True, accepted_reply_on=day(2), closed_on=day(2)),
    ]  # fmt: skip
    counts = count_rows(rows, AS_OF)
    assert counts == ClosureCounts(
        found=5, general=4, major=1, accepted=3, closed=3, due=3, closed_among_due=2, on_time=2, due_originally=3, on_time_originally=1,
        overdue=1, overdue_days=6, reinspected=2, passed_first_time=1, reinspections_owed=4, reinspections_timely=3, repeated=1,
        major_delisted=1, closing_days=((0, 1), (12, 1), (21, 1)),
    )  # fmt: skip
    figures = closure_figures(counts)
    printed = {name: str(getattr(figures, name)) for name in figures.__struct_fields__ if name != "counts"}
    assert printed == {
        "rectification": "60.0%", "closure": "60.0%", "due_closure": "66.7%", "on_time": "66.7%", "original_on_time": "33.3%",
        "overdue": "33.3%", "first_pass": "50.0%", "reinspection_timely": "75.0%", "major_rectification": "100.0%", "repeat": "20.0%",
        "is_major_cleared": "True", "mean_closing_days": "11.0", "median_closing_days": "12.0",
    }  # fmt: skip


def test_figures_of_nothing_are_dashes_never_a_hundred_percent() -> None:
    figures = closure_figures(ClosureCounts())
    rates = [value for name in figures.__struct_fields__ if isinstance(value := getattr(figures, name), Rate)]
    assert [str(rate) for rate in rates] == ["—"] * 10
    assert figures.mean_closing_days is None
    assert figures.median_closing_days is None


def test_a_deadline_on_the_day_has_run_out_when_that_day_ends_and_not_the_day_before() -> None:
    row = hazard(due_on=AS_OF)
    assert is_due(row, AS_OF)
    assert is_overdue(row, AS_OF)
    assert overdue_days(row, AS_OF) == 0
    assert not is_due(row, day(21))


def test_a_reply_on_the_last_day_is_in_time_and_one_a_day_later_is_not() -> None:
    assert is_on_time(hazard(accepted_reply_on=day(16)), AS_OF)
    late = hazard(accepted_reply_on=day(17))
    assert not is_on_time(late, AS_OF)
    assert not is_overdue(late, AS_OF)
    assert overdue_days(late, AS_OF) == 1


def test_what_happens_after_the_day_does_not_count_on_it() -> None:
    row = hazard(accepted_reply_on=day(17), closed_on=day(18), first_reinspected_on=day(18), passed_first_time=True)
    counts = count_rows([row], day(16))
    assert (counts.accepted, counts.closed, counts.reinspected, counts.passed_first_time, counts.overdue) == (0, 0, 0, 0, 1)
    assert counts.closing_days == ()


def test_the_median_of_an_even_number_lies_between_the_two_in_the_middle() -> None:
    assert median_closing_days(ClosureCounts(closing_days=((3, 1), (4, 1), (9, 2)))) == Decimal("6.5")
    assert mean_closing_days(ClosureCounts(closing_days=((3, 1), (4, 1), (9, 2)))) == Decimal("6.3")


def test_a_total_is_the_sum_of_counts_and_not_the_mean_of_rates() -> None:
    small, large = ClosureCounts(found=1, closed=1), ClosureCounts(found=99, closed=0)
    assert str(closure_figures(small + large).closure) == "1.0%"


@given(st.integers(0, 60), st.integers(0, 60), st.dates(date(2026, 6, 1), date(2027, 1, 1)))
def test_counting_parts_and_adding_equals_counting_the_whole(first: int, second: int, as_of: date) -> None:
    rows = hazards(first + second)
    parts = [count_rows(rows[:first], as_of), count_rows(rows[first:], as_of)]
    whole = count_rows(rows, as_of)
    assert parts[0] + parts[1] == whole
    assert sum_counts(parts) == whole
    assert whole.general + whole.major == whole.found
    assert sum(amount for _, amount in whole.closing_days) == whole.closed
