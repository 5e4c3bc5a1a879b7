"""Enterprises from and to spreadsheets: the template, reading an upload, taking its rows, and the list as XLSX.

An upload comes from anywhere, so it is weighed before it is unpacked. A row is taken whole or not at all; of every other row each mistake
is named with line, column and reason. A preview finds the same mistakes and changes nothing.
"""

import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, BinaryIO
from uuid import UUID

import msgspec
import xlsxwriter
from sqlalchemy.exc import IntegrityError

from rules.industries import industry_words
from rules.rulebook import Rulebook
from rules.supervision_sectors import normalise_industry_code
from rules.terms import EnterpriseRisk, SupervisionSector, Term
from server.coordinates import COORDINATES, Place, read_place
from server.enterprises.access import demand_keeper
from server.enterprises.schemas import EnterpriseForm, EnterpriseQuery, ImportedRow, ImportReport
from server.enterprises.service import check_enterprise_form, create_enterprise, enterprise_row, sectors_of, select_enterprises
from server.errors import InvalidInput, Refusal
from server.models.enterprises import Enterprise
from server.parks.service import far_in_words, list_grids, list_zones
from server.sheets import MOST_ROWS as MOST_ROWS
from server.sheets import Column, RowError, SheetRow, read_sheet, write_row
from server.sheets import write_template as write_sheet_template
from server.unit_of_work import Work

_SEPARATORS = "，,；;"


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
    Column(heading="纬度", field="latitude", example="27.6612", hint="十进制度；经纬度一起填，也可以把“113.49, 27.65”整个贴进一格"),
    Column(heading="经度", field="longitude", example="113.5127"),
    Column(heading="坐标系", field="crs", example="WGS-84", hint="WGS-84 或 GCJ-02（高德、腾讯地图）；不填按 WGS-84。导出的都是 WGS-84"),
)
_BY_HEADING = {one.heading: one for one in COLUMNS}
_BY_FIELD = {one.field: one for one in COLUMNS}


def read_enterprise_sheet(file: BinaryIO) -> list[SheetRow]:
    """The rows of an uploaded XLSX, as typed. Raises `UnreadableSpreadsheet`, `TooLarge`."""
    return read_sheet(file, COLUMNS)


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
                industry=industry_words(normalise_industry_code(form.industry_code) or form.industry_code),
                far=far_in_words(work, form.longitude, form.latitude),
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
    place = Place()
    try:
        place = read_place({name: values.pop(name, "") for name in COORDINATES})
    except InvalidInput as refusal:
        errors += _refusal_errors(row, refusal)
    # A sheet is looked through before it is taken: what lies far outside the park is told there, and taking the row confirms it.
    return EnterpriseForm(**values, longitude=place.longitude, latitude=place.latitude, is_far_confirmed=True), errors


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
    return write_sheet_template([msgspec.structs.replace(one, hint=_hint_of(one)) for one in COLUMNS], "企业名单")


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
        write_row(sheet, 0, headings, bold)
        found = work.session.execute(select_enterprises(work, query), execution_options={"yield_per": 500})
        for line, row in enumerate(found, start=1):
            listed = enterprise_row(row)
            cells = [_cell_of(row[0], column.field, zones, grids) for column in COLUMNS]
            left = listed.left_on.isoformat() if listed.left_on else ""
            write_row(sheet, line, [*cells, listed.open_hazards, listed.major_hazards, listed.overdue_hazards, left])
        sheet.freeze_panes(1, 1)
    return buffer.getvalue()


def _cell_of(enterprise: Enterprise, field: str, zones: dict[UUID, str], grids: dict[UUID, str]) -> str | float:
    if field == "crs":
        return "WGS-84" if enterprise.latitude is not None else ""
    value = getattr(enterprise, field)
    if field in {"sectors", "risks"}:
        kind: type[Term] = SupervisionSector if field == "sectors" else EnterpriseRisk
        return "、".join(kind(one).label for one in value if one in set(kind))
    if field in {"zone_id", "grid_id"}:
        return (zones if field == "zone_id" else grids).get(value, "")
    return "" if value is None else value
