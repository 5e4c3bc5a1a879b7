"""Reading what was recorded in the field: the list, one inspection, and what the office does with it."""

import re

import pytest

from server.canonical import sha256_hex
from server.ids import new_id
from tests.cast import World
from tests.doors import Browser, Phone, running, visible_text
from tests.server.pages.checks import check_document, file_check, send_photo
from tests.server.pages.lives import counting, landed


def test_the_page_tells_what_was_recorded_with_failures_first(world: World) -> None:
    with running(world) as app:
        phone, document_id = Phone(app, world), str(new_id())
        receipt = file_check(phone, document_id, check_document(world))
        page = Browser(app, "office").get(f"/inspections/{document_id}").text
        words = visible_text(page)
        for said in (receipt["number"], "湘瓷日用瓷（虚构）", "王检、赵检", "李企", "喷雾塔配电箱积尘", "原料车间", "无此设备", "例行检查"):
            assert said in words
        assert receipt["document_sha256"] in page
        assert "2026-11-20 08:50:01" in words, "the satellite's clock is shown apart"
        assert "2026-11-20 08:50:02" in words, "and so is the phone's"
        assert "2026-11-20 09:00:00" in words, "and the server's"
        assert words.index("不合格 1") < words.index("不涉及 无此设备") if "不涉及 无此设备" in words else True
        answers = page[page.index('id="answers"') :]
        assert answers.index("不合格</span>") < answers.index("合格</span>", answers.index("不合格</span>") + 20)
        assert "企业拒绝签字" in words
        assert "见证人 赵检" in words
        assert "照片取自相册，非现场拍摄" in words


def test_photos_are_followed_until_the_last_has_arrived(world: World) -> None:
    with running(world) as app:
        phone, document_id = Phone(app, world), str(new_id())
        file_check(phone, document_id, check_document(world))
        office = Browser(app, "office")
        assert "还差 4 张" in office.get(f"/inspections/{document_id}").text
        assert document_id in office.get("/inspections?show=photos").text
        assert document_id in office.get("/inspections?mark=missing_photo").text
        for seed in (11, 12, 13, 14):
            send_photo(phone, seed)
        page = office.get(f"/inspections/{document_id}").text
        assert "全部收到" in page
        assert page.count("/thumb") == 4
        assert document_id not in office.get("/inspections?show=photos").text
        assert document_id not in office.get("/inspections?mark=missing_photo").text


