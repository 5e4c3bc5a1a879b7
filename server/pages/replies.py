"""An enterprise answers about one hazard: what was done, by whom, with photos from the phone.

Whatever must be corrected, nothing typed is lost and no photo is asked for twice: stored photos come back with the form.
"""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.terms import EnterprisePosition, HazardAction, HazardLevel, NoticeWay, Role
from server.entrance import open_work, services_of
from server.errors import EvidenceMissing, FieldError, InvalidInput, StateConflict
from server.hazards.schemas import HazardDossier
from server.hazards.service import get_dossier
from server.identity import pages_for
from server.ids import new_id
from server.pages.query import read_amount, read_day, read_id
from server.pages.uploads import FORM_MAX_BYTES, ChosenPhotos, FormPhoto, chosen_photos, keep_photos, unreadable_errors
from server.pages.view import errors_by_field, form_text, go_to, show
from server.rectification.schemas import ReplyForm
from server.rectification.service import get_order_dossier, reply_to_hazard
from server.unit_of_work import Work

_FIELDS = ("id", "measure", "responsible_person", "funds_yuan", "finished_on", "notice_way", "noticed_on")
Photos = dict[str, list[FormPhoto]]


class ReplyPages(Controller):
    """For the enterprise."""

    path = "/hazards/{hazard_id:uuid}/reply"
    opt = pages_for(Role.ENTERPRISE)

    @get("/", sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any], hazard_id: FromPath[UUID]) -> Response[str]:
        """The form, with an id of its own, so that sending it twice answers once."""
        with open_work(request) as work:
            values = dict.fromkeys(_FIELDS, "") | {"id": str(new_id()), "finished_on": work.today.isoformat()}
            values["responsible_person"] = work.actor.name
            return _form(request, work, hazard_id, values, {}, {})

    @post("/", status_code=200, request_max_body_size=FORM_MAX_BYTES)
    async def take_form(self, request: Request[Any, Any, Any], hazard_id: FromPath[UUID]) -> Response[Any]:
        """Keep the photos, then the answer."""
        form = await request.form()
        values = {name: form_text(form, name) for name in _FIELDS}
        chosen = {field: chosen_photos(form, field) for field in ("photos", "assessment")}
        return await sync_to_thread(_reply, request, hazard_id, values, chosen)


def _reply(request: Request[Any, Any, Any], hazard_id: UUID, values: dict[str, str], chosen: dict[str, ChosenPhotos]) -> Response[Any]:
    with open_work(request) as work:
        # Who may not answer must not fill the store first.
        get_dossier(work, services_of(request).rulebook, hazard_id)
    photos: Photos = {}
    errors: list[FieldError] = []
    for field, one in chosen.items():
        photos[field], wrong = keep_photos(request, one, field)
        errors += wrong + unreadable_errors(photos[field], field)
    errors += _unread(values)
    # Everything that is wrong is said at once, not one thing after the other.
    missing = _empty_fields(values, photos) if errors else {}
    if not errors:
        try:
            with open_work(request, write=True) as work:
                reply_to_hazard(work, _reply_form(hazard_id, values, photos))
            return go_to(f"/hazards/{hazard_id}?done=replied")
        except InvalidInput as refusal:
            errors, missing = refusal.errors, _empty_fields(values, photos)
        except EvidenceMissing as refusal:
            missing = _missing_by_field(refusal, values, photos)
    with open_work(request) as work:
        return _form(request, work, hazard_id, values, photos, missing | errors_by_field(InvalidInput(errors)))


def _unread(values: dict[str, str]) -> list[FieldError]:
    """What was typed in a way nobody can read as a day or an amount."""
    errors = []
    for name, words in (("finished_on", "完成日期"), ("noticed_on", "告知日期")):
        if values[name] and read_day(values[name]) is None:
            errors.append(FieldError(name, f"{words}要写成年-月-日，例如 2026-11-22"))
    if values["funds_yuan"] and read_amount(values["funds_yuan"]) is None:
        errors.append(FieldError("funds_yuan", "整改资金请填数字，单位元；没有花钱填 0"))
    return errors


