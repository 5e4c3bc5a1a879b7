"""One hazard source: what is said of it, its measures of the five kinds, every assessment there ever was, and what may be done to it."""

import re
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.terms import ControlLevel, ControlMeasureKind, Role
from server.enterprises.service import get_enterprise
from server.entrance import open_work, services_of
from server.errors import ChangedMeanwhile, FieldError, InvalidInput, StateConflict
from server.events.service import read_story
from server.grading.access import WRITERS
from server.grading.schemas import MeasureForm, SourceForm, SourceView
from server.grading.service import (
    add_source,
    confirm_sources,
    get_point,
    get_source_view,
    list_assessments,
    offered_accidents,
    retire_source,
    update_source,
)
from server.identity import STAFF, pages_for
from server.pages.query import read_number
from server.pages.view import errors_by_field, form_text, form_texts, go_to, show
from server.unit_of_work import Work

_FIELDS = ("name", "consequence", "layer", "department", "person", "version", "more_items")
_MEASURE = re.compile(r"(?:text|layer|owner)-([a-z]+)-(\d{1,2})")
MOST_MEASURES = 100
"""Of one kind; a form counts them with two digits."""
_SEPARATORS = re.compile(r"[\s、，,；;]+")


class MeasureRow(msgspec.Struct, frozen=True):
    """A measure as typed."""

    text: str = ""
    layer: str = ""
    owner: str = ""


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """The form as typed. `measures` are rows by kind."""

    values: dict[str, str]
    accidents: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    measures: dict[str, tuple[MeasureRow, ...]] = {}
    do: str = ""


class RiskSourcePages(Controller):
    """Staff and the enterprise read; who keeps registers writes."""

    path = "/risk-sources/{source_id:uuid}"
    opt = pages_for(*STAFF, Role.ENTERPRISE)

    @get("/", sync_to_thread=True)
    def show_source(self, request: Request[Any, Any, Any], source_id: FromPath[UUID]) -> Response[str]:
        """The source with its measures and its past."""
        with open_work(request) as work:
            return _source_page(request, work, source_id, "", {})

    @get("/edit", opt=pages_for(*WRITERS), sync_to_thread=True)
    def show_edit(self, request: Request[Any, Any, Any], source_id: FromPath[UUID]) -> Response[str]:
        """What is said of it, to be changed."""
        with open_work(request) as work:
            view = get_source_view(work, services_of(request).rulebook, source_id)
            return _form(request, work, view.source.point_id, view, _typed_of(view), {})

    @post("/edit", opt=pages_for(*WRITERS), status_code=200)
    async def take_edit(self, request: Request[Any, Any, Any], source_id: FromPath[UUID]) -> Response[Any]:
        """Change it."""
        form = await request.form()
        return await sync_to_thread(_save, request, source_id, _read(form))

    @post("/confirm", opt=pages_for(*WRITERS), status_code=200)
    async def take_confirmation(self, request: Request[Any, Any, Any], source_id: FromPath[UUID]) -> Response[Any]:
        """Somebody saw it on site as it is described."""
        await request.form()
        return await sync_to_thread(_confirm, request, source_id)

    @post("/retire", opt=pages_for(*WRITERS), status_code=200)
    async def take_retirement(self, request: Request[Any, Any, Any], source_id: FromPath[UUID]) -> Response[Any]:
        """It no longer exists."""
        form = await request.form()
        return await sync_to_thread(_retire, request, source_id, form_text(form, "reason"))


class NewRiskSourcePages(Controller):
    """Another source at a point that is there."""

    path = "/risk-points/{point_id:uuid}/sources/new"
    opt = pages_for(*WRITERS)

    @get("/", sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any], point_id: FromPath[UUID]) -> Response[str]:
        """An empty form."""
        with open_work(request) as work:
            return _form(request, work, point_id, None, Typed(values=dict.fromkeys(_FIELDS, "")), {})

    @post("/", status_code=200)
    async def take_form(self, request: Request[Any, Any, Any], point_id: FromPath[UUID]) -> Response[Any]:
        """Add it, then ask for its grade."""
        form = await request.form()
        return await sync_to_thread(_add, request, point_id, _read(form))


def _read(form: Any) -> Typed:
    named = dict.fromkeys(found.groups() for name in form if (found := _MEASURE.fullmatch(name)))
    rows: dict[str, tuple[MeasureRow, ...]] = {}
    for kind, place in named:
        if kind in set(ControlMeasureKind):
            row = MeasureRow(*(form_text(form, f"{part}-{kind}-{place}") for part in ("text", "layer", "owner")))
            rows[kind] = (*rows.get(kind, ()), row)
    return Typed(
        values={name: form_text(form, name) for name in _FIELDS},
        accidents=tuple(form_texts(form, "accidents")),
        items=tuple(form_texts(form, "items")),
        measures=rows,
        do=form_text(form, "do"),
    )


def _typed_of(view: SourceView) -> Typed:
    source = view.source
    rows: dict[str, tuple[MeasureRow, ...]] = {}
    for one in view.measures:
        rows[one.kind] = (*rows.get(one.kind, ()), MeasureRow(one.text, one.layer, one.owner))
    values = {"name": source.name, "consequence": source.consequence, "layer": source.layer, "department": source.department}
    return Typed(
        values=values | {"person": source.person, "version": str(source.version), "more_items": ""},
        accidents=tuple(source.accidents),
        items=tuple(source.item_codes),
        measures=rows,
    )


