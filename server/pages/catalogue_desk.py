"""The confirmation desk: take a clause, write down what the official text says, let a second officer compare and confirm."""

from collections.abc import Callable
from datetime import date
from typing import Any, BinaryIO, cast
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Stream

from rules.restriction_terms import Layer
from server.catalogue.access import DESK, DRAFTERS
from server.catalogue.scans import ENDINGS
from server.catalogue.schemas import DeskQuery, DeskTab, Finding, RecordForm, RecordState
from server.catalogue.service import (
    attach_scan,
    claim_entry,
    confirm_record,
    correct_by_record,
    enter_record,
    get_record,
    get_record_dossier,
    keep_scan,
    list_desk,
    release_record,
    return_record,
    unverified_entries,
    withdraw_record,
)
from server.catalogue.wording import conditions_in_words
from server.entrance import open_work, services_of
from server.errors import FieldError, InvalidInput, NotFound, SecondPersonNeeded, StateConflict
from server.identity import pages_for
from server.pages.query import asked, asked_page, asked_term, read_day, read_id, read_number
from server.pages.uploads import FORM_MAX_BYTES
from server.pages.view import errors_of, form_files, form_text, go_to, show
from server.photo_store import read_blocks
from server.unit_of_work import Work

_FIELDS = (
    "document", "document_number", "issued_on", "page", "clause", "wording", "finding", "difference", "limit_value", "seen_on",
    "where_seen",
)  # fmt: skip
_WORKING = pages_for(*DRAFTERS)


