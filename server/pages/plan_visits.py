"""The visits of the year's plan: the list, one visit with why it lies there and what may be done with it, one more, what was triggered."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.supervision import load_cap_principle
from rules.terms import Role
from server.enterprises.service import get_enterprise
from server.entrance import open_work, services_of
from server.errors import ChangedMeanwhile, FieldError, InvalidInput, NotAllowed, NotFound, StateConflict
from server.identity import pages_for
from server.models.plan import InspectionPlan
from server.pages.plan_words import words_of_coverage
from server.pages.query import asked, asked_page, asked_term, read_day, read_id, read_number
from server.pages.view import errors_by_field, errors_of, form_text, form_texts, go_to, show
from server.parks.service import list_zones
from server.planning.access import APPROVERS, READERS, WRITERS
from server.planning.frequency import COLOUR_KEYS, colour_words
from server.planning.schemas import PlanState, VisitForm, VisitQuery, VisitRow, VisitSort, VisitState
from server.planning.service import (
    add_visit,
    drop_visit,
    find_plan,
    find_triggers,
    get_plan,
    get_visit,
    list_visits,
    mark_triggered,
    move_visit,
    read_board,
    read_staffing,
    read_visits,
)
from server.unit_of_work import Work

AnyRequest = Request[Any, Any, Any]
STATES = (
    ("kept", "全部"),
    ("open", "还要去"),
    *((one.value, one.label) for one in VisitState),
)


class PlanVisitPages(Controller):
    """Staff read; the office writes; the leader may drop what goes below a floor."""

    path = "/plan/visits"
    opt = pages_for(*READERS)

    @get("/", sync_to_thread=True)
    def list_all(self, request: AnyRequest) -> Response[str]:
        """One page of the visits of a year; an inspector's own first."""
        with open_work(request) as work:
            year = read_number(asked(request, "year")) or work.today.year
            plan = find_plan(work, year) if 2000 <= year <= 2999 else None
            if plan is None:
                return show(request, work, "plan_visits_none.html", year=year)
            query = _query(request, work)
            visits, _ = read_visits(work, plan, services_of(request).rulebook.calendar, query=query)
            return show(
                request,
                work,
                "plan_visits.html",
                plan=plan,
                page=list_visits(visits, query),
                asked=query,
                tabs=[(key, words, list_visits(visits, _tab(query, key)).total) for key, words in STATES],
                people=read_staffing(work).capacities,
                zones=list_zones(work),
                colours=[(key, colour_words(key)) for key in COLOUR_KEYS],
                sorts=[(one.value, one.label) for one in VisitSort],
                colour_words=colour_words,
                may_write=work.actor.role is Role.OFFICE and plan.state != PlanState.REVIEWED,
                only_mine=query.person_id == work.actor.id,
            )

    @get("/{visit_id:uuid}", sync_to_thread=True)
    def show_visit(self, request: AnyRequest, visit_id: FromPath[UUID]) -> Response[str]:
        """One visit."""
        with open_work(request) as work:
            return _visit_page(request, work, visit_id, {}, {})

    @post("/{visit_id:uuid}/move", opt=pages_for(*WRITERS), status_code=200)
    async def take_move(self, request: AnyRequest, visit_id: FromPath[UUID]) -> Response[Any]:
        """Another day, other people."""
        return await sync_to_thread(_move, request, visit_id, _typed(await request.form()))

    @post("/{visit_id:uuid}/drop", opt=pages_for(*WRITERS, *APPROVERS), status_code=200)
    async def take_drop(self, request: AnyRequest, visit_id: FromPath[UUID]) -> Response[Any]:
        """Drop it with the reason."""
        form = await request.form()
        return await sync_to_thread(_drop, request, visit_id, form_text(form, "drop_reason"), read_number(form_text(form, "version")))

    @get("/new", opt=pages_for(*WRITERS), sync_to_thread=True)
    def show_form(self, request: AnyRequest) -> Response[str]:
        """One more visit at an enterprise."""
        with open_work(request) as work:
            enterprise_id, year = read_id(asked(request, "enterprise")), read_number(asked(request, "year")) or work.today.year
            plan = find_plan(work, year) if 2000 <= year <= 2999 else None
            if enterprise_id is None or plan is None:
                return go_to(f"/plan/enterprises?{urlencode({'year': year})}") if plan else go_to("/plan")
            day = work.today.isoformat() if plan.year == work.today.year else f"{plan.year}-01-04"
            return _new_page(request, work, plan, enterprise_id, {"planned_on": day, "people": [], "reason": ""}, {})

    @post("/new", opt=pages_for(*WRITERS), status_code=200)
    async def take_form(self, request: AnyRequest) -> Response[Any]:
        """Add it."""
        form = await request.form()
        plan_id, enterprise_id = read_id(form_text(form, "plan_id")), read_id(form_text(form, "enterprise_id"))
        return await sync_to_thread(_add, request, plan_id, enterprise_id, _typed(form))


