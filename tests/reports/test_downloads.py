"""The doors of printing: whose papers, from which values, and that page, paper and sheet show the same figures."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import msgspec
import openpyxl
import pytest
from litestar import Litestar
from pypdf import PdfReader
from sqlalchemy import func, insert, select, update

from reports.closure import FIGURE_COLUMNS
from reports.figures import Rate, closure_figures
from reports.paper import DRAFT_NOTICE, WITHDRAWN_NOTICE
from reports.parameters import read_closure
from reports.queries import read_closure_report
from reports.values import spoken_code
from rules.terms import HazardLevel, HazardState, ReinspectionResult
from server.ids import new_id
from server.models.events import Event
from server.models.hazards import Hazard
from server.models.orders import IssuedPaper
from server.rectification.service import issue_opinion, withdraw_order
from tests.cast import World
from tests.doors import Browser, Phone, running
from tests.reports.conftest import REPOSITORY
from tests.server.office import RULEBOOK, Office
from tests.server.pages.checks import check_document, file_check, send_photo


@contextmanager
def doors(world: World, font_folder: Any) -> Iterator[Litestar]:
    """The application with the tests' fonts; fonts of the machine stay out."""
    world.settings = msgspec.structs.replace(world.settings, font_folder=font_folder, office_font_folders=str(REPOSITORY / "no-fonts"))
    with running(world) as app:
        yield app


def text_of(pdf: bytes) -> str:
    """The words of a PDF, line ends left out."""
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


def file_name(answer: Any) -> str:
    """The name under which a file is saved."""
    return unquote(answer.headers["content-disposition"].split("filename*=UTF-8''")[1])


def taken(answer: Any, media_type: str = "application/pdf") -> bytes:
    """The file; fails with the page's words when there is none."""
    assert answer.status_code == 200, answer.text[-1500:]
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.headers["cache-control"] == "private, no-store"
    content: bytes = answer.content
    assert len(content) == int(answer.headers["content-length"])
    return content


def test_a_draft_prints_as_a_draft_and_an_issued_order_as_it_was_issued(world: World, font_folder: Any) -> None:
    office = Office(world)
    photo = office.photo("inspector")
    hazard = office.confirm(office.find(photos=(photo,)))
    order = office.draft(hazard)
    with doors(world, font_folder) as app:
        browser = Browser(app, "office")
        draft = browser.get(f"/orders/{order}/pdf")
        assert DRAFT_NOTICE in text_of(taken(draft))
        assert file_name(draft) == "隐患整改通知书（草稿）.pdf"
        assert Browser(app, "enterprise").get(f"/orders/{order}/pdf").status_code == 404

        office.issue(office.review(order))
        first = browser.get(f"/orders/{order}/pdf")
        number = "示经开安办改〔2026〕1号"
        assert file_name(first) == f"隐患整改通知书_{number}.pdf"
        text = text_of(taken(first))
        assert number in text
        assert DRAFT_NOTICE not in text
        assert "包装车间疏散通道堆放纸箱" in text
        assert "照片1" in text
        # Whatever happens to the record later, and whoever prints it when: the same bytes.
        with world.work_as("office") as work:
            work.session.execute(update(Hazard).where(Hazard.id == hazard).values(description="后来改过的描述", version=Hazard.version + 1))
        world.clock.advance(days=40)
        later = Browser(app, "enterprise").get(f"/orders/{order}/pdf")
        assert taken(later) == first.content


def test_a_withdrawn_order_says_so_across_its_pages(sqlite_world: World, font_folder: Any) -> None:
    office = Office(sqlite_world)
    order = office.issued(office.confirmed())
    with sqlite_world.work_as("office") as work:
        withdraw_order(work, order, "期限写错")
    with doors(sqlite_world, font_folder) as app:
        assert WITHDRAWN_NOTICE in text_of(taken(Browser(app, "office").get(f"/orders/{order}/pdf")))


def test_an_order_that_is_not_what_was_issued_is_not_printed(sqlite_world: World, font_folder: Any) -> None:
    order = Office(sqlite_world).issued(Office(sqlite_world).confirmed())
    with sqlite_world.work_as("office") as work:
        paper = work.session.query(IssuedPaper).one()
        paper.value = paper.value.replace("纸箱".encode(), "木箱".encode())
    with doors(sqlite_world, font_folder) as app:
        answer = Browser(app, "office").get(f"/orders/{order}/pdf")
        assert answer.status_code == 409
        assert "校验值不符" in answer.text
        check = Browser(app).get(f"/check/{paper.verification_code}")
        assert "请勿采信" in check.text


