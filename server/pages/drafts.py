"""Drafting an order: which of a target's graded hazards, each until when, asked for in which words."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.rulebook import Rulebook
from rules.terms import OrderAction, OrderState, Role
from server.enterprises.service import get_target
from server.entrance import open_work, services_of
from server.errors import EvidenceMissing, FieldError, InvalidInput, StateConflict, WordingNotPermitted
from server.identity import pages_for
from server.models.enterprises import InspectionTarget
from server.models.hazards import Hazard
from server.models.orders import RectificationOrder
from server.pages.hazards import target_names
from server.pages.query import asked, read_day, read_id, read_number
from server.pages.view import errors_by_field, form_text, form_texts, go_to, show
from server.rectification.schemas import DraftForm, DraftItem
from server.rectification.service import draft_order, get_order_dossier, list_orderable, propose_deadlines, update_draft
from server.unit_of_work import Work

_DUE, _ASKED = "due_on-", "requirement-"


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """The form as typed. Texts are by hazard id."""

    chosen: tuple[UUID, ...] = ()
    due_on: dict[UUID, str] = {}
    requirement: dict[UUID, str] = {}
    note: str = ""
    version: int | None = None


class DraftPages(Controller):
    """For the office."""

    path = "/orders"
    opt = pages_for(Role.OFFICE)

    @get("/new", sync_to_thread=True)
    def show_new(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Which target, then which of its hazards with which deadline."""
        with open_work(request) as work:
            target_id = read_id(asked(request, "target"))
            if target_id is None:
                return show(request, work, "order_targets.html", groups=_groups(work))
            named = {read_id(text) for text in request.query_params.getall("hazard", [])}
            return _new_form(request, work, target_id, named - {None}, None, {})

    @post("/new", status_code=200)
    async def take_new(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Make the draft."""
        form = await request.form()
        return await sync_to_thread(_draft, request, read_id(form_text(form, "target")), _read(form))

    @get("/{order_id:uuid}/edit", sync_to_thread=True)
    def show_edit(self, request: Request[Any, Any, Any], order_id: FromPath[UUID]) -> Response[str]:
        """The same form for a draft that exists."""
        with open_work(request) as work:
            return _edit_form(request, work, order_id, None, {})

    @post("/{order_id:uuid}/edit", status_code=200)
    async def take_edit(self, request: Request[Any, Any, Any], order_id: FromPath[UUID]) -> Response[Any]:
        """Change the draft."""
        form = await request.form()
        return await sync_to_thread(_redraft, request, order_id, _read(form))


def _read(form: Any) -> Typed:
    def by_hazard(prefix: str) -> dict[UUID, str]:
        pairs = ((read_id(name.removeprefix(prefix)), form_text(form, name)) for name in form if name.startswith(prefix))
        return {hazard_id: text for hazard_id, text in pairs if hazard_id is not None}

    chosen = (read_id(text) for text in form_texts(form, "hazard"))
    return Typed(
        chosen=tuple(dict.fromkeys(one for one in chosen if one is not None)),
        due_on=by_hazard(_DUE),
        requirement=by_hazard(_ASKED),
        note=form_text(form, "note"),
        version=read_number(form_text(form, "version")),
    )


def _draft_values(typed: Typed) -> DraftForm:
    """The form as the use case takes it. Raises `InvalidInput` for what it could not even be asked with."""
    errors = [FieldError("hazards", "请至少勾选一条隐患")] if not typed.chosen else []
    errors += [
        FieldError(f"{_DUE}{one}", "整改期限要写成年-月-日，例如 2026-11-30")
        for one in typed.chosen
        if typed.due_on.get(one) and read_day(typed.due_on[one]) is None
    ]
    if errors:
        raise InvalidInput(errors)
    items = tuple(
        DraftItem(hazard_id=one, due_on=read_day(typed.due_on.get(one, "")), requirement=typed.requirement.get(one)) for one in typed.chosen
    )
    return DraftForm(items=items, note=typed.note, version=typed.version)


def _draft(request: Request[Any, Any, Any], target_id: UUID | None, typed: Typed) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            if target_id is None:
                return go_to("/orders/new")
            order_id = draft_order(work, services_of(request).rulebook, _draft_values(typed)).id
    except (InvalidInput, EvidenceMissing, WordingNotPermitted) as refusal:
        with open_work(request) as work:
            return _new_form(request, work, target_id or UUID(int=0), set(typed.chosen), typed, _errors(refusal, typed))
    return go_to(f"/orders/{order_id}?done=drafted")


def _redraft(request: Request[Any, Any, Any], order_id: UUID, typed: Typed) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            update_draft(work, services_of(request).rulebook, order_id, _draft_values(typed))
    except (InvalidInput, EvidenceMissing, WordingNotPermitted) as refusal:
        with open_work(request) as work:
            return _edit_form(request, work, order_id, typed, _errors(refusal, typed))
    return go_to(f"/orders/{order_id}?done=drafted")


def _errors(refusal: InvalidInput | EvidenceMissing | WordingNotPermitted, typed: Typed) -> dict[str, str]:
    """What is wrong, by the names of this form's fields; the use case names a line by its place."""
    if not isinstance(refusal, InvalidInput):
        return {"hazards": refusal.detail}
    names = {
        f"items.{place}.{field}": f"{prefix}{hazard_id}"
        for place, hazard_id in enumerate(typed.chosen)
        for field, prefix in (("due_on", _DUE), ("requirement", _ASKED))
    }
    return {names.get(field, "hazards" if field.startswith("items") else field): words for field, words in errors_by_field(refusal).items()}


def _groups(work: Work) -> list[tuple[UUID, str, list[Hazard]]]:
    """Targets with graded hazards in no order yet: id, name, hazards."""
    names = dict(target_names(work))
    groups: dict[UUID, list[Hazard]] = {}
    for hazard in list_orderable(work):
        if hazard.target_id is not None:
            groups.setdefault(hazard.target_id, []).append(hazard)
    return [(target_id, names.get(str(target_id), "（已停用的对象）"), hazards) for target_id, hazards in groups.items()]


def _new_form(
    request: Request[Any, Any, Any], work: Work, target_id: UUID, named: set[Any], typed: Typed | None, errors: dict[str, str]
) -> Response[str]:
    target = get_target(work, target_id)
    hazards = list_orderable(work, target_id)
    if typed is None:
        wanted = [one.id for one in hazards if one.id in named] or [one.id for one in hazards]
        typed = _proposed(work, services_of(request).rulebook, hazards, tuple(wanted), "", None)
    return _form(request, work, target, hazards, None, typed, errors)


def _edit_form(request: Request[Any, Any, Any], work: Work, order_id: UUID, typed: Typed | None, errors: dict[str, str]) -> Response[str]:
    rulebook = services_of(request).rulebook
    dossier = get_order_dossier(work, rulebook, order_id)
    order = dossier.order
    if order.state != OrderState.DRAFT or OrderAction.REVIEW not in dossier.actions:
        raise StateConflict("只有草稿可以修改。已核对的可以撤销后重新起草；签发以后内容锁定。", reason="state", state=order.state)
    hazards = [*dossier.hazards, *list_orderable(work, order.target_id)]
    if typed is None:
        typed = _proposed(work, rulebook, hazards, tuple(one.id for one in dossier.hazards), order.note, order.version)
    return _form(request, work, dossier.target, hazards, order, typed, errors)


def _proposed(work: Work, rulebook: Rulebook, hazards: list[Hazard], chosen: tuple[UUID, ...], note: str, version: int | None) -> Typed:
    dues = {one.hazard_id: one.due for one in propose_deadlines(work, rulebook, [one.id for one in hazards])}
    days = {one.id: one.proposed_due_on or (due.due_on if (due := dues.get(one.id)) else None) for one in hazards}
    return Typed(
        chosen=chosen,
        due_on={hazard_id: day.isoformat() if day else "" for hazard_id, day in days.items()},
        requirement={one.id: one.requirement for one in hazards},
        note=note,
        version=version,
    )


def _form(
    request: Request[Any, Any, Any],
    work: Work,
    target: InspectionTarget,
    hazards: list[Hazard],
    order: RectificationOrder | None,
    typed: Typed,
    errors: dict[str, str],
) -> Response[str]:
    proposals = propose_deadlines(work, services_of(request).rulebook, [one.id for one in hazards])
    return show(
        request,
        work,
        "order_new.html",
        status=400 if errors else 200,
        target=target,
        order=order,
        hazards=hazards,
        proposals={one.hazard_id: one for one in proposals},
        typed=typed,
        errors=errors,
    )
