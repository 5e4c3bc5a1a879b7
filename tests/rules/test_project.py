"""Is a request read leniently in form and strictly in content?"""

import contextlib
import time
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
    ("written", "read"),
    [
        ({"capacity": "年产5000万件"}, Amount(Decimal(5000), "万件/年")),
        ({"capacity": "日产80吨"}, Amount(Decimal(80), "吨/日")),
        ({"capacity": "5000万件", "unit": "万件/年"}, Amount(Decimal(5000), "万件/年")),
        ({"capacity": "150万", "unit": "平方米/年"}, Amount(Decimal(150), "万平方米/年")),
        ({"capacity": {"value": "1,200", "unit": "t/a"}}, Amount(Decimal(1200), "t/a")),
        ({"capacity": "599,999", "unit": "pieces/year"}, Amount(Decimal(599999), "pieces/year")),
        ({"capacity": "不详"}, None),
        ({"capacity": ""}, None),
    ],
)
def test_a_capacity_is_read_as_people_write_it(written: dict[str, Any], read: Amount | None) -> None:
    assert read_project({"products": {"name": "砖", **written}}).products[0].capacity == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("20公斤", Decimal("0.02")), ("12 t", Decimal(12)), ("约50", Decimal(50)), ("≤10", Decimal(10)), ("1,200", Decimal(1200)),
        ("-", None), ("不详", None), ("2m³", None), ("12t/a", None),
    ],
)  # fmt: skip
def test_a_store_is_read_in_tonnes_or_stays_not_known(written: str, read: Decimal | None) -> None:
    project = read_project({"materials": [{"name": "甲苯", "max_storage_t": written}]})
    assert project.materials[0].max_storage_t == read
    assert bool(project.not_used) is (written in {"2m³", "12t/a"})


@pytest.mark.parametrize(
    ("written", "read"), [("800m", 800), ("2.5km", 2500), ("约1.2公里", 1200), ("≥1000米", 1000), (">500", 500), ("", None)]
)
def test_a_distance_is_read_in_metres(written: str, read: int | None) -> None:
    distances = read_project({"location": {"dist_lujiang_m": written}}).location.distances_m
    assert distances.get("dist_lujiang_m") == read


@pytest.mark.parametrize("written", [{"dist_lujiang_m": "<1500"}, {"dist_lujiang_m": "不超过3km"}])
def test_a_bound_that_could_hide_a_hit_is_refused(written: dict[str, str]) -> None:
    with pytest.raises(RequestError, match="not_a_number"):
        read_project({"location": written})
    with pytest.raises(RequestError, match="not_a_number"):
        read_project({"materials": [{"name": "甲苯", "max_storage_t": "大于5吨"}]})


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("C3074", ("3074",)), ("3074 日用陶瓷制品制造", ("3074",)), ("GB/T 4754-2017 C3074", ("3074",)), (3074, ("3074",)),
        ("C3074日用陶瓷制品制造；C3075陈设艺术陶瓷制造", ("3074", "3075")), ([{"code": "3074", "name": "日用陶瓷"}], ("3074",)),
        ("非金属矿物制品业 30，60.陶瓷制品制造 307", ("307",)), (["C26", "C2641"], ("26", "2641")), ("", ()),
    ],
)  # fmt: skip
def test_industry_codes_are_found_in_what_surrounds_them(written: object, codes: tuple[str, ...]) -> None:
    assert read_project({"industry_codes": written}).industry_codes == codes


@pytest.mark.parametrize(
    ("written", "kind", "adds"),
    [
        ("technical upgrade", BuildType.TECHNICAL_UPGRADE, None), ("New construction", BuildType.NEW, None),
        ("改、扩建", BuildType.EXPANSION, None),
        ("reconstruction", BuildType.ALTERATION, None), (["新建"], BuildType.NEW, None), ("技改扩能", BuildType.TECHNICAL_UPGRADE, True),
        ("技改（不新增产能）", BuildType.TECHNICAL_UPGRADE, False), ("不详", None, None),
    ],
)  # fmt: skip
def test_the_kind_of_construction_and_what_it_says_of_capacity(written: object, kind: BuildType | None, adds: bool | None) -> None:
    project = read_project({"build_type": written})
    assert (project.build_type, project.adds_capacity) == (kind, adds)


@pytest.mark.parametrize(
    ("place", "in_park", "in_chemical_park", "in_compliant_park"),
    [
        ("园区外", False, None, None), ("经开区内", True, None, None), ({"area": "合规园区外"}, False, None, False),
        ({"area": "化工园区内"}, None, True, None), ({"area": "非化工园区"}, None, False, None),
        ({"in_park": "在", "area": "经开区外"}, True, None, None),
    ],
)  # fmt: skip
def test_the_area_tells_what_was_not_answered(
    place: object, in_park: bool | None, in_chemical_park: bool | None, in_compliant_park: bool | None
) -> None:
    location = read_project({"location": place}).location
    assert (location.in_park, location.in_chemical_park, location.in_compliant_park) == (in_park, in_chemical_park, in_compliant_park)


def test_lines_that_stand_already_say_so_in_their_own_words() -> None:
    rows = [
        "外墙砖（现有线）",
        "现有1#线外墙砖",
        "外墙砖（新增线）",
        "依托现有厂房建设的外墙砖",
        {"name": "瓷砖（现有）", "existing": False},
    ]
    assert [one.is_existing for one in read_project({"products": rows}).products] == [True, True, False, False, False]


def test_the_number_of_lines_in_the_projects_name_belongs_to_its_only_product() -> None:
    named = {"name": "新建2条仿古砖自动化生产线项目", "products": [{"name": "仿古砖", "scope": "全厂"}]}
    assert read_project(named).products[0].lines == 2
    assert read_project({**named, "products": ["仿古砖", "抛釉砖"]}).products[0].lines is None
    assert read_project({**named, "name": "新建2条线，配套1条磨边线"}).products[0].lines is None


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


LONG = 20_000


@pytest.mark.parametrize(
    "request_",
    [
        {"name": "9" * LONG, "products": [{"name": "9" * LONG, "scope": "9" * LONG}]},
        {"name": "9" * LONG + "条生产线", "products": "9" * LONG + "条线"},
        {"materials": [{"name": "双氧水（" + "9" * LONG + "）%", "concentration": "9" * LONG}]},
        {"processes": "硝化" + " " * LONG + "x", "products": "1 " * LONG},
    ],
    ids=["digits", "lines", "content", "spaces"],
)
def test_a_long_row_of_signs_is_read_in_no_time(request_: dict[str, Any]) -> None:
    # An applicant's link is open to anybody who holds it, and a match that looks again from every sign holds up every phone meanwhile.
    began = time.process_time()
    with contextlib.suppress(RequestError):
        read_project(request_)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("stated", ["丁类", ["丁类"], {"unheard_of": "丁类"}, {"fire_class": 3}, {"fire_class": "丁" * 301}])
def test_further_statements_are_texts_under_the_names_of_the_form(stated: object) -> None:
    with pytest.raises(RequestError, match="stated"):
        read_project({"name": "瓷砖", "stated": stated})
    assert read_project({"name": "瓷砖", "stated": {"fire_class": "丁类"}}) == read_project({"name": "瓷砖"})
