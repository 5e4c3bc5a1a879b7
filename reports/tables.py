"""How are ruled tables set: heads on every page, long rows parted, form rows of a label and a value?

Rows are drawn as they come and not kept, so a ledger of any length needs the memory of one row.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from reports.fonts import FontRole
from reports.layout import BLACK, HEAD_FILL, RULE_COLOUR, TOTAL_FILL, Align, PageFlow, TextStyle, baseline
from reports.text_lines import Line

Fill = tuple[float, float, float]
NO_FILLS: Mapping[int, Fill | None] = {}
CELL_PADDING = 3.5  # left and right

# A row that is parted shows at least this many lines on each page, unless it has fewer.
FEWEST_LINES = 2


class Cell(msgspec.Struct, frozen=True):
    """One cell as drawn: its text, width in points, style and ground; `least_height` keeps room for a signature."""

    text: str
    width: float
    style: TextStyle
    fill: Fill | None = None
    least_height: float = 0
    padding: float = 3.5  # above and below


class Column(msgspec.Struct, frozen=True):
    """A column: its head, its share of the width, how its cells are aligned, and the group whose name stands over it."""

    title: str
    share: float
    align: Align = "left"
    group: str = ""


class TableStyle(msgspec.Struct, frozen=True):
    """Text of heads and cells, and the space above and below it. `keeps_first_row`: a head moves to the next page with its first row."""

    head: TextStyle
    cell: TextStyle
    total: TextStyle
    padding: float = 3.5
    keeps_first_row: bool = False


RECORD_TABLE = TableStyle(
    head=TextStyle(role=FontRole.HEADING, size=9.5, leading=13.5, align="centre"),
    cell=TextStyle(size=9.5, leading=13.5),
    total=TextStyle(role=FontRole.HEADING, size=9.5, leading=13.5),
)
DENSE_TABLE = TableStyle(
    head=TextStyle(role=FontRole.HEADING, size=7.5, leading=10, align="centre"),
    cell=TextStyle(role=FontRole.DENSE, size=7.5, leading=10.5),
    total=TextStyle(role=FontRole.HEADING, size=7.5, leading=10.5, is_bold=True),
    padding=2,
)
REPORT_TABLE = TableStyle(
    head=TextStyle(role=FontRole.HEADING, size=8.5, leading=12, align="centre"),
    cell=TextStyle(role=FontRole.DENSE, size=8.5, leading=12),
    total=TextStyle(role=FontRole.HEADING, size=8.5, leading=12, is_bold=True),
    padding=2.5,
    keeps_first_row=True,
)
FORM_LABEL = TextStyle(role=FontRole.HEADING, size=10, leading=14.5, align="centre")
FORM_VALUE = TextStyle(size=10.5, leading=15)


class Headed(Protocol):
    """What draws its head anew on every page."""

    def draw_head(self) -> None:
        """Draw it at the cursor."""


def draw_row(flow: PageFlow, cells: Sequence[Cell], *, repeat_head: Headed | None = None) -> None:
    """Draw one bordered row at the cursor. A row higher than the page's rest goes to the next page, or is parted when it is a long one."""
    broken = [flow.lines(cell.text, cell.style, cell.width - 2 * CELL_PADDING) for cell in cells]
    height = _row_height(cells, broken)
    if height > flow.room and not flow.is_page_fresh:
        most_used = flow.frame.body_height / 3
        if height <= most_used or _lines_that_fit(cells, flow.room) < FEWEST_LINES:
            flow.new_page()
            if repeat_head is not None:
                repeat_head.draw_head()
    while height > flow.room:
        fitting = [max(1, int((flow.room - 2 * cell.padding) // cell.style.leading)) for cell in cells]
        _draw_cells(flow, cells, [lines[:count] for lines, count in zip(broken, fitting, strict=True)], flow.room)
        broken = [lines[count:] for lines, count in zip(broken, fitting, strict=True)]
        cells = [msgspec.structs.replace(cell, least_height=0) for cell in cells]
        flow.new_page()
        if repeat_head is not None:
            repeat_head.draw_head()
        height = _row_height(cells, broken)
    _draw_cells(flow, cells, broken, height)


def row_height(flow: PageFlow, cells: Sequence[Cell]) -> float:
    """How high a row of these cells is."""
    return _row_height(cells, [flow.lines(cell.text, cell.style, cell.width - 2 * CELL_PADDING) for cell in cells])


def _row_height(cells: Sequence[Cell], broken: Sequence[Sequence[Line]]) -> float:
    return max(
        max(len(lines) * cell.style.leading + 2 * cell.padding, cell.least_height) for cell, lines in zip(cells, broken, strict=True)
    )


def _lines_that_fit(cells: Sequence[Cell], room: float) -> int:
    return min(int((room - 2 * cell.padding) // cell.style.leading) for cell in cells)


def _draw_cells(flow: PageFlow, cells: Sequence[Cell], broken: Sequence[Sequence[Line]], height: float) -> None:
    """Grounds, texts in the vertical middle, then rules over them."""
    top, bottom = flow.y, flow.y - height
    canvas = flow.canvas
    x = flow.frame.left
    edges = [x]
    for cell, lines in zip(cells, broken, strict=True):
        if cell.fill is not None:
            canvas.setFillColorRGB(*cell.fill)
            canvas.rect(x, bottom, cell.width, height, stroke=0, fill=1)
        y = top - (height - len(lines) * cell.style.leading) / 2
        for line in lines:
            y -= cell.style.leading
            if line.text:
                flow.draw_line(line, x + CELL_PADDING, y + baseline(cell.style), cell.style, cell.width - 2 * CELL_PADDING)
        x += cell.width
        edges.append(x)
    canvas.setStrokeColorRGB(*RULE_COLOUR)
    canvas.setLineWidth(0.5)
    canvas.lines([(edge, top, edge, bottom) for edge in edges] + [(edges[0], y, edges[-1], y) for y in (top, bottom)])
    flow.y = bottom


def draw_form_row(flow: PageFlow, pairs: Sequence[tuple[str, str, float]], *, label_width: float = 76, least_height: float = 0) -> None:
    """A row of a form: for each (label, value, share of the row) a labelled cell."""
    cells = []
    shares = sum(share for _, _, share in pairs)
    for label, value, share in pairs:
        width = flow.frame.body_width * share / shares
        cells.append(Cell(label, label_width, FORM_LABEL, HEAD_FILL, least_height))
        cells.append(Cell(value, width - label_width, FORM_VALUE, None, least_height))
    draw_row(flow, cells)


class Table:
    """A table over the body's width whose head repeats on every page. Rows are drawn at once."""

    def __init__(self, flow: PageFlow, columns: Sequence[Column], style: TableStyle = RECORD_TABLE) -> None:
        self.flow = flow
        self.columns = columns
        self.style = style
        shares = sum(column.share for column in columns)
        self._widths = [flow.frame.body_width * column.share / shares for column in columns]
        self._cell_styles = [msgspec.structs.replace(style.cell, align=column.align) for column in columns]
        self._total_styles = [msgspec.structs.replace(style.total, align=column.align) for column in columns]
        self._is_begun = False

    def draw_head(self) -> None:
        """The head: one row, or two where columns share a group."""
        self._is_begun = True
        flow, style = self.flow, self.style.head
        titles = [
            flow.lines(column.title, style, width - 2 * CELL_PADDING) for column, width in zip(self.columns, self._widths, strict=True)
        ]
        lower = max(len(lines) for lines in titles) * style.leading + 2 * self.style.padding
        upper = style.leading + 2 * self.style.padding if any(column.group for column in self.columns) else 0
        top = flow.y
        x = flow.frame.left
        canvas = flow.canvas
        canvas.setFillColorRGB(*HEAD_FILL)
        canvas.rect(x, top - upper - lower, flow.frame.body_width, upper + lower, stroke=0, fill=1)
        rules = [(x, top, x + flow.frame.body_width, top), (x, top - upper - lower, x + flow.frame.body_width, top - upper - lower)]
        group, group_start = "", x
        for column, width, lines in zip(self.columns, self._widths, titles, strict=True):
            if column.group != group:
                self._draw_group(group, group_start, x, top, upper, rules)
                group, group_start = column.group, x
            height = lower if column.group else upper + lower
            y = top - (upper + lower - height) - (height - len(lines) * style.leading) / 2
            for line in lines:
                y -= style.leading
                flow.draw_line(line, x + CELL_PADDING, y + baseline(style), style, width - 2 * CELL_PADDING)
            # Inside a group the rule between two columns begins under the group's name.
            rules.append((x, top - upper if column.group and x > group_start else top, x, top - upper - lower))
            x += width
        self._draw_group(group, group_start, x, top, upper, rules)
        rules.append((x, top, x, top - upper - lower))
        canvas.setStrokeColorRGB(*RULE_COLOUR)
        canvas.setLineWidth(0.5)
        canvas.lines(rules)
        flow.y = top - upper - lower

    def _draw_group(
        self, group: str, start: float, end: float, top: float, upper: float, rules: list[tuple[float, float, float, float]]
    ) -> None:
        if not group:
            return
        style = self.style.head
        self.flow.draw_text(group, start, top - upper + baseline(style) + (upper - style.leading) / 2, style, width=end - start)
        rules.append((start, top - upper, end, top - upper))

    def row(
        self, texts: Iterable[str], *, is_total: bool = False, fill: Fill | None = None, fills: Mapping[int, Fill | None] = NO_FILLS
    ) -> None:
        """Draw one row; `is_total` sets it in the style of totals, `fills` are grounds of single cells by their place."""
        cells = self._cells(texts, is_total=is_total, fill=fill, fills=fills)
        self._begin(cells)
        draw_row(self.flow, cells, repeat_head=self)

    def height_of(self, texts: Iterable[str]) -> float:
        """How high a row of these texts is."""
        return row_height(self.flow, self._cells(texts))

    def _cells(
        self, texts: Iterable[str], *, is_total: bool = False, fill: Fill | None = None, fills: Mapping[int, Fill | None] = NO_FILLS
    ) -> list[Cell]:
        styles = self._total_styles if is_total else self._cell_styles
        return [
            Cell(text, width, style, fills.get(place) or fill, padding=self.style.padding)
            for place, (text, width, style) in enumerate(zip(texts, self._widths, styles, strict=True))
        ]

    def band(self, parts: Sequence[tuple[str, float, Fill | None]], *, room_below: float = 60) -> None:
        """A row over all columns that heads the rows below it: each part with its share of the width. It goes to the next page unless
        `room_below` is left under it.
        """
        shares = sum(share for _, share, _ in parts)
        width = self.flow.frame.body_width
        style = self.style.total
        cells = [Cell(text, width * share / shares, style, fill or TOTAL_FILL, padding=self.style.padding) for text, share, fill in parts]
        needed = row_height(self.flow, cells) + min(room_below, self.flow.frame.body_height / 3)
        if not self._is_begun:
            self.flow.ensure(40 + needed)
            self.draw_head()
        if needed > self.flow.room:
            self.flow.new_page()
            self.draw_head()
        draw_row(self.flow, cells, repeat_head=self)

    def note(self, text: str, align: Align = "centre") -> None:
        """A row over all columns, for example that there is nothing to list."""
        style = msgspec.structs.replace(self.style.cell, align=align, colour=BLACK)
        cells = [Cell(text, self.flow.frame.body_width, style)]
        self._begin(cells)
        draw_row(self.flow, cells, repeat_head=self)

    def _begin(self, first: Sequence[Cell]) -> None:
        """Draw the head before the first row; it does not stay alone at a page's end."""
        if not self._is_begun:
            first_row = row_height(self.flow, first) if self.style.keeps_first_row else 0
            self.flow.ensure(max(70, 40 + min(first_row, self.flow.frame.body_height / 3)))
            self.draw_head()
