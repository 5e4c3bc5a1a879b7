"""The 风险分级管控清单 from and to spreadsheets: the template, reading an upload, taking its rows, and the register as XLSX.

A row is one hazard source. Rows that name the same unit and risk point belong to one point. A row is taken whole or not at all; of every
other row each mistake is named with line, column and reason, also a grade written in the sheet that its own scores do not give. A preview
finds the same mistakes and changes nothing.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO
from uuid import UUID

import msgspec
import xlsxwriter

from rules.bands import Colour
from rules.grading import METHOD_FACTORS
from rules.grading_data import ScoredMethod
from rules.rulebook import Rulebook
from rules.terms import ControlLevel, ControlMeasureKind, GradeCause, RiskPointKind, Term
from server.enterprises.service import get_enterprise
from server.errors import FieldError, InvalidInput
from server.grading.access import demand_writer
from server.grading.assessment import MATRIX, grade_form, offered_accidents, offered_schemes
from server.grading.lines import register_lines
from server.grading.paper_schemas import PointLine, SourceLine
from server.grading.places import ALREADY_THERE
from server.grading.reading import read_register
from server.grading.register import add_points, check_points, point_words, source_words
from server.grading.schemas import (
    AssessmentForm,
    MeasureForm,
    PointForm,
    RegisterImportReport,
    SchemeChoice,
    SourceForm,
    TakenRow,
)
from server.sheets import Column, RowError, SheetRow, read_sheet, write_row
from server.unit_of_work import Work

SHEET = "风险分级管控清单"
COLUMNS = (
    Column(heading="风险单元", field="unit", example="烧成车间", hint="车间、站房、区域", required=True),
    Column(heading="风险点", field="point", example="辊道窑燃气系统", required=True),
    Column(heading="类型", field="kind", example="设备设施", hint="设备设施、作业活动或场所部位；不填按设备设施"),
    Column(heading="位置", field="location", example="2 号窑"),
    Column(heading="危险源", field="name", example="燃气压力异常、熄火后燃气积聚", required=True),
    Column(heading="可能导致的后果", field="consequence", example="爆炸、人员伤亡"),
    Column(heading="事故类型", field="accidents", example="可燃气体爆炸", hint="GB 6441 的类别名，多个用顿号隔开"),
    Column(heading="评价方法", field="method", example="LEC", hint="LEC、LS、MES 或矩阵；不评价的整组留空"),
    Column(heading="评价方案", field="scheme", example="colour4_ge", hint="方案编号或名称；不填用该方法的默认方案"),
    Column(heading="可能性（措施状态）", field="likelihood", example="1", hint="LEC、LS 的 L，MES 的 M；填分值，或取值表里的原话"),
    Column(heading="暴露频次", field="exposure", example="6", hint="LEC、MES 的 E；LS 不填"),
    Column(heading="后果严重性", field="consequence_score", example="40", hint="LEC 的 C，LS 的 S，MES 的 S"),
    Column(heading="风险等级", field="colour", example="橙", hint="可以不填；填了就与算得的核对，不一致的不收"),
    *(Column(heading=kind.label, field=kind.value, example="") for kind in ControlMeasureKind),
    Column(heading="管控层级", field="layer", example="公司职能部门级", hint="不填按风险等级取"),
    Column(heading="责任单位", field="department", example="烧成车间"),
    Column(heading="责任人", field="person", example="张三"),
)
_CONFIRMED = "现场确认"
NOT_CONFIRMED = "待现场确认"
EXTRA = ("评价结果", _CONFIRMED, "评价日期", "风险点当日等级", "编号")
"""What an export tells besides. An import leaves it alone, but what was not confirmed on site stays so."""
_BY_HEADING = {one.heading: one for one in COLUMNS}
_HEADINGS = {one.field: one.heading for one in COLUMNS}
_SEPARATORS = "，,；;"
_MEASURE_SEPARATOR = "\n"
_POSITIONS = ("likelihood", "exposure", "consequence_score")
_FIELDS: dict[str, dict[str, str]] = {
    ScoredMethod.LEC: dict(zip(METHOD_FACTORS[ScoredMethod.LEC], _POSITIONS, strict=True)),
    ScoredMethod.MES: dict(zip(METHOD_FACTORS[ScoredMethod.MES], _POSITIONS, strict=True)),
    ScoredMethod.LS: {"likelihood": "likelihood", "severity": "consequence_score"},
    MATRIX: {"likelihood": "likelihood", "severity": "consequence_score"},
}
"""In which column the value of a factor stands, by method."""


def read_register_sheet(file: BinaryIO) -> list[SheetRow]:
    """The rows of an uploaded XLSX, as typed. Raises `UnreadableSpreadsheet`, `TooLarge`."""
    return read_sheet(file, COLUMNS, ignored=EXTRA)


def import_register(
    work: Work, rulebook: Rulebook, enterprise_id: UUID, rows: Sequence[SheetRow], *, dry_run: bool
) -> RegisterImportReport:
    """Add every row that is right as a new hazard source and say of every other row what is wrong; `dry_run` changes nothing.

    Raises `NotAllowed`, `NotFound`.
    """
    demand_writer(work.actor)
    get_enterprise(work, enterprise_id)
    schemes = offered_schemes(rulebook, work.today)
    known = _sources_there(work, rulebook, enterprise_id)
    taken: list[tuple[SheetRow, PointForm]] = []
    errors: list[RowError] = []
    report: list[TakenRow] = []
    for row in rows:
        form, wrong = _form_of(row, schemes, work)
        wrong = wrong or _refusals(work, rulebook, row, form)
        key = (form.unit.strip(), form.name.strip(), form.sources[0].name.strip())
        if not wrong and key in known:
            said = f"与第 {known[key]} 行重复" if known[key] else ALREADY_THERE
            wrong = [RowError(line=row.line, column="危险源", reason=said)]
        if wrong:
            errors += wrong
            continue
        known[key] = row.line
        taken.append((row, form))
        report.append(_taken(rulebook, work, row, form))
    if taken and not dry_run:
        add_points(work, rulebook, enterprise_id, _joined([form for _, form in taken]), cause=GradeCause.IMPORTED)
    return RegisterImportReport(dry_run=dry_run, rows=len(rows), taken=tuple(report), errors=tuple(errors))


def _sources_there(work: Work, rulebook: Rulebook, enterprise_id: UUID) -> dict[tuple[str, str, str], int]:
    register = read_register(work, rulebook, enterprise_id)
    return {(point.unit.name, point.point.name, view.source.name): 0 for point in register.points for view in point.sources}


def _joined(forms: Sequence[PointForm]) -> list[PointForm]:
    """Rows of one unit and point made one point, in the order of their first rows."""
    points: dict[tuple[str, str], PointForm] = {}
    for form in forms:
        key = (form.unit.strip(), form.name.strip())
        first = points.get(key)
        points[key] = form if first is None else msgspec.structs.replace(first, sources=(*first.sources, *form.sources))
    return list(points.values())


def _taken(rulebook: Rulebook, work: Work, row: SheetRow, form: PointForm) -> TakenRow:
    assessment = form.sources[0].assessment
    colour = grade_form(rulebook, assessment, work.today).colour if assessment is not None else None
    return TakenRow(line=row.line, unit=form.unit, point=form.name, source=form.sources[0].name, colour=colour)


def _form_of(row: SheetRow, schemes: Sequence[SchemeChoice], work: Work) -> tuple[PointForm, list[RowError]]:
    """The row as a point with one source, and every cell that cannot be read."""
    values: dict[str, Any] = {column.field: "" for column in COLUMNS}
    errors: list[RowError] = []
    readers: dict[str, Callable[[str], Any]] = {
        "kind": lambda text: _term_of(text, RiskPointKind),
        "layer": lambda text: _term_of(text, ControlLevel),
        "accidents": _several,
    }
    for heading, text in row.cells.items():
        column = _BY_HEADING.get(heading)
        if column is None or not text:
            continue
        try:
            values[column.field] = readers.get(column.field, str)(text)
        except ValueError as error:
            errors.append(RowError(line=row.line, column=heading, reason=str(error)))
    assessment, wrong = _assessment_of(row, values, schemes)
    source = SourceForm(
        name=values["name"],
        consequence=values["consequence"],
        accidents=values["accidents"] or (),
        layer=values["layer"],
        department=values["department"],
        person=values["person"],
        measures=tuple(
            MeasureForm(kind=kind, text=text.strip())
            for kind in ControlMeasureKind
            for text in values[kind.value].split(_MEASURE_SEPARATOR)
            if text.strip()
        ),
        assessment=assessment,
        is_confirmed=row.cells.get(_CONFIRMED) != NOT_CONFIRMED,
    )
    form = PointForm(
        unit=values["unit"],
        name=values["point"],
        kind=values["kind"] or RiskPointKind.FACILITY,
        location=values["location"],
        sources=(source,),
    )
    return form, [*errors, *wrong]


def _assessment_of(
    row: SheetRow, values: Mapping[str, Any], schemes: Sequence[SchemeChoice]
) -> tuple[AssessmentForm | None, list[RowError]]:
    """The assessment of a row; None when method and values are all empty."""
    method = values["method"].strip().lower()
    scores = {name: values[name].strip() for name in _POSITIONS}
    if not method and not any(scores.values()):
        return None, []
    method = {"矩阵": MATRIX}.get(method, method)
    offered = [one for one in schemes if one.method == method]
    if not offered:
        return None, [RowError(line=row.line, column="评价方法", reason="请填 LEC、LS、MES 或矩阵")]
    named = values["scheme"].strip()
    chosen = next((one for one in offered if named in (one.scheme, one.title)), None) if named else offered[0]
    if chosen is None:
        return None, [RowError(line=row.line, column="评价方案", reason=f"可用的方案：{'、'.join(one.scheme for one in offered)}")]
    fields = _FIELDS[method]
    missing = [_HEADINGS[column] for column in fields.values() if not scores[column]]
    if missing:
        return None, [RowError(line=row.line, column=column, reason="没有填写") for column in missing]
    picked = {factor: scores[column] for factor, column in fields.items()}
    return AssessmentForm(method=method, scheme=chosen.scheme, variant=chosen.variant, chosen=picked), []


def _refusals(work: Work, rulebook: Rulebook, row: SheetRow, form: PointForm) -> list[RowError]:
    try:
        grade = check_points(work, rulebook, [form])[0]
    except InvalidInput as refusal:
        return [_row_error(row, error, form) for error in refusal.errors]
    written = row.cells.get("风险等级", "").strip()
    if not written:
        return []
    colour = _colour_of(written)
    if colour is None:
        return [RowError(line=row.line, column="风险等级", reason=f"“{written}”不是红、橙、黄、蓝")]
    if grade is None:
        return [RowError(line=row.line, column="风险等级", reason="写了等级，但没有评价方法和分值")]
    if grade.colour is not colour:
        computed = grade.colour.words if grade.colour is not None else "没有颜色"
        return [RowError(line=row.line, column="风险等级", reason=f"表中写{colour.words}，按分值和方案应为{computed}")]
    return []


def _row_error(row: SheetRow, error: FieldError, form: PointForm) -> RowError:
    """A refused field at its column; the place words of a batch are left out, the line says it."""
    path = error.field.split(".")
    tail = path[4:] if len(path) > 4 else path[2:]
    assessment = form.sources[0].assessment
    field = {"name": "name" if len(path) > 4 else "point"}.get(tail[0], tail[0])
    if assessment is not None and field in _FIELDS[assessment.method]:
        field = _FIELDS[assessment.method][field]
    said = error.message
    for words in (source_words(0, form, form.sources[0]), point_words(0, form)):
        said = said.removeprefix(f"{words}：")
    return RowError(line=row.line, column=_HEADINGS.get(field, ""), reason=said)


def _term_of(text: str, kind: type[Term]) -> str:
    known = {one.label: one.value for one in kind} | {one.value: one.value for one in kind}
    if text not in known:
        raise ValueError(f"没有“{text}”，可选：{'、'.join(one.label for one in kind)}")
    return known[text]


def _several(text: str) -> tuple[str, ...]:
    for separator in _SEPARATORS:
        text = text.replace(separator, "、")
    return tuple(part.strip() for part in text.split("、") if part.strip())


def _colour_of(text: str) -> Colour | None:
    return next((one for one in Colour if text in (one.risk.colour, f"{one.risk.colour}色", one.risk.label, one.words)), None)


def write_register_template(work: Work, rulebook: Rulebook) -> bytes:
    """The XLSX template: headings alone, what each column means, and the words of every scheme to choose from."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold, text, wrap = book.add_format({"bold": True}), book.add_format({"num_format": "@"}), book.add_format({"text_wrap": True})
        sheet = book.add_worksheet(SHEET)
        for place, column in enumerate(COLUMNS):
            sheet.set_column(place, place, max(12, len(column.heading) * 2 + 4), text)
            sheet.write_string(0, place, f"{column.heading}*" if column.required else column.heading, bold)
        sheet.freeze_panes(1, 2)
        guide = book.add_worksheet("填写说明")
        guide.set_column(0, 0, 20)
        guide.set_column(1, 1, 8)
        guide.set_column(2, 3, 48, wrap)
        write_row(guide, 0, ("列名", "必填", "说明", "示例"), bold)
        for line, column in enumerate(COLUMNS, start=1):
            write_row(guide, line, (column.heading, "是" if column.required else "", column.hint, column.example))
        line = len(COLUMNS) + 2
        write_row(guide, line, ("事故类型", "", "、".join(offered_accidents(work.today)), ""))
        tables = book.add_worksheet("取值表")
        tables.set_column(0, 3, 24)
        tables.set_column(4, 4, 70, wrap)
        write_row(tables, 0, ("方法", "方案", "因素", "分值", "含义"), bold)
        rows = [
            (one.method_title, one.scheme, f"{factor.name} {factor.symbol}", option.score, option.words)
            for one in offered_schemes(rulebook, work.today)
            for factor in one.factors
            for option in factor.options
        ]
        for place, cells in enumerate(rows, start=1):
            write_row(tables, place, cells)
    return buffer.getvalue()


