"""How do the outlines of a park's zones come in and go out as GeoJSON?

One file holds one zone or all of them, each named. Reading names every mistake with zone, ring and point; nothing is taken until somebody
has seen the drawing of what would change. Zones a file does not name keep their outlines.
"""

import json
from typing import Any
from uuid import UUID

import msgspec

from server.enterprises.access import readable_enterprises
from server.errors import FieldError, InvalidInput
from server.geometry import OutlineError, area_m2, contains, geometry_of, read_outline
from server.models.enterprises import Enterprise
from server.models.parks import Zone
from server.parks.access import demand_keeper
from server.parks.schemas import ZoneForm
from server.parks.service import create_zone, list_zones, update_zone
from server.unit_of_work import Work

LARGEST_FILE = 2_000_000
MOST_ZONES = 60
_NAMES = ("name", "名称", "片区", "NAME", "Name")


class ReadZone(msgspec.Struct, frozen=True):
    """A zone as a file says it."""

    name: str
    outline: dict[str, Any]


class PlannedOutline(msgspec.Struct, frozen=True, kw_only=True):
    """What taking a read zone would do. `outside` are enterprises registered in the zone that would lie outside it."""

    name: str
    zone_id: UUID | None
    outline: dict[str, Any]
    hectares: float
    is_same: bool
    outside: tuple[str, ...]

    @property
    def words(self) -> str:
        """What would happen, in the words of the page."""
        if self.zone_id is None:
            return "新增片区"
        return "与现有边界相同" if self.is_same else "替换边界"


def read_outlines(text: str, *, only_name: str = "") -> list[ReadZone]:
    """The zones of a GeoJSON text; `only_name` names a single outline without a name. Raises `InvalidInput` for every mistake at once."""
    if len(text.encode("utf-8", "ignore")) > LARGEST_FILE:
        raise InvalidInput([FieldError("outlines", "文件超过 2 MB，请先简化边界")])
    if not text.strip():
        raise InvalidInput([FieldError("outlines", "请选择 GeoJSON 文件，或把内容粘贴进来")])
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput([FieldError("outlines", f"不是可读的 GeoJSON：{_place_of(error)}")]) from error
    if not isinstance(value, dict):
        raise InvalidInput([FieldError("outlines", "不是 GeoJSON 对象：最外层应是 FeatureCollection、Feature 或 Polygon")])
    features = value.get("features") if value.get("type") == "FeatureCollection" else [value]
    if not isinstance(features, list) or not features:
        raise InvalidInput([FieldError("outlines", "文件里没有片区")])
    if len(features) > MOST_ZONES:
        raise InvalidInput([FieldError("outlines", f"一次最多 {MOST_ZONES} 个片区，文件里有 {len(features)} 个")])
    found: list[ReadZone] = []
    errors = []
    for number, feature in enumerate(features, 1):
        name = _name_of(feature) or (only_name if len(features) == 1 else "")
        if not name:
            errors.append(f"第 {number} 个图形没有名称：请在属性里写 name，如 {{'name': '陶瓷谷'}}")
            continue
        if name in {one.name for one in found}:
            errors.append(f"“{name}”出现了两次；一个片区分几块时用 MultiPolygon")
            continue
        try:
            found.append(ReadZone(name, read_outline(feature, name)))
        except OutlineError as error:
            errors.append(str(error))
    if errors:
        raise InvalidInput([FieldError("outlines", error) for error in errors])
    return found


