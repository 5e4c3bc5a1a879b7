"""Files kept with a project as evidence: uploaded from its page, given back as downloads and never shown as pages."""

from collections.abc import Sequence
from typing import Any, BinaryIO, cast
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Stream

from server.entrance import open_work, services_of
from server.errors import FieldError, InvalidInput, NotFound, Refusal, TooLarge
from server.identity import pages_for
from server.pages.projects import project_page
from server.pages.view import errors_by_field, form_files, form_text, go_to
from server.photo_store import read_blocks
from server.screening.access import READERS, WRITERS
from server.screening.attachments import KeptFile, attach_files, evidence_store, get_attachment, keep_file
from server.screening.service import get_project

FORM_MAX_BYTES = 210_000_000


class ProjectFilePages(Controller):
    """Readers download, writers upload."""

    path = "/projects/{project_id:uuid}/files"
    opt = pages_for(*READERS)

    @post("/", opt=pages_for(*WRITERS), status_code=200, request_max_body_size=FORM_MAX_BYTES)
    async def take_files(self, request: Request[Any, Any, Any], project_id: FromPath[UUID]) -> Response[Any]:
        """Keep files."""
        form = await request.form()
        return await sync_to_thread(_keep, request, project_id, form_files(form, "files"), form_text(form, "note"))

    @get("/{attachment_id:uuid}", sync_to_thread=True)
    def download(self, request: Request[Any, Any, Any], project_id: FromPath[UUID], attachment_id: FromPath[UUID]) -> Response[Any]:
        """The file, byte for byte."""
        with open_work(request) as work:
            attachment = get_attachment(work, attachment_id)
            if attachment.project_id != project_id:
                raise NotFound("这个附件")
        try:
            source = evidence_store(services_of(request).settings.data_folder).open(attachment.sha256)
        except FileNotFoundError as error:
            raise NotFound("这个附件的原件") from error

        headers = {
            "Content-Disposition": f"attachment; filename=\"file\"; filename*=UTF-8''{quote(attachment.name, safe='')}",
            "Content-Length": str(attachment.size),
            "Cache-Control": "private, no-store",
        }
        return Stream(read_blocks(source), media_type="application/octet-stream", headers=headers)


def keep_files(request: Request[Any, Any, Any], files: Sequence[UploadFile]) -> list[KeptFile]:
    """Store what was chosen, outside any transaction. Raises `InvalidInput` naming the file."""
    if not files:
        raise InvalidInput([FieldError("files", "请选择要上传的文件")])
    store = evidence_store(services_of(request).settings.data_folder)
    try:
        return [keep_file(store, cast("BinaryIO", one.file), one.filename) for one in files]
    except TooLarge as refusal:
        raise InvalidInput([FieldError("files", refusal.detail)]) from refusal


def _keep(request: Request[Any, Any, Any], project_id: UUID, files: Sequence[UploadFile], note: str) -> Response[Any]:
    with open_work(request) as work:
        get_project(work, project_id)
    try:
        kept = keep_files(request, files)
        with open_work(request, write=True) as work:
            attach_files(work, project_id, kept, note)
    except InvalidInput as refusal:
        return _refused(request, project_id, refusal)
    return go_to(f"/projects/{project_id}?done=attached#files")


def _refused(request: Request[Any, Any, Any], project_id: UUID, refusal: Refusal) -> Response[Any]:
    errors = errors_by_field(refusal) if isinstance(refusal, InvalidInput) else {"main": refusal.detail}
    with open_work(request) as work:
        return project_page(request, work, project_id, errors=errors)
