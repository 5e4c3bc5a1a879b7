"""How does an OpenType font with PostScript outlines become one that ReportLab can embed?

ReportLab embeds TrueType outlines only; the packaged Chinese fonts carry cubic CFF outlines. Every outline is redrawn with quadratic
curves (at most one thousandth of an em away) and only the tables that printing needs are kept, so that the result is read faster.
This file runs as a program of its own, one per font, so that two fonts use two cores: it writes `done total` lines to its output.
It imports nothing of ours, because it is started by its path.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

# A new number makes every cached font stale: raise it with each change to what is written below.
CONVERSION_VERSION = 1

# In font units; both packaged fonts have 1000 units to the em. On paper at 16 pt this is 0.006 mm.
MAX_ERROR = 1.0

# Layout features, vertical metrics and the signature are of no use to a PDF that places its own glyphs.
UNUSED_TABLES = ("CFF ", "BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx")

GLYPHS_BETWEEN_REPORTS = 250


def convert_to_truetype(source: Path, target: Path, progress: Callable[[int, int], None]) -> None:
    """Write `source` (CFF outlines) as a TrueType font to `target`; `progress` gets glyphs done and glyphs in all."""
    font = TTFont(source, recalcTimestamp=False)
    glyph_order = font.getGlyphOrder()
    glyph_set = font.getGlyphSet()
    total = len(glyph_order)
    outlines = {}
    for done, name in enumerate(glyph_order):
        if done % GLYPHS_BETWEEN_REPORTS == 0:
            progress(done, total)
        pen = TTGlyphPen(glyph_set)
        # PostScript contours run the other way round than TrueType's.
        glyph_set[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        outlines[name] = pen.glyph()

    font["loca"] = newTable("loca")
    font["glyf"] = glyf = newTable("glyf")
    glyf.glyphOrder = glyph_order
    glyf.glyphs = outlines
    for tag in UNUSED_TABLES:
        if tag in font:
            del font[tag]
    glyf.compile(font)
    # The left side bearing must be the new outline's left edge, or viewers shift the glyph.
    metrics = font["hmtx"].metrics
    for name, outline in outlines.items():
        metrics[name] = (metrics[name][0], getattr(outline, "xMin", 0))

    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    maxp.maxZones = 1
    for field in (
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
        "maxComponentElements",
    ):
        setattr(maxp, field, 0)
    maxp.compile(font)

    # Glyph names would add half a megabyte that nobody reads.
    font["post"].formatType = 3.0
    font["post"].extraNames = []
    font["post"].mapping = {}
    font.sfntVersion = "\x00\x01\x00\x00"
    font.save(target, reorderTables=False)
    progress(total, total)


def main() -> int:
    """`font_conversion.py SOURCE TARGET`: convert one font, reporting progress line by line."""
    source, target = Path(sys.argv[1]), Path(sys.argv[2])

    def report(done: int, total: int) -> None:
        sys.stdout.write(f"{done} {total}\n")
        sys.stdout.flush()

    convert_to_truetype(source, target, report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
