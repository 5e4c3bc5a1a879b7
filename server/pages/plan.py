"""The year's plan at a glance: what must be done now, months by inspectors, the figures, enterprises against their bounds, approval."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from reports.plan import RATES
from reports.plan_values import gaps_of
from rules.supervision import load_plan_principle
from rules.terms import Role
from server.entrance import open_work, services_of
from server.errors import InvalidInput, NotFound, StateConflict
from server.identity import pages_for
from server.listing import page_of
from server.models.plan import InspectionPlan
from server.pages.plan_words import month_address, words_of_coverage
from server.pages.query import asked, asked_page, read_day, read_id, read_number
from server.pages.view import errors_of, form_text, form_texts, go_to, show
from server.planning.access import APPROVERS, READERS, WRITERS
from server.planning.frequency import colour_words
from server.planning.schemas import Board, CoverageRow, GenerateForm, PlanState, RevisionKind, VisitState
from server.planning.service import (
    accept_proposals,
    approve_plan,
    count_months,
    find_plan,
    find_policy,
    generate_plan,
    get_plan,
    list_revisions,
    list_years,
    read_board,
    read_frequency,
    read_staffing,
    rearrange_plan,
    release_month,
    return_plan,
    review_plan,
    withdraw_spare_tasks,
)
from server.tasks.access import PLANNERS
from server.unit_of_work import Work

AnyRequest = Request[Any, Any, Any]
_SIZE = 50
COVERAGE_TABS: tuple[tuple[str, str, Callable[[CoverageRow], bool]], ...] = (
    ("all", "应查企业", lambda one: bool(one.required)),
    ("inspected", "今年查过", lambda one: bool(one.required) and one.is_inspected),
    ("uncovered", "今年还没查", lambda one: bool(one.required) and not one.is_inspected),
    ("missing", "不足下限", lambda one: bool(one.missing)),
    ("proposed", "建议加次", lambda one: bool(one.proposed)),
    ("over", "超出上限", lambda one: bool(one.over)),
    ("free", "不要求检查", lambda one: not one.required),
)


class Urgent(msgspec.Struct, frozen=True):
    """One thing of the first line, as a link to where it is done."""

    words: str
    address: str


class PlanPages(Controller):
    """Staff read; the office writes, the leader approves."""

    path = "/plan"
    opt = pages_for(*READERS)

    @get("/", name="plan_overview", sync_to_thread=True)
    def show_plan(self, request: AnyRequest) -> Response[str]:
        """The plan of a year, this one unless told otherwise."""
        with open_work(request) as work:
            return _overview(request, work, _year(request, work), {}, {})

    @post("/generate", opt=pages_for(*WRITERS), status_code=200)
    async def take_generation(self, request: AnyRequest) -> Response[Any]:
        """Make a year's draft, or make it anew."""
        form = await request.form()
        return await sync_to_thread(_generate, request, {name: form_text(form, name) for name in ("year", "starts_on", "note")})

    @post("/{plan_id:uuid}/review", opt=pages_for(*WRITERS), sync_to_thread=True)
    def take_review(self, request: AnyRequest, plan_id: FromPath[UUID]) -> Response[Any]:
        """The office has looked it over."""
        return _step(request, plan_id, "reviewed", lambda work: review_plan(work, plan_id))

    @post("/{plan_id:uuid}/approve", opt=pages_for(*APPROVERS), sync_to_thread=True)
    def take_approval(self, request: AnyRequest, plan_id: FromPath[UUID]) -> Response[Any]:
        """The leader approves."""
        rulebook = services_of(request).rulebook
        return _step(request, plan_id, "approved", lambda work: approve_plan(work, rulebook, plan_id))

    @post("/{plan_id:uuid}/return", opt=pages_for(*WRITERS, *APPROVERS), status_code=200)
    async def take_return(self, request: AnyRequest, plan_id: FromPath[UUID]) -> Response[Any]:
        """Back to the draft."""
        reason = form_text(await request.form(), "reason")
        return await sync_to_thread(
            _step, request, plan_id, "returned", lambda work: return_plan(work, plan_id, reason), {"reason": reason}
        )

    @post("/{plan_id:uuid}/rearrange", opt=pages_for(*WRITERS), status_code=200)
    async def take_rearranging(self, request: AnyRequest, plan_id: FromPath[UUID]) -> Response[Any]:
        """Arrange anew what is free."""
        reason, rulebook = form_text(await request.form(), "reason"), services_of(request).rulebook
        return await sync_to_thread(
            _step, request, plan_id, "rearranged", lambda work: rearrange_plan(work, rulebook, plan_id, reason), {"reason": reason}
        )

    @post("/{plan_id:uuid}/release", opt=pages_for(*PLANNERS), status_code=200)
    async def take_release(self, request: AnyRequest, plan_id: FromPath[UUID]) -> Response[Any]:
        """A month becomes tasks."""
        return await sync_to_thread(_release, request, plan_id, read_number(form_text(await request.form(), "month")) or 0)

    @post("/{plan_id:uuid}/spare-tasks", opt=pages_for(*PLANNERS), sync_to_thread=True)
    def take_spare_tasks(self, request: AnyRequest, plan_id: FromPath[UUID]) -> Response[Any]:
        """Cancel the tasks of visits another inspection made."""
        rulebook = services_of(request).rulebook
        return _step(request, plan_id, "withdrawn", lambda work: withdraw_spare_tasks(work, rulebook, plan_id))

    @post("/{plan_id:uuid}/proposals", opt=pages_for(*WRITERS), status_code=200)
    async def take_proposals(self, request: AnyRequest, plan_id: FromPath[UUID]) -> Response[Any]:
        """Add visits where they are missing."""
        form = await request.form()
        enterprises = {one for one in map(read_id, form_texts(form, "enterprise")) if one is not None}
        return await sync_to_thread(_accept, request, plan_id, enterprises, form_text(form, "reason"))

    @get("/{plan_id:uuid}/revisions", sync_to_thread=True)
    def show_revisions(self, request: AnyRequest, plan_id: FromPath[UUID]) -> Response[str]:
        """Every revision with its reason."""
        with open_work(request) as work:
            plan = get_plan(work, plan_id)
            kinds = {one.value: one.label for one in RevisionKind}
            return show(request, work, "plan_revisions.html", plan=plan, revisions=list_revisions(work, plan_id), kinds=kinds)

    @get("/enterprises", sync_to_thread=True)
    def list_coverage(self, request: AnyRequest) -> Response[str]:
        """Enterprises against their bounds."""
        with open_work(request) as work:
            return _coverage(request, work, _year(request, work), {}, {})


