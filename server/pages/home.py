"""What must be done now, by whoever is looking?

The first line says it; every number is the total of the list it links to, read through the same condition. Each role has its own page.
"""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Controller, Request, Response, get

from rules.admission_workflow import OPEN_STATES
from rules.bands import Colour
from rules.terms import HazardLevel, HazardState, OrderState, ProjectState, Role
from server.entrance import open_work, services_of
from server.grading.heads import count_heads, list_heads
from server.grading.overrides import count_open_requests
from server.hazards.on_the_spot import SpotQueue, count_doubtful
from server.hazards.queues import HazardQueue, end_of_week
from server.hazards.schemas import HazardQuery, HazardRow, HazardSort, HomeFigures
from server.hazards.service import home_figures, list_hazards
from server.identity import EVERYONE, pages_for
from server.inspections.set_aside_senders import list_senders, window_start
from server.listing import Page
from server.pages.orders import STATE_WORDS
from server.pages.project_todo import project_todo
from server.pages.set_aside import sent_lately, threshold_of
from server.pages.view import show
from server.planning.frequency import colour_words
from server.planning.schemas import PlanState, VisitQuery, VisitRow
from server.planning.service import find_plan, list_visits, read_visits
from server.rectification.schemas import OrderQuery, OrderRow, OrderSort
from server.rectification.service import list_orders
from server.screening.schemas import ProjectQuery, ProjectSort
from server.screening.service import count_projects, list_projects
from server.tasks.schemas import TaskQuery, TaskRow, TaskState
from server.tasks.service import list_tasks
from server.unit_of_work import Work

_SHOWN = 6
_SHOWN_SHORT = 4
_MOST_ORDERS = 200
_UNDECIDED = tuple(one.value for one in ProjectState if one in OPEN_STATES)


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """A number, what it counts, and the list it counts."""

    words: str
    count: int
    address: str
    detail: str = ""
    look: str = ""


class Urgent(msgspec.Struct, frozen=True):
    """One thing of the first line, as a link to where it is done."""

    words: str
    address: str


class HomePages(Controller):
    """For everyone."""

    @get("/", opt=pages_for(*EVERYONE), sync_to_thread=True)
    def show_home(self, request: Request[Any, Any, Any]) -> Response[str]:
        """The page of the viewer's role."""
        with open_work(request) as work:
            return _PAGES[work.actor.role](request, work)


def hazards_at(**filters: Any) -> str:
    """The address of the list of hazards with these filters."""
    return "/hazards?" + urlencode({name: str(value) for name, value in filters.items() if value})


def urgent_of_office(figures: HomeFigures) -> list[Urgent]:
    """What the office does first: what is late, then what waits for its own hand."""
    counts = figures.counts
    things = (
        (counts[HazardQueue.OVERDUE], "项逾期未改", hazards_at(queue=HazardQueue.OVERDUE)),
        (figures.orders_to_issue, "份文书待签发", f"/orders?state={OrderState.REVIEWED}"),
        (figures.orders_to_review, "份草稿待核对", f"/orders?state={OrderState.DRAFT}"),
        (figures.orders_to_serve, "份文书待送达", f"/orders?state={OrderState.ISSUED}"),
        (counts[HazardQueue.AWAITING_REINSPECTION], "项等待复查", hazards_at(queue=HazardQueue.AWAITING_REINSPECTION)),
        (counts[HazardQueue.NEW], "项新发现待定级", hazards_at(queue=HazardQueue.NEW)),
        (counts[HazardQueue.TO_CLOSE], "项复查合格待销号", hazards_at(queue=HazardQueue.TO_CLOSE)),
    )
    return [Urgent(f"{count} {words}", address) for count, words, address in things if count]


def due_soon(figures: HomeFigures, today: date) -> str:
    """What is due tomorrow, in words that fit the tile of this week: on a Sunday tomorrow is no longer in it."""
    return f"明天 {figures.due_tomorrow} 项" if today < end_of_week(today) else f"下周一另有 {figures.due_tomorrow} 项"


