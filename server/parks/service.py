"""Use cases of parks: set one up, keep its settings, zones and grids."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from rules.terms import PermissionMode, Role
from server.errors import AlreadyExists, FieldError, InvalidInput, NotFound, StateConflict
from server.events.chain import start_chain
from server.identity import Actor
from server.ids import new_id
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.parks import Grid, Park, Zone
from server.parks.access import demand_keeper, readable_grids, readable_zones
from server.parks.nearness import far_errors as far_errors
from server.parks.nearness import far_in_words as far_in_words
from server.parks.schemas import GridForm, ParkForm, ZoneForm
from server.unit_of_work import Work


def permission_mode_of(park: Park) -> PermissionMode:
    """The footing the park acts on."""
    return PermissionMode(park.permission_mode)


def create_park(work: Work, form: ParkForm) -> Park:
    """Set up a park with its chain of events. The work then acts as the new park's own system. Raises `InvalidInput`, `AlreadyExists`."""
    _refuse_bad_park(form)
    if work.session.scalar(select(Park.id).where(Park.name == form.name.strip())):
        raise AlreadyExists("园区", form.name.strip())
    park = Park(id=new_id(), created_at=work.now, **_park_values(form))
    work.session.add(park)
    work.session.flush()
    start_chain(work.connection, park.id)
    work.act_as(system_actor(park.id))
    work.record("park", park.id, "park:created", **_park_values(form))
    return park


def system_actor(park_id: UUID) -> Actor:
    """The system itself, acting by the calendar or from the command line."""
    return Actor(id=None, park_id=park_id, name="系统", role=Role.SYSTEM)


def get_park(work: Work) -> Park:
    """The actor's park."""
    return work.session.get_one(Park, work.park_id)


def list_parks(work: Work) -> list[Park]:
    """Every park of the installation, by name; for the command line."""
    return list(work.session.scalars(select(Park).order_by(Park.name)))


def update_park(work: Work, form: ParkForm) -> Park:
    """Change the park's settings. Papers already issued keep what they were issued with. Raises `NotAllowed`, `InvalidInput`."""
    demand_keeper(work.actor)
    _refuse_bad_park(form)
    park = get_park(work)
    # Whether a park is a demonstration is settled when it is made: real data must never come to be called fictional, nor the reverse.
    values = _park_values(form) | {"fictional": park.fictional}
    changes = _set(park, values)
    if changes:
        work.session.flush()
        work.record("park", park.id, "park:changed", changes=changes)
    return park


def list_zones(work: Work) -> list[Zone]:
    """The zones of the park, by name."""
    return list(work.session.scalars(readable_zones(work.actor).order_by(Zone.name)))


def create_zone(work: Work, form: ZoneForm) -> Zone:
    """Add a zone. Raises `NotAllowed`, `InvalidInput`, `AlreadyExists`."""
    demand_keeper(work.actor)
    _refuse_bad_zone(work, form, None)
    zone = Zone(id=new_id(), park_id=work.park_id, name=form.name.strip(), outline=form.outline)
    work.session.add(zone)
    work.session.flush()
    work.record("zone", zone.id, "zone:created", name=zone.name)
    return zone


def update_zone(work: Work, zone_id: UUID, form: ZoneForm) -> Zone:
    """Change a zone. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `AlreadyExists`."""
    demand_keeper(work.actor)
    zone = get_zone(work, zone_id)
    _refuse_bad_zone(work, form, zone_id)
    changes = _set(zone, {"name": form.name.strip(), "outline": form.outline})
    if changes:
        work.session.flush()
        work.record("zone", zone.id, "zone:changed", changes=changes)
    return zone


def get_zone(work: Work, zone_id: UUID) -> Zone:
    """A zone of the park. Raises `NotFound`."""
    zone = work.session.scalar(readable_zones(work.actor).where(Zone.id == zone_id))
    if zone is None:
        raise NotFound("这个片区")
    return zone


def remove_zone(work: Work, zone_id: UUID) -> None:
    """Remove a zone nothing lies in. Raises `NotAllowed`, `NotFound`, `StateConflict`."""
    demand_keeper(work.actor)
    zone = get_zone(work, zone_id)
    used = sum(
        work.session.scalar(select(func.count()).select_from(model).where(model.zone_id == zone_id)) or 0
        for model in (Enterprise, InspectionTarget, Grid)
    )
    if used:
        raise StateConflict(f"片区“{zone.name}”里还有 {used} 个企业、场所或网格，请先改到别的片区。", reason="in_use")
    work.session.delete(zone)
    work.session.flush()
    work.record("zone", zone_id, "zone:removed", name=zone.name)


def list_grids(work: Work) -> list[Grid]:
    """The grids of the park, by name."""
    return list(work.session.scalars(readable_grids(work.actor).order_by(Grid.name)))


def get_grid(work: Work, grid_id: UUID) -> Grid:
    """A grid of the park. Raises `NotFound`."""
    grid = work.session.scalar(readable_grids(work.actor).where(Grid.id == grid_id))
    if grid is None:
        raise NotFound("这个网格")
    return grid


