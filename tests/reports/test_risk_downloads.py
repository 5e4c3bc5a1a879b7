"""The doors of the papers of grading: whose, what they say, and that page, paper and sheet show the same rows and totals."""

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader

from reports.grading_values import all_sources, distribution
from reports.paper import DRAFT_NOTICE, WITHDRAWN_NOTICE
from reports.risk_register import cells_of, totals_in_words
from rules.terms import DocumentKind
from server.grading.paper_schemas import PointsFacts
from server.grading.service import print_points
from server.grading.spreadsheet import COLUMNS, EXTRA, sheet_cells
from server.planning.schemas import FrequencyForm
from server.planning.service import adopt_frequency
from tests.cast import World
from tests.doors import Browser, visible_text
from tests.reports.test_downloads import XLSX, doors, file_name, sheet_rows, taken, text_of
from tests.server.ceramics import UNCONFIRMED, grow_ceramics
from tests.server.grading_hands import BLUE, RED, Grading, point
from tests.server.office import RULEBOOK

FILES = ("report.pdf", "notice.pdf", "register.pdf", "register.xlsx", "cards.pdf")


def register_of(world: World) -> PointsFacts:
    """The register of enterprise A as its papers read it."""
    with world.work_as("office", write=False) as work:
        return print_points(work, RULEBOOK, DocumentKind.RISK_REGISTER, world.enterprise_id)


