"""Which enterprise is inspected when, by whom, how often and why so often? The 年度监督检查计划, to be approved and worked through.

One value gives the PDF and the XLSX; its rates are computed once, here, and the page shows the same. A plan not in force says 草稿 across
every page; a year whose holidays are not announced says that its working days are provisional.
"""

import io
from collections.abc import Callable
from datetime import date
from typing import BinaryIO

import msgspec

from reports.figures import Rate
from reports.fonts import FontSet
from reports.layout import LANDSCAPE_FRAME, REPORT_TITLE, SECTION, SMALL, TOTAL_FILL, Align, PageFlow
from reports.paper import FICTIONAL_NOTICE, CitedClause, Imprint, printed_clauses, printed_minute, require_template, short_date
from reports.spreadsheets import Kind, Sheet, SheetColumn, Value
from reports.tables import DENSE_TABLE, Column, Table
from server.planning.schemas import PlanFigures

TEMPLATE_VERSION = "annual_plan/1"
TITLE = "年度监督检查计划"
PROVISIONAL = "放假安排尚未公布，工作日按现行放假办法推算，公布后请核对"
MONTHS = 12
DROPPED = "已取消"
"""The state of a visit that counts no more."""


class PlanRate(msgspec.Struct, frozen=True):
    """A rate of the plan: its name, which counts it divides, and how that reads."""

    title: str
    numerator: str
    denominator: str
    formula: str

    def of(self, counts: PlanFigures) -> Rate:
        """The rate of these counts."""
        return Rate(getattr(counts, self.numerator), getattr(counts, self.denominator))


RATES = (
    PlanRate("计划完成率", "done", "planned", "已检查的计划检查÷全年计划检查（不含已取消）"),
    PlanRate("到期完成率", "done_of_due", "due", "月份已过的计划检查中已检查的÷月份已过的计划检查"),
    PlanRate("检查覆盖率", "inspected", "to_inspect", "今年查过的应查企业÷今年应查的在册企业（按下限至少一次；触发式检查也算查过）"),
)
"""The one place where the rates of a plan are defined, for page, paper and sheet."""


class PlanFrequencyRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How often enterprises of a colour are inspected, by what, and how many there are."""

    colour: str
    bounds: str
    clauses: tuple[CitedClause, ...] = ()
    own: bool = False
    enterprises: int = 0
    visits: int = 0


class PlanPersonRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An inspector's visits by month, and how many of them are made."""

    name: str
    months: tuple[int, ...]
    done: int = 0


class PlanVisitRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A visit as printed; labels are already Chinese."""

    number: int
    enterprise: str
    colour: str
    zone: str
    planned_on: date
    people: str
    state: str
    inspection: str = ""
    inspected_on: date | None = None
    remark: str = ""
    why: str = ""


class AnnualPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The plan as printed. `approval` says who approved it when, `decision` by what it was arranged."""

    imprint: Imprint
    year: int
    as_of: date
    revision: int
    approval: str
    decision: str
    basis: CitedClause
    counts: PlanFigures
    frequencies: tuple[PlanFrequencyRow, ...]
    people: tuple[PlanPersonRow, ...]
    visits: tuple[PlanVisitRow, ...]
    gaps: tuple[str, ...] = ()
    is_provisional: bool = False
    note: str = ""


class PlanColumn(msgspec.Struct, frozen=True):
    """A column of the list of visits: its head, what stands in it, its width in the sheet, its share of the page (0: in the sheet only)."""

    title: str
    value: Callable[[PlanVisitRow], Value]
    kind: Kind = "text"
    sheet_width: float = 12
    share: float = 0


COLUMNS = (
    PlanColumn("编号", lambda row: row.number, "number", 7, 4),
    PlanColumn("企业", lambda row: row.enterprise, "text", 34, 24),
    PlanColumn("等级", lambda row: row.colour, "centred", 8, 5),
    PlanColumn("片区", lambda row: row.zone, "centred", 16, 12),
    PlanColumn("计划日期", lambda row: row.planned_on, "date", 12, 9),
    PlanColumn("检查人员", lambda row: row.people, "centred", 16, 12),
    PlanColumn("状态", lambda row: row.state, "centred", 10, 7),
    PlanColumn("检查日期", lambda row: row.inspected_on, "date", 12, 9),
    PlanColumn("检查记录", lambda row: row.inspection, "centred", 18, 12),
    PlanColumn("备注", lambda row: row.remark, "text", 30, 19),
    PlanColumn("为什么排在这一天", lambda row: row.why, "text", 70),
)
PRINTED_COLUMNS = tuple(column for column in COLUMNS if column.share)


