"""Can this GeoJSON be taken as points, lines and outlines, and what exactly is wrong with it?

Takes a geometry, a Feature or a FeatureCollection as people export them from map programs, in WGS-84 or GCJ-02, and gives geometries in
WGS-84 with the names they carry. Every problem names its feature. Outlines are checked by `server.geometry.read_outline`.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

import msgspec

from server.geometry import OutlineError, Position, from_gcj02, read_outline

LARGEST_FILE = 2_000_000
MOST_FEATURES = 200
MOST_POSITIONS = 5000
_DEPTHS = {"Point": 0, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_NAME_KEYS = ("name", "名称", "NAME", "Name", "title")
_LARGEST_NUMBER = 1e12
"""JSON may write whole numbers no float can hold; projected coordinates in metres are below this."""
_WEST, _SOUTH, _EAST, _NORTH = 73.0, 3.0, 136.0, 54.5


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A feature in order: the name it carries, and its geometry in WGS-84."""

    name: str
    geometry: dict[str, Any]


def read_drawn(text: str, *, is_gcj02: bool, kinds: tuple[str, ...] = tuple(_DEPTHS)) -> tuple[list[Drawn], list[str]]:
    """The features in order, and every problem in words; with problems nothing should be kept."""
    if len(text.encode("utf-8", "ignore")) > LARGEST_FILE:
        return [], [f"内容超过 {LARGEST_FILE:,} 字节，请在地图软件里简化后再导出"]
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return [], ["读不成 GeoJSON：请在地图软件里选“导出为 GeoJSON”，把全部内容贴进来"]
    features = document.get("features") if isinstance(document, Mapping) and document.get("type") == "FeatureCollection" else [document]
    if not isinstance(features, list) or not features:
        return [], ["FeatureCollection 里没有要素（features 是空的）"]
    if len(features) > MOST_FEATURES:
        return [], [f"有 {len(features)} 个要素，超过 {MOST_FEATURES} 个，请分几次"]
    found, problems = [], []
    for place, feature in enumerate(features, 1):
        name, geometry = _parts(feature)
        where = f"第 {place} 个要素" + (f"“{name}”" if name else "")
        try:
            found.append(Drawn(name=name, geometry=_checked(geometry, where, kinds, is_gcj02=is_gcj02)))
        except OutlineError as error:
            problems.append(str(error))
    return found, problems


def _parts(feature: Any) -> tuple[str, Any]:
    if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
        return "", feature
    properties = feature.get("properties")
    named = properties if isinstance(properties, Mapping) else {}
    name = next((named[key] for key in _NAME_KEYS if isinstance(named.get(key), str) and named[key].strip()), "")
    return "".join(sign for sign in name if sign.isprintable()).strip()[:100], feature.get("geometry")


def _checked(geometry: Any, where: str, kinds: tuple[str, ...], *, is_gcj02: bool) -> dict[str, Any]:
    """The geometry in WGS-84. Raises `OutlineError`."""
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if not isinstance(kind, str) or kind not in kinds:
        raise OutlineError(f"{where}：几何类型应是 {'、'.join(kinds)}，收到的是 {str(kind)[:40] if kind else '没有几何'}")
    seen: list[Position] = []
    coordinates = _converted(geometry.get("coordinates"), _DEPTHS[kind], where, seen, is_gcj02=is_gcj02)
    if len(seen) > MOST_POSITIONS:
        raise OutlineError(f"{where}：有 {len(seen)} 个点，超过 {MOST_POSITIONS} 个，请先简化")
    if kind.endswith("Polygon"):
        return read_outline({"type": kind, "coordinates": coordinates}, where)
    for line in [coordinates] if kind == "LineString" else coordinates if kind == "MultiLineString" else []:
        if len(line) < 2 or all(one == line[0] for one in line):
            raise OutlineError(f"{where}：一条线至少要有两个不同的点")
    return {"type": kind, "coordinates": coordinates}


def _converted(value: Any, depth: int, where: str, seen: list[Position], *, is_gcj02: bool) -> Any:
    if depth:
        if not isinstance(value, list) or not value:
            raise OutlineError(f"{where}：没有坐标（coordinates 是空的）")
        return [_converted(one, depth - 1, where, seen, is_gcj02=is_gcj02) for one in value]
    position = _position(value, where, is_gcj02=is_gcj02)
    seen.append(position)
    return [position.longitude, position.latitude]


def _position(value: Any, where: str, *, is_gcj02: bool) -> Position:
    numbers = value[:2] if isinstance(value, list) else []
    if len(numbers) < 2 or not all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers):
        raise OutlineError(f"{where}：坐标应写成 [经度, 纬度]")
    if any(abs(one) > _LARGEST_NUMBER for one in numbers):
        raise OutlineError(f"{where}：坐标不是经纬度，数太大了")
    return place_in_china(float(numbers[0]), float(numbers[1]), where, is_gcj02=is_gcj02)


def place_in_china(longitude: float, latitude: float, where: str, *, is_gcj02: bool) -> Position:
    """A position in WGS-84, rounded to a centimetre where it had to be converted. Raises `OutlineError` for one that cannot be meant."""
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        raise OutlineError(f"{where}：坐标不是数")
    if _WEST <= latitude <= _EAST and _SOUTH <= longitude <= _NORTH:
        raise OutlineError(f"{where}：经纬度写反了，先经度、后纬度，如 113.49, 27.66")
    if not (_WEST <= longitude <= _EAST and _SOUTH <= latitude <= _NORTH):
        raise OutlineError(f"{where}：({longitude:g}, {latitude:g}) 不在中国范围内，请导出经纬度坐标（不是米）")
    found = Position(longitude, latitude)
    if is_gcj02:
        found = from_gcj02(found)
        found = Position(round(found.longitude, 7), round(found.latitude, 7))
    return found