def test_the_opinion_lists_results_with_photos_before_and_after(sqlite_world: World, font_folder: Any) -> None:
    office = Office(sqlite_world)
    passed = office.confirm(office.find(photos=(office.photo("inspector"),)))
    failed = office.confirm(office.find(location="配电室", description="配电箱积尘。"))
    order = office.serve(office.issued(passed, failed))
    for hazard in (passed, failed):
        office.reply(hazard)
    office.look_again(passed)
    office.look_again(failed, ReinspectionResult.FAIL)
    with doors(sqlite_world, font_folder) as app:
        browser = Browser(app, "office")
        assert browser.get(f"/orders/{order}/opinion.pdf").status_code == 404
        with sqlite_world.work_as("office") as work:
            paper_id = issue_opinion(work, RULEBOOK, order).id
        opinion = browser.get(f"/orders/{order}/opinion.pdf")
        text = text_of(taken(opinion))
        assert "已整改1项，未通过1项" in text
        assert "通道仍被占用" in text
        assert "整改前" in text
        assert "整改后" in text
        assert browser.get(f"/papers/{paper_id}/pdf").content == opinion.content
        assert Browser(app, "enterprise").get(f"/papers/{paper_id}/pdf").content == opinion.content


def test_the_inspection_record_prints_what_was_filed(sqlite_world: World, font_folder: Any) -> None:
    with doors(sqlite_world, font_folder) as app:
        phone, inspection = Phone(app, sqlite_world), str(new_id())
        for seed in (11, 12, 13):
            send_photo(phone, seed)
        file_check(phone, inspection, check_document(sqlite_world))
        answer = Browser(app, "office").get(f"/inspections/{inspection}/pdf")
        text = text_of(taken(answer))
        assert file_name(answer) == "现场检查记录_JC-2026-0001.pdf"
        for words in ("喷雾塔配电箱积尘", "灭火器被纸箱遮挡", "王检", "赵检", "厂区大门", "相册导入", "李企拒绝签字", "见证人：赵检"):
            assert words in text, words
        assert Browser(app, "outsider").get(f"/inspections/{inspection}/pdf").status_code == 404


def test_a_foreign_enterprise_and_a_foreign_park_get_no_paper_and_no_row(world: World, font_folder: Any) -> None:
    office = Office(world)
    hazard = office.rectifying()
    with world.work_as("office", write=False) as work:
        paper = work.session.query(IssuedPaper).one()
        paper_id, order_id = paper.id, paper.subject_id
    with doors(world, font_folder) as app:
        for who in ("outsider", "foreign_office"):
            browser = Browser(app, who)
            assert browser.get(f"/orders/{order_id}/pdf").status_code == 404
            assert browser.get(f"/orders/{order_id}/opinion.pdf").status_code == 404
            assert browser.get(f"/papers/{paper_id}/pdf").status_code == 404
            ledger = sheet_rows(taken(browser.get("/hazards/ledger.xlsx"), XLSX))
            assert not any("YH-" in str(cell) for row in ledger for cell in row)
            report = sheet_rows(taken(browser.get("/reports/closure.xlsx?as_of=2026-11-20"), XLSX))
            assert not any("湘瓷" in str(cell) for row in report for cell in row)
            named = browser.get(f"/hazards/ledger.xlsx?enterprise={world.enterprise_id}")
            assert not any("湘瓷" in str(cell) for row in sheet_rows(taken(named, XLSX)) for cell in row)
            number = browser.get(f"/reports/closure/hazards?measure=found&enterprise={world.enterprise_id}&as_of=2026-11-20")
            assert str(hazard) not in number.text
        mine = sheet_rows(taken(Browser(app, "enterprise").get("/hazards/ledger.xlsx"), XLSX))
        assert sum("YH-" in str(cell) for row in mine for cell in row) == 1
        for who in ("screener", "liaison", "admin"):
            assert Browser(app, who).get("/reports/closure.pdf").status_code == 403
        assert "/login" in str(Browser(app).get("/reports/closure.pdf").url)


XLSX = "application/vnd.openxmlformats"


def sheet_rows(content: bytes) -> list[tuple[Any, ...]]:
    """Every row of the sheet."""
    return list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


