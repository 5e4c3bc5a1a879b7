"""Enterprise by enterprise, how many hazards were found, rectified, closed, and how many are late? The 企业整改闭环统计表.

One value gives the PDF and the XLSX; one list of columns says what stands in both, each figure computed by `figures`. The total row is
the sum of counts. The paper states its period, its day, its filters, its formulas and who printed it when.
"""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import msgspec

from reports.figures import NOTHING_TO_COUNT, ClosureCounts, ClosureFigures, Rate, closure_figures, sum_counts
from reports.fonts import FontSet
from reports.layout import LANDSCAPE_FRAME, REPORT_TITLE, SMALL, TOTAL_FILL, Align, PageFlow
from reports.paper import FICTIONAL_NOTICE, Imprint, printed_date, printed_minute, require_template
from reports.spreadsheets import Kind, Sheet, SheetColumn, Value
from reports.tables import DENSE_TABLE, Column, Table

TEMPLATE_VERSION = "closure_report/1"
TITLE = "企业整改闭环统计表"


class ClosureRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One enterprise and the counts of its hazards. `key` is by what the lists behind its numbers know it; it is not printed."""

    enterprise_name: str
    counts: ClosureCounts
    zone_name: str = ""
    key: str = ""


class ClosureReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The report as printed. Hazards found from `found_from` to `found_until`, as they stood at the end of `as_of`.

    `filters` are the reader's other choices in words, such as 片区：陶瓷产业园; empty means none.
    """

    imprint: Imprint
    found_from: date
    found_until: date
    as_of: date
    rows: tuple[ClosureRow, ...]
    filters: tuple[str, ...] = ()

    @property
    def total(self) -> ClosureCounts:
        """The counts of all rows together."""
        return sum_counts(row.counts for row in self.rows)


class ReportColumn(msgspec.Struct, frozen=True):
    """A column of every form of the report: its head, what stands in it, its share of the page and its width in the sheet.

    `counts` are the counts it is made of, by name: of a rate the numerator, then the denominator. On the page they open the lists behind.
    """

    title: str
    value: Callable[[ClosureFigures], int | Rate | Decimal | None]
    counts: tuple[str, ...]
    kind: Kind = "number"
    group: str = ""
    share: float = 4.4
    sheet_width: float = 8.5


FIGURE_COLUMNS = (
    ReportColumn("合计", lambda figures: figures.counts.found, ("found",), group="发现隐患"),
    ReportColumn("一般", lambda figures: figures.counts.general, ("general",), group="发现隐患"),
    ReportColumn("重大", lambda figures: figures.counts.major, ("major",), group="发现隐患"),
    ReportColumn("已整改", lambda figures: figures.counts.accepted, ("accepted",), group="整改", share=5.4),
    ReportColumn("整改率", lambda figures: figures.rectification, ("accepted", "found"), "rate", group="整改", share=5.6),
    ReportColumn("已销号", lambda figures: figures.counts.closed, ("closed",), group="闭环", share=5.4),
    ReportColumn("闭环率", lambda figures: figures.closure, ("closed", "found"), "rate", group="闭环", share=5.6),
    ReportColumn("已到期", lambda figures: figures.counts.due, ("due",), group="到期与逾期", share=5.4),
    ReportColumn("到期\n闭环率", lambda figures: figures.due_closure, ("closed_among_due", "due"), "rate", group="到期与逾期", share=6),
    ReportColumn("按期\n整改率", lambda figures: figures.on_time, ("on_time", "due"), "rate", group="到期与逾期", share=6),
    ReportColumn(
        "按期率\n原期限",
        lambda figures: figures.original_on_time,
        ("on_time_originally", "due_originally"),
        "rate",
        group="到期与逾期",
        share=6,
        sheet_width=10,
    ),
    ReportColumn("逾期\n未改", lambda figures: figures.counts.overdue, ("overdue",), group="到期与逾期", share=5),
    ReportColumn("逾期率", lambda figures: figures.overdue, ("overdue", "due"), "rate", group="到期与逾期", share=5.6),
    ReportColumn("平均", lambda figures: figures.mean_closing_days, ("closed",), "decimal", group="整改周期（天）", share=5.4),
    ReportColumn("中位数", lambda figures: figures.median_closing_days, ("closed",), "decimal", group="整改周期（天）", share=5.4),
    ReportColumn("一次\n合格率", lambda figures: figures.first_pass, ("passed_first_time", "reinspected"), "rate", group="复查", share=5.6),
    ReportColumn(
        "复查\n及时率",
        lambda figures: figures.reinspection_timely,
        ("reinspections_timely", "reinspections_owed"),
        "rate",
        group="复查",
        share=6,
    ),
    ReportColumn("重大\n整改率", lambda figures: figures.major_rectification, ("major_delisted", "major"), "rate", group="其他", share=6),
    ReportColumn("重复率", lambda figures: figures.repeat, ("repeated", "found"), "rate", group="其他", share=5.6),
)