def _year(request: AnyRequest, work: Work) -> int:
    """The year asked for; otherwise this one, or the newest that has a plan."""
    typed = read_number(asked(request, "year"))
    if typed is not None and 2000 <= typed <= 2999:
        return typed
    years = [year for year, _ in list_years(work)]
    return work.today.year if work.today.year in years or not years else years[0]


def _overview(request: AnyRequest, work: Work, year: int, values: dict[str, str], errors: dict[str, str]) -> Response[str]:
    plan = find_plan(work, year)
    rulebook = services_of(request).rulebook
    first = date(year, 1, 1)
    common = {
        "year": year,
        "years": list_years(work),
        "plan": plan,
        "values": {"year": str(year), "starts_on": max(first, work.today).isoformat(), "note": plan.note if plan else "", "reason": ""}
        | values,
        "errors": errors,
        "may_write": work.actor.role is Role.OFFICE,
        "may_approve": work.actor.role in APPROVERS,
        "may_release": work.actor.role in PLANNERS,
        "has_frequency": find_policy(work, max(first, work.today)) is not None,
        "principle": load_plan_principle(),
        "is_provisional": rulebook.calendar.is_provisional(first),
        "next_years": [(str(one), f"{one} 年") for one in (work.today.year, work.today.year + 1)],
    }
    status = 400 if errors else 200
    if plan is None:
        return show(request, work, "plan_none.html", status=status, **common)
    board = read_board(work, plan, rulebook.calendar)
    months = count_months(board.visits, read_staffing(work))
    return show(
        request,
        work,
        "plan.html",
        status=status,
        **common,
        board=board,
        figures=board.figures,
        urgent=urgent_of(board, work.actor.role),
        months=months,
        month_totals=_month_totals(board),
        rates=[(one, one.of(board.figures)) for one in RATES],
        spare=sum(1 for one in board.visits if one.has_spare_task),
        gaps=gaps_of(board),
        proposals=[one for one in board.coverage if one.proposed][:_SIZE],
        frequency=read_frequency(work, plan),
        state=PlanState(plan.state),
        address=lambda **more: month_address(year, **more),
        colour_words=colour_words,
        coverage_words=words_of_coverage,
        mine=work.actor.id,
    )


class MonthTotal(msgspec.Struct, frozen=True):
    """A month of the park: visits, those made, overdue, not yet released."""

    planned: int
    done: int
    overdue: int
    waiting: int


def _month_totals(board: Board) -> dict[int, MonthTotal]:
    kept = [one for one in board.visits if one.state is not VisitState.DROPPED]
    totals = {}
    for month in range(1, 13):
        mine = [one for one in kept if one.planned_on.month == month]
        totals[month] = MonthTotal(
            planned=len(mine),
            done=sum(1 for one in mine if one.state is VisitState.DONE),
            overdue=sum(1 for one in mine if one.is_overdue),
            waiting=sum(1 for one in mine if one.state is VisitState.PLANNED),
        )
    return totals


