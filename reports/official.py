"""How do the office's official papers begin and end (GB/T 9704-2012)?

The name of the office and of the paper, the number under it; at the end signatures, the office's name with the date under it where the
seal goes, and how many copies there are. The end is kept together with its last sentences: a seal never stands alone on a page.
"""

from collections.abc import Sequence
from datetime import date

from reportlab.lib.units import mm

from reports.layout import GREY, OFFICIAL_BODY, TITLE, PageFlow, TextStyle, baseline
from reports.paper import printed_date

NUMBER = TextStyle(size=14, leading=28, align="centre")
SIGNER = TextStyle(size=12, leading=26)
COPIES = TextStyle(size=10.5, leading=18)
SEAL_SIDE = TextStyle(size=16, leading=29, align="centre")
SEAL_HINT = TextStyle(size=9, leading=14, align="centre", colour=GREY)

# A round official seal is 42 mm across; it covers name and date.
SEAL_BLOCK_HEIGHT = 40 * mm
SEAL_BLOCK_WIDTH = 92 * mm


def draw_official_head(flow: PageFlow, title: str) -> None:
    """Office, title, number."""
    flow.paragraph(flow.imprint.office_name, TITLE)
    flow.paragraph(title, TITLE)
    flow.skip(4)
    flow.paragraph(flow.imprint.document_number or "（未编号）", NUMBER)
    flow.skip(10)


def draw_closing(
    flow: PageFlow, paragraphs: Sequence[str], *, signers: Sequence[tuple[str, str]], issued_on: date | None, copies: str
) -> None:
    """Closing paragraphs, signature lines, seal and date, number of copies."""
    signers_height = len(signers) * SIGNER.leading + 10
    end_height = signers_height + SEAL_BLOCK_HEIGHT + COPIES.leading
    for number, text in enumerate(paragraphs, start=1):
        rest = end_height + sum(flow.height_of(later, OFFICIAL_BODY) for later in paragraphs[number:])
        if number > 1:
            # From the second sentence on, everything that follows stays on one page with it.
            flow.ensure(min(flow.height_of(text, OFFICIAL_BODY) + rest, flow.frame.body_height))
        flow.paragraph(text, OFFICIAL_BODY)
    flow.ensure(end_height)
    flow.skip(10)
    _draw_signers(flow, signers)
    _draw_seal(flow, issued_on)
    flow.paragraph(copies, COPIES)


def _draw_signers(flow: PageFlow, signers: Sequence[tuple[str, str]]) -> None:
    """One line each: who signs, the printed name for reference, a rule to sign on, a place for the date."""
    frame = flow.frame
    for label, name in signers:
        flow.y -= SIGNER.leading
        y = flow.y + baseline(SIGNER)
        text = f"{label}：{name}"
        flow.draw_text(text, frame.left, y, SIGNER)
        start = frame.left + flow.text_width(text, SIGNER) + 6
        date_at = frame.width - frame.right - 108
        flow.canvas.setLineWidth(0.5)
        flow.canvas.line(start, y - 3, date_at - 8, y - 3)
        flow.draw_text("　　年　　月　　日", date_at, y, SIGNER)


def _draw_seal(flow: PageFlow, issued_on: date | None) -> None:
    """Office and date at the right, room for the seal over both; the verification code at the left."""
    frame = flow.frame
    top = flow.y
    left = frame.width - frame.right - SEAL_BLOCK_WIDTH
    flow.draw_verification(frame.left, top - 34 * mm, 22 * mm)
    y = top - 17 * mm
    flow.draw_text(flow.imprint.office_name, left, y, SEAL_SIDE, width=SEAL_BLOCK_WIDTH)
    flow.draw_text(printed_date(issued_on, "　　年　　月　　日"), left, y - SEAL_SIDE.leading, SEAL_SIDE, width=SEAL_BLOCK_WIDTH)
    flow.draw_text("（盖章）", left, y - 1.7 * SEAL_SIDE.leading, SEAL_HINT, width=SEAL_BLOCK_WIDTH)
    flow.y = top - SEAL_BLOCK_HEIGHT
