"""What did the inspectors see? The 现场检查记录: who was checked, by whom, when, what was found, with photos and signatures.

Fields and their order follow the office's form: number, enterprise, address, principal officer, place, time from-to, how the inspectors
identified themselves, findings one by one (place, fact, basis; no verdict), signatures or the refusal to sign. The paper shows a filed
document as it is: its words are not checked or changed here, and what is odd about it (a wild clock, no position) is printed as a remark.
"""

import io

import msgspec

from reports.fonts import FontSet
from reports.layout import RECORD_BODY, RECORD_FRAME, REPORT_TITLE, SECTION, SMALL_GREY, PageFlow, TextStyle
from reports.paper import (
    CitedClause,
    Imprint,
    Instant,
    PaperPhoto,
    PhotoSource,
    photo_numbers,
    printed_clauses,
    printed_minute,
    require_template,
)
from reports.photo_grid import draw_photos
from reports.tables import RECORD_TABLE, Column, Table, draw_form_row

TEMPLATE_VERSION = "inspection_record/1"
TITLE = "现场检查记录"


class RecordInspector(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An inspector as printed; `certificate` is what was shown, such as 工作证 YA-017, or empty."""

    name: str
    certificate: str = ""


class RecordFinding(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing found: where, what, against which clause. `rectified_on_the_spot` describes what was put right at once."""

    number: int
    place: str
    fact: str
    clauses: tuple[CitedClause, ...] = ()
    rectified_on_the_spot: str = ""
    photos: tuple[int, ...] = ()


class ChecklistSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the items of the checklist were answered."""

    title: str
    edition: str
    passed: int
    failed: int
    not_applicable: int
    unanswered: int = 0


class InspectionRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The record as printed. `signature_refusal` tells how a refusal to sign was noted, and by which witness."""

    imprint: Imprint
    enterprise_name: str
    address: str
    principal_officer: str
    principal_position: str = ""
    principal_phone: str = ""
    credit_code: str = ""
    places: str = ""
    started_at: Instant | None = None
    ended_at: Instant | None = None
    inspectors: tuple[RecordInspector, ...] = ()
    companions: str = ""
    checklists: tuple[ChecklistSummary, ...] = ()
    findings: tuple[RecordFinding, ...] = ()
    remarks: tuple[str, ...] = ()
    signature_refusal: str = ""
    photos: tuple[PaperPhoto, ...] = ()


COLUMNS = (
    Column("序号", 4.5, "centre"),
    Column("部位", 14),
    Column("检查发现的情况", 36),
    Column("依据", 28),
    Column("当场整改", 12),
    Column("照片", 7.5, "centre"),
)


def draw_inspection_record(paper: InspectionRecord, fonts: FontSet, photos: PhotoSource) -> bytes:
    """The record as a PDF."""
    require_template(paper.imprint, TEMPLATE_VERSION)
    output = io.BytesIO()
    flow = PageFlow(output, RECORD_FRAME, fonts, paper.imprint, TITLE)
    flow.draw_verification_corner()
    flow.paragraph(paper.imprint.office_name, TextStyle(size=12, leading=20, align="centre"))
    flow.paragraph(TITLE, REPORT_TITLE)
    flow.paragraph(paper.imprint.document_number, TextStyle(size=10.5, leading=18, align="centre"))

    _draw_facts(flow, paper)
    flow.skip(8)
    flow.paragraph(_introduction(paper), RECORD_BODY)
    for summary in paper.checklists:
        flow.paragraph(_checklist_sentence(summary), RECORD_BODY)

    flow.skip(6)
    flow.paragraph("检查情况", SECTION, keep_with_next=80)
    table = Table(flow, COLUMNS, RECORD_TABLE)
    for finding in paper.findings:
        table.row(
            (
                str(finding.number),
                finding.place,
                finding.fact,
                printed_clauses(finding.clauses),
                finding.rectified_on_the_spot or "—",
                photo_numbers(finding.photos),
            )
        )
    if not paper.findings:
        table.note("本次检查未发现问题。")
    if paper.remarks:
        flow.skip(6)
        flow.paragraph("记录说明：" + "；".join(paper.remarks) + "。", RECORD_BODY)

    _draw_signatures(flow, paper)
    if paper.photos:
        flow.new_page()
        flow.paragraph(f"附：现场照片（共{len(paper.photos)}张）", SECTION)
        draw_photos(flow, paper.photos, photos, per_row=1 if len(paper.photos) <= 2 else 2)
    flow.finish()
    return output.getvalue()


def _draw_facts(flow: PageFlow, paper: InspectionRecord) -> None:
    officer = "　".join(part for part in (paper.principal_officer, paper.principal_position) if part)
    draw_form_row(flow, [("被检查单位", paper.enterprise_name, 100)])
    if paper.credit_code:
        draw_form_row(flow, [("信用代码", paper.credit_code, 100)])
    draw_form_row(flow, [("地址", paper.address, 100)])
    draw_form_row(flow, [("负责人", officer, 55), ("电话", paper.principal_phone or "—", 45)])
    draw_form_row(flow, [("检查场所", paper.places or "—", 100)])
    draw_form_row(flow, [("检查时间", f"{printed_minute(paper.started_at, '不详')} 至 {printed_minute(paper.ended_at, '不详')}", 100)])
    draw_form_row(flow, [("检查人员", "、".join(_named(inspector) for inspector in paper.inspectors) or "—", 100)])
    if paper.companions:
        draw_form_row(flow, [("参加人员", paper.companions, 100)])


def _named(inspector: RecordInspector) -> str:
    return f"{inspector.name}（{inspector.certificate}）" if inspector.certificate else inspector.name


def _introduction(paper: InspectionRecord) -> str:
    people = "、".join(_named(inspector) for inspector in paper.inspectors)
    return (
        f"检查人员已表明身份：我们是{paper.imprint.office_name}的检查人员{people}，今天到你单位开展安全检查，请予配合。"
        "如认为检查人员与本次检查有利害关系，可以提出更换。"
    )


def _checklist_sentence(summary: ChecklistSummary) -> str:
    unanswered = f"，未答{summary.unanswered}项" if summary.unanswered else ""
    return (
        f"使用检查表《{summary.title}》（{summary.edition}）：合格{summary.passed}项，不合格{summary.failed}项，"
        f"不涉及{summary.not_applicable}项{unanswered}。"
    )


def _draw_signatures(flow: PageFlow, paper: InspectionRecord) -> None:
    height = 40.0
    flow.ensure(2 * height + 50)
    flow.skip(8)
    draw_form_row(flow, [("检查人员签名", "", 100)], least_height=height)
    statement = paper.signature_refusal or "以上记录已核对，情况属实。"
    label = "拒绝签字情形" if paper.signature_refusal else "企业意见"
    draw_form_row(flow, [(label, statement, 100)])
    draw_form_row(flow, [("现场负责人", "", 60), ("日期", "　　　年　　月　　日", 40)], least_height=height)
    flow.skip(6)
    printed = "打印：" + "，".join(part for part in (paper.imprint.printed_by, printed_minute(paper.imprint.printed_at)) if part)
    flow.paragraph(printed, msgspec.structs.replace(SMALL_GREY, align="right"))
