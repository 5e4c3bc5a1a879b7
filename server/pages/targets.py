"""What is inspected besides enterprises themselves: their sites, public facilities, construction sites."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.terms import Role, TargetKind
from server.coordinates import COORDINATES, read_place
from server.enterprises.schemas import EnterpriseQuery, TargetForm, TargetQuery
from server.enterprises.service import create_target, get_target, list_enterprises, list_targets, update_target
from server.entrance import open_work
from server.errors import InvalidInput
from server.identity import STAFF, pages_for
from server.models.enterprises import InspectionTarget
from server.pages.query import asked, asked_page, asked_term, read_id
from server.pages.view import errors_by_field, form_text, go_to, show
from server.parks.service import far_in_words, list_grids, list_zones
from server.unit_of_work import Work

KINDS = (TargetKind.SITE, TargetKind.PUBLIC_FACILITY, TargetKind.CONSTRUCTION_SITE)
_FIELDS = (
    "kind", "name", "enterprise_id", "steward", "steward_phone", "zone_id", "grid_id", "address", *COORDINATES, "active",
)  # fmt: skip
_MOST_ENTERPRISES = 200


class TargetPages(Controller):
    """Reading for all staff; the office writes."""

    path = "/targets"
    opt = pages_for(*STAFF)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """One page of the targets that are no enterprise."""
        query = TargetQuery(
            search=asked(request, "q"),
            kind=asked_term(request, "kind", TargetKind) or TargetKind.PUBLIC_FACILITY.value,
            enterprise_id=read_id(asked(request, "enterprise")),
            zone_id=read_id(asked(request, "zone")),
            active=asked(request, "gone") != "yes",
            page=asked_page(request),
        )
        with open_work(request) as work:
            counts = [(kind, list_targets(work, TargetQuery(kind=kind.value, size=1)).total) for kind in KINDS]
            return show(
                request,
                work,
                "targets.html",
                page=list_targets(work, query),
                asked=query,
                tabs=counts,
                zones=[(zone.id, zone.name) for zone in list_zones(work)],
                zone_names={zone.id: zone.name for zone in list_zones(work)},
                may_write=work.actor.role is Role.OFFICE,
            )

    @get("/{target_id:uuid}", sync_to_thread=True)
    def show_target(self, request: Request[Any, Any, Any], target_id: FromPath[UUID]) -> Response[Any]:
        """One target; an enterprise's own has its page in the register."""
        with open_work(request) as work:
            target = get_target(work, target_id)
            if target.kind == TargetKind.ENTERPRISE:
                return go_to(f"/enterprises/{target_id}")
            return show(
                request,
                work,
                "target.html",
                target=target,
                far=far_in_words(work, target.longitude, target.latitude),
                owner=get_target(work, target.enterprise_id) if target.enterprise_id else None,
                zone=next((zone for zone in list_zones(work) if zone.id == target.zone_id), None),
                grid=next((grid for grid in list_grids(work) if grid.id == target.grid_id), None),
                may_write=work.actor.role is Role.OFFICE,
                may_plan=work.actor.role in {Role.OFFICE, Role.LEADER} and target.active,
            )

    @get("/new", opt=pages_for(Role.OFFICE), sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any]) -> Response[str]:
        """An empty form."""
        with open_work(request) as work:
            kind = asked_term(request, "kind", TargetKind)
            values = dict.fromkeys(_FIELDS, "") | {"kind": kind if kind in KINDS else "", "enterprise_id": asked(request, "enterprise")}
            return _form_page(request, work, None, values | {"active": "yes"}, {})

    @post("/new", opt=pages_for(Role.OFFICE), status_code=200)
    async def take_form(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Add a target."""
        form = await request.form()
        return await sync_to_thread(_save, request, None, {name: form_text(form, name) for name in _FIELDS} | {"active": "yes"})

    @get("/{target_id:uuid}/edit", opt=pages_for(Role.OFFICE), sync_to_thread=True)
    def show_edit(self, request: Request[Any, Any, Any], target_id: FromPath[UUID]) -> Response[Any]:
        """A target, to be changed."""
        with open_work(request) as work:
            target = get_target(work, target_id)
            if target.kind == TargetKind.ENTERPRISE:
                return go_to(f"/enterprises/{target_id}/edit")
            return _form_page(request, work, target, _values_of(target), {})

    @post("/{target_id:uuid}/edit", opt=pages_for(Role.OFFICE), status_code=200)
    async def take_edit(self, request: Request[Any, Any, Any], target_id: FromPath[UUID]) -> Response[Any]:
        """Change a target."""
        form = await request.form()
        return await sync_to_thread(_save, request, target_id, {name: form_text(form, name) for name in _FIELDS})


def _values_of(target: InspectionTarget) -> dict[str, str]:
    values = {name: getattr(target, name, None) for name in _FIELDS}
    return {name: "" if value is None else str(value) for name, value in values.items()} | {"active": "yes" if target.active else ""}


def _form_page(
    request: Request[Any, Any, Any], work: Work, target: InspectionTarget | None, values: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    enterprises = list_enterprises(work, EnterpriseQuery(size=_MOST_ENTERPRISES)).items
    return show(
        request,
        work,
        "target_form.html",
        status=400 if errors else 200,
        target=target,
        values=values,
        errors=errors,
        kinds=[(kind.value, kind.label) for kind in KINDS],
        enterprises=[(one.id, one.name) for one in enterprises],
        zones=[(zone.id, zone.name) for zone in list_zones(work)],
        grids=[(grid.id, grid.name) for grid in list_grids(work)],
    )


def _form_of(values: dict[str, str], details: dict[str, Any]) -> TargetForm:
    """The form as a use case takes it. Raises `InvalidInput` for degrees that are none."""
    place = read_place(values)
    return TargetForm(
        kind=values["kind"],
        name=values["name"],
        enterprise_id=read_id(values["enterprise_id"]),
        steward=values["steward"],
        steward_phone=values["steward_phone"],
        zone_id=read_id(values["zone_id"]),
        grid_id=read_id(values["grid_id"]),
        address=values["address"],
        details=details,
        active=values["active"] == "yes",
        latitude=place.latitude,
        longitude=place.longitude,
        is_far_confirmed=place.is_confirmed,
    )


def _save(request: Request[Any, Any, Any], target_id: UUID | None, values: dict[str, str]) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            if target_id is None:
                saved_id = create_target(work, _form_of(values, {})).id
            else:
                # What the form does not show must not be lost by saving it.
                saved_id = update_target(work, target_id, _form_of(values, dict(get_target(work, target_id).details))).id
    except InvalidInput as refusal:
        with open_work(request) as work:
            target = None if target_id is None else get_target(work, target_id)
            return _form_page(request, work, target, values, errors_by_field(refusal))
    return go_to(f"/targets/{saved_id}?done=saved")
