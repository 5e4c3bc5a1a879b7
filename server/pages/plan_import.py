"""Adjusting the plan with a spreadsheet: take it away, change rows, upload, a look row by row, then yes.

Nothing is kept between the look and the yes: the rows travel in the page, and are checked again as if they had just been typed.
"""

import io
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from server.entrance import open_work, services_of
from server.errors import InvalidInput, StateConflict, TooLarge, UnreadableSpreadsheet
from server.identity import pages_for
from server.pages.enterprise_import import pack_rows, unpack_rows
from server.pages.enterprises import sheet_answer
from server.pages.view import form_files, form_text, go_to, show
from server.planning.access import WRITERS
from server.planning.schemas import PlanState
from server.planning.service import export_visits, get_plan, import_visits, read_plan_sheet, write_problems

AnyRequest = Request[Any, Any, Any]


class PlanImportPages(Controller):
    """For the office."""

    path = "/plan/{plan_id:uuid}/sheet"
    opt = pages_for(*WRITERS)

    @get("/", sync_to_thread=True)
    def show_form(self, request: AnyRequest, plan_id: FromPath[UUID]) -> Response[str]:
        """The sheet to take away, and the upload."""
        with open_work(request) as work:
            return show(request, work, "plan_import.html", plan=get_plan(work, plan_id), errors={})

    @get("/visits.xlsx", sync_to_thread=True)
    def download_sheet(self, request: AnyRequest, plan_id: FromPath[UUID]) -> Response[bytes]:
        """Every visit, to be changed."""
        with open_work(request) as work:
            plan = get_plan(work, plan_id)
            return sheet_answer(export_visits(work, services_of(request).rulebook, plan), f"plan-{plan.year}-visits.xlsx")

    @post("/", status_code=200)
    async def take_sheet(self, request: AnyRequest, plan_id: FromPath[UUID]) -> Response[Any]:
        """Read a sheet and say of every row what would become of it."""
        files = form_files(await request.form(), "sheet")
        return await sync_to_thread(_preview, request, plan_id, files[0] if files else None)

    @post("/confirm", status_code=200)
    async def take_confirmation(self, request: AnyRequest, plan_id: FromPath[UUID]) -> Response[Any]:
        """Take the good rows."""
        form = await request.form()
        return await sync_to_thread(_confirm, request, plan_id, form_text(form, "rows"), form_text(form, "reason"))

    @post("/errors", status_code=200)
    async def take_error_report(self, request: AnyRequest, plan_id: FromPath[UUID]) -> Response[Any]:
        """The rows that cannot be taken, as a spreadsheet."""
        form = await request.form()
        return await sync_to_thread(_error_report, request, plan_id, form_text(form, "rows"))


def _preview(request: AnyRequest, plan_id: UUID, file: UploadFile | None) -> Response[Any]:
    with open_work(request) as work:
        get_plan(work, plan_id)
    try:
        rows = [] if file is None else read_plan_sheet(io.BytesIO(file.file.read()))
        wrong = "请选择改好的表格" if file is None else "" if rows else "表格里没有数据行"
    except (UnreadableSpreadsheet, TooLarge) as refusal:
        wrong, rows = refusal.detail, []
    if wrong:
        with open_work(request) as work:
            return show(request, work, "plan_import.html", status=400, plan=get_plan(work, plan_id), errors={"sheet": wrong})
    return _look(request, plan_id, pack_rows(rows), "", {})


def _look(request: AnyRequest, plan_id: UUID, packed: str, reason: str, errors: dict[str, str]) -> Response[Any]:
    rulebook = services_of(request).rulebook
    # A look holds the plan as the taking would, so it comes in as a writer; what it does is undone before it ends.
    with open_work(request, write=True) as work:
        plan = get_plan(work, plan_id)
        try:
            report = import_visits(work, rulebook, plan_id, unpack_rows(packed), reason, dry_run=True)
        except StateConflict as refusal:
            return show(request, work, "plan_import.html", status=400, plan=plan, errors={"sheet": refusal.detail})
        needs_reason = plan.state == PlanState.IN_FORCE
        return show(
            request,
            work,
            "plan_import_preview.html",
            status=400 if errors else 200,
            plan=plan,
            report=report,
            packed=packed,
            reason=reason,
            errors=errors,
            needs_reason=needs_reason,
        )


def _confirm(request: AnyRequest, plan_id: UUID, packed: str, reason: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            year = get_plan(work, plan_id).year
            report = import_visits(work, services_of(request).rulebook, plan_id, unpack_rows(packed), reason, dry_run=False)
    except InvalidInput as refusal:
        return _look(request, plan_id, packed, reason, {"reason": refusal.detail})
    return go_to(f"/plan?year={year}&done=imported&count={len(report.changes)}")


def _error_report(request: AnyRequest, plan_id: UUID, packed: str) -> Response[bytes]:
    with open_work(request, write=True) as work:
        plan = get_plan(work, plan_id)
        rows = unpack_rows(packed)
        report = import_visits(work, services_of(request).rulebook, plan.id, rows, "", dry_run=True)
        return sheet_answer(write_problems(rows, report), f"plan-not-taken-{work.today.isoformat()}.xlsx")
