"""Where things lie and how far a project stands from them, through the use cases, on both databases."""

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from rules.layout import Fit, LayoutKind
from server.errors import InvalidInput, NotAllowed, NotFound, StateConflict
from server.layout.drawn import read_drawn
from server.layout.schemas import Crs, ObjectQuery, ObjectsForm, SiteForm
from server.layout.service import accept_distances, add_objects, get_object, list_objects, measure_layout, retire_object, set_site
from server.screening.schemas import NewProject, Origin
from server.screening.service import create_project, facts_of, latest_description, submit_description
from tests.cast import World

EAST, NORTH = 113.5, 27.66
_RING = [[EAST, NORTH], [EAST + 0.002, NORTH], [EAST + 0.002, NORTH + 0.002], [EAST, NORTH + 0.002], [EAST, NORTH]]
SITE = {"type": "Polygon", "coordinates": [_RING]}


def shore(metres: float) -> dict[str, Any]:
    """A shore running west to east so many metres south of the site, by the length of a degree of latitude at 27.66° N."""
    south = NORTH - metres / 110_787
    return {"type": "LineString", "coordinates": [[EAST - 0.02, south], [EAST + 0.02, south]]}


def keep(world: World, kind: LayoutKind, geometry: dict[str, Any], name: str, *, who: str = "screener", accuracy: str = "10") -> UUID:
    with world.work_as(who) as work:
        form = ObjectsForm(
            kind=kind,
            name=name,
            geojson=json.dumps(geometry),
            source="规划部门矢量图",
            surveyed_on=work.today,
            accuracy_m=Decimal(accuracy),
        )
        return add_objects(work, form)[0].id


def project_at(world: World, facts: dict[str, Any], geometry: dict[str, Any] | None = SITE) -> UUID:
    with world.work_as("screener") as work:
        project = create_project(work, NewProject(name="精细化工扩建（虚构）"))
        submit_description(work, project.id, facts)
        if geometry is not None:
            set_site(work, project.id, SiteForm(geojson=json.dumps(geometry)))
        return project.id


CHEMICAL = {"name": "精细化工扩建（虚构）", "build_type": "扩建", "industry_codes": ["2614"], "location": "园区内"}


def test_distances_are_measured_and_a_person_takes_them_over_with_their_source(world: World) -> None:
    project_id = project_at(world, CHEMICAL)
    river = keep(world, LayoutKind.XIANGJIANG, shore(800), "湘江岸线（虚构）")
    far = {"type": "Point", "coordinates": [EAST, NORTH + 0.05]}
    keep(world, LayoutKind.SCHOOL, far, "示范小学（虚构）")
    with world.work_as("screener") as work:
        view = measure_layout(work, project_id)
        nearest = view.rows[0]
        assert nearest.object_id == river
        assert abs(nearest.metres - 800) < Decimal("0.8"), "better than one in a thousand"
        assert nearest.accuracy_m == 15
        assert nearest.fit is Fit.BELOW
        assert {one.field: one.value for one in view.offers}["dist_xiangjiang_main_m"] in (784, 785)
        assert LayoutKind.HOSPITAL in view.missing
        latest = latest_description(work, project_id)
        assert latest is not None
        assert "dist_xiangjiang_main_m" not in json.dumps(facts_of(latest)), "nothing is taken over by itself"
    with world.work_as("screener") as work:
        accept_distances(work, project_id, ["dist_xiangjiang_main_m"])
    with world.work_as("screener") as work:
        latest = latest_description(work, project_id)
        assert latest is not None
        assert latest.origin == Origin.LAYOUT
        assert "湘江岸线（虚构）" in latest.reason
        assert "规划部门矢量图" in latest.reason
        place = facts_of(latest)["location"]
        assert place["area"] == "园区内"
        assert place["dist_xiangjiang_main_m"] in (784, 785)
        assert "nearest_school_m" not in place