FORMULAS = (
    "统计口径：统计集合S为发现日期在统计期内的隐患，不含已作废，“一般”含尚未定级的；截止时刻为截止日24时；分母为0时印“—”；百分比保留1位小数，四舍五入；合计行由各企业数量相加后计算，不取平均。",
    (
        "整改率=截止时已提交且复查合格的隐患数÷S；闭环率=已销号数÷S；已到期D=最终期限不晚于截止日的隐患；到期闭环率=D中已销号数÷D；按期整改率=D中在最终期限内提交并合格的隐患数÷D，"
        "“原期限”以延期前的期限计算；逾期未改=D中截止时仍未合格提交的隐患数，逾期率=逾期未改÷D。"
    ),
    (
        "整改周期=销号日−发现日（日历日），仅计已销号；一次合格率=首轮复查即合格数÷已复查隐患数；复查及时率=在复查期限内完成的次数÷应复查次数（有提交或期限已届满）；"
        "重大整改率=已摘牌销号÷累计认定重大隐患；重复率=重复隐患数÷S。"
    ),
)


def draw_closure_report(report: ClosureReport, fonts: FontSet) -> bytes:
    """The report as a PDF."""
    require_template(report.imprint, TEMPLATE_VERSION)
    output = io.BytesIO()
    flow = PageFlow(output, LANDSCAPE_FRAME, fonts, report.imprint, TITLE)
    flow.draw_verification_corner()
    flow.paragraph(report.imprint.park_name + TITLE, REPORT_TITLE)
    for line in _statement(report):
        flow.paragraph(line, SMALL)
    flow.skip(4)
    columns = [Column("序号", 3.6, "centre"), Column("企业", 19)]
    columns += [Column(column.title, column.share, _alignment(column), column.group) for column in FIGURE_COLUMNS]
    table = Table(flow, columns, DENSE_TABLE)
    for number, row in enumerate(report.rows, start=1):
        table.row([str(number), row.enterprise_name, *_printed_figures(row.counts)])
    if report.rows:
        table.row(["", f"合计（{len(report.rows)}家）", *_printed_figures(report.total)], is_total=True, fill=TOTAL_FILL)
    else:
        table.note("所选范围内没有隐患。")
    flow.skip(8)
    flow.ensure(sum(flow.height_of(formula, SMALL) for formula in FORMULAS))
    for formula in FORMULAS:
        flow.paragraph(formula, SMALL)
    flow.finish()
    return output.getvalue()


def write_closure_sheet(report: ClosureReport) -> bytes:
    """The same report as an XLSX file."""
    require_template(report.imprint, TEMPLATE_VERSION)
    output = io.BytesIO()
    columns = [SheetColumn("序号", 6, "centred"), SheetColumn("企业", 34), SheetColumn("片区", 14, "centred")]
    columns += [SheetColumn(column.title.replace("\n", ""), column.sheet_width, column.kind, column.group) for column in FIGURE_COLUMNS]
    sheet = Sheet(output, TITLE, columns, created_at=report.imprint.printed_at, author=report.imprint.office_name)
    sheet.title(report.imprint.park_name + TITLE)
    if report.imprint.is_fictional:
        sheet.note(f"【{FICTIONAL_NOTICE}】")
    for line in _statement(report):
        sheet.note(line)
    sheet.head()
    for number, row in enumerate(report.rows, start=1):
        sheet.row([str(number), row.enterprise_name, row.zone_name, *_sheet_figures(row.counts)])
    if report.rows:
        sheet.row(["", f"合计（{len(report.rows)}家）", "", *_sheet_figures(report.total)], is_total=True)
    for formula in FORMULAS:
        sheet.note(formula, lines=2)
    sheet.finish(with_filter=False)
    return output.getvalue()


def _statement(report: ClosureReport) -> tuple[str, str]:
    """What the report covers, and who printed it when."""
    filters = "；".join(report.filters) or "全部"
    printed = "，".join(part for part in (report.imprint.printed_by, printed_minute(report.imprint.printed_at)) if part)
    number = f"　编号：{report.imprint.document_number}" if report.imprint.document_number else ""
    return (
        (
            f"统计期（按发现日期）：{printed_date(report.found_from)}至{printed_date(report.found_until)}　"
            f"截止：{printed_date(report.as_of)}24时　筛选：{filters}"
        ),
        f"编制：{report.imprint.office_name}　打印：{printed}{number}",
    )


def _alignment(column: ReportColumn) -> Align:
    return "centre" if column.kind == "rate" else "right"


def _printed_figures(counts: ClosureCounts) -> list[str]:
    figures = closure_figures(counts)
    return [NOTHING_TO_COUNT if (value := column.value(figures)) is None else str(value) for column in FIGURE_COLUMNS]


def _sheet_figures(counts: ClosureCounts) -> list[Value]:
    figures = closure_figures(counts)
    return [NOTHING_TO_COUNT if (value := column.value(figures)) is None else value for column in FIGURE_COLUMNS]
