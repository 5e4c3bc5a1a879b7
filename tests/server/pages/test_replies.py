"""An enterprise's answer: nothing typed is lost, no photo is asked for twice, a second press changes nothing, late is said beforehand."""

import re
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from server.ids import new_id
from server.models.hazards import RectificationReply
from tests.cast import World
from tests.doors import Browser, running, visible_text
from tests.pictures import jpeg
from tests.server.pages.lives import confirm, draft, in_rectification, issue, landed, photo, register, reply_fields, serve

TODAY = date(2026, 11, 20)
_KEPT = re.compile(r'name="photos_kept" value="([0-9a-f]{64})"')


def _replies(world: World, hazard: str) -> int:
    with world.work_as("office", write=False) as work:
        query = select(func.count()).select_from(RectificationReply).where(RectificationReply.hazard_id == UUID(hazard))
        return work.session.scalar(query) or 0


def test_the_form_says_which_item_of_which_order_until_when_and_shows_how_it_was(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        first, second = (register(office, sqlite_world.enterprise_id, title) for title in ("甲处积尘", "乙处积尘"))
        confirm(office, first)
        confirm(office, second)
        order = draft(office, sqlite_world.enterprise_id, {first: TODAY + timedelta(days=3), second: TODAY + timedelta(days=9)})
        issue(office, order)
        serve(office, order, TODAY)
        html = Browser(app, "enterprise").get(f"/hazards/{second}/reply").text
        text = visible_text(html)
        assert "示经开安办改〔2026〕1号 · 第 2 项，共 2 项" in text
        assert "请在 2026年11月29日 前整改， 还剩 9 天 。" in text
        assert "检查时的样子" in text
        assert "安全生产法第四十一条" in text
        assert 'accept="image/*,.heic,.heif" multiple' in html


def test_what_is_missing_is_listed_and_nothing_brought_is_lost(world: World) -> None:
    with running(world) as app:
        office, enterprise = Browser(app, "office"), Browser(app, "enterprise")
        hazard = in_rectification(office, world, "通道堵塞", due_on=TODAY + timedelta(days=3))
        fields = reply_fields(TODAY, measure="", funds_yuan="")
        answer = enterprise.submit(f"/hazards/{hazard}/reply", fields, files=[photo(2), photo(3)])
        assert answer.status_code == 400
        assert "还差 2 处才能提交" in answer.text
        for field in ("measure", "funds_yuan"):
            assert f'href="#{field}"' in answer.text
        assert 'value="李企"' in answer.text
        assert '<option value="shift_meeting" selected>' in answer.text
        kept = _KEPT.findall(answer.text)
        assert len(kept) == 2
        odd = enterprise.submit(f"/hazards/{hazard}/reply", fields | {"funds_yuan": "三百", "photos_kept": kept})
        assert "整改资金请填数字" in odd.text
        assert "还差 2 处才能提交" in odd.text
        assert enterprise.get(f"/photos/{kept[0]}/thumb").status_code == 200
        assert _replies(world, hazard) == 0

        again = fields | {"measure": "清理完毕", "funds_yuan": "0", "photos_kept": kept, "photos_drop": [kept[0]]}
        landed(enterprise.submit(f"/hazards/{hazard}/reply", again))
        page = office.get(f"/hazards/{hazard}").text
        assert f"/photos/{kept[1]}/thumb" in page
        assert kept[0] not in page
        assert "待复查" in page


def test_a_second_press_makes_no_second_answer(world: World) -> None:
    with running(world) as app:
        office, enterprise = Browser(app, "office"), Browser(app, "enterprise")
        hazard = in_rectification(office, world, "通道堵塞", due_on=TODAY + timedelta(days=3))
        fields = reply_fields(TODAY)
        for _ in range(2):
            landed(enterprise.submit(f"/hazards/{hazard}/reply", fields, files=[photo(2)]))
        assert _replies(world, hazard) == 1
        other = enterprise.submit(f"/hazards/{hazard}/reply", reply_fields(TODAY), files=[photo(3)])
        assert other.status_code == 409
        assert enterprise.get(f"/hazards/{hazard}/reply").status_code == 409


def test_a_late_answer_is_told_so_beforehand_kept_and_marked(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        hazard = in_rectification(Browser(app, "office"), sqlite_world, "通道堵塞", due_on=TODAY + timedelta(days=3))
        sqlite_world.clock.set_day(TODAY + timedelta(days=7))
        office, enterprise = Browser(app, "office"), Browser(app, "enterprise")
        assert "已 逾期 4 天 。现在提交会记为迟交" in visible_text(enterprise.get(f"/hazards/{hazard}/reply").text)
        landed(enterprise.submit(f"/hazards/{hazard}/reply", reply_fields(TODAY), files=[photo(2)]))
        story = visible_text(office.get(f"/hazards/{hazard}").text)
        assert "迟交" in story
        assert "提交整改（迟 4 天），整改后照片 1 张" in story


def test_a_photo_nobody_can_see_is_sent_back_with_the_reason(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office, enterprise = Browser(app, "office"), Browser(app, "enterprise")
        hazard = in_rectification(office, sqlite_world, "通道堵塞", due_on=TODAY + timedelta(days=3))
        whole = jpeg(seed=9, width=640, height=480)
        cut = ("photos", ("cut.jpg", whole[: len(whole) // 3], "image/jpeg"))
        answer = enterprise.submit(f"/hazards/{hazard}/reply", reply_fields(TODAY), files=[cut])
        assert answer.status_code == 400
        assert "照片打不开" in answer.text
        assert 'href="#photos"' in answer.text
        assert _replies(sqlite_world, hazard) == 0


def test_more_photos_than_a_form_takes_are_counted_out_loud(sqlite_world: World) -> None:
    most = sqlite_world.settings.form_photo_max_count
    with running(sqlite_world) as app:
        office, enterprise = Browser(app, "office"), Browser(app, "enterprise")
        hazard = in_rectification(office, sqlite_world, "通道堵塞", due_on=TODAY + timedelta(days=3))
        answer = enterprise.submit(f"/hazards/{hazard}/reply", reply_fields(TODAY), files=[photo(seed) for seed in range(most + 1)])
        assert answer.status_code == 400
        assert f"一次最多 {most} 张" in answer.text


def test_a_major_hazard_is_answered_by_the_principal_with_an_assessment(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office, leader = Browser(app, "office"), Browser(app, "leader")
        hazard = register(office, sqlite_world.enterprise_id, "压力报警被关停")
        confirm(office, hazard, level="major_hazard", criterion_id="GM-10-8-4")
        order = draft(office, sqlite_world.enterprise_id, {hazard: TODAY + timedelta(days=7)})
        issue(office, order, leader)
        serve(office, order, TODAY)
        officer, principal = Browser(app, "enterprise"), Browser(app, "principal")
        assert "须由企业主要负责人用自己的账号提交" in officer.get(f"/hazards/{hazard}/reply").text
        refused = officer.submit(f"/hazards/{hazard}/reply", reply_fields(TODAY), files=[photo(2)])
        assert refused.status_code == 400
        assert "还差 2 处才能提交" in refused.text
        assert "须附治理情况评估报告" in refused.text
        landed(principal.submit(f"/hazards/{hazard}/reply", reply_fields(TODAY), files=[photo(2), photo(3, "assessment")]))
        assert "评估报告" in office.get(f"/hazards/{hazard}").text

        alone = {"id": str(new_id()), "result": "pass", "reason": "已恢复", "inspectors": "王检", "reinspected_at": "2026-11-20T09:00"}
        short = office.submit(f"/hazards/{hazard}/reinspect", alone)
        assert short.status_code == 400
        for missing in ("两名以上复查人员", "专家意见", "复查照片"):
            assert missing in short.text
        whole = alone | {"inspectors": "王检、赵检", "expert_opinion": "陈工：联锁试验合格"}
        landed(office.submit(f"/hazards/{hazard}/reinspect", whole, files=[photo(4)]))
        assert "重大隐患待您销号<b>1</b>" in leader.get("/").text
        unnamed = leader.submit(f"/hazards/{hazard}/close", {"acceptance_document": ""})
        assert unnamed.status_code == 400
        assert "审查同意文书" in unnamed.text
        landed(leader.submit(f"/hazards/{hazard}/close", {"acceptance_document": "示经开安办审〔2026〕1号"}))


def test_a_failed_look_needs_its_reason_and_dates_must_be_true(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office, enterprise = Browser(app, "office"), Browser(app, "enterprise")
        hazard = in_rectification(office, sqlite_world, "通道堵塞", due_on=TODAY + timedelta(days=3))
        landed(enterprise.submit(f"/hazards/{hazard}/reply", reply_fields(TODAY), files=[photo(2)]))
        look = {"id": str(new_id()), "result": "fail", "reason": "", "inspectors": "王检 赵检", "reinspected_at": "2026-11-20T09:00"}
        answer = office.submit(f"/hazards/{hazard}/reinspect", look, files=[photo(3)])
        assert answer.status_code == 400
        assert 'href="#reason"' in answer.text
        assert 'name="photos_kept"' in answer.text
        assert "王检 赵检" in answer.text
        later = office.submit(f"/hazards/{hazard}/reinspect", look | {"reason": "x", "reinspected_at": "2026-11-21T09:00"})
        assert "复查时间不能晚于现在" in later.text
        nothing = office.submit(f"/hazards/{hazard}/reinspect", look | {"result": "", "reinspected_at": ""})
        assert "请选择复查合格或不合格" in nothing.text
        assert "请填写复查时间" in nothing.text


def test_the_outsider_can_neither_answer_nor_use_or_see_somebody_elses_photo(world: World) -> None:
    with running(world) as app:
        office, enterprise, outsider = Browser(app, "office"), Browser(app, "enterprise"), Browser(app, "outsider")
        hazard = in_rectification(office, world, "通道堵塞", due_on=TODAY + timedelta(days=3))
        answer = enterprise.submit(f"/hazards/{hazard}/reply", reply_fields(TODAY, measure=""), files=[photo(2)])
        (kept,) = _KEPT.findall(answer.text)
        assert outsider.get(f"/hazards/{hazard}/reply").status_code == 404
        assert outsider.submit(f"/hazards/{hazard}/reply", reply_fields(TODAY), files=[photo(3)]).status_code == 404
        assert outsider.get(f"/photos/{kept}/thumb").status_code == 404

        own = in_rectification(office, world, "外企一处", due_on=TODAY + timedelta(days=3), target=world.other_enterprise_id)
        stolen = outsider.submit(f"/hazards/{own}/reply", reply_fields(TODAY) | {"photos_kept": kept})
        assert stolen.status_code == 400
        assert "有照片需要重新选择一次" in stolen.text
        assert kept not in stolen.text
        landed(outsider.submit(f"/hazards/{own}/reply", reply_fields(TODAY), files=[photo(2)]))
        assert outsider.get(f"/photos/{kept}/thumb").status_code == 200
        for who in ("office", "inspector", "auditor", "foreign_office"):
            assert Browser(app, who).submit(f"/hazards/{hazard}/reply", reply_fields(TODAY)).status_code == 403
