"""The year's plan through its pages: from a frequency to a released month, numbers that equal their lists, sheets out and in, papers."""

import io
import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader

from rules.terms import OverrideKind
from server.planning.schemas import VisitState
from server.planning.service import find_plan, rearrange_plan
from server.planning.spreadsheet import COLUMNS
from server.tasks.service import get_task
from tests.cast import World
from tests.doors import Browser, Phone, running, visible_text
from tests.server.counting import counted
from tests.server.grading_hands import Grading
from tests.server.office import RULEBOOK
from tests.server.plan_hands import EVERY, Planner

FREQUENCY = {
    "effective_from": "2026-01-01",
    "decided_by": "园区安委会",
    "decision_number": "3号",
    "floor-none": "2",
    "cap-none": "4",
    "floor-red": "4",
}


def landed(answer: Any) -> str:
    """Where a taken form led to."""
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def plan_id_in(page: str) -> UUID:
    """The plan a page is about."""
    found = re.search(r"/plan/([0-9a-f-]{36})/", page)
    assert found is not None
    return UUID(found.group(1))


def sheet_of(rows: list[list[Any]]) -> dict[str, Any]:
    """A sheet to upload."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([one.heading for one in COLUMNS])
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return {"sheet": ("plan.xlsx", file.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")}


def test_from_a_frequency_to_tasks_on_the_phone(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office, leader = Browser(app, "office"), Browser(app, "leader")
        assert "采用检查频次" in visible_text(office.get("/plan").text)
        assert landed(office.submit("/plan/settings/frequency", FREQUENCY)) == "/plan/settings?done=adopted"
        assert "园区安委会" in office.get("/plan/settings").text
        landed(office.submit("/plan/generate", {"year": "2026", "starts_on": "2026-11-20", "note": ""}))
        page = office.get("/plan").text
        plan_id = plan_id_in(page)
        assert "核对草案，提交分管领导批准" in page
        landed(office.submit(f"/plan/{plan_id}/review", {}))
        assert office.submit(f"/plan/{plan_id}/approve", {}).status_code == 403
        assert "计划等您批准" in leader.get("/plan").text
        landed(leader.submit(f"/plan/{plan_id}/approve", {}))
        assert "11 月任务" in office.get("/plan").text
        landed(office.submit(f"/plan/{plan_id}/release", {"month": "11"}))
        landed(office.submit(f"/plan/{plan_id}/release", {"month": "11"}))
        planned = [one for one in Planner(sqlite_world).board().visits if one.planned_on.month == 11]
        mine = [one for one in planned if any(person.name == "王检" for person in one.people)]
        tasks = Phone(app, sqlite_world).get("bundle").json()["tasks"]
        assert len(tasks) == len(mine) > 0
        assert all(one["note"].startswith("年度计划第") for one in tasks)
        inspector = visible_text(Browser(app, "inspector").get("/").text)
        assert f"{len(mine)} 次计划检查本月要去" in inspector
        assert "本月要去的计划检查" in inspector


def test_a_frequency_with_mistakes_comes_back_as_it_was_typed(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        answer = office.submit("/plan/settings/frequency", FREQUENCY | {"floor-red": "六", "decided_by": ""})
        assert answer.status_code == 400
        assert "红的“至少”应是 0 到 60 的整数" in answer.text
        assert "请填写由谁决定" in answer.text
        assert 'value="六"' in answer.text
        assert 'value="3号"' in answer.text
        assert office.submit("/plan/settings/frequency", FREQUENCY | {"effective_from": "元旦"}).status_code == 400


def test_a_published_rule_is_shown_with_its_source_before_it_is_adopted(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        page = office.get("/plan/settings/frequency?floor_rule=qz_fire&cap_rule=sx_nonhigh").text
        assert "消防大队报道" in page
        assert '<option value="红" selected>' in page
        form = FREQUENCY | {"floor_rule": "qz_fire", "floor_category-red": "红", "floor_category-blue": "蓝"}
        landed(office.submit("/plan/settings/frequency", form | {"cap_rule": "sx_nonhigh", "cap_category-none": "未定级"}))
        settings = visible_text(office.get("/plan/settings").text)
        assert "采用“浙江衢州柯城：消防”" in settings
        assert "山西省涉企行政检查频次上限公示" in office.get("/plan/settings/frequency?cap_rule=sx_nonhigh").text
        assert "每年至少 2 次、每年至多 4 次" in settings


def test_every_number_of_the_overview_is_the_length_of_the_list_it_opens(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    plan_id = planner.in_force()
    planner.release(plan_id, 11)
    sqlite_world.clock.set_day(date(2026, 12, 2))
    planner.inspect(target=sqlite_world.other_enterprise_id)
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        page = office.get("/plan").text
        links = re.findall(r'<a href="(/plan/(?:visits|enterprises)\?[^"]+)">(\d+)(?: 次| 家)?</a>', page)
        assert len(links) >= 8
        for address, number in links:
            behind = visible_text(office.get(address.replace("&amp;", "&")).text)
            assert f"共 {number} 条" in behind or (number == "0" and "没有" in behind), address
        assert office.get("/plan?done=released").status_code == 200
        for _, tab, number in re.findall(
            r'href="([^"]*tab=(\w+)[^"]*)"[^>]*>[^<]+ <span class="num">(\d+)', office.get("/plan/enterprises?q=电瓷").text
        ):
            behind = visible_text(office.get(f"/plan/enterprises?q=电瓷&tab={tab}").text)
            assert f"共 {number} 条" in behind or (number == "0" and "没有" in behind), tab


def test_a_visit_is_moved_and_dropped_with_its_reason_kept_in_the_revisions(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    plan_id = planner.in_force()
    visit = planner.visits()[0]
    people = [str(sqlite_world.accounts["inspector"].id)]
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        address = f"/plan/visits/{visit.id}"
        page = office.get(address).text
        assert "为什么排在这一天" in page
        form = {"planned_on": "2026-12-22", "people": people, "reason": "", "version": str(visit.version)}
        answer = office.submit(f"{address}/move", form)
        assert answer.status_code == 400
        assert "调整要写明原因" in answer.text
        assert 'value="2026-12-22"' in answer.text
        assert office.submit(f"{address}/move", form | {"planned_on": "明天", "reason": "检修"}).status_code == 400
        landed(office.submit(f"{address}/move", form | {"reason": "窑炉检修"}))
        assert "原定" in visible_text(office.get(address).text)
        late = office.submit(f"{address}/move", form | {"reason": "再改", "planned_on": "2026-12-23"})
        assert "刚刚被别人办理过" in late.text
        refused = office.submit(f"{address}/drop", {"drop_reason": "停产"})
        assert refused.status_code == 400
        assert "请联系分管领导" in refused.text
        landed(Browser(app, "leader").submit(f"{address}/drop", {"drop_reason": "企业停产"}))
        assert "已取消：企业停产" in office.get(address).text
        revisions = visible_text(office.get(f"/plan/{plan_id}/revisions").text)
        assert "窑炉检修" in revisions
        assert "现行第 3 版" in revisions


def test_a_visit_is_added_up_to_the_cap(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    plan_id = planner.in_force()
    form = {
        "plan_id": str(plan_id),
        "enterprise_id": str(sqlite_world.enterprise_id),
        "planned_on": "2026-12-22",
        "people": [str(sqlite_world.accounts["inspector"].id)],
        "reason": "节前检查",
    }
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        assert "已查 0 次，待查 2 次" in office.get(f"/plan/visits/new?enterprise={sqlite_world.enterprise_id}").text
        for _ in range(2):
            landed(office.submit("/plan/visits/new", form))
        answer = office.submit("/plan/visits/new", form)
        assert answer.status_code == 400
        assert "年度上限 4 次" in answer.text
        assert office.submit("/plan/visits/new", form | {"enterprise_id": str(sqlite_world.foreign_enterprise_id)}).status_code == 404


def test_what_an_enterprise_turned_red_lacks_is_added_by_ticking_it(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    plan_id = planner.in_force()
    Grading(sqlite_world).overrule(OverrideKind.RAISE, "red")
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        assert "1 家企业要加次数" in office.get("/plan").text
        page = office.get("/plan/enterprises?tab=proposed").text
        assert "再加 2 次" in page
        form = {"enterprise": str(sqlite_world.enterprise_id), "reason": ""}
        assert office.submit(f"/plan/{plan_id}/proposals", form).status_code == 400
        assert landed(office.submit(f"/plan/{plan_id}/proposals", form | {"reason": "变红"})).endswith("count=2")
        assert "家企业要加次数" not in office.get("/plan").text
        section = visible_text(office.get(f"/enterprises/{sqlite_world.enterprise_id}").text)
        assert "2026 年计划检查" in section


def test_an_inspection_is_marked_as_triggered_on_the_enterprises_page(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    planner.in_force()
    made = planner.inspect()
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        page = f"/plan/enterprises/{sqlite_world.enterprise_id}"
        form = {"enterprise_id": str(sqlite_world.enterprise_id), "trigger": "report", "trigger_note": ""}
        answer = office.submit(f"/plan/inspections/{made}/trigger", form)
        assert answer.status_code == 400
        assert "请写明依据" in answer.text
        landed(office.submit(f"/plan/inspections/{made}/trigger", form | {"trigger_note": "举报单 8 号"}))
        shown = visible_text(office.get(page).text)
        assert "投诉举报：举报单 8 号，不占上限" in shown
        assert "另有触发式检查 1 次不占上限" in shown


def test_the_sheet_goes_out_and_comes_back_row_by_row(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    plan_id = planner.in_force()
    first, second = planner.visits()
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        address = f"/plan/{plan_id}/sheet"
        taken = load_workbook(io.BytesIO(office.get(f"{address}/visits.xlsx").content)).worksheets[0]
        rows = list(taken.iter_rows(values_only=True))
        assert [str(one[0]) for one in rows[1:]] == [str(one.number) for one in planner.board().visits]
        again = {"sheet": ("plan.xlsx", office.get(f"{address}/visits.xlsx").content, "application/octet-stream")}
        assert "没有要改的" in office.submit(address, {}, files=again).text
        name = "湘瓷日用瓷（虚构）"
        upload = sheet_of(
            [
                [first.number, name, "2026-12-24", "王检", "", ""],
                ["", name, "2026-12-29", "赵检", "王检", ""],
                [second.number, name, "2026-12-25", "没有这个人", "", ""],
                [99, name, "2026-12-25", "王检", "", ""],
                [first.number, name, "2026-12-25", "王检", "", ""],
                ["", "无名企业", "2026-12-25", "王检", "", ""],
                ["", name, "廿五", "王检", "", ""],
            ]
        )
        look = office.submit(address, {}, files=upload)
        assert look.status_code == 200
        told = visible_text(look.text)
        assert "2 次检查会改，5 行有问题" in told
        for words in ("没有名为“没有这个人”的检查人员", "计划里没有编号 99", "与第 2 行重复", "没有名为“无名企业”的在册企业", "请填写日期"):
            assert words in told
        assert [one.planned_on for one in planner.visits()] == [first.planned_on, second.planned_on]
        packed = re.search(r'name="rows" value="([^"]+)"', look.text)
        assert packed is not None
        assert office.submit(f"{address}/confirm", {"rows": packed.group(1), "reason": ""}).status_code == 400
        landed(office.submit(f"{address}/confirm", {"rows": packed.group(1), "reason": "年底调整"}))
        assert {one.planned_on for one in planner.visits()} == {date(2026, 12, 24), second.planned_on, date(2026, 12, 29)}
        problems = office.submit(f"{address}/errors", {"rows": packed.group(1)})
        assert problems.status_code == 200
        assert "年底调整" in office.get(f"/plan/{plan_id}/revisions").text
        assert office.submit(address, {}, files={"sheet": ("x.xlsx", b"nothing", "application/octet-stream")}).status_code == 400


def test_a_look_at_a_sheet_that_drops_a_released_visit_leaves_its_task_and_no_event(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    plan_id = planner.in_force()
    planner.release(plan_id, 12)
    visit = next(one for one in planner.visits() if one.planned_on.month == 12)
    with running(sqlite_world) as app:
        leader_only = sheet_of([[visit.number, "", "", "", "", "停产"]])
        look = Browser(app, "office").submit(f"/plan/{plan_id}/sheet", {}, files=leader_only)
        assert "取消后低于下限" in look.text
        moved = sheet_of([[visit.number, "", "2026-12-25", "王检", "", ""]])
        assert "1 次检查会改" in Browser(app, "office").submit(f"/plan/{plan_id}/sheet", {}, files=moved).text
    again = next(one for one in planner.visits() if one.id == visit.id)
    assert (again.state, again.planned_on, again.task_id) == (VisitState.RELEASED, visit.planned_on, visit.task_id)
    with sqlite_world.work_as("office", write=False) as work:
        assert visit.task_id is not None
        assert get_task(work, visit.task_id).planned_on == visit.planned_on


def test_page_paper_and_sheet_say_the_same_rates(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    planner.in_force()
    planner.inspect()
    sqlite_world.clock.advance(minutes=5)
    planner.inspect(target=sqlite_world.other_enterprise_id)
    with running(sqlite_world) as app:
        auditor = Browser(app, "auditor")
        page = visible_text(auditor.get("/plan").text)
        pdf = auditor.get("/plan/plan.pdf?year=2026")
        text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf.content)).pages)
        book = load_workbook(io.BytesIO(auditor.get("/plan/plan.xlsx?year=2026").content)).worksheets[0]
        cells = " ".join(str(cell) for row in book.iter_rows(values_only=True) for cell in row if cell)
    figures = planner.board().figures
    assert (figures.planned, figures.inspected) == (4, 2)
    rate = f"{100 * figures.done / figures.planned:.1f}%"
    for words in (page, text.replace("\n", ""), cells):
        assert "计划完成率" in words
        assert rate in words
        assert "100.0%" in words
    assert "第1页" in text
    assert "虚构" in text


def test_a_draft_is_printed_as_a_draft_and_a_year_without_plan_is_not_found(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    planner.adopt()
    planner.generate()
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        text = PdfReader(io.BytesIO(office.get("/plan/plan.pdf").content)).pages[0].extract_text()
        assert "草稿" in text
        assert office.get("/plan/plan.pdf?year=2025").status_code == 404
        assert office.get("/plan/plan.xlsx?year=x").status_code == 200
        assert "2027 年的计划" in visible_text(office.get("/plan?year=2027").text)


def test_the_list_narrows_by_everything_it_offers(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    planner.in_force()
    board = planner.board()
    with running(sqlite_world) as app:
        inspector = Browser(app, "inspector")
        month = board.visits[0].planned_on.month
        expected = {
            "": 4,
            "state=dropped": 0,
            "q=湘瓷": 2,
            "colour=red": 0,
            "colour=none": 4,
            "overdue=yes": 0,
            f"month={month}": sum(1 for one in board.visits if one.planned_on.month == month),
            "mine=yes": sum(1 for one in board.visits if any(person.name == "王检" for person in one.people)),
            "sort=enterprise": 4,
            "sort=colour": 4,
            "month=13&state=nonsense&zone=x&sort=y": 4,
        }
        for query, count in expected.items():
            page = visible_text(inspector.get(f"/plan/visits?{query}").text)
            assert f"共 {count} 条" in page or (count == 0 and "没有符合条件" in page), query


def test_enterprises_and_strangers_never_see_the_plan(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    plan_id = planner.in_force()
    visit = planner.visits()[0]
    with running(sqlite_world) as app:
        for who in ("enterprise", "outsider", "liaison"):
            browser = Browser(app, who)
            for address in ("/plan", "/plan/visits", f"/plan/visits/{visit.id}", "/plan/plan.pdf", "/plan/enterprises"):
                assert browser.get(address).status_code == 403, address
        assert "计划检查" not in Browser(app, "enterprise").get("/enterprises/mine").text
        foreign = Browser(app, "foreign_office")
        for address in (f"/plan/visits/{visit.id}", f"/plan/{plan_id}/revisions", f"/plan/enterprises/{sqlite_world.enterprise_id}"):
            assert foreign.get(address).status_code == 404, address
        inspector = Browser(app, "inspector")
        assert inspector.submit(f"/plan/visits/{visit.id}/move", {"planned_on": "2026-12-22"}).status_code == 403
        assert "改期或换人" not in inspector.get(f"/plan/visits/{visit.id}").text


def test_staffing_is_set_on_its_page_and_mistakes_come_back(sqlite_world: World) -> None:
    inspector = sqlite_world.accounts["inspector"].id
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        landed(office.submit("/plan/settings/manner", {"people_per_visit": "1", "monthly_capacity": "8"}))
        landed(office.submit(f"/plan/settings/people/{inspector}", {"monthly_capacity": "5"}))
        assert office.submit("/plan/settings/manner", {"people_per_visit": "1", "monthly_capacity": "很多"}).status_code == 400
        pause = {"first_on": "2026-12-01", "last_on": "2026-12-05", "account_id": str(inspector), "pause_reason": ""}
        answer = office.submit("/plan/settings/pauses", pause)
        assert answer.status_code == 400
        assert 'value="2026-12-05"' in answer.text
        landed(office.submit("/plan/settings/pauses", pause | {"pause_reason": "年休假"}))
        page = office.get("/plan/settings").text
        assert "年休假" in page
        assert "每月最多 5 次" in page
        pause_id = re.search(r"/plan/settings/pauses/([0-9a-f-]{36})/remove", page)
        assert pause_id is not None
        landed(office.submit(f"/plan/settings/pauses/{pause_id.group(1)}/remove", {}))
        assert "年休假" not in office.get("/plan/settings").text


@pytest.mark.parametrize("address", ["/plan", "/plan/visits", "/plan/enterprises"])
def test_pages_ask_the_database_no_more_for_many_visits_than_for_few(sqlite_world: World, address: str) -> None:
    planner = Planner(sqlite_world)
    planner.in_force()
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        database = app.state.services.database
        office.get(address)
        with counted(database) as few:
            office.get(address)
        planner.adopt(EVERY | {"none": ("12", "")}, since=sqlite_world.clock.today())
        with sqlite_world.work_as("office") as work:
            plan = find_plan(work, 2026)
            assert plan is not None
            rearrange_plan(work, RULEBOOK, plan.id, "多查")
        with counted(database) as many:
            office.get(address)
        assert many.count == few.count