def test_the_original_is_handed_out_as_kept(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        document_id = str(new_id())
        receipt = file_check(Phone(app, sqlite_world), document_id, check_document(sqlite_world))
        answer = Browser(app, "auditor").get(f"/inspections/{document_id}/original")
        assert sha256_hex(answer.content) == receipt["document_sha256"]
        assert answer.headers["content-type"] == "application/octet-stream"
        assert Browser(app, "enterprise").get(f"/inspections/{document_id}/original").status_code == 403


def test_an_enterprise_reads_its_own_inspections_without_what_the_office_thinks(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        phone, document_id = Phone(app, sqlite_world), str(new_id())
        number = file_check(phone, document_id, check_document(sqlite_world))["number"]
        for seed in (11, 12, 13, 14):
            send_photo(phone, seed)
        mine = Browser(app, "enterprise")
        assert number in mine.get("/inspections").text
        page = mine.get(f"/inspections/{document_id}").text
        assert "喷雾塔配电箱积尘" in page
        for hidden in ("非现场拍摄", 'id="marks"', "待定级", "YH-2026", "王检的手机", "认定检查对象", "归档</button>", "<img"):
            assert hidden not in page, hidden
        asked = mine.get("/inspections?mark=gallery_photo&show=target").text
        assert number in asked, "filters that are not an enterprise's to ask count as not asked"


@pytest.mark.parametrize(
    ("who", "status"), [("outsider", 404), ("foreign_office", 404), ("screener", 403), ("liaison", 403), ("admin", 403)]
)
def test_nobody_else_learns_of_it(sqlite_world: World, who: str, status: int) -> None:
    with running(sqlite_world) as app:
        document_id = str(new_id())
        number = file_check(Phone(app, sqlite_world), document_id, check_document(sqlite_world))["number"]
        browser = Browser(app, who)
        assert browser.get(f"/inspections/{document_id}").status_code == status
        listed = browser.get("/inspections")
        assert listed.status_code in {200, 403}
        assert number not in listed.text


def test_the_office_says_what_an_unknown_target_was_and_the_hazards_follow(world: World) -> None:
    with running(world) as app:
        document_id = str(new_id())
        file_check(Phone(app, world), document_id, check_document(world, target={"name": "大道旁无名仓库"}))
        office = Browser(app, "office")
        address = f"/inspections/{document_id}"
        assert document_id in office.get("/inspections?show=target").text
        page = office.get(address).text
        assert "大道旁无名仓库" in page
        assert "检查对象待认定" in page
        assert "请选一个检查对象" in office.submit(f"{address}/target", {"target_id": ""}).text
        assert "没有找到" in office.submit(f"{address}/target", {"target_id": str(world.foreign_enterprise_id)}).text
        landed(office.submit(f"{address}/target", {"target_id": str(world.enterprise_id)}))
        assert "湘瓷日用瓷（虚构）" in visible_text(office.get(address).text)
        assert document_id not in office.get("/inspections?show=target").text
        listed = office.get(f"/hazards?enterprise={world.enterprise_id}").text
        assert "喷雾塔配电箱积尘" in listed
        assert Browser(app, "inspector").submit(f"{address}/target", {"target_id": str(world.enterprise_id)}).status_code == 403


def test_a_record_is_filed_away_only_when_its_hazards_are_graded_and_its_gaps_explained(world: World) -> None:
    with running(world) as app:
        phone, document_id = Phone(app, world), str(new_id())
        file_check(phone, document_id, check_document(world))
        office = Browser(app, "office")
        address = f"/inspections/{document_id}"
        early = office.submit(f"{address}/archive", {"note": ""})
        assert early.status_code == 400
        assert "还有 2 项隐患没有定级或作废" in early.text
        for hazard in dict.fromkeys(re.findall(r'href="/hazards/([0-9a-f-]{36})"', office.get(address).text)):
            landed(office.submit(f"/hazards/{hazard}/void", {"reason": "现场核实不成立"}))
        unexplained = office.submit(f"{address}/archive", {"note": " "})
        assert "照片没收齐，归档要写明情况" in unexplained.text
        landed(office.submit(f"{address}/archive", {"note": "手机损坏，照片已无法补发"}))
        page = office.get(address).text
        assert "已归档" in page
        assert "手机损坏，照片已无法补发" in page
        assert document_id not in office.get("/inspections?show=open").text
        assert office.submit(f"{address}/archive", {"note": "再来"}).status_code == 400


def test_the_list_is_narrowed_by_period_person_words_and_hazards(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        phone, with_hazards, without = Phone(app, sqlite_world), str(new_id()), str(new_id())
        file_check(phone, with_hazards, check_document(sqlite_world))
        clean = check_document(sqlite_world, findings=[], photos=[], signatures=[])
        clean["answers"] = [one for one in clean["answers"] if one["result"] != "fail"]
        file_check(Phone(app, sqlite_world, "second_inspector"), without, clean | {"inspectors": ["赵检"]})
        office = Browser(app, "office")

        def shown(query: str) -> tuple[bool, bool]:
            html = office.get(f"/inspections?{query}").text
            return with_hazards in html, without in html

        assert shown("") == (True, True)
        assert shown("show=hazards") == (True, False)
        assert shown("from=2026-11-20&to=2026-11-20") == (True, True)
        assert shown("to=2026-11-19") == (False, False)
        assert shown(f"by={sqlite_world.accounts['second_inspector'].id}") == (False, True)
        assert shown("q=湘瓷") == (True, True)
        assert shown("q=%25") == (False, False), "a percent sign means itself"
        assert shown("mark=single_inspector") == (False, True)
        assert shown(f"enterprise={sqlite_world.other_enterprise_id}") == (False, False)


def test_the_list_asks_the_database_no_more_for_many_than_for_few(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        phone, office = Phone(app, sqlite_world), Browser(app, "office")
        file_check(phone, str(new_id()), check_document(sqlite_world))
        with counting(app) as few:
            office.get("/inspections")
        for _ in range(6):
            file_check(phone, str(new_id()), check_document(sqlite_world, findings=[]))
        with counting(app) as many:
            office.get("/inspections")
        assert len(many) == len(few)
        document_id = str(new_id())
        file_check(phone, document_id, check_document(sqlite_world))
        with counting(app) as page:
            office.get(f"/inspections/{document_id}")
        assert len(page) < 25


def test_an_odd_document_is_still_a_page(sqlite_world: World) -> None:
    odd = {
        "target": {"name": "<script>alert(1)</script>"},
        "checklists": [{"code": "NONE", "edition": "9"}],
        "started_at": "昨天早上",
        "answers": [{"item": "NONE-001", "result": "maybe", "note": "<b>"}, {"item": "", "result": "fail"}],
        "findings": [{"description": "", "photos": [{"sha256": "not a digest"}]}],
    }
    with running(sqlite_world) as app:
        document_id = str(new_id())
        file_check(Phone(app, sqlite_world), document_id, odd)
        answer = Browser(app, "office").get(f"/inspections/{document_id}")
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "读不懂：昨天早上" in visible_text(answer.text)
        assert "检查表里没有这一项" in answer.text