def _name_of(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return ""
    name = next((str(properties[key]) for key in _NAMES if properties.get(key)), "")
    return "".join(sign for sign in name if sign.isprintable()).strip()


def _place_of(error: Exception) -> str:
    return f"第 {error.lineno} 行第 {error.colno} 个字附近有错" if isinstance(error, json.JSONDecodeError) else "内容读不出来"


def plan_outlines(work: Work, zones: list[ReadZone]) -> list[PlannedOutline]:
    """What taking these outlines would change."""
    known = {zone.name: zone for zone in list_zones(work)}
    return [_planned(work, one, known.get(one.name)) for one in zones]


def _planned(work: Work, read: ReadZone, zone: Zone | None) -> PlannedOutline:
    outside: list[str] = []
    if zone is not None:
        located = (Enterprise.zone_id == zone.id, Enterprise.latitude.is_not(None), Enterprise.longitude.is_not(None))
        query = (
            readable_enterprises(work.actor).where(*located).with_only_columns(Enterprise.name, Enterprise.longitude, Enterprise.latitude)
        )
        outside = [row.name for row in work.session.execute(query) if not contains(read.outline, row.longitude, row.latitude)]
    return PlannedOutline(
        name=read.name,
        zone_id=zone.id if zone is not None else None,
        outline=read.outline,
        hectares=area_m2(geometry_of(read.outline)) / 10_000,
        is_same=zone is not None and zone.outline == read.outline,
        outside=tuple(sorted(outside)),
    )


def take_outlines(work: Work, zones: list[ReadZone]) -> int:
    """Give zones their outlines, adding zones that are not there yet; returns how many changed. Raises `NotAllowed`, `InvalidInput`."""
    demand_keeper(work.actor)
    changed = 0
    for one in plan_outlines(work, zones):
        if one.zone_id is None:
            create_zone(work, ZoneForm(name=one.name, outline=one.outline))
        elif not one.is_same:
            update_zone(work, one.zone_id, ZoneForm(name=one.name, outline=one.outline))
        changed += not one.is_same
    return changed


def write_outlines(work: Work) -> dict[str, Any]:
    """The present outlines as one FeatureCollection, in WGS-84; zones without one are left out."""
    features = [
        {"type": "Feature", "properties": {"name": zone.name}, "geometry": zone.outline}
        for zone in list_zones(work)
        if zone.outline is not None
    ]
    return {"type": "FeatureCollection", "features": features}


class ZoneProposal(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise whose coordinates lie in another zone than the one it is registered in."""

    enterprise_id: UUID
    enterprise_name: str
    registered: str
    zone_id: UUID
    zone_name: str


def propose_zones(work: Work) -> list[ZoneProposal]:
    """The enterprises whose coordinates say another zone, or a zone where none is registered; a person decides. Two queries."""
    zones = [zone for zone in list_zones(work) if zone.outline is not None]
    names = {zone.id: zone.name for zone in list_zones(work)}
    query = readable_enterprises(work.actor).where(
        Enterprise.left_on.is_(None), Enterprise.latitude.is_not(None), Enterprise.longitude.is_not(None)
    )
    found = []
    for one in work.session.scalars(query.order_by(Enterprise.name)):
        assert one.longitude is not None and one.latitude is not None  # noqa: S101, PT018 - asked for above
        within = [zone for zone in zones if zone.outline is not None and contains(zone.outline, one.longitude, one.latitude)]
        if within and one.zone_id not in {zone.id for zone in within}:
            registered = names.get(one.zone_id, "") if one.zone_id is not None else ""
            found.append(
                ZoneProposal(
                    enterprise_id=one.id,
                    enterprise_name=one.name,
                    registered=registered or "未归片区",
                    zone_id=within[0].id,
                    zone_name=within[0].name,
                )
            )
    return found


def assign_zone(work: Work, enterprise_id: UUID | None, zone_id: UUID | None) -> None:
    """Register an enterprise in the zone its coordinates lie in. Raises `NotAllowed`, `InvalidInput` when they do not."""
    demand_keeper(work.actor)
    wanted = next((one for one in propose_zones(work) if one.enterprise_id == enterprise_id and one.zone_id == zone_id), None)
    if wanted is None:
        raise InvalidInput([FieldError("zone_id", "这家企业的坐标不在这个片区，可能已被别人改过，请刷新后再看")])
    enterprise = work.session.scalars(readable_enterprises(work.actor).where(Enterprise.id == wanted.enterprise_id)).one()
    enterprise.zone_id = wanted.zone_id
    enterprise.updated_at = work.now
    work.session.flush()
    work.record("enterprise", enterprise.id, "enterprise:changed", changes={"zone_id": wanted.zone_id})
