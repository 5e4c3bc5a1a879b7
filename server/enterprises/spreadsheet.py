"""Enterprises from and to spreadsheets: the template, reading an upload, taking its rows, and the list as XLSX.

An upload comes from anywhere, so it is weighed before it is unpacked. A row is taken whole or not at all; of every other row each mistake
is named with line, column and reason. A preview finds the same mistakes and changes nothing.
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO
from uuid import UUID

import msgspec
import xlsxwriter
from openpyxl import load_workbook
from sqlalchemy.exc import IntegrityError

from rules.rulebook import Rulebook
from rules.terms import EnterpriseRisk, SupervisionSector, Term
from server.enterprises.access import demand_keeper
from server.enterprises.schemas import EnterpriseForm, EnterpriseQuery, ImportedRow, ImportReport, RowError, SheetRow
from server.enterprises.service import check_enterprise_form, create_enterprise, enterprise_row, sectors_of, select_enterprises
from server.errors import InvalidInput, Refusal, TooLarge, UnreadableSpreadsheet
from server.models.enterprises import Enterprise
from server.parks.service import list_grids, list_zones
from server.unit_of_work import Work

MOST_BYTES = 10_000_000
MOST_UNPACKED = 200_000_000
MOST_PARTS = 1_000
MOST_ROWS = 2_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000
_HEADING_WITHIN = 10
_PROLOG = 65_536
_LARGEST_WHOLE = 10**15
_SEPARATORS = "，,；;"


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the sheet: its heading, the form's field, and what the template says about it."""

    heading: str
    field: str
    example: str
    hint: str = ""
    required: bool = False


COLUMNS = (
    Column(heading="企业名称", field="name", example="示例瓷业有限公司（虚构）", hint="与营业执照一致", required=True),
    Column(
        heading="统一社会信用代码", field="credit_code", example="91430281MA0000000J", hint="18 位；单元格格式请设为文本", required=True
    ),
    Column(heading="简称", field="short_name", example="示例瓷业"),
    Column(heading="行业代码", field="industry_code", example="3074", hint="GB/T 4754-2017，四位数字，可带门类字母"),
    Column(heading="监管行业", field="sectors", example="", hint="一般留空，由行业代码得出；安全办核定的才填，多个用顿号隔开"),
    Column(heading="固有风险", field="risks", example="有有限空间作业", hint="多个用顿号隔开"),
    Column(heading="片区", field="zone_id", example="", hint="园区设置里的片区名称"),
    Column(heading="网格", field="grid_id", example="", hint="园区设置里的网格名称"),
    Column(heading="地址", field="address", example="示范路 1 号"),
    Column(heading="从业人数", field="staff_count", example="120", hint="整数"),
    Column(heading="法定代表人", field="legal_representative", example="张三"),
    Column(heading="主要负责人", field="principal_officer", example="张三"),
    Column(heading="主要负责人电话", field="principal_phone", example="13800000000"),
    Column(heading="安全员", field="safety_officer", example="李四"),
    Column(heading="安全员电话", field="safety_phone", example="13900000000"),
    Column(heading="纬度", field="latitude", example="27.6612", hint="WGS-84，十进制度；经纬度一起填"),
    Column(heading="经度", field="longitude", example="113.5127"),
)
_BY_HEADING = {one.heading: one for one in COLUMNS}
_BY_FIELD = {one.field: one for one in COLUMNS}


def read_enterprise_sheet(file: BinaryIO) -> list[SheetRow]:
    """The rows of an uploaded XLSX, as typed. Raises `UnreadableSpreadsheet`, `TooLarge`."""
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
        return _read_rows(book)
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


def _read_rows(book: Any) -> list[SheetRow]:
    sheet = book.worksheets[0]
    # The sheet's own word about its size may be wrong or hostile; rows are read until they end.
    sheet.reset_dimensions()
    headings: dict[int, str] = {}
    rows: list[SheetRow] = []
    for line, values in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1):
        texts = [_text_of(value) for value in values]
        if not headings:
            headings = _find_headings(texts)
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
        raise UnreadableSpreadsheet("没有找到表头“企业名称”和“统一社会信用代码”")
    return rows


def _find_headings(texts: Sequence[str]) -> dict[int, str]:
    """The headings by their place, when this row is the heading row. Raises `UnreadableSpreadsheet` for unknown or doubled ones."""
    named = {place: _heading_of(text) for place, text in enumerate(texts) if text}
    if not {one.heading for one in COLUMNS if one.required} <= set(named.values()):
        return {}
    unknown = [heading for heading in named.values() if heading not in _BY_HEADING]
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