class PlanEnterprisePages(Controller):
    """The plan of one enterprise, and what triggered its inspections."""

    path = "/plan"
    opt = pages_for(*READERS)

    @get("/enterprises/{enterprise_id:uuid}", sync_to_thread=True)
    def show_enterprise(self, request: AnyRequest, enterprise_id: FromPath[UUID]) -> Response[str]:
        """Bounds, visits and inspections of an enterprise."""
        with open_work(request) as work:
            return _enterprise_page(request, work, enterprise_id, {}, {})

    @post("/inspections/{inspection_id:uuid}/trigger", opt=pages_for(*WRITERS), status_code=200)
    async def take_trigger(self, request: AnyRequest, inspection_id: FromPath[UUID]) -> Response[Any]:
        """Say what triggered an inspection, or take it back."""
        form = await request.form()
        values = {name: form_text(form, name) for name in ("trigger", "trigger_note", "enterprise_id")}
        return await sync_to_thread(_mark, request, inspection_id, values)


def _query(request: AnyRequest, work: Work) -> VisitQuery:
    month = read_number(asked(request, "month"))
    colour, state = asked(request, "colour"), asked(request, "state")
    mine = asked(request, "mine") == "yes"
    return VisitQuery(
        search=asked(request, "q"),
        month=month if month is not None and 1 <= month <= 12 else None,
        person_id=work.actor.id if mine else read_id(asked(request, "by")),
        colour=colour if colour in COLOUR_KEYS else "",
        zone_id=read_id(asked(request, "zone")),
        state=state if state in {key for key, _ in STATES} else "kept",
        overdue=asked(request, "overdue") == "yes",
        due=asked(request, "due") == "yes",
        moved=asked(request, "moved") == "yes",
        left=asked(request, "left") == "yes",
        sort=VisitSort(asked_term(request, "sort", VisitSort) or VisitSort.DAY),
        page=asked_page(request),
    )


def _tab(query: VisitQuery, state: str) -> VisitQuery:
    return msgspec.structs.replace(query, state=state, page=1)


def _typed(form: Any) -> dict[str, Any]:
    values: dict[str, Any] = {name: form_text(form, name) for name in ("planned_on", "reason", "version")}
    return values | {"people": form_texts(form, "people")}


def _form_of(values: dict[str, Any]) -> VisitForm:
    """The form as a use case takes it. Raises `InvalidInput` for a day that is none."""
    day = read_day(values["planned_on"])
    if day is None:
        raise InvalidInput([FieldError("planned_on", "请填写日期，例如 2026-12-03")])
    people = tuple(one for one in (read_id(typed) for typed in values["people"]) if one is not None)
    return VisitForm(planned_on=day, people=people, reason=values["reason"], version=read_number(values.get("version", "")))


def _visit_page(request: AnyRequest, work: Work, visit_id: UUID, values: dict[str, Any], errors: dict[str, str]) -> Response[str]:
    calendar = services_of(request).rulebook.calendar
    plan, visit = get_visit(work, calendar, visit_id)
    filled = {"planned_on": visit.planned_on.isoformat(), "people": [str(one.id) for one in visit.people], "reason": "", "drop_reason": ""}
    return show(
        request,
        work,
        "plan_visit.html",
        status=400 if errors else 200,
        plan=plan,
        visit=visit,
        people=read_staffing(work).capacities,
        values=filled | values,
        errors=errors,
        may_move=visit.is_open and plan.state != PlanState.REVIEWED and work.actor.role is Role.OFFICE,
        may_drop=visit.is_open and plan.state != PlanState.REVIEWED and work.actor.role in WRITERS | APPROVERS,
        needs_reason=plan.state == PlanState.IN_FORCE,
        is_provisional=calendar.is_provisional(visit.planned_on),
        colour_words=colour_words,
    )


