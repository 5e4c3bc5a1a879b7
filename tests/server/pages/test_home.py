"""What each role meets first: what must be done, and numbers that equal the lists they open."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from litestar import Litestar

from server.tasks.schemas import TaskForm
from server.tasks.service import plan_task
from tests.cast import World
from tests.doors import Browser, running, visible_text
from tests.server.pages.lives import confirm, counting, draft, in_rectification, landed, photo, register, reply_fields, totals

TODAY = date(2026, 11, 20)
_TILE = re.compile(r'<a class="tile[^"]*" href="([^"]+)">([^<]+)<b>(\d+)</b>')
_NUMBER = re.compile(r'<a href="([^"]+)">(?:<b class="num">)?(\d+)[ <]')
_TAB = re.compile(r'<a href="(/hazards\?queue=[a-z_]+)"[^>]*>([^<]+) <span class="num[^"]*">(\d+)</span>')


def _fill(app: Litestar, world: World) -> None:
    """Something in every queue: two late at two enterprises, one due this week, one waiting, two new, one graded, one major."""
    world.clock.set_day(date(2026, 11, 2))
    office = Browser(app, "office")
    in_rectification(office, world, "甲处积尘", due_on=date(2026, 11, 10))
    in_rectification(office, world, "乙处积尘", due_on=date(2026, 11, 18), target=world.other_enterprise_id)
    in_rectification(office, world, "丙处积尘", due_on=date(2026, 11, 21))
    waiting = in_rectification(office, world, "丁处积尘", due_on=date(2026, 12, 1))
    world.clock.set_day(TODAY)
    landed(Browser(app, "enterprise").submit(f"/hazards/{waiting}/reply", reply_fields(TODAY), files=[photo(2)]))
    office = Browser(app, "office")
    for title in ("戊处未定级", "己处未定级"):
        register(office, world.enterprise_id, title)
    graded = register(office, world.enterprise_id, "庚处已定级")
    confirm(office, graded)
    major = register(office, world.enterprise_id, "燃气报警被关停")
    confirm(office, major, level="major_hazard", criterion_id="GM-10-8-4")
    order = draft(office, world.enterprise_id, {major: TODAY + timedelta(days=7)})
    landed(office.submit(f"/orders/{order}/review", {}))


def test_every_number_of_the_office_equals_the_list_it_opens(world: World) -> None:
    with running(world) as app:
        _fill(app, world)
        office = Browser(app, "office")
        html = office.get("/").text
        tiles = {words: (int(count), unescape(address)) for address, words, count in _TILE.findall(html)}
        counted = {words: count for words, (count, _) in tiles.items()}
        assert counted == {"逾期未改": 2, "本周到期": 1, "等待复查": 1, "新发现待定级": 2, "红色企业": 1}
        for words, (count, address) in tiles.items():
            assert totals(office.get(address).text) == count, words
        text = visible_text(html)
        assert "涉及 2 家企业，最长 10 天" in text
        assert "未闭环隐患 8 项" in text
        assert totals(office.get("/hazards?queue=open").text) == 8
        assert "其中重大 1 项" in text
        assert totals(office.get("/hazards?queue=open_major").text) == 1
        assert "1 份文书待签发" in text
        assert "2 项逾期未改" in text


def test_every_tab_of_the_list_of_hazards_counts_what_it_opens(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        _fill(app, sqlite_world)
        for who in ("office", "enterprise", "outsider"):
            browser = Browser(app, who)
            tabs = re.findall(
                r'<a href="(/hazards\?queue=[a-z_]+)"[^>]*>([^<]+) <span class="num[^"]*">(\d+)</span>', browser.get("/hazards").text
            )
            assert len(tabs) >= 4
            for address, words, count in tabs:
                assert totals(browser.get(address).text) == int(count), (who, words)


@pytest.mark.parametrize("who", ["office", "leader", "inspector", "auditor", "enterprise", "outsider"])
def test_every_number_of_every_first_line_equals_the_list_it_opens(sqlite_world: World, who: str) -> None:
    with running(sqlite_world) as app:
        _fill(app, sqlite_world)
        with sqlite_world.work_as("office") as work:
            for target_id, due_on in ((sqlite_world.enterprise_id, TODAY), (sqlite_world.other_enterprise_id, TODAY + timedelta(days=30))):
                visit = TaskForm(
                    target_id=target_id,
                    checklists=("GEN",),
                    assignees=(sqlite_world.accounts["inspector"].id,),
                    planned_on=TODAY,
                    due_on=due_on,
                )
                plan_task(work, sqlite_world.services.rulebook, visit)
        browser = Browser(app, who)
        html = browser.get("/").text
        numbers = _NUMBER.findall(html.split('class="first-line"')[1])
        assert numbers
        for address, number in numbers:
            if address.startswith(("/hazards?", "/orders?", "/tasks?")):
                assert totals(browser.get(unescape(address)).text) == int(number), (address, number)


def test_the_leader_sees_what_waits_for_a_signature(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        _fill(app, sqlite_world)
        leader = Browser(app, "leader")
        html = leader.get("/").text
        assert "1 份含重大隐患的文书等您签发" in visible_text(html)
        assert "燃气报警被关停" in html
        for address, words, count in _TILE.findall(html):
            assert totals(leader.get(unescape(address)).text) == int(count), words


def test_the_enterprise_meets_its_late_work_first_and_nobody_elses(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        _fill(app, sqlite_world)
        text = visible_text(Browser(app, "enterprise").get("/").text)
        assert "1 项已逾期" in text
        assert text.index("甲处积尘") < text.index("丙处积尘")
        assert "乙处积尘" not in text
        assert "戊处未定级" not in text
        assert "1 待复查" in text
        assert "庚处已定级" not in text
        outside = visible_text(Browser(app, "outsider").get("/").text)
        assert "乙处积尘" in outside
        assert "甲处积尘" not in outside


def test_the_inspector_sees_whom_to_look_at_again(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        _fill(app, sqlite_world)
        text = visible_text(Browser(app, "inspector").get("/").text)
        assert "1 项等待复查" in text
        assert "丁处积尘" in text
        assert "2 项逾期未改要去看" in text


@pytest.mark.parametrize("who", ["office", "leader", "inspector", "auditor", "enterprise", "screener", "liaison", "admin"])
def test_an_empty_park_has_a_home_page_for_everybody(sqlite_world: World, who: str) -> None:
    with running(sqlite_world) as app:
        answer = Browser(app, who).get("/")
        assert answer.status_code == 200
        assert "2026年11月20日 星期五" in answer.text


def test_empty_lists_say_what_will_appear_and_how_it_gets_there(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        assert "今天没有必须马上办的事" in office.get("/").text
        assert "检查员手机提交的不合格项，会出现在这里" in office.get("/hazards?queue=new").text
        assert "起草整改通知书" in office.get("/orders").text
        assert "安全办下达整改通知后会出现在这里" in Browser(app, "enterprise").get("/hazards").text


def test_the_home_page_costs_the_same_queries_however_much_there_is(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        _fill(app, sqlite_world)
        office = Browser(app, "office")
        with counting(app) as few:
            office.get("/")
        for place in range(5):
            in_rectification(office, sqlite_world, f"辛处{place}", due_on=TODAY + timedelta(days=place))
        with counting(app) as many:
            office.get("/")
        assert len(many) == len(few)


def test_search_opens_a_complete_number_and_groups_everything_else(world: World) -> None:
    with running(world) as app:
        _fill(app, world)
        office = Browser(app, "office")
        one = office.client.get("/search?q=yh-2026-0001", follow_redirects=False)
        assert one.status_code == 303
        assert "甲处积尘" in office.get(one.headers["location"]).text
        order = office.client.get("/search?q=示经开安办改[2026]2号", follow_redirects=False)
        assert order.headers["location"].startswith("/orders/")
        enterprise = office.client.get("/search?q=91430281MA4L16JQ9W", follow_redirects=False)
        assert enterprise.headers["location"] == f"/enterprises/{world.enterprise_id}"
        text = visible_text(office.get("/search?q=湘瓷").text)
        for words in ("隐患 7 条", "企业 1 家"):
            assert words in text
        assert "没有找到“不存在的东西”" in office.get("/search?q=不存在的东西").text
        assert "没有找到" in visible_text(Browser(app, "outsider").get("/search?q=YH-2026-0001").text)
        assert "没有找到" in visible_text(Browser(app, "foreign_office").get("/search?q=湘瓷").text)
        for who in ("screener", "liaison", "admin", "auditor"):
            assert Browser(app, who).get("/search?q=积尘").status_code == 200


def test_on_a_sunday_the_tile_of_this_week_names_what_is_due_on_monday(world: World) -> None:
    with running(world) as app:
        world.clock.set_day(date(2026, 11, 20))
        in_rectification(Browser(app, "office"), world, "周一到期", due_on=date(2026, 11, 23))
        world.clock.set_day(date(2026, 11, 22))
        text = visible_text(Browser(app, "office").get("/").text)
    assert "本周到期 0 下周一另有 1 项" in text


def test_who_may_open_nothing_that_the_search_finds_is_not_offered_it(world: World) -> None:
    with running(world) as app:
        admin, office = Browser(app, "admin"), Browser(app, "office")
        assert 'role="search"' in office.get("/").text
        assert 'role="search"' not in admin.get("/").text
        assert "湘瓷日用瓷" in office.get("/search?q=湘瓷").text
        assert "湘瓷日用瓷" not in admin.get("/search?q=湘瓷").text


def test_the_administrator_is_led_to_no_page_that_is_closed_to_them(world: World) -> None:
    with running(world) as app:
        admin = Browser(app, "admin")
        landed(admin.submit("/settings/zones/new", {"name": "甲片区"}))
        addresses = set(re.findall(r'href="(/[^"]*)"', admin.get("/settings").text))
        assert any(one.startswith("/settings/zones/") for one in addresses)
        assert {one: admin.get(unescape(one)).status_code for one in addresses} == dict.fromkeys(addresses, 200)


def test_an_enterprise_finds_its_own_figures_in_the_navigation(world: World) -> None:
    with running(world) as app:
        enterprise = Browser(app, "enterprise")
        assert '<a href="/reports">统计报表</a>' in enterprise.get("/").text
        assert enterprise.get("/reports").status_code == 200
