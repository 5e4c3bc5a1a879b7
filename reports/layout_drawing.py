"""How does a project's site lie among what it must keep away from?

One `reportlab.graphics` drawing: the site, the things around it, and, for the nearest of each kind and whatever stands too near, the number
of its row in the table and the line along which it was measured, solid where the distance suffices, dashed where it does not or cannot be
said yet. Things farther than `FARTHEST_M` are counted, not drawn.
"""

import math
from collections.abc import Sequence
from typing import Any

import msgspec
from reportlab.graphics.shapes import Circle, Drawing, Group, Polygon, PolyLine, Rect, String
from reportlab.lib.colors import HexColor, white
from shapely import clip_by_rect
from shapely.geometry.base import BaseGeometry

from reports.fonts import FontRole, FontSet
from server.geometry import Plane, Position, geometry_of, plane_of

FARTHEST_M = 5000
_INK = HexColor(0x1B2430)
_QUIET = HexColor(0x5A6672)
_SITE = HexColor(0xE3F0F2)
_ACCENT = HexColor(0x0B5C6B)
_THING = HexColor(0xEEF1F4)
_WANTING = HexColor(0xA31F23)
_MARGIN = 30.0
_FOOT = 30.0


class DrawnThing(msgspec.Struct, frozen=True, kw_only=True):
    """A thing: its number in the table, its geometry in WGS-84, the nearest places (site first), whether its distance suffices.

    Only what `is_measured` gets its line and number; a park has too many things for all.
    """

    number: int
    geometry: dict[str, Any]
    ends: tuple[tuple[float, float], tuple[float, float]]
    metres: float
    is_enough: bool
    is_measured: bool = True


class _View:
    """From degrees to points."""

    def __init__(self, plane: Plane, places: Sequence[tuple[float, float]], width: float, height: float) -> None:
        self.plane = plane
        spots = [plane.to_metres(*one) for one in places]
        xs, ys = [x for x, _ in spots], [y for _, y in spots]
        span_x, span_y = max(max(xs) - min(xs), 200.0), max(max(ys) - min(ys), 200.0)
        self.scale = min((width - 2 * _MARGIN) / span_x, (height - _FOOT - 2 * _MARGIN) / span_y)
        self._x0 = width / 2 - (min(xs) + max(xs)) / 2 * self.scale
        self._y0 = (height + _FOOT) / 2 - (min(ys) + max(ys)) / 2 * self.scale

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """A position on the drawing."""
        x, y = self.plane.to_metres(longitude, latitude)
        return self._x0 + x * self.scale, self._y0 + y * self.scale

    def flat(self, coordinates: Any) -> list[float]:
        """Positions as x, y, x, y …"""
        return [value for one in coordinates for value in self.place(one[0], one[1])]


def draw_layout(site: dict[str, Any], things: Sequence[DrawnThing], fonts: FontSet, width: float, height: float) -> Drawing:
    """The drawing of that size in points."""
    drawing = Drawing(width, height)
    face = fonts.face(FontRole.DENSE)
    near = [one for one in things if one.metres <= FARTHEST_M]
    ground = geometry_of(site)
    west, south, east, north = ground.bounds
    places = [(west, south), (east, north), *(end for one in near for end in one.ends)]
    view = _View(plane_of([ground]), places, width, height)
    drawing.add(Rect(0.5, _FOOT, width - 1, height - _FOOT - 0.5, fillColor=white, strokeColor=HexColor(0xAAB4BF), strokeWidth=0.8))
    frame = _frame(view, width, height)
    for one in near:
        shape = clip_by_rect(geometry_of(one.geometry), *frame)
        drawing.add(_shape(shape, view, _THING, _QUIET))
    drawing.add(_shape(ground, view, _SITE, _ACCENT))
    measured = [one for one in near if one.is_measured]
    for one in measured:
        (x1, y1), (x2, y2) = view.place(*one.ends[0]), view.place(*one.ends[1])
        dash = None if one.is_enough else [4, 3]
        colour = _INK if one.is_enough else _WANTING
        # Not a Line: the SVG writer closes it, and the way back fills the gaps of the dashes.
        drawing.add(PolyLine([x1, y1, x2, y2], strokeColor=colour, strokeWidth=1, strokeDashArray=dash))
    for one in measured:
        x, y = view.place(*one.ends[1])
        drawing.add(Circle(x, y, 8, fillColor=white, strokeColor=_INK, strokeWidth=0.8))
        drawing.add(String(x, y - 3, str(one.number), fontName=face.name, fontSize=8.5, fillColor=_INK, textAnchor="middle"))
    x, y = view.place(float(ground.representative_point().x), float(ground.representative_point().y))
    drawing.add(String(x, y - 4, "场址", fontName=face.name, fontSize=10, fillColor=_ACCENT, textAnchor="middle"))
    drawing.add(_foot(len(things) - len(near), view, face, width))
    return drawing


def _frame(view: _View, width: float, height: float) -> tuple[float, float, float, float]:
    """What of the ground is shown, in degrees: west, south, east, north."""
    middle = view.plane.middle
    x, y = view.place(middle.longitude, middle.latitude)
    east, north = view.plane.to_metres(middle.longitude + 0.01, middle.latitude + 0.01)
    per_x, per_y = 0.01 / east / view.scale, 0.01 / north / view.scale
    corner = Position(middle.longitude - (x - 3) * per_x, middle.latitude - (y - _FOOT - 3) * per_y)
    return corner.longitude, corner.latitude, corner.longitude + (width - 6) * per_x, corner.latitude + (height - _FOOT - 6) * per_y


def _shape(shape: BaseGeometry, view: _View, fill: HexColor, edge: HexColor) -> Group:
    group = Group()
    for part in getattr(shape, "geoms", [shape]):
        if part.is_empty:
            continue
        if part.geom_type == "Polygon":
            group.add(Polygon(view.flat(part.exterior.coords[:-1]), fillColor=fill, strokeColor=edge, strokeWidth=1.2))
        elif part.geom_type == "LineString":
            group.add(PolyLine(view.flat(part.coords), strokeColor=edge, strokeWidth=2))
        elif part.geom_type == "Point":
            x, y = view.place(part.x, part.y)
            group.add(Rect(x - 4, y - 4, 8, 8, fillColor=edge, strokeColor=edge))
    return group


def _foot(far: int, view: _View, face: Any, width: float) -> Group:
    """Scale bar, north, and what was left out."""
    group = Group()
    wanted = width * 0.2 / view.scale
    metres = next(one * 10**power for power in range(int(math.log10(wanted)), -1, -1) for one in (5, 2, 1) if one * 10**power <= wanted)
    length = metres * view.scale
    group.add(Rect(6, 12, length, 4, fillColor=_INK, strokeColor=_INK))
    words = f"{metres / 1000:g} 千米" if metres >= 1000 else f"{metres} 米"
    note = "　上北　坐标系 WGS-84　连线：各类最近处和不足处；虚线：不足，或还不能判定" + (
        f"　另有 {far} 处超过 5 千米，未画，见表" if far else ""
    )
    group.add(String(12 + length, 10, words + note, fontName=face.name, fontSize=8.5, fillColor=_INK))
    return group
