"""Where may a line of Chinese text end?

No line starts with a closing mark (，。、；：？！）》」』】〕”’… and their kin) and none ends with an opening one (（《「『【〔“‘), per
GB/T 15834-2011 §5.1. Latin words, numbers with their unit, 第七条 and document numbers such as 〔2026〕12号 stay in one piece. ReportLab's
own CJK wrapping knows too few of these marks, and none in table cells, so every text on every paper is broken here.

Text is cut into atoms that may not be parted, by one regular expression, and lines are filled with atoms. Widths come from the font,
character by character, in thousandths of an em.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

NEVER_FIRST = "，。、；：？！）》」』】〕〗〉”’…—～·•％‰℃°〞﹂﹄｝］／ー々〻,.;:?!)]}%"
NEVER_LAST = "（《「『【〔〖〈“‘〝﹁﹃｛［￥＄([{$"

_FIRST = re.escape(NEVER_FIRST)
_LAST = re.escape(NEVER_LAST)
_LETTER = "A-Za-z0-9\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff"
_DOCUMENT_NUMBER = r"〔\d{4}〕\s?第?\d{1,9}号"
_BASES = "|".join(
    (
        _DOCUMENT_NUMBER,
        r"第[0-9一二三四五六七八九十百千零〇]{1,9}[条款项章节页次批号]",
        r"[-+±≤≥<>≈]?\d+(?:[.,:]\d+)*(?:万元|[年月日时分秒号条款项页份元人处次天个项台吨米])",
        rf"[-+±≤≥<>≈]?[{_LETTER}](?:[{_LETTER}]|[._/:@+\-#&=~,'×*]+(?=[{_LETTER}]))*",
        r"—+",
        r"…+",
        r"\S",
    )
)
# The bracket of a document number belongs to the number; it does not open something else.
_ATOM = re.compile(rf"(?:(?!{_DOCUMENT_NUMBER})[{_LAST}]\s*)*(?:{_BASES})(?:\s*[{_FIRST}])*|\s+")
# Where a word too wide for its line is best parted: after the signs that join its pieces.
_PIECE_OF_WORD = re.compile(rf"[^\-_/.@]+[\-_/.@]*[{_FIRST}]*|\S")
_SMALLEST_ATOM = re.compile(rf"[{_LAST}]*\S[{_FIRST}]*|\s+")


class Line(NamedTuple):
    """One line: its text, its width in thousandths of an em, and whether its paragraph ends with it (then it is not justified)."""

    text: str
    width: float
    ends_paragraph: bool


def text_width(text: str, widths: Mapping[str, float]) -> float:
    """Width in thousandths of an em."""
    return sum(map(widths.__getitem__, text))


def break_lines(text: str, widths: Mapping[str, float], limit: float, first_indent: float = 0) -> list[Line]:
    """Lines no wider than `limit` (thousandths of an em); a line break in `text` starts a new paragraph, indented by `first_indent`.

    An atom wider than the line is parted after its hyphens and slashes, else between any two characters that the rule lets part. Where
    even that does not fit (a row of exclamation marks in a narrow column) it is parted anywhere: what runs off the paper is lost.
    """
    lines: list[Line] = []
    for paragraph in text.split("\n"):
        paragraph = paragraph.rstrip()
        width = text_width(paragraph, widths)
        if width <= limit - first_indent:
            lines.append(Line(paragraph, width, True))
        else:
            filled = list(_fill(_ATOM.findall(paragraph), widths, limit, first_indent))
            lines += [Line(line, text_width(line, widths), number == len(filled)) for number, line in enumerate(filled, start=1)]
    return lines


def _fill(atoms: Iterable[str], widths: Mapping[str, float], limit: float, first_indent: float) -> Iterator[str]:
    """Fill lines with atoms, as many as fit into each."""
    line, room = "", limit - first_indent
    for atom in _fitting(atoms, widths, limit):
        width = text_width(atom, widths)
        if width <= room:
            line += atom
            room -= width
            continue
        if line.strip():
            yield line.rstrip()
        # A space where the line ends anyway is not carried to the next one.
        line = "" if atom.isspace() else atom
        room = limit - (0 if atom.isspace() else width)
    if line.strip():
        yield line.rstrip()


def _fitting(atoms: Iterable[str], widths: Mapping[str, float], limit: float) -> Iterator[str]:
    """The atoms, those wider than a whole line parted."""
    for atom in atoms:
        if text_width(atom, widths) <= limit or atom.isspace():
            yield atom
            continue
        for piece in _PIECE_OF_WORD.findall(atom):
            if text_width(piece, widths) <= limit:
                yield piece
                continue
            for part in _SMALLEST_ATOM.findall(piece):
                if text_width(part, widths) <= limit:
                    yield part
                else:
                    yield from part
