"""Sheets read back with another program: text stays text, figures are the paper's figures, and long ledgers need little memory."""

import io
import re
import tracemalloc
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.closure import FIGURE_COLUMNS, FORMULAS, draw_closure_report, write_closure_sheet
from reports.figures import closure_figures
from reports.fonts import FontSet
from reports.ledger import COLUMNS, write_ledger_sheet
from reports.spreadsheets import CUT_NOTICE, MOST_CHARACTERS
from tests.reports import sample_papers
from tests.reports.pdf_lines import placed_lines


def opened(file: bytes) -> Worksheet:
    sheet = load_workbook(io.BytesIO(file)).active
    assert isinstance(sheet, Worksheet)
    return sheet


def ledger_sheet(**facts: str) -> Worksheet:
    output = io.BytesIO()
    write_ledger_sheet(sample_papers.ledger_head(), [sample_papers.ledger_row(1, **facts)], output)
    return opened(output.getvalue())


def cell_under(sheet: Worksheet, title: str) -> Any:
    """The first cell below the head `title`."""
    head = next(cell for row in sheet.iter_rows() for cell in row if cell.value == title)
    return sheet.cell(head.row + 1, head.column)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n=", "=cmd|'/C calc'!A0;", '=HYPERLINK("http://a.cn")'])
def test_text_that_looks_like_a_formula_is_inert(start: str) -> None:
    cell = cell_under(ledger_sheet(description=f"{start}1+1"), "隐患描述")
    assert cell.data_type == "s"
    assert cell.value == f"{start}1+1".replace("\r", "\n")
    assert cell.quotePrefix


def test_ordinary_text_has_no_mark_and_links_are_not_made() -> None:
    cell = cell_under(ledger_sheet(description="https://a.cn 见附件"), "隐患描述")
    assert not cell.quotePrefix
    assert cell.hyperlink is None


def test_characters_no_cell_can_hold_are_left_out_and_the_rest_stays() -> None:
    assert cell_under(ledger_sheet(description="窑\x00炉\x0b车\u202e间\ud800"), "隐患描述").value == "窑炉车间"


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    value = cell_under(ledger_sheet(description="长" * 40_000), "隐患描述").value
    assert len(value) == MOST_CHARACTERS
    assert value.endswith(CUT_NOTICE)


def test_dates_are_dates_and_numbers_numbers_and_the_unverified_clause_says_so() -> None:
    sheet = ledger_sheet()
    assert cell_under(sheet, "整改期限").value == datetime(2026, 11, 20)  # noqa: DTZ001 - a cell has no zone
    assert cell_under(sheet, "整改期限").number_format == "yyyy-mm-dd"
    assert cell_under(sheet, "逾期天数").value == 2
    assert cell_under(sheet, "销号日期").value is None
    assert str(cell_under(sheet, "依据").value).endswith("（条文待核）")


def test_heads_are_frozen_and_repeated_and_pages_fit() -> None:
    sheet = ledger_sheet()
    head = cell_under(sheet, "隐患编号").row - 1
    assert sheet.freeze_panes == f"C{head + 1}"
    assert sheet.print_title_rows == f"${head}:${head}"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.oddFooter.center.text == "第&P页 共&N页"


def test_the_ledger_has_every_column_and_every_row() -> None:
    output = io.BytesIO()
    assert write_ledger_sheet(sample_papers.ledger_head(), map(sample_papers.ledger_row, range(1, 301)), output) == 300
    sheet = opened(output.getvalue())
    titles = [cell.value for cell in next(row for row in sheet.iter_rows() if row[0].value == "序号")]
    assert titles == ["序号", *(column.title for column in COLUMNS)]
    assert [row[0].value for row in sheet.iter_rows() if isinstance(row[0].value, int)] == list(range(1, 301))


def test_sheets_of_a_fictional_park_say_so() -> None:
    for sheet in (ledger_sheet(), opened(write_closure_sheet(sample_papers.closure_report()))):
        assert any("虚构数据" in str(cell.value) for row in sheet.iter_rows(max_row=4) for cell in row)


def test_the_same_value_gives_the_same_sheet() -> None:
    assert write_closure_sheet(sample_papers.closure_report()) == write_closure_sheet(sample_papers.closure_report())


def test_sheet_and_paper_of_the_closure_report_show_the_same_figures(fonts: FontSet) -> None:
    report = sample_papers.closure_report()
    sheet = opened(write_closure_sheet(report))
    formats = {column.title.replace("\n", ""): column.kind for column in FIGURE_COLUMNS}
    titles = [cell.value for cell in next(row for row in sheet.iter_rows() if row[0].value == "序号")]

    def as_printed(title: str, value: object) -> str:
        if isinstance(value, str):
            return value
        assert isinstance(value, int | float)
        return {"rate": f"{value:.1%}", "decimal": f"{value:.1f}"}.get(formats[title], str(value))

    rows = [
        [cell.value for cell in row]
        for row in sheet.iter_rows()
        if str(row[0].value or "").isdigit() or str(row[1].value or "").startswith("合计")
    ]
    in_sheet = [[as_printed(str(title), value) for title, value in zip(titles[3:], row[3:], strict=True)] for row in rows]

    lines = [line for page in placed_lines(draw_closure_report(report, fonts)) for line in page]
    cells_by_row: dict[tuple[int, float], list[str]] = {}
    page = 0
    for line in lines:
        page += line.text.startswith("【虚构")
        cells_by_row.setdefault((page, line.y), []).append(line.text)
    on_paper = [
        cells[-len(FIGURE_COLUMNS) :]
        for cells in cells_by_row.values()
        if len(cells) >= len(FIGURE_COLUMNS) and re.fullmatch(r"[\d.]+%|—", cells[-1])
    ]
    assert len(in_sheet) == 61
    assert on_paper == in_sheet


def test_the_total_row_is_reckoned_from_the_sums() -> None:
    report = sample_papers.closure_report()
    total = closure_figures(report.total)
    sheet = opened(write_closure_sheet(report))
    row = next([cell.value for cell in row] for row in sheet.iter_rows() if str(row[1].value or "").startswith("合计"))
    assert row[3] == sum(one.counts.found for one in report.rows)
    assert f"{row[7]:.1%}" == str(total.rectification)
    assert f"{row[9]:.1%}" == str(total.closure)


def test_a_rate_over_nothing_is_a_dash_in_the_sheet() -> None:
    sheet = opened(write_closure_sheet(sample_papers.closure_report(enterprises=1)))
    row = next([cell.value for cell in row] for row in sheet.iter_rows() if row[0].value == "1")
    assert row[7] == "—"
    assert all(formula in [cell.value for cells in sheet.iter_rows() for cell in cells] for formula in FORMULAS)


def test_the_memory_of_a_ledger_sheet_does_not_grow_with_its_rows() -> None:
    def peak(count: int) -> int:
        def rows() -> Iterator[Any]:
            for number in range(count):
                yield sample_papers.ledger_row(number, description=f"{number}：{sample_papers.TEMPTING}")

        tracemalloc.start()
        with io.BytesIO() as output:
            write_ledger_sheet(sample_papers.ledger_head(), rows(), output)
            size = len(output.getvalue())
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used - 2 * size

    peak(10)
    assert peak(2000) - peak(200) < 300_000


def test_the_day_of_the_report_is_written_out() -> None:
    sheet = opened(write_closure_sheet(sample_papers.closure_report()))
    said = " ".join(str(row[0].value) for row in sheet.iter_rows(max_row=4))
    assert f"截止：{date(2026, 11, 22).year}年11月22日24时" in said
