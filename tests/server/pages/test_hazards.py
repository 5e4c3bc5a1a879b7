"""Hazards in a browser: found, explained, graded, voided; lists that narrow; photos that are missing or cannot be seen."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from server.hazards.schemas import RegisterForm
from server.hazards.service import register_hazard
from server.ids import new_id
from server.models.hazards import Hazard
from server.models.photos import PhotoUse
from server.pages.query import read_amount, read_day, read_number
from tests.cast import World
from tests.doors import Browser, running, visible_text
from tests.server.pages.lives import confirm, counting, id_in, in_rectification, landed, photo, register, reply_fields, totals

TODAY = date(2026, 11, 20)


def test_the_list_narrows_by_level_state_words_and_days(world: World) -> None:
    with running(world) as app:
        office = Browser(app, "office")
        a = register(office, world.enterprise_id, "疏散通道堆放纸箱", found_on="2026-11-03")
        register(office, world.other_enterprise_id, "配电箱积尘", found_on="2026-11-10", source="report")
        confirm(office, a)
        for address, expected in (
            ("level=general_hazard", {"疏散通道堆放纸箱"}),
            ("state=found", {"配电箱积尘"}),
            ("q=积尘", {"配电箱积尘"}),
            ("q=湘瓷 通道", {"疏散通道堆放纸箱"}),
            ("source=report", {"配电箱积尘"}),
            (f"enterprise={world.enterprise_id}", {"疏散通道堆放纸箱"}),
            ("from=2026-11-04&to=2026-11-10", {"配电箱积尘"}),
            ("repeat=no", {"疏散通道堆放纸箱", "配电箱积尘"}),
            ("repeat=yes", set()),
            ("q=%25", set()),
        ):
            html = office.get(f"/hazards?{address}").text
            assert {title for title in ("疏散通道堆放纸箱", "配电箱积尘") if f">{title}</a>" in html} == expected, address
        assert "没有符合这些条件的隐患" in office.get("/hazards?q=无此物").text


def test_an_address_that_makes_no_sense_still_opens_the_list(world: World) -> None:
    with running(world) as app:
        office = Browser(app, "office")
        for odd in ("page=abc", "page=99999", "queue=x", "enterprise=1", "from=someday", "q=%00%01", "sort=up", "level=&state=,"):
            assert office.get(f"/hazards?{odd}").status_code == 200, odd


def test_the_list_is_paged_sorted_and_costs_the_same_queries_however_long(sqlite_world: World) -> None:
    with sqlite_world.work_as("office") as work:
        for place in range(25):
            form = RegisterForm(
                id=new_id(),
                source="transfer",
                target_id=sqlite_world.enterprise_id,
                title=f"第{place:02d}处",
                description="积尘",
                found_on=TODAY - timedelta(days=place),
                item_code="FIRE-004",
            )
            register_hazard(work, sqlite_world.services.rulebook, form)
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        with counting(app) as short:
            office.get("/hazards?q=第03处")
        with counting(app) as long:
            first = office.get("/hazards").text
        assert len(short) == len(long)
        assert "第 1 页，共 2 页" in visible_text(first)
        assert "第00处" in first
        assert "第24处" not in first
        assert "第24处" in office.get("/hazards?page=2").text
        assert "第24处" in office.get("/hazards?sort=number&page=2").text


def test_a_hazards_page_costs_the_same_queries_however_much_happened(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office, enterprise = Browser(app, "office"), Browser(app, "enterprise")
        hazard = in_rectification(office, sqlite_world, "通道堵塞", due_on=TODAY)
        with counting(app) as few:
            office.get(f"/hazards/{hazard}")
        landed(enterprise.submit(f"/hazards/{hazard}/reply", reply_fields(TODAY), files=[photo(2), photo(3), photo(4)]))
        with counting(app) as many:
            office.get(f"/hazards/{hazard}")
        assert len(many) == len(few)


def test_registering_keeps_what_was_typed_and_the_photo_until_it_is_right_and_counts_once(world: World) -> None:
    with running(world) as app:
        office = Browser(app, "office")
        fields = {
            "id": str(new_id()),
            "target_id": str(world.enterprise_id),
            "source": "report",
            "title": "仓库门口堆放纸箱",
            "description": "",
            "found_on": "2026-11-20",
            "basis": "消防法第二十八条",
        }
        answer = office.submit("/hazards/new", fields, files=[photo(7)])
        assert answer.status_code == 400
        assert "请写明部位、现象和可能的后果" in answer.text
        assert "仓库门口堆放纸箱" in answer.text
        kept = answer.text.split('name="photos_kept" value="')[1][:64]
        whole = fields | {"description": "仓库门口堆放纸箱约 20 箱", "photos_kept": kept}
        hazard = id_in(landed(office.submit("/hazards/new", whole)))
        assert id_in(landed(office.submit("/hazards/new", whole))) == hazard
        assert totals(office.get("/hazards").text) == 1
        page = office.get(f"/hazards/{hazard}").text
        assert f"/photos/{kept}/thumb" in page
        assert office.get(f"/photos/{kept}/thumb").status_code == 200


def test_the_office_must_cite_a_basis_or_an_item_that_exists(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        fields = {
            "id": str(new_id()),
            "target_id": str(sqlite_world.enterprise_id),
            "source": "report",
            "title": "甲",
            "description": "乙",
            "found_on": "2026-11-20",
        }
        assert "没有依据的隐患不能写进整改文书" in office.submit("/hazards/new", fields).text
        assert "没有这个检查项" in office.submit("/hazards/new", fields | {"item_code": "fire-9999"}).text
        landed(office.submit("/hazards/new", fields | {"item_code": "fire-004"}))


def test_answers_are_kept_and_judged_again_and_a_person_decides_with_a_reason(world: World) -> None:
    with running(world) as app:
        office = Browser(app, "office")
        hazard = register(office, world.enterprise_id, "燃气压力报警被关停", item_code="CERA-002")
        page = office.get(f"/hazards/{hazard}/confirm").text
        assert "还不能判定" in page
        assert "GM-10-8-4" in page
        names = sorted({part.split('"')[0] for part in page.split('name="fact-')[1:]})
        assert len(names) >= 3
        law = world.services.rulebook.major_hazards
        answers = {f"fact-{name}": "yes" for name in names}
        for name in names:
            if law.facts[name].is_working or "热发生炉" in law.facts[name].ask:
                answers[f"fact-{name}"] = "no"
        saved = office.submit(f"/hazards/{hazard}/facts", answers | {"requirement": "恢复报警并试验"}, follow=True)
        assert "按新的回答重新判定了" in saved.text
        assert "符合判定条件" in saved.text
        assert "恢复报警并试验" in saved.text
        assert '<span class="tag major">重大</span>' in saved.text

        lower = office.submit(f"/hazards/{hazard}/confirm", {"level": "general_hazard", "reason": "", "requirement": "照旧"})
        assert lower.status_code == 400
        assert "须写明理由" in lower.text
        assert "照旧" in lower.text
        undecided = office.submit(f"/hazards/{hazard}/confirm", {"level": ""})
        assert undecided.status_code == 400
        assert "请选择一般隐患或重大事故隐患" in undecided.text
        confirm(office, hazard, level="major_hazard", criterion_id="GM-10-8-4")
        story = visible_text(office.get(f"/hazards/{hazard}").text)
        for words in ("为什么判重大", "燃气窑炉压力联锁", "第八条第（四）项", "符合判定条件", "周办 · ", "问到的事实"):
            assert words in story
        assert office.get(f"/hazards/{hazard}/confirm").status_code == 409


def test_a_wrong_number_among_the_answers_is_shown_at_its_question(sqlite_world: World) -> None:
    law = sqlite_world.services.rulebook.major_hazards
    number = next(fact.id for fact in law.facts.values() if fact.kind == "number")
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        hazard = register(office, sqlite_world.enterprise_id, "粉尘", item_code="CERA-002")
        answer = office.submit(f"/hazards/{hazard}/facts", {f"fact-{number}": "很多"})
        assert answer.status_code == 400
        assert f'href="#fact-{number}"' in answer.text


def test_voiding_needs_a_reason_and_the_record_stays(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        hazard = register(office, sqlite_world.enterprise_id, "误报一处")
        refused = office.submit(f"/hazards/{hazard}/void", {"reason": " "})
        assert refused.status_code == 400
        assert 'href="#reason"' in refused.text
        landed(office.submit(f"/hazards/{hazard}/void", {"reason": "重复登记"}))
        assert "已作废：重复登记" in visible_text(office.get(f"/hazards/{hazard}").text)
        assert totals(office.get("/hazards?queue=open").text) == 0
        assert totals(office.get("/hazards?state=void").text) == 1


def test_only_the_steps_the_workflow_allows_are_offered(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        hazard = register(office, sqlite_world.enterprise_id, "待定级一处")
        assert f"/hazards/{hazard}/confirm" in office.get(f"/hazards/{hazard}").text
        for who in ("auditor", "leader", "inspector"):
            page = Browser(app, who).get(f"/hazards/{hazard}").text
            assert "待定级一处" in page
            for step in ("confirm", "void", "reply", "close"):
                assert f"/hazards/{hazard}/{step}" not in page
        assert office.get(f"/hazards/{hazard}/close").status_code == 403
        assert office.get(f"/hazards/{hazard}/nonsense").status_code == 404
        assert office.get(f"/hazards/{hazard}/reinspect").status_code == 409


def test_missing_and_unreadable_photos_say_so(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        broken = ("photos", ("broken.jpg", b"\xff\xd8\xff\xe0 this is no picture", "image/jpeg"))
        fields = {
            "id": str(new_id()),
            "target_id": str(sqlite_world.enterprise_id),
            "source": "report",
            "title": "照片坏了",
            "description": "照片坏了",
            "found_on": "2026-11-20",
            "basis": "消防法",
        }
        hazard = id_in(landed(office.submit("/hazards/new", fields, files=[broken])))
        with sqlite_world.work_as("inspector") as work:
            use = PhotoUse(
                id=new_id(), park_id=sqlite_world.park_id, sha256="a" * 64, subject_kind="hazard", subject_id=UUID(hazard),
                role="before", ordinal=9,
            )  # fmt: skip
            work.session.add(use)
        page = office.get(f"/hazards/{hazard}").text
        assert "照片还没收到" in page
        assert "已收到但打不开，可下载原件" in page
        digest = page.split("/photos/")[1][:64]
        original = office.get(f"/photos/{digest}/original")
        assert original.content == broken[1][1]


def test_closing_is_the_offices_and_reopening_needs_facts(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office, enterprise = Browser(app, "office"), Browser(app, "enterprise")
        hazard = in_rectification(office, sqlite_world, "通道堵塞", due_on=TODAY + timedelta(days=3))
        landed(enterprise.submit(f"/hazards/{hazard}/reply", reply_fields(TODAY, notice_way="", noticed_on=""), files=[photo(2)]))
        passed = {"id": str(new_id()), "result": "pass", "reason": "通道畅通", "inspectors": "王检", "reinspected_at": "2026-11-20T09:00"}
        landed(office.submit(f"/hazards/{hazard}/reinspect", passed))
        assert Browser(app, "leader").submit(f"/hazards/{hazard}/close", {}).status_code == 403
        assert "企业还没有登记告知职工" in office.get(f"/hazards/{hazard}/close").text
        told = {"notice_way": "shift_meeting", "noticed_on": "2026-11-20"}
        landed(enterprise.submit(f"/hazards/{hazard}/tell", told))
        assert "企业还没有登记告知职工" not in office.get(f"/hazards/{hazard}/close").text
        landed(office.submit(f"/hazards/{hazard}/close", {}))
        assert office.submit(f"/hazards/{hazard}/reopen", {"reason": ""}).status_code == 400
        landed(office.submit(f"/hazards/{hazard}/reopen", {"reason": "暗访发现纸箱又堆回"}))
        assert "发现虚假整改，重开" in visible_text(office.get(f"/hazards/{hazard}").text)


def test_an_enterprise_registers_and_treats_what_it_found_itself(world: World) -> None:
    with running(world) as app:
        enterprise, office = Browser(app, "enterprise"), Browser(app, "office")
        assert "登记自查隐患" in enterprise.get("/hazards/new").text
        hazard = register(enterprise, world.enterprise_id, "自查发现护罩松动", found_on="2026-11-20", source="report")
        assert "企业自查" in office.get(f"/hazards/{hazard}").text
        with world.work_as("office") as work:
            work.session.get_one(Hazard, UUID(hazard)).suggested_level = "major_hazard"
        for address in ("/hazards", f"/hazards/{hazard}"):
            assert "系统提示重大" in office.get(address).text
            assert "系统提示重大" not in enterprise.get(address).text
        confirm(office, hazard, reason="一般即可")
        assert "开始自行整改" in enterprise.get(f"/hazards/{hazard}").text
        landed(enterprise.submit(f"/hazards/{hazard}/treat", {"due_on": ""}))
        landed(enterprise.submit(f"/hazards/{hazard}/reply", reply_fields(TODAY), files=[photo(5)]))
        outsider = Browser(app, "outsider")
        assert outsider.get(f"/hazards/{hazard}").status_code == 404
        refused = outsider.submit("/hazards/new", {"id": str(new_id()), "target_id": str(world.enterprise_id), "title": "x",
                                                   "description": "y", "found_on": "2026-11-20", "basis": "z"})  # fmt: skip
        assert refused.status_code == 404


def test_nobody_outside_sees_a_hazard_or_its_photos(world: World) -> None:
    with running(world) as app:
        office = Browser(app, "office")
        hazard = register(office, world.enterprise_id, "煤气站无报警")
        digest = office.get(f"/hazards/{hazard}").text.split("/photos/")[1][:64]
        assert Browser(app, "enterprise").get(f"/hazards/{hazard}").status_code == 404
        for who in ("outsider", "foreign_office", "foreign_inspector"):
            browser = Browser(app, who)
            for address in (f"/hazards/{hazard}", f"/photos/{digest}/thumb", f"/photos/{digest}/original"):
                assert browser.get(address).status_code == 404, (who, address)
            assert "煤气站无报警" not in browser.get("/hazards").text
        foreign = Browser(app, "foreign_office")
        for step in ("confirm", "facts", "void", "reinspect"):
            fields = {"level": "general_hazard", "reason": "x", "result": "pass", "reinspected_at": "2026-11-20T09:00"}
            assert foreign.submit(f"/hazards/{hazard}/{step}", fields).status_code == 404, step
        for who in ("screener", "liaison", "admin"):
            assert Browser(app, who).get(f"/hazards/{hazard}").status_code == 403


@pytest.mark.parametrize(
    ("typed", "meant"), [("1,280", "1280"), ("￥300.50 元", "300.50"), ("0", "0"), ("很多", None), ("NaN", None), ("", None)]
)
def test_amounts_are_read_as_people_write_them(typed: str, meant: str | None) -> None:
    amount = read_amount(typed)
    assert (None if amount is None else str(amount)) == meant


def test_days_and_numbers_that_are_none_are_none() -> None:
    assert read_day("2026/11/22") == date(2026, 11, 22)
    assert read_day("22.11.2026") is None
    assert read_number("-1") is None
    assert read_number("²") is None
