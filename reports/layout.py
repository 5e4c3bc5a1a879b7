"""How does text get onto pages?

`PageFlow` fills pages from top to bottom: paragraphs broken by `text_lines`, tables (`tables.py`) and photos (`photo_grid.py`) on one
cursor. Every page says 第x页 共y页; a draft says 草稿 across the page, a fictional park says 虚构 at its head. Measures are points, y grows
upwards as in PDF. Text is always plain text: what people typed is never read as markup.

The same value gives the same bytes: times come from the value, never from the clock.
"""

import hashlib
import re
import zlib
from datetime import datetime
from typing import Any, BinaryIO, Literal

import msgspec
import qrcode
from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfdoc import PDFArray, PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas

from reports.fonts import FontRole, FontSet
from reports.paper import DRAFT_NOTICE, FICTIONAL_NOTICE, LOCAL_TIME, WITHDRAWN_NOTICE, Imprint
from reports.text_lines import Line, break_lines, text_width

# Streams as plain binary: printable ASCII streams are a quarter larger and no printer needs them any more.
rl_config.useA85 = 0

Align = Literal["left", "centre", "right", "justify"]

BLACK = (0.0, 0.0, 0.0)
GREY = (0.38, 0.38, 0.38)
HEAD_FILL = (0.93, 0.94, 0.95)
TOTAL_FILL = (0.965, 0.97, 0.975)
RULE_COLOUR = (0.45, 0.45, 0.45)
MARK_RED = (0.76, 0.15, 0.17)
WATERMARK = (0.9, 0.9, 0.9)

# A line is stretched to the margin only where little is missing; a wider gap (an atom pushed to the next line) stays a gap.
MOST_STRETCH_PER_CHARACTER = 0.12  # of the font size

# Not drawn: control characters, direction overrides (they could make a name read backwards), zero-width and variation marks, surrogates.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\ud800-\udfff]")


class PageFrame(msgspec.Struct, frozen=True):
    """Paper size and margins in points."""

    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float

    @property
    def body_width(self) -> float:
        """Width between the margins."""
        return self.width - self.left - self.right

    @property
    def body_height(self) -> float:
        """Height between the margins."""
        return self.height - self.top - self.bottom


# GB/T 9704-2012: head 37 mm, binding edge 28 mm, type area 156 by 225 mm.
OFFICIAL_FRAME = PageFrame(width=210 * mm, height=297 * mm, top=37 * mm, right=26 * mm, bottom=35 * mm, left=28 * mm)
RECORD_FRAME = PageFrame(width=210 * mm, height=297 * mm, top=22 * mm, right=18 * mm, bottom=20 * mm, left=22 * mm)
LANDSCAPE_FRAME = PageFrame(width=297 * mm, height=210 * mm, top=20 * mm, right=13 * mm, bottom=16 * mm, left=13 * mm)


class TextStyle(msgspec.Struct, frozen=True):
    """How a text is set; sizes in points, `first_indent` in ems. `is_bold` thickens outlines, since no bold Chinese font is at hand."""

    role: FontRole = FontRole.BODY
    size: float = 10.5
    leading: float = 16
    align: Align = "left"
    first_indent: float = 0
    colour: tuple[float, float, float] = BLACK
    is_bold: bool = False
    space_after: float = 0


# 2号 22 pt, 3号 16 pt on 29 pt leading, 5号 10.5 pt, 小5号 9 pt.
TITLE = TextStyle(role=FontRole.TITLE, size=22, leading=33, align="centre", is_bold=True)
REPORT_TITLE = TextStyle(role=FontRole.TITLE, size=18, leading=27, align="centre", is_bold=True)
OFFICIAL_BODY = TextStyle(size=16, leading=29, align="justify", first_indent=2)
OFFICIAL_ADDRESSEE = TextStyle(size=16, leading=29)
RECORD_BODY = TextStyle(size=10.5, leading=16.5, align="justify")
SECTION = TextStyle(role=FontRole.HEADING, size=12, leading=20, space_after=2)
SMALL = TextStyle(role=FontRole.DENSE, size=8, leading=12)
SMALL_GREY = TextStyle(role=FontRole.DENSE, size=8, leading=12, colour=GREY)


class _PaperCanvas(Canvas):  # type: ignore[misc]
    """A canvas whose files depend on nothing but what is drawn, and whose finished pages are kept compressed.

    A ledger of hundreds of pages so stays small in memory.
    """

    def date_by(self, stamp: str) -> None:
        """Date the file with a PDF date string; ReportLab would mix the machine's time or settings into the file's identifier."""
        self.setDateFormatter(lambda *_: stamp)
        self._doc.signature = hashlib.md5(stamp.encode(), usedforsecurity=False)

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        super().showPage()
        page: Any = self._doc.Pages.pages[-1]
        stream = PDFStream(content=zlib.compress(page.stream.encode("latin-1")))
        stream.dictionary["Filter"] = PDFArray([PDFName("FlateDecode")])
        page.Contents, page.stream = stream, None


