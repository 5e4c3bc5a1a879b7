"""Where things lie: coordinates, distances and outlines of a park.

Everything is kept in WGS-84 and GeoJSON. Lengths and areas are measured on a plane laid through the middle of what is measured, which over
a park of ten kilometres is good to better than one part in a thousand. Maps sold in China use GCJ-02; converting back from it is exact to
about a metre, which is less than a phone's fix is worth. Geometry itself is Shapely's.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from shapely import is_valid_reason
from shapely import transform as transform_positions
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Point, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

# WGS-84, the plane's own ellipsoid.
_A = 6378137.0
_E2 = 0.00669437999014
# The ellipsoid GCJ-02 is defined on (Krasovsky 1940).
_GCJ_A = 6378245.0
_GCJ_E2 = 0.00669342162296594323
_CHINA = (73.0, 3.0, 136.0, 54.5)
"""West, south, east, north of everything a Chinese park can lie in."""
_LARGEST_NUMBER = 1e12
"""JSON may write whole numbers no float can hold; projected coordinates in metres are below this."""
MOST_POSITIONS = 5000
"""Positions of one outline; a surveyed park boundary has a few hundred."""


class Position(msgspec.Struct, frozen=True):
    """A place in degrees, WGS-84 unless said otherwise."""

    longitude: float
    latitude: float


class OutlineError(ValueError):
    """An outline cannot be used; the message says in Chinese which part and what to do."""


class Plane:
    """A plane in metres, x to the east and y to the north, touching the earth at a position."""

    def __init__(self, middle: Position) -> None:
        self.middle = middle
        phi = math.radians(middle.latitude)
        w = math.sqrt(1 - _E2 * math.sin(phi) ** 2)
        self._north = math.radians(1) * _A * (1 - _E2) / w**3
        self._east = math.radians(1) * _A * math.cos(phi) / w

    def to_metres(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Metres east and north of the middle."""
        return (longitude - self.middle.longitude) * self._east, (latitude - self.middle.latitude) * self._north

    def lay(self, geometry: BaseGeometry) -> BaseGeometry:
        """The same geometry in metres."""
        middle = (self.middle.longitude, self.middle.latitude)
        laid: BaseGeometry = transform_positions(geometry, lambda positions: (positions - middle) * (self._east, self._north))
        return laid


def plane_of(geometries: Iterable[BaseGeometry]) -> Plane:
    """A plane through the middle of some geometries. Raises `ValueError` when there is none."""
    boxes = [one.bounds for one in geometries if not one.is_empty]
    if not boxes:
        raise ValueError("nothing to measure")
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return Plane(Position((west + east) / 2, (south + north) / 2))


def distance_m(one: BaseGeometry, other: BaseGeometry) -> float:
    """The shortest distance between two geometries in metres; 0 when they touch or one lies in the other."""
    plane = plane_of((one, other))
    return float(plane.lay(one).distance(plane.lay(other)))


def area_m2(geometry: BaseGeometry) -> float:
    """The area in square metres."""
    return float(plane_of((geometry,)).lay(geometry).area)


def point_at(longitude: float, latitude: float) -> BaseGeometry:
    """A position as geometry."""
    return Point(longitude, latitude)


def geometry_of(outline: Mapping[str, Any]) -> BaseGeometry:
    """A GeoJSON geometry that was checked when it was kept."""
    geometry: BaseGeometry = shape(outline)
    return geometry


def contains(outline: Mapping[str, Any], longitude: float, latitude: float) -> bool:
    """Whether a position lies in an outline or on its edge."""
    return bool(geometry_of(outline).covers(Point(longitude, latitude)))


def read_outline(value: Any, name: str = "边界") -> dict[str, Any]:
    """A checked outline of GeoJSON, or of a Feature that holds one: Polygon or MultiPolygon, WGS-84, rings closed and turned to rule.

    Raises `OutlineError` naming the ring and what to do.
    """
    if isinstance(value, Mapping) and value.get("type") == "Feature":
        value = value.get("geometry")
    if not isinstance(value, Mapping) or value.get("type") not in ("Polygon", "MultiPolygon"):
        raise OutlineError(f"{name}：应为 GeoJSON 的 Polygon 或 MultiPolygon，收到的是 {_kind_of(value)}")
    parts = value.get("coordinates")
    polygons = [parts] if value["type"] == "Polygon" else parts
    if not isinstance(polygons, list) or not polygons:
        raise OutlineError(f"{name}：coordinates 是空的，请重新导出")
    count = 0
    for number, rings in enumerate(polygons, 1):
        where = name if len(polygons) == 1 else f"{name}第 {number} 块"
        if not isinstance(rings, list) or not rings:
            raise OutlineError(f"{where}：没有环，请重新导出")
        for place, ring in enumerate(rings):
            count += _check_ring(ring, where if place == 0 else f"{where}的第 {place} 个洞")
    if count > MOST_POSITIONS:
        raise OutlineError(f"{name}：有 {count} 个点，超过 {MOST_POSITIONS} 个，请先在绘图软件里简化")
    try:
        geometry = shape({"type": value["type"], "coordinates": parts})
    except (ShapelyError, ValueError) as error:
        raise OutlineError(f"{name}：读不成多边形，请重新导出") from error
    if not geometry.is_valid:
        raise OutlineError(f"{name}：{_why_invalid(is_valid_reason(geometry))}")
    return _as_geojson(geometry)


