"""A screener keeps what lies around the park, marks a site, reads the distances and takes one over; others read or see nothing."""

import json

from server.screening.schemas import NewProject
from server.screening.service import create_project, submit_description
from tests.cast import World
from tests.doors import Browser, running, visible_text
from tests.server.pages.lives import landed
from tests.server.test_layout import CHEMICAL, SITE, shore

RIVER = {
    "kind": "xiangjiang",
    "name": "湘江岸线（虚构）",
    "crs": "wgs84",
    "source": "规划图",
    "surveyed_on": "2026-11-01",
    "accuracy_m": "10",
}


def test_a_screener_measures_a_project_and_takes_a_distance_over(world: World) -> None:
    with world.work_as("screener") as work:
        project = create_project(work, NewProject(name="精细化工扩建（虚构）"))
        submit_description(work, project.id, CHEMICAL)
        address = f"/projects/{project.id}/layout"
    with running(world) as app:
        screener = Browser(app, "screener")
        assert "先标定场址" in visible_text(screener.get(address).text)
        landed(screener.submit("/layout/objects/new", RIVER | {"geojson": json.dumps(shore(800))}))
        assert "湘江岸线（虚构）" in visible_text(screener.get("/layout/objects").text)
        landed(screener.submit(f"{address}/site", {"geojson": json.dumps(SITE), "crs": "wgs84"}))
        page = screener.get(address).text
        words = visible_text(page)
        assert "1 处距离不足" in words
        assert "须人工研判" in words
        assert "第二十六条第二款" in words
        assert "<svg" in page
        assert "style=" not in page[page.index("<svg") : page.index("</svg>")], "the pages' policy lets no style stand inline"
        landed(screener.submit(f"{address}/accept", {"field": "dist_xiangjiang_main_m"}))
        assert "现填 78" in visible_text(screener.get(address).text)
        leader = Browser(app, "leader")
        assert leader.get(address).status_code == 200
        assert "标定场址" not in visible_text(leader.get(address).text)
        assert Browser(app, "inspector").get(address).status_code == 403


def test_bad_input_comes_back_with_what_was_typed(sqlite_world: World) -> None:
    with sqlite_world.work_as("screener") as work:
        address = f"/projects/{create_project(work, NewProject(name='甲（虚构）')).id}/layout"
    with running(sqlite_world) as app:
        screener = Browser(app, "screener")
        answer = screener.submit(
            "/layout/objects/new", RIVER | {"source": "", "accuracy_m": "很准", "geojson": '{"type": "Point", "coordinates": [27, 113]}'}
        )
        assert answer.status_code == 400
        for words in ("请写明来源", "请填写误差", "经纬度写反了", "湘江岸线（虚构）"):
            assert words in visible_text(answer.text) + answer.text
        answer = screener.submit(f"{address}/site", {"longitude": "东经", "latitude": "27"})
        assert answer.status_code == 400
        assert 'value="东经"' in answer.text
        assert screener.submit(f"{address}/accept", {}).status_code == 400


def test_a_question_that_concerns_many_distances_is_asked_once(sqlite_world: World) -> None:
    with sqlite_world.work_as("screener") as work:
        project = create_project(work, NewProject(name="精细化工扩建（虚构）"))
        submit_description(work, project.id, CHEMICAL)
        address = f"/projects/{project.id}/layout"
    with running(sqlite_world) as app:
        screener = Browser(app, "screener")
        stores = {"type": "FeatureCollection", "features": [shore(800), shore(1200), shore(2400)]}
        landed(screener.submit("/layout/objects/new", RIVER | {"kind": "hazardous_unit", "geojson": json.dumps(stores)}))
        landed(screener.submit(f"{address}/site", {"geojson": json.dumps(SITE), "crs": "wgs84"}))
        words = visible_text(screener.get(address).text)
        assert words.count("是否涉及爆炸物") == 1
        assert "关系到 3 处" in words
        assert words.count("（问 1）") == 3
