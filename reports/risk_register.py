"""Which risks does an enterprise have, how are they graded, controlled, and who answers? The 风险分级管控清单 as a paper.

One row is one hazard source, made from the very line its page and its sheet show; the counts at its end are counted from the rows.
"""

import io

from reports.colour_marks import letter, tint
from reports.fonts import FontSet
from reports.grading_report import NUMBER
from reports.grading_values import PointsPaper, all_sources, distribution
from reports.layout import LANDSCAPE_FRAME, REPORT_TITLE, SMALL, PageFlow
from reports.paper import PhotoSource, printed_date, require_template, short_date
from reports.tables import DENSE_TABLE, Column, Table
from rules.grading import METHOD_FACTORS
from rules.grading_data import ScoredMethod
from rules.terms import ControlMeasureKind, DocumentKind
from server.grading.paper_schemas import PointLine, SourceLine

TEMPLATE_VERSION = "risk_register/1"
TITLE = DocumentKind.RISK_REGISTER.label
COLUMNS = (
    Column("序号", 3.2, "centre"),
    Column("风险单元", 6.5),
    Column("风险点", 8.5),
    Column("当日\n等级", 4, "centre"),
    Column("危险源、后果", 11),
    Column("事故类型", 6.5),
    Column("评价", 8.4, "centre"),
    Column("评价\n等级", 4, "centre"),
    *(Column(kind.label, 8.2) for kind in ControlMeasureKind),
    Column("管控层级", 6, "centre"),
    Column("责任单位、责任人", 7.5),
    Column("现场确认", 7.6, "centre"),
)
_TODAY, _ASSESSED = 3, 7


def draw_risk_register(paper: PointsPaper, fonts: FontSet, photos: PhotoSource) -> bytes:
    """The register as a PDF."""
    require_template(paper.imprint, TEMPLATE_VERSION)
    facts = paper.facts
    output = io.BytesIO()
    flow = PageFlow(output, LANDSCAPE_FRAME, fonts, paper.imprint, TITLE)
    flow.draw_verification_corner()
    flow.paragraph(facts.about.name + TITLE, REPORT_TITLE)
    if paper.imprint.document_number:
        flow.paragraph(paper.imprint.document_number, NUMBER)
    flow.paragraph(
        f"截至{printed_date(facts.day)}　企业安全风险等级：{letter(facts.colour)}　信用代码：{facts.about.credit_code or '—'}"
        f"　编制：{facts.office_name}　规则版本：{facts.edition}",
        SMALL,
    )
    flow.skip(4)
    table = Table(flow, COLUMNS, DENSE_TABLE)
    for point, source in all_sources(facts.points):
        table.row(cells_of(point, source), fills={_TODAY: tint(point.colour), _ASSESSED: tint(source.colour)})
    empty = [one for one in facts.points if not one.sources]
    for point in empty:
        table.note(f"{point.unit}·{point.name}：还没有登记危险源（当日等级：{letter(point.colour)}）。")
    if not facts.points:
        table.note("还没有登记风险点。登记后，每个危险源一行列在这里。")
    flow.skip(6)
    for line in totals_in_words(facts.points):
        flow.paragraph(line, SMALL)
    flow.finish()
    return output.getvalue()


def cells_of(point: PointLine, source: SourceLine) -> tuple[str, ...]:
    """The cells of one row, in the order of `COLUMNS`."""
    return (
        str(source.number),
        point.unit,
        "\n".join(part for part in (point.name, point.location) if part),
        letter(point.colour),
        "\n".join(part for part in (source.name, source.consequence) if part),
        "、".join(source.accidents) or "—",
        evaluation(source),
        letter(source.colour),
        *("；".join(source.measures_of(kind)) or "—" for kind in ControlMeasureKind),
        source.layer or "—",
        "\n".join(part for part in (source.department, source.person) if part) or "未写明",
        short_date(source.confirmed_on, "待现场确认"),
    )


def evaluation(source: SourceLine) -> str:
    """Method, chosen values and result: LEC, L=3 E=6 C=40, D=720."""
    if not source.method:
        return "—"
    if source.method not in set(ScoredMethod):
        return f"矩阵\n{source.score_text}"
    symbols = zip(METHOD_FACTORS[ScoredMethod(source.method)], source.method.upper(), strict=True)
    chosen = " ".join(f"{symbol}={source.chosen.get(factor, '—')}" for factor, symbol in symbols)
    return f"{source.method.upper()}\n{chosen}\n{source.score_text}"


def totals_in_words(points: tuple[PointLine, ...]) -> tuple[str, ...]:
    """How many of each colour, each sentence counted from the rows."""
    *rows, total = distribution(points)
    whats = ("风险点（清单评价）", "风险点（当日等级）", "危险源")
    return tuple(
        f"{what}共{total.counts[place]}个：" + "，".join(f"{row.title}{row.counts[place]}" for row in rows) + "。"
        for place, what in enumerate(whats)
    )
