"""The chemicals of an enterprise by the units of GB 18218, and beside each whether it is a major hazard installation (重大危险源).

What is computed is never stored: the page asks the rules each time, tells every term, and what nobody has told yet.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.major_hazard_installation import InstallationGrade
from rules.requests import plain
from rules.terms import Role
from server.enterprises.service import get_enterprise
from server.entrance import open_work, services_of
from server.errors import ChangedMeanwhile, InvalidInput
from server.events.service import read_story
from server.grading.access import WRITERS
from server.grading.chemical_lookup import ChemicalTrial
from server.grading.schemas import ChemicalForm
from server.grading.service import (
    get_chemical_unit,
    get_grade,
    offered_categories,
    offered_substances,
    read_chemical_unit,
    read_chemicals,
    retire_chemical_unit,
    save_chemical_unit,
    try_chemical_unit,
)
from server.identity import STAFF, pages_for
from server.models.risk import Chemical, ChemicalUnit
from server.pages.chemical_forms import MORE_ROWS, MOST_ROWS, TypedUnit, empty_rows, empty_unit, form_of, read_unit, typed_of
from server.pages.view import errors_by_field, form_text, go_to, show
from server.unit_of_work import Work


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One term of S as a page tells it. `question` is what must be known before there is one."""

    name: str
    about: str
    quantity: str
    threshold: str
    ratio: str
    beta: str
    question: str


