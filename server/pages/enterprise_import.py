"""Bringing a whole sheet of enterprises in: template, upload, a look row by row, then yes.

Nothing is kept between the look and the yes: the rows travel in the page, and are checked again as if they had just been typed.
"""

import base64
import binascii
import io
import zlib
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import UploadFile

from rules.terms import Role
from server.enterprises.schemas import SheetRow
from server.enterprises.spreadsheet import import_enterprises, read_enterprise_sheet, write_template
from server.entrance import open_work, services_of
from server.errors import MalformedRequest, TooLarge, UnreadableSpreadsheet
from server.identity import pages_for
from server.pages.enterprises import sheet_answer
from server.pages.view import form_files, form_text, go_to, show
from server.sheet_errors import write_row_errors
from server.struct_types import prepare_decoding

MOST_UNPACKED = 20_000_000
"""More than two thousand full rows take, in bytes; what unpacks to more is no sheet of ours."""


class EnterpriseImportPages(Controller):
    """For the office."""

    path = "/enterprises/import"
    opt = pages_for(Role.OFFICE)

    @get("/", sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Template and upload."""
        with open_work(request) as work:
            return show(request, work, "enterprise_import.html", errors={})

    @get("/template", sync_to_thread=True)
    def download_template(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """The template."""
        with open_work(request):
            return sheet_answer(write_template(), "enterprises-template.xlsx")

    @post("/", status_code=200)
    async def take_sheet(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Read a sheet and say of every row what would become of it."""
        form = await request.form()
        files = form_files(form, "sheet")
        return await sync_to_thread(_preview, request, files[0] if files else None)

    @post("/confirm", status_code=200)
    async def take_confirmation(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Take the good rows."""
        form = await request.form()
        return await sync_to_thread(_confirm, request, form_text(form, "rows"))

    @post("/errors", status_code=200)
    async def take_error_report(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """The rows that cannot be taken, as a spreadsheet."""
        form = await request.form()
        return await sync_to_thread(_error_report, request, form_text(form, "rows"))


def _preview(request: Request[Any, Any, Any], file: UploadFile | None) -> Response[Any]:
    try:
        rows = [] if file is None else read_enterprise_sheet(io.BytesIO(file.file.read()))
        wrong = "请选择填好的表格" if file is None else "" if rows else "表格里没有数据行，请从模板第二行起填写"
    except (UnreadableSpreadsheet, TooLarge) as refusal:
        wrong, rows = refusal.detail, []
    with open_work(request) as work:
        if wrong:
            return show(request, work, "enterprise_import.html", status=400, errors={"sheet": wrong})
        report = import_enterprises(work, services_of(request).rulebook, rows, dry_run=True)
        return show(
            request, work, "enterprise_import_preview.html", report=report, packed=pack_rows(rows), file_name=file.filename if file else ""
        )


def _confirm(request: Request[Any, Any, Any], packed: str) -> Response[Any]:
    with open_work(request, write=True) as work:
        report = import_enterprises(work, services_of(request).rulebook, unpack_rows(packed), dry_run=False)
    return go_to(f"/enterprises?sort=newest&imported={len(report.taken)}")


def _error_report(request: Request[Any, Any, Any], packed: str) -> Response[bytes]:
    with open_work(request) as work:
        rows = unpack_rows(packed)
        report = import_enterprises(work, services_of(request).rulebook, rows, dry_run=True)
        return sheet_answer(write_row_errors(rows, report.errors), f"enterprises-not-imported-{work.today.isoformat()}.xlsx")


def pack_rows(rows: Sequence[SheetRow]) -> str:
    """Rows as a form carries them."""
    return base64.b64encode(zlib.compress(msgspec.json.encode(rows))).decode()


def unpack_rows(packed: str) -> list[SheetRow]:
    """The rows a form carries. Raises `MalformedRequest`."""
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode(packed, validate=True), MOST_UNPACKED)
        if unpacker.unconsumed_tail:
            raise MalformedRequest("表格太大")
        return msgspec.json.decode(data, type=list[SheetRow])
    except (binascii.Error, zlib.error, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedRequest("表格内容不完整，请重新上传") from error


prepare_decoding(list[SheetRow])