def office_tiles(figures: HomeFigures, today: date) -> list[Tile]:
    """The four numbers of the office."""
    counts = figures.counts
    late = f"涉及 {figures.overdue_enterprises} 家企业，最长 {figures.longest_overdue_days} 天"
    return [
        Tile(
            words="逾期未改",
            count=counts[HazardQueue.OVERDUE],
            address=hazards_at(queue=HazardQueue.OVERDUE),
            detail=late if counts[HazardQueue.OVERDUE] else "没有逾期",
            look="late" if counts[HazardQueue.OVERDUE] else "none",
        ),
        Tile(
            words="本周到期",
            count=counts[HazardQueue.DUE_THIS_WEEK],
            address=hazards_at(queue=HazardQueue.DUE_THIS_WEEK),
            detail=due_soon(figures, today),
            look="soon" if counts[HazardQueue.DUE_THIS_WEEK] or figures.due_tomorrow else "none",
        ),
        Tile(
            words="等待复查",
            count=counts[HazardQueue.AWAITING_REINSPECTION],
            address=hazards_at(queue=HazardQueue.AWAITING_REINSPECTION),
            detail="企业已提交整改",
            look="wait" if counts[HazardQueue.AWAITING_REINSPECTION] else "none",
        ),
        Tile(
            words="新发现待定级",
            count=counts[HazardQueue.NEW],
            address=hazards_at(queue=HazardQueue.NEW),
            detail="核实后定为一般或重大",
            look="" if counts[HazardQueue.NEW] else "none",
        ),
    ]


def risk_tile(work: Work) -> Tile:
    """How many enterprises are red or orange today; the list it opens begins with them."""
    counts = count_heads(work)
    red, orange = counts[Colour.RED], counts[Colour.ORANGE]
    return Tile(
        words="红色企业",
        count=red,
        address="/risk/enterprises?colour=red",
        detail=f"另有橙色 {orange} 家，未评价 {counts[None]} 家",
        look="late" if red else "none",
    )


def waiting_overrides(work: Work) -> list[Urgent]:
    """Requests to change a grade that wait for a second person."""
    count = count_open_requests(work)
    return [Urgent(f"{count} 项等级调整等第二人确认", "/risk/overrides")] if count else []


def doubtful_on_the_spot(work: Work) -> list[Urgent]:
    """What was closed on the spot on photos that do not show it."""
    count = count_doubtful(work)
    return [Urgent(f"{count} 项当场整改凭据不足", f"/hazards/on-the-spot?list={SpotQueue.DOUBTFUL}")] if count else []


def filling_phones(request: Request[Any, Any, Any], work: Work) -> list[Urgent]:
    """Phones whose documents kept aside are so many that somebody must call."""
    threshold = threshold_of(services_of(request).settings)
    filling = [one for one in list_senders(work, since=window_start(work)) if one.fills_the_store(threshold)]
    named = [(f"{one.name}的手机{one.device and f'“{one.device}”'}", one) for one in filling]
    return [Urgent(f"{whose}近日 {one.recent_documents} 份另存，请打电话核实", sent_lately(one)) for whose, one in named]


def waiting_projects(work: Work) -> list[Urgent]:
    """Projects and conditions of admissions that wait for the viewer."""
    return [Urgent(one.words, one.address) for one in project_todo(work)]


def _queue(work: Work, queue: HazardQueue, *, level: str = "", size: int = _SHOWN) -> Page[HazardRow]:
    return list_hazards(work, HazardQuery(queue=queue, level=level, sort=HazardSort.DUE, size=size))


def _tasks(work: Work, *, mine: bool) -> Page[TaskRow]:
    """Visits due up to the end of this week, late ones included."""
    assignee = work.actor.id if mine else None
    return list_tasks(work, TaskQuery(state=TaskState.PLANNED, assignee_id=assignee, due_to=end_of_week(work.today), size=_SHOWN))


