"""At which risk point does a hazard lie? What its checklist item suggests comes first; without a point the whole enterprise answers."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from server.entrance import open_work, services_of
from server.errors import FieldError, InvalidInput, NotFound, StateConflict
from server.grading.access import WRITERS
from server.grading.dynamics import find_place, place_hazard, suggest_points
from server.grading.grades import get_grade
from server.hazards.service import get_dossier
from server.identity import pages_for
from server.pages.query import read_id
from server.pages.view import errors_by_field, form_text, go_to, show
from server.unit_of_work import Work

NOWHERE = "none"
"""The choice of no risk point: the enterprise as a whole."""


class HazardPlacePages(Controller):
    """For office and inspectors."""

    path = "/hazards/{hazard_id:uuid}/place"
    opt = pages_for(*WRITERS)

    @get("/", sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any], hazard_id: FromPath[UUID]) -> Response[str]:
        """The hazard and the points of its enterprise."""
        with open_work(request) as work:
            place = find_place(work, hazard_id)
            return _form(request, work, hazard_id, str(place.id) if place is not None else "", {})

    @post("/", status_code=200)
    async def take_form(self, request: Request[Any, Any, Any], hazard_id: FromPath[UUID]) -> Response[Any]:
        """Say where it lies."""
        form = await request.form()
        return await sync_to_thread(_place, request, hazard_id, form_text(form, "point_id"))


def _place(request: Request[Any, Any, Any], hazard_id: UUID, chosen: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            place_hazard(work, services_of(request).rulebook, hazard_id, _point_of(chosen))
    except InvalidInput as refusal:
        errors = errors_by_field(refusal)
    except NotFound as refusal:
        errors = {"point_id": refusal.detail}
    else:
        return go_to(f"/hazards/{hazard_id}?done=placed")
    with open_work(request) as work:
        return _form(request, work, hazard_id, chosen, errors)


def _point_of(chosen: str) -> UUID | None:
    """The risk point chosen, None for the enterprise as a whole. Raises `InvalidInput`."""
    point_id = read_id(chosen)
    if point_id is None and chosen != NOWHERE:
        raise InvalidInput([FieldError("point_id", "请选择风险点，或选“说不准”")])
    return point_id


def _form(request: Request[Any, Any, Any], work: Work, hazard_id: UUID, chosen: str, errors: dict[str, str]) -> Response[str]:
    dossier = get_dossier(work, services_of(request).rulebook, hazard_id)
    if dossier.hazard.enterprise_id is None:
        raise StateConflict("这条隐患不属于企业，没有风险点可以关联。", reason="no_enterprise")
    suggested = {one.point_id: one.source_name for one in reversed(suggest_points(work, hazard_id))}
    points = get_grade(work, dossier.hazard.enterprise_id).points
    return show(
        request,
        work,
        "hazard_place.html",
        status=400 if errors else 200,
        hazard=dossier.hazard,
        dossier=dossier,
        suggested=[(one, suggested[one.id]) for one in points if one.id in suggested],
        others=[one for one in points if one.id not in suggested],
        chosen=chosen,
        nowhere=NOWHERE,
        errors=errors,
    )