def grow_park(world: World) -> None:
    """Hazards of two enterprises in many states: closed, late, failed, major, extended."""
    office = Office(world)
    world.clock.set_day(date(2026, 10, 9))
    hazards = [
        office.rectifying(days=10 + number, target=target)
        for target in (world.enterprise_id, world.other_enterprise_id)
        for number in range(4)
    ]
    office.rectifying(HazardLevel.MAJOR, days=20)
    office.find()
    world.clock.set_day(date(2026, 10, 20))
    for number, hazard in enumerate(hazards):
        if number % 4:
            who = "enterprise" if number < 4 else "outsider"
            office.reply(hazard, who=who)
            office.look_again(hazard, ReinspectionResult.FAIL if number % 4 == 3 else ReinspectionResult.PASS)
            if number % 4 == 1:
                office.close(hazard)
    world.clock.set_day(date(2026, 11, 20))


def page_cells(html: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Name of each row of the report's page, and each figure with the list it opens."""
    rows = []
    for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL):
        cells = re.findall(r'<td class="r.*?>(.*?)</td>', row, re.DOTALL)
        if cells:
            name = re.sub(r"<[^>]+>", "", row.split("</td>")[0].split("<br>")[0]).strip()
            found = [re.search(r'(?:href="(.*?)")?>([^<]*)<', cell) for cell in cells]
            rows.append((name, [(one.group(2), unescape(one.group(1) or "")) for one in found if one]))
    return rows


def list_length(browser: Browser, address: str) -> int:
    """How many entries a number's list has, counted over its pages."""
    html = browser.get(address).text
    match = re.search(r"<h1>.*?<span class=\"num\">(\d+)</span>", html)
    assert match, html[-800:]
    shown, page = len(re.findall(r'href="/hazards/[0-9a-f-]{36}"', html)), 1
    while f"page={page + 1}" in html:
        page += 1
        html = browser.get(f"{address}&page={page}").text
        shown += len(re.findall(r'href="/hazards/[0-9a-f-]{36}"', html))
    assert shown == int(match.group(1))
    return shown


def test_page_paper_and_sheet_show_the_same_figures_and_every_number_is_as_long_as_its_list(world: World, font_folder: Any) -> None:
    grow_park(world)
    with world.work_as("office", write=False) as work:
        report = read_closure_report(work, read_closure({}, work.today))
    expected = [(row.enterprise_name, closure_figures(row.counts)) for row in report.rows]
    expected.append(("合计", closure_figures(report.total)))
    assert [figures.counts.found for _, figures in expected] == [6, 4, 10]
    with doors(world, font_folder) as app:
        browser = Browser(app, "office")
        page = page_cells(browser.get("/reports/closure").text)
        sheet = [row for row in sheet_rows(taken(browser.get("/reports/closure.xlsx"), XLSX)) if isinstance(row[3], int)]
        lines = PdfReader(io.BytesIO(taken(browser.get("/reports/closure.pdf")))).pages[0].extract_text().split("\n")
        assert len(page) == len(sheet) == len(expected) == 3
        for (name, figures), (shown_name, cells), line in zip(expected, page, sheet, strict=True):
            assert shown_name.startswith(name)
            for column, (shown, address), written in zip(FIGURE_COLUMNS, cells, line[3:], strict=True):
                value = column.value(figures)
                printed = "—" if value is None else str(value)
                assert shown == printed, column.title
                assert written == (float(value.percent / 100) if isinstance(value, Rate) and value.percent is not None else printed
                                   if isinstance(value, Rate) or value is None else float(value)), column.title  # fmt: skip
                if column.kind != "decimal":
                    counted = value.numerator if isinstance(value, Rate) else value
                    assert (list_length(browser, address) if address else 0) == counted, (column.title, address)
            printed_row = ["—" if (value := column.value(figures)) is None else str(value) for column in FIGURE_COLUMNS]
            assert printed_row in [lines[start : start + len(printed_row)] for start in range(len(lines))], name


def test_the_ledger_takes_away_exactly_the_list_of_its_filters(sqlite_world: World, font_folder: Any) -> None:
    grow_park(sqlite_world)
    with doors(sqlite_world, font_folder) as app:
        browser = Browser(app, "office")
        for query in (
            "",
            "?queue=overdue",
            "?state=closed",
            f"?enterprise={sqlite_world.enterprise_id}&sort=number",
            "?q=纸箱",
            "?level=major_hazard",
        ):
            shown = re.findall(r"YH-2026-\d{4}", browser.get(f"/hazards/{query}").text)
            answer = browser.get(f"/hazards/ledger.xlsx{query}")
            rows = sheet_rows(taken(answer, XLSX))
            numbers = [row[1] for row in rows if str(row[1]).startswith("YH-")]
            assert numbers == list(dict.fromkeys(shown)), query
            assert len(numbers) == len(set(numbers))
            text = text_of(taken(browser.get(f"/hazards/ledger.pdf{query}")))
            assert f"共{len(numbers)}条" in text
        assert file_name(answer) == "隐患排查治理台账_2026-11-20.xlsx"
        assert any("级别：重大事故隐患" in str(cell) for row in rows for cell in row)