def _move(request: AnyRequest, visit_id: UUID, values: dict[str, Any]) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            move_visit(work, services_of(request).rulebook, visit_id, _form_of(values))
    except (InvalidInput, StateConflict, ChangedMeanwhile) as refusal:
        with open_work(request) as work:
            return _visit_page(request, work, visit_id, values, errors_of(refusal, "planned_on"))
    return go_to(f"/plan/visits/{visit_id}?done=moved")


def _drop(request: AnyRequest, visit_id: UUID, reason: str, version: int | None) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            drop_visit(work, services_of(request).rulebook, visit_id, reason, version)
    except (InvalidInput, StateConflict, ChangedMeanwhile, NotAllowed) as refusal:
        with open_work(request) as work:
            return _visit_page(request, work, visit_id, {"drop_reason": reason}, errors_of(refusal, "drop_reason"))
    return go_to(f"/plan/visits/{visit_id}?done=dropped")


def _new_page(
    request: AnyRequest, work: Work, plan: InspectionPlan, enterprise_id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response[str]:
    board = read_board(work, plan, services_of(request).rulebook.calendar)
    coverage = next((one for one in board.coverage if one.enterprise_id == enterprise_id), None)
    if coverage is None:
        raise NotFound("这家在册企业")
    return show(
        request,
        work,
        "plan_visit_new.html",
        status=400 if errors else 200,
        plan=plan,
        coverage=coverage,
        visits=[one for one in board.visits if one.enterprise_id == enterprise_id and one.state is not VisitState.DROPPED],
        people=read_staffing(work).capacities,
        values=values,
        errors=errors,
        needs_reason=plan.state == PlanState.IN_FORCE,
        coverage_words=words_of_coverage,
        colour_words=colour_words,
    )


def _add(request: AnyRequest, plan_id: UUID | None, enterprise_id: UUID | None, values: dict[str, Any]) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            if plan_id is None or enterprise_id is None:
                raise NotFound("这份检查计划或这家企业")
            add_visit(work, services_of(request).rulebook, plan_id, enterprise_id, _form_of(values))
    except (InvalidInput, StateConflict) as refusal:
        with open_work(request) as work:
            plan = get_plan(work, plan_id or UUID(int=0))
            return _new_page(request, work, plan, enterprise_id or UUID(int=0), values, errors_of(refusal, "planned_on"))
    return go_to(f"/plan/enterprises/{enterprise_id}?done=added")


def _enterprise_page(request: AnyRequest, work: Work, enterprise_id: UUID, values: dict[str, str], errors: dict[str, str]) -> Response[str]:
    enterprise = get_enterprise(work, enterprise_id)
    year = read_number(asked(request, "year")) or work.today.year
    plan = find_plan(work, year) if 2000 <= year <= 2999 else None
    board = read_board(work, plan, services_of(request).rulebook.calendar) if plan else None
    visits: list[VisitRow] = [one for one in board.visits if one.enterprise_id == enterprise_id] if board else []
    seen = [one for one in board.seen if one.enterprise_id == enterprise_id] if board else []
    return show(
        request,
        work,
        "plan_enterprise.html",
        status=400 if errors else 200,
        enterprise=enterprise,
        year=year,
        plan=plan,
        coverage=next((one for one in board.coverage if one.enterprise_id == enterprise_id), None) if board else None,
        visits=visits,
        seen=seen,
        ticked={one.seen.id: one.number for one in visits if one.seen},
        triggers=find_triggers(work, seen),
        reasons=load_cap_principle().triggered_reasons,
        may_write=work.actor.role is Role.OFFICE,
        values=values,
        errors=errors,
        coverage_words=words_of_coverage,
        colour_words=colour_words,
    )


def _mark(request: AnyRequest, inspection_id: UUID, values: dict[str, str]) -> Response[Any]:
    enterprise_id = read_id(values["enterprise_id"])
    try:
        with open_work(request, write=True) as work:
            mark_triggered(work, inspection_id, values["trigger"], values["trigger_note"])
    except InvalidInput as refusal:
        if enterprise_id is None:
            raise
        with open_work(request) as work:
            return _enterprise_page(request, work, enterprise_id, values | {"inspection": str(inspection_id)}, errors_by_field(refusal))
    return go_to(f"/plan/enterprises/{enterprise_id}?done=marked" if enterprise_id else f"/inspections/{inspection_id}")