def import_enterprises(work: Work, rulebook: Rulebook, rows: Sequence[SheetRow], *, dry_run: bool) -> ImportReport:
    """Take every row that is right and say of every other row what is wrong; `dry_run` changes nothing. Raises `NotAllowed`."""
    demand_keeper(work.actor)
    zones = {zone.name: zone.id for zone in list_zones(work)}
    grids = {grid.name: grid.id for grid in list_grids(work)}
    seen: dict[tuple[str, str], int] = {}
    taken: list[ImportedRow] = []
    errors: list[RowError] = []
    for row in rows:
        form, wrong = _form_of(row, zones, grids)
        wrong = wrong or _repeated(row, form, seen)
        wrong = wrong or _refusal_errors(row, check_enterprise_form(work, form))
        enterprise_id: UUID | None = None
        if not wrong and not dry_run:
            try:
                with work.session.begin_nested():
                    enterprise_id = create_enterprise(work, form).id
            except IntegrityError:
                wrong = [RowError(line=row.line, column="统一社会信用代码", reason="别人刚刚登记了这家企业")]
        if wrong:
            errors += wrong
            continue
        taken.append(
            ImportedRow(
                line=row.line,
                name=form.name,
                credit_code=form.credit_code,
                enterprise_id=enterprise_id,
                questions=_questions(rulebook, form, work.today),
            )
        )
    if taken and not dry_run:
        work.record("park", work.park_id, "enterprise:imported", rows=len(rows), taken=len(taken))
    return ImportReport(dry_run=dry_run, rows=len(rows), taken=tuple(taken), errors=tuple(errors))


def _questions(rulebook: Rulebook, form: EnterpriseForm, on: date) -> tuple[str, ...]:
    preview = Enterprise(industry_code=form.industry_code, sectors=list(form.sectors), risks=list(form.risks))
    return sectors_of(rulebook, preview, on).questions


def _form_of(row: SheetRow, zones: dict[str, UUID], grids: dict[str, UUID]) -> tuple[EnterpriseForm, list[RowError]]:
    """The row as a form, and every cell that cannot be read."""
    readers: dict[str, Callable[[str], Any]] = {
        "sectors": lambda text: _tags_of(text, SupervisionSector),
        "risks": lambda text: _tags_of(text, EnterpriseRisk),
        "zone_id": lambda text: _named(text, zones, "片区"),
        "grid_id": lambda text: _named(text, grids, "网格"),
        "staff_count": _whole_number,
        "latitude": _degrees,
        "longitude": _degrees,
    }
    values: dict[str, Any] = {"name": "", "credit_code": ""}
    errors = []
    for heading, text in row.cells.items():
        column = _BY_HEADING.get(heading)
        if column is None or not text:
            continue
        try:
            values[column.field] = readers.get(column.field, str)(text)
        except ValueError as error:
            errors.append(RowError(line=row.line, column=heading, reason=str(error)))
    return EnterpriseForm(**values), errors


def _tags_of(text: str, kind: type[Term]) -> tuple[str, ...]:
    """Labels or stored values, separated by 顿号; a slash inside a label belongs to it."""
    known = {one.label: one.value for one in kind} | {one.value: one.value for one in kind}
    if text in known:
        return (known[text],)
    for separator in _SEPARATORS:
        text = text.replace(separator, "、")
    parts = [part.strip() for part in text.split("、") if part.strip()]
    unknown = [part for part in parts if part not in known]
    if unknown:
        raise ValueError(f"没有“{'、'.join(unknown)}”，可选：{'、'.join(one.label for one in kind)}")
    return tuple(known[part] for part in parts)


def _named(text: str, known: dict[str, UUID], what: str) -> UUID:
    if text not in known:
        raise ValueError(f"没有名为“{text}”的{what}，请先在园区设置里添加" + (f"，或改成：{'、'.join(known)}" if known else ""))
    return known[text]


def _whole_number(text: str) -> int:
    plain = text.removesuffix("人").strip()
    if not plain.isascii() or not plain.isdigit():
        raise ValueError(f"“{text}”不是整数")
    return int(plain[:12])


def _degrees(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"“{text}”不是十进制度数") from None
    if not -180 <= value <= 180:
        raise ValueError(f"“{text}”不是可用的度数")
    return value