def test_a_site_known_as_a_point_is_measured_with_that_accuracy(sqlite_world: World) -> None:
    world = sqlite_world
    project_id = project_at(world, CHEMICAL, None)
    keep(world, LayoutKind.XIANGJIANG, shore(1050), "湘江岸线（虚构）")
    with world.work_as("screener") as work:
        assert measure_layout(work, project_id).site is None
        set_site(work, project_id, SiteForm(longitude=str(EAST), latitude=str(NORTH)))
        (row,) = measure_layout(work, project_id).rows
        assert row.accuracy_m == 110
        assert row.fit is Fit.UNKNOWN, "1050 m ± 110 m may be less than 1000 m"


def test_a_position_from_a_map_app_is_converted(sqlite_world: World) -> None:
    with sqlite_world.work_as("screener") as work:
        project = create_project(work, NewProject(name="甲（虚构）"))
        set_site(work, project.id, SiteForm(longitude="113.5053", latitude="27.6569", crs=Crs.GCJ02))
        assert project.longitude is not None
        assert 0.003 < 113.5053 - project.longitude < 0.008, "GCJ-02 lies some hundred metres east of WGS-84 here"


def test_what_is_retired_counts_no_more_and_stays_readable(world: World) -> None:
    project_id = project_at(world, CHEMICAL)
    school = keep(world, LayoutKind.SCHOOL, {"type": "Point", "coordinates": [EAST, NORTH + 0.01]}, "示范小学（虚构）")
    with world.work_as("office") as work:
        with pytest.raises(InvalidInput):
            retire_object(work, school, " ")
        retire_object(work, school, "已搬迁")
        with pytest.raises(StateConflict):
            retire_object(work, school, "已搬迁")
    with world.work_as("leader") as work:
        assert measure_layout(work, project_id).rows == ()
        assert list_objects(work, ObjectQuery()).total == 0
        assert get_object(work, school).retired_reason == "已搬迁"
        assert list_objects(work, ObjectQuery(is_retired=True)).total == 1


def test_who_may_not_keep_or_see(sqlite_world: World) -> None:
    world = sqlite_world
    school = keep(world, LayoutKind.SCHOOL, {"type": "Point", "coordinates": [EAST, NORTH]}, "示范小学（虚构）")
    with pytest.raises(NotAllowed):
        keep(world, LayoutKind.SCHOOL, {"type": "Point", "coordinates": [EAST, NORTH]}, "乙", who="leader")
    for who in ("enterprise", "inspector"):
        with world.work_as(who) as work, pytest.raises(NotFound):
            get_object(work, school)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("不是", "读不成 GeoJSON"),
        ('{"type": "FeatureCollection", "features": []}', "没有要素"),
        ('{"type": "Point", "coordinates": [27.66, 113.5]}', "经纬度写反了"),
        ('{"type": "Point", "coordinates": [513000, 3060000]}', "不在中国范围内"),
        ('{"type": "Point", "coordinates": ["a", 1]}', "坐标应写成"),
        ('{"type": "LineString", "coordinates": [[113.5, 27.6], [113.5, 27.6]]}', "两个不同的点"),
        ('{"type": "Polygon", "coordinates": [[[113, 27], [113.1, 27.1], [113.1, 27], [113, 27.1], [113, 27]]]}', "边线自己相交"),
        ('{"type": "GeometryCollection", "geometries": []}', "几何类型应是"),
        ('{"type": "Feature", "properties": {"name": "桥"}, "geometry": null}', "第 1 个要素“桥”"),
        ("[" * 100_000, "读不成 GeoJSON"),
        ("NaN", "几何类型应是"),
        ('{"type": "Point", "coordinates": [1e999, 27]}', "数太大了"),
        ('{"type": "Point", "coordinates": [1' + "0" * 400 + ", 27]}", "数太大了"),
        ('{"type": "Point", "coordinates": [NaN, 27]}', "坐标不是数"),
    ],
)
def test_what_cannot_be_taken_is_told_in_words(text: str, complaint: str) -> None:
    features, problems = read_drawn(text, is_gcj02=False)
    assert features == []
    assert complaint in "；".join(problems)
