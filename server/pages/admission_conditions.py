"""The conditions of admitted projects: what is owed, what is overdue, what was reported and waits for a second person."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.terms import Role
from server.admission.service import (
    confirm_condition,
    count_conditions,
    drop_condition,
    list_conditions,
    report_condition,
    return_condition,
)
from server.entrance import open_work
from server.errors import InvalidInput, NotFound, StateConflict
from server.identity import pages_for
from server.pages.query import asked, asked_page, read_number
from server.pages.view import form_text, go_to, show
from server.screening.access import READERS
from server.unit_of_work import Work

TABS = (("open", "在跟踪"), ("overdue", "已逾期"), ("reported", "待核实"), ("all", "全部"))


class ConditionPages(Controller):
    """For whoever may see projects; screeners and the office follow them, the leader may drop one."""

    path = "/projects/conditions"
    opt = pages_for(*READERS)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """One page of the list."""
        with open_work(request) as work:
            return _page(request, work, {})

    @post("/{condition_id:uuid}/{step:str}", opt=pages_for(Role.SCREENER, Role.OFFICE, Role.LEADER), status_code=200)
    async def take_step(self, request: Request[Any, Any, Any], condition_id: FromPath[UUID], step: FromPath[str]) -> Response[Any]:
        """Report, confirm, send back or drop."""
        form = await request.form()
        return await sync_to_thread(_take, request, condition_id, step, form_text(form, "text"), read_number(form_text(form, "version")))


def _take(request: Request[Any, Any, Any], condition_id: UUID, step: str, text: str, version: int | None) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            if step == "report":
                report_condition(work, condition_id, text, version=version)
            elif step == "confirm":
                confirm_condition(work, condition_id, version=version)
            elif step == "return":
                return_condition(work, condition_id, text, version=version)
            elif step == "drop":
                drop_condition(work, condition_id, text, version=version)
            else:
                raise NotFound("这一步")
    except (InvalidInput, StateConflict) as refusal:
        with open_work(request) as work:
            return _page(
                request, work, {f"condition-{condition_id}": refusal.detail}, typed={str(condition_id): text}, status=refusal.status
            )
    return go_to(f"/projects/conditions?tab={'reported' if step == 'report' else 'open'}&done={step}")


def _page(
    request: Request[Any, Any, Any], work: Work, errors: dict[str, str], *, typed: dict[str, str] | None = None, status: int = 200
) -> Response[str]:
    tab = asked(request, "tab") or "open"
    tab = tab if tab in {key for key, _ in TABS} else "open"
    counts = count_conditions(work)
    return show(
        request,
        work,
        "project_conditions.html",
        status=status,
        page=list_conditions(work, tab=tab, search=asked(request, "q"), page=asked_page(request)),
        tabs=[(key, words, counts[key]) for key, words in TABS],
        tab=tab,
        errors=errors,
        typed=typed or {},
        may_follow=work.actor.role in {Role.SCREENER, Role.OFFICE},
        may_drop=work.actor.role is Role.LEADER,
    )
