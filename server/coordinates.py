"""Which place does a person mean by the coordinates typed?

One reader for every form and sheet. People bring WGS-84 from satellites and GCJ-02 from the maps sold in China, in two fields or both
pasted into one, in either order: in China no latitude can be a longitude. What is kept is WGS-84. Whether the place is plausible for the
park is `server.parks`' question.
"""

import re
from collections.abc import Mapping

import msgspec

from rules.terms import Term
from server.errors import FieldError, InvalidInput
from server.geometry import Position, from_gcj02, is_in_china, to_gcj02

COORDINATES = ("crs", "longitude", "latitude", "far_confirmed")
"""The fields of a form that say where something lies."""
_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,20})?")
_SIGNS = re.compile(r"[°度]|(?<![0-9A-Za-z])[EeNn](?=\s*[0-9])|[EeNn](?![0-9A-Za-z])|东经|北纬|经度|纬度|[:：()（）\[\]]")
_MINUTES = re.compile(r"[°度][0-9]")
"""Degrees with minutes behind them, which are no two numbers."""
_BETWEEN = re.compile(r"[\s,，、;；/]+")
_PAIR = 2
_WORDS = {"longitude": "经度", "latitude": "纬度"}
_EXAMPLES = {"longitude": "113.5127", "latitude": "27.6612"}


class Crs(Term):
    """The coordinate systems people bring."""

    WGS84 = "wgs84", "WGS-84（卫星定位、GeoJSON）"
    GCJ02 = "gcj02", "GCJ-02（高德、腾讯地图）"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A place as a use case takes it: degrees in WGS-84, or nothing. Confirmed is what somebody saw to be far away and means."""

    longitude: float | None = None
    latitude: float | None = None
    is_confirmed: bool = False


def read_crs(text: str) -> Crs | None:
    """The system a form or a cell names: by its value, its label or its short name; nothing said means WGS-84. None for another word."""
    plain = text.strip().casefold().replace("－", "-")
    known = {Crs.WGS84: {"", "wgs-84"}, Crs.GCJ02: {"gcj-02", "高德", "腾讯", "高德地图", "腾讯地图", "火星坐标"}}
    return next((one for one, names in known.items() if plain in names | {one.value, one.label.casefold()}), None)


def read_place(values: Mapping[str, str]) -> Place:
    """The place of a form's `longitude`, `latitude` and `crs`. Raises `InvalidInput` at the field that cannot be read."""
    crs = read_crs(values.get("crs", ""))
    if crs is None:
        raise InvalidInput([FieldError("crs", f"坐标系可选：{'、'.join(one.label for one in Crs)}")])
    texts = {name: _parts(values.get(name, "")) for name in _WORDS}
    if not any(texts.values()):
        return Place()
    position = _position(texts)
    if crs is Crs.GCJ02 and is_in_china(position):
        found = from_gcj02(position)
        position = Position(round(found.longitude, 7), round(found.latitude, 7))
    is_confirmed = values.get("far_confirmed", "") == as_typed(values)
    return Place(longitude=position.longitude, latitude=position.latitude, is_confirmed=is_confirmed)


def as_typed(values: Mapping[str, str]) -> str:
    """What somebody confirms who confirms a far place: exactly these coordinates, so that others must be confirmed anew."""
    return "|".join(values.get(name, "") for name in ("crs", "longitude", "latitude"))


def _parts(text: str) -> list[str]:
    if _MINUTES.search(text):
        return [text]
    parts = [one for one in _BETWEEN.split(_SIGNS.sub(" ", text)) if one]
    # Words without a number were meant as one, and are told so.
    return parts or ([text] if text.strip() else [])


def _position(texts: Mapping[str, list[str]]) -> Position:
    wrong = [
        FieldError(name, f"{_WORDS[name]}请填十进制度数，例如 {_EXAMPLES[name]}")
        for name, parts in texts.items()
        if len(parts) > _PAIR or not all(_NUMBER.fullmatch(one) for one in parts)
    ]
    if wrong:
        raise InvalidInput(wrong)
    pairs = [parts for parts in texts.values() if len(parts) == _PAIR]
    if pairs:
        if any(parts and parts != pairs[0] for parts in texts.values()):
            raise InvalidInput([FieldError("longitude", "一格里贴了经度和纬度两个数，另一格请留空")])
        first, second = (float(one) for one in pairs[0])
        # Some maps copy latitude first. Only one of the two readings lies in China.
        return Position(second, first) if is_in_china(Position(second, first)) else Position(first, second)
    missing = [FieldError(name, "纬度和经度要一起填") for name, parts in texts.items() if not parts]
    if missing:
        raise InvalidInput(missing)
    return Position(float(texts["longitude"][0]), float(texts["latitude"][0]))


def both_ways(longitude: float | None, latitude: float | None) -> str:
    """Coordinates kept, as people may compare them: in both systems, longitude first, to a tenth of a metre. Empty for none."""
    if longitude is None or latitude is None:
        return ""
    kept = Position(longitude, latitude)
    shown = to_gcj02(kept)
    return f"WGS-84 {_degrees(kept)}；GCJ-02 {_degrees(shown)}"


def _degrees(position: Position) -> str:
    return f"{position.longitude:.6f}, {position.latitude:.6f}"
