"""Are floor and cap kept apart, and do triggered inspections leave the cap alone?"""

from datetime import date
from fractions import Fraction

import pytest

from rules.requests import RequestError
from rules.supervision import (
    FrequencyKind,
    InspectionUse,
    frequency_bounds,
    load_enforcement_notes,
    load_frequency_rules,
    most_dangerous_first,
    use_of_cap,
)

DAY = date(2026, 5, 1)


def test_a_cap_is_no_floor_and_a_floor_is_no_cap() -> None:
    cap = frequency_bounds({"sx_hazchem": "标准化三级"}, on=DAY)
    assert (cap.floor, cap.cap) == (None, Fraction(8))
    floor = frequency_bounds({"gd": "一般"}, on=DAY)
    assert (floor.floor, floor.cap) == (Fraction(1, 3), None)


def test_the_strictest_of_each_kind_binds_and_the_order_of_adoption_does_not_matter() -> None:
    one = frequency_bounds({"sx_hazchem": "标准化三级", "sx_guide": "督导检查", "gd": "重点", "small_abcd": "B"}, on=DAY)
    other = frequency_bounds({"small_abcd": "B", "gd": "重点", "sx_guide": "督导检查", "sx_hazchem": "标准化三级"}, on=DAY)
    assert (one.floor, one.cap) == (other.floor, other.cap) == (Fraction(2), Fraction(3))
    assert not one.contradict


def test_a_floor_above_the_cap_is_shown_and_settled_by_nobody_but_the_office() -> None:
    bounds = frequency_bounds({"sx_nonhigh": "标准化一级", "small_abcd": "D"}, on=DAY)
    assert bounds.contradict
    assert (bounds.floor, bounds.cap) == (Fraction(12), Fraction(1))
    assert "冲突" in bounds.trail[-1]


def test_a_rule_without_a_number_sets_no_bound() -> None:
    bounds = frequency_bounds({"sd": "红色"}, on=DAY)
    assert (bounds.floor, bounds.cap) == (None, None)
    assert "责令停产停业整顿" in bounds.trail[0]


def test_inspections_after_a_report_or_an_accident_do_not_use_up_the_cap() -> None:
    visits = [
        InspectionUse(date(2026, 3, 1)),
        InspectionUse(date(2026, 4, 1), "report"),
        InspectionUse(date(2026, 4, 2), "accident"),
        InspectionUse(date(2025, 12, 31)),
    ]
    use = use_of_cap(visits, 1, 2026)
    assert (len(use.counted), len(use.triggered), use.left, use.is_exceeded) == (1, 2, Fraction(0), False)
    assert "触发式检查 2 次不占上限" in use.sentence
    assert use_of_cap([*visits, InspectionUse(date(2026, 12, 31))], 1, 2026).is_exceeded


def test_an_unknown_reason_does_not_slip_past_the_cap() -> None:
    with pytest.raises(RequestError, match="unknown_reason"):
        use_of_cap([InspectionUse(DAY, "spring cleaning")], 1, 2026)


def test_unknown_rules_and_categories_are_refused() -> None:
    with pytest.raises(RequestError, match="unknown_frequency_rule"):
        frequency_bounds({"hunan": "红"}, on=DAY)
    with pytest.raises(RequestError, match="标准化一级"):
        frequency_bounds({"sx_nonhigh": "四级"}, on=DAY)
    with pytest.raises(RequestError, match="not_in_force"):
        frequency_bounds({"sx_nonhigh": "未定级"}, on=date(2025, 3, 31))


def test_letters_run_both_ways() -> None:
    assert most_dangerous_first("BDAC", "化工园区导则") == ["A", "B", "C", "D"]
    assert most_dangerous_first("BDAC", "山西非煤矿山行政检查分类") == ["D", "C", "B", "A"]
    with pytest.raises(RequestError, match="字母方向"):
        most_dangerous_first("AB", "本县方案")


def test_all_published_frequencies_and_notes_are_held() -> None:
    kinds = [rule.kind for rule in load_frequency_rules()]
    assert (kinds.count(FrequencyKind.CAP), kinds.count(FrequencyKind.FLOOR)) == (5, 5)
    assert len(load_enforcement_notes().notes) == 6
