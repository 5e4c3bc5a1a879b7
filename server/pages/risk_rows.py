"""Entering many risk points at once: one unit, a row for each hazard source, graded in words where somebody is ready to.

A row without a point's name belongs to the point above it. Everything is kept or nothing; what was typed comes back with each mistake at
its row. No script is needed: more rows and another scheme are buttons of the form.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.terms import ControlMeasureKind, RiskPointKind
from server.enterprises.service import get_enterprise
from server.entrance import open_work, services_of
from server.errors import FieldError, InvalidInput
from server.grading.access import WRITERS
from server.grading.schemas import MeasureForm, PointForm, SchemeChoice, SourceForm
from server.grading.service import add_points, list_units
from server.identity import pages_for
from server.pages.query import asked, read_id, read_row_count
from server.pages.risk_scoring import assessment_of, missing_answers, pick_scheme, read_chosen, scheme_key, scheme_options, schemes_of
from server.pages.view import errors_by_field, form_text, go_to, show
from server.unit_of_work import Work

FIRST_ROWS = 3
MORE_ROWS = 5
MOST_ROWS = 60
_TEXTS = ("point", "kind", "location", "source", "consequence", "person")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row as typed. `chosen` are scores by factor, `measures` texts by kind, a line each."""

    texts: dict[str, str]
    chosen: dict[str, str] = {}
    measures: dict[str, str] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written into it; the kind is chosen from the start."""
        return not (any(text for name, text in self.texts.items() if name != "kind") or self.chosen or any(self.measures.values()))


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """The whole form as typed."""

    unit: str = ""
    scheme: str = ""
    shown_scheme: str = ""
    """By which the rows were laid out: scores chosen in one scheme's words mean something else in another's."""
    rows: tuple[Row, ...] = ()
    do: str = ""


class RiskRowPages(Controller):
    """For whoever keeps registers."""

    path = "/enterprises/{enterprise_id:uuid}/register/new"
    opt = pages_for(*WRITERS)

    @get("/", sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[str]:
        """Empty rows; `unit` names the unit to begin with."""
        with open_work(request) as work:
            wanted = read_id(asked(request, "unit"))
            unit = next((one.name for one in list_units(work, enterprise_id) if one.id == wanted), "")
            return _form(request, work, enterprise_id, Sheet(unit=unit, rows=_empty_rows(FIRST_ROWS)), {})

    @post("/", status_code=200)
    async def take_form(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[Any]:
        """Keep the rows, or show the form again with more of them or by another scheme."""
        form = await request.form()
        return await sync_to_thread(_take, request, enterprise_id, _read(form))


def _empty_rows(count: int) -> tuple[Row, ...]:
    return tuple(Row(texts=dict.fromkeys(_TEXTS, "") | {"kind": RiskPointKind.FACILITY.value}) for _ in range(count))


def _read(form: Any) -> Sheet:
    count = read_row_count(form_text(form, "count"), FIRST_ROWS, MOST_ROWS)
    rows = tuple(
        Row(
            texts={name: form_text(form, f"{name}-{place}") for name in _TEXTS},
            chosen=read_chosen(form, f"chosen-{place}-"),
            measures={kind.value: form_text(form, f"{kind.value}-{place}") for kind in ControlMeasureKind},
        )
        for place in range(count)
    )
    return Sheet(
        unit=form_text(form, "unit"),
        scheme=form_text(form, "scheme"),
        shown_scheme=form_text(form, "shown_scheme"),
        rows=rows,
        do=form_text(form, "do"),
    )


def _take(request: Request[Any, Any, Any], enterprise_id: UUID, sheet: Sheet) -> Response[Any]:
    is_changed = sheet.scheme != sheet.shown_scheme
    if is_changed or sheet.do in {"more", "scheme"}:
        rows = tuple(msgspec.structs.replace(row, chosen={}) for row in sheet.rows) if is_changed else sheet.rows
        more = _empty_rows(min(MORE_ROWS, MOST_ROWS - len(rows))) if sheet.do == "more" else ()
        was_answered = is_changed and any(row.chosen for row in sheet.rows)
        errors = {"scheme": "评价方案换了，请按新方案的说法重新选择各行的分值"} if was_answered else {}
        with open_work(request) as work:
            return _form(request, work, enterprise_id, msgspec.structs.replace(sheet, rows=(*rows, *more)), errors)
    try:
        with open_work(request, write=True) as work:
            rulebook = services_of(request).rulebook
            scheme = pick_scheme(schemes_of(work, rulebook), sheet.scheme)
            get_enterprise(work, enterprise_id)
            points, fields = _points_of(sheet, scheme)
            try:
                added = add_points(work, rulebook, enterprise_id, points)
            except InvalidInput as refusal:
                raise InvalidInput(_at_rows(refusal, fields)) from refusal
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _form(request, work, enterprise_id, sheet, errors_by_field(refusal))
    return go_to(f"/enterprises/{enterprise_id}/register?points={added.points}&sources={added.sources}")


def _points_of(sheet: Sheet, scheme: SchemeChoice) -> tuple[list[PointForm], dict[str, str]]:
    """The rows as a batch, and which field of this form each field of the batch is.

    Raises `InvalidInput` for rows that say nothing, begin with no point, or are graded in part.
    """
    points: list[PointForm] = []
    fields: dict[str, str] = {}
    errors = [FieldError("unit", "请写明风险单元，如烧成车间、危化品库")] if not sheet.unit else []
    for number, row in enumerate(sheet.rows):
        if row.is_empty:
            continue
        if row.texts["point"]:
            points.append(PointForm(unit=sheet.unit, name=row.texts["point"], kind=row.texts["kind"], location=row.texts["location"]))
            place = len(points) - 1
            fields |= {f"points.{place}.{field}": f"{name}-{number}" for field, name in (("name", "point"), ("kind", "kind"))}
            fields[f"points.{place}.location"] = f"location-{number}"
        elif not points:
            errors.append(FieldError(f"point-{number}", f"第 {number + 1} 行：请写明风险点"))
            continue
        if row.chosen:
            errors += missing_answers(scheme, row.chosen, f"chosen-{number}-")
        source = _source_of(row, scheme)
        if not row.texts["source"]:
            if row.texts["point"] and not (row.chosen or source.measures):
                continue
            errors.append(FieldError(f"source-{number}", f"第 {number + 1} 行：请写明危险源"))
        place = len(points) - 1
        fields |= _source_fields(f"points.{place}.sources.{len(points[place].sources)}", number, source)
        points[place] = msgspec.structs.replace(points[place], sources=(*points[place].sources, source))
    if not points and not errors:
        errors.append(FieldError("point-0", "请至少填写一个风险点"))
    if errors:
        raise InvalidInput(errors)
    return points, fields


def _source_of(row: Row, scheme: SchemeChoice) -> SourceForm:
    lines = [(kind, line.strip()) for kind in ControlMeasureKind for line in row.measures.get(kind.value, "").splitlines()]
    return SourceForm(
        name=row.texts["source"],
        consequence=row.texts["consequence"],
        person=row.texts["person"],
        measures=tuple(MeasureForm(kind=kind, text=line) for kind, line in lines if line),
        assessment=assessment_of(scheme, row.chosen) if row.chosen else None,
    )


def _source_fields(path: str, number: int, source: SourceForm) -> dict[str, str]:
    names = {"name": "source", "consequence": "consequence", "person": "person"}
    fields = {f"{path}.{field}": f"{name}-{number}" for field, name in names.items()}
    if source.assessment is not None:
        fields |= {f"{path}.{factor}": f"chosen-{number}-{factor}" for factor in source.assessment.chosen}
    return fields | {f"{path}.measures.{place}.text": f"{measure.kind}-{number}" for place, measure in enumerate(source.measures)}


def _at_rows(refusal: InvalidInput, fields: Mapping[str, str]) -> list[FieldError]:
    return [FieldError(fields.get(error.field, error.field), error.message) for error in refusal.errors]


def _form(request: Request[Any, Any, Any], work: Work, enterprise_id: UUID, sheet: Sheet, errors: dict[str, str]) -> Response[str]:
    enterprise = get_enterprise(work, enterprise_id)
    schemes = schemes_of(work, services_of(request).rulebook)
    scheme = pick_scheme(schemes, sheet.scheme)
    return show(
        request,
        work,
        "risk_rows.html",
        status=400 if errors else 200,
        enterprise=enterprise,
        units=[unit.name for unit in list_units(work, enterprise_id)],
        sheet=sheet,
        scheme=scheme,
        scheme_key=scheme_key(scheme),
        schemes=scheme_options(schemes),
        kinds=[(one.value, one.label) for one in RiskPointKind],
        measure_kinds=list(ControlMeasureKind),
        most_rows=MOST_ROWS,
        empty_row=_empty_rows(1)[0],
        errors=errors,
    )
