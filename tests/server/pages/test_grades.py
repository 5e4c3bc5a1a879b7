"""The pages of grades: the list that adds up, one enterprise's colour and why, what would change it; overrides, accidents, rules."""

import io
import re
from collections.abc import Iterator
from html import unescape
from uuid import UUID

import pytest
from litestar import Litestar
from openpyxl import load_workbook

from rules.terms import HazardLevel
from server.grading.heads import list_heads
from server.grading.service import get_grade, list_history
from tests.cast import World
from tests.doors import Browser, running, visible_text
from tests.server.grading_hands import BLUE, ORANGE, YELLOW, Grading, point
from tests.server.office import RULEBOOK, Office
from tests.server.pages.lives import counting, id_in, landed, totals
from tests.server.test_grading_park import fill


@pytest.fixture
def app(sqlite_world: World) -> Iterator[Litestar]:
    """The application, with a register for enterprise A."""
    Grading(sqlite_world).add(point("辊道窑", ORANGE), point("叉车", YELLOW), point("仓库", BLUE))
    with running(sqlite_world) as app:
        yield app


def test_every_number_of_the_list_equals_the_list_it_opens(app: Litestar, sqlite_world: World) -> None:
    fill(sqlite_world, 23, 3)
    office = Browser(app, "office")
    html = office.get("/risk/enterprises").text
    tabs = re.findall(r'<a href="(/risk/enterprises[^"]*)"[^>]*>[^<]+ <span class="num">(\d+)</span>', html)
    assert len(tabs) == 6
    numbers = re.findall(r'<td class="r"[^>]*><a href="(/risk/enterprises[^"]*)">(\d+)</a>', html)
    assert numbers
    for address, count in tabs + numbers:
        assert totals(office.get(unescape(address)).text) == int(count), address
    assert int(tabs[0][1]) == sum(int(count) for _, count in tabs[1:]) == 25
    assert "1 家还没有评价" in visible_text(html)


def test_the_sheet_holds_exactly_the_narrowed_list_and_its_cells_are_inert(app: Litestar, sqlite_world: World) -> None:
    Grading(sqlite_world).add(point("=1+1", YELLOW), enterprise=sqlite_world.other_enterprise_id)
    office = Browser(app, "office")
    for address in ("colour=orange", "q=%E6%B9%98", ""):
        listed = totals(office.get(f"/risk/enterprises?{address}").text)
        answer = office.get(f"/risk/enterprises.xlsx?{address}")
        rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
        names = [row for row in rows[1:] if row[1]]
        assert len(names) == listed
    assert rows[0][0] == "等级"
    assert any("黄：=1+1 D=126" in str(row[4]) for row in names)
    assert f"共 {listed} 家企业" in rows[-1][0]


def test_the_page_tells_the_colour_in_words_with_every_reason_linked(app: Litestar, sqlite_world: World) -> None:
    office = Office(sqlite_world)
    major = office.confirmed(HazardLevel.MAJOR)
    text = Browser(app, "office").get(f"/enterprises/{sqlite_world.enterprise_id}/risk").text
    words = visible_text(text)
    assert "重大风险（红）" in words
    assert "风险清单评价为较大风险（橙）" in words
    assert "未销号重大隐患" in words
    assert "园区自定" in words
    assert f"/hazards/{major}" in text
    with sqlite_world.work_as("office", write=False) as work:
        grade = get_grade(work, sqlite_world.enterprise_id)
    for one in grade.points:
        assert f"/risk-points/{one.id}" in text
    assert all(step in unescape(words) for step in grade.trail)


def test_what_if_is_told_for_hazards_chosen_freely_and_changes_nothing(app: Litestar, sqlite_world: World) -> None:
    office = Office(sqlite_world)
    first, second = office.confirmed(HazardLevel.MAJOR), office.confirmed(HazardLevel.MAJOR)
    browser, here = Browser(app, "office"), f"/enterprises/{sqlite_world.enterprise_id}/risk"
    one = visible_text(browser.get(f"{here}?closed={first}").text)
    both = visible_text(browser.get(f"{here}?closed={first}&closed={second}").text)
    number = office.hazard(first).number
    assert re.search(rf"若 {number} 都办结： 红 重大风险（红）", one)
    assert "都办结： 橙 较大风险（橙）" in both
    assert browser.get(f"{here}?closed=nonsense&day=nonsense&closed={UUID(int=0)}").status_code == 200
    with sqlite_world.work_as("office", write=False) as work:
        assert get_grade(work, sqlite_world.enterprise_id).headline.startswith("红")