class DeskPages(Controller):
    """Screeners and office work here, leader and auditor look on."""

    path = "/catalogue/desk"
    opt = pages_for(*DESK)

    @get("/", sync_to_thread=True)
    def show_desk(self, request: Request[Any, Any, Any]) -> Response[str]:
        """The queue and what became of it."""
        with open_work(request) as work:
            query = DeskQuery(
                tab=asked_term(request, "tab", DeskTab) or DeskTab.OPEN.value,
                search=asked(request, "q"),
                layer=asked_term(request, "layer", Layer),
                document=asked(request, "document"),
                mine=asked(request, "mine") == "yes",
                page=asked_page(request),
            )
            page, counts = list_desk(work, query)
            return show(
                request,
                work,
                "catalogue_desk.html",
                page=page,
                counts=counts,
                asked=query,
                layers=[(one.value, one.label) for one in (Layer.NATIONAL, Layer.PROVINCIAL)],
                documents=sorted({one.title for one in unverified_entries()}),
                states={one.value: one.label for one in RecordState},
                findings={one.value: one.label for one in Finding},
                may_work=work.actor.role in DRAFTERS,
            )

    @post("/claim", opt=_WORKING, status_code=200)
    async def take_claim(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Take an entry from the queue."""
        form = await request.form()
        return await sync_to_thread(_claim, request, form_text(form, "entry_id"))

    @get("/{record_id:uuid}", sync_to_thread=True)
    def show_record(self, request: Request[Any, Any, Any], record_id: FromPath[UUID]) -> Response[str]:
        """One record beside its entry, and what can be done now."""
        with open_work(request) as work:
            return _page(request, work, record_id, None, {})

    @post("/{record_id:uuid}/enter", opt=_WORKING, status_code=200, request_max_body_size=FORM_MAX_BYTES)
    async def take_record(self, request: Request[Any, Any, Any], record_id: FromPath[UUID]) -> Response[Any]:
        """Write down what the official text says."""
        form = await request.form()
        values = {name: form_text(form, name) for name in _FIELDS}
        files, version = form_files(form, "scan"), read_number(form_text(form, "version"))
        return await sync_to_thread(_enter, request, record_id, values, files[0] if files else None, version)

    @post("/{record_id:uuid}/confirm", opt=_WORKING, status_code=200)
    async def take_confirmation(self, request: Request[Any, Any, Any], record_id: FromPath[UUID]) -> Response[Any]:
        """A second officer compared it."""
        form = await request.form()
        note, compared = form_text(form, "note"), form_text(form, "compared") == "yes"
        version = read_number(form_text(form, "version"))
        step = lambda work: confirm_record(work, record_id, note, compared=compared, seen_version=version)  # noqa: E731 - one step
        return await sync_to_thread(_take_step, request, record_id, step, {"note": note}, "compared", "confirmed")

    @post("/{record_id:uuid}/return", opt=_WORKING, status_code=200)
    async def take_return(self, request: Request[Any, Any, Any], record_id: FromPath[UUID]) -> Response[Any]:
        """A second officer sends it back."""
        form = await request.form()
        reason = form_text(form, "reason")
        step = lambda work: return_record(work, record_id, reason)  # noqa: E731 - one step
        return await sync_to_thread(_take_step, request, record_id, step, {"reason": reason}, "reason", "returned")

    @post("/{record_id:uuid}/release", opt=_WORKING, status_code=200)
    async def take_release(self, request: Request[Any, Any, Any], record_id: FromPath[UUID]) -> Response[Any]:
        """Put it back into the queue."""
        step = lambda work: release_record(work, record_id)  # noqa: E731 - one step
        return await sync_to_thread(_take_step, request, record_id, step, {}, "document", "released")

    @post("/{record_id:uuid}/withdraw", opt=_WORKING, status_code=200)
    async def take_withdrawal(self, request: Request[Any, Any, Any], record_id: FromPath[UUID]) -> Response[Any]:
        """Take a confirmation back."""
        form = await request.form()
        reason = form_text(form, "reason")
        step = lambda work: withdraw_record(work, record_id, reason)  # noqa: E731 - one step
        return await sync_to_thread(_take_step, request, record_id, step, {"reason": reason}, "reason", "withdrawn")

    @post("/{record_id:uuid}/correct", opt=_WORKING, status_code=200)
    async def take_correction(self, request: Request[Any, Any, Any], record_id: FromPath[UUID]) -> Response[Any]:
        """Carry the right number into a draft edition."""
        form = await request.form()
        return await sync_to_thread(_correct, request, record_id, read_id(form_text(form, "edition_id")))

    @get("/{record_id:uuid}/scan", sync_to_thread=True)
    def show_scan(self, request: Request[Any, Any, Any], record_id: FromPath[UUID]) -> Response[Any]:
        """The scan as it was received."""
        with open_work(request) as work:
            record = get_record(work, record_id)
        if not record.scan_sha256:
            raise NotFound("这份扫描件")
        try:
            source = services_of(request).photo_store.open(record.scan_sha256)
        except FileNotFoundError as error:
            raise NotFound("这份扫描件的原件") from error

        # PDF and pictures may be looked at in place: their kind was found in their bytes, never taken from whoever sent them.
        name = f"{record.scan_sha256[:16]}.{ENDINGS[record.scan_media_type]}"
        headers = {
            "Content-Disposition": f'inline; filename="{name}"',
            "Content-Length": str(record.scan_size),
            "Cache-Control": "private, max-age=604800, immutable",
        }
        return Stream(read_blocks(source), media_type=record.scan_media_type, headers=headers)


def _claim(request: Request[Any, Any, Any], entry_id: str) -> Response[Any]:
    with open_work(request, write=True) as work:
        record = claim_entry(work, entry_id)
    return go_to(f"/catalogue/desk/{record.id}")


def _page(
    request: Request[Any, Any, Any],
    work: Work,
    record_id: UUID,
    values: dict[str, str] | None,
    errors: dict[str, str],
) -> Response[str]:
    dossier = get_record_dossier(work, record_id)
    shown = _values_of(dossier.record)
    if dossier.may_enter and not dossier.record.document:
        # What was sent back is corrected, not typed again.
        sent_back = next((one for one in dossier.earlier if one.state == RecordState.RETURNED), None)
        shown = _values_of(sent_back) if sent_back is not None else shown
    return show(
        request,
        work,
        "catalogue_record.html",
        status=400 if errors else 200,
        dossier=dossier,
        record=dossier.record,
        entry=dossier.entry,
        state=RecordState(dossier.record.state),
        findings=[(one.value, one.label) for one in Finding],
        finding=Finding(dossier.record.finding).label if dossier.record.finding else "",
        states={one.value: one.label for one in RecordState},
        conditions=() if dossier.entry is None else conditions_in_words(dossier.entry),
        values={"note": "", "reason": ""} | shown | (values or {}),
        errors=errors,
    )


def _values_of(record: Any) -> dict[str, str]:
    def text(name: str) -> str:
        value = getattr(record, name)
        return "" if value is None else str(value)

    return {name: text(name) for name in _FIELDS}


def _enter(
    request: Request[Any, Any, Any], record_id: UUID, values: dict[str, str], file: UploadFile | None, version: int | None
) -> Response[Any]:
    try:
        if file is not None:
            version = _keep_scan(request, record_id, file, version)
        with open_work(request, write=True) as work:
            enter_record(work, record_id, _form_of(values, version))
    except (InvalidInput, StateConflict) as refusal:
        with open_work(request) as work:
            return _page(request, work, record_id, values, errors_of(refusal, "document"))
    return go_to(f"/catalogue/desk/{record_id}?done=entered")


def _keep_scan(request: Request[Any, Any, Any], record_id: UUID, file: UploadFile, version: int | None) -> int:
    """Store the scan and write it down first and apart: a form that comes back has it already. Returns the record's new version."""
    services = services_of(request)
    with open_work(request) as work:
        get_record(work, record_id)
    scan = keep_scan(services.photo_store, cast("BinaryIO", file.file), file.filename or "", max_bytes=services.settings.photo_max_bytes)
    with open_work(request, write=True) as work:
        attach_scan(work, record_id, scan, seen_version=version)
    with open_work(request) as work:
        return get_record(work, record_id).version


def _form_of(values: dict[str, str], version: int | None) -> RecordForm:
    texts = {name: text for name, text in values.items() if name not in ("issued_on", "seen_on")}
    return RecordForm(**texts, issued_on=_day(values, "issued_on"), seen_on=_day(values, "seen_on"), seen_version=version)


def _day(values: dict[str, str], field: str) -> date | None:
    day = read_day(values[field])
    if values[field] and day is None:
        raise InvalidInput([FieldError(field, f"“{values[field]}”不是日期，请写成 2026-11-20")])
    return day


def _take_step(
    request: Request[Any, Any, Any], record_id: UUID, step: Callable[[Work], object], values: dict[str, str], field: str, done: str
) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            step(work)
    except (InvalidInput, StateConflict, SecondPersonNeeded) as refusal:
        with open_work(request) as work:
            return _page(request, work, record_id, values, errors_of(refusal, field))
    return go_to(f"/catalogue/desk/{record_id}?done={done}")


def _correct(request: Request[Any, Any, Any], record_id: UUID, edition_id: UUID | None) -> Response[Any]:
    if edition_id is None:
        with open_work(request) as work:
            return _page(request, work, record_id, {}, {"edition_id": "请选择要写入的草案"})
    try:
        with open_work(request, write=True) as work:
            correct_by_record(work, record_id, edition_id)
    except (InvalidInput, StateConflict) as refusal:
        with open_work(request) as work:
            return _page(request, work, record_id, {}, errors_of(refusal, "edition_id"))
    return go_to(f"/catalogue/editions/{edition_id}?done=changed#changes")
