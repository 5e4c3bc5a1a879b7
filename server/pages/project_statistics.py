"""The figures of admission: what came, what became of it, which clauses did it; every number opens the list it counts."""

import io
from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Controller, Request, Response, get

from reports.spreadsheets import Sheet, SheetColumn
from rules.restriction_terms import Outcome
from server.entrance import open_work
from server.identity import pages_for
from server.pages.enterprises import sheet_answer
from server.pages.query import asked, read_day
from server.pages.view import show
from server.parks.service import get_park
from server.screening.access import READERS
from server.screening.service import catalogue_for
from server.screening.statistics import NOT_SCREENED, OUTCOMES, AdmissionFigures, CountRow, count_admissions
from server.unit_of_work import Work

HEADS = tuple(Outcome(one).label if one != NOT_SCREENED else "未筛查" for one in OUTCOMES)


class ProjectStatisticsPages(Controller):
    """For whoever may see projects."""

    path = "/projects/statistics"
    opt = pages_for(*READERS)

    @get("/", sync_to_thread=True)
    def show_figures(self, request: Request[Any, Any, Any]) -> Response[str]:
        """The figures of a span of days, this year unless told."""
        with open_work(request) as work:
            figures = count_admissions(work, *_span(request, work))
            return show(
                request,
                work,
                "project_statistics.html",
                figures=figures,
                heads=HEADS,
                outcomes=OUTCOMES,
                link=_linker(figures),
                subjects=_subjects(work),
            )

    @get("/sheet.xlsx", sync_to_thread=True)
    def take_figures(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """The same figures as a sheet."""
        with open_work(request) as work:
            figures = count_admissions(work, *_span(request, work))
            file = io.BytesIO()
            columns = [
                SheetColumn("分组", 14),
                SheetColumn("项", 26),
                *(SheetColumn(one, 11, "number") for one in HEADS),
                SheetColumn("合计", 9, "number"),
            ]
            sheet = Sheet(file, "项目准入统计", columns, created_at=work.now, author=get_park(work).office_name)
            for group, rows in groups_of(figures):
                for row in rows:
                    sheet.row([group, row.label, *row.counts, row.total])
            subjects = _subjects(work)
            for clause in figures.by_clause:
                sheet.row(["条目", f"{clause.entry_id} {subjects.get(clause.entry_id, '')}".strip(), *([None] * len(HEADS)), clause.count])
            sheet.finish()
        return sheet_answer(file.getvalue(), f"admission-{figures.first}-{figures.last}.xlsx")


def _subjects(work: Work) -> dict[str, str]:
    """What each entry of today's catalogue is about; one that has gone since has its number alone."""
    used = catalogue_for(work, work.today)
    return {one.id: one.subject for one in used.catalogue.entries}


def groups_of(figures: AdmissionFigures) -> tuple[tuple[str, tuple[CountRow, ...]], ...]:
    """The lines of the figures by what they are grouped by, as page and sheet show them."""
    return (("全部", (figures.whole,)), ("状态", figures.by_state), ("片区", figures.by_zone), ("收件月份", figures.by_month))


def _span(request: Request[Any, Any, Any], work: Work) -> tuple[date, date]:
    first, last = read_day(asked(request, "from")), read_day(asked(request, "to"))
    first = first or date(work.today.year, 1, 1)
    last = last or work.today
    return (first, last) if first <= last else (last, first)


def _linker(figures: AdmissionFigures) -> Any:
    def link(row: CountRow, outcome: str = "", **more: str) -> str:
        """The list a number counts; empty where the list cannot be narrowed so."""
        if row.narrow.get("zone") == "" or (outcome == NOT_SCREENED and more.get("cell")):
            return ""
        asked = {"from": figures.first.isoformat(), "to": figures.last.isoformat()} | row.narrow
        if outcome:
            asked["outcome"] = outcome
        return f"/projects?{urlencode(asked)}"

    return link
