"""Bringing many projects in from a sheet: template, upload, a look row by row with what each screening would say, then yes.

Nothing is kept between the look and the yes: the rows travel in the page, and are checked again as if they had just been typed.
"""

import io
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import UploadFile

from server.entrance import open_work, services_of
from server.errors import MalformedRequest, TooLarge, UnreadableSpreadsheet
from server.identity import pages_for
from server.pages.enterprise_import import pack_rows, unpack_rows
from server.pages.enterprises import sheet_answer
from server.pages.view import form_files, form_text, go_to, show
from server.screening.access import WRITERS
from server.screening.intake import MOST_PROJECTS, read_intake_sheet, take_projects, write_template
from server.sheet_errors import write_row_errors
from server.sheets import SheetRow


class ProjectImportPages(Controller):
    """For screeners and the office."""

    path = "/projects/import"
    opt = pages_for(*WRITERS)

    @get("/", sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Template and upload."""
        with open_work(request) as work:
            return show(request, work, "project_import.html", errors={}, most=MOST_PROJECTS)

    @get("/template", sync_to_thread=True)
    def download_template(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """The template."""
        with open_work(request):
            return sheet_answer(write_template(), "projects-template.xlsx")

    @post("/", status_code=200)
    async def take_sheet(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Read a sheet and say of every row what would become of it."""
        form = await request.form()
        files = form_files(form, "sheet")
        return await sync_to_thread(_preview, request, files[0] if files else None)

    @post("/confirm", status_code=200)
    async def take_confirmation(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Register, describe and screen the good rows."""
        form = await request.form()
        return await sync_to_thread(_confirm, request, form_text(form, "rows"))

    @post("/errors", status_code=200)
    async def take_error_report(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """The rows that cannot be taken, as a spreadsheet."""
        form = await request.form()
        return await sync_to_thread(_error_report, request, form_text(form, "rows"))


def _preview(request: Request[Any, Any, Any], file: UploadFile | None) -> Response[Any]:
    try:
        rows = [] if file is None else read_intake_sheet(io.BytesIO(file.file.read()))
        wrong = "请选择填好的表格" if file is None else "" if rows else "表格里没有数据行，请从模板第二行起填写"
    except (UnreadableSpreadsheet, TooLarge) as refusal:
        wrong, rows = refusal.detail, []
    with open_work(request) as work:
        if wrong:
            return show(request, work, "project_import.html", status=400, errors={"sheet": wrong}, most=MOST_PROJECTS)
        report = take_projects(work, services_of(request).rulebook, rows, dry_run=True)
        name = file.filename if file else ""
        return show(request, work, "project_import_preview.html", report=report, packed=pack_rows(rows), file_name=name)


def _confirm(request: Request[Any, Any, Any], packed: str) -> Response[Any]:
    with open_work(request, write=True) as work:
        report = take_projects(work, services_of(request).rulebook, _rows(packed), dry_run=False)
    return go_to(f"/projects?imported={len(report.taken)}")


def _rows(packed: str) -> list[SheetRow]:
    """The rows the page carries. Raises `MalformedRequest` for more than a sheet may have."""
    rows = unpack_rows(packed)
    if len(rows) > MOST_PROJECTS:
        raise MalformedRequest("表格太大")
    return rows


def _error_report(request: Request[Any, Any, Any], packed: str) -> Response[bytes]:
    with open_work(request) as work:
        rows = _rows(packed)
        report = take_projects(work, services_of(request).rulebook, rows, dry_run=True)
        return sheet_answer(write_row_errors(rows, report.errors), f"projects-not-imported-{work.today.isoformat()}.xlsx")
