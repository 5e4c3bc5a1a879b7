"""How is the park drawn in four colours (四色分布图), so that the drawing is the same on a page and on paper?

A `MapValue` becomes one `reportlab.graphics` drawing: zones as hatched polygons, enterprises as marks whose shape, pattern and letter say
the colour without colour. The page takes it as SVG (`as_svg`), the paper draws the same object. What has no coordinates is counted on the
drawing and never silently missing. `draw_trend` draws the months beside it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Any

import msgspec
from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Circle, Drawing, Group, Line, Path, Polygon, Rect, String
from reportlab.lib.colors import Color, HexColor, black, white
from shapely import GeometryType, clip_by_rect, get_coordinates, get_parts, get_type_id, linestrings, multilinestrings
from shapely.geometry import Polygon as Area
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from reports.colour_marks import NOT_ASSESSED, ORDER, letter
from reports.fonts import FontRole, FontSet
from reports.text_lines import text_width
from rules.bands import Colour

_STRONG = {
    Colour.RED: HexColor(0xC3272B),
    Colour.ORANGE: HexColor(0xD96B00),
    Colour.YELLOW: HexColor(0xF2C100),
    Colour.BLUE: HexColor(0x1F66B5),
}
_TINT = {
    Colour.RED: HexColor(0xF7D4D4),
    Colour.ORANGE: HexColor(0xFBE2C8),
    Colour.YELLOW: HexColor(0xFCF3C4),
    Colour.BLUE: HexColor(0xDBE8F6),
}
_DARK = HexColor(0x1B2430)
_GREY = HexColor(0x5A6672)
_PAPER = HexColor(0xFBFCFD)
_MARGIN = 14.0
_LEGEND_HEIGHT = 64.0
_MARK = 7.5
"""Half the height of a mark, in points."""
_NAME_SIZE = 7.5
_ONLY_SO_MANY_NAMES = 40
"""Beyond this many enterprises only those in red and orange are named; the others carry the number of the list."""
_ROUND_LENGTHS = (50, 100, 200, 250, 500, 1000, 2000, 2500, 5000, 10000)
_WEB_FONTS = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC','WenQuanYi Zen Hei',sans-serif"
_STYLE = re.compile(r' style="([^"]*)"')


Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""


class MapZone(msgspec.Struct, frozen=True, kw_only=True):
    """A zone: its outer rings in metres east and north, and its colour (empty: nothing assessed in it)."""

    name: str
    colour: str
    rings: tuple[tuple[tuple[float, float], ...], ...]


class MapMark(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise. `number` is its place in the list beside the map; `x`, `y` are metres, None without coordinates."""

    number: int
    name: str
    colour: str
    x: float | None
    y: float | None
    address: str = ""
    """Where a page leads to when the mark is chosen; papers leave it out."""
    is_outside: bool = False
    """Lies outside the zone it is registered in."""


