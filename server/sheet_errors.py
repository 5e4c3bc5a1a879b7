"""Which rows of a sheet were not taken, and why: as a spreadsheet to be corrected and handed in again.

One line for each row, as it was typed, with every reason beside it; reading a sheet passes over these columns. Every cell is text: what
begins with = + - @ is shown, never run.
"""

import io
from collections.abc import Sequence

import xlsxwriter

from server.sheets import REASON_HEADINGS, RowError, SheetRow

_WIDTHS = (8, 20, 60)
_OWN_WIDTH = 22


def write_row_errors(rows: Sequence[SheetRow], errors: Sequence[RowError]) -> bytes:
    """The rows the errors speak of, in their order."""
    typed = {row.line: row.cells for row in rows}
    headings = list(dict.fromkeys(heading for row in rows for heading in row.cells))
    by_line: dict[int, list[RowError]] = {}
    for error in errors:
        by_line.setdefault(error.line, []).append(error)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("未导入的行")
    bold, text = book.add_format({"bold": True, "bg_color": "#E3F0F2"}), book.add_format({"num_format": "@", "text_wrap": True})
    for column, heading in enumerate((*REASON_HEADINGS, *headings)):
        sheet.write_string(0, column, heading, bold)
        sheet.set_column(column, column, _WIDTHS[column] if column < len(_WIDTHS) else _OWN_WIDTH)
    sheet.freeze_panes(1, len(REASON_HEADINGS))
    for line, (row, wrong) in enumerate(sorted(by_line.items()), start=1):
        sheet.write_number(line, 0, row)
        where = "、".join(dict.fromkeys(one.column or "整行" for one in wrong))
        why = "；".join(f"{one.column}：{one.reason}" if one.column and len(wrong) > 1 else one.reason for one in wrong)
        cells = typed.get(row, {})
        for column, words in enumerate((where, why, *(cells.get(heading, "") for heading in headings)), start=1):
            sheet.write_string(line, column, words, text)
    book.close()
    return buffer.getvalue()
