"""Which rows of an enterprise sheet were not taken, and why: as a spreadsheet to be corrected and handed in again.

The row stands as it was typed, the reasons beside it. Every cell is text: what begins with = + - @ is shown, never run.
"""

import io
from collections.abc import Sequence

import xlsxwriter

from server.enterprises.schemas import ImportReport, SheetRow

REASON_HEADINGS = ("行号", "列", "原因")
_WIDTHS = (8, 20, 60)
_OWN_WIDTH = 22


def write_import_errors(rows: Sequence[SheetRow], report: ImportReport) -> bytes:
    """One line per mistake: where it is, what it is, and the whole row as typed."""
    typed = {row.line: row.cells for row in rows}
    headings = list(dict.fromkeys(heading for row in rows for heading in row.cells))
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("未导入的行")
    bold, text = book.add_format({"bold": True, "bg_color": "#E3F0F2"}), book.add_format({"num_format": "@", "text_wrap": True})
    for column, heading in enumerate((*REASON_HEADINGS, *headings)):
        sheet.write_string(0, column, heading, bold)
        sheet.set_column(column, column, _WIDTHS[column] if column < len(_WIDTHS) else _OWN_WIDTH)
    sheet.freeze_panes(1, len(REASON_HEADINGS))
    for line, error in enumerate(report.errors, start=1):
        sheet.write_number(line, 0, error.line)
        cells = typed.get(error.line, {})
        for column, words in enumerate((error.column or "整行", error.reason, *(cells.get(heading, "") for heading in headings)), start=1):
            sheet.write_string(line, column, words, text)
    book.close()
    return buffer.getvalue()
