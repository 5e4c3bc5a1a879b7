"""One hazard's whole life, through the doors alone: from a phone without signal to the printed closure report."""

import io
import re
from datetime import date
from typing import Any

from litestar.testing import TestClient
from openpyxl import load_workbook
from pypdf import PdfReader

from server.events.chain import find_broken_link
from server.ids import new_id
from tests.cast import PASSWORD, World
from tests.doors import Browser, running, visible_text
from tests.server.pages.checks import picture
from tests.server.pages.lives import confirm, draft, id_in, issue, landed, photo, reply_fields, serve

CRITERION = "GM-10-8-4"


def _tile(html: str, words: str) -> int:
    """The number of a tile of the home page."""
    found = re.search(rf"{words}\s*<b>(\d+)</b>", html)
    assert found, words
    return int(found.group(1))


def _pdf_text(answer: Any) -> str:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/pdf")
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages))


def test_from_a_phones_check_to_a_printed_closure_report(world: World) -> None:
    with running(world) as app:
        office, leader, enterprise, principal = (Browser(app, who) for who in ("office", "leader", "enterprise", "principal"))

        # 王检's phone is enrolled with a one-time code and takes along what it needs.
        code = re.search(
            r'<span class="num">([0-9A-Z]{5}-[0-9A-Z]{5})</span>',
            Browser(app, "admin").submit(f"/accounts/{world.accounts['inspector'].id}/code", {}).text,
        )
        assert code
        phone = TestClient(app, raise_server_exceptions=False)
        enrolled = phone.post("/mobile/v1/enrolments", json={"code": code.group(1), "name": "王检的手机", "platform": "Android 16"})
        assert enrolled.status_code == 201
        phone.headers["authorization"] = f"Bearer {enrolled.json()['token']}"
        bundle = phone.get("/mobile/v1/bundle")
        assert phone.get("/mobile/v1/bundle", headers={"if-none-match": bundle.headers["etag"]}).status_code == 304
        target = next(one for one in bundle.json()["targets"] if one["name"].startswith("湘瓷日用瓷"))

        # In the kiln hall, without signal, he writes it down; at the gate the phone sends photos and document, the document twice.
        (before, before_bytes), (scene, scene_bytes) = picture(1), picture(2)
        item = next(
            item
            for template in world.services.rulebook.at(world.clock.today()).checklists.templates
            for item in template.items
            if CRITERION in item.major_ids
        )
        checklist = item.code.rpartition("-")[0]
        edition = next(one["edition"] for one in bundle.json()["law"]["checklists"] if one["code"] == checklist)
        questions = world.services.rulebook.major_hazards.fact_names(CRITERION)
        finding_id, inspection_id = str(new_id()), str(new_id())
        document = {
            "id": inspection_id,
            "target": {"kind": "enterprise", "id": target["id"], "name": target["name"]},
            "checklists": [{"code": checklist, "edition": edition}],
            "started_at": "2026-11-20T08:10:00+08:00",
            "finished_at": "2026-11-20T08:50:00+08:00",
            "clock": {"device_at": "2026-11-20T08:59:30+08:00", "monotonic_ms": 3_000_000},
            "position": {"latitude": 27.6612, "longitude": 113.5127, "accuracy_m": 8},
            "inspectors": ["王检", "赵检"],
            "answers": [{"item": item.code, "result": "fail", "finding_id": finding_id}],
            "findings": [
                {
                    "id": finding_id,
                    "item": item.code,
                    "description": "辊道窑燃气总管压力报警装置被关停",
                    "location": "烧成车间 2 号辊道窑",
                    "photos": [{"sha256": before, "source": "camera", "taken_at": "2026-11-20T08:20:00+08:00"}],
                    "facts": dict.fromkeys(questions[:1], "yes"),
                }
            ],
            "photos": [{"sha256": scene, "source": "camera"}],
            "signatures": [],
            "app": {"version": "1.0", "platform": "android"},
        }
        first = phone.put(f"/mobile/v1/inspections/{inspection_id}", json=document)
        assert first.status_code == 201
        assert first.json()["complete"] is False
        assert {one["state"] for one in first.json()["photos"]} == {"missing"}
        for digest, data in ((before, before_bytes), (scene, scene_bytes)):
            assert phone.put(f"/mobile/v1/photos/{digest}", content=data).status_code == 201
        again = phone.put(f"/mobile/v1/inspections/{inspection_id}", json=document)
        assert again.status_code == 200
        assert again.json()["complete"] is True
        assert again.json()["hazards"] == first.json()["hazards"]
        number = again.json()["hazards"][0]["number"]

        # 周办 finds it under 新发现待定级, reads what the rules ask, and grades it as major with the criterion.
        assert _tile(office.get("/").text, "新发现待定级") == 1
        assert number in office.get("/hazards?queue=new").text
        assert CRITERION in office.get(f"/hazards/{finding_id}/confirm").text
        confirm(office, finding_id, level="major_hazard", criterion_id=CRITERION, requirement="恢复报警装置并做联锁试验")
        why = visible_text(office.get(f"/hazards/{finding_id}").text)
        assert "为什么判重大" in why
        assert "应急管理部令第10号" in why

        # The order carries a number once the leader issues it; the paper says neither 责令 nor 决定.
        order = draft(office, world.enterprise_id, {finding_id: date(2026, 11, 25)}, note="停用 2 号窑，设专人看护")
        issue(office, order, signer=leader)
        serve(office, order, world.clock.today())
        notice = _pdf_text(office.get(f"/orders/{order}/pdf"))
        assert "隐患整改通知书" in notice
        assert "〔2026〕1号" in notice
        assert not any(word in notice for word in ("责令", "决定", "处罚", "复议"))

        # 陈外 of the other enterprise sees none of it.
        outsider = Browser(app, "outsider")
        for address in (
            f"/hazards/{finding_id}",
            f"/orders/{order}",
            f"/orders/{order}/pdf",
            f"/inspections/{inspection_id}",
            f"/photos/{before}/thumb",
        ):
            assert outsider.get(address).status_code == 404, address

        # 李企 sees the deadline; a major hazard is answered by the principal officer, with assessment and after-photos, here two days late.
        assert "还剩 5 天" in visible_text(enterprise.get("/orders").text)
        world.clock.set_day(date(2026, 11, 27))
        principal, office, leader = (Browser(app, who) for who in ("principal", "office", "leader"))
        assert _tile(office.get("/").text, "逾期未改") == 1
        fields = reply_fields(date(2026, 11, 26), measure="报警装置修复并投用，联锁试验合格")
        landed(principal.submit(f"/hazards/{finding_id}/reply", fields, files=[photo(3), photo(4, "assessment")]))

        # 王检 looks again on the phone: not yet; the enterprise answers again; then it passes.
        def look_again(result: str, reason: str, seed: int) -> dict[str, Any]:
            digest, data = picture(seed)
            phone.put(f"/mobile/v1/photos/{digest}", content=data)
            document_id = str(new_id())
            answer = phone.put(
                f"/mobile/v1/re-inspections/{document_id}",
                json={
                    "id": document_id,
                    "hazard_id": finding_id,
                    "result": result,
                    "reason": reason,
                    "expert_opinion": "专家现场核验，同意" if result == "pass" else "",
                    "at": world.clock.now().isoformat(),
                    "inspectors": ["王检", "赵检"],
                    "photos": [{"sha256": digest, "source": "camera"}],
                },
            )
            assert answer.status_code == 201, answer.text
            receipt: dict[str, Any] = answer.json()
            return receipt

        world.clock.advance(hours=2)
        assert look_again("fail", "未做联锁试验", 21)["hazards"][0]["state"] == "rectifying"
        assert "未做联锁试验" in visible_text(principal.get(f"/hazards/{finding_id}/reply").text)
        world.clock.advance(hours=1)
        again_fields = reply_fields(date(2026, 11, 27), measure="补做联锁试验三次，均动作")
        landed(principal.submit(f"/hazards/{finding_id}/reply", again_fields, files=[photo(5), photo(6, "assessment")]))
        world.clock.advance(hours=1)
        assert look_again("pass", "报警与联锁试验合格", 22)["hazards"][0]["state"] == "verified"

        # Closing a major hazard is the leader's; the office cannot.
        assert office.submit(f"/hazards/{finding_id}/close", {}).status_code in {403, 409}
        landed(leader.submit(f"/hazards/{finding_id}/close", {"acceptance_document": "示经开安办验〔2026〕1号"}))
        landed(office.submit(f"/orders/{order}/opinion", {"conclusion": ""}))
        landed(office.submit(f"/orders/{order}/archive", {}))
        opinion = _pdf_text(office.get(f"/orders/{order}/opinion.pdf"))
        assert "整改复核意见" in opinion

        # The closure report says the same on the page, in the PDF and in the XLSX.
        asked = "from=2026-11-01&to=2026-11-30&as_of=2026-11-27"
        page = visible_text(office.get(f"/reports/closure?{asked}").text)
        assert "湘瓷日用瓷" in page
        assert "100.0%" in page
        report = _pdf_text(office.get(f"/reports/closure.pdf?{asked}"))
        assert "企业整改闭环统计表" in report
        assert "100.0%" in report
        sheet = load_workbook(io.BytesIO(office.get(f"/reports/closure.xlsx?{asked}").content)).active
        assert sheet is not None
        assert any("湘瓷日用瓷" in str(cell.value) for row in sheet.iter_rows() for cell in row)
        record = _pdf_text(office.get(f"/inspections/{inspection_id}/pdf"))
        assert "现场检查记录" in record

        # What happened can be told and proved.
        story = visible_text(office.get(f"/hazards/{finding_id}").text)
        for words in ("王检", "周办", "马总", "未做联锁试验", "已销号"):
            assert words in story
        with world.database.read() as connection:
            assert find_broken_link(connection, world.park_id) is None


