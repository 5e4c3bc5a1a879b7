"""One risk point: what is known of it, its hazard sources, and what may be done to it."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.terms import RiskPointKind, Role
from server.enterprises.service import get_enterprise
from server.entrance import open_work, services_of
from server.errors import ChangedMeanwhile, InvalidInput
from server.events.service import read_story
from server.grading.access import WRITERS
from server.grading.schemas import PointForm
from server.grading.service import get_point, get_unit, list_units, read_point, retire_point, update_point
from server.identity import STAFF, pages_for
from server.pages.query import read_number
from server.pages.view import errors_by_field, form_text, go_to, show
from server.unit_of_work import Work

_FIELDS = ("name", "unit", "kind", "location", "version")


class RiskPointPages(Controller):
    """Staff and the enterprise read; who keeps registers writes."""

    path = "/risk-points/{point_id:uuid}"
    opt = pages_for(*STAFF, Role.ENTERPRISE)

    @get("/", sync_to_thread=True)
    def show_point(self, request: Request[Any, Any, Any], point_id: FromPath[UUID]) -> Response[str]:
        """The point with its sources and its story."""
        with open_work(request) as work:
            return _point_page(request, work, point_id, "", {})

    @get("/edit", opt=pages_for(*WRITERS), sync_to_thread=True)
    def show_edit(self, request: Request[Any, Any, Any], point_id: FromPath[UUID]) -> Response[str]:
        """Its name, kind, place and unit, to be changed."""
        with open_work(request) as work:
            point = get_point(work, point_id)
            values = {"name": point.name, "unit": get_unit(work, point.unit_id).name, "kind": point.kind, "location": point.location}
            return _edit_page(request, work, point_id, values | {"version": str(point.version)}, {})

    @post("/edit", opt=pages_for(*WRITERS), status_code=200)
    async def take_edit(self, request: Request[Any, Any, Any], point_id: FromPath[UUID]) -> Response[Any]:
        """Change it."""
        form = await request.form()
        return await sync_to_thread(_save, request, point_id, {name: form_text(form, name) for name in _FIELDS})

    @post("/retire", opt=pages_for(*WRITERS), status_code=200)
    async def take_retirement(self, request: Request[Any, Any, Any], point_id: FromPath[UUID]) -> Response[Any]:
        """It no longer exists."""
        form = await request.form()
        return await sync_to_thread(_retire, request, point_id, form_text(form, "reason"))


def _point_page(request: Request[Any, Any, Any], work: Work, point_id: UUID, reason: str, errors: dict[str, str]) -> Response[str]:
    view, grade = read_point(work, services_of(request).rulebook, point_id)
    return show(
        request,
        work,
        "risk_point.html",
        status=400 if errors else 200,
        enterprise=get_enterprise(work, view.point.enterprise_id),
        view=view,
        grade=grade,
        trail=read_story(work, "risk_point", [point_id]),
        may_write=work.actor.role in WRITERS and view.point.retired_on is None,
        reason=reason,
        errors=errors,
    )


def _edit_page(
    request: Request[Any, Any, Any], work: Work, point_id: UUID, values: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    point = get_point(work, point_id)
    return show(
        request,
        work,
        "risk_point_form.html",
        status=400 if errors else 200,
        enterprise=get_enterprise(work, point.enterprise_id),
        point=point,
        units=[unit.name for unit in list_units(work, point.enterprise_id)],
        kinds=[(one.value, one.label) for one in RiskPointKind],
        values=values,
        errors=errors,
    )


def _save(request: Request[Any, Any, Any], point_id: UUID, values: dict[str, str]) -> Response[Any]:
    form = PointForm(
        unit=values["unit"],
        name=values["name"],
        kind=values["kind"],
        location=values["location"],
        seen_version=read_number(values["version"]),
    )
    try:
        with open_work(request, write=True) as work:
            update_point(work, point_id, form)
    except (InvalidInput, ChangedMeanwhile) as refusal:
        errors = errors_by_field(refusal) if isinstance(refusal, InvalidInput) else {"name": refusal.detail}
        with open_work(request) as work:
            return _edit_page(request, work, point_id, values, errors)
    return go_to(f"/risk-points/{point_id}?done=saved")


def _retire(request: Request[Any, Any, Any], point_id: UUID, reason: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            enterprise_id = retire_point(work, services_of(request).rulebook, point_id, reason).enterprise_id
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _point_page(request, work, point_id, reason, errors_by_field(refusal))
    return go_to(f"/enterprises/{enterprise_id}/register?done=retired")
