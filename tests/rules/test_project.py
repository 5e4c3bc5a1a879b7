"""Is a request read leniently in form and strictly in content?"""

import contextlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.project import Amount
from rules.project_reading import read_project
from rules.requests import RequestError
from rules.restriction_terms import BuildType, Figure, Role, Scope


def test_plain_strings_and_single_rows_stand_for_lists() -> None:
    project = read_project(
        {"products": "日用瓷、酒瓶", "processes": "球磨→成型(滚压、注浆)→烧成", "equipment": {"name": "窑"}, "industry_codes": "C3074"}
    )
    assert [one.name for one in project.products] == ["日用瓷", "酒瓶"]
    assert project.processes == ("球磨", "成型(滚压、注浆)", "烧成")
    assert [one.name for one in project.equipment] == ["窑"]
    assert project.industry_codes == ("3074",)


def test_nitrification_and_denitrification_written_as_a_pair_stay_one_process() -> None:
    assert read_project({"processes": "沉淀、硝化、反硝化、过滤"}).processes == ("沉淀", "硝化反硝化", "过滤")


def test_an_amount_may_carry_its_multiple_and_its_lines() -> None:
    product = read_project({"products": [{"name": "砖", "capacity": "约150万", "unit": "平方米/年", "scope": "单线，共3条"}]}).products[0]
    assert product.capacity == Amount(Decimal(150), "万平方米/年")
    assert product.scope is Scope.LINE
    assert product.lines == 3


def test_the_words_for_building_yes_no_and_roles_are_understood() -> None:
    project = read_project(
        {
            "build_type": "改扩建",
            "location": {"in_park": "是", "dist_lujiang_m": "1,200"},
            "flags": {"低档": "不清楚", "可燃粉尘": "否"},
            "materials": [{"name": "硫酸", "role": "原辅料"}, {"name": "盐酸（31%）"}],
        }
    )
    assert project.build_type is BuildType.EXPANSION
    assert project.location.in_park is True
    assert project.location.distances_m == {"dist_lujiang_m": Decimal(1200)}
    assert project.flags == {"低档": None, "可燃粉尘": False}
    assert project.materials[0].role is Role.RAW_MATERIAL
    assert project.materials[1].concentration == 31


def test_a_diameter_of_a_product_and_of_a_machine_are_two_figures() -> None:
    project = read_project({"products": [{"name": "砂轮", "直径": "300毫米"}], "equipment": [{"name": "水泥磨", "直径": "2.4米"}]})
    assert project.products[0].figures == {Figure.DIAMETER: Amount(Decimal(300), "毫米")}
    assert project.equipment[0].figures == {Figure.EQUIPMENT_DIAMETER: Amount(Decimal("2.4"), "米")}


def test_fields_nobody_reads_are_named() -> None:
    project = read_project({"products": [{"name": "砖", "colour": "红"}], "remark": "无"})
    assert project.not_used == ("remark", "products[0].colour")


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"build_type": "盖房"}, "unknown_build_type"),
        ({"prodcuts": []}, "unknown_field"),
        ({"products": [{"capacity": 3}]}, "not_a_text"),
        ({"products": [{"name": "砖", "capacity": "若干"}]}, "not_a_number"),
        ({"products": [{"name": "砖", "capacity": -2}]}, "out_of_range"),
        ({"products": [3]}, "not_a_row"),
        ({"industry_codes": ["陶瓷"]}, "not_an_industry_code"),
        ({"flags": {"低档": "也许"}}, "not_yes_or_no"),
        ({"flags": 3}, "not_a_row"),
        ({"location": 7}, "not_a_row"),
        ({"location": {"dist_lujiang_m": "远"}}, "not_a_number"),
        ({"max_staff_per_building": 1.5}, "not_a_whole_number"),
        ({"figures": {"高矮": 3}}, "unknown_figure"),
        ({"materials": [{"name": "苯", "concentration": 130}]}, "out_of_range"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_code(request_: dict[str, Any], code: str) -> None:
    with pytest.raises(RequestError) as refusal:
        read_project(request_)
    assert refusal.value.code == code
    assert refusal.value.detail


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "capacity", "unit", "cas", "role", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["name", "build_type", "industry_codes", "products", "processes", "equipment", "fuels", "materials", "flags", "location"]
        ),
        _JSON,
        max_size=6,
    )
)
def test_any_request_is_read_or_refused_never_crashes(request_: dict[str, Any]) -> None:
    project = None
    with contextlib.suppress(RequestError):
        project = read_project(request_)
    assert project is None or all(one.name for one in project.products)