def test_the_enterprise_reads_its_own_grade_what_makes_it_better_and_nobody_elses(app: Litestar, sqlite_world: World) -> None:
    office = Office(sqlite_world)
    office.rectifying(days=2)
    sqlite_world.clock.advance(days=4)
    mine = Browser(app, "enterprise")
    home = visible_text(mine.get("/").text)
    assert "本企业今天是重大风险（红）" in home
    words = visible_text(mine.get(f"/enterprises/{sqlite_world.enterprise_id}/risk").text)
    assert "怎样变好" in words
    assert re.search(r"〔2026〕\d+号 的 1 项隐患整改到位并销号 → 橙", words)
    office.confirmed(HazardLevel.MAJOR)
    assert "有 1 项隐患安全办正在办理" in visible_text(mine.get(f"/enterprises/{sqlite_world.enterprise_id}/risk").text)
    assert mine.get(f"/enterprises/{sqlite_world.other_enterprise_id}/risk").status_code == 404
    stranger = Browser(app, "outsider")
    for page in ("", "/points", "/history"):
        assert stranger.get(f"/enterprises/{sqlite_world.enterprise_id}/risk{page}").status_code == 404
    assert mine.get("/risk/enterprises").status_code == 403
    assert "辊道窑" not in stranger.get("/").text


def test_points_add_up_by_colour_and_a_past_day_shows_what_stood_then(app: Litestar, sqlite_world: World) -> None:
    browser, here = Browser(app, "office"), f"/enterprises/{sqlite_world.enterprise_id}/risk"
    tabs = re.findall(r'<a href="([^"]*/points[^"]*)"[^>]*>[^<]+ <span class="num">(\d+)</span>', browser.get(f"{here}/points").text)
    assert [int(count) for _, count in tabs] == [3, 0, 1, 1, 1, 0]
    for address, count in tabs:
        if int(count):
            assert totals(browser.get(address).text) == int(count)
    assert totals(browser.get(f"{here}/points?colour=nonsense").text) == 3
    first = sqlite_world.clock.today()
    sqlite_world.clock.advance(days=10)
    Office(sqlite_world).confirmed(HazardLevel.MAJOR)
    browser = Browser(app, "office")
    assert "重大风险（红）" in browser.get(here).text
    past = visible_text(browser.get(f"{here}?day={first.isoformat()}").text)
    assert "较大风险（橙）" in past
    assert "重大隐患" not in past
    tomorrow = "2027-01-01"
    assert "重大风险（红）" in browser.get(f"{here}?day={tomorrow}").text