def _check_ring(ring: Any, where: str) -> int:
    if not isinstance(ring, list) or len(ring) < 4:
        raise OutlineError(f"{where}：一个环至少要 4 个点（首尾相同）")
    for place, position in enumerate(ring, 1):
        if not isinstance(position, list) or len(position) < 2 or not all(_is_number(one) for one in position[:2]):
            raise OutlineError(f"{where}第 {place} 个点：应写成 [经度, 纬度]")
        longitude, latitude = position[:2]
        west, south, east, north = _CHINA
        if west <= latitude <= east and south <= longitude <= north:
            raise OutlineError(f"{where}第 {place} 个点：经纬度写反了，GeoJSON 是 [经度, 纬度]，如 [113.49, 27.66]")
        if not (west <= longitude <= east and south <= latitude <= north):
            raise OutlineError(f"{where}第 {place} 个点：({longitude}, {latitude}) 不在中国范围内，请导出 WGS-84 经纬度")
    if ring[0][:2] != ring[-1][:2]:
        raise OutlineError(f"{where}：没有闭合，最后一个点应与第一个点相同")
    return len(ring)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST_NUMBER


def _kind_of(value: Any) -> str:
    return str(value.get("type") or "没有 type 的对象") if isinstance(value, Mapping) else type(value).__name__


def _why_invalid(reason: str) -> str:
    words = {
        "Self-intersection": "边线自己相交",
        "Ring Self-intersection": "边线在一点自己相接",
        "Hole lies outside shell": "洞在边界之外",
        "Nested holes": "一个洞套在另一个洞里",
        "Interior is disconnected": "内部被隔成几块",
        "Nested shells": "一块套在另一块里",
        "Too few points in geometry component": "点太少",
    }
    kind, _, place = reason.partition("[")
    said = words.get(kind.strip(), "多边形不成立")
    near = f"（在 {place.rstrip(']')} 附近）" if place else ""
    return f"{said}{near}，请在绘图软件里改好再导出"


def _as_geojson(geometry: BaseGeometry) -> dict[str, Any]:
    """The geometry with outer rings turned to the left and holes to the right, as RFC 7946 asks, rounded to a centimetre."""
    polygons = list(geometry.geoms) if isinstance(geometry, MultiPolygon) else [geometry]
    turned = [_turned(one) for one in polygons]
    whole = MultiPolygon(turned) if isinstance(geometry, MultiPolygon) else turned[0]
    found: dict[str, Any] = _listed(mapping(whole))
    return found


def _turned(polygon: BaseGeometry) -> Polygon:
    return orient(polygon)


def _listed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _listed(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_listed(one) for one in value]
    return round(value, 7) if isinstance(value, float) else value


def is_in_china(position: Position) -> bool:
    """Whether a position can lie in a Chinese park at all."""
    west, south, east, north = _CHINA
    return west <= position.longitude <= east and south <= position.latitude <= north


def to_gcj02(position: Position) -> Position:
    """A WGS-84 position as maps sold in China show it."""
    east, north = _shift(position)
    return Position(position.longitude + east, position.latitude + north)


def from_gcj02(position: Position) -> Position:
    """A position taken from a map sold in China, as WGS-84."""
    guess = position
    for _ in range(6):
        east, north = _shift(guess)
        guess = Position(position.longitude - east, position.latitude - north)
    return guess


def _shift(position: Position) -> tuple[float, float]:
    """The offset of GCJ-02 in degrees; none outside China."""
    if not is_in_china(position):
        return 0.0, 0.0
    x, y = position.longitude - 105.0, position.latitude - 35.0
    shared = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    wave_y = (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    long_y = (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    wave_x = (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    long_x = (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    root = math.sqrt(abs(x))
    up = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + shared + wave_y + long_y
    right = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + shared + wave_x + long_x
    phi = math.radians(position.latitude)
    magic = 1 - _GCJ_E2 * math.sin(phi) ** 2
    latitude = math.degrees(up / (_GCJ_A * (1 - _GCJ_E2) / (magic * math.sqrt(magic))))
    longitude = math.degrees(right / (_GCJ_A / math.sqrt(magic) * math.cos(phi)))
    return longitude, latitude