def urgent_of(board: Board, role: Role) -> list[Urgent]:
    """What must be done now about a plan, by whoever is looking."""
    plan, today, year = board.plan, board.today, board.plan.year
    if plan.state == PlanState.DRAFT:
        return [Urgent("核对草案，提交分管领导批准", "#steps")] if role is Role.OFFICE else []
    if plan.state == PlanState.REVIEWED:
        return [Urgent("计划等您批准" if role is Role.LEADER else "等分管领导批准", "#steps")]
    waiting = sum(1 for one in board.visits if one.state is VisitState.PLANNED and _month_has_come(one.planned_on, today))
    gone = sum(1 for one in board.visits if one.is_open and one.has_left)
    proposed = sum(1 for one in board.coverage if one.proposed)
    over = sum(1 for one in board.coverage if one.over)
    spare = sum(1 for one in board.visits if one.has_spare_task)
    things = (
        (spare, f"{spare} 个任务已由别的检查完成，收回", "#release"),
        (waiting, f"{waiting} 次检查到月还没下达", "#release"),
        (board.figures.overdue, f"{board.figures.overdue} 次逾期未查", month_address(year, overdue="yes")),
        (proposed, f"{proposed} 家企业要加次数", f"/plan/enterprises?year={year}&tab=proposed"),
        (over, f"{over} 家企业超出上限", f"/plan/enterprises?year={year}&tab=over"),
        (gone, f"{gone} 次检查的企业已离园，请取消", month_address(year, state="open", left="yes")),
    )
    return [Urgent(words, address) for count, words, address in things if count]


def _month_has_come(planned_on: date, today: date) -> bool:
    return (planned_on.year, planned_on.month) <= (today.year, today.month)


def _coverage(request: AnyRequest, work: Work, year: int, values: dict[str, str], errors: dict[str, str]) -> Response[str]:
    plan = find_plan(work, year)
    if plan is None:
        raise NotFound(f"{year} 年的检查计划，可能还没有编制")
    board = read_board(work, plan, services_of(request).rulebook.calendar)
    tab = asked(request, "tab")
    tab = tab if tab in {key for key, _, _ in COVERAGE_TABS} else "proposed" if errors else "all"
    words = asked(request, "q").casefold()
    belongs = next(test for key, _, test in COVERAGE_TABS if key == tab)
    named = [one for one in board.coverage if words in one.name.casefold()]
    found = [one for one in named if belongs(one)]
    page = page_of(found, asked_page(request), _SIZE)
    return show(
        request,
        work,
        "plan_enterprises.html",
        status=400 if errors else 200,
        plan=plan,
        page=page,
        tab=tab,
        tabs=[(key, label, sum(1 for one in named if test(one))) for key, label, test in COVERAGE_TABS],
        may_write=work.actor.role is Role.OFFICE and plan.state != PlanState.REVIEWED,
        needs_reason=plan.state == PlanState.IN_FORCE,
        values=values,
        errors=errors,
        coverage_words=words_of_coverage,
        colour_words=colour_words,
    )


def _generate(request: AnyRequest, values: dict[str, str]) -> Response[Any]:
    form = GenerateForm(
        year=read_number(values["year"]) or 0, starts_on=read_day(values["starts_on"]) or date(1900, 1, 1), note=values["note"]
    )
    try:
        with open_work(request, write=True) as work:
            plan = generate_plan(work, services_of(request).rulebook, form)
    except (InvalidInput, StateConflict) as refusal:
        with open_work(request) as work:
            year = form.year if 2000 <= form.year <= 2999 else work.today.year
            return _overview(request, work, year, values, errors_of(refusal, "year"))
    return go_to(f"/plan?year={plan.year}&done=generated")


def _step(
    request: AnyRequest, plan_id: UUID, done: str, do: Callable[[Work], object], values: dict[str, str] | None = None
) -> Response[Any]:
    year = 0
    try:
        with open_work(request, write=True) as work:
            year = get_plan(work, plan_id).year
            do(work)
    except (InvalidInput, StateConflict) as refusal:
        with open_work(request) as work:
            return _overview(request, work, get_plan(work, plan_id).year, values or {}, errors_of(refusal, "reason"))
    return go_to(f"/plan?year={year}&done={done}")


def _release(request: AnyRequest, plan_id: UUID, month: int) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            released = release_month(work, services_of(request).rulebook, plan_id, month)
            plan: InspectionPlan = get_plan(work, plan_id)
            year = plan.year
    except (InvalidInput, StateConflict) as refusal:
        with open_work(request) as work:
            return _overview(request, work, get_plan(work, plan_id).year, {}, errors_of(refusal, "release"))
    if released.refused:
        with open_work(request) as work:
            head = f"{month} 月已下达 {released.released} 次，另有 {len(released.refused)} 次没有下达"
            return _overview(request, work, year, {}, {"release": "；".join((head, *released.refused))})
    return go_to(f"/plan?year={year}&done=released&month={month}&count={released.released}")


def _accept(request: AnyRequest, plan_id: UUID, enterprises: set[UUID], reason: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            year = get_plan(work, plan_id).year
            added = accept_proposals(work, services_of(request).rulebook, plan_id, enterprises, reason)
    except (InvalidInput, StateConflict) as refusal:
        with open_work(request) as work:
            return _coverage(request, work, get_plan(work, plan_id).year, {"reason": reason}, errors_of(refusal, "enterprises"))
    return go_to(f"/plan?year={year}&done=proposed&count={added}")