def _empty_fields(values: dict[str, str], photos: Photos) -> dict[str, str]:
    wanted = {
        "measure": (values["measure"], "写清做了什么、在哪里"),
        "photos": (photos.get("photos"), "整改后照片：至少 1 张，最好与整改前同角度"),
        "responsible_person": (values["responsible_person"], "请填写整改责任人"),
        "funds_yuan": (values["funds_yuan"], "请填写整改资金；没有花钱填 0"),
        "finished_on": (values["finished_on"], "请填写完成日期"),
    }
    return {field: words for field, (given, words) in wanted.items() if not given}


def _missing_by_field(refusal: EvidenceMissing, values: dict[str, str], photos: Photos) -> dict[str, str]:
    """What is still missing, each at its field; what belongs to none stands in the box alone."""
    rest = {_BY_LABEL[label]: _WORDS[label] for label in refusal.facts["missing"] if label in _BY_LABEL}
    return _empty_fields(values, photos) | rest or {"measure": refusal.detail}


_BY_LABEL = {"企业主要负责人签署": "signature", "治理情况评估报告": "assessment"}
_WORDS = {
    "企业主要负责人签署": "重大事故隐患须由企业主要负责人用自己的账号提交",
    "治理情况评估报告": "重大事故隐患须附治理情况评估报告（拍照或扫描，至少 1 张）",
}


def _reply_form(hazard_id: UUID, values: dict[str, str], photos: Photos) -> ReplyForm:
    return ReplyForm(
        id=read_id(values["id"]) or new_id(),
        hazard_id=hazard_id,
        measure=values["measure"],
        responsible_person=values["responsible_person"],
        funds_yuan=read_amount(values["funds_yuan"]) if values["funds_yuan"] else None,
        finished_on=read_day(values["finished_on"]),
        photos=tuple(one.as_new for one in photos["photos"]),
        assessment=tuple(one.as_new for one in photos["assessment"]),
        notice_way=values["notice_way"],
        noticed_on=read_day(values["noticed_on"]),
    )


def _form(
    request: Request[Any, Any, Any], work: Work, hazard_id: UUID, values: dict[str, str], photos: Photos, errors: dict[str, str]
) -> Response[str]:
    rulebook = services_of(request).rulebook
    dossier = get_dossier(work, rulebook, hazard_id)
    hazard = dossier.hazard
    if HazardAction.REPLY not in dossier.actions:
        raise StateConflict(
            "这条隐患现在不需要回复：可能已经提交、正在等复查，或者还没有签收。请回到隐患页看最新情况。", reason="state", state=hazard.state
        )
    is_major = hazard.level == HazardLevel.MAJOR
    return show(
        request,
        work,
        "reply.html",
        status=400 if errors else 200,
        hazard=hazard,
        dossier=dossier,
        place=_place_in_order(request, work, dossier),
        last_failure=next((one for one in reversed(dossier.reinspections) if one.applied and one.reason), None),
        values=values,
        photos=photos,
        errors=errors,
        notice_ways=[(one.value, one.label) for one in NoticeWay],
        is_major=is_major,
        needs_principal=is_major and work.actor.position != EnterprisePosition.PRINCIPAL_OFFICER,
        most_photos=services_of(request).settings.form_photo_max_count,
        box_title=f"还差 {len(errors)} 处才能提交",
    )


def _place_in_order(request: Request[Any, Any, Any], work: Work, dossier: HazardDossier) -> tuple[int, int] | None:
    """第 2 项，共 3 项; None for a hazard without an order."""
    if dossier.order is None or dossier.hazard.order_ordinal is None:
        return None
    order = get_order_dossier(work, services_of(request).rulebook, dossier.order.id)
    return dossier.hazard.order_ordinal, len(order.hazards)
