"""The park's settings: how it is called, on which footing it acts, its zones and safety grids."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.terms import PermissionMode, Role
from server.entrance import open_work, services_of
from server.errors import AlreadyExists, InvalidInput, Refusal, StateConflict
from server.identity import pages_for
from server.pages.query import read_id
from server.pages.view import errors_by_field, form_text, go_to, show
from server.parks.schemas import GridForm, ParkForm, ZoneForm
from server.parks.service import (
    create_grid,
    create_zone,
    get_grid,
    get_park,
    get_zone,
    list_grids,
    list_zones,
    permission_mode_of,
    remove_grid,
    remove_zone,
    update_grid,
    update_park,
    update_zone,
)
from server.unit_of_work import Work

_PARK_FIELDS = ("name", "office_name", "document_prefix", "office_phone", "permission_mode")
_GRID_FIELDS = ("name", "zone_id", "officer_name", "officer_phone")
_WRITERS = pages_for(Role.ADMIN)


class SettingsPages(Controller):
    """The administrator writes; the office reads."""

    path = "/settings"
    opt = pages_for(Role.ADMIN, Role.OFFICE)

    @get("/", sync_to_thread=True)
    def show_settings(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Everything at a glance."""
        with open_work(request) as work:
            park = get_park(work)
            mode = permission_mode_of(park)
            permission = services_of(request).rulebook.permission
            zones = list_zones(work)
            return show(
                request,
                work,
                "settings.html",
                mode=mode,
                mode_rule=permission.modes[mode],
                documents=permission.list_documents(mode),
                zones=zones,
                zone_names={zone.id: zone.name for zone in zones},
                grids=list_grids(work),
                may_write=work.actor.role is Role.ADMIN,
            )

    @get("/park", opt=_WRITERS, sync_to_thread=True)
    def show_park_form(self, request: Request[Any, Any, Any]) -> Response[str]:
        """The park's settings, to be changed."""
        with open_work(request) as work:
            park = get_park(work)
            values = {name: getattr(park, name) for name in _PARK_FIELDS} | {"permission_mode": permission_mode_of(park).value}
            return _park_form(request, work, values, {})

    @post("/park", opt=_WRITERS, status_code=200)
    async def take_park_form(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Change the park's settings."""
        form = await request.form()
        return await sync_to_thread(_change_park, request, {name: form_text(form, name) for name in _PARK_FIELDS})

    @get("/zones/new", opt=_WRITERS, sync_to_thread=True)
    def show_new_zone(self, request: Request[Any, Any, Any]) -> Response[str]:
        """An empty zone form."""
        with open_work(request) as work:
            return _zone_form(request, work, None, {"name": ""}, {})

    @post("/zones/new", opt=_WRITERS, status_code=200)
    async def take_new_zone(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Add a zone."""
        form = await request.form()
        return await sync_to_thread(_save_zone, request, None, {"name": form_text(form, "name")})

    @get("/zones/{zone_id:uuid}", opt=_WRITERS, sync_to_thread=True)
    def show_zone(self, request: Request[Any, Any, Any], zone_id: FromPath[UUID]) -> Response[str]:
        """A zone, to be changed."""
        with open_work(request) as work:
            return _zone_form(request, work, zone_id, {"name": get_zone(work, zone_id).name}, {})

    @post("/zones/{zone_id:uuid}", opt=_WRITERS, status_code=200)
    async def take_zone(self, request: Request[Any, Any, Any], zone_id: FromPath[UUID]) -> Response[Any]:
        """Change a zone."""
        form = await request.form()
        return await sync_to_thread(_save_zone, request, zone_id, {"name": form_text(form, "name")})

    @post("/zones/{zone_id:uuid}/remove", opt=_WRITERS, status_code=200, sync_to_thread=True)
    def take_zone_away(self, request: Request[Any, Any, Any], zone_id: FromPath[UUID]) -> Response[Any]:
        """Remove a zone nothing lies in."""
        return _remove(request, lambda work: remove_zone(work, zone_id), lambda work, errors: _zone_page(request, work, zone_id, errors))

    @get("/grids/new", opt=_WRITERS, sync_to_thread=True)
    def show_new_grid(self, request: Request[Any, Any, Any]) -> Response[str]:
        """An empty grid form."""
        with open_work(request) as work:
            return _grid_form(request, work, None, dict.fromkeys(_GRID_FIELDS, ""), {})

    @post("/grids/new", opt=_WRITERS, status_code=200)
    async def take_new_grid(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Add a grid."""
        form = await request.form()
        return await sync_to_thread(_save_grid, request, None, {name: form_text(form, name) for name in _GRID_FIELDS})

    @get("/grids/{grid_id:uuid}", opt=_WRITERS, sync_to_thread=True)
    def show_grid(self, request: Request[Any, Any, Any], grid_id: FromPath[UUID]) -> Response[str]:
        """A grid, to be changed."""
        with open_work(request) as work:
            return _grid_page(request, work, grid_id, {})

    @post("/grids/{grid_id:uuid}", opt=_WRITERS, status_code=200)
    async def take_grid(self, request: Request[Any, Any, Any], grid_id: FromPath[UUID]) -> Response[Any]:
        """Change a grid."""
        form = await request.form()
        return await sync_to_thread(_save_grid, request, grid_id, {name: form_text(form, name) for name in _GRID_FIELDS})

    @post("/grids/{grid_id:uuid}/remove", opt=_WRITERS, status_code=200, sync_to_thread=True)
    def take_grid_away(self, request: Request[Any, Any, Any], grid_id: FromPath[UUID]) -> Response[Any]:
        """Remove a grid nothing lies in."""
        return _remove(request, lambda work: remove_grid(work, grid_id), lambda work, errors: _grid_page(request, work, grid_id, errors))


def _change_park(request: Request[Any, Any, Any], values: dict[str, str]) -> Response[Any]:
    form = ParkForm(
        name=values["name"],
        office_name=values["office_name"],
        document_prefix=values["document_prefix"],
        office_phone=values["office_phone"],
        permission_mode=values["permission_mode"],
    )
    try:
        with open_work(request, write=True) as work:
            update_park(work, form)
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _park_form(request, work, values, errors_by_field(refusal))
    return go_to("/settings?done=park")


def _save_zone(request: Request[Any, Any, Any], zone_id: UUID | None, values: dict[str, str]) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            if zone_id is None:
                create_zone(work, ZoneForm(name=values["name"]))
            else:
                # The outline is drawn elsewhere; renaming a zone must not lose it.
                update_zone(work, zone_id, ZoneForm(name=values["name"], outline=get_zone(work, zone_id).outline))
    except (InvalidInput, AlreadyExists) as refusal:
        with open_work(request) as work:
            return _zone_form(request, work, zone_id, values, _name_errors(refusal))
    return go_to("/settings?done=zone#zones")


def _save_grid(request: Request[Any, Any, Any], grid_id: UUID | None, values: dict[str, str]) -> Response[Any]:
    form = GridForm(
        name=values["name"],
        zone_id=read_id(values["zone_id"]),
        officer_name=values["officer_name"],
        officer_phone=values["officer_phone"],
    )
    try:
        with open_work(request, write=True) as work:
            if grid_id is None:
                create_grid(work, form)
            else:
                update_grid(work, grid_id, form)
    except (InvalidInput, AlreadyExists) as refusal:
        with open_work(request) as work:
            return _grid_form(request, work, grid_id, values, _name_errors(refusal))
    return go_to("/settings?done=grid#grids")


def _remove(
    request: Request[Any, Any, Any], remove: Callable[[Work], None], show_again: Callable[[Work, dict[str, str]], Response[str]]
) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            remove(work)
    except StateConflict as refusal:
        with open_work(request) as work:
            return show_again(work, {"name": refusal.detail})
    return go_to("/settings?done=removed#zones")


def _name_errors(refusal: Refusal) -> dict[str, str]:
    return errors_by_field(refusal) if isinstance(refusal, InvalidInput) else {"name": refusal.detail}


def _park_form(request: Request[Any, Any, Any], work: Work, values: dict[str, str], errors: dict[str, str]) -> Response[str]:
    permission = services_of(request).rulebook.permission
    modes = [(mode, permission.modes[mode], permission.list_documents(mode)) for mode in PermissionMode]
    return show(request, work, "settings_park.html", status=400 if errors else 200, values=values, errors=errors, modes=modes)


def _zone_page(request: Request[Any, Any, Any], work: Work, zone_id: UUID, errors: dict[str, str]) -> Response[str]:
    return _zone_form(request, work, zone_id, {"name": get_zone(work, zone_id).name}, errors)


def _zone_form(
    request: Request[Any, Any, Any], work: Work, zone_id: UUID | None, values: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    return show(request, work, "settings_zone.html", status=400 if errors else 200, zone_id=zone_id, values=values, errors=errors)


def _grid_page(request: Request[Any, Any, Any], work: Work, grid_id: UUID, errors: dict[str, str]) -> Response[str]:
    grid = get_grid(work, grid_id)
    values = {name: str(getattr(grid, name) or "") for name in _GRID_FIELDS}
    return _grid_form(request, work, grid_id, values, errors)


def _grid_form(
    request: Request[Any, Any, Any], work: Work, grid_id: UUID | None, values: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    return show(
        request,
        work,
        "settings_grid.html",
        status=400 if errors else 200,
        grid_id=grid_id,
        values=values,
        errors=errors,
        zones=[(zone.id, zone.name) for zone in list_zones(work)],
    )
