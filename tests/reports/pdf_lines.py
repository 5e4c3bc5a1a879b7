"""What lines does a PDF show? Read from the page's own drawing operators, not from guesses about layout.

Every text operator is decoded with its font's ToUnicode map and placed with its widths; pieces that continue each other on one baseline
are one line. Forms (the page numbers) are read like pages.
"""

import io
import re
from typing import Any, NamedTuple

from pypdf import PdfReader
from pypdf.generic import ContentStream


class PlacedLine(NamedTuple):
    """A line of text, where its baseline begins, and where it ends."""

    text: str
    x: float
    y: float
    end: float


class _Font(NamedTuple):
    characters: dict[int, str]
    widths: list[float]


def placed_lines(pdf: bytes) -> list[list[PlacedLine]]:
    """The lines of every page, in drawing order."""
    reader = PdfReader(io.BytesIO(pdf))
    return [_lines_of(reader, page, page["/Resources"]) for page in reader.pages]


def page_texts(pdf: bytes) -> list[str]:
    """The text of every page as pypdf extracts it."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def _lines_of(reader: PdfReader, stream: Any, resources: Any) -> list[PlacedLine]:
    fonts = {name: _read_font(font.get_object()) for name, font in resources["/Font"].get_object().items()}
    content = stream.get_contents() if hasattr(stream, "get_contents") else ContentStream(stream, reader)
    lines: list[PlacedLine] = []
    font, size, spacing, x, y = "", 0.0, 0.0, 0.0, 0.0
    rotated = False
    # Drawings set among the text are moved to their place: where the page's origin lies while one is drawn.
    origin, kept = (0.0, 0.0), [(0.0, 0.0)]
    for operands, operator in content.operations:
        if operator == b"Tf":
            font, size = operands[0], float(operands[1])
        elif operator == b"Tc":
            spacing = float(operands[0])
        elif operator == b"cm":
            rotated = float(operands[1]) != 0
            origin = (origin[0] + float(operands[4]), origin[1] + float(operands[5]))
        elif operator == b"q":
            kept.append(origin)
        elif operator == b"Q":
            rotated = False
            origin = kept.pop()
        elif operator == b"Tm":
            x, y = origin[0] + float(operands[4]), origin[1] + float(operands[5])
        elif operator == b"Tj" and not rotated:
            codes = operands[0].original_bytes
            text = "".join(fonts[font].characters[code] for code in codes)
            end = x + sum(fonts[font].widths[code] for code in codes) * size / 1000 + spacing * len(codes)
            if lines and lines[-1].y == y and abs(lines[-1].end - x) < 0.5:
                lines[-1] = PlacedLine(lines[-1].text + text, lines[-1].x, y, end)
            else:
                lines.append(PlacedLine(text, x, y, end))
            x = end
        elif operator == b"Do":
            form = resources["/XObject"][operands[0]].get_object()
            if form["/Subtype"] == "/Form":
                lines += _lines_of(reader, form, form["/Resources"])
    return lines


def _read_font(font: Any) -> _Font:
    to_unicode = font.get("/ToUnicode")
    if to_unicode is None:
        return _Font({code: chr(code) for code in range(256)}, [0.0] * 256)
    pairs = re.findall(rb"<([0-9A-F]{2})> <([0-9A-F]{4,6})>\n", to_unicode.get_object().get_data())
    characters = {int(code, 16): chr(int(character, 16)) for code, character in pairs}
    return _Font(characters, [float(width) for width in font["/Widths"]])
