"""The register of enterprises as office and enterprise meet it, and a whole sheet of enterprises brought in."""

import io
import re
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from rules.industries import NOT_LISTED
from tests.cast import CREDIT_CODES, World
from tests.doors import Browser, running, visible_text
from tests.server.pages.checks import check_document, file_check
from tests.server.pages.lives import counting, id_in, in_rectification, landed

GOOD_CODE, ANOTHER_GOOD_CODE = "91430200MA4RC8K29N", "91430281MA4PQX8B7T"
_FIELDS = {
    "name": "东富釉料（虚构）",
    "industry_code": "2644",
    "staff_count": "86",
    "safety_officer": "谭安",
    "safety_phone": "0731-23000001",
}


def with_check_character(body: str) -> str:
    """A credit code that is well formed."""
    from rules.credit_code import check_character_of

    return body[:17] + check_character_of(body[:17])


def sheet_of(office: Browser, *rows: dict[str, str]) -> bytes:
    """A sheet filled in on our own template."""
    book = load_workbook(io.BytesIO(office.get("/enterprises/import/template").content))
    sheet = book.worksheets[0]
    head = next(row for row in sheet.iter_rows() if any(str(cell.value or "").startswith("企业名称") for cell in row))
    columns = {str(cell.value).rstrip("*＊ "): cell.column for cell in head if cell.value}
    sheet.delete_rows(head[0].row + 1, sheet.max_row)
    for line, row in enumerate(rows, start=head[0].row + 1):
        for heading, text in row.items():
            cell = sheet.cell(line, columns[heading], text)
            cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(office: Browser, data: bytes) -> Any:
    """Hand a sheet in."""
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return office.submit("/enterprises/import", {}, files={"sheet": ("企业.xlsx", data, xlsx)})


def packed_rows(html: str) -> str:
    """The rows a preview carries."""
    found = re.search(r'name="rows" value="([^"]+)"', html)
    assert found is not None
    return found.group(1)


def test_the_office_registers_an_enterprise_and_finds_it_again(world: World) -> None:
    with running(world) as app:
        office = Browser(app, "office")
        address = landed(office.submit("/enterprises/new", _FIELDS | {"credit_code": with_check_character(GOOD_CODE)}))
        page = visible_text(office.get(address).text)
        assert "东富釉料（虚构）" in page
        assert "86 人" in page
        assert "化工" in page, "the sector follows from the industry code"
        assert "东富釉料" in office.get("/enterprises?q=东富").text
        assert "东富釉料" not in office.get("/enterprises?industry=30").text
        assert "东富釉料" in office.get("/enterprises?industry=26&sort=newest").text


