"""Which risks does the office tell an enterprise it has? The 企业安全风险告知书.

Risk points, grades, possible accidents, measures, emergency, telephone numbers, and the enterprise's receipt (workflow facts §8).

It informs; it neither orders nor decides. Paper and type follow GB/T 9704-2012.
"""

import io

from reports.colour_marks import letter, tint, words
from reports.fonts import FontSet
from reports.grading_values import PointsPaper, distribution
from reports.layout import OFFICIAL_ADDRESSEE, OFFICIAL_BODY, OFFICIAL_FRAME, SECTION, PageFlow
from reports.official import draw_closing, draw_official_head
from reports.paper import PhotoSource, printed_date, require_template
from reports.tables import REPORT_TABLE, Column, Table, draw_form_row
from rules.terms import ControlMeasureKind, DocumentKind
from server.grading.paper_schemas import AboutEnterprise, PointLine, PointsFacts

TEMPLATE_VERSION = "risk_notice/1"
TITLE = DocumentKind.RISK_NOTICE.label
EMERGENCY_NUMBERS = "火警119，急救120，报警110"
COLUMNS = (
    Column("序号", 6, "centre"),
    Column("风险点", 17),
    Column("等级", 7, "centre"),
    Column("可能发生的事故", 15),
    Column("主要管控措施", 32),
    Column("应急处置", 20),
    Column("责任人", 10),
)
_REQUEST = (
    "请按上表落实管控措施，配备应急物资并开展演练；设备、工艺、人员或场所有变化的，请及时更新风险分级管控清单并告知我单位。"
    "发现险情，请先停用、撤人，再报告。"
)
_BEFORE_AN_EMERGENCY = tuple(kind for kind in ControlMeasureKind if kind is not ControlMeasureKind.EMERGENCY)


def draw_risk_notice(paper: PointsPaper, fonts: FontSet, photos: PhotoSource) -> bytes:
    """The notice as a PDF."""
    require_template(paper.imprint, TEMPLATE_VERSION)
    facts = paper.facts
    output = io.BytesIO()
    flow = PageFlow(output, OFFICIAL_FRAME, fonts, paper.imprint, TITLE, plain_first_page=True)
    draw_official_head(flow, TITLE)
    flow.paragraph(f"{facts.about.name}：", OFFICIAL_ADDRESSEE)
    flow.paragraph(_opening(facts), OFFICIAL_BODY)
    flow.skip(6)
    table = Table(flow, COLUMNS, REPORT_TABLE)
    for point in facts.points:
        table.row(cells_of(point), fills={2: tint(point.colour)})
    flow.skip(8)
    draw_closing(
        flow,
        _closing(facts),
        signers=(("经办人（签名）", ""), ("企业负责人（签收）", "")),
        issued_on=facts.issued_on,
        copies=f"本告知书一式两份：企业一份，{facts.office_name}存档一份。",
    )
    _draw_receipt(flow, facts)
    flow.finish()
    return output.getvalue()


def cells_of(point: PointLine) -> tuple[str, ...]:
    """The cells of one risk point, in the order of `COLUMNS`."""
    return (
        str(point.number),
        f"{point.unit}·{point.name}" + (f"（{point.location}）" if point.location else ""),
        letter(point.colour),
        "、".join(accidents_of(point)) or "未登记",
        "\n".join(f"{kind.label}：{said}" for kind in _BEFORE_AN_EMERGENCY if (said := measures_of(point, kind))) or "未登记",
        measures_of(point, ControlMeasureKind.EMERGENCY) or "未登记",
        "、".join(people_of(point)) or "未写明",
    )


def accidents_of(point: PointLine) -> tuple[str, ...]:
    """The classes of accidents its sources can lead to, each once."""
    return tuple(dict.fromkeys(name for one in point.sources for name in one.accidents))


def measures_of(point: PointLine, kind: ControlMeasureKind) -> str:
    """Its measures of one kind, each once."""
    return "；".join(dict.fromkeys(text for one in point.sources for text in one.measures_of(kind)))


def people_of(point: PointLine) -> tuple[str, ...]:
    """Who answers for its sources, each once."""
    return tuple(dict.fromkeys(one.person or one.department for one in point.sources if one.person or one.department))


def _opening(facts: PointsFacts) -> str:
    *rows, total = distribution(facts.points)
    counts = "，".join(f"{row.title}{row.counts[1]}个" for row in rows if row.counts[1])
    return (
        f"截至{printed_date(facts.day)}，你单位登记的风险点共{total.counts[1]}个（{counts}），安全风险等级为{words(facts.colour)}。"
        "现将风险点、等级、可能发生的事故、管控措施和应急处置告知如下，请在醒目位置公示，并告知有关岗位人员。"
    )


def _closing(facts: PointsFacts) -> list[str]:
    phone = facts.office_phone or "（未登记）"
    return [
        *((facts.note,) if facts.note else ()),
        _REQUEST,
        f"紧急电话：{EMERGENCY_NUMBERS}；你单位安全员：{safety_contact(facts.about)}；{facts.office_name}：{phone}。",
        f"联系人：{facts.contact_name}　联系电话：{phone}",
    ]


def safety_contact(about: AboutEnterprise) -> str:
    """The enterprise's safety officer with the number to call."""
    return " ".join(part for part in (about.safety_officer, about.safety_phone) if part) or "（未登记）"


def _draw_receipt(flow: PageFlow, facts: PointsFacts) -> None:
    """The part the office keeps, on one page."""
    flow.ensure(210)
    flow.skip(14)
    flow.rule(flow.y, 0.8)
    flow.skip(8)
    flow.paragraph(f"签收回执　{flow.imprint.document_number}", SECTION)
    draw_form_row(flow, [("签收单位", facts.about.name, 100)])
    draw_form_row(flow, [("声明", "已收到本告知书，知悉所列风险、管控措施和应急处置要求，将告知有关岗位人员。", 100)])
    draw_form_row(flow, [("签收人", "", 50), ("职务", "", 50)], least_height=32)
    draw_form_row(flow, [("单位盖章", "", 50), ("日期", "　　　年　　月　　日", 50)], least_height=44)
