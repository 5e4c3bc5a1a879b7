"""How is a spreadsheet that comes from anywhere read, and how is one written?

An upload is weighed before it is unpacked, its headings are found and checked, and its cells come out as texts by heading; a row's meaning
is its subject's business. What we write is text where it was text, so nothing typed by anybody becomes a formula.
"""

import io
import zipfile
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

import msgspec
import xlsxwriter
from openpyxl import load_workbook

from server.errors import TooLarge, UnreadableSpreadsheet

MOST_BYTES = 10_000_000
MOST_UNPACKED = 200_000_000
MOST_PARTS = 1_000
MOST_ROWS = 2_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000
REASON_HEADINGS = ("行号", "列", "原因")
"""What a report of refused rows puts before them; a corrected one is handed in with these columns, which say nothing of the row."""
_HEADING_WITHIN = 10
_PROLOG = 65_536
_LARGEST_WHOLE = 10**15


class SheetRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a sheet as typed: `line` is its number in the sheet, `cells` its texts by column heading."""

    line: int
    cells: dict[str, str]


class RowError(msgspec.Struct, frozen=True, kw_only=True):
    """Why a row could not be taken: 行号, 列, 原因. `column` is empty when the whole row is meant."""

    line: int
    column: str
    reason: str


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the sheet: its heading, the form's field, and what the template says about it."""

    heading: str
    field: str
    example: str
    hint: str = ""
    required: bool = False


def read_sheet(file: BinaryIO, columns: Sequence[Column], *, ignored: Collection[str] = ()) -> list[SheetRow]:
    """The rows of the first sheet of an uploaded XLSX, as typed. Headings in `ignored` may be there and are kept among the cells.

    Raises `UnreadableSpreadsheet`, `TooLarge`.
    """
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise TooLarge("表格", MOST_BYTES / 1_000_000)
    _weigh(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        # Whatever openpyxl stumbles over in a damaged file, for the person it is a file that cannot be read.
        raise UnreadableSpreadsheet("文件打不开，可能不是 XLSX 或已损坏") from error
    try:
        return _read_rows(book, columns, ignored)
    except UnreadableSpreadsheet:
        raise
    except Exception as error:
        raise UnreadableSpreadsheet("表格内容读不出来，文件可能已损坏") from error
    finally:
        book.close()


def _weigh(data: bytes) -> None:
    """Refuse what is no ZIP of sensible size, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise UnreadableSpreadsheet("表格解开以后太大")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as inside:
                        # A workbook needs no document type; one that has it may define entities that grow without end.
                        if b"<!DOCTYPE" in inside.read(_PROLOG).upper():
                            raise UnreadableSpreadsheet("表格含有不允许的内容")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise UnreadableSpreadsheet("文件打不开，可能不是 XLSX 或已损坏") from error


def _read_rows(book: Any, columns: Sequence[Column], ignored: Collection[str]) -> list[SheetRow]:
    sheet = book.worksheets[0]
    # The sheet's own word about its size may be wrong or hostile; rows are read until they end.
    sheet.reset_dimensions()
    headings: dict[int, str] = {}
    rows: list[SheetRow] = []
    for line, values in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1):
        texts = [_text_of(value) for value in values]
        if not headings:
            headings = _find_headings(texts, columns, ignored)
            if not headings and line >= _HEADING_WITHIN:
                break
            continue
        cells = {heading: texts[place] for place, heading in headings.items() if place < len(texts)}
        if any(cells.values()):
            rows.append(SheetRow(line=line, cells=cells))
        if len(rows) > MOST_ROWS:
            raise UnreadableSpreadsheet(f"一次最多导入 {MOST_ROWS} 行，请分成几份")
        if line > MOST_ROWS * 10:
            raise UnreadableSpreadsheet("表格里空行太多")
    if not headings:
        required = "”和“".join(one.heading for one in columns if one.required)
        raise UnreadableSpreadsheet(f"没有找到表头“{required}”")
    return rows


def _find_headings(texts: Sequence[str], columns: Sequence[Column], ignored: Collection[str]) -> dict[int, str]:
    """The headings by their place, when this row is the heading row. Raises `UnreadableSpreadsheet` for unknown or doubled ones."""
    named = {place: _heading_of(text) for place, text in enumerate(texts) if text}
    if not {one.heading for one in columns if one.required} <= set(named.values()):
        return {}
    known = {*(one.heading for one in columns), *ignored}
    named = {place: heading for place, heading in named.items() if heading in known or heading not in REASON_HEADINGS}
    unknown = [heading for heading in named.values() if heading not in known]
    if unknown:
        raise UnreadableSpreadsheet(f"有不认识的列：{'、'.join(unknown)}；请删去，或改成模板里的列名")
    if len(set(named.values())) != len(named):
        raise UnreadableSpreadsheet("表头里有重复的列")
    return named


def _heading_of(text: str) -> str:
    return "".join(text.replace("*", "").replace("（必填）", "").split())


def _text_of(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case float() if value.is_integer() and abs(value) < _LARGEST_WHOLE:
            return str(int(value))
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value).strip()[:LONGEST_CELL]


def write_template(columns: Sequence[Column], title: str) -> bytes:
    """An XLSX template: a sheet with the headings alone, and one that explains every column with an example."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold, text, wrap = book.add_format({"bold": True}), book.add_format({"num_format": "@"}), book.add_format({"text_wrap": True})
        sheet = book.add_worksheet(title)
        for place, column in enumerate(columns):
            # As text, so that a code of digits alone keeps all of them.
            sheet.set_column(place, place, max(12, len(column.heading) * 2 + 4), text)
            sheet.write_string(0, place, f"{column.heading}*" if column.required else column.heading, bold)
        sheet.freeze_panes(1, 0)
        guide = book.add_worksheet("填写说明")
        guide.set_column(0, 0, 20)
        guide.set_column(1, 1, 8)
        guide.set_column(2, 3, 44, wrap)
        write_row(guide, 0, ("列名", "必填", "说明", "示例"), bold)
        for line, column in enumerate(columns, start=1):
            write_row(guide, line, (column.heading, "是" if column.required else "", column.hint, column.example))
    return buffer.getvalue()


def write_row(sheet: Any, line: int, cells: Iterable[str | float], style: Any = None) -> None:
    """One row; text is always written as text, so nothing typed by anybody becomes a formula."""
    for place, cell in enumerate(cells):
        if isinstance(cell, str):
            sheet.write_string(line, place, cell, style)
        else:
            sheet.write_number(line, place, cell, style)