def table_texts(pdf: bytes) -> str:
    """Everything a PDF says, spaces and line ends left out."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def test_paper_and_sheet_show_the_registers_rows_and_totals_cell_by_cell(sqlite_world: World, font_folder: Any) -> None:
    world = sqlite_world
    grow_ceramics(world)
    facts = register_of(world)
    lines = list(all_sources(facts.points))
    with doors(world, font_folder) as app:
        browser = Browser(app, "office")
        risk = f"/enterprises/{world.enterprise_id}/risk"
        head, *rows = sheet_rows(taken(browser.get(f"{risk}/register.xlsx"), XLSX))
        pdf = taken(browser.get(f"{risk}/register.pdf"))
        report = table_texts(taken(browser.get(f"{risk}/report.pdf")))
    assert list(head) == [*(one.heading for one in COLUMNS), *EXTRA]
    assert [["" if cell is None else cell for cell in row] for row in rows] == [sheet_cells(*line) for line in lines]
    said = table_texts(pdf)
    for line in lines:
        for cell in cells_of(*line):
            assert re.sub(r"\s", "", cell) in said, cell
    *counts, total = distribution(facts.points)
    assert total.counts == (len(facts.points), len(facts.points), len(rows))
    assert tuple(sum(row.counts[place] for row in counts) for place in range(3)) == total.counts
    for sentence in totals_in_words(facts.points):
        assert re.sub(r"\s", "", sentence) in said
    for row in (*counts, total):
        assert "".join((row.title, *map(str, row.counts))) in report, row
    assert f"{UNCONFIRMED}个危险源采用参考清单" in report
    assert sum("待现场确认" in row for row in rows) == UNCONFIRMED
    assert [row for row in rows if str(row[1]).startswith("=")] == [row for row in rows if row[1] == "=SUM(A1)甲醇罐（试公式）"]


def test_a_preview_says_draft_on_every_page_and_the_issued_report_never_changes(sqlite_world: World, font_folder: Any) -> None:
    world = sqlite_world
    grow_ceramics(world)
    risk = f"/enterprises/{world.enterprise_id}/risk"
    with doors(world, font_folder) as app:
        office, enterprise = Browser(app, "office"), Browser(app, "enterprise")
        draft = PdfReader(io.BytesIO(taken(office.get(f"{risk}/report.pdf"))))
        assert len(draft.pages) > 3
        assert all(DRAFT_NOTICE in page.extract_text(orientations=(315, 45, 0, 90)) for page in draft.pages)
        assert enterprise.get(f"{risk}/report.pdf").status_code == 404
        answer = office.submit(f"{risk}/papers/issue", {"kind": "grading_report", "note": ""}, follow=True)
        assert "示经开安办评〔2026〕1号" in visible_text(answer.text)
        first = enterprise.get(f"{risk}/report.pdf")
        assert DRAFT_NOTICE not in text_of(taken(first))
        assert "安全风险等级：重大风险（红）" in text_of(first.content)
        assert file_name(first) == "企业安全风险分级报告_示经开安办评〔2026〕1号.pdf"
        Grading(world).add(point("后来登记的电窑", BLUE))
        world.clock.advance(hours=5)
        assert taken(enterprise.get(f"{risk}/report.pdf")) == first.content
        paper = re.search(r'href="(/papers/[0-9a-f-]{36})/withdraw"', office.get(f"{risk}/papers").text)
        assert paper is not None
        assert taken(office.get(f"{paper[1]}/pdf")) == first.content
        assert office.submit(f"{paper[1]}/withdraw", {"reason": ""}).status_code == 400
        office.submit(f"{paper[1]}/withdraw", {"reason": "企业名称有误"})
        withdrawn = PdfReader(io.BytesIO(taken(enterprise.get(f"{paper[1]}/pdf"))))
        assert all(WITHDRAWN_NOTICE in page.extract_text(orientations=(315, 45, 0, 90)) for page in withdrawn.pages)
        assert "企业名称有误" in visible_text(enterprise.get(f"{risk}/papers").text)


def test_a_notice_reaches_its_enterprise_and_is_signed_for_there(sqlite_world: World, font_folder: Any) -> None:
    world = sqlite_world
    Grading(world).add(point("辊道窑", RED))
    risk = f"/enterprises/{world.enterprise_id}/risk"
    with doors(world, font_folder) as app:
        office, enterprise = Browser(app, "office"), Browser(app, "enterprise")
        refused = office.submit(f"{risk}/papers/issue", {"kind": "risk_notice", "note": "责令停产"})
        assert refused.status_code == 400
        assert "责令停产" in refused.text
        assert "责令" in visible_text(refused.text).split("附言")[0]
        office.submit(f"{risk}/papers/issue", {"kind": "risk_notice", "note": "请于月底前公示。"})
        page = enterprise.get(f"{risk}/papers")
        assert "有 1 份安全风险告知书等您签收" in visible_text(page.text)
        sign = re.search(r'action="(/papers/[0-9a-f-]{36}/sign)"', page.text)
        assert sign is not None
        text = text_of(taken(enterprise.get(f"{risk}/notice.pdf")))
        for words in ("签收回执", "示经开安办告〔2026〕1号", "辊道窑", "火警119", "请于月底前公示。", "企业负责人（签收）"):
            assert words in text, words
        assert "已签收" in visible_text(enterprise.submit(sign[1], {}, follow=True).text)
        assert "李企" in visible_text(office.get(f"{risk}/papers").text)


def test_cards_come_for_points_or_posts_on_either_paper(sqlite_world: World, font_folder: Any) -> None:
    world = sqlite_world
    Grading(world).add(point("辊道窑", RED, BLUE), point("电窑", BLUE))
    cards = f"/enterprises/{world.enterprise_id}/risk/cards.pdf"
    with doors(world, font_folder) as app:
        browser = Browser(app, "enterprise")
        by_point = PdfReader(io.BytesIO(taken(browser.get(f"{cards}?by=x&size=y"))))
        by_post = PdfReader(io.BytesIO(taken(browser.get(f"{cards}?by=post&size=a4"))))
    assert [round(float(page.mediabox.height)) for page in by_point.pages] == [421, 421]
    assert [round(float(page.mediabox.height)) for page in by_post.pages] == [589]
    first, post = by_point.pages[0].extract_text(), by_post.pages[0].extract_text()
    for words in ("辊道窑", "重大风险（红）", "火灾", "工程技术措施一条", "应急处置措施一条", "张三", "119"):
        assert words in first, words
    assert "负责2个风险点、3个危险源" in post


@pytest.mark.parametrize("name", FILES)
def test_enterprise_b_and_other_parks_get_nothing(sqlite_world: World, font_folder: Any, name: str) -> None:
    world = sqlite_world
    Grading(world).add(point("辊道窑", RED))
    address = f"/enterprises/{world.enterprise_id}/risk/{name}"
    with doors(world, font_folder) as app:
        assert Browser(app, "outsider").get(address).status_code == 404
        assert Browser(app, "foreign_office").get(address).status_code == 404
        assert Browser(app, "screener").get(address).status_code == 403


def test_the_parks_report_is_the_staffs_and_says_how_often_the_park_inspects(sqlite_world: World, font_folder: Any) -> None:
    world = sqlite_world
    Grading(world).add(point("辊道窑", RED))
    with world.work_as("office") as work:
        bounds = {"red": {"floor": "4", "cap": "6"}, "orange": {"floor": "2", "cap": ""}}
        form = FrequencyForm(
            effective_from=work.today, decided_by="园区安委会", decision_number="会议纪要〔2026〕3号", bounds=bounds, adopted={}
        )
        adopt_frequency(work, form)
    with doors(world, font_folder) as app:
        office = Browser(app, "office")
        text = text_of(taken(office.get("/risk/report.pdf?since=2026-13-45")))
        for words in ("园区共2家企业：红1家", "每年至少 4 次、每年至多 6 次", "园区安委会", "没有建立清单的企业", "共1家：2 渌江电瓷"):
            assert words in text, words
        assert Browser(app, "enterprise").get("/risk/report.pdf").status_code == 403
        refused = office.submit("/risk/papers/issue", {"since": "x", "note": "决定公布"})
        assert refused.status_code == 400
        assert "决定公布" in refused.text
        issued = office.submit("/risk/papers/issue", {"since": "", "note": "提交安委会"}, follow=True)
        assert "示经开安办园评〔2026〕1号" in visible_text(issued.text)
        paper = re.search(r'href="(/papers/[0-9a-f-]{36}/pdf)"', issued.text)
        assert paper is not None
        assert "附言：提交安委会" in text_of(taken(Browser(app, "auditor").get(paper[1])))
        assert Browser(app, "enterprise").get(paper[1]).status_code == 404
