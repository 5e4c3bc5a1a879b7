"""Do the quantities people write become comparable numbers, and only when that can be done?"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.restriction_data import load_entries
from rules.units import convert, figures_in_text, is_known_unit


@pytest.mark.parametrize(
    ("value", "given_unit", "wanted", "expected"),
    [
        ("150", "万平方米/年", "平方米/年", "1500000"),
        ("150", "万㎡/a", "平方米/年", "1500000"),
        ("150", "万m²/年", "平方米/年", "1500000"),
        ("90", "吨/日", "吨/年", "32850"),
        ("90", "t/d", "吨/年", "32850"),
        ("60", "万重量箱/年", "吨/年", "30000"),
        ("60", "万件", "件/年", "600000"),
        ("1.5", "百万件/年", "件/年", "1500000"),
        ("40", "万kVAh/年", "千伏安时/年", "400000"),
        ("6000", "万块标砖/年", "标砖/年", "60000000"),
        ("2.5", "万千伏安", "千伏安", "25000"),
        ("12.5", "MVA", "千伏安", "12500"),
        ("10", "kV", "千伏", "10"),
        ("4", "t/h", "蒸吨/小时", "4"),
        ("500", "kg", "吨", "0.5"),
        ("500", "mm", "毫米", "500"),
        ("30", "千米/年", "米/年", "30000"),
        ("630", "吨", "千牛", "6300"),
        ("5", "ppm", "%", "0.0005"),
        ("5", "万件（套）/年", "件/年", "50000"),
        ("3", "tons/year", "吨/年", "3"),
        ("3", "t per day", "吨/年", "1095"),
        ("3", "万平方米每年", "平方米/年", "30000"),
        ("8", "sqm/day", "平方米/年", "2920"),
    ],
)
def test_a_quantity_is_brought_to_the_limit_s_unit(value: str, given_unit: str, wanted: str, expected: str) -> None:
    converted = convert(Decimal(value), given_unit, wanted)
    assert converted is not None
    assert converted.value == Decimal(expected)
    assert given_unit == wanted or converted.steps or converted.value == Decimal(value)


@pytest.mark.parametrize(
    ("given_unit", "wanted"),
    [
        ("万件/年", "平方米/年"),
        ("吨/年", "吨/日"),
        ("万只/年", "吨/年"),
        ("米", "吨"),
        ("箱", "吨/年"),
        ("", "吨/年"),
        ("平方米/小时", "平方米/年"),
    ],
)
def test_what_needs_another_fact_is_not_converted(given_unit: str, wanted: str) -> None:
    assert convert(Decimal(1), given_unit, wanted) is None


def test_a_hot_water_boiler_is_converted_but_marked_for_review() -> None:
    converted = convert(Decimal(7), "MW", "蒸吨/小时")
    assert converted is not None
    assert converted.needs_review
    assert round(converted.value, 6) == 10


def test_figures_are_read_out_of_names() -> None:
    assert [one.value for one in figures_in_text("10T/H燃煤锅炉(1台)", "蒸吨/小时")] == [10]
    assert [one.value for one in figures_in_text("220KV电力变压器", "千伏")] == [220]
    assert [one.value for one in figures_in_text("8.8级高强螺栓M12", "级")] == [Decimal("8.8")]
    assert [one.value for one in figures_in_text("日用瓷", "吨/年")] == []
    assert [one.value for one in figures_in_text("窑面5m310t/h锅炉", "蒸吨/小时")] == [10], "a figure may stand right behind m3"


def test_a_long_run_of_digits_in_a_text_is_read_through_once() -> None:
    assert figures_in_text("9" * 300_000, "吨/年") == []
    assert figures_in_text("0." + "9" * 300_000, "吨/年") == []


def test_every_unit_of_the_catalogue_is_known() -> None:
    assert [limit.unit for entry in load_entries() for limit in entry.limits if not is_known_unit(limit.unit)] == []


@given(st.decimals(min_value=0, max_value=10**9, places=3), st.sampled_from(["吨/年", "kg/年", "万吨/年", "吨/日", "重量箱/年"]))
def test_more_of_a_unit_is_never_less_after_conversion(value: Decimal, unit: str) -> None:
    less, more = convert(value, unit, "吨/年"), convert(value + 1, unit, "吨/年")
    assert less is not None
    assert more is not None
    assert less.value < more.value
