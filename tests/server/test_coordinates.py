"""Where something lies, as people type it: two systems, two fields or one, and a question about what lies far outside the park."""

import io

import pytest
from openpyxl import Workbook

from server.coordinates import Crs, as_typed, both_ways, read_crs, read_place
from server.enterprises.schemas import EnterpriseForm, TargetForm
from server.enterprises.service import create_target, get_enterprise, update_enterprise
from server.enterprises.spreadsheet import COLUMNS, import_enterprises, read_enterprise_sheet
from server.errors import InvalidInput
from server.events.service import EventQuery, list_events
from server.geometry import Position, distance_m, point_at, to_gcj02
from server.parks.schemas import ZoneForm
from server.parks.service import create_zone
from tests.cast import CREDIT_CODES, World
from tests.doors import Browser, running, visible_text
from tests.server.office import RULEBOOK
from tests.server.pages.lives import landed
from tests.server.test_enterprises import credit_code

PARK = {"type": "Polygon", "coordinates": [[[113.5, 27.65], [113.52, 27.65], [113.52, 27.67], [113.5, 27.67], [113.5, 27.65]]]}
AT_HOME, FAR_AWAY = (113.51, 27.66), (113.58, 27.66)


def typed(longitude: str, latitude: str, crs: str = "") -> dict[str, str]:
    """The fields of a form."""
    return {"longitude": longitude, "latitude": latitude, "crs": crs}


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [
        ("113.49", "27.65"), ("113.49, 27.65", ""), ("", "113.49，27.65"), ("27.65 113.49", ""), ("113.49,27.65", "113.49,27.65"),
        ("113.49°E", "27.65°N"), ("东经113.49、北纬27.65", ""), ("[113.49,27.65]", ""),
    ],
)  # fmt: skip
def test_a_pair_is_understood_in_two_fields_or_one_and_in_either_order(longitude: str, latitude: str) -> None:
    place = read_place(typed(longitude, latitude))
    assert (place.longitude, place.latitude) == (113.49, 27.65)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (typed("113.49", ""), "latitude"), (typed("", "27.65"), "longitude"), (typed("东经", "27.65"), "longitude"),
        (typed("113.49", "nan"), "latitude"), (typed("113.49", "1e400"), "latitude"), (typed("1 2 3", ""), "longitude"),
        (typed("113.49, 27.65", "27.66"), "longitude"), (typed("113.49", "27.65", "bd09"), "crs"),
        (typed("113°30", ""), "longitude"), (typed("113°30", "27.65"), "longitude"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_at_its_field(values: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_place(values)
    assert [one.field for one in refusal.value.errors] == [field]


def test_nothing_typed_is_no_place_and_every_name_of_a_system_is_known() -> None:
    assert read_place({}).longitude is None
    assert [read_crs(one) for one in ("", "WGS-84", "gcj02", "GCJ-02", "高德", Crs.GCJ02.label)] == [Crs.WGS84] * 2 + [Crs.GCJ02] * 4


@pytest.mark.parametrize("kept", [AT_HOME, (113.4971, 27.6423), (121.473701, 31.230416), (87.616848, 43.825592), (110.3312, 20.0317)])
def test_from_the_record_to_a_map_app_and_back_is_within_a_metre(kept: tuple[float, float]) -> None:
    shown = both_ways(*kept).split("GCJ-02 ")[1]
    assert shown == "{0.longitude:.6f}, {0.latitude:.6f}".format(to_gcj02(Position(*kept)))
    back = read_place(typed(shown, "", "gcj02"))
    assert back.longitude is not None
    assert back.latitude is not None
    assert distance_m(point_at(back.longitude, back.latitude), point_at(*kept)) < 1


def test_a_place_far_outside_is_asked_about_once_kept_when_meant_and_told_in_the_trail(world: World) -> None:
    with world.work_as("office") as work:
        create_zone(work, ZoneForm(name="谷", outline=PARK))
    form = EnterpriseForm(name="湘瓷日用瓷（虚构）", credit_code=CREDIT_CODES[0], longitude=FAR_AWAY[0], latitude=FAR_AWAY[1])
    with world.work_as("office") as work, pytest.raises(InvalidInput, match=r"在园区边界外 5\.9 公里") as refusal:
        update_enterprise(work, world.enterprise_id, form)
    assert [one.field for one in refusal.value.errors] == ["far_confirmed"]
    meant = EnterpriseForm(
        **{name: getattr(form, name) for name in ("name", "credit_code", "longitude", "latitude")}, is_far_confirmed=True
    )
    with world.work_as("office") as work:
        update_enterprise(work, world.enterprise_id, meant)
    with world.work_as("office") as work:
        # The same place again needs no second word; nor does a place in the park, or one in another park without outlines.
        update_enterprise(work, world.enterprise_id, form)
        assert get_enterprise(work, world.enterprise_id).longitude == FAR_AWAY[0]
        create_target(work, TargetForm(kind="public_facility", name="泵站", steward="物业", longitude=AT_HOME[0], latitude=AT_HOME[1]))
        facts = [one.facts for one in list_events(work, EventQuery(action="enterprise:changed")).items]
        assert [(fact.name, fact.value) for fact in facts[0] if fact.name == "坐标经确认"] == [("坐标经确认", "在园区边界外 5.9 公里")]
    with world.work_as("foreign_office") as work:
        create_target(work, TargetForm(kind="public_facility", name="泵站", steward="物业", longitude=FAR_AWAY[0], latitude=FAR_AWAY[1]))


def test_the_form_takes_a_map_apps_coordinates_and_asks_about_far_ones(sqlite_world: World) -> None:
    with sqlite_world.work_as("office") as work:
        create_zone(work, ZoneForm(name="谷", outline=PARK))
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        fields = {"name": "新厂（虚构）", "credit_code": credit_code(9), "longitude": "113.515, 27.66", "crs": "gcj02"}
        page = office.get(landed(office.submit("/enterprises/new", fields))).text
        assert "GCJ-02 113.515000, 27.660000" in page
        assert "WGS-84 113.50" in page
        far = {"kind": "public_facility", "name": "泵站", "steward": "物业", "longitude": "113.58", "latitude": "27.66", "crs": ""}
        asked = office.submit("/targets/new", far)
        assert (asked.status_code, "在园区边界外" in asked.text) == (400, True)
        assert f'value="{as_typed(far)}"' in asked.text
        # The word holds for what was asked about, not for other coordinates.
        elsewhere = office.submit("/targets/new", far | {"far_confirmed": as_typed(far), "longitude": "113.68"})
        assert "在园区边界外 15" in elsewhere.text
        kept = office.get(landed(office.submit("/targets/new", far | {"far_confirmed": as_typed(far)}))).text
        assert "在园区边界外 5.9 公里" in visible_text(kept)


def test_a_project_far_outside_is_asked_about_and_marked_where_it_is_measured(sqlite_world: World) -> None:
    with sqlite_world.work_as("office") as work:
        create_zone(work, ZoneForm(name="谷", outline=PARK))
    with running(sqlite_world) as app:
        screener = Browser(app, "screener")
        address = landed(screener.submit("/projects/new", {"name": "日用陶瓷扩建（虚构）"})).removesuffix("/form")
        fields = {"name": "日用陶瓷扩建（虚构）", "longitude": "", "latitude": "27.66,113.58", "crs": "wgs84"}
        asked = screener.submit(f"{address}/form", fields | {"do": "submit"})
        assert (asked.status_code, "在园区边界外 5.9 公里" in asked.text) == (400, True)
        landed(screener.submit(f"{address}/form", fields | {"do": "submit", "far_confirmed": as_typed(fields)}))
        assert "在园区边界外 5.9 公里" in visible_text(screener.get(f"{address}/layout").text)


def test_a_sheet_says_its_system_row_by_row_and_marks_what_is_far(sqlite_world: World) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append([one.heading for one in COLUMNS])
    rows = [
        {"纬度": "27.66", "经度": "113.515", "坐标系": "GCJ-02"},
        {"纬度": "113.58, 27.66", "坐标系": ""},
        {"纬度": "27.66", "经度": "113.51", "坐标系": "BD-09"},
        {"纬度": "27.66"},
    ]
    for number, row in enumerate(rows, 1):
        named = row | {"企业名称": f"第{number}厂（虚构）", "统一社会信用代码": credit_code(number)}
        sheet.append([named.get(one.heading, "") for one in COLUMNS])
    file = io.BytesIO()
    book.save(file)
    with sqlite_world.work_as("office") as work:
        create_zone(work, ZoneForm(name="谷", outline=PARK))
        report = import_enterprises(work, RULEBOOK, read_enterprise_sheet(io.BytesIO(file.getvalue())), dry_run=False)
        assert [(one.line, one.far) for one in report.taken] == [(2, ""), (3, "在园区边界外 5.9 公里")]
        assert [(one.line, one.column) for one in report.errors] == [(4, "坐标系"), (5, "经度")]
        first, second = (get_enterprise(work, one.enterprise_id) for one in report.taken if one.enterprise_id)
        assert both_ways(first.longitude, first.latitude).endswith("GCJ-02 113.515000, 27.660000")
        assert (second.longitude, second.latitude) == FAR_AWAY
