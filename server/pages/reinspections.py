"""Looking again, entered at a desk: pass, or fail with the reason; who looked, when, with photos."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.terms import HazardAction, HazardLevel, ReinspectionResult, Role
from server.accounts.service import list_accounts
from server.clock import CHINA
from server.entrance import open_work, services_of
from server.errors import EvidenceMissing, FieldError, InvalidInput, StateConflict
from server.hazards.service import get_dossier
from server.identity import pages_for
from server.ids import new_id
from server.pages.query import read_id, read_moment, read_number
from server.pages.uploads import FORM_MAX_BYTES, ChosenPhotos, FormPhoto, chosen_photos, keep_photos, unreadable_errors
from server.pages.view import errors_by_field, form_text, go_to, show
from server.rectification.schemas import ReinspectionForm
from server.rectification.service import reinspect
from server.unit_of_work import Work

_FIELDS = ("id", "result", "reason", "inspectors", "reinspected_at", "expert_opinion", "version")
_SEPARATORS = str.maketrans(dict.fromkeys("，,；; \u3000\n\t/", "、"))
_LOOKERS = (Role.OFFICE, Role.INSPECTOR)


class ReinspectionPages(Controller):
    """For office and inspectors."""

    path = "/hazards/{hazard_id:uuid}/reinspect"
    opt = pages_for(*_LOOKERS)

    @get("/", sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any], hazard_id: FromPath[UUID]) -> Response[str]:
        """What the enterprise says it did, and the form."""
        with open_work(request) as work:
            values = dict.fromkeys(_FIELDS, "") | {"id": str(new_id()), "inspectors": work.actor.name}
            values["reinspected_at"] = f"{work.now.astimezone(CHINA):%Y-%m-%dT%H:%M}"
            return _form(request, work, hazard_id, values, [], {})

    @post("/", status_code=200, request_max_body_size=FORM_MAX_BYTES)
    async def take_form(self, request: Request[Any, Any, Any], hazard_id: FromPath[UUID]) -> Response[Any]:
        """Keep the photos, then the result."""
        form = await request.form()
        values = {name: form_text(form, name) for name in _FIELDS}
        return await sync_to_thread(_reinspect, request, hazard_id, values, chosen_photos(form))


def read_names(text: str) -> tuple[str, ...]:
    """Names as people type them, with whatever between them; each once."""
    return tuple(dict.fromkeys(one for one in text.translate(_SEPARATORS).split("、") if one))


def _reinspect(request: Request[Any, Any, Any], hazard_id: UUID, values: dict[str, str], chosen: ChosenPhotos) -> Response[Any]:
    rulebook = services_of(request).rulebook
    with open_work(request) as work:
        get_dossier(work, rulebook, hazard_id)
    photos, errors = keep_photos(request, chosen)
    errors += unreadable_errors(photos)
    reinspected_at = read_moment(values["reinspected_at"])
    if reinspected_at is None:
        errors.append(FieldError("reinspected_at", "请填写复查时间"))
    if values["result"] not in set(ReinspectionResult):
        errors.append(FieldError("result", "请选择复查合格或不合格"))
    missing: dict[str, str] = {}
    if not errors and reinspected_at is not None:
        form = ReinspectionForm(
            id=read_id(values["id"]) or new_id(),
            hazard_id=hazard_id,
            result=values["result"],
            reason=values["reason"],
            inspectors=read_names(values["inspectors"]),
            reinspected_at=reinspected_at,
            expert_opinion=values["expert_opinion"],
            photos=tuple(one.as_new for one in photos),
            version=read_number(values["version"]),
        )
        try:
            with open_work(request, write=True) as work:
                reinspect(work, rulebook, form)
            return go_to(f"/hazards/{hazard_id}?done=reinspected")
        except InvalidInput as refusal:
            errors = refusal.errors
        except EvidenceMissing as refusal:
            missing = {_FIELD_OF.get(label, "result"): f"还差：{label}" for label in refusal.facts["missing"]}
    with open_work(request) as work:
        return _form(request, work, hazard_id, values, photos, errors_by_field(InvalidInput(errors)) | missing)


_FIELD_OF = {
    "理由": "reason",
    "复查结论": "reason",
    "复查照片": "photos",
    "两名以上复查人员": "inspectors",
    "专家意见": "expert_opinion",
}


def _form(
    request: Request[Any, Any, Any],
    work: Work,
    hazard_id: UUID,
    values: dict[str, str],
    photos: list[FormPhoto],
    errors: dict[str, str],
) -> Response[str]:
    dossier = get_dossier(work, services_of(request).rulebook, hazard_id)
    hazard = dossier.hazard
    if not dossier.actions & {HazardAction.PASS_REINSPECTION, HazardAction.FAIL_REINSPECTION}:
        raise StateConflict("这条隐患现在不在复查这一步。请回到隐患页看最新情况。", reason="state", state=hazard.state)
    return show(
        request,
        work,
        "reinspect.html",
        status=400 if errors else 200,
        hazard=hazard,
        dossier=dossier,
        reply=dossier.replies[-1] if dossier.replies else None,
        results=[(one.value, one.label) for one in ReinspectionResult],
        people=[one.name for one in list_accounts(work) if one.active and one.role in _LOOKERS],
        is_major=hazard.level == HazardLevel.MAJOR,
        most_photos=services_of(request).settings.form_photo_max_count,
        values=values | {"version": str(hazard.version)} if not errors else values,
        photos=photos,
        errors=errors,
    )
