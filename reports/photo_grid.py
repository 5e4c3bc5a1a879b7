"""How are photos printed as evidence: numbered, upright, with the time they were taken, and small enough to send by mail?

Originals are opened one at a time and scaled to print size; nothing of them stays in memory but the print. A photo that cannot be
opened or decoded is shown as an empty frame that says so and names its digest: it is never left out silently.
"""

import hashlib
import io
from collections.abc import Sequence
from typing import Any

import msgspec
import pillow_heif
from PIL import Image, ImageOps
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader

from reports.fonts import FontRole
from reports.layout import GREY, RULE_COLOUR, PageFlow, TextStyle, baseline
from reports.paper import PaperPhoto, PhotoSource, short_minute

PRINT_DPI = 170
JPEG_QUALITY = 80

GAP = 5 * mm
CAPTION = TextStyle(role=FontRole.DENSE, size=8.5, leading=12.5)
CAPTION_LINES = 3
CAPTION_HEIGHT = CAPTION_LINES * CAPTION.leading + 6
ROWS_PER_PAGE = 2
EMPTY_FRAME_HEIGHT = 45 * mm

pillow_heif.register_heif_opener()


class PrintPhoto(msgspec.Struct, frozen=True):
    """A photo scaled for print: JPEG without metadata, and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


def scale_for_print(photo: bytes, width: float, height: float) -> PrintPhoto | None:
    """`photo` upright and no larger than needed for a box of `width` by `height` points; None when it cannot be decoded."""
    box = (round(width / 72 * PRINT_DPI), round(height / 72 * PRINT_DPI))
    try:
        with Image.open(io.BytesIO(photo)) as opened:
            # JPEG decoders can halve while decoding; turned photos need the longer side both ways.
            opened.draft("RGB", (max(box), max(box)))
            image: Image.Image = ImageOps.exif_transpose(opened)
            image.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=2.0)
            image = _on_white(image)
            output = io.BytesIO()
            image.save(output, "JPEG", quality=JPEG_QUALITY, optimize=True)
            return PrintPhoto(output.getvalue(), image.width, image.height)
    # Broken files make decoders fail in many ways; what a phone sent must not keep the rest of the paper from being printed.
    except (OSError, ValueError, SyntaxError, ArithmeticError, EOFError, IndexError, KeyError, TypeError, Image.DecompressionBombError):
        return None


def _on_white(image: Image.Image) -> Image.Image:
    """An RGB or grey image; what is transparent becomes white."""
    if image.mode in ("RGB", "L"):
        return image
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, (255, 255, 255))
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    return image.convert("RGB")


class _JpegForPdf(ImageReader):  # type: ignore[misc]
    """Hands a JPEG to ReportLab as it is. ReportLab would decode it only to compute a digest that names it; ours is of the file."""

    def __init__(self, jpeg: bytes) -> None:
        self._jpeg = jpeg
        self._dataA: Any = None

    def getRGBData(self) -> bytes:  # noqa: N802 - ReportLab's name
        return hashlib.sha256(self._jpeg).digest()

    def jpeg_fh(self) -> io.BytesIO:
        return io.BytesIO(self._jpeg)


def read_photo(source: PhotoSource, sha256: str) -> bytes | None:
    """The photo's bytes, or None when it is not at hand."""
    try:
        opened = source(sha256)
        if opened is None or isinstance(opened, bytes):
            return opened
        with opened:
            return opened.read()
    except OSError:
        return None


def draw_photos(flow: PageFlow, photos: Sequence[PaperPhoto], source: PhotoSource, *, per_row: int = 2) -> None:
    """Draw the photos in rows of one or two, two rows a page, each framed, with its number, caption and time."""
    _draw_rows(flow, [photos[start : start + per_row] for start in range(0, len(photos), per_row)], source, per_row)


def draw_pairs(flow: PageFlow, pairs: Sequence[tuple[PaperPhoto | str, PaperPhoto | str]], source: PhotoSource) -> None:
    """Draw each pair beside each other, two pairs a page. A word instead of a photo says in its place why there is none; an empty one
    leaves the place empty."""
    _draw_rows(flow, pairs, source, 2)


