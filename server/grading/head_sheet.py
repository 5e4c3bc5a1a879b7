"""The list of graded enterprises as a spreadsheet: exactly what the page lists, all of it."""

import io
from collections.abc import Sequence
from datetime import date

import xlsxwriter

from server.grading.heads import GradeHead
from server.sheets import write_row

HEADINGS = (
    *("等级", "企业", "片区", "风险清单评价", "全部原因", "升降因素", "清单状态"),
    *("风险点", "未评价风险点", "危险源", "待现场确认", "待复评原因", "条文待核"),
)
_WIDTHS = (8, 34, 20, 14, 80, 26, 22, 8, 12, 8, 12, 40, 40)


def write_heads(heads: Sequence[GradeHead], day: date, filters: str) -> bytes:
    """The workbook. What it was narrowed by stands under the table."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("企业风险等级")
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width)
        write_row(sheet, 0, HEADINGS, bold)
        for line, one in enumerate(heads, start=1):
            write_row(sheet, line, cells_of(one), wrapped)
        write_row(sheet, len(heads) + 2, [f"{day.isoformat()}，共 {len(heads)} 家企业。筛选：{filters or '无'}。"])
        sheet.freeze_panes(1, 2)
    return buffer.getvalue()


def cells_of(one: GradeHead) -> list[str | float]:
    """One row."""
    return [
        one.letter,
        one.name,
        one.zone_name or "未划片区",
        one.assessed.risk.colour if one.assessed is not None else "未评",
        one.headline,
        "、".join(by.label for by in one.moved_by),
        one.register_state.label,
        one.totals.points,
        one.totals.unassessed,
        one.totals.sources,
        one.totals.unconfirmed,
        "；".join(one.reviews),
        "；".join(one.unverified),
    ]
