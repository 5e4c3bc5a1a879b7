"""How do values become a spreadsheet that an office can work with and nobody can hide a formula in?

Rows are written as they come and not kept (XlsxWriter's constant memory), so a sheet of any length needs the memory of one row. Every
text is written as text: a cell that begins with = + - @ or a tab is shown, never run, and stays text when somebody edits it. Dates are
dates, figures numbers, a figure over nothing the text —.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, Literal

import msgspec
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from reports.figures import NOTHING_TO_COUNT, Rate
from reports.paper import LOCAL_TIME

FONT = "宋体"
HEAD_FONT = "黑体"

# What Excel holds in one cell; XlsxWriter would leave a longer text out without a word.
MOST_CHARACTERS = 32_767
CUT_NOTICE = "……（过长，全文见系统）"

FORMULA_STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n")

Value = str | int | Decimal | date | datetime | Rate | None
Kind = Literal["text", "centred", "number", "decimal", "date", "rate"]

# Not allowed in XML, or of no meaning in a cell.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


class SheetColumn(msgspec.Struct, frozen=True):
    """A column: its head, its width in characters, what stands in it, and the group whose name stands over it."""

    title: str
    width: float
    kind: Kind = "text"
    group: str = ""


class Sheet:
    """A workbook with one table: title and notes above, then the head, then rows in their order. Call `finish` at the end."""

    def __init__(self, output: BinaryIO, name: str, columns: Sequence[SheetColumn], *, created_at: datetime, author: str) -> None:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "in_memory": False,
            "default_date_format": "yyyy-mm-dd",
        }
        self._book = xlsxwriter.Workbook(output, options)
        self._book.set_properties({"title": name, "author": author, "created": created_at.astimezone(LOCAL_TIME).replace(tzinfo=None)})
        self._sheet: Worksheet = self._book.add_worksheet(_sheet_name(name))
        self._columns = columns
        self._row = 0
        self._body_starts = 0
        base = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
        self._title_format = self._book.add_format({**base, "font_name": HEAD_FONT, "font_size": 16, "align": "center"})
        self._note_format = self._book.add_format({**base, "font_size": 9, "text_wrap": True, "valign": "top"})
        head = {**base, "font_name": HEAD_FONT, "align": "center", "text_wrap": True, "border": 1, "bg_color": "#EDEFF1"}
        self._head_format = self._book.add_format(head)
        self._writers = [self._writer(column.kind, {}) for column in columns]
        self._total_writers = [
            self._writer(column.kind, {"font_name": HEAD_FONT, "bg_color": "#F6F7F8", "top": 1, "bottom": 1}, fills_blanks=True)
            for column in columns
        ]
        for position, column in enumerate(columns):
            self._sheet.set_column(position, position, column.width)

    def title(self, text: str, *, height: float = 30) -> None:
        """The title over all columns."""
        self._over_all_columns(text, self._title_format, height)

    def note(self, text: str, *, lines: int = 1) -> None:
        """A note over all columns, with room for `lines`."""
        self._over_all_columns(text, self._note_format, 13.5 * lines)

    def head(self) -> None:
        """The column heads: frozen on the screen, repeated on every printed page, with a filter."""
        last = len(self._columns) - 1
        first_head_row = self._row
        if any(column.group for column in self._columns):
            for start, end, group in _groups(self._columns):
                if group and end > start:
                    self._sheet.merge_range(self._row, start, self._row, end, group, self._head_format)
                else:
                    self._sheet.write_string(self._row, start, group, self._head_format)
            self._row += 1
        self._sheet.set_row(self._row, 32)
        for position, column in enumerate(self._columns):
            self._sheet.write_string(self._row, position, column.title, self._head_format)
        self._row += 1
        self._body_starts = self._row
        self._sheet.freeze_panes(self._row, 2 if last > 4 else 0)
        self._sheet.repeat_rows(first_head_row, self._row - 1)

    def row(self, values: Iterable[Value], *, is_total: bool = False) -> None:
        """Write one row; values stand in the order of the columns."""
        row = self._row
        for position, (write, value) in enumerate(zip(self._total_writers if is_total else self._writers, values, strict=True)):
            write(row, position, value)
        self._row += 1

    def finish(self, *, landscape: bool = True, with_filter: bool = True) -> None:
        """Set up printing and write the file."""
        sheet = self._sheet
        if with_filter and self._row > self._body_starts:
            sheet.autofilter(self._body_starts - 1, 0, self._row - 1, len(self._columns) - 1)
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.hide_gridlines(0)  # 0: show them on paper too
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第&P页 共&N页")
        self._book.close()

    def _over_all_columns(self, text: str, text_format: Any, height: float) -> None:
        self._sheet.set_row(self._row, height)
        self._sheet.merge_range(self._row, 0, self._row, len(self._columns) - 1, "", text_format)
        self._sheet.write_string(self._row, 0, writable(text), text_format)
        self._row += 1

    def _writer(self, kind: Kind, extra: dict[str, Any], *, fills_blanks: bool = False) -> Callable[[int, int, Value], None]:
        """What writes a cell of this kind. Formats are made once: XlsxWriter keeps each of them."""
        base = {"font_name": FONT, "font_size": 10, "valign": "vcenter", **extra}
        text = {**base, "text_wrap": True, "align": "left" if kind == "text" else "center"}
        text_format = self._book.add_format(text)
        # Excel treats a cell with this mark as text also after somebody has edited it.
        inert_format = self._book.add_format({**text, "quote_prefix": True})
        number_formats = {"number": "0", "decimal": "0.0", "date": "yyyy-mm-dd", "rate": "0.0%"}
        value_format = self._book.add_format({**base, "align": "center", "num_format": number_formats.get(kind, "General")})
        write_string, write_number = self._sheet.write_string, self._sheet.write_number
        write_datetime, write_blank = self._sheet.write_datetime, self._sheet.write_blank

        def write(row: int, position: int, value: Value) -> None:
            if isinstance(value, str) and value:
                if not value.isprintable():
                    value = writable(value)
                if len(value) > MOST_CHARACTERS:
                    value = value[: MOST_CHARACTERS - len(CUT_NOTICE)] + CUT_NOTICE
                write_string(row, position, value, inert_format if value.startswith(FORMULA_STARTERS) else text_format)
            elif value is None or value == "":
                # An empty cell is not written: the printed grid shows it, and a long ledger has many.
                if fills_blanks:
                    write_blank(row, position, None, text_format)
            elif isinstance(value, Rate):
                percent = value.percent
                if percent is None:
                    write_string(row, position, NOTHING_TO_COUNT, text_format)
                else:
                    # The rounded figure that the paper prints, not a longer one that only looks the same.
                    write_number(row, position, float(percent / 100), value_format)
            elif isinstance(value, datetime):
                write_datetime(row, position, value.astimezone(LOCAL_TIME).replace(tzinfo=None), value_format)
            elif isinstance(value, date):
                write_datetime(row, position, value, value_format)
            else:
                write_number(row, position, float(value) if isinstance(value, Decimal) else value, value_format)

        return write


def writable(text: str) -> str:
    """`text` without characters that a cell cannot hold; every line break as one newline."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _sheet_name(name: str) -> str:
    """A name Excel accepts: no []:*?/\\ and at most 31 characters."""
    return re.sub(r"[\[\]:*?/\\']", "", name)[:31]


def _groups(columns: Sequence[SheetColumn]) -> list[tuple[int, int, str]]:
    """First and last column of each run of columns with one group, and the group."""
    runs: list[tuple[int, int, str]] = []
    for position, column in enumerate(columns):
        if runs and column.group and runs[-1][2] == column.group:
            runs[-1] = (runs[-1][0], position, column.group)
        else:
            runs.append((position, position, column.group))
    return runs
