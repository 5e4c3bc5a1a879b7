"""What was recorded in the field: the list of inspections, and one of them as it was filed."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.terms import Role
from server.enterprises.schemas import TargetQuery
from server.enterprises.service import list_targets
from server.entrance import open_work, services_of
from server.errors import InvalidInput, NotFound, Refusal, StateConflict
from server.hazards.service import assign_target
from server.identity import STAFF, pages_for
from server.inspections.dossier import get_dossier
from server.inspections.marks import Mark
from server.inspections.reading_room import (
    InspectionQuery,
    InspectionSort,
    archive_inspection,
    get_original,
    list_filers,
    list_inspections,
)
from server.pages.links import optional_address
from server.pages.query import asked, asked_page, asked_term, read_day, read_id
from server.pages.view import errors_by_field, form_text, go_to, show
from server.unit_of_work import Work

FILTERS = (
    ("", "全部"),
    ("hazards", "有隐患"),
    ("photos", "照片没收齐"),
    ("target", "检查对象待认定"),
    ("open", "未归档"),
)
_MOST_TARGETS = 200


class InspectionPages(Controller):
    """Staff read every inspection of the park; an enterprise those of itself."""

    path = "/inspections"
    opt = pages_for(*STAFF, Role.ENTERPRISE)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """One page of the list."""
        with open_work(request) as work:
            is_staff = work.actor.role in STAFF
            query = inspection_query(request, is_staff=is_staff)
            return show(
                request,
                work,
                "inspections.html",
                page=list_inspections(work, query),
                asked=query,
                filters=FILTERS if is_staff else FILTERS[:2],
                chosen=asked(request, "show"),
                is_staff=is_staff,
                filers=list_filers(work) if is_staff else [],
                marks=[(mark.value, mark.label) for mark in Mark],
                sorts=[(one.value, one.label) for one in InspectionSort],
                is_narrowed=any(
                    (query.search, query.since, query.until, query.account_id, query.mark, query.enterprise_id, query.target_id)
                ),
            )

    @get("/{inspection_id:uuid}", sync_to_thread=True)
    def show_inspection(self, request: Request[Any, Any, Any], inspection_id: FromPath[UUID]) -> Response[str]:
        """One inspection as it was recorded."""
        with open_work(request) as work:
            return _inspection_page(request, work, inspection_id, {}, {})

    @get("/{inspection_id:uuid}/original", opt=pages_for(*STAFF), sync_to_thread=True)
    def download_original(self, request: Request[Any, Any, Any], inspection_id: FromPath[UUID]) -> Response[bytes]:
        """The document as it is kept, byte for byte: its sha256 is the one on the page."""
        with open_work(request) as work:
            kept = get_original(work, inspection_id)
            body, name = kept.body, f"{kept.sha256[:16]}.json"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(body, media_type="application/octet-stream", headers=headers)

    @post("/{inspection_id:uuid}/target", opt=pages_for(Role.OFFICE), status_code=200)
    async def take_target(self, request: Request[Any, Any, Any], inspection_id: FromPath[UUID]) -> Response[Any]:
        """Say which target the inspection was about."""
        form = await request.form()
        return await sync_to_thread(_assign, request, inspection_id, form_text(form, "target_id"))

    @post("/{inspection_id:uuid}/archive", opt=pages_for(Role.OFFICE), status_code=200)
    async def take_archive(self, request: Request[Any, Any, Any], inspection_id: FromPath[UUID]) -> Response[Any]:
        """File the record away."""
        form = await request.form()
        return await sync_to_thread(_archive, request, inspection_id, form_text(form, "note"))


def inspection_query(request: Request[Any, Any, Any], *, is_staff: bool) -> InspectionQuery:
    """The list the address asks for. Marks and who filed it are nothing an enterprise may ask for."""
    chosen = asked(request, "show")
    return InspectionQuery(
        search=asked(request, "q"),
        since=read_day(asked(request, "from")),
        until=read_day(asked(request, "to")),
        account_id=read_id(asked(request, "by")) if is_staff else None,
        enterprise_id=read_id(asked(request, "enterprise")),
        target_id=read_id(asked(request, "target")),
        mark=asked_term(request, "mark", Mark) if is_staff else "",
        has_hazards=True if chosen == "hazards" else None,
        lacks_photos=True if is_staff and chosen == "photos" else None,
        lacks_target=True if is_staff and chosen == "target" else None,
        archived=False if is_staff and chosen == "open" else None,
        sort=asked_term(request, "sort", InspectionSort) or InspectionSort.NEWEST,
        page=asked_page(request),
    )


def _inspection_page(
    request: Request[Any, Any, Any], work: Work, inspection_id: UUID, values: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    dossier = get_dossier(work, services_of(request).rulebook, inspection_id)
    words = asked(request, "q")
    return show(
        request,
        work,
        "inspection.html",
        status=400 if errors else 200,
        dossier=dossier,
        one=dossier.inspection,
        is_staff=work.actor.role in STAFF,
        pdf=optional_address(request, "inspection_pdf", inspection_id=inspection_id),
        targets=list_targets(work, TargetQuery(search=words, size=_MOST_TARGETS)) if dossier.may_assign else None,
        words=words,
        values=values or {"note": "", "target_id": ""},
        errors=errors,
    )


def _assign(request: Request[Any, Any, Any], inspection_id: UUID, target_id: str) -> Response[Any]:
    chosen = read_id(target_id)
    if chosen is None:
        with open_work(request) as work:
            return _inspection_page(request, work, inspection_id, {"note": "", "target_id": ""}, {"target_id": "请选一个检查对象"})
    try:
        with open_work(request, write=True) as work:
            assign_target(work, services_of(request).rulebook, inspection_id, chosen)
    except (StateConflict, NotFound) as refusal:
        with open_work(request) as work:
            return _inspection_page(request, work, inspection_id, {"note": "", "target_id": target_id}, {"target_id": refusal.detail})
    return go_to(f"/inspections/{inspection_id}?done=target")


def _archive(request: Request[Any, Any, Any], inspection_id: UUID, note: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            archive_inspection(work, inspection_id, note)
    except (InvalidInput, StateConflict) as refusal:
        with open_work(request) as work:
            return _inspection_page(request, work, inspection_id, {"note": note, "target_id": ""}, _note_errors(refusal))
    return go_to(f"/inspections/{inspection_id}?done=archived")


def _note_errors(refusal: Refusal) -> dict[str, str]:
    return errors_by_field(refusal) if isinstance(refusal, InvalidInput) else {"note": refusal.detail}
