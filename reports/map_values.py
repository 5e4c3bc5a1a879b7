"""What does the four-colour map of a park show?

From the park's grades and the outlines of its zones to the value the drawing takes; the numbers beside the marks are those of the list
that stands next to it, worst first. Page and paper build it here, so both show the same.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from reports.colour_marks import ORDER
from reports.four_colour_map import MapMark, MapValue, MapZone, TrendMonth
from reports.parameters import read_day, read_id
from rules.bands import Colour
from server.geometry import Plane, contains, geometry_of, plane_of, point_at
from server.grading.schemas import GradedEnterprise, MonthCount, ParkGrade

NONE = "none"
"""What an address calls enterprises that are not assessed."""


class ZoneOutline(msgspec.Struct, frozen=True):
    """A zone and its outline as GeoJSON, None while nobody drew it."""

    id: UUID
    name: str
    outline: dict[str, Any] | None


class MapAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Which map is asked for: of a day, narrowed to a colour (`none`: not assessed) and a zone."""

    day: date
    colour: str = ""
    zone_id: UUID | None = None


def read_map(given: Mapping[str, Any], today: date) -> MapAsked:
    """What an address asks for; a future day, or one nobody can read, is today."""
    day = read_day(given, "day")
    colour = given.get("colour", "")
    return MapAsked(
        day=day if day is not None and day <= today else today,
        colour=colour if colour in {*Colour, NONE} else "",
        zone_id=read_id(given, "zone"),
    )


def narrow(park: ParkGrade, asked: MapAsked) -> ParkGrade:
    """The park with only the enterprises asked for; its counts and zones stay those of the whole."""
    kept = tuple(
        one
        for one in park.enterprises
        if (not asked.colour or (one.grade.colour or NONE) == asked.colour) and (asked.zone_id is None or one.zone_id == asked.zone_id)
    )
    return msgspec.structs.replace(park, enterprises=kept)


def in_list_order(enterprises: Iterable[GradedEnterprise]) -> list[GradedEnterprise]:
    """The enterprises as the list beside the map shows them: the worst first, then by name; what is not assessed comes last."""
    return sorted(enterprises, key=lambda one: (ORDER.index(one.grade.colour or ""), one.name, one.id))


class MapOutline(msgspec.Struct, frozen=True):
    """A zone as it is drawn: `key` is what its enterprises name it by."""

    key: Hashable
    name: str
    colour: str
    outline: dict[str, Any] | None


class MapEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise as it is drawn; `zone` is the key of its zone."""

    name: str
    colour: str
    longitude: float | None
    latitude: float | None
    zone: Hashable = None
    address: str = ""


def map_value(
    park: ParkGrade,
    zones: Sequence[ZoneOutline],
    *,
    park_name: str,
    is_fictional: bool,
    address_of: Callable[[GradedEnterprise], str] = lambda _: "",
) -> MapValue:
    """The map of a park on the day of its grades."""
    colours = {zone.zone_id: zone.colour for zone in park.zones}
    entries = [
        MapEntry(
            name=one.name,
            colour=one.grade.colour or "",
            longitude=one.longitude,
            latitude=one.latitude,
            zone=one.zone_id,
            address=address_of(one),
        )
        for one in in_list_order(park.enterprises)
    ]
    outlines = [MapOutline(zone.id, zone.name, colours.get(zone.id) or "", zone.outline) for zone in zones]
    return lay_out(entries, outlines, day=park.day, park_name=park_name, is_fictional=is_fictional)


def lay_out(entries: Sequence[MapEntry], zones: Sequence[MapOutline], *, day: date, park_name: str, is_fictional: bool) -> MapValue:
    """The map of these enterprises and zones, numbered in the order they are given."""
    drawn = {zone.key: geometry_of(zone.outline) for zone in zones if zone.outline is not None}
    points = [point_at(one.longitude, one.latitude) for one in entries if one.longitude is not None and one.latitude is not None]
    everything = [*drawn.values(), *points]
    plane = plane_of(everything) if everything else None
    outlines = {zone.key: zone.outline for zone in zones}
    return MapValue(
        park_name=park_name,
        day=day,
        is_fictional=is_fictional,
        zones=tuple(
            MapZone(name=zone.name, colour=zone.colour, rings=rings_of(drawn[zone.key], plane))
            for zone in zones
            if zone.key in drawn and plane is not None
        ),
        marks=tuple(_mark(one, number, plane, outlines) for number, one in enumerate(entries, 1)),
    )


def rings_of(geometry: BaseGeometry, plane: Plane) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The outer rings of a geometry in metres on a plane."""
    laid = plane.lay(geometry)
    parts = laid.geoms if isinstance(laid, MultiPolygon) else [laid]
    return tuple(tuple((float(x), float(y)) for x, y, *_ in part.exterior.coords) for part in parts)


def _mark(one: MapEntry, number: int, plane: Plane | None, outlines: Mapping[Hashable, dict[str, Any] | None]) -> MapMark:
    x = y = None
    is_outside = False
    if plane is not None and one.longitude is not None and one.latitude is not None:
        x, y = plane.to_metres(one.longitude, one.latitude)
        outline = outlines.get(one.zone) if one.zone is not None else None
        is_outside = outline is not None and not contains(outline, one.longitude, one.latitude)
    return MapMark(number=number, name=one.name, colour=one.colour, x=x, y=y, address=one.address, is_outside=is_outside)


def trend_months(months: Iterable[MonthCount]) -> list[TrendMonth]:
    """The trend as it is drawn."""
    return [TrendMonth(day=one.day, counts={colour or "": count for colour, count in one.counts.items()}) for one in months]


def colour_or_nothing(text: str) -> Colour | None:
    """The colour a stored or asked-for word means; None for none."""
    return Colour(text) if text in set(Colour) else None
