"""Which colour has this enterprise, and why? The 企业安全风险分级报告: its first page is the conclusion, the rest is how it was reached.

Read aloud at a meeting the first page is enough; asked about any colour, the office finds the values chosen, the arithmetic, the scale and
its text on the pages behind. The sections are in `grading_sections.py`.
"""

import io

from reports.colour_marks import draw_mark, tint, words
from reports.fonts import FontRole, FontSet
from reports.grading_sections import SECTIONS
from reports.grading_values import GradingPaper, distribution, not_assessed, unconfirmed, with_gaps
from reports.layout import RECORD_BODY, RECORD_FRAME, REPORT_TITLE, SECTION, SMALL_GREY, TOTAL_FILL, PageFlow, TextStyle
from reports.paper import PhotoSource, printed_date, require_template
from reports.tables import REPORT_TABLE, Column, Table, draw_form_row
from rules.bands import Colour
from rules.terms import DocumentKind
from server.grading.paper_schemas import GradingFacts

TEMPLATE_VERSION = "grading_report/1"
TITLE = DocumentKind.GRADING_REPORT.label

NUMBER = TextStyle(size=10.5, leading=18, align="centre")
_NAME = TextStyle(role=FontRole.HEADING, size=13, leading=20)
_VERDICT = TextStyle(role=FontRole.TITLE, size=20, leading=30, is_bold=True)
_ASIDE = TextStyle(size=9.5, leading=14)
_BANNER_HEIGHT = 84.0
_SIGNATURES = (("编制人", ""), ("安全办负责人", ""), ("企业主要负责人", ""))


def draw_grading_report(paper: GradingPaper, fonts: FontSet, photos: PhotoSource) -> bytes:
    """The report as a PDF."""
    require_template(paper.imprint, TEMPLATE_VERSION)
    facts = paper.facts
    output = io.BytesIO()
    flow = PageFlow(output, RECORD_FRAME, fonts, paper.imprint, TITLE)
    draw_report_head(flow, facts.park_name, TITLE)
    _draw_banner(flow, facts)
    _draw_reasons(flow, facts)
    _draw_to_do(flow, facts)
    _draw_distribution(flow, facts)
    _draw_about(flow, facts)
    for number, section in enumerate(SECTIONS, start=1):
        if number == 1:
            flow.new_page()
        flow.skip(10)
        flow.paragraph(f"{number}　{section.title}", SECTION, keep_with_next=130)
        section.draw(flow, facts)
    draw_signatures(flow, _SIGNATURES, facts.note, facts.edition)
    flow.finish()
    return output.getvalue()


def draw_report_head(flow: PageFlow, park_name: str, title: str) -> None:
    """Park, title, number; the verification code at the right."""
    flow.draw_verification_corner()
    flow.paragraph(park_name, TextStyle(size=12, leading=20, align="centre"))
    flow.paragraph(title, REPORT_TITLE)
    flow.paragraph(flow.imprint.document_number or "（未编号）", NUMBER)
    flow.skip(6)


def draw_signatures(flow: PageFlow, signers: tuple[tuple[str, str], ...], note: str, edition: str) -> None:
    """What was added by hand, then a line for each to sign, kept together."""
    height = 34.0
    flow.ensure(len(signers) * height + 40 + (flow.height_of(f"附言：{note}", RECORD_BODY) if note else 0))
    flow.skip(10)
    if note:
        flow.paragraph(f"附言：{note}", RECORD_BODY)
        flow.skip(4)
    for label, name in signers:
        draw_form_row(flow, [(label, name, 56), ("日期", "　　　年　　月　　日", 44)], label_width=86, least_height=height)
    flow.skip(6)
    printed = f"编制：{flow.imprint.office_name}　{flow.imprint.printed_by}　规则版本：{edition}"
    flow.paragraph(printed, SMALL_GREY)


def _draw_banner(flow: PageFlow, facts: GradingFacts) -> None:
    """The colour with its letter and pattern, the enterprise, the verdict and from what it came."""
    frame = flow.frame
    came = how_it_came(facts.assessed, facts.colour)
    left = frame.left + _BANNER_HEIGHT + 14
    width = frame.body_width - _BANNER_HEIGHT - 24
    lines = flow.lines(came, _ASIDE, width)
    names = flow.lines(facts.about.name, _NAME, width)
    height = max(_BANNER_HEIGHT, len(names) * _NAME.leading + _VERDICT.leading + len(lines) * _ASIDE.leading + 16)
    top, bottom = flow.y, flow.y - height
    flow.canvas.setFillColorRGB(*TOTAL_FILL)
    flow.canvas.rect(frame.left, bottom, frame.body_width, height, stroke=0, fill=1)
    draw_mark(flow, frame.left, bottom, _BANNER_HEIGHT, height, facts.colour)
    y = top - 7
    for line in names:
        y -= _NAME.leading
        flow.draw_line(line, left, y + 6, _NAME, width)
    y -= _VERDICT.leading
    flow.draw_text(f"安全风险等级：{words(facts.colour)}", left, y + 9, _VERDICT)
    for line in lines:
        y -= _ASIDE.leading
        flow.draw_line(line, left, y + 4, _ASIDE, width)
    flow.y = bottom
    flow.skip(8)