def create_grid(work: Work, form: GridForm) -> Grid:
    """Add a grid. Raises `NotAllowed`, `InvalidInput`, `AlreadyExists`."""
    demand_keeper(work.actor)
    _refuse_bad_grid(work, form, None)
    grid = Grid(id=new_id(), park_id=work.park_id, **_stripped(form))
    work.session.add(grid)
    work.session.flush()
    work.record("grid", grid.id, "grid:created", **_stripped(form))
    return grid


def update_grid(work: Work, grid_id: UUID, form: GridForm) -> Grid:
    """Change a grid or its officer. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `AlreadyExists`."""
    demand_keeper(work.actor)
    grid = get_grid(work, grid_id)
    _refuse_bad_grid(work, form, grid_id)
    changes = _set(grid, _stripped(form))
    if changes:
        work.session.flush()
        work.record("grid", grid.id, "grid:changed", changes=changes)
    return grid


def remove_grid(work: Work, grid_id: UUID) -> None:
    """Remove a grid nothing lies in. Raises `NotAllowed`, `NotFound`, `StateConflict`."""
    demand_keeper(work.actor)
    grid = get_grid(work, grid_id)
    used = sum(
        work.session.scalar(select(func.count()).select_from(model).where(model.grid_id == grid_id)) or 0
        for model in (Enterprise, InspectionTarget)
    )
    if used:
        raise StateConflict(f"网格“{grid.name}”里还有 {used} 个企业或场所，请先改到别的网格。", reason="in_use")
    work.session.delete(grid)
    work.session.flush()
    work.record("grid", grid_id, "grid:removed", name=grid.name)


def _stripped(form: msgspec.Struct) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in msgspec.structs.asdict(form).items()}


def _park_values(form: ParkForm) -> dict[str, Any]:
    return _stripped(form)


def _set(row: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Set what differs; returns the new values."""
    changes = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changes.items():
        setattr(row, name, value)
    return changes


def _refuse_bad_park(form: ParkForm) -> None:
    required = (("name", "园区名称"), ("office_name", "安全办名称"), ("document_prefix", "机关代字"))
    errors = [FieldError(field, f"请填写{label}") for field, label in required if not getattr(form, field).strip()]
    if form.permission_mode not in set(PermissionMode):
        errors.append(FieldError("permission_mode", "请选择权限模式"))
    if any(sign in form.document_prefix for sign in "〔〕0123456789"):
        errors.append(FieldError("document_prefix", "机关代字只写文字，如“醴经开安办”；年份和序号由系统编"))
    if errors:
        raise InvalidInput(errors)


def _refuse_bad_zone(work: Work, form: ZoneForm, zone_id: UUID | None) -> None:
    errors = []
    if not form.name.strip():
        errors.append(FieldError("name", "请填写片区名称"))
    if form.outline is not None and not _is_polygon(form.outline):
        errors.append(FieldError("outline", "片区边界应为 GeoJSON 的 Polygon 或 MultiPolygon（WGS-84 经纬度）"))
    if errors:
        raise InvalidInput(errors)
    taken = select(Zone.id).where(Zone.park_id == work.park_id, Zone.name == form.name.strip())
    if zone_id is not None:
        taken = taken.where(Zone.id != zone_id)
    if work.session.scalar(taken):
        raise AlreadyExists("片区", form.name.strip())


def _refuse_bad_grid(work: Work, form: GridForm, grid_id: UUID | None) -> None:
    if not form.name.strip():
        raise InvalidInput([FieldError("name", "请填写网格名称")])
    if form.zone_id is not None:
        get_zone(work, form.zone_id)
    taken = select(Grid.id).where(Grid.park_id == work.park_id, Grid.name == form.name.strip())
    if grid_id is not None:
        taken = taken.where(Grid.id != grid_id)
    if work.session.scalar(taken):
        raise AlreadyExists("网格", form.name.strip())


def _is_polygon(outline: dict[str, Any]) -> bool:
    """Whether the value has the shape of a GeoJSON polygon with closed rings of plausible coordinates."""
    depth = {"Polygon": 1, "MultiPolygon": 2}.get(str(outline.get("type")))
    rings: Any = outline.get("coordinates")
    if depth is None or not isinstance(rings, list):
        return False
    if depth == 2:
        rings = [ring for polygon in rings if isinstance(polygon, list) for ring in polygon]
    return bool(rings) and all(_is_ring(ring) for ring in rings)


def _is_ring(ring: Any) -> bool:
    return isinstance(ring, list) and len(ring) >= 4 and ring[0] == ring[-1] and all(_is_position(position) for position in ring)


def _is_position(position: Any) -> bool:
    if not isinstance(position, list) or len(position) < 2 or not all(isinstance(one, int | float) for one in position[:2]):
        return False
    longitude, latitude = position[:2]
    return bool(-180 <= longitude <= 180 and -90 <= latitude <= 90)
