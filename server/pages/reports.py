"""What does the record add up to, and is this printed paper genuine?

The closure report as a page: the very value its PDF and its XLSX are drawn from, every number opening the list it counts. And the public
page that confirms an issued paper to whoever holds it.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import FromPath
from sqlalchemy import select

from reports.closure import FIGURE_COLUMNS, FORMULAS, TITLE, ReportColumn
from reports.figures import NOTHING_TO_COUNT, ClosureCounts, Rate, closure_figures
from reports.measures import MEASURES
from reports.parameters import ClosureAsked, ClosureSort, read_closure
from reports.queries import NOBODY, count_overdue_ever, find_party_name, list_behind, read_closure_report
from reports.registry import REPORTS, audience_of
from rules.terms import DocumentKind, HazardLevel, HazardState, Role
from server.entrance import open_work
from server.errors import NotFound
from server.identity import for_anyone, pages_for
from server.models.parks import Zone
from server.pages.links import optional_address
from server.pages.query import asked, asked_page, read_id
from server.pages.view import go_to, show
from server.papers import check_code
from server.unit_of_work import Work

AnyRequest = Request[Any, Any, Any]
ON_PHONES = {
    "合计": "发现",
    "重大": "重大",
    "逾期\n未改": "逾期未改",
    "闭环率": "闭环率",
    "按期\n整改率": "按期整改率",
    "一次\n合格率": "一次合格率",
}
"""The columns a phone shows, and what they are called there; the others are on wider screens, on paper and in the sheet."""


class Cell(msgspec.Struct, frozen=True):
    """A figure on the page: as printed, the list it opens (empty when it counts nothing), and of a rate what was divided by what; on a
    phone its label, empty where it is not shown."""

    text: str
    address: str
    hint: str
    label: str


class ReportPages(Controller):
    """Figures and the lists behind them."""

    path = "/reports"
    opt = pages_for(*audience_of("closure"))

    @get("/", sync_to_thread=True)
    def list_reports(self, request: AnyRequest) -> Response[str]:
        """Every report the reader may have, with its choices."""
        with open_work(request) as work:
            today = read_closure({}, work.today)
            offered = [one for one in REPORTS.values() if work.actor.role in one.audience]
            return show(
                request,
                work,
                "report_overview.html",
                reports=[one for one in offered if one.parameters],
                papers=[one for one in offered if not one.parameters],
                address_of=lambda route: optional_address(request, route),
                scope=today.scope,
                zones=_zones(work),
                levels=_options(HazardLevel),
                states=_options(HazardState),
            )

    @get("/closure", name="closure_report", sync_to_thread=True)
    def show_closure(self, request: AnyRequest) -> Response[str]:
        """The closure report, enterprise by enterprise."""
        with open_work(request) as work:
            question = read_closure(request.query_params, work.today)
            report = read_closure_report(work, question)
            total = closure_figures(report.total)
            return show(
                request,
                work,
                "report_closure.html",
                title=TITLE,
                report=report,
                total=total,
                question=question,
                scope=question.scope,
                notes=question.notes,
                heads=FIGURE_COLUMNS,
                groups=_groups(FIGURE_COLUMNS),
                rows=[(row, _cells(row.counts, question, row.key)) for row in report.rows],
                total_cells=_cells(report.total, question, ""),
                tile=lambda measure: _address(question, measure, ""),
                overdue_ever=count_overdue_ever(work.session, work.actor, question.scope),
                formulas=FORMULAS,
                zones=_zones(work),
                levels=_options(HazardLevel),
                sorts=_options(ClosureSort),
                is_enterprise=work.actor.role is Role.ENTERPRISE,
                downloads=[
                    (form.label, f"{optional_address(request, form.route)}?{question.address_query()}") for form in REPORTS["closure"].files
                ],
            )

    @get("/closure/hazards", sync_to_thread=True)
    def list_counted(self, request: AnyRequest) -> Response[str]:
        """What one number of the closure report counts."""
        measure = MEASURES.get(asked(request, "measure"))
        party = asked(request, "enterprise")
        with open_work(request) as work:
            if measure is None or (party and party != NOBODY and read_id(party) is None):
                raise NotFound("这个数字的明细")
            question = read_closure(request.query_params, work.today)
            party_name = find_party_name(work.session, work.actor, party) if party else ""
            if party and not party_name:
                raise NotFound("这家企业")
            page = list_behind(work.session, work.actor, question.scope, measure, party, asked_page(request))
            return show(
                request,
                work,
                "report_behind.html",
                measure=measure,
                page=page,
                party_name=party_name,
                scope=question.scope,
                notes=question.notes,
                back=f"/reports/closure?{question.address_query()}",
                counts_looks=measure.of_look is not None,
                zone_name=next((name for key, name in _zones(work) if key == str(question.scope.zone_id)), ""),
            )


class CheckPages(Controller):
    """Whoever holds a paper may ask whether it is genuine, without an account."""

    path = "/check"
    opt = for_anyone()

    @get("/", sync_to_thread=True)
    def ask_code(self, request: AnyRequest) -> Response[Any]:
        """Where a code is typed that cannot be scanned."""
        code = asked(request, "code")
        if code:
            return go_to(f"/check/{''.join(sign for sign in code if sign.isascii() and sign.isalnum())[:40] or '-'}")
        with open_work(request) as work:
            return show(request, work, "verify.html", code="", check=None, kind="")

    @get("/{code:str}", name="check_paper", sync_to_thread=True)
    def check_paper(self, request: AnyRequest, code: FromPath[str]) -> Response[str]:
        """Number, office, state and digest of the paper with this code; the same short work whether there is one or not."""
        with open_work(request) as work:
            check = check_code(work.session, code)
            kind = "" if check is None else DocumentKind(check.kind).label
            return show(request, work, "verify.html", status=200 if check else 404, code=code[:40], check=check, kind=kind)


def _cells(counts: ClosureCounts, question: ClosureAsked, party: str) -> list[Cell]:
    figures = closure_figures(counts)
    return [_cell(column, column.value(figures), counts, question, party) for column in FIGURE_COLUMNS]


def _cell(column: ReportColumn, value: int | Rate | Decimal | None, counts: ClosureCounts, question: ClosureAsked, party: str) -> Cell:
    counted = column.counts[0]
    hint = f"{value.numerator} ÷ {value.denominator}" if isinstance(value, Rate) else ""
    return Cell(
        text=NOTHING_TO_COUNT if value is None else str(value),
        address=_address(question, counted, party) if getattr(counts, counted) else "",
        hint=hint,
        label=ON_PHONES.get(column.title, ""),
    )


def _address(question: ClosureAsked, measure: str, party: str) -> str:
    return f"/reports/closure/hazards?{question.address_query(measure=measure, enterprise=party, sort='')}"


def _groups(columns: Sequence[ReportColumn]) -> list[tuple[str, int]]:
    """Each run of columns with one group, and how many they are."""
    runs: list[tuple[str, int]] = []
    for column in columns:
        if runs and runs[-1][0] == column.group:
            runs[-1] = (column.group, runs[-1][1] + 1)
        else:
            runs.append((column.group, 1))
    return runs


def _zones(work: Work) -> list[tuple[str, str]]:
    """The zones to choose from; an enterprise lies in one and has nothing to choose."""
    if work.actor.role is Role.ENTERPRISE:
        return []
    query = select(Zone.id, Zone.name).where(Zone.park_id == work.park_id).order_by(Zone.name)
    return [(str(row.id), row.name) for row in work.session.execute(query)]


def _options(kind: Any) -> list[tuple[str, str]]:
    return [(one.value, one.label) for one in kind]