class PageFlow:
    """Pages being filled. Call the methods in reading order, then `finish`."""

    def __init__(
        self, output: BinaryIO, frame: PageFrame, fonts: FontSet, imprint: Imprint, title: str, *, plain_first_page: bool = False
    ) -> None:
        """`title` names the paper in the running head; `plain_first_page` leaves that head out on page 1, as official papers do."""
        self.frame = frame
        self.fonts = fonts
        self.imprint = imprint
        self.title = title
        self.pages = 0
        self.y = 0.0
        self._plain_first_page = plain_first_page
        self.canvas = _PaperCanvas(output, pagesize=(frame.width, frame.height), invariant=1, pageCompression=1)
        self.canvas.date_by(_pdf_instant(imprint.printed_at))
        self.canvas.setTitle(" ".join(part for part in (title, imprint.document_number) if part))
        self.canvas.setAuthor(imprint.office_name)
        self.canvas.setSubject(imprint.template_version)
        self.canvas.setCreator("Parksafe 园安")
        self._start_page()

    # -- pages

    @property
    def room(self) -> float:
        """Height left on this page."""
        return self.y - self.frame.bottom

    @property
    def is_page_fresh(self) -> bool:
        """Whether nothing stands on this page yet."""
        return self.y == self.frame.height - self.frame.top

    def ensure(self, height: float) -> None:
        """Go to a new page unless `height` fits on this one; nothing that fits on no page moves a fresh one."""
        if height > self.room and not self.is_page_fresh:
            self.new_page()

    def new_page(self) -> None:
        """Close this page and begin the next."""
        self._end_page()
        self._start_page()

    def skip(self, height: float) -> None:
        """Leave a gap, unless the page ends or has just begun."""
        if not self.is_page_fresh:
            self.y = max(self.y - height, self.frame.bottom)

    def finish(self) -> int:
        """Write the file to the output and return the number of pages."""
        self._end_page()
        for number in range(1, self.pages + 1):
            self._define_page_number(number)
        self.canvas.save()
        return self.pages

    def _start_page(self) -> None:
        self.pages += 1
        self.y = self.frame.height - self.frame.top
        if self.imprint.is_draft or self.imprint.is_withdrawn:
            self._draw_watermark(DRAFT_NOTICE if self.imprint.is_draft else WITHDRAWN_NOTICE)
        self._draw_running_head()

    def _end_page(self) -> None:
        self._draw_running_foot()
        self.canvas.showPage()

    def _draw_watermark(self, text: str) -> None:
        self.canvas.saveState()
        self.canvas.translate(self.frame.width / 2, self.frame.height / 2)
        self.canvas.rotate(45)
        style = TextStyle(role=FontRole.HEADING, size=120, align="centre", colour=WATERMARK)
        self.draw_text(text, 0, -40, style, width=0)
        self.canvas.restoreState()

    def _draw_running_head(self) -> None:
        frame, imprint = self.frame, self.imprint
        y = frame.height - min(frame.top - 4 * mm, 14 * mm)
        if imprint.is_fictional:
            style = TextStyle(role=FontRole.HEADING, size=9, align="centre", colour=MARK_RED)
            self.draw_text(f"【{FICTIONAL_NOTICE}】", frame.left, y + 13, style, width=frame.body_width)
        if self._plain_first_page and self.pages == 1:
            return
        number = imprint.document_number or (DRAFT_NOTICE if imprint.is_draft else "")
        self.draw_text(imprint.park_name, frame.left, y, SMALL_GREY)
        right = "　".join(part for part in (self.title, number) if part)
        self.draw_text(right, frame.left, y, msgspec.structs.replace(SMALL_GREY, align="right"), width=frame.body_width)
        self.rule(y - 3, 0.4)

    def _draw_running_foot(self) -> None:
        """第x页 共y页 is a form of its own, drawn when the number of pages is known."""
        name = f"page-number-{self.pages}"
        self.canvas.doForm(name)
        if self.imprint.verification_code and not (self._plain_first_page and self.pages == 1):
            self.draw_text(f"核验码 {self.imprint.verification_code}", self.frame.left, self._foot_y, SMALL_GREY)

    @property
    def _foot_y(self) -> float:
        y: float = max(self.frame.bottom - 16 * mm, 8.5 * mm)
        return y

    def _define_page_number(self, number: int) -> None:
        self.canvas.beginForm(f"page-number-{number}", 0, 0, self.frame.width, self.frame.height)
        style = TextStyle(size=10.5, align="centre")
        self.draw_text(f"第{number}页 共{self.pages}页", self.frame.left, self._foot_y, style, width=self.frame.body_width)
        self.canvas.endForm()

    # -- text

    def clean(self, text: str, role: FontRole) -> str:
        """`text` as it can be drawn: control and direction characters gone, unknown characters as 〓."""
        if not text.isprintable():
            text = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
        return self.fonts.drawable(text, role)

    def lines(self, text: str, style: TextStyle, width: float) -> list[Line]:
        """`text` broken for `width`."""
        widths = self.fonts.face(style.role).widths
        return break_lines(self.clean(text, style.role), widths, width * 1000 / style.size, style.first_indent * 1000)

    def height_of(self, text: str, style: TextStyle, width: float | None = None) -> float:
        """Height of `text` set as a paragraph."""
        return len(self.lines(text, style, width or self.frame.body_width)) * style.leading + style.space_after

    def paragraph(self, text: str, style: TextStyle, *, keep_with_next: float = 0) -> None:
        """Set a paragraph over the body's width. A single line is not left behind at a page's end, nor before `keep_with_next`."""
        lines = self.lines(text, style, self.frame.body_width)
        few = len(lines) if len(lines) <= 3 else 2
        self.ensure(few * style.leading + (keep_with_next if few == len(lines) else 0))
        starts_paragraph = True
        for line in lines:
            if style.leading > self.room + 0.01:
                self.new_page()
            indent = style.first_indent * style.size if starts_paragraph else 0
            self.y -= style.leading
            self.draw_line(line, self.frame.left + indent, self.y + baseline(style), style, self.frame.body_width - indent)
            starts_paragraph = line.ends_paragraph
        self.skip(style.space_after)

    def draw_line(self, line: Line, x: float, y: float, style: TextStyle, width: float) -> None:
        """Draw one broken line with its baseline at `y`, aligned within `width`."""
        missing = width - line.width * style.size / 1000
        stretch = 0.0
        if style.align == "justify" and not line.ends_paragraph and len(line.text) > 1:
            stretch = missing / (len(line.text) - 1)
            if not 0 < stretch <= MOST_STRETCH_PER_CHARACTER * style.size:
                stretch = 0.0
        elif style.align == "centre":
            x += missing / 2
        elif style.align == "right":
            x += missing
        self._draw_runs(line.text, x, y, style, stretch)

    def draw_text(self, text: str, x: float, y: float, style: TextStyle, width: float = 0) -> None:
        """Draw one unbroken line with its baseline at `y`, aligned within `width`."""
        text = self.clean(text, style.role).replace("\n", " ")
        self.draw_line(Line(text, text_width(text, self.fonts.face(style.role).widths), True), x, y, style, width)

    def text_width(self, text: str, style: TextStyle) -> float:
        """Width of one unbroken line in points."""
        return text_width(text, self.fonts.face(style.role).widths) * style.size / 1000

    def _draw_runs(self, text: str, x: float, y: float, style: TextStyle, stretch: float) -> None:
        canvas = self.canvas
        canvas.setFillColorRGB(*style.colour)
        if style.is_bold:
            canvas.setStrokeColorRGB(*style.colour)
            canvas.setLineWidth(style.size * 0.028)
        for face, run in self.fonts.face(style.role).runs(text):
            canvas.setFont(face.name, style.size)
            canvas.drawString(x, y, run, mode=2 if style.is_bold else None, charSpace=stretch)
            x += text_width(run, face.widths) * style.size / 1000 + stretch * len(run)

    # -- shapes

    def rule(self, y: float, thickness: float = 0.6) -> None:
        """A line across the body at `y`."""
        self.canvas.setStrokeColorRGB(*RULE_COLOUR)
        self.canvas.setLineWidth(thickness)
        self.canvas.line(self.frame.left, y, self.frame.width - self.frame.right, y)

    def draw_verification_corner(self) -> None:
        """The QR code at the right end of the title, whose first line stands at the cursor; the code in words is in the foot."""
        size = 15 * mm
        self.draw_verification(self.frame.width - self.frame.right - size, self.y - size, size, with_words=False)

    def draw_verification(self, x: float, y: float, size: float, *, with_words: bool = True) -> None:
        """The QR code with its lower left corner at (x, y) and the words beside it; nothing when the paper has no address to open."""
        if not self.imprint.verification_url:
            return
        code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
        code.add_data(self.imprint.verification_url)
        code.make(fit=True)
        modules = code.get_matrix()
        side = size / len(modules)
        canvas = self.canvas
        canvas.setFillColorRGB(*BLACK)
        path = canvas.beginPath()
        for number, row in enumerate(modules):
            for start, length in _dark_runs(row):
                path.rect(x + start * side, y + size - (number + 1) * side, length * side, side)
        canvas.drawPath(path, stroke=0, fill=1)
        if not with_words:
            return
        self.draw_text("扫码核验本件", x + size + 6, y + size - 11, SMALL_GREY)
        if self.imprint.verification_code:
            self.draw_text(f"核验码 {self.imprint.verification_code}", x + size + 6, y + size - 23, SMALL_GREY)


def baseline(style: TextStyle) -> float:
    """Height of the baseline above the bottom of a line: Chinese characters then stand in the middle of the leading."""
    return (style.leading - style.size) / 2 + 0.12 * style.size


def _dark_runs(row: list[bool]) -> list[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    return [(match.start(), len(match[0])) for match in re.finditer("1+", "".join("01"[dark] for dark in row))]


def _pdf_instant(instant: datetime) -> str:
    """A PDF date string in local time."""
    return instant.astimezone(LOCAL_TIME).strftime("D:%Y%m%d%H%M%S+08'00'")