def test_a_mistyped_credit_code_is_explained_and_nothing_typed_is_lost(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        wrong = CREDIT_CODES[0][:-1] + ("A" if CREDIT_CODES[0][-1] != "A" else "B")
        answer = office.submit("/enterprises/new", _FIELDS | {"credit_code": wrong, "risks": ["confined_space"], "staff_count": "很多"})
        assert answer.status_code == 400
        assert "职工人数请填整数" in answer.text
        answer = office.submit("/enterprises/new", _FIELDS | {"credit_code": wrong, "risks": ["confined_space"]})
        assert answer.status_code == 400
        assert "校验位不符" in answer.text
        assert 'href="#credit_code"' in answer.text
        assert f'value="{wrong}"' in answer.text
        assert 'value="东富釉料（虚构）"' in answer.text
        assert 'value="confined_space" checked' in answer.text
        taken = office.submit("/enterprises/new", _FIELDS | {"credit_code": CREDIT_CODES[1]})
        assert taken.status_code == 400
        assert "已经存在" in taken.text or "已" in visible_text(taken.text)


def test_a_change_made_meanwhile_by_somebody_else_is_not_overwritten(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        address = f"/enterprises/{sqlite_world.other_enterprise_id}/edit"
        seen = re.search(r'name="seen_at" value="([^"]+)"', office.get(address).text)
        assert seen is not None
        fields = {"name": "渌江电瓷（虚构）", "credit_code": CREDIT_CODES[1], "industry_code": "3834", "seen_at": seen.group(1)}
        sqlite_world.clock.advance(minutes=5)
        landed(office.submit(address, fields | {"address": "瓷谷大道 1 号"}))
        late = office.submit(address, fields | {"address": "瓷谷大道 2 号"})
        assert late.status_code == 400
        assert "刚刚被别人办理过" in late.text
        assert "瓷谷大道 1 号" in office.get(f"/enterprises/{sqlite_world.other_enterprise_id}").text


def test_where_the_code_cannot_tell_the_sector_the_page_says_what_to_ask(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        fields = _FIELDS | {"industry_code": "30", "credit_code": with_check_character(ANOTHER_GOOD_CODE)}
        page = office.get(landed(office.submit("/enterprises/new", fields))).text
        assert "还要问清" in page
        assert "请核定四位代码" in page


def test_an_enterprise_that_left_moves_to_its_own_tab_and_keeps_its_records(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        address = f"/enterprises/{sqlite_world.other_enterprise_id}"
        assert "请写明" in office.submit(f"{address}/left", {"left_on": "2026-11-19", "reason": ""}).text
        assert "请填写离园日期" in office.submit(f"{address}/left", {"left_on": "昨天", "reason": "搬迁"}).text
        landed(office.submit(f"{address}/left", {"left_on": "2026-11-19", "reason": "搬迁"}))
        assert "渌江电瓷" not in office.get("/enterprises").text
        assert "渌江电瓷" in office.get("/enterprises?tab=left").text
        assert "2026年11月19日离园" in office.get(address).text
        landed(office.submit(f"{address}/returned", {"reason": "登记有误"}))
        assert "渌江电瓷" in office.get("/enterprises").text


def test_every_number_on_the_page_is_the_length_of_the_list_it_opens(world: World) -> None:
    with running(world) as app:
        office = Browser(app, "office")
        in_rectification(office, world, "纸箱堵塞疏散通道", due_on=date(2026, 11, 22))
        late = in_rectification(office, world, "配电箱积尘", due_on=date(2026, 11, 21))
        in_rectification(office, world, "别家的隐患", due_on=date(2026, 11, 21), target=world.other_enterprise_id)
        world.clock.set_day(date(2026, 11, 22))
        office = Browser(app, "office")
        page = office.get(f"/enterprises/{world.enterprise_id}").text
        numbers = re.findall(r'href="(/hazards\?enterprise=[^"]+)">[^<]*<b(?: class="num")?>(\d+)</b>', page)
        assert len(numbers) >= 5
        for address, number in numbers:
            listed = office.get(address.replace("&amp;", "&")).text
            assert len(set(re.findall(r'href="/hazards/([0-9a-f-]{36})"', listed))) == int(number), address
        assert f"/hazards/{late}" in office.get(f"/hazards?enterprise={world.enterprise_id}&queue=overdue").text
        row = re.search(
            rf'href="/hazards\?enterprise={world.enterprise_id}&amp;queue=overdue">(\d+)</a>', office.get("/enterprises?tab=overdue").text
        )
        assert row is not None
        assert row.group(1) == "1"
        assert "湘瓷日用瓷" in office.get("/enterprises?tab=open").text
        assert "没有这样的企业" in office.get("/enterprises?tab=open_major").text


def test_an_enterprise_sees_its_own_page_and_no_other(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        mine = Browser(app, "enterprise")
        page = visible_text(mine.get("/enterprises/mine").text)
        assert "湘瓷日用瓷（虚构）" in page
        assert "轻工/日用陶瓷" in page
        assert mine.get(f"/enterprises/{sqlite_world.enterprise_id}/criteria").status_code == 200
        outsider = Browser(app, "outsider")
        assert "湘瓷" not in outsider.get("/enterprises/mine").text
        assert outsider.get(f"/enterprises/{sqlite_world.enterprise_id}/criteria").status_code == 404
        for address in ("/enterprises", f"/enterprises/{sqlite_world.other_enterprise_id}", "/enterprises.xlsx", "/enterprises/import"):
            assert outsider.get(address).status_code == 403
        foreign = Browser(app, "foreign_office")
        assert foreign.get(f"/enterprises/{sqlite_world.enterprise_id}").status_code == 404
        assert "湘瓷" not in foreign.get("/enterprises").text


@pytest.mark.parametrize("who", ["inspector", "leader", "auditor"])
def test_staff_read_the_register_and_only_the_office_writes_it(sqlite_world: World, who: str) -> None:
    with running(sqlite_world) as app:
        reader = Browser(app, who)
        assert reader.get(f"/enterprises/{sqlite_world.enterprise_id}").status_code == 200
        assert "登记企业" not in visible_text(reader.get("/enterprises").text)
        assert reader.get("/enterprises/new").status_code == 403
        assert reader.submit("/enterprises/new", _FIELDS | {"credit_code": with_check_character(GOOD_CODE)}).status_code == 403


def test_a_sheet_is_shown_row_by_row_and_only_the_good_rows_are_taken(world: World) -> None:
    with running(world) as app:
        office = Browser(app, "office")
        good = {"企业名称": "新阳粉体（虚构）", "统一社会信用代码": with_check_character(GOOD_CODE), "行业代码": "3099"}
        bad = {"企业名称": "=HYPERLINK(1)", "统一社会信用代码": CREDIT_CODES[0][:-1] + "0", "行业代码": "3099"}
        preview = upload(office, sheet_of(office, good, bad))
        assert preview.status_code == 200
        words = visible_text(preview.text)
        assert "1 行可以导入" in words
        assert "1 行有问题" in words
        assert "统一社会信用代码" in words
        assert "新阳粉体" not in office.get("/enterprises").text, "looking changes nothing"
        rows = packed_rows(preview.text)
        report = office.submit("/enterprises/import/errors", {"rows": rows})
        cells = [cell.value for row in load_workbook(io.BytesIO(report.content)).worksheets[0].iter_rows() for cell in row]
        assert "=HYPERLINK(1)" in cells
        assert any("校验位" in str(cell) for cell in cells)
        assert landed(office.submit("/enterprises/import/confirm", {"rows": rows})) == "/enterprises?sort=newest&imported=1"
        listed = office.get("/enterprises").text
        assert "新阳粉体" in listed
        assert "HYPERLINK" not in listed
        assert landed(office.submit("/enterprises/import/confirm", {"rows": rows})).endswith("imported=0"), "twice takes nothing twice"


def test_what_is_no_sheet_of_ours_is_refused_with_what_to_do(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        assert upload(office, b"PK\x03\x04 not a sheet").status_code == 400
        book = Workbook()
        book.active.append(["随便", "什么"])
        out = io.BytesIO()
        book.save(out)
        answer = upload(office, out.getvalue())
        assert answer.status_code == 400
        assert "模板" in answer.text
        assert "请选择填好的表格" in office.submit("/enterprises/import", {}).text
        for rows in ("", "====", "eJwDAAAAAAE="):
            assert office.submit("/enterprises/import/confirm", {"rows": rows}).status_code == 400


def test_the_list_as_a_sheet_follows_the_filters(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        answer = office.get("/enterprises.xlsx?industry=307")
        assert answer.status_code == 200
        cells = [cell.value for row in load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows() for cell in row]
        assert "湘瓷日用瓷（虚构）" in cells
        assert "渌江电瓷（虚构）" not in cells


def test_the_list_asks_the_database_no_more_for_many_than_for_few(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        with counting(app) as few:
            office.get("/enterprises")
        for number in range(12):
            code = with_check_character(f"91430281MA{5000000 + number * 7919:07d}"[:17])
            landed(office.submit("/enterprises/new", _FIELDS | {"name": f"企业{number}（虚构）", "credit_code": code}))
        with counting(app) as many:
            office.get("/enterprises")
        assert len(many) == len(few)


def test_the_page_of_an_enterprise_leads_to_its_inspections_and_tasks(sqlite_world: World) -> None:
    from server.ids import new_id
    from tests.doors import Phone

    with running(sqlite_world) as app:
        number = file_check(Phone(app, sqlite_world), str(new_id()), check_document(sqlite_world))["number"]
        office = Browser(app, "office")
        page = office.get(f"/enterprises/{sqlite_world.enterprise_id}").text
        assert number in page
        assert f"/tasks/new?target={sqlite_world.enterprise_id}" in page
        assert number in Browser(app, "enterprise").get("/enterprises/mine").text


def test_sites_and_facilities_are_registered_changed_and_put_out_of_use(world: World) -> None:
    with running(world) as app:
        office = Browser(app, "office")
        fields = {"kind": "public_facility", "name": "3 号雨水泵站", "steward": "园区物业", "latitude": "27.66", "longitude": "113.5"}
        assert "请填十进制度数" in office.submit("/targets/new", fields | {"latitude": "北纬"}).text
        address = landed(office.submit("/targets/new", fields)).split("?")[0]
        assert "3 号雨水泵站" in office.get("/targets").text
        assert "园区物业" in office.get(address).text
        landed(office.submit(f"{address}/edit", fields | {"name": "3 号泵站", "active": "yes"}))
        assert "3 号泵站" in office.get("/targets?q=泵站").text
        landed(office.submit(f"{address}/edit", fields | {"name": "3 号泵站"}))
        assert "3 号泵站" not in office.get("/targets").text
        assert "3 号泵站" in office.get("/targets?gone=yes").text
        site = {"kind": "site", "name": "成品仓库", "enterprise_id": str(world.enterprise_id)}
        landed(office.submit("/targets/new", site))
        assert "成品仓库" in office.get(f"/enterprises/{world.enterprise_id}").text
        assert "成品仓库" in Browser(app, "enterprise").get("/enterprises/mine").text
        assert Browser(app, "foreign_office").get(address).status_code == 404
        assert Browser(app, "inspector").get("/targets/new").status_code == 403
        assert office.client.get(f"/targets/{world.enterprise_id}", follow_redirects=False).headers["location"].startswith("/enterprises/")
        assert id_in(address)


def test_the_office_finds_an_industry_code_by_name_and_nothing_typed_is_lost(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        typed = _FIELDS | {"credit_code": with_check_character(GOOD_CODE), "industry_code": "特种玻璃"}
        found = office.submit("/enterprises/new", {**typed, "do": "find:industry"})
        assert found.status_code == 200
        assert 'value="use:industry:3042"' in found.text
        assert _FIELDS["name"] in found.text
        taken = office.submit("/enterprises/new", {**typed, "do": "use:industry:3042"}).text
        assert 'name="industry_code" type="text" value="3042"' in taken
        assert "3042 特种玻璃制造" in taken
        assert _FIELDS["name"] not in office.get("/enterprises").text, "looking up saves nothing"
        page = office.get(landed(office.submit("/enterprises/new", typed | {"industry_code": "3078"}))).text
        assert f"3078（{NOT_LISTED}）" in page


def test_a_sheet_shows_each_code_with_its_name_before_anything_is_registered(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        codes = {with_check_character(GOOD_CODE): "C3042", with_check_character(ANOTHER_GOOD_CODE): "3078"}
        rows = [{"企业名称": f"{code}厂（虚构）", "统一社会信用代码": credit, "行业代码": code} for credit, code in codes.items()]
        preview = upload(office, sheet_of(office, *rows)).text
        assert "3042 特种玻璃制造" in preview
        assert f"3078（{NOT_LISTED}）" in preview