def draw_plan(plan: AnnualPlan, fonts: FontSet) -> bytes:
    """The plan as a PDF."""
    require_template(plan.imprint, TEMPLATE_VERSION)
    output = io.BytesIO()
    flow = PageFlow(output, LANDSCAPE_FRAME, fonts, plan.imprint, TITLE)
    flow.paragraph(_title(plan), REPORT_TITLE)
    for line in _statement(plan):
        flow.paragraph(line, SMALL)
    flow.skip(6)
    flow.paragraph("一、检查频次", SECTION)
    table = Table(
        flow,
        [
            Column("等级", 8, "centre"),
            Column("次数", 26),
            Column("依据", 56),
            Column("企业\n今天的等级", 9, "right"),
            Column("计划检查\n排定时的等级", 10, "right"),
        ],
        DENSE_TABLE,
    )
    for row in plan.frequencies:
        table.row([row.colour, row.bounds, _grounds(row), str(row.enterprises), str(row.visits)])
    table.row(
        ["合计", "", "", str(sum(one.enterprises for one in plan.frequencies)), str(sum(one.visits for one in plan.frequencies))],
        is_total=True,
        fill=TOTAL_FILL,
    )
    flow.skip(8)
    flow.paragraph("二、按月按人", SECTION)
    _draw_months(flow, plan)
    flow.skip(8)
    flow.paragraph("三、执行情况", SECTION)
    for line in _figures(plan):
        flow.paragraph(line, SMALL)
    flow.skip(8)
    flow.paragraph(f"四、计划明细（{len(plan.visits)}次，含已取消）", SECTION)
    table = Table(flow, [Column(column.title, column.share, _alignment(column)) for column in PRINTED_COLUMNS], DENSE_TABLE)
    for visit in plan.visits:
        table.row([_printed(column.value(visit)) for column in PRINTED_COLUMNS])
    if not plan.visits:
        table.note("计划里还没有检查。")
    if plan.gaps:
        flow.skip(8)
        flow.paragraph("五、没有排下、不足下限或超出上限的", SECTION)
        for place, gap in enumerate(plan.gaps, start=1):
            flow.paragraph(f"{place}. {gap}", SMALL)
    flow.finish()
    return output.getvalue()


def _draw_months(flow: PageFlow, plan: AnnualPlan) -> None:
    columns = [Column("检查人员", 12), *(Column(f"{month}月", 5, "right") for month in range(1, MONTHS + 1))]
    table = Table(flow, [*columns, Column("人次", 6, "right"), Column("已查", 6, "right")], DENSE_TABLE)
    for person in plan.people:
        table.row([person.name, *(str(number or "") for number in person.months), str(sum(person.months)), str(person.done)])
    visits = _visits_by_month(plan)
    done = str(plan.counts.done)
    table.row(["检查次数", *(str(number or "") for number in visits), str(sum(visits)), done], is_total=True, fill=TOTAL_FILL)


def _visits_by_month(plan: AnnualPlan) -> list[int]:
    kept = [one for one in plan.visits if one.state != DROPPED]
    return [sum(1 for one in kept if one.planned_on.month == month) for month in range(1, MONTHS + 1)]


def write_plan_sheet(plan: AnnualPlan, output: BinaryIO) -> int:
    """The same plan as an XLSX file; returns how many visits it lists."""
    require_template(plan.imprint, TEMPLATE_VERSION)
    columns = [SheetColumn(column.title, column.sheet_width, column.kind) for column in COLUMNS]
    sheet = Sheet(output, TITLE, columns, created_at=plan.imprint.printed_at, author=plan.imprint.office_name)
    sheet.title(_title(plan))
    if plan.imprint.is_fictional:
        sheet.note(f"【{FICTIONAL_NOTICE}】")
    for line in (
        *_statement(plan),
        *(f"{row.colour}：{row.bounds}；{_grounds(row)}" for row in plan.frequencies),
        *_figures(plan),
        *plan.gaps,
    ):
        sheet.note(line)
    sheet.head()
    for visit in plan.visits:
        sheet.row([column.value(visit) for column in COLUMNS])
    sheet.finish()
    return len(plan.visits)


def _title(plan: AnnualPlan) -> str:
    return f"{plan.imprint.park_name}{plan.year}{TITLE}"


def _statement(plan: AnnualPlan) -> tuple[str, ...]:
    printed = "，".join(part for part in (plan.imprint.printed_by, printed_minute(plan.imprint.printed_at)) if part)
    state = f"第{plan.revision}版　{plan.approval}" if plan.revision else "草稿，未经批准"
    said = [
        f"参照：{plan.basis.printed}　频次：{plan.decision}",
        f"{state}　编制：{plan.imprint.office_name}　打印：{printed}，执行情况截至打印时",
    ]
    if plan.note:
        said.append(f"说明：{plan.note}")
    if plan.is_provisional:
        said.append(f"{plan.year}年{PROVISIONAL}。")
    return tuple(said)


def _figures(plan: AnnualPlan) -> tuple[str, ...]:
    counts = plan.counts
    rates = "　".join(
        f"{one.title} {one.of(counts)}（{getattr(counts, one.numerator)}/{getattr(counts, one.denominator)}）" for one in RATES
    )
    return (
        f"{rates}　逾期未查 {counts.overdue} 次　改期 {counts.moved} 次　已取消 {counts.dropped} 次",
        "；".join(f"{one.title}={one.formula}" for one in RATES) + "。分母为0时印“—”。",
    )


def _grounds(row: PlanFrequencyRow) -> str:
    own = ("园区自定",) if row.own else ()
    return "；".join((*own, *((printed_clauses(row.clauses),) if row.clauses else ()))) or "—"


def _alignment(column: PlanColumn) -> Align:
    return "left" if column.kind == "text" else "right" if column.kind == "number" else "centre"


def _printed(value: Value) -> str:
    if value is None:
        return ""
    return short_date(value) if isinstance(value, date) else str(value)