class ChemicalPages(Controller):
    """Staff and the enterprise read; who keeps registers writes."""

    path = "/enterprises/{enterprise_id:uuid}/chemicals"
    opt = pages_for(*STAFF, Role.ENTERPRISE)

    @get("/", sync_to_thread=True)
    def show_all(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[str]:
        """Every unit with what GB 18218 makes of it."""
        with open_work(request) as work:
            enterprise = get_enterprise(work, enterprise_id)
            views = read_chemicals(work, services_of(request).rulebook, enterprise_id)
            return show(
                request,
                work,
                "chemicals.html",
                enterprise=enterprise,
                views=[(view, terms_of(view.installation, view.chemicals)) for view in views],
                open_questions=sum(1 for view in views if view.installation is not None and view.installation.questions),
                installations=sum(1 for view in views if view.installation is not None and view.installation.constitutes),
                may_write=work.actor.role in WRITERS and enterprise.left_on is None,
            )

    @get("/new", opt=pages_for(*WRITERS), sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[str]:
        """An empty form."""
        with open_work(request) as work:
            return _form(request, work, enterprise_id, None, empty_unit(), {}, None)

    @post("/new", opt=pages_for(*WRITERS), status_code=200)
    async def take_form(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[Any]:
        """Add a unit, or try what it would come to."""
        form = await request.form()
        return await sync_to_thread(_take, request, enterprise_id, None, read_unit(form))


class ChemicalUnitPages(Controller):
    """One unit."""

    path = "/chemical-units/{chemical_unit_id:uuid}"
    opt = pages_for(*STAFF, Role.ENTERPRISE)

    @get("/", sync_to_thread=True)
    def show_unit(self, request: Request[Any, Any, Any], chemical_unit_id: FromPath[UUID]) -> Response[str]:
        """The unit, its arithmetic and its story."""
        with open_work(request) as work:
            return _unit_page(request, work, chemical_unit_id, "", {})

    @get("/edit", opt=pages_for(*WRITERS), sync_to_thread=True)
    def show_edit(self, request: Request[Any, Any, Any], chemical_unit_id: FromPath[UUID]) -> Response[str]:
        """The unit with its chemicals, to be changed."""
        with open_work(request) as work:
            view = read_chemical_unit(work, services_of(request).rulebook, chemical_unit_id)
            return _form(request, work, view.unit.enterprise_id, view.unit, typed_of(view), {}, None)

    @post("/edit", opt=pages_for(*WRITERS), status_code=200)
    async def take_edit(self, request: Request[Any, Any, Any], chemical_unit_id: FromPath[UUID]) -> Response[Any]:
        """Change it, or try what it would come to."""
        form = await request.form()
        return await sync_to_thread(_take_edit, request, chemical_unit_id, read_unit(form))

    @post("/retire", opt=pages_for(*WRITERS), status_code=200)
    async def take_retirement(self, request: Request[Any, Any, Any], chemical_unit_id: FromPath[UUID]) -> Response[Any]:
        """It no longer exists."""
        form = await request.form()
        return await sync_to_thread(_retire, request, chemical_unit_id, form_text(form, "reason"))


def terms_of(installation: InstallationGrade | None, chemicals: Sequence[Chemical | ChemicalForm]) -> list[Term]:
    """Every chemical with its term of S, in order."""
    items = installation.items if installation is not None else (None,) * len(chemicals)
    return [
        Term(
            name=one.name or one.cas,
            about="，".join(text for text in (one.cas if one.name else "", one.physical_state, one.concentration) if text),
            quantity="" if one.quantity_t is None else plain(one.quantity_t),
            threshold="" if item is None or item.threshold_t is None else plain(item.threshold_t),
            ratio="" if item is None or item.ratio is None else plain(item.ratio),
            beta="" if item is None or item.beta is None else plain(item.beta),
            question="" if item is None else item.question,
        )
        for one, item in zip(chemicals, items, strict=True)
    ]


def _unit_page(request: Request[Any, Any, Any], work: Work, unit_id: UUID, reason: str, errors: dict[str, str]) -> Response[str]:
    view = read_chemical_unit(work, services_of(request).rulebook, unit_id)
    points = {point.id: point.name for point in get_grade(work, view.unit.enterprise_id).points}
    return show(
        request,
        work,
        "chemical_unit.html",
        status=400 if errors else 200,
        enterprise=get_enterprise(work, view.unit.enterprise_id),
        view=view,
        terms=terms_of(view.installation, view.chemicals),
        point_name=points.get(view.unit.point_id) if view.unit.point_id is not None else None,
        trail=read_story(work, "chemical_unit", [unit_id]),
        may_write=work.actor.role in WRITERS and view.unit.retired_on is None,
        reason=reason,
        errors=errors,
    )


def _take_edit(request: Request[Any, Any, Any], unit_id: UUID, typed: TypedUnit) -> Response[Any]:
    with open_work(request) as work:
        unit = get_chemical_unit(work, unit_id)
    return _take(request, unit.enterprise_id, unit_id, typed)


def _take(request: Request[Any, Any, Any], enterprise_id: UUID, unit_id: UUID | None, typed: TypedUnit) -> Response[Any]:
    rulebook = services_of(request).rulebook
    do = typed.values["do"]
    fields: dict[str, str] = {}
    errors: dict[str, str] = {}
    trial: ChemicalTrial | None = None
    if do == "more":
        typed = msgspec.structs.replace(typed, rows=(*typed.rows, *empty_rows(min(MORE_ROWS, MOST_ROWS - len(typed.rows)))))
    else:
        try:
            form, fields = form_of(typed)
            if do == "try":
                with open_work(request) as work:
                    trial = try_chemical_unit(work, rulebook, enterprise_id, form)
            else:
                with open_work(request, write=True) as work:
                    saved_id = save_chemical_unit(work, rulebook, enterprise_id, form, unit_id=unit_id).id
                return go_to(f"/chemical-units/{saved_id}?done=saved")
        except InvalidInput as refusal:
            errors = {fields.get(field, field): words for field, words in errors_by_field(refusal).items()}
        except ChangedMeanwhile as refusal:
            errors = {"name": refusal.detail}
    with open_work(request) as work:
        unit = get_chemical_unit(work, unit_id) if unit_id is not None else None
        return _form(request, work, enterprise_id, unit, typed, errors, trial)


def _form(
    request: Request[Any, Any, Any],
    work: Work,
    enterprise_id: UUID,
    unit: ChemicalUnit | None,
    typed: TypedUnit,
    errors: dict[str, str],
    trial: ChemicalTrial | None,
) -> Response[str]:
    enterprise = get_enterprise(work, enterprise_id)
    rulebook = services_of(request).rulebook
    named = [place for place, row in enumerate(typed.rows) if not row.is_empty]
    return show(
        request,
        work,
        "chemical_form.html",
        status=400 if errors else 200,
        enterprise=enterprise,
        unit=unit,
        typed=typed,
        looked=dict(zip(named, trial.looked, strict=True)) if trial is not None else {},
        trial=trial,
        terms=terms_of(trial.installation, trial.chemicals) if trial is not None else [],
        substances=offered_substances(rulebook),
        categories=offered_categories(rulebook),
        points=[(point.id, point.name) for point in get_grade(work, enterprise_id).points],
        most_rows=MOST_ROWS,
        empty_row=empty_rows(1)[0],
        errors=errors,
    )


def _retire(request: Request[Any, Any, Any], unit_id: UUID, reason: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            enterprise_id = retire_chemical_unit(work, unit_id, reason).enterprise_id
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _unit_page(request, work, unit_id, reason, errors_by_field(refusal))
    return go_to(f"/enterprises/{enterprise_id}/chemicals?done=retired")
