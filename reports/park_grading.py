"""Which colours has the park, where, why, and what moved? The 园区安全风险分级报告: its first page is the summary a meeting begins with.

Every total is counted from a list that stands in the report, by the functions of `park_counts.py`; the sections are in `park_sections.py`.
"""

import io

from reports.colour_marks import ORDER, PATTERN_WORDS, draw_mark, letter, words
from reports.fonts import FontRole, FontSet
from reports.grading_report import draw_report_head, draw_signatures
from reports.layout import RECORD_BODY, RECORD_FRAME, SECTION, SMALL_GREY, PageFlow, TextStyle
from reports.paper import PhotoSource, printed_date, require_template
from reports.park_counts import DIRECTIONS, ParkPaper, arrived, movers, park_distribution, together, without_register
from reports.park_sections import SECTIONS, draw_zones
from rules.terms import DocumentKind
from server.grading.park_schemas import ParkFacts

TEMPLATE_VERSION = "park_grading_report/1"
TITLE = DocumentKind.PARK_GRADING_REPORT.label
_NUMBER = TextStyle(role=FontRole.HEADING, size=20, leading=26, align="centre", is_bold=True)
_LABEL = TextStyle(role=FontRole.DENSE, size=8.5, leading=12, align="centre")
_SIGNATURES = (("编制人", ""), ("安全办负责人", ""), ("分管领导", ""))
_TILE_HEIGHT = 58.0


def draw_park_report(paper: ParkPaper, fonts: FontSet, photos: PhotoSource) -> bytes:
    """The report as a PDF."""
    require_template(paper.imprint, TEMPLATE_VERSION)
    facts = paper.facts
    output = io.BytesIO()
    flow = PageFlow(output, RECORD_FRAME, fonts, paper.imprint, TITLE)
    draw_report_head(flow, facts.park_name, TITLE)
    _draw_tiles(flow, facts)
    flow.paragraph("结论", SECTION, keep_with_next=40)
    for number, sentence in enumerate(conclusions(facts), start=1):
        flow.paragraph(f"（{number}）{sentence}", RECORD_BODY)
    flow.skip(6)
    flow.paragraph("各片区的企业", SECTION, keep_with_next=70)
    draw_zones(flow, facts)
    for number, section in enumerate(SECTIONS, start=1):
        flow.skip(10)
        flow.paragraph(f"{number}　{section.title}", SECTION, keep_with_next=section.room)
        section.draw(flow, facts)
    draw_signatures(flow, _SIGNATURES, facts.note, facts.edition)
    flow.finish()
    return output.getvalue()


def _draw_tiles(flow: PageFlow, facts: ParkFacts) -> None:
    """One tile for each colour: letter, pattern, how many enterprises and risk points."""
    *rows, _ = park_distribution(facts)
    frame = flow.frame
    gap = 6.0
    width = (frame.body_width - gap * (len(ORDER) - 1)) / len(ORDER)
    top, bottom = flow.y, flow.y - _TILE_HEIGHT - 44
    for place, row in enumerate(rows):
        left = frame.left + place * (width + gap)
        draw_mark(flow, left, top - _TILE_HEIGHT, width, _TILE_HEIGHT, row.colour or "")
        flow.draw_text(f"{row.counts[0]}家", left, top - _TILE_HEIGHT - 22, _NUMBER, width=width)
        flow.draw_text(f"{row.counts[1]}个风险点", left, top - _TILE_HEIGHT - 37, _LABEL, width=width)
    flow.y = bottom
    flow.paragraph(f"企业等级取其风险点中最高的一级，未评价不等于低风险。图案：{PATTERN_WORDS}。", SMALL_GREY)
    flow.skip(4)


def conclusions(facts: ParkFacts) -> list[str]:
    """The summary in sentences; every number is the length of a list in the report."""
    whole = together(facts.enterprises)
    counted = "，".join(f"{letter(colour)}{whole.counts[place]}家" for place, colour in enumerate(ORDER))
    told = [f"截至{printed_date(facts.day)}，园区共{whole.total}家企业：{counted}。园区等级为{words(facts.colour)}。"]
    changed = movers(facts)
    counts = {direction: sum(one.direction == direction for one in changed) for direction in DIRECTIONS}
    said = "，".join(f"{direction}{count}家" for direction, count in counts.items() if count)
    since = printed_date(facts.since)
    told.append(f"与{since}相比，等级有变动的{len(changed)}家（{said}）。" if changed else f"与{since}相比，没有企业的等级变动。")
    if new := arrived(facts):
        told.append(f"{since}以后新入园登记的{len(new)}家。")
    if missing := without_register(facts):
        told.append(f"还没有建立风险分级管控清单的{len(missing)}家，名单见后。")
    unconfirmed = sum(one.unconfirmed for one in facts.enterprises)
    if unconfirmed:
        told.append(f"{unconfirmed}个危险源采用参考清单，待现场确认，涉及{sum(one.unconfirmed > 0 for one in facts.enterprises)}家。")
    if facts.overrides:
        told.append(f"生效中的人工调整{len(facts.overrides)}项，每项有提出人和理由，下调的另有第二人确认。")
    if facts.frequencies is None:
        told.append("园区还没有采用检查频次；本年检查情况见后。")
    if facts.unverified:
        told.append(f"{len(facts.unverified)}处依据尚未与正本核对（条文待核），清单见后。")
    return told