def _repeated(row: SheetRow, form: EnterpriseForm, seen: dict[tuple[str, str], int]) -> list[RowError]:
    """The row repeats an earlier one of the same sheet."""
    errors = []
    code = "".join(form.credit_code.split()).upper()
    for field, value in (("credit_code", code), ("name", form.name)):
        first = seen.setdefault((field, value), row.line) if value else row.line
        if first != row.line:
            errors.append(RowError(line=row.line, column=_BY_FIELD[field].heading, reason=f"与第 {first} 行重复"))
    return errors


def _refusal_errors(row: SheetRow, refusal: Refusal | None) -> list[RowError]:
    if refusal is None:
        return []
    if isinstance(refusal, InvalidInput):
        return [
            RowError(line=row.line, column=_BY_FIELD[one.field].heading if one.field in _BY_FIELD else "", reason=one.message)
            for one in refusal.errors
        ]
    return [RowError(line=row.line, column="统一社会信用代码", reason=refusal.detail)]


def write_template() -> bytes:
    """The XLSX template: a sheet with the headings alone, and one that explains every column with an example."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold, text, wrap = book.add_format({"bold": True}), book.add_format({"num_format": "@"}), book.add_format({"text_wrap": True})
        sheet = book.add_worksheet("企业名单")
        for place, column in enumerate(COLUMNS):
            # As text, so that a credit code of digits alone keeps all eighteen of them.
            sheet.set_column(place, place, max(12, len(column.heading) * 2 + 4), text)
            sheet.write_string(0, place, f"{column.heading}*" if column.required else column.heading, bold)
        sheet.freeze_panes(1, 0)
        guide = book.add_worksheet("填写说明")
        guide.set_column(0, 0, 20)
        guide.set_column(1, 1, 8)
        guide.set_column(2, 3, 44, wrap)
        _write_row(guide, 0, ("列名", "必填", "说明", "示例"), bold)
        for line, column in enumerate(COLUMNS, start=1):
            _write_row(guide, line, (column.heading, "是" if column.required else "", _hint_of(column), column.example))
    return buffer.getvalue()


def _hint_of(column: Column) -> str:
    choices: dict[str, type[Term]] = {"sectors": SupervisionSector, "risks": EnterpriseRisk}
    kind = choices.get(column.field)
    return column.hint if kind is None else f"{column.hint}。可选：{'、'.join(one.label for one in kind)}"


def export_enterprises(work: Work, query: EnterpriseQuery) -> bytes:
    """The enterprises of a list as XLSX, all pages, in the list's order."""
    zones = {zone.id: zone.name for zone in list_zones(work)}
    grids = {grid.id: grid.name for grid in list_grids(work)}
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("企业名单")
        headings = [*(column.heading for column in COLUMNS), "未闭环隐患", "其中重大", "逾期未改", "离园日期"]
        for place, heading in enumerate(headings):
            sheet.set_column(place, place, max(12, len(heading) * 2 + 4))
        _write_row(sheet, 0, headings, bold)
        found = work.session.execute(select_enterprises(work, query), execution_options={"yield_per": 500})
        for line, row in enumerate(found, start=1):
            listed = enterprise_row(row)
            cells = [_cell_of(row[0], column.field, zones, grids) for column in COLUMNS]
            left = listed.left_on.isoformat() if listed.left_on else ""
            _write_row(sheet, line, [*cells, listed.open_hazards, listed.major_hazards, listed.overdue_hazards, left])
        sheet.freeze_panes(1, 1)
    return buffer.getvalue()


def _cell_of(enterprise: Enterprise, field: str, zones: dict[UUID, str], grids: dict[UUID, str]) -> str | float:
    value = getattr(enterprise, field)
    if field in {"sectors", "risks"}:
        kind: type[Term] = SupervisionSector if field == "sectors" else EnterpriseRisk
        return "、".join(kind(one).label for one in value if one in set(kind))
    if field in {"zone_id", "grid_id"}:
        return (zones if field == "zone_id" else grids).get(value, "")
    return "" if value is None else value


def _write_row(sheet: Any, line: int, cells: Iterable[str | float], style: Any = None) -> None:
    """One row; text is always written as text, so nothing typed by anybody becomes a formula."""
    for place, cell in enumerate(cells):
        if isinstance(cell, str):
            sheet.write_string(line, place, cell, style)
        else:
            sheet.write_number(line, place, cell, style)