def _form_of(typed: Typed) -> tuple[SourceForm, dict[str, str]]:
    """The form as a use case takes it, and which field of the page each measure is.

    Raises `InvalidInput` for a measure with an owner or a layer but no words.
    """
    measures: list[MeasureForm] = []
    fields: dict[str, str] = {}
    errors = []
    for kind in ControlMeasureKind:
        for place, row in enumerate(typed.measures.get(kind.value, ())):
            if row.text:
                fields |= {f"measures.{len(measures)}.{field}": f"{field}-{kind.value}-{place}" for field in ("text", "layer")}
                measures.append(MeasureForm(kind=kind, text=row.text, layer=row.layer, owner=row.owner))
            elif row.owner or row.layer:
                errors.append(FieldError(f"text-{kind.value}-{place}", f"{kind.label}：写了层级或责任人，请写明措施"))
    if errors:
        raise InvalidInput(errors)
    values = typed.values
    form = SourceForm(
        name=values["name"],
        consequence=values["consequence"],
        accidents=typed.accidents,
        item_codes=(*typed.items, *(code.upper() for code in _SEPARATORS.split(values["more_items"]) if code)),
        layer=values["layer"],
        department=values["department"],
        person=values["person"],
        measures=tuple(measures),
        seen_version=read_number(values["version"]),
    )
    return form, fields


def _source_page(request: Request[Any, Any, Any], work: Work, source_id: UUID, reason: str, errors: dict[str, str]) -> Response[str]:
    rulebook = services_of(request).rulebook
    view = get_source_view(work, rulebook, source_id)
    checklists = rulebook.at(work.today).checklists
    return show(
        request,
        work,
        "risk_source.html",
        status=400 if errors else 200,
        enterprise=get_enterprise(work, view.source.enterprise_id),
        point=get_point(work, view.source.point_id),
        view=view,
        items=[(code, checklists.find_item(code)) for code in view.source.item_codes],
        assessments=list_assessments(work, source_id),
        trail=read_story(work, "hazard_source", [source_id]),
        measure_kinds=list(ControlMeasureKind),
        may_write=work.actor.role in WRITERS and view.source.retired_on is None,
        reason=reason,
        errors=errors,
    )


def _form(
    request: Request[Any, Any, Any], work: Work, point_id: UUID, view: SourceView | None, typed: Typed, errors: dict[str, str]
) -> Response[str]:
    point = get_point(work, point_id)
    if point.retired_on is not None or (view is not None and view.source.retired_on is not None):
        raise StateConflict("这个风险点或危险源已经停用，不能再改。", reason="retired")
    enterprise = get_enterprise(work, point.enterprise_id)
    checklists = services_of(request).rulebook.at(work.today).checklists
    return show(
        request,
        work,
        "risk_source_form.html",
        status=400 if errors else 200,
        enterprise=enterprise,
        point=point,
        view=view,
        typed=typed,
        measures={kind: (*typed.measures.get(kind.value, ()), *_blank_rows(typed, kind)) for kind in ControlMeasureKind},
        accidents=dict.fromkeys((*offered_accidents(work.today), *typed.accidents)),
        items=[(code, checklists.find_item(code)) for code in typed.items],
        offered_items=[(one.code, one.text) for template in checklists.for_industry(enterprise.industry_code) for one in template.items],
        layers=[(one.value, one.label) for one in ControlLevel],
        most_measures=MOST_MEASURES,
        empty_measure=MeasureRow(),
        errors=errors,
    )


def _blank_rows(typed: Typed, kind: ControlMeasureKind) -> tuple[MeasureRow, ...]:
    """A row to write into where there is none, and one more where more are asked for."""
    rows = typed.measures.get(kind.value, ())
    return (MeasureRow(),) if not rows or (typed.do == "more" and rows[-1].text and len(rows) < MOST_MEASURES) else ()


def _errors(refusal: InvalidInput | ChangedMeanwhile, fields: dict[str, str]) -> dict[str, str]:
    if isinstance(refusal, ChangedMeanwhile):
        return {"name": refusal.detail}
    names = fields | {"item_codes": "more_items"}
    return {names.get(field, field): words for field, words in errors_by_field(refusal).items()}


def _save(request: Request[Any, Any, Any], source_id: UUID, typed: Typed) -> Response[Any]:
    rulebook = services_of(request).rulebook
    fields: dict[str, str] = {}
    if typed.do != "more":
        try:
            form, fields = _form_of(typed)
            with open_work(request, write=True) as work:
                update_source(work, source_id, form)
            return go_to(f"/risk-sources/{source_id}?done=saved")
        except (InvalidInput, ChangedMeanwhile) as refusal:
            errors = _errors(refusal, fields)
    else:
        errors = {}
    with open_work(request) as work:
        view = get_source_view(work, rulebook, source_id)
        return _form(request, work, view.source.point_id, view, typed, errors)


def _add(request: Request[Any, Any, Any], point_id: UUID, typed: Typed) -> Response[Any]:
    fields: dict[str, str] = {}
    if typed.do != "more":
        try:
            form, fields = _form_of(typed)
            with open_work(request, write=True) as work:
                source_id = add_source(work, services_of(request).rulebook, point_id, form).id
            return go_to(f"/risk-sources/{source_id}/assess?done=added")
        except InvalidInput as refusal:
            errors = _errors(refusal, fields)
    else:
        errors = {}
    with open_work(request) as work:
        return _form(request, work, point_id, None, typed, errors)


def _confirm(request: Request[Any, Any, Any], source_id: UUID) -> Response[Any]:
    with open_work(request, write=True) as work:
        confirm_sources(work, services_of(request).rulebook, [source_id])
    return go_to(f"/risk-sources/{source_id}?done=confirmed")


def _retire(request: Request[Any, Any, Any], source_id: UUID, reason: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            point_id = retire_source(work, services_of(request).rulebook, source_id, reason).point_id
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _source_page(request, work, source_id, reason, errors_by_field(refusal))
    return go_to(f"/risk-points/{point_id}?done=retired")