def how_it_came(assessed: str, colour: str) -> str:
    """From what the colour came, in one sentence."""
    if not colour:
        return "还没有评价过的风险点；未评价不等于低风险。"
    if assessed == colour:
        return "由风险清单的评价得出，没有动态升级和人工调整使它改变。"
    if not assessed:
        return f"风险清单还没有评价；因动态升级或人工调整为{words(colour)}。"
    rises = Colour(colour).risk.number < Colour(assessed).risk.number
    return f"风险清单评价为{words(assessed)}，{'经动态升级或人工上调升为' if rises else '经两人确认人工下调为'}{words(colour)}。"


def _draw_reasons(flow: PageFlow, facts: GradingFacts) -> None:
    flow.paragraph("为什么是这个等级", SECTION, keep_with_next=40)
    if not facts.reasons:
        flow.paragraph("没有可以列出的理由：风险清单尚未评价。", RECORD_BODY)
    for number, reason in enumerate(facts.reasons, start=1):
        origin = f"（{reason.origin}）" if reason.origin else ""
        flow.paragraph(f"（{number}）{words(reason.colour)}，{reason.cause}：{reason.text}{origin}。", RECORD_BODY)
    flow.skip(6)


def _draw_to_do(flow: PageFlow, facts: GradingFacts) -> None:
    """What somebody has to do now; every number is the length of a list on the pages behind."""
    overdue = [one for one in facts.hazards if one.overdue_days]
    counted = (
        (len(facts.hazards), f"项隐患未销号并影响或可能影响等级，其中{len(overdue)}项逾期"),
        (len(unconfirmed(facts.points)), "个危险源采用参考清单，待现场确认"),
        (len(not_assessed(facts.points)), "个危险源尚未评价，未评价不等于低风险"),
        (len(with_gaps(facts.points)), "个危险源的管控措施或责任有缺项"),
        (len(facts.unverified), "处依据尚未与正本核对（条文待核）"),
    )
    told = [f"{count}{what}" for count, what in counted if count]
    told += [f"须重新评价：{one}" for one in facts.reviews]
    told += [f"规则另有要求：{one}" for one in facts.effects]
    told += [f"还要查明：{one}" for one in facts.questions]
    if facts.what_if:
        last = facts.what_if[-1]
        told.append(f"所列隐患全部销号后，等级为{words(last.colour)}")
    flow.paragraph("现在要办的事", SECTION, keep_with_next=40)
    for number, text in enumerate(told, start=1):
        flow.paragraph(f"（{number}）{text}。", RECORD_BODY)
    if not told:
        flow.paragraph("没有待办事项。", RECORD_BODY)
    flow.skip(6)


def _draw_distribution(flow: PageFlow, facts: GradingFacts) -> None:
    flow.paragraph("四色分布", SECTION, keep_with_next=110)
    columns = (
        Column("颜色", 18, "centre"),
        Column("风险点（清单评价）", 26, "centre"),
        Column("风险点（当日等级）", 26, "centre"),
        Column("危险源（评价）", 26, "centre"),
    )
    table = Table(flow, columns, REPORT_TABLE)
    for row in distribution(facts.points):
        is_total = row.colour is None
        texts = [row.title, *(str(count) for count in row.counts)]
        table.row(texts, is_total=is_total, fill=TOTAL_FILL if is_total else None, fills={0: tint(row.colour or "")})
    flow.skip(8)


def _draw_about(flow: PageFlow, facts: GradingFacts) -> None:
    about = facts.about
    flow.ensure(112)
    draw_form_row(flow, [("信用代码", about.credit_code or "—", 50), ("所属片区", about.zone_name or "未划片区", 50)])
    draw_form_row(flow, [("行业", about.industry or "未登记", 100)])
    draw_form_row(flow, [("地址", about.address or "未登记", 100)])
    principal = "　".join(part for part in (about.principal_officer, about.principal_phone) if part)
    safety = "　".join(part for part in (about.safety_officer, about.safety_phone) if part)
    draw_form_row(flow, [("主要负责人", principal or "未登记", 50), ("安全员", safety or "未登记", 50)])
    draw_form_row(flow, [("评定日", printed_date(facts.day), 50), ("规则版本", facts.edition, 50)])
