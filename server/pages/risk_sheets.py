"""The 风险分级管控清单 as a spreadsheet: the register as one, an empty template, and a filled one looked at row by row before it is taken.

Nothing is kept between the look and the yes: the rows travel in the page, and are checked again as if they had just been typed.
"""

import io
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from rules.terms import Role
from server.enterprises.service import get_enterprise
from server.entrance import open_work, services_of
from server.errors import InvalidInput, TooLarge, UnreadableSpreadsheet
from server.grading.access import WRITERS
from server.grading.service import export_register, import_register, read_register_sheet, write_register_template
from server.identity import STAFF, pages_for
from server.pages.enterprise_import import pack_rows, unpack_rows
from server.pages.enterprises import sheet_answer
from server.pages.view import form_files, form_text, go_to, show
from server.sheet_errors import write_row_errors


class RiskSheetPages(Controller):
    """The register as XLSX, for whoever reads it."""

    opt = pages_for(*STAFF, Role.ENTERPRISE)

    @get("/enterprises/{enterprise_id:uuid}/register.xlsx", sync_to_thread=True)
    def export(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[bytes]:
        """The whole register, in the form an import takes."""
        with open_work(request) as work:
            data = export_register(work, services_of(request).rulebook, enterprise_id)
            return sheet_answer(data, f"risk-register-{work.today.isoformat()}.xlsx")


class RiskImportPages(Controller):
    """For whoever keeps registers."""

    path = "/enterprises/{enterprise_id:uuid}/register/import"
    opt = pages_for(*WRITERS)

    @get("/", sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[str]:
        """Template and upload."""
        with open_work(request) as work:
            return show(request, work, "risk_import.html", enterprise=get_enterprise(work, enterprise_id), errors={})

    @get("/template", sync_to_thread=True)
    def download_template(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[bytes]:
        """The template, with the words of every scheme in it."""
        with open_work(request) as work:
            get_enterprise(work, enterprise_id)
            return sheet_answer(write_register_template(work, services_of(request).rulebook), "risk-register-template.xlsx")

    @post("/", status_code=200)
    async def take_sheet(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[Any]:
        """Read a sheet and say of every row what would become of it."""
        form = await request.form()
        files = form_files(form, "sheet")
        return await sync_to_thread(_preview, request, enterprise_id, files[0] if files else None)

    @post("/confirm", status_code=200)
    async def take_confirmation(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[Any]:
        """Take the good rows."""
        form = await request.form()
        return await sync_to_thread(_confirm, request, enterprise_id, form_text(form, "rows"))

    @post("/errors", status_code=200)
    async def take_error_report(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[Any]:
        """The rows that cannot be taken, as a spreadsheet."""
        form = await request.form()
        return await sync_to_thread(_error_report, request, enterprise_id, form_text(form, "rows"))


def _preview(request: Request[Any, Any, Any], enterprise_id: UUID, file: UploadFile | None) -> Response[Any]:
    try:
        rows = [] if file is None else read_register_sheet(io.BytesIO(file.file.read()))
        wrong = "请选择填好的表格" if file is None else "" if rows else "表格里没有数据行，请从模板第二行起填写"
    except (UnreadableSpreadsheet, TooLarge) as refusal:
        wrong, rows = refusal.detail, []
    with open_work(request) as work:
        enterprise = get_enterprise(work, enterprise_id)
        if wrong:
            return show(request, work, "risk_import.html", status=400, enterprise=enterprise, errors={"sheet": wrong})
        report = import_register(work, services_of(request).rulebook, enterprise_id, rows, dry_run=True)
        return show(
            request,
            work,
            "risk_import_preview.html",
            enterprise=enterprise,
            report=report,
            packed=pack_rows(rows),
            file_name=file.filename if file else "",
        )


def _confirm(request: Request[Any, Any, Any], enterprise_id: UUID, packed: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            get_enterprise(work, enterprise_id)
            report = import_register(work, services_of(request).rulebook, enterprise_id, unpack_rows(packed), dry_run=False)
    except InvalidInput as refusal:
        # Somebody entered the same source between the look and the yes.
        with open_work(request) as work:
            enterprise = get_enterprise(work, enterprise_id)
            return show(request, work, "risk_import.html", status=400, enterprise=enterprise, errors={"sheet": refusal.detail})
    return go_to(f"/enterprises/{enterprise_id}/register?imported={len(report.taken)}")


def _error_report(request: Request[Any, Any, Any], enterprise_id: UUID, packed: str) -> Response[bytes]:
    with open_work(request) as work:
        get_enterprise(work, enterprise_id)
        rows = unpack_rows(packed)
        report = import_register(work, services_of(request).rulebook, enterprise_id, rows, dry_run=True)
        return sheet_answer(write_row_errors(rows, report.errors), f"risk-register-not-imported-{work.today.isoformat()}.xlsx")