def _draw_rows(flow: PageFlow, rows: Sequence[Sequence[PaperPhoto | str]], source: PhotoSource, per_row: int) -> None:
    width = (flow.frame.body_width - (per_row - 1) * GAP) / per_row
    # Two rows fill a page, with a heading over them.
    tallest = (flow.frame.body_height - 30) / ROWS_PER_PAGE - CAPTION_HEIGHT - GAP
    rows_on_page = 0
    for row in rows:
        places = [(one, _prepare(one, source, width, tallest)) for one in row]
        height = max(shown.height for _, shown in places)
        if rows_on_page == ROWS_PER_PAGE or height + CAPTION_HEIGHT > flow.room:
            flow.new_page()
            rows_on_page = 0
        top = flow.y
        for position, (one, shown) in enumerate(places):
            _draw_place(flow, one, shown, flow.frame.left + position * (width + GAP), top, width, height)
        flow.y = top - height - CAPTION_HEIGHT
        flow.skip(GAP)
        rows_on_page += 1


class _Shown(msgspec.Struct, frozen=True):
    """A photo as it will stand on the page, in points; without a print, `why` it cannot be shown."""

    width: float
    height: float
    printed: PrintPhoto | None = None
    why: str = ""


def _prepare(photo: PaperPhoto | str, source: PhotoSource, width: float, tallest: float) -> _Shown:
    """Read and scale one photo for a box of `width` by `tallest` points."""
    if isinstance(photo, str):
        return _Shown(width, EMPTY_FRAME_HEIGHT, why=photo)
    original = read_photo(source, photo.sha256)
    if original is None:
        return _Shown(width, EMPTY_FRAME_HEIGHT, why="照片文件暂缺")
    printed = scale_for_print(original, width, tallest)
    if printed is None:
        return _Shown(width, EMPTY_FRAME_HEIGHT, why="照片无法解码，原件已保存")
    scale = min(width / printed.width, tallest / printed.height)
    return _Shown(printed.width * scale, printed.height * scale, printed)


def _draw_place(flow: PageFlow, photo: PaperPhoto | str, shown: _Shown, x: float, top: float, width: float, row_height: float) -> None:
    """Draw one photo in the middle of its place, framed, its caption under the row; or the word that stands for it."""
    if not photo:
        return
    canvas = flow.canvas
    left = x + (width - shown.width) / 2
    bottom = top - (row_height + shown.height) / 2
    if shown.printed is None:
        centre = TextStyle(role=FontRole.DENSE, size=9, align="centre", colour=GREY)
        flow.draw_text(shown.why, x, bottom + shown.height / 2 + 2, centre, width=width)
        if isinstance(photo, PaperPhoto):
            flow.draw_text(f"SHA-256 {photo.sha256[:16]}…", x, bottom + shown.height / 2 - 12, centre, width=width)
    else:
        canvas.drawImage(_JpegForPdf(shown.printed.jpeg), left, bottom, shown.width, shown.height)
    canvas.setStrokeColorRGB(*RULE_COLOUR)
    canvas.setLineWidth(0.5)
    canvas.rect(left, bottom, shown.width, shown.height, stroke=1, fill=0)

    if isinstance(photo, str):
        return
    y = top - row_height - 2
    for line in _caption_lines(flow, photo, width):
        y -= CAPTION.leading
        flow.draw_text(line, x, y + baseline(CAPTION), CAPTION)


def _caption_lines(flow: PageFlow, photo: PaperPhoto, width: float) -> list[str]:
    """Number and caption on at most two lines, then the time and the marks."""
    lines = [line.text for line in flow.lines(f"照片{photo.number}　{photo.caption}".rstrip(), CAPTION, width)]
    if len(lines) > CAPTION_LINES - 1:
        lines = [*lines[: CAPTION_LINES - 2], lines[CAPTION_LINES - 2][:-2] + "……"]
    taken = "　".join((f"拍摄时间 {short_minute(photo.taken_at, '不详')}", *photo.marks))
    return lines + [line.text for line in flow.lines(taken, CAPTION, width)[:1]]