def test_a_hazard_put_right_on_the_spot_is_closed_with_both_photos_and_needs_no_order(world: World) -> None:
    with running(world) as app:
        phone = TestClient(app, raise_server_exceptions=False)
        token = phone.post("/mobile/v1/enrolments", json={"username": "inspector", "password": PASSWORD, "name": "手机"}).json()["token"]
        phone.headers["authorization"] = f"Bearer {token}"
        (before, before_bytes), (after, after_bytes) = picture(31), picture(32)
        for digest, data in ((before, before_bytes), (after, after_bytes)):
            phone.put(f"/mobile/v1/photos/{digest}", content=data)
        finding_id, inspection_id = str(new_id()), str(new_id())
        receipt = phone.put(
            f"/mobile/v1/inspections/{inspection_id}",
            json={
                "target": {"kind": "enterprise", "id": str(world.enterprise_id), "name": "湘瓷日用瓷（虚构）"},
                "started_at": "2026-11-20T08:10:00+08:00",
                "finished_at": "2026-11-20T08:50:00+08:00",
                "inspectors": ["王检", "赵检"],
                "findings": [
                    {
                        "id": finding_id,
                        "description": "灭火器被纸箱遮挡",
                        "location": "成品库",
                        "photos": [{"sha256": before, "source": "camera"}],
                        "on_the_spot": {"measure": "当场移走纸箱", "photos": [{"sha256": after, "source": "camera"}]},
                    }
                ],
            },
        ).json()
        assert receipt["hazards"][0]["state"] == "closed"
        office = Browser(app, "office")
        page = office.get(f"/hazards/{finding_id}").text
        assert f"/photos/{before}/thumb" in page
        assert f"/photos/{after}/thumb" in page
        assert "已销号" in visible_text(page)
        assert id_in(f"/hazards/{finding_id}") == finding_id
