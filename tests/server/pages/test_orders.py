"""Orders as office, leader and enterprise handle them, from the draft to the files."""

from datetime import date, timedelta

from tests.cast import World
from tests.doors import Browser, running, visible_text
from tests.server.pages.lives import confirm, counting, draft, in_rectification, issue, landed, photo, register, reply_fields, serve

TODAY = date(2026, 11, 20)


def test_a_hazard_goes_from_draft_to_archive_through_the_pages_alone(world: World) -> None:
    with running(world) as app:
        office, enterprise, inspector = Browser(app, "office"), Browser(app, "enterprise"), Browser(app, "inspector")
        hazard = register(office, world.enterprise_id, "疏散通道堆放纸箱")
        confirm(office, hazard)
        order = draft(office, world.enterprise_id, {hazard: TODAY + timedelta(days=10)}, note="设专人看护")
        assert "核对无误" in office.get(f"/orders/{order}").text
        issue(office, order)
        issued = visible_text(office.get(f"/orders/{order}").text)
        assert "示经开安办改〔2026〕1号" in issued
        assert "还剩 10 天" in issued

        assert "查看并签收" in enterprise.get("/").text
        landed(enterprise.submit(f"/orders/{order}/acknowledge", {}))
        assert "回复整改" in enterprise.get(f"/orders/{order}").text

        landed(enterprise.submit(f"/hazards/{hazard}/reply", reply_fields(TODAY), files=[photo(2)]))
        failed = {"id": "0199bbbb-0000-7000-8000-000000000001", "result": "fail", "reason": "通道又堆了货", "inspectors": "王检、赵检"}
        landed(inspector.submit(f"/hazards/{hazard}/reinspect", failed | {"reinspected_at": "2026-11-20T09:00"}))
        assert "上次复查没有通过：通道又堆了货" in visible_text(enterprise.get(f"/hazards/{hazard}/reply").text)

        landed(enterprise.submit(f"/hazards/{hazard}/reply", reply_fields(TODAY), files=[photo(3)]))
        passed = failed | {"id": "0199bbbb-0000-7000-8000-000000000002", "result": "pass", "reason": "通道畅通"}
        landed(office.submit(f"/hazards/{hazard}/reinspect", passed | {"reinspected_at": "2026-11-20T09:00"}, files=[photo(4)]))
        landed(office.submit(f"/hazards/{hazard}/close", {}))
        landed(office.submit(f"/orders/{order}/opinion", {"conclusion": ""}))
        landed(office.submit(f"/orders/{order}/archive", {}))

        page = visible_text(office.get(f"/orders/{order}").text)
        assert "已归档" in page
        assert "整改复核意见" in page
        story = visible_text(enterprise.get(f"/hazards/{hazard}").text)
        for words in ("已销号", "复查未通过 1 次", "复查不合格", "通道又堆了货", "1,280.00 元", "班前会"):
            assert words in story
        assert "待办" not in story


