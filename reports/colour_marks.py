"""How are the four colours shown, so that they are told apart without colour?

Each has its letter (红 橙 黄 蓝) and its pattern; the letter stands in a white field, so that it is read on any ground. A printer without
colours shows letters and patterns, a printer with colours all three. What was not assessed has a white ground and says so: it is not blue.
"""

from collections.abc import Callable, Iterator

from reports.fonts import FontRole
from reports.layout import PageFlow, TextStyle
from reports.tables import Fill
from rules.bands import Colour

NOT_ASSESSED = "未评价"
ORDER = (*(one.value for one in Colour), "")
"""The colours as counted, the worst first; what is not assessed comes last."""

_TINTS: dict[str, Fill] = {
    Colour.RED: (0.97, 0.76, 0.74),
    Colour.ORANGE: (0.99, 0.86, 0.68),
    Colour.YELLOW: (1.0, 0.96, 0.64),
    Colour.BLUE: (0.80, 0.90, 0.98),
}
_STRONG: dict[str, Fill] = {
    Colour.RED: (0.83, 0.14, 0.16),
    Colour.ORANGE: (0.95, 0.52, 0.10),
    Colour.YELLOW: (0.99, 0.84, 0.16),
    Colour.BLUE: (0.20, 0.52, 0.83),
}
_INK = (0.13, 0.13, 0.13)
_LABELS = {one.value: one.words for one in Colour}


def letter(colour: str) -> str:
    """红, 橙, 黄, 蓝 or 未评价."""
    return Colour(colour).risk.colour if colour else NOT_ASSESSED


def words(colour: str) -> str:
    """重大风险（红）, or 未评价."""
    return _LABELS.get(colour, NOT_ASSESSED)


def tint(colour: str) -> Fill | None:
    """A light ground for a cell that carries the letter."""
    return _TINTS.get(colour)


def draw_mark(flow: PageFlow, x: float, y: float, width: float, height: float, colour: str) -> None:
    """A field of the colour with its pattern, the letter in its middle; lower left corner at (x, y)."""
    canvas = flow.canvas
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(x, y, width, height)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.setFillColorRGB(*_STRONG.get(colour, (1, 1, 1)))
    canvas.rect(x, y, width, height, stroke=0, fill=1)
    canvas.setStrokeColorRGB(*_INK)
    canvas.setFillColorRGB(*_INK)
    if colour in _PATTERNS:
        _PATTERNS[colour](flow, x, y, width, height)
    canvas.restoreState()
    text = letter(colour)
    size = min(height * 0.5, width * 0.8 / len(text))
    style = TextStyle(role=FontRole.HEADING, size=size, leading=size, align="centre", is_bold=True)
    box_width, box_height = flow.text_width(text, style) + size * 0.5, size * 1.4
    left, bottom = x + (width - box_width) / 2, y + (height - box_height) / 2
    canvas.setFillColorRGB(1, 1, 1)
    canvas.setStrokeColorRGB(*_INK)
    canvas.setLineWidth(0.8)
    canvas.roundRect(left, bottom, box_width, box_height, size * 0.15, stroke=1, fill=1)
    flow.draw_text(text, left, bottom + size * 0.32, style, width=box_width)
    canvas.setStrokeColorRGB(*_INK)
    canvas.setLineWidth(1)
    canvas.rect(x, y, width, height, stroke=1, fill=0)


def _slanted(flow: PageFlow, x: float, y: float, width: float, height: float, *, step: float, falls: bool = False) -> None:
    start = x - height
    lines = []
    while start < x + width:
        lines.append((start + height, y, start, y + height) if falls else (start, y, start + height, y + height))
        start += step
    flow.canvas.lines(lines)


def _crossed(flow: PageFlow, x: float, y: float, width: float, height: float) -> None:
    flow.canvas.setLineWidth(0.9)
    _slanted(flow, x, y, width, height, step=5)
    _slanted(flow, x, y, width, height, step=5, falls=True)


def _striped(flow: PageFlow, x: float, y: float, width: float, height: float) -> None:
    flow.canvas.setLineWidth(1)
    _slanted(flow, x, y, width, height, step=7)


def _dotted(flow: PageFlow, x: float, y: float, width: float, height: float) -> None:
    for row, line in enumerate(_steps(y + 2.5, y + height, 5)):
        for place in _steps(x + (2 if row % 2 else 4.5), x + width, 5):
            flow.canvas.circle(place, line, 0.75, stroke=0, fill=1)


def _lined(flow: PageFlow, x: float, y: float, width: float, height: float) -> None:
    flow.canvas.setLineWidth(0.6)
    flow.canvas.lines([(x, line, x + width, line) for line in _steps(y + 3, y + height, 6)])


def _steps(start: float, end: float, step: float) -> Iterator[float]:
    while start < end:
        yield start
        start += step


_PATTERNS: dict[str, Callable[[PageFlow, float, float, float, float], None]] = {
    Colour.RED: _crossed,
    Colour.ORANGE: _striped,
    Colour.YELLOW: _dotted,
    Colour.BLUE: _lined,
}
PATTERN_WORDS = "红=交叉线，橙=斜线，黄=圆点，蓝=横线"
