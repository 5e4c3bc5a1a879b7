"""Which hazards are known, where does each stand? The 隐患排查治理台账, as a PDF to file and as a sheet to work with.

Rows come from an iterator and are drawn or written one by one: a ledger of ten thousand hazards needs no more memory than its file.
The sheet carries every column, the PDF those that fit a landscape page.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import BinaryIO

import msgspec

from reports.fonts import FontSet
from reports.layout import LANDSCAPE_FRAME, REPORT_TITLE, SMALL, Align, PageFlow
from reports.paper import (
    FICTIONAL_NOTICE,
    CitedClause,
    Imprint,
    printed_clauses,
    printed_date,
    printed_minute,
    require_template,
    short_date,
)
from reports.spreadsheets import Kind, Sheet, SheetColumn, Value
from reports.tables import DENSE_TABLE, Column, Table

TEMPLATE_VERSION = "hazard_ledger/1"
TITLE = "隐患排查治理台账"


class LedgerRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One hazard as the ledger shows it; labels are already Chinese. `overdue_days` is 0 when it is or was not late."""

    hazard_number: str
    found_on: date
    enterprise_name: str
    place: str
    description: str
    level_label: str
    state_label: str
    zone_name: str = ""
    source_label: str = ""
    clauses: tuple[CitedClause, ...] = ()
    requirement: str = ""
    responsible_person: str = ""
    document_number: str = ""
    original_due_on: date | None = None
    due_on: date | None = None
    accepted_reply_on: date | None = None
    measures: str = ""
    reinspected_on: date | None = None
    outcome_label: str = ""
    closed_on: date | None = None
    overdue_days: int = 0
    is_repeat: bool = False


class LedgerHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the ledger says about itself and the reader's choices in words. It shows what is known when printed; `as_of` is that day."""

    imprint: Imprint
    as_of: date
    filters: tuple[str, ...] = ()


class LedgerColumn(msgspec.Struct, frozen=True):
    """A column: its head, what stands in it, its width in the sheet, and its share of the page (0: in the sheet only)."""

    title: str
    value: Callable[[LedgerRow], Value]
    kind: Kind = "text"
    sheet_width: float = 12
    share: float = 0


COLUMNS = (
    LedgerColumn("隐患编号", lambda row: row.hazard_number, "centred", 24, 11),
    LedgerColumn("发现日期", lambda row: row.found_on, "date", 11, 9),
    LedgerColumn("企业", lambda row: row.enterprise_name, "text", 28, 15),
    LedgerColumn("片区", lambda row: row.zone_name, "centred", 14),
    LedgerColumn("来源", lambda row: row.source_label, "centred", 10),
    LedgerColumn("部位", lambda row: row.place, "text", 18, 11),
    LedgerColumn("隐患描述", lambda row: row.description, "text", 44, 27),
    LedgerColumn("依据", lambda row: printed_clauses(row.clauses, ""), "text", 40),
    LedgerColumn("级别", lambda row: row.level_label, "centred", 7, 5),
    LedgerColumn("整改要求", lambda row: row.requirement, "text", 32),
    LedgerColumn("责任人", lambda row: row.responsible_person, "centred", 10, 7),
    LedgerColumn("文书号", lambda row: row.document_number, "centred", 26),
    LedgerColumn("原期限", lambda row: row.original_due_on, "date", 11),
    LedgerColumn("整改期限", lambda row: row.due_on, "date", 11, 9),
    LedgerColumn("整改完成", lambda row: row.accepted_reply_on, "date", 11, 9),
    LedgerColumn("整改措施", lambda row: row.measures, "text", 36, 17),
    LedgerColumn("复查日期", lambda row: row.reinspected_on, "date", 11),
    LedgerColumn("复查结果", lambda row: row.outcome_label, "centred", 10),
    LedgerColumn("销号日期", lambda row: row.closed_on, "date", 11, 9),
    LedgerColumn("状态", lambda row: row.state_label, "centred", 10, 7),
    LedgerColumn("逾期天数", lambda row: row.overdue_days or None, "number", 9, 5),
    LedgerColumn("重复", lambda row: "是" if row.is_repeat else "", "centred", 6),
)
PRINTED_COLUMNS = tuple(column for column in COLUMNS if column.share)


def draw_ledger(head: LedgerHead, rows: Iterable[LedgerRow], fonts: FontSet, output: BinaryIO) -> int:
    """Write the ledger as a PDF to `output` and return how many hazards it lists."""
    require_template(head.imprint, TEMPLATE_VERSION)
    flow = PageFlow(output, LANDSCAPE_FRAME, fonts, head.imprint, TITLE)
    flow.draw_verification_corner()
    flow.paragraph(head.imprint.park_name + TITLE, REPORT_TITLE)
    flow.paragraph(_statement(head), SMALL)
    flow.skip(4)
    columns = [Column("序号", 4, "centre")]
    columns += [Column(column.title, column.share, _alignment(column)) for column in PRINTED_COLUMNS]
    table = Table(flow, columns, DENSE_TABLE)
    count = 0
    for count, row in enumerate(rows, start=1):
        table.row([str(count), *(_printed(column.value(row)) for column in PRINTED_COLUMNS)])
    if not count:
        table.note("所选范围内没有隐患。")
    flow.skip(6)
    flow.paragraph(f"共{count}条。", SMALL)
    flow.finish()
    return count


def write_ledger_sheet(head: LedgerHead, rows: Iterable[LedgerRow], output: BinaryIO) -> int:
    """Write the ledger as an XLSX file to `output` and return how many hazards it lists."""
    require_template(head.imprint, TEMPLATE_VERSION)
    columns = [SheetColumn("序号", 7, "number")]
    columns += [SheetColumn(column.title, column.sheet_width, column.kind) for column in COLUMNS]
    sheet = Sheet(output, TITLE, columns, created_at=head.imprint.printed_at, author=head.imprint.office_name)
    sheet.title(head.imprint.park_name + TITLE)
    if head.imprint.is_fictional:
        sheet.note(f"【{FICTIONAL_NOTICE}】")
    sheet.note(_statement(head))
    sheet.head()
    count = 0
    for count, row in enumerate(rows, start=1):
        sheet.row([count, *(column.value(row) for column in COLUMNS)])
    sheet.finish()
    return count


def _statement(head: LedgerHead) -> str:
    filters = "；".join(head.filters) or "全部"
    printed = "，".join(part for part in (head.imprint.printed_by, printed_minute(head.imprint.printed_at)) if part)
    return f"状态截至打印时，逾期天数算到{printed_date(head.as_of)}　筛选：{filters}　编制：{head.imprint.office_name}　打印：{printed}"


def _alignment(column: LedgerColumn) -> Align:
    return "left" if column.kind == "text" else "centre"


def _printed(value: Value) -> str:
    if value is None:
        return ""
    return short_date(value) if isinstance(value, date) else str(value)