def test_an_order_with_a_major_hazard_waits_for_the_leader(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office, leader = Browser(app, "office"), Browser(app, "leader")
        hazard = register(office, sqlite_world.enterprise_id, "压力报警被关停")
        confirm(office, hazard, level="major_hazard", criterion_id="GM-10-8-4")
        order = draft(office, sqlite_world.enterprise_id, {hazard: TODAY + timedelta(days=7)})
        landed(office.submit(f"/orders/{order}/review", {}))
        assert "签发并取号" not in office.get(f"/orders/{order}").text
        assert office.submit(f"/orders/{order}/issue", {}).status_code == 403
        assert "1 份含重大隐患的文书等您签发" in leader.get("/").text
        assert "签发并取号" in leader.get(f"/orders/{order}").text
        landed(leader.submit(f"/orders/{order}/issue", {}))
        assert "〔2026〕1号" in leader.get(f"/orders/{order}").text


def test_a_draft_is_prefilled_by_the_rules_and_comes_back_as_typed_when_something_is_wrong(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        hazard = register(office, sqlite_world.enterprise_id, "护栏缺失", item_code="", basis="安全生产法第三十六条")
        confirm(office, hazard)
        page = office.get(f"/orders/new?target={sqlite_world.enterprise_id}").text
        assert 'value="2026-12-05"' in page
        assert "园区自定" in page
        fields = {
            "target": str(sqlite_world.enterprise_id),
            "hazard": [hazard],
            f"due_on-{hazard}": "2026-11-01",
            f"requirement-{hazard}": "补齐护栏",
            "note": "先设警戒线",
        }
        answer = office.submit("/orders/new", fields)
        assert answer.status_code == 400
        assert "整改期限不能早于今天" in answer.text
        assert f'href="#due_on-{hazard}"' in answer.text
        for typed in ('value="2026-11-01"', "补齐护栏", "先设警戒线"):
            assert typed in answer.text
        none_chosen = office.submit("/orders/new", {"target": str(sqlite_world.enterprise_id)})
        assert none_chosen.status_code == 400
        assert "请至少勾选一条隐患" in none_chosen.text


def test_a_draft_can_be_changed_until_it_was_reviewed(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        first, second = (register(office, sqlite_world.enterprise_id, title) for title in ("甲处积尘", "乙处积尘"))
        confirm(office, first)
        confirm(office, second)
        order = draft(office, sqlite_world.enterprise_id, {first: TODAY + timedelta(days=5)})
        assert "乙处积尘" in office.get(f"/orders/{order}/edit").text
        changed = {"target": str(sqlite_world.enterprise_id), "hazard": [second], f"due_on-{second}": "2026-12-01"}
        landed(office.submit(f"/orders/{order}/edit", changed))
        page = office.get(f"/orders/{order}").text
        assert "乙处积尘" in page
        assert "甲处积尘" not in page
        landed(office.submit(f"/orders/{order}/review", {}))
        assert office.get(f"/orders/{order}/edit").status_code == 409


def test_words_beyond_the_parks_permission_stop_the_review_and_are_named(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        hazard = register(office, sqlite_world.enterprise_id, "配电箱积尘")
        confirm(office, hazard, requirement="责令限期整改")
        order = draft(office, sqlite_world.enterprise_id, {hazard: TODAY + timedelta(days=5)})
        assert "措辞超出园区权限" in office.get(f"/orders/{order}").text
        answer = office.submit(f"/orders/{order}/review", {})
        assert answer.status_code == 400
        assert "责令" in visible_text(answer.text)


def test_a_withdrawn_number_is_kept_and_never_used_again(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        hazard = register(office, sqlite_world.enterprise_id, "灭火器失压")
        confirm(office, hazard)
        order = draft(office, sqlite_world.enterprise_id, {hazard: TODAY + timedelta(days=5)})
        issue(office, order)
        refused = office.submit(f"/orders/{order}/withdraw", {"reason": ""})
        assert refused.status_code == 400
        assert 'href="#reason"' in refused.text
        landed(office.submit(f"/orders/{order}/withdraw", {"reason": "期限写错"}))
        assert "已撤销：期限写错" in visible_text(office.get(f"/orders/{order}").text)
        again = draft(office, sqlite_world.enterprise_id, {hazard: TODAY + timedelta(days=9)})
        issue(office, again)
        assert "〔2026〕2号" in office.get(f"/orders/{again}").text


def test_service_needs_a_name_and_a_day_that_can_be_true(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        hazard = register(office, sqlite_world.enterprise_id, "叉车无证")
        confirm(office, hazard)
        order = draft(office, sqlite_world.enterprise_id, {hazard: TODAY + timedelta(days=5)})
        issue(office, order)
        answer = office.submit(f"/orders/{order}/serve", {"way": "post", "received_by": "", "served_on": "2026-11-25"})
        assert answer.status_code == 400
        assert "请填写签收人姓名" in answer.text
        assert "送达日期应在签发日和今天之间" in answer.text
        assert 'value="post" checked' in answer.text
        serve(office, order, TODAY)
        assert "直接送达" in office.get(f"/orders/{order}").text


def test_nobody_outside_sees_or_touches_an_order(world: World) -> None:
    with running(world) as app:
        office = Browser(app, "office")
        hazard = register(office, world.enterprise_id, "煤气站无报警")
        confirm(office, hazard)
        order = draft(office, world.enterprise_id, {hazard: TODAY + timedelta(days=5)})
        enterprise = Browser(app, "enterprise")
        assert enterprise.get(f"/orders/{order}").status_code == 404
        issue(office, order)
        assert enterprise.get(f"/orders/{order}").status_code == 200
        for who in ("outsider", "foreign_office"):
            browser = Browser(app, who)
            assert browser.get(f"/orders/{order}").status_code == 404
            assert "煤气站无报警" not in browser.get("/orders").text
            assert "煤气站无报警" not in browser.get("/").text
        assert Browser(app, "outsider").submit(f"/orders/{order}/acknowledge", {}).status_code == 404
        assert Browser(app, "foreign_office").submit(f"/orders/{order}/serve", {"served_on": "2026-11-20"}).status_code == 404
        for step in ("review", "issue", "archive"):
            assert enterprise.submit(f"/orders/{order}/{step}", {}).status_code == 403
            assert Browser(app, "auditor").submit(f"/orders/{order}/{step}", {}).status_code == 403


def test_the_list_of_orders_costs_the_same_queries_however_long_it_is(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        in_rectification(office, sqlite_world, "第一处", due_on=TODAY + timedelta(days=5))
        with counting(app) as few:
            office.get("/orders")
        for place in range(5):
            in_rectification(office, sqlite_world, f"又一处{place}", due_on=TODAY + timedelta(days=5))
        with counting(app) as many:
            page = office.get("/orders").text
        assert page.count("示经开安办改〔2026〕") >= 6
        assert len(many) == len(few)


def test_orders_are_found_by_a_number_typed_with_any_brackets(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        in_rectification(office, sqlite_world, "第一处", due_on=TODAY + timedelta(days=5))
        in_rectification(office, sqlite_world, "第二处", due_on=TODAY + timedelta(days=5))
        for typed in ("示经开安办改[2026]2号", "改（2026）2号", "〔2026〕2号"):
            page = office.get(f"/orders?q={typed}").text
            assert "〔2026〕2号</a>" in page
            assert "〔2026〕1号</a>" not in page
        assert "没有符合这些条件的文书" in office.get("/orders?q=99号").text
