"""The plan to a spreadsheet and back: every visit a row; changed days and people, dropped and added visits are taken row by row.

A row is known by its 编号; a row without one adds a visit. Its 版本 tells whether somebody changed the visit since the sheet was taken
away; then the row is refused. A row that cannot be taken says why, with line and column, and changes nothing; a look at what would become
of them finds the same mistakes and changes nothing at all.
"""

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO
from uuid import UUID

import msgspec
import xlsxwriter

from rules.rulebook import Rulebook
from server.errors import ChangedMeanwhile, InvalidInput, NotAllowed, Refusal
from server.models.plan import InspectionPlan
from server.planning.access import demand_writer
from server.planning.board import lock_plan, read_visits
from server.planning.frequency import colour_words
from server.planning.hands import Hand
from server.planning.revising import demand_changeable, revise
from server.planning.schemas import Change, RevisionKind, VisitForm, VisitRow
from server.sheets import Column, RowError, SheetRow, read_sheet, write_row
from server.unit_of_work import Work

COLUMNS = (
    Column(heading="编号", field="number", example="17", hint="不要改；留空表示增加一次检查"),
    Column(
        heading="企业名称",
        field="enterprise",
        example="示例瓷业有限公司（虚构）",
        hint="增加时填，与登记一致；已有编号的不看这一列",
        required=True,
    ),
    Column(heading="计划日期", field="planned_on", example="2026-12-03", required=True),
    Column(heading="主检", field="lead", example="王检", hint="检查人员的姓名", required=True),
    Column(heading="协检", field="second", example="赵查", hint="一人去的留空"),
    Column(heading="取消原因", field="drop_reason", example="", hint="填了就取消这次检查"),
    Column(heading="版本", field="version", example="1", hint="不要改；下载以后别人改过的检查，靠它认出来"),
)
TOLD = ("等级", "片区", "状态", "检查记录", "为什么排在这一天")
"""Columns the export adds for reading; an import does not look at them."""
_BY_FIELD = {one.field: one for one in COLUMNS}
_WIDTHS = (8, 34, 13, 10, 10, 24, 6, 8, 16, 10, 18, 60)
_LONGEST_VERSION = 9
_FIELDS = {"planned_on": "计划日期", "people": "主检", "reason": "取消原因"}


class SheetReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became, or would become, of the rows of a sheet."""

    rows: int
    unchanged: int
    changes: tuple[Change, ...]
    errors: tuple[RowError, ...]

    @property
    def refused_rows(self) -> int:
        """How many rows could not be taken."""
        return len({one.line for one in self.errors})


def read_plan_sheet(file: BinaryIO) -> list[SheetRow]:
    """The rows of an uploaded sheet, as typed. Raises `UnreadableSpreadsheet`, `TooLarge`."""
    return read_sheet(file, COLUMNS, ignored=TOLD)


def export_visits(work: Work, rulebook: Rulebook, plan: InspectionPlan) -> bytes:
    """Every visit of a plan that was not dropped, to be changed and handed in again."""
    visits, _ = read_visits(work, plan, rulebook.calendar)
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(f"{plan.year}年计划")
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width, text)
        write_row(sheet, 0, (*(f"{one.heading}*" if one.required else one.heading for one in COLUMNS), *TOLD), bold)
        kept = [one for one in visits if one.dropped_on is None]
        for line, one in enumerate(kept, start=1):
            write_row(sheet, line, _cells_of(one))
        sheet.freeze_panes(1, 2)
        guide = book.add_worksheet("填写说明")
        guide.set_column(0, 0, 14)
        guide.set_column(1, 2, 50)
        write_row(guide, 0, ("列名", "说明", "示例"), bold)
        for line, column in enumerate(COLUMNS, start=1):
            write_row(guide, line, (column.heading, column.hint, column.example))
    return buffer.getvalue()


def _cells_of(one: VisitRow) -> list[str | float]:
    names = [person.name for person in one.people]
    return [
        str(one.number),
        one.enterprise_name,
        one.planned_on.isoformat(),
        names[0],
        names[1] if len(names) > 1 else "",
        "",
        str(one.version),
        colour_words(one.colour) if one.colour else "",
        one.zone_name,
        "逾期未查" if one.is_overdue else one.state.label,
        one.seen.number if one.seen else "",
        one.why,
    ]


def import_visits(work: Work, rulebook: Rulebook, plan_id: UUID, rows: Sequence[SheetRow], reason: str, *, dry_run: bool) -> SheetReport:
    """Take every row that is right and say of every other what is wrong; `dry_run` changes nothing. All taken rows are one revision.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`.
    """
    demand_writer(work.actor)
    plan = lock_plan(work, plan_id)
    reason = demand_changeable(plan, "试算" if dry_run else reason)
    try:
        with work.attempt():
            report = _take_rows(work, Hand(work, rulebook, plan), rows, reason, dry_run=dry_run)
    except _OnlyLookedError as looked:
        return looked.report
    revise(work, plan, RevisionKind.IMPORTED, reason, report.changes)
    return report


class _OnlyLookedError(Exception):
    """Undoes a look, and carries what was seen."""

    def __init__(self, report: SheetReport) -> None:
        super().__init__("only looked")
        self.report = report


def _take_rows(work: Work, hand: Hand, rows: Sequence[SheetRow], reason: str, *, dry_run: bool) -> SheetReport:
    taker = _Taker(work, hand, reason)
    changes: list[Change] = []
    errors: list[RowError] = []
    unchanged = 0
    for row in rows:
        change, wrong = taker.take(row)
        errors += wrong
        if change is not None:
            changes.append(change)
        elif not wrong:
            unchanged += 1
    report = SheetReport(rows=len(rows), unchanged=unchanged, changes=tuple(changes), errors=tuple(errors))
    if dry_run:
        raise _OnlyLookedError(report)
    return report


class _Taker:
    """Takes rows one by one with one pair of hands."""

    def __init__(self, work: Work, hand: Hand, reason: str) -> None:
        self._work = work
        self._hand = hand
        self._reason = reason
        self._by_number = {one.number: one for one in hand.rows.values()}
        self._enterprises = {one.name: one.enterprise_id for one in hand.coverage.values()}
        self._people = _unique(hand.people)
        self._lines: dict[int, int] = {}

    def take(self, row: SheetRow) -> tuple[Change | None, list[RowError]]:
        """What the row changes, or what is wrong with it; neither when it says what is so already."""
        number = row.cells.get("编号", "")
        known = self._by_number.get(int(number)) if number.isascii() and number.isdigit() else None
        if number and known is None:
            return None, [_error(row, "编号", f"计划里没有编号 {number}")]
        if known is not None:
            first = self._lines.setdefault(known.number, row.line)
            if first != row.line:
                return None, [_error(row, "编号", f"与第 {first} 行重复")]
        version = _version_of(row) if known is not None else None
        if known is not None and version is None and row.cells.get("版本"):
            return None, [_error(row, "版本", "版本应是下载时的数字；请照原样填回，或重新下载计划")]
        drop_reason = row.cells.get("取消原因", "")
        if known is not None and drop_reason:
            return self._try(row, lambda: self._hand.drop(known.id, drop_reason, version))
        form, wrong = self._form_of(row, known, version)
        if wrong or form is None:
            return None, wrong
        if known is not None:
            if not known.is_open and self._is_same(known, form):
                return None, []
            return self._try(row, lambda: self._hand.move(known.id, form) if not self._is_same(known, form) else None)
        name = row.cells.get("企业名称", "")
        if name not in self._enterprises:
            return None, [_error(row, "企业名称", f"没有名为“{name}”的在册企业" if name else "请填写企业名称")]
        return self._try(row, lambda: self._hand.add(self._enterprises[name], form))

    def _is_same(self, known: VisitRow, form: VisitForm) -> bool:
        return (known.planned_on, tuple(one.id for one in known.people)) == (form.planned_on, form.people)

    def _form_of(self, row: SheetRow, known: VisitRow | None, version: int | None) -> tuple[VisitForm | None, list[RowError]]:
        errors = []
        day = _day_of(row.cells.get("计划日期", ""))
        if day is None:
            errors.append(_error(row, "计划日期", "请填写日期，例如 2026-12-03"))
        now = {} if known is None else {one.name: one.id for one in known.people}
        people = []
        for heading in ("主检", "协检"):
            name = row.cells.get(heading, "")
            # Whoever goes already may stay, also when two people share the name.
            found = now.get(name) or self._people.get(name)
            if found is not None:
                people.append(found)
            elif name or heading == "主检":
                errors.append(_error(row, heading, f"没有名为“{name}”的检查人员，或者同名" if name else "请填写姓名"))
        form = None if day is None else VisitForm(planned_on=day, people=tuple(people), reason=self._reason, version=version)
        return form, errors

    def _try(self, row: SheetRow, do: Callable[[], Change | None]) -> tuple[Change | None, list[RowError]]:
        try:
            with self._work.attempt():
                return do(), []
        except InvalidInput as refusal:
            return None, [_error(row, _FIELDS.get(one.field, ""), one.message) for one in refusal.errors]
        except ChangedMeanwhile:
            return None, [_error(row, "版本", "下载这张表格以后，别人改过这次检查。请重新下载计划，看过现在的安排再改这一行")]
        except NotAllowed as refusal:
            return None, [_error(row, "取消原因", refusal.detail)]
        except Refusal as refusal:
            return None, [_error(row, "", refusal.detail)]


def _unique(people: dict[UUID, str]) -> dict[str, UUID]:
    """Who is meant by a name that only one person has."""
    names = list(people.values())
    return {name: one for one, name in people.items() if names.count(name) == 1}


def _error(row: SheetRow, column: str, reason: str) -> RowError:
    return RowError(line=row.line, column=column, reason=reason)


def _version_of(row: SheetRow) -> int | None:
    """The version the row was taken away with; None when it names none that can be."""
    text = row.cells.get("版本", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_VERSION else None


def _day_of(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text.replace("/", "-")).date()
    except ValueError:
        return None


def columns_of(rows: Sequence[SheetRow]) -> list[str]:
    """The headings rows were typed under."""
    return list(dict.fromkeys(heading for row in rows for heading in row.cells))


def write_problems(rows: Sequence[SheetRow], report: SheetReport) -> bytes:
    """One line per mistake: where it is, what it is, and the whole row as typed."""
    typed = {row.line: row.cells for row in rows}
    headings = columns_of(rows)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("没有采用的行")
        write_row(sheet, 0, ("行号", "列", "原因", *headings), bold)
        for line, error in enumerate(report.errors, start=1):
            cells: dict[str, Any] = typed.get(error.line, {})
            write_row(sheet, line, (float(error.line), error.column or "整行", error.reason, *(cells.get(one, "") for one in headings)))
        sheet.freeze_panes(1, 3)
    return buffer.getvalue()