def test_what_an_address_says_wrongly_counts_as_not_asked(sqlite_world: World, font_folder: Any) -> None:
    with doors(sqlite_world, font_folder) as app:
        browser = Browser(app, "office")
        odd = "from=2026-02-31&to=%00&as_of=x&zone=1&level=%F0%9F%98%80&sort=--&queue=none&q=%00%E7%AA%91&enterprise=%27&page=-1&state=9"
        for address in ("/reports/closure", "/reports/closure.pdf", "/reports/closure.xlsx", "/hazards/ledger.pdf", "/hazards/ledger.xlsx"):
            assert browser.get(f"{address}?{odd}").status_code == 200, address
        assert browser.get(f"/reports/closure/hazards?measure=found&{odd}").status_code == 404
        assert browser.get("/reports/closure/hazards?measure=nothing").status_code == 404


def test_anybody_may_check_a_paper_by_its_code_and_learns_nothing_else(world: World) -> None:
    office = Office(world)
    order = office.issued(office.confirmed())
    with world.work_as("office", write=False) as work:
        paper = work.session.query(IssuedPaper).one()
    with running(world) as app:
        stranger = Browser(app)
        for code in (paper.verification_code, paper.verification_code.lower(), spoken_code(paper.verification_code)):
            answer = stranger.get(f"/check/{code}")
            assert answer.status_code == 200
            for words in ("有效", paper.document_number, "示范园区（虚构）安全办", paper.sha256, "与签发时一致"):
                assert words in answer.text, words
            for words in ("湘瓷", "纸箱", "李企", "王检"):
                assert words not in answer.text, words
        assert stranger.get(f"/check?code={spoken_code(paper.verification_code)}").status_code == 200
        with world.work_as("office") as work:
            withdraw_order(work, order, "期限写错")
        assert "已撤回" in stranger.get(f"/check/{paper.verification_code}").text
        for unknown in ("A" * 20, "短", "x" * 300, "%00", "'; DROP TABLE"):
            answer = stranger.get(f"/check/{unknown}")
            assert answer.status_code == 404, unknown
            assert "没有这个核验码" in answer.text


def test_downloads_leave_no_trace_in_the_record(sqlite_world: World, font_folder: Any) -> None:
    office = Office(sqlite_world)
    order = office.issued(office.confirmed())
    with doors(sqlite_world, font_folder) as app:
        browser = Browser(app, "office")
        before = _events(sqlite_world)
        for address in (f"/orders/{order}/pdf", "/hazards/ledger.xlsx", "/reports/closure.pdf", "/reports/closure"):
            browser.get(address)
        assert _events(sqlite_world) == before


def _events(world: World) -> int:
    with world.work_as("office", write=False) as work:
        return work.session.scalar(select(func.count()).select_from(Event)) or 0


def test_a_ledger_of_many_hazards_is_written_chunk_by_chunk(sqlite_world: World, font_folder: Any) -> None:
    office = Office(sqlite_world)
    first = office.rectifying()
    with sqlite_world.work_as("office") as work:
        row = work.session.get_one(Hazard, first)
        kept = {column.name: getattr(row, column.name) for column in Hazard.__table__.columns}
        rows = [kept | {"id": new_id(), "number": f"YH-2026-{number:05d}", "state": HazardState.RECTIFYING} for number in range(2, 1302)]
        work.connection.execute(insert(Hazard), rows)
    with doors(sqlite_world, font_folder) as app:
        rows_ = sheet_rows(taken(Browser(app, "office").get("/hazards/ledger.xlsx?sort=number"), XLSX))
        numbers = [row[1] for row in rows_ if str(row[1]).startswith("YH-")]
        assert len(numbers) == 1301
        assert numbers == sorted(numbers)


@pytest.mark.parametrize("address", ["/orders/{}/pdf", "/orders/{}/opinion.pdf", "/papers/{}/pdf", "/inspections/{}/pdf"])
def test_a_paper_that_is_not_there_is_not_found(sqlite_world: World, address: str) -> None:
    with running(sqlite_world) as app:
        assert Browser(app, "office").get(address.format(UUID(int=7))).status_code == 404