def test_the_history_comes_page_by_page_with_cause_edition_and_day(app: Litestar, sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    for place in range(25):
        grading.add(point(f"新增{place}", ORANGE))
    browser, here = Browser(app, "office"), f"/enterprises/{sqlite_world.enterprise_id}/risk/history"
    with sqlite_world.work_as("office", write=False) as work:
        history = list_history(work, RULEBOOK, sqlite_world.enterprise_id)
    html = browser.get(here).text
    assert re.search(rf"共 {-(-len(history) // 20)} 页 · {len(history)} 条", html)
    assert "当时记下" in html
    assert RULEBOOK.edition in html
    assert browser.get(f"{here}?page=2").text.count('class="grade g-') == len(history) - 20


def test_a_raise_counts_at_once_and_a_lowering_waits_for_a_second_person_on_their_home(app: Litestar, sqlite_world: World) -> None:
    office, leader = Browser(app, "office"), Browser(app, "leader")
    here = f"/enterprises/{sqlite_world.enterprise_id}/risk"
    refused = office.submit(f"{here}/raise", {"colour": "blue", "reason": "专家会诊意见", "point_id": ""})
    assert refused.status_code == 400
    assert "应高于现等级" in refused.text
    assert "专家会诊意见" in refused.text
    asked = landed(office.submit(f"{here}/lower", {"colour": "yellow", "reason": "最高的点已停用", "point_id": ""}))
    override = id_in(asked)
    assert "较大风险（橙）" in office.get(here).text
    for who in (office, leader):
        assert "1 项等级调整等第二人确认" in visible_text(who.get("/").text)
    own = office.get(f"/risk/overrides/{override}").text
    assert "同意下调" not in own
    assert "撤回申请" in own
    same = office.submit(f"/risk/overrides/{override}/confirm", {"reason": "自己同意自己"})
    assert same.status_code == 409
    short = leader.submit(f"/risk/overrides/{override}/confirm", {"reason": "好"})
    assert short.status_code == 400
    assert "请写明理由" in short.text
    landed(leader.submit(f"/risk/overrides/{override}/confirm", {"reason": "现场看过，同意"}))
    assert "一般风险（黄）" in office.get(here).text
    told = visible_text(Browser(app, "enterprise").get(f"/risk/overrides/{override}").text)
    assert all(one in told for one in ("最高的点已停用", "周办", "生效"))
    assert "等第二人确认" not in visible_text(leader.get("/").text)
    landed(office.submit(f"/risk/overrides/{override}/end", {"reason": "恢复使用，重新评价"}))
    assert "较大风险（橙）" in office.get(here).text
    raised = id_in(landed(office.submit(f"{here}/raise", {"colour": "red", "reason": "专家会诊意见", "point_id": ""})))
    landed(office.submit(f"/risk/overrides/{raised}/ask-end", {"reason": "稳定运行两个月"}))
    landed(leader.submit(f"/risk/overrides/{raised}/reject-end", {"reason": "再观察一个月"}))
    story = visible_text(office.get(f"/risk/overrides/{raised}").text)
    assert "不同意结束上调" in story
    assert "再观察一个月" in story
    assert "重大风险（红）" in office.get(here).text
    html = office.get("/risk/overrides?tab=all").text
    assert totals(html) == 2
    assert leader.submit(f"/risk/overrides/{raised}/nonsense", {"reason": "x"}).status_code == 404
    assert Browser(app, "auditor").submit(f"/risk/overrides/{raised}/reject-end", {"reason": "再观察一个月"}).status_code == 403


def test_an_accident_raises_at_once_and_falls_after_the_case_is_closed(app: Litestar, sqlite_world: World) -> None:
    office = Browser(app, "office")
    fields = {"enterprise_id": str(sqlite_world.enterprise_id), "occurred_on": "2026-11-19", "title": "压砖机挤压", "deaths": "0"}
    missing = office.submit("/accidents/new", fields)
    assert missing.status_code == 400
    assert "请填写重伤人数" in missing.text
    assert "压砖机挤压" in missing.text
    bad = office.submit("/accidents/new", fields | {"serious_injuries": "1", "loss_wan": "许多"})
    assert "请填数字" in bad.text
    accident = id_in(landed(office.submit("/accidents/new", fields | {"serious_injuries": "1", "loss_wan": "12"})))
    here = f"/enterprises/{sqlite_world.enterprise_id}/risk"
    page = office.get(here).text
    assert "重大风险（红）" in page
    assert f"/accidents/{accident}" in page
    assert "压砖机挤压" in Browser(app, "enterprise").get(f"/accidents/{accident}").text
    assert Browser(app, "outsider").get(f"/accidents/{accident}").status_code == 404
    edit = office.get(f"/accidents/{accident}/edit").text
    version = re.search(r'name="version" value="(\d+)"', edit)
    assert version is not None
    changed = fields | {"serious_injuries": "1", "loss_wan": "15.5", "version": version.group(1)}
    landed(office.submit(f"/accidents/{accident}/edit", changed))
    again = office.submit(f"/accidents/{accident}/edit", changed)
    assert again.status_code == 400
    assert "15.5 万元" in office.get(f"/accidents/{accident}").text
    edit = office.get(f"/accidents/{accident}/edit").text
    version = re.search(r'name="version" value="(\d+)"', edit)
    assert version is not None
    landed(office.submit(f"/accidents/{accident}/edit", changed | {"loss_wan": "1234567.89", "version": version.group(1)}))
    for address in (f"/accidents/{accident}", "/accidents"):
        assert "1234567.89 万元" in office.get(address).text, "a loss is said to the last figure"
    assert office.get(f"{here}?day=0001-01-01").status_code == 200
    narrowed = office.get(f"/accidents?enterprise={sqlite_world.other_enterprise_id}").text
    assert '<a href="/accidents" aria-current="page">全部' in narrowed, "the count of all leads to all"
    assert office.submit(f"/accidents/{accident}/close", {"reason": ""}).status_code == 400
    landed(office.submit(f"/accidents/{accident}/close", {"reason": "查清原因，措施落实，已复评"}))
    assert "较大风险（橙）" in office.get(here).text
    landed(office.submit(f"/accidents/{accident}/void", {"reason": "登记错了企业"}))
    assert "已作废" in office.get("/accidents").text
    for key, count in (("open", 0), ("closed", 0), ("void", 1)):
        assert totals(office.get(f"/accidents?state={key}").text) == count


def test_a_rule_is_switched_with_a_reason_and_tells_whom_it_raises(app: Litestar, sqlite_world: World) -> None:
    Office(sqlite_world).confirmed(HazardLevel.MAJOR)
    office, address = Browser(app, "office"), "/risk/policies/open_major_hazard"
    before = visible_text(office.get("/risk/policies").text)
    assert "使 1 家企业等级升高" in before
    assert "条文待核" in before
    assert office.submit(address, {"is_on": "no", "reason": ""}).status_code == 400
    assert office.submit(address, {"reason": "试"}).status_code == 400
    assert office.submit("/risk/policies/no-such-rule", {"is_on": "no", "reason": "试"}).status_code == 404
    landed(office.submit(address, {"is_on": "no", "reason": "第三次例会议定"}))
    after = visible_text(office.get("/risk/policies").text)
    assert "停用：第三次例会议定" in after
    assert "较大风险（橙）" in office.get(f"/enterprises/{sqlite_world.enterprise_id}/risk").text
    assert Browser(app, "leader").submit(address, {"is_on": "yes", "reason": "试一试"}).status_code == 403


def test_a_hazard_is_placed_at_a_point_and_raises_that_point_alone(app: Litestar, sqlite_world: World) -> None:
    major = Office(sqlite_world).confirmed(HazardLevel.MAJOR)
    inspector, address = Browser(app, "inspector"), f"/hazards/{major}/place"
    assert "没有关联，按企业整体计" in inspector.get(f"/hazards/{major}").text
    with sqlite_world.work_as("office", write=False) as work:
        points = {one.name: one.id for one in get_grade(work, sqlite_world.enterprise_id).points}
    assert inspector.submit(address, {"point_id": ""}).status_code == 400
    assert inspector.submit(address, {"point_id": str(UUID(int=7))}).status_code == 400
    landed(inspector.submit(address, {"point_id": str(points["叉车"])}))
    assert f"/risk-points/{points['叉车']}" in inspector.get(f"/hazards/{major}").text
    with sqlite_world.work_as("office", write=False) as work:
        grade = get_grade(work, sqlite_world.enterprise_id)
    assert {one.name for one in grade.points if one.colour is not one.assessed} == {"叉车"}
    landed(inspector.submit(address, {"point_id": "none"}))
    told = visible_text(inspector.get(f"/hazards/{major}").text)
    assert "关联风险点“叉车”" in told
    assert "取消关联风险点，按企业整体计" in told
    assert Browser(app, "enterprise").get(address).status_code == 403
    assert Browser(app, "leader").get(address).status_code == 403


def test_the_list_of_enterprises_and_the_homes_show_the_letter(app: Litestar, sqlite_world: World) -> None:
    office = Browser(app, "office")
    listed = office.get("/enterprises").text
    assert re.search(rf'/enterprises/{sqlite_world.enterprise_id}/risk" title="橙：辊道窑 D=240"><span class="grade g-orange sm"', listed)
    home = visible_text(office.get("/").text)
    assert "红色企业 0 另有橙色 1 家，未评价 1 家" in home
    assert f"/enterprises/{sqlite_world.enterprise_id}/risk" in office.get(f"/enterprises/{sqlite_world.enterprise_id}").text


def test_pages_ask_the_database_as_often_for_a_large_park_as_for_a_small_one(app: Litestar, sqlite_world: World) -> None:
    office = Browser(app, "office")
    addresses = ("/risk/enterprises", "/", "/risk/policies", f"/enterprises/{sqlite_world.enterprise_id}/risk", "/enterprises")
    with counting(app) as few:
        for one in addresses:
            office.get(one)
    fill(sqlite_world, 30, 3)
    with counting(app) as many:
        for one in addresses:
            assert office.get(one).status_code == 200
    with sqlite_world.work_as("office", write=False) as work:
        assert len(list_heads(work)) == 32
    assert len(many) <= len(few) + 2