def _checklist_names(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Code → name, of every edition."""
    return {one.code: one.name for one in services_of(request).rulebook.checklists.templates}


def _orders(work: Work, state: OrderState, size: int = _SHOWN_SHORT) -> Page[OrderRow]:
    return list_orders(work, OrderQuery(state=state, sort=OrderSort.NEWEST, size=size))


def _office(request: Request[Any, Any, Any], work: Work) -> Response[str]:
    figures = home_figures(work)
    waiting = [_orders(work, state) for state in (OrderState.REVIEWED, OrderState.DRAFT, OrderState.ISSUED)]
    return show(
        request,
        work,
        "home.html",
        figures=figures,
        counts=figures.counts,
        urgent=[
            *urgent_of_office(figures),
            *doubtful_on_the_spot(work),
            *filling_phones(request, work),
            *waiting_overrides(work),
            *waiting_projects(work),
        ],
        tiles=[*office_tiles(figures, work.today), risk_tile(work)],
        overdue=_queue(work, HazardQueue.OVERDUE),
        orders=[row for page in waiting for row in page.items][:_SHOWN],
        state_words=STATE_WORDS,
        tasks=_tasks(work, mine=False),
        checklist_names=_checklist_names(request),
        is_office=work.actor.role is Role.OFFICE,
    )


def _leader(request: Request[Any, Any, Any], work: Work) -> Response[str]:
    figures = home_figures(work)
    to_sign = [row for row in _orders(work, OrderState.REVIEWED, _MOST_ORDERS).items if row.has_major]
    closures = _queue(work, HazardQueue.TO_CLOSE, level=HazardLevel.MAJOR)
    major = _queue(work, HazardQueue.OPEN_MAJOR)
    overdue = figures.counts[HazardQueue.OVERDUE]
    tiles = [
        Tile(
            words="未闭环重大隐患",
            count=major.total,
            address=hazards_at(queue=HazardQueue.OPEN_MAJOR),
            detail="全园区",
            look="late" if major.total else "none",
        ),
        Tile(
            words="重大隐患待您销号",
            count=closures.total,
            address=hazards_at(queue=HazardQueue.TO_CLOSE, level=HazardLevel.MAJOR),
            detail="复查合格，等审查同意",
            look="wait" if closures.total else "none",
        ),
        *office_tiles(figures, work.today)[:2],
        risk_tile(work),
    ]
    # All of them stand below: the list of orders does not tell major ones apart.
    urgent = [Urgent(f"{len(to_sign)} 份含重大隐患的文书等您签发", "#to-sign")] if to_sign else []
    urgent += [Urgent(f"{closures.total} 项重大隐患等您销号", tiles[1].address)] if closures.total else []
    urgent += [*waiting_overrides(work), *waiting_projects(work)]
    urgent += [Urgent(f"{overdue} 项逾期未改", hazards_at(queue=HazardQueue.OVERDUE))] if overdue else []
    return show(
        request,
        work,
        "home_leader.html",
        figures=figures,
        counts=figures.counts,
        urgent=urgent,
        tiles=tiles,
        to_sign=to_sign,
        closures=closures,
        major=major,
        state_words=STATE_WORDS,
    )


def _inspector(request: Request[Any, Any, Any], work: Work) -> Response[str]:
    figures = home_figures(work)
    mine = _tasks(work, mine=True)
    waiting = _queue(work, HazardQueue.AWAITING_REINSPECTION)
    overdue = _queue(work, HazardQueue.OVERDUE)
    planned = _visits_this_month(request, work)
    to_visit = "/tasks?" + urlencode({"state": TaskState.PLANNED.value, "mine": "yes", "to": end_of_week(work.today).isoformat()})
    urgent = [Urgent(f"{mine.total} 个检查任务本周要去", to_visit)] if mine.total else []
    urgent += [Urgent(f"{planned.total} 次计划检查本月要去", "#planned")] if planned.total else []
    urgent += [Urgent(f"{waiting.total} 项等待复查", hazards_at(queue=HazardQueue.AWAITING_REINSPECTION))] if waiting.total else []
    urgent += [Urgent(f"{overdue.total} 项逾期未改要去看", hazards_at(queue=HazardQueue.OVERDUE))] if overdue.total else []
    return show(
        request,
        work,
        "home_inspector.html",
        figures=figures,
        counts=figures.counts,
        urgent=urgent,
        tasks=mine,
        planned=planned,
        planned_at="/plan/visits?" + urlencode({"mine": "yes", "state": "open", "month": work.today.month}),
        colour_words=colour_words,
        checklist_names=_checklist_names(request),
        waiting=waiting,
        overdue=overdue,
    )


def _visits_this_month(request: Request[Any, Any, Any], work: Work) -> Page[VisitRow]:
    """The viewer's own visits of this month that are still to be made, of the plan in force."""
    plan = find_plan(work, work.today.year)
    if plan is None or plan.state != PlanState.IN_FORCE:
        return Page([], 0, 1, _SHOWN)
    query = VisitQuery(month=work.today.month, person_id=work.actor.id, state="open", size=_SHOWN)
    visits, _ = read_visits(work, plan, services_of(request).rulebook.calendar, query=query)
    return list_visits(visits, query)


def _enterprise(request: Request[Any, Any, Any], work: Work) -> Response[str]:
    counts = home_figures(work).counts
    unsigned = _orders(work, OrderState.ISSUED)
    to_reply = list_hazards(work, HazardQuery(state=HazardState.RECTIFYING, sort=HazardSort.DUE, size=20))
    states = (HazardState.RECTIFYING, HazardState.SUBMITTED, HazardState.VERIFIED, HazardState.CLOSED)
    ledger = [
        Tile(words=state.label, count=list_hazards(work, HazardQuery(state=state, size=1)).total, address=hazards_at(state=state))
        for state in states
    ]
    return show(
        request,
        work,
        "home_enterprise.html",
        counts=counts,
        unsigned=unsigned,
        to_reply=to_reply,
        ledger=ledger,
        orders=_orders(work, OrderState.SERVED).items,
        risk=next(iter(list_heads(work)), None),
    )


def _screener(request: Request[Any, Any, Any], work: Work) -> Response[str]:
    counts = count_projects(work)
    drafts = list_projects(work, ProjectQuery(is_drafted=True, size=_SHOWN))
    waiting = list_projects(work, ProjectQuery(states=_UNDECIDED, is_waiting=True, sort=ProjectSort.OUTCOME, size=_SHOWN))
    clues = list_projects(work, ProjectQuery(state=ProjectState.CLUE, size=_SHOWN))
    to_check = counts[ProjectState.SCREENED]
    things = (
        (waiting.total, "个项目等着补正答复", "/projects?waiting=yes"),
        (to_check, "个项目待双人复核", f"/projects?state={ProjectState.SCREENED}"),
        (drafts.total, "份草稿没有提交", "/projects?drafts=yes"),
        (counts[ProjectState.CLUE], "个线索待补齐", f"/projects?state={ProjectState.CLUE}"),
    )
    tiles = [Tile(words=words, count=count, address=address, look="wait" if count else "none") for count, words, address in things]
    urgent = waiting_projects(work)
    said = {one.address for one in urgent}
    urgent += [Urgent(f"{count} {words}", address) for count, words, address in things if count and address not in said]
    return show(request, work, "home_screener.html", tiles=tiles, urgent=urgent, drafts=drafts, waiting=waiting, clues=clues)


def _others(request: Request[Any, Any, Any], work: Work) -> Response[str]:
    return show(request, work, "home_others.html", role=work.actor.role)


_PAGES = {
    Role.OFFICE: _office,
    Role.AUDITOR: _office,
    Role.LEADER: _leader,
    Role.INSPECTOR: _inspector,
    Role.ENTERPRISE: _enterprise,
    Role.ADMIN: _others,
    Role.SCREENER: _screener,
    Role.LIAISON: _others,
}
