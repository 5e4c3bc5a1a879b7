"""The four-colour map as people meet it: everybody is in the list, the drawing and the counts agree, outlines come and go as GeoJSON."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from server.enterprises.service import get_enterprise
from server.parks.schemas import ZoneForm
from server.parks.service import create_zone, list_zones
from tests.cast import World
from tests.doors import Browser, running, visible_text
from tests.server.grading_hands import ORANGE, Grading, point
from tests.server.pages.lives import landed

VALLEY = {
    "type": "Polygon",
    "coordinates": [[[113.48, 27.65], [113.50, 27.65], [113.50, 27.67], [113.48, 27.67], [113.48, 27.65]]],
}
TOWN = {
    "type": "Polygon",
    "coordinates": [[[113.51, 27.65], [113.53, 27.65], [113.53, 27.67], [113.51, 27.67], [113.51, 27.65]]],
}
OUTLINES = "/settings/zones/outlines"


def feature(name: str | None, geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"name": name} if name else {}, "geometry": geometry}


def collection(*features: dict[str, Any]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False)


def placed(world: World) -> None:
    """Enterprise A in 陶瓷谷 with an orange register; enterprise B without coordinates and register."""
    with world.work_as("office") as work:
        zone = create_zone(work, ZoneForm(name="陶瓷谷", outline=VALLEY))
        enterprise = get_enterprise(work, world.enterprise_id)
        enterprise.zone_id, enterprise.longitude, enterprise.latitude = zone.id, 113.49, 27.66
    Grading(world).add(point("辊道窑", ORANGE))


def test_everybody_is_listed_under_the_number_of_the_map(world: World) -> None:
    placed(world)
    with running(world) as app:
        for who in ("office", "leader", "inspector", "auditor"):
            page = Browser(app, who).get("/risk")
            assert page.status_code == 200
            words = visible_text(page.text)
            assert "湘瓷日用瓷（虚构）" in words
            assert "渌江电瓷（虚构）" in words
            assert "图上无" in words
            assert "邻园玻璃" not in words
            assert f'<a href="/enterprises/{world.enterprise_id}/risk" class="mark"' in page.text
            assert "1 家没有坐标" in words
        for who in ("enterprise", "outsider", "screener", "admin"):
            assert Browser(app, who).get("/risk").status_code == 403


def test_each_tab_counts_what_it_lists(sqlite_world: World) -> None:
    placed(sqlite_world)
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        total = 0
        for colour in ("red", "orange", "yellow", "blue", "none"):
            page = office.get(f"/risk?colour={colour}").text
            listed = page.count('<span class="num place">')
            total += listed
            assert f'企业 <span class="num">{listed}</span> 家' in page
        assert total == 2
        assert office.get("/risk?colour=purple&zone=nonsense&day=gestern").status_code == 200
        assert "没有这样的企业" in office.get("/risk?colour=red").text
        zone = zones_of(sqlite_world)[0].id
        page = office.get(f"/risk?zone={zone}").text
        for link, number in re.findall(r'<a href="(/risk\?[^"]*)"[^>]*>[^<]+ <span class="num">(\d+)</span>', page):
            assert f'企业 <span class="num">{number}</span> 家' in office.get(link.replace("&amp;", "&")).text, link
        assert f"/risk/positions.geojson?zone={zone}" in page


def test_a_past_day_says_so_and_a_future_one_is_today(sqlite_world: World) -> None:
    placed(sqlite_world)
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        before = (sqlite_world.clock.today() - timedelta(days=40)).isoformat()
        assert "按当天已知的评价" in office.get(f"/risk?day={before}").text
        assert "按当天已知的评价" not in office.get("/risk?day=2099-01-01").text


def test_map_and_coordinates_can_be_taken_away(sqlite_world: World) -> None:
    placed(sqlite_world)
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        assert office.get("/risk/map.pdf").content.startswith(b"%PDF")
        svg = office.get("/risk/map.svg")
        assert svg.headers["content-type"].startswith("image/svg+xml")
        assert "陶瓷谷" in svg.text
        here = office.get("/risk/positions.geojson").json()
        there = office.get("/risk/positions.geojson?crs=gcj02").json()
        assert here["coordinate_system"] == "WGS-84"
        assert here["features"][0]["geometry"]["coordinates"] == [113.49, 27.66]
        assert there["coordinate_system"] == "GCJ-02"
        assert there["features"][0]["geometry"]["coordinates"] != [113.49, 27.66]
        for address in ("/risk/map.pdf", "/risk/map.svg", "/risk/positions.geojson"):
            assert Browser(app, "outsider").get(address).status_code == 403


def test_outlines_are_seen_before_they_are_taken(world: World) -> None:
    placed(world)
    text = collection(feature("陶瓷谷", TOWN), feature("株醴新城", VALLEY))
    with running(world) as app:
        office = Browser(app, "office")
        preview = office.submit(OUTLINES, {"outlines": text})
        words = visible_text(preview.text)
        assert "将改变 2 个片区" in words
        assert "替换边界" in words
        assert "新增片区" in words
        assert "1 家在界外" in words
        assert [zone.name for zone in zones_of(world)] == ["陶瓷谷"], "nothing is taken by looking"
        landed(office.submit(f"{OUTLINES}/confirm", {"outlines": text}))
        assert {zone.name: zone.outline for zone in zones_of(world)} == {"陶瓷谷": TOWN, "株醴新城": VALLEY}
        page = office.get(OUTLINES).text
        assert "坐标在别的片区的企业" in page
        wanted = next(zone for zone in zones_of(world) if zone.name == "株醴新城")
        landed(office.submit(f"{OUTLINES}/assign", {"enterprise_id": str(world.enterprise_id), "zone_id": str(wanted.id)}))
        assert "坐标在别的片区的企业" not in office.get(OUTLINES).text
        again = office.get(f"{OUTLINES}/download").json()
        assert {one["properties"]["name"] for one in again["features"]} == {"陶瓷谷", "株醴新城"}
        assert "完全相同" in visible_text(office.submit(OUTLINES, {"outlines": json.dumps(again)}).text)


def zones_of(world: World) -> Any:
    with world.work_as("office", write=False) as work:
        return list_zones(work)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "请选择 GeoJSON 文件"),
        ("{不是", "不是可读的 GeoJSON"),
        ("[]", "不是 GeoJSON 对象"),
        (collection(), "文件里没有片区"),
        (collection(feature(None, VALLEY), feature("谷", TOWN)), "第 1 个图形没有名称"),
        (collection(feature("谷", VALLEY), feature("谷", TOWN)), "出现了两次"),
        (collection(feature("谷", {"type": "Point", "coordinates": [113, 27]})), "收到的是 Point"),
        ("[" * 100_000, "不是可读的 GeoJSON"),
        (collection(feature("谷", {"type": ["x"], "coordinates": []})), "应为 GeoJSON 的 Polygon"),
        (
            collection(feature("谷", {"type": "Polygon", "coordinates": [[[10**400, 27], [113, 27], [113, 28], [10**400, 27]]]})),
            "[经度, 纬度]",
        ),
        (collection(feature("\ud800", VALLEY)).encode("ascii", "backslashreplace").decode(), "没有名称"),
    ],
)
def test_a_bad_file_is_told_what_is_wrong_and_nothing_is_lost(sqlite_world: World, text: str, told: str) -> None:
    with running(sqlite_world) as app:
        answer = Browser(app, "office").submit(OUTLINES, {"outlines": text})
        assert answer.status_code == 400
        assert told in visible_text(answer.text)
        assert zones_of(sqlite_world) == []


def test_one_nameless_outline_takes_the_name_typed_beside_it(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        form = {"outlines": json.dumps(VALLEY), "only_name": "陶瓷谷"}
        assert "新增片区" in visible_text(office.submit(OUTLINES, form).text)
        landed(office.submit(f"{OUTLINES}/confirm", form))
        assert [zone.name for zone in zones_of(sqlite_world)] == ["陶瓷谷"]
