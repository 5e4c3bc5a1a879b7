"""Are numbers and texts of a request read exactly, and is what cannot be read refused in words?"""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from rules.grading_request_schema import LecRequest
from rules.grading_requests import answer_grade, load_grading_rulebook
from rules.requests import RequestError, normal_form, plain, plain_below, read_count, read_day, read_number

BOOK = load_grading_rulebook()


@pytest.mark.parametrize("value", [0.1, "0.1", Decimal("0.1"), "０．１", " 0.10 ", "1e-1"])
def test_a_tenth_is_a_tenth_however_it_is_written(value: object) -> None:
    assert read_number(value, "x") == Decimal("0.1")


@pytest.mark.parametrize("value", [True, None, "", "abc", [1], "1吨", "一", "1,5", "1_0", "nan", "--1"])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(RequestError, match="not_a_number"):
        read_number(value, "x")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "1e99999999", "9" * 5000, "1e-400", 10**13, 10**4000])
def test_what_is_no_real_quantity_is_refused(value: object) -> None:
    with pytest.raises(RequestError, match="out_of_range"):
        read_number(value, "x")


def test_counts_are_whole_and_days_are_days() -> None:
    assert read_count("3", "x") == 3
    assert read_day("2026-05-01") == date(2026, 5, 1)
    for value in ("2026-13-01", 20260501, None):
        with pytest.raises(RequestError, match="not_a_day"):
            read_day(value)
    with pytest.raises(RequestError, match="not_a_whole_number"):
        read_count(1.5, "x")


def test_numbers_are_written_as_people_write_them() -> None:
    assert [plain(Decimal(one)) for one in ("100", "1E+2", "0.10", "-0.0", "1.50")] == ["100", "100", "0.1", "0", "1.5"]
    assert plain(Fraction(1, 3)) == "0.333333"
    assert plain(Fraction(13779, 100000)) == "0.13779"
    assert plain_below(Fraction(299999999, 300000000), Fraction(1)) == "0.999999"


def test_texts_are_compared_without_regard_to_width_brackets_and_spaces() -> None:
    assert normal_form("硝化纤维素［含 乙醇>=２５％］") == normal_form("硝化纤维素（含乙醇≥25%）")


def test_the_door_refuses_what_is_no_request() -> None:
    for request, code in (
        ([], "not_an_object"),
        ({}, "missing_field"),
        ({"method": "hazop"}, "unknown_method"),
        ({"method": "lec", "likelihod": 3}, "unknown_field"),
    ):
        with pytest.raises(RequestError) as refusal:
            answer_grade(request, BOOK)  # type: ignore[arg-type]
        assert refusal.value.code == code


def test_a_mistyped_field_is_answered_with_the_field_that_was_meant() -> None:
    with pytest.raises(RequestError, match="likelihood"):
        answer_grade({"method": "lec", "likelihod": 3, "exposure": 6, "consequence": 7}, BOOK)


def test_a_request_struct_and_a_request_without_a_day_are_answered() -> None:
    answer = answer_grade(LecRequest(id="a", likelihood=3, exposure=6, consequence=7), BOOK)
    assert (answer["id"], answer["score"]) == ("a", "126")
    assert "未写日期" in answer["trail"][0]
