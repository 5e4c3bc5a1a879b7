"""Planning visits in the office."""

import re
from datetime import date
from typing import Any

from server.ids import new_id
from tests.cast import World
from tests.doors import Browser, Phone, running, visible_text
from tests.server.pages.checks import check_document, file_check
from tests.server.pages.lives import counting, id_in, landed


def visit(world: World, **changes: Any) -> dict[str, Any]:
    """A visit of two inspectors to enterprise A."""
    return {
        "target_id": str(world.enterprise_id),
        "checklists": ["GEN", "CERA"],
        "assignees": [str(world.accounts["inspector"].id), str(world.accounts["second_inspector"].id)],
        "planned_on": "2026-11-23",
        "due_on": "2026-11-25",
        "note": "节前检查",
    } | changes


def test_a_visit_is_planned_shown_and_done_when_its_check_is_filed(world: World) -> None:
    with running(world) as app:
        office = Browser(app, "office")
        assert "先选检查对象" in office.get("/tasks/new").text
        form = office.get(f"/tasks/new?target={world.enterprise_id}").text
        assert "陶瓷企业专项检查表" in form.split("其他检查表")[0], "offered by the enterprise's industry"
        assert "玻璃" in form.split("其他检查表")[1]
        task = id_in(landed(office.submit("/tasks/new", visit(world))))
        listed = visible_text(office.get("/tasks").text)
        assert "湘瓷日用瓷（虚构）" in listed
        assert "王检、赵检" in listed
        assert "还剩 5 天" in listed
        assert "湘瓷日用瓷" in Browser(app, "inspector").get("/tasks?mine=yes").text
        number = file_check(Phone(app, world), str(new_id()), check_document(world, task_id=task))["number"]
        page = visible_text(office.get(f"/tasks/{task}").text)
        assert "已检查" in page
        assert number in page
        assert task not in office.get("/tasks").text
        assert task in office.get("/tasks?state=done").text


def test_a_form_with_mistakes_comes_back_as_it_was(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        answer = office.submit("/tasks/new", visit(sqlite_world, checklists=[], due_on="后天"))
        assert answer.status_code == 400
        assert "请填写最迟日期" in answer.text
        answer = office.submit("/tasks/new", visit(sqlite_world, checklists=[], assignees=[]))
        assert answer.status_code == 400
        assert "请至少选一张检查表" in answer.text
        assert "节前检查" in answer.text
        assert 'value="2026-11-25"' in answer.text
        foreign = office.submit("/tasks/new", visit(sqlite_world, assignees=[str(sqlite_world.accounts["foreign_inspector"].id)]))
        assert foreign.status_code == 400


def test_a_visit_is_changed_and_cancelled_with_its_reason(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        task = id_in(landed(office.submit("/tasks/new", visit(sqlite_world))))
        edit = office.get(f"/tasks/{task}/edit").text
        assert 'value="CERA" checked' in edit
        landed(office.submit(f"/tasks/{task}/edit", visit(sqlite_world, due_on="2026-11-28", checklists=["FIRE"])))
        assert "2026年11月28日" in office.get(f"/tasks/{task}").text
        assert office.submit(f"/tasks/{task}/cancel", {"reason": ""}).status_code == 400
        landed(office.submit(f"/tasks/{task}/cancel", {"reason": "企业停产"}))
        page = visible_text(office.get(f"/tasks/{task}").text)
        assert "已取消" in page
        assert "企业停产" in page
        assert task in office.get("/tasks?state=cancelled").text
        assert "取消这次检查" not in page


def test_a_visit_nobody_made_is_late_the_day_after(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        task = id_in(landed(Browser(app, "office").submit("/tasks/new", visit(sqlite_world))))
        sqlite_world.clock.set_day(date(2026, 11, 25))
        assert task not in Browser(app, "leader").get("/tasks?state=late").text
        sqlite_world.clock.set_day(date(2026, 11, 26))
        page = Browser(app, "leader").get("/tasks?state=late").text
        assert task in page
        tab = re.search(r'过期未查 <span class="num">(\d+)</span>', page)
        assert tab is not None
        assert tab.group(1) == "1"


def test_enterprises_never_learn_of_a_visit_and_inspectors_plan_none(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        task = id_in(landed(Browser(app, "office").submit("/tasks/new", visit(sqlite_world))))
        for who in ("enterprise", "outsider"):
            assert Browser(app, who).get(f"/tasks/{task}").status_code == 403
            assert Browser(app, who).get("/tasks").status_code == 403
        assert "安排中的检查" not in Browser(app, "enterprise").get("/enterprises/mine").text
        inspector = Browser(app, "inspector")
        assert inspector.get(f"/tasks/{task}").status_code == 200
        assert inspector.get("/tasks/new").status_code == 403
        assert inspector.submit(f"/tasks/{task}/cancel", {"reason": "不想去"}).status_code == 403
        foreign = Browser(app, "foreign_office")
        assert foreign.get(f"/tasks/{task}").status_code == 404
        assert foreign.get(f"/tasks/new?target={sqlite_world.enterprise_id}").status_code == 404


def test_the_list_asks_the_database_no_more_for_many_than_for_few(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        landed(office.submit("/tasks/new", visit(sqlite_world)))
        with counting(app) as few:
            office.get("/tasks")
        for day in range(24, 30):
            landed(office.submit("/tasks/new", visit(sqlite_world, due_on=f"2026-11-{day}")))
        with counting(app) as many:
            office.get("/tasks")
        assert len(many) == len(few)
