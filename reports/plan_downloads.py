"""Can the year's plan be taken away? Its doors: a paper to approve and hang up, a sheet to work with; both as the page stands."""

from litestar import get
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from reports.plan import TEMPLATE_VERSION, TITLE, AnnualPlan, draw_plan, write_plan_sheet
from reports.plan_values import plan_of
from reports.queries import imprint_of
from reports.registry import audience_of
from reports.sending import XLSX, AnyRequest, send_file, send_paper
from server.entrance import open_work, services_of
from server.errors import NotFound
from server.identity import pages_for
from server.planning.schemas import PlanState
from server.planning.service import count_months, find_plan, read_board, read_frequency, read_staffing


@get("/plan/plan.pdf", name="plan_pdf", opt=pages_for(*audience_of("plan")), sync_to_thread=True)
def print_plan(request: AnyRequest) -> Stream:
    """The year's plan, as a paper."""
    name, plan = _plan(request)
    return send_paper(request, name, lambda fonts, _: draw_plan(plan, fonts))


@get("/plan/plan.xlsx", name="plan_xlsx", opt=pages_for(*audience_of("plan")), sync_to_thread=True)
def take_plan(request: AnyRequest) -> Stream:
    """The same plan as a sheet."""
    name, plan = _plan(request)
    return send_file(lambda file: write_plan_sheet(plan, file), f"{name}.xlsx", XLSX)


PLAN_DOWNLOADS: list[ControllerRouterHandler] = [print_plan, take_plan]


def _plan(request: AnyRequest) -> tuple[str, AnnualPlan]:
    with open_work(request) as work:
        typed = request.query_params.get("year", "")
        year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else work.today.year
        found = find_plan(work, year)
        if found is None:
            raise NotFound(f"{year} 年的检查计划，可能还没有编制")
        calendar = services_of(request).rulebook.calendar
        board = read_board(work, found, calendar)
        imprint = imprint_of(work, TEMPLATE_VERSION, is_draft=found.state != PlanState.IN_FORCE)
        months = count_months(board.visits, read_staffing(work))
        return f"{year}{TITLE}", plan_of(board, read_frequency(work, found), months, calendar, imprint)