class MapValue(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the drawing shows; positions are metres on one plane."""

    park_name: str
    day: date
    zones: tuple[MapZone, ...]
    marks: tuple[MapMark, ...]
    is_fictional: bool = False
    shows_grades: bool = True
    """False for a drawing of the outlines alone: zones then carry their names only."""

    @property
    def placed(self) -> tuple[MapMark, ...]:
        """The enterprises that have coordinates."""
        return tuple(one for one in self.marks if one.x is not None and one.y is not None)

    def count(self, colour: str) -> int:
        """How many enterprises have a colour, placed or not; it is the number the list shows."""
        return sum(one.colour == colour for one in self.marks)


class MarkLink(msgspec.Struct, frozen=True):
    """A place of an SVG, y downwards, that leads somewhere."""

    x: float
    y: float
    address: str
    words: str


class TrendMonth(msgspec.Struct, frozen=True, kw_only=True):
    """The enterprises by colour at the end of a month; keys as in `colour_marks.ORDER`."""

    day: date
    counts: dict[str, int]


class _Pen:
    """Adds texts in the right typeface, and measures them."""

    def __init__(self, fonts: FontSet) -> None:
        self.face = fonts.face(FontRole.DENSE)

    def text(self, words: str, x: float, y: float, size: float, *, anchor: str = "start", colour: Color = _DARK) -> String:
        return String(x, y, words, fontName=self.face.name, fontSize=size, fillColor=colour, textAnchor=anchor)

    def width(self, words: str, size: float) -> float:
        return text_width(words, self.face.widths) * size / 1000


def draw_map(value: MapValue, fonts: FontSet, width: float, height: float) -> Drawing:
    """The map, `width` by `height` points with its legend."""
    pen = _Pen(fonts)
    drawing = Drawing(width, height)
    frame = _frame(width, height)
    drawing.add(Rect(0, 0, width, height, fillColor=_PAPER, strokeColor=None))
    drawing.add(
        Rect(frame[0], frame[1], frame[2] - frame[0], frame[3] - frame[1], fillColor=white, strokeColor=HexColor(0xC9D1DA), strokeWidth=0.6)
    )
    view = _View(value, frame)
    for zone in value.zones:
        drawing.add(_zone(zone, view))
    taken = _Taken()
    marks = sorted(value.placed, key=lambda one: (-_rank(one.colour), -one.number))
    spots = {one.number: view.place(one.x or 0.0, one.y or 0.0) for one in marks}
    for x, y in spots.values():
        taken.add((x - _MARK, y - _MARK, x + _MARK, y + _MARK))
    zone_names = [one for zone in value.zones for one in _zone_label(zone, view, pen, taken, frame, with_letter=value.shows_grades)]
    for one in marks:
        drawing.add(_mark(one, *spots[one.number], pen))
    for shape in zone_names:
        drawing.add(shape)
    names_all = len(value.marks) <= _ONLY_SO_MANY_NAMES
    for one in reversed(marks):
        is_named = names_all or one.colour in {Colour.RED, Colour.ORANGE}
        drawing.add(_label(one, spots[one.number], frame, taken, pen, is_named=is_named))
    if not value.placed and not value.zones:
        middle = ((frame[0] + frame[2]) / 2, (frame[1] + frame[3]) / 2)
        drawing.add(
            pen.text("还没有坐标和片区边界：上传片区 GeoJSON、填写企业坐标后，会画在这里。", *middle, 10, anchor="middle", colour=_GREY)
        )
    drawing.add(_north(frame, pen))
    drawing.add(_scale_bar(view, frame, pen))
    if value.shows_grades:
        drawing.add(_legend(value, width, pen))
    return drawing


def _frame(width: float, height: float) -> Box:
    """Where the map itself lies: above the legend, within the margins."""
    return _MARGIN, _LEGEND_HEIGHT, width - _MARGIN, height - _MARGIN


def mark_links(value: MapValue, width: float, height: float) -> tuple["MarkLink", ...]:
    """Where the marks of `draw_map` lie and lead, the least dangerous first, as a page lays links over them."""
    view = _View(value, _frame(width, height))
    marks = sorted((one for one in value.placed if one.address), key=lambda one: (-_rank(one.colour), -one.number))
    found = []
    for one in marks:
        x, y = view.place(one.x or 0.0, one.y or 0.0)
        found.append(MarkLink(x, height - y, one.address, f"{one.number} {one.name}：{letter(one.colour)}"))
    return tuple(found)


class _View:
    """From metres to points: everything fits the frame, both directions to one scale."""

    def __init__(self, value: MapValue, frame: Box) -> None:
        xs = [x for zone in value.zones for ring in zone.rings for x, _ in ring] + [one.x for one in value.placed if one.x is not None]
        ys = [y for zone in value.zones for ring in zone.rings for _, y in ring] + [one.y for one in value.placed if one.y is not None]
        left, right = (min(xs), max(xs)) if xs else (-500.0, 500.0)
        bottom, top = (min(ys), max(ys)) if ys else (-500.0, 500.0)
        edge = 26.0
        room_x, room_y = frame[2] - frame[0] - 2 * edge, frame[3] - frame[1] - 2 * edge
        # A single point would fill the frame: nothing is drawn larger than half a kilometre across it.
        self.scale = min(room_x / max(right - left, 500.0), room_y / max(top - bottom, 500.0))
        self._x0 = (frame[0] + frame[2]) / 2 - (left + right) / 2 * self.scale
        self._y0 = (frame[1] + frame[3]) / 2 - (bottom + top) / 2 * self.scale

    def place(self, x: float, y: float) -> tuple[float, float]:
        """The point on the drawing."""
        return self._x0 + x * self.scale, self._y0 + y * self.scale


def _rank(colour: str) -> int:
    """Drawn first is what is least dangerous, so that red lies on top."""
    return ORDER.index(colour)


def _zone(zone: MapZone, view: _View) -> Group:
    group = Group()
    colour = Colour(zone.colour) if zone.colour else None
    for ring in zone.rings:
        points = [view.place(x, y) for x, y in ring]
        flat = [value for point in points for value in point]
        group.add(Polygon(flat, fillColor=_TINT[colour] if colour else HexColor(0xF1F3F5), strokeColor=_DARK, strokeWidth=0.9))
        if colour is not None and len(points) >= 3:
            group.add(_hatch(Area(points), colour, gap=11.0, strokeColor=_STRONG[colour], strokeWidth=0.35))
    return group


def _hatch(area: BaseGeometry, colour: Colour, gap: float, **style: Any) -> Path:
    """The pattern as one path."""
    path = Path(fillColor=None, **style)
    for x1, y1, x2, y2 in _hatched(area, colour, gap):
        path.moveTo(round(x1, 2), round(y1, 2))
        path.lineTo(round(x2, 2), round(y2, 2))
    return path


def _hatched(area: BaseGeometry, colour: Colour, gap: float) -> Iterator[Box]:
    """The pattern of a colour within an area: 红 crossed, 橙 slanted, 黄 short strokes, 蓝 level lines (as `colour_marks`)."""
    if not area.is_valid:
        area = area.buffer(0)
    west, south, east, north = area.bounds
    lines: list[tuple[tuple[float, float], tuple[float, float]]] = []
    if colour in {Colour.RED, Colour.ORANGE}:
        lines += [((x, south), (x + north - south, north)) for x in _steps(west - (north - south), east, gap)]
    if colour is Colour.RED:
        lines += [((x + north - south, south), (x, north)) for x in _steps(west - (north - south), east, gap)]
    if colour is Colour.BLUE:
        lines += [((west, y), (east, y)) for y in _steps(south + gap / 2, north, gap)]
    if colour is Colour.YELLOW:
        for row, y in enumerate(_steps(south + gap / 2, north, gap * 0.8)):
            lines += [((x, y), (x + 1.6, y)) for x in _steps(west + (gap / 2 if row % 2 else 0), east, gap)]
    if not lines:
        return
    # All strokes at once: a map has thousands, and each asked for by itself takes longer than it takes to draw.
    parts = get_parts(area.intersection(multilinestrings(linestrings(lines))))
    ends, owners = get_coordinates(parts[get_type_id(parts) == GeometryType.LINESTRING], return_index=True)
    for _, places in groupby(range(len(ends)), key=owners.tolist().__getitem__):
        first, *_, last = [ends[place].tolist() for place in places]
        yield (*first, *last)


def _steps(start: float, end: float, step: float) -> Iterator[float]:
    while start < end:
        yield start
        start += step


def _zone_label(zone: MapZone, view: _View, pen: _Pen, taken: "_Taken", frame: Box, *, with_letter: bool) -> Iterator[Any]:
    """The zone's name with its letter, where the fewest marks are covered."""
    ring = max(zone.rings, key=len, default=())
    if len(ring) < 3:
        return
    area = Area([view.place(x, y) for x, y in ring])
    size = 10.0
    words = f"{zone.name}　{letter(zone.colour)}" if with_letter else zone.name
    width, height = pen.width(words, size) + 10, size + 7
    west, south, east, north = area.bounds
    middle = area.representative_point()
    candidates = [(middle.x, middle.y)] + [
        (west + (east - west) * a, south + (north - south) * b) for b in (0.9, 0.75, 0.5, 0.25, 0.1) for a in (0.5, 0.3, 0.7)
    ]
    boxes = [(x - width / 2, y - height / 2, x + width / 2, y + height / 2) for x, y in candidates]
    boxes = [one for one in boxes if _is_inside(one, frame) and area.intersects(box(*one))] or [boxes[0]]
    best = min(boxes, key=lambda one: taken.covered(one))
    taken.add(best)
    yield Rect(best[0], best[1], width, height, rx=3, ry=3, fillColor=white, fillOpacity=0.88, strokeColor=_DARK, strokeWidth=0.6)
    yield pen.text(words, best[0] + 5, best[1] + 4.6, size)


def _mark(one: MapMark, x: float, y: float, pen: _Pen) -> Group:
    """An enterprise's mark: 红 square, 橙 diamond, 黄 triangle, 蓝 circle, not assessed an empty ring."""
    group = Group()
    if one.is_outside:
        group.add(Circle(x, y, _MARK + 3.5, fillColor=None, strokeColor=_DARK, strokeWidth=0.7, strokeDashArray=[2, 2]))
    group.add(_shape(one.colour, x, y))
    said = letter(one.colour) if one.colour else "?"
    ink = _DARK if one.colour in {Colour.YELLOW, ""} else white
    group.add(pen.text(said, x, y - (4.2 if one.colour == Colour.YELLOW else 2.9), 8, anchor="middle", colour=ink))
    return group


def _shape(colour: str, x: float, y: float) -> Any:
    m = _MARK
    style: dict[str, Any] = {"strokeColor": black, "strokeWidth": 0.8}
    if colour == Colour.RED:
        return Rect(x - m, y - m, 2 * m, 2 * m, fillColor=_STRONG[Colour.RED], **style)
    if colour == Colour.ORANGE:
        n = m * 1.32
        return Polygon([x, y + n, x + n, y, x, y - n, x - n, y], fillColor=_STRONG[Colour.ORANGE], **style)
    if colour == Colour.YELLOW:
        n = m * 1.3
        return Polygon([x, y + n, x + n, y - m, x - n, y - m], fillColor=_STRONG[Colour.YELLOW], **style)
    if colour == Colour.BLUE:
        return Circle(x, y, m, fillColor=_STRONG[Colour.BLUE], **style)
    return Circle(x, y, m, fillColor=white, strokeColor=_GREY, strokeWidth=1.2)


def _label(
    one: MapMark,
    spot: tuple[float, float],
    frame: Box,
    taken: "_Taken",
    pen: _Pen,
    *,
    is_named: bool,
) -> Group:
    """The name beside the mark where there is room, else its number in the list, else nothing: the mark still stands in the list."""
    group = Group()
    x, y = spot
    for words in ([f"{one.number} {_short(one.name)}"] if is_named else []) + [str(one.number)]:
        width, height = pen.width(words, _NAME_SIZE), _NAME_SIZE
        gap = _MARK + 2.5
        level, centred = y - height / 2 + 1, x - width / 2
        for left, bottom in ((x + gap, level), (x - gap - width, level), (centred, y + gap), (centred, y - gap - height)):
            spot_box = (left - 1, bottom - 2, left + width + 1, bottom + height)
            if _is_inside(spot_box, frame) and not taken.covered(spot_box):
                taken.add(spot_box)
                group.add(pen.text(words, left, bottom, _NAME_SIZE))
                return group
    return group


def _short(name: str) -> str:
    plain = name.replace("（虚构）", "").removesuffix("有限公司").removesuffix("有限责任公司")
    plain = plain.removeprefix("醴陵市").removeprefix("醴陵")
    return plain if len(plain) <= 9 else plain[:8] + "…"


def _is_inside(one: Box, frame: Box) -> bool:
    return one[0] >= frame[0] and one[1] >= frame[1] and one[2] <= frame[2] and one[3] <= frame[3]


def _overlap(one: Box, other: Box) -> float:
    return max(0.0, min(one[2], other[2]) - max(one[0], other[0])) * max(0.0, min(one[3], other[3]) - max(one[1], other[1]))


class _Taken:
    """What is drawn already, found by place: three hundred labels ask about each other."""

    _CELL = 48.0

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[Box]] = {}

    def add(self, one: Box) -> None:
        """Something is drawn here."""
        for cell in self._around(one):
            self._cells.setdefault(cell, []).append(one)

    def covered(self, one: Box) -> float:
        """How much of what is drawn already a box would cover; what lies in several cells counts in each."""
        return sum(_overlap(one, other) for cell in self._around(one) for other in self._cells.get(cell, ()))

    def _around(self, one: Box) -> Iterator[tuple[int, int]]:
        for column in range(int(one[0] // self._CELL), int(one[2] // self._CELL) + 1):
            for row in range(int(one[1] // self._CELL), int(one[3] // self._CELL) + 1):
                yield column, row


def _north(frame: Box, pen: _Pen) -> Group:
    x, y = frame[2] - 18, frame[3] - 34
    group = Group()
    group.add(Polygon([x, y + 22, x + 6, y, x, y + 5], fillColor=_DARK, strokeColor=_DARK, strokeWidth=0.6))
    group.add(Polygon([x, y + 22, x - 6, y, x, y + 5], fillColor=white, strokeColor=_DARK, strokeWidth=0.6))
    group.add(pen.text("北", x, y + 24, 8, anchor="middle"))
    return group


def _scale_bar(view: _View, frame: Box, pen: _Pen) -> Group:
    length = next((one for one in reversed(_ROUND_LENGTHS) if one * view.scale <= (frame[2] - frame[0]) * 0.22), _ROUND_LENGTHS[0])
    x, y, width = frame[0] + 10, frame[1] + 9, length * view.scale
    said = f"{length} 米" if length < 1000 else f"{length / 1000:g} 千米"
    group = Group()
    group.add(Rect(x - 4, y - 5, width + pen.width(said, 8) + 14, 16, fillColor=white, fillOpacity=0.85, strokeColor=None))
    group.add(Line(x, y, x + width, y, strokeColor=_DARK, strokeWidth=1.4))
    for at in (x, x + width):
        group.add(Line(at, y - 2.5, at, y + 4, strokeColor=_DARK, strokeWidth=1))
    group.add(pen.text(said, x + width + 5, y - 2, 8))
    return group


def _legend(value: MapValue, width: float, pen: _Pen) -> Group:
    """What the marks mean with the counts of the list, and what is not on the drawing."""
    group = Group()
    x, y = _MARGIN + 8, _LEGEND_HEIGHT - 20
    for colour in ORDER:
        if not colour and not value.count(""):
            continue
        group.add(_shape(colour, x, y))
        ink = _DARK if colour in {Colour.YELLOW, ""} else white
        group.add(
            pen.text(letter(colour) if colour else "?", x, y - (4.2 if colour == Colour.YELLOW else 2.9), 8, anchor="middle", colour=ink)
        )
        words = f"{Colour(colour).risk.label if colour else NOT_ASSESSED} {value.count(colour)} 家"
        group.add(pen.text(words, x + 13, y - 3, 9))
        x += 13 + pen.width(words, 9) + 20
    unplaced = len(value.marks) - len(value.placed)
    outside = sum(one.is_outside for one in value.placed)
    notes = [f"共 {len(value.marks)} 家，图上 {len(value.placed)} 家"]
    notes += [f"{unplaced} 家没有坐标，见列表"] if unplaced else []
    notes += [f"{outside} 家在所属片区界外（虚线圈）"] if outside else []
    notes += ["片区取其中最高等级；底纹：红=交叉线，橙=斜线，黄=短点，蓝=横线"]
    group.add(pen.text("；".join(notes), _MARGIN, 26, 8, colour=_GREY))
    day = f"{value.day.year}年{value.day.month}月{value.day.day}日"
    said = f"{value.park_name}四色分布图 · {day} · 坐标系 WGS-84" + (" · 虚构演示数据" if value.is_fictional else "")
    group.add(pen.text(said, _MARGIN, 12, 8, colour=_GREY))
    return group


def draw_trend(months: Sequence[TrendMonth], fonts: FontSet, width: float, height: float) -> Drawing:
    """The enterprises by colour at each month's end as stacked bars with patterns, every number printed."""
    pen = _Pen(fonts)
    drawing = Drawing(width, height)
    drawing.add(Rect(0, 0, width, height, fillColor=_PAPER, strokeColor=None))
    top, bottom, left = height - 18, 44.0, 12.0
    most = max((sum(one.counts.values()) for one in months), default=0)
    if not months or not most:
        drawing.add(pen.text("还没有可以统计的月份。", width / 2, height / 2, 10, anchor="middle", colour=_GREY))
        return drawing
    step = (width - 2 * left) / len(months)
    bar = min(step * 0.66, 46.0)
    for place, month in enumerate(months):
        x = left + step * place + (step - bar) / 2
        y = bottom
        for colour in reversed(ORDER):
            count = month.counts.get(colour, 0)
            tall = (top - bottom) * count / most
            if count:
                drawing.add(_segment(colour, x, y, bar, tall))
                if tall >= 9:
                    drawing.add(_number(str(count), x + bar / 2, y + tall / 2, pen))
            y += tall
        drawing.add(pen.text(str(sum(month.counts.values())), x + bar / 2, y + 4, 8, anchor="middle"))
        is_first = place == 0 or month.day.year != months[place - 1].day.year
        drawing.add(pen.text(f"{month.day.month}月", x + bar / 2, bottom - 12, 8, anchor="middle"))
        if is_first:
            drawing.add(pen.text(f"{month.day.year}", x + bar / 2, bottom - 22, 7, anchor="middle", colour=_GREY))
    drawing.add(Line(left, bottom, width - left, bottom, strokeColor=_DARK, strokeWidth=0.8))
    x = left
    for colour in ORDER:
        if any(one.counts.get(colour, 0) for one in months):
            drawing.add(_segment(colour, x, 7, 14, 10))
            drawing.add(pen.text(letter(colour), x + 18, 9, 8))
            x += 18 + pen.width(letter(colour), 8) + 14
    drawing.add(pen.text("各月末企业数；本月为今天", x + 4, 9, 8, colour=_GREY))
    return drawing


def _number(words: str, x: float, y: float, pen: _Pen) -> Group:
    group = Group()
    width = pen.width(words, 7.5) + 4
    group.add(Rect(x - width / 2, y - 4.4, width, 8.8, rx=2, ry=2, fillColor=white, fillOpacity=0.92, strokeColor=None))
    group.add(pen.text(words, x, y - 2.7, 7.5, anchor="middle"))
    return group


def _segment(colour: str, x: float, y: float, width: float, height: float) -> Group:
    group = Group()
    fill = _STRONG[Colour(colour)] if colour else white
    group.add(Rect(x, y, width, height, fillColor=fill, strokeColor=_DARK, strokeWidth=0.5))
    if colour and height > 2:
        area = clip_by_rect(box(x, y, x + width, y + height), x + 0.4, y + 0.4, x + width - 0.4, y + height - 0.4)
        if not area.is_empty:
            group.add(_hatch(area, Colour(colour), gap=5.0, strokeColor=_DARK, strokeWidth=0.4))
    return group


def as_svg(drawing: Drawing, title: str, links: Sequence[MarkLink] = ()) -> str:
    """The drawing as an SVG element for a page: no script, no inline style (the page's policy forbids both), texts as text.

    `links` are laid over it, each reached by keyboard and told by its words.
    """
    text: str = renderSVG.drawToString(drawing)
    text = text[text.index("<svg") :]
    text = _STYLE.sub(lambda found: "".join(_attributes(found.group(1))), text)
    text = re.sub(r'font-family="[^"]*"', f'font-family="{_WEB_FONTS}"', text)
    head = re.match(r"<svg[^>]*>", text)
    if head is None:
        raise ValueError("no SVG came out")
    width, height = float(drawing.width), float(drawing.height)
    opened = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {width:g} {height:g}"'
        f' role="group" aria-label="{escape(title)}"><title>{escape(title)}</title>'
    )
    body = re.sub(r">\s+<", "><", text[head.end() :])
    body = re.sub(r"<title>.*?</title>|<desc>.*?</desc>", "", body, count=2, flags=re.DOTALL)
    over = "".join(
        f'<a href="{escape(one.address)}" class="mark" aria-label="{escape(one.words)}"><title>{escape(one.words)}</title>'
        f'<circle cx="{one.x:.1f}" cy="{one.y:.1f}" r="{_MARK + 4:g}" fill="transparent"/></a>'
        for one in links
    )
    return opened + body.replace("</svg>", f"{over}</svg>")


@lru_cache(maxsize=8)
def map_svg(value: MapValue, fonts: FontSet, title: str, width: float, height: float) -> str:
    """The map as a page shows it, its links laid over it. The same value is drawn once."""
    return as_svg(draw_map(value, fonts, width, height), title, mark_links(value, width, height))


def _attributes(style: str) -> Iterable[str]:
    for part in style.split(";"):
        name, _, value = part.partition(":")
        if name.strip() and value.strip():
            yield f' {name.strip()}="{value.strip()}"'