def export_register(work: Work, rulebook: Rulebook, enterprise_id: UUID) -> bytes:
    """The register of an enterprise as XLSX, in the form an import takes. Raises `NotFound`, `NotAllowed`."""
    register = read_register(work, rulebook, enterprise_id)
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(SHEET)
        headings = [*(column.heading for column in COLUMNS), *EXTRA]
        for place, heading in enumerate(headings):
            sheet.set_column(place, place, max(12, len(heading) * 2 + 4))
        write_row(sheet, 0, headings, bold)
        rows = ((point, source) for point in register_lines(rulebook, register) for source in point.sources)
        for line, (point, source) in enumerate(rows, start=1):
            write_row(sheet, line, sheet_cells(point, source))
        sheet.freeze_panes(1, 2)
    return buffer.getvalue()


def sheet_cells(point: PointLine, source: SourceLine) -> list[str]:
    """The cells of one row, in the order of `COLUMNS` and `EXTRA`."""
    values = {
        "unit": point.unit,
        "point": point.name,
        "kind": point.kind,
        "location": point.location,
        "name": source.name,
        "consequence": source.consequence,
        "accidents": "、".join(source.accidents),
        "method": method_name(source.method),
        "scheme": source.scheme,
        "colour": _letter(source.colour),
        "layer": source.layer,
        "department": source.department,
        "person": source.person,
    }
    if source.chosen:
        values |= {column: source.chosen.get(factor, "") for factor, column in _FIELDS[source.method].items()}
    for kind in ControlMeasureKind:
        values[kind.value] = _MEASURE_SEPARATOR.join(source.measures_of(kind))
    confirmed = source.confirmed_on.isoformat() if source.confirmed_on is not None else NOT_CONFIRMED
    assessed = source.assessed_on.isoformat() if source.assessed_on is not None else ""
    extra = (source.score_text, confirmed, assessed, _letter(point.colour), source.id)
    return [*(values.get(column.field, "") for column in COLUMNS), *extra]


def method_name(method: str) -> str:
    """A method as a sheet and a paper name it."""
    return {MATRIX: "矩阵"}.get(method, method.upper())


def _letter(colour: str) -> str:
    return Colour(colour).risk.colour if colour else ""
