"""What is an enterprise asked to put right, and until when? The 隐患整改通知书 of a park without entrusted enforcement (mode A).

It informs and asks; it neither orders nor decides, names no remedies, and does not borrow the head of an enforcement paper. Fields in
the office's order: number, enterprise, inspection, hazards (each with its own deadline), where to reply, what follows, contact,
signatures and seal. Paper and type follow GB/T 9704-2012.
"""

import io
from collections.abc import Iterator
from datetime import date

import msgspec

from reports.fonts import FontSet
from reports.layout import OFFICIAL_ADDRESSEE, OFFICIAL_BODY, OFFICIAL_FRAME, SECTION, PageFlow
from reports.official import draw_closing, draw_official_head
from reports.paper import (
    CitedClause,
    Imprint,
    PaperPhoto,
    PhotoSource,
    photo_numbers,
    printed_clauses,
    printed_date,
    require_template,
)
from reports.photo_grid import draw_photos
from reports.tables import RECORD_TABLE, Column, Table
from reports.wording import WordingProblem, find_enforcement_words, refuse_enforcement_words

TEMPLATE_VERSION = "rectification_notice/1"
PAPER_TITLE = "隐患整改通知书"


class NoticeItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One hazard of the notice; `level_label` is 一般 or 重大."""

    number: int
    place: str
    description: str
    level_label: str
    requirement: str
    due_on: date
    clauses: tuple[CitedClause, ...] = ()
    interim_measures: str = ""
    photos: tuple[int, ...] = ()


class RectificationNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The notice as printed. `issued_on` is absent on drafts; `reply_address` is where the enterprise replies.

    `interim_measures` are asked for while any of the hazards is being put right, those of an item while it is.
    """

    imprint: Imprint
    enterprise_name: str
    inspected_on: date
    inspected_place: str
    inspectors: tuple[str, ...]
    items: tuple[NoticeItem, ...]
    contact_name: str
    contact_phone: str
    reply_address: str = ""
    interim_measures: str = ""
    issued_on: date | None = None
    photos: tuple[PaperPhoto, ...] = ()


COLUMNS = (
    Column("序号", 5, "centre"),
    Column("部位", 12),
    Column("隐患描述", 23.5),
    Column("依据", 19),
    Column("级别", 6, "centre"),
    Column("整改要求", 18),
    Column("整改期限", 11.5, "centre"),
    Column("照片", 6, "centre"),
)


def _office_texts(paper: RectificationNotice) -> Iterator[tuple[str, str]]:
    """The texts the office answers for, with the name the office knows them by."""
    for item in paper.items:
        yield f"第{item.number}项隐患描述", item.description
        yield f"第{item.number}项部位", item.place
        yield f"第{item.number}项整改要求", item.requirement
        yield f"第{item.number}项临时管控措施", item.interim_measures
        for clause in item.clauses:
            yield f"第{item.number}项依据", clause.citation
    yield "整改期间的安全措施", paper.interim_measures
    for photo in paper.photos:
        yield f"照片{photo.number}说明", photo.caption


def find_wording_problems(paper: RectificationNotice) -> tuple[WordingProblem, ...]:
    """Words the office must replace before the notice can be issued; empty when there are none."""
    return find_enforcement_words(_office_texts(paper))


def draw_rectification_notice(paper: RectificationNotice, fonts: FontSet, photos: PhotoSource) -> bytes:
    """The notice as a PDF. Raises `ForbiddenWordingError` when `find_wording_problems` is not empty."""
    require_template(paper.imprint, TEMPLATE_VERSION)
    refuse_enforcement_words(_office_texts(paper))
    output = io.BytesIO()
    flow = PageFlow(output, OFFICIAL_FRAME, fonts, paper.imprint, PAPER_TITLE, plain_first_page=True)
    draw_official_head(flow, PAPER_TITLE)
    flow.paragraph(f"{paper.enterprise_name}：", OFFICIAL_ADDRESSEE)
    flow.paragraph(_opening(paper), OFFICIAL_BODY)
    flow.skip(6)

    table = Table(flow, COLUMNS, RECORD_TABLE)
    for item in paper.items:
        requirement = item.requirement
        if item.interim_measures:
            requirement += f"\n整改期间：{item.interim_measures}"
        table.row(
            (
                str(item.number),
                item.place,
                item.description,
                printed_clauses(item.clauses),
                item.level_label,
                requirement,
                printed_date(item.due_on),
                photo_numbers(item.photos),
            )
        )
    flow.skip(8)

    where = f"（{paper.reply_address}）" if paper.reply_address else ""
    closing = [
        *((f"整改期间请落实下列安全措施：{paper.interim_measures}",) if paper.interim_measures else ()),
        (
            f"请于上表所列期限前完成整改，并将整改报告和整改后的照片在园区安全管理系统{where}提交。"
            "整改期间请落实安全防范措施；不能保证安全的，建议立即停用有关设备、场所并撤出人员。确需延期的，请在期限届满前提出申请。"
        ),
        "逾期未改的，将移送有权部门依法处理。",
        f"联系人：{paper.contact_name}　联系电话：{paper.contact_phone}",
    ]
    draw_closing(
        flow,
        closing,
        signers=[*(("检查人员（签名）", name) for name in paper.inspectors), ("企业负责人（签收）", "")],
        issued_on=paper.issued_on,
        copies=f"本通知书一式两份：企业一份，{paper.imprint.office_name}存档一份。",
    )
    if paper.photos:
        flow.new_page()
        flow.paragraph(f"附：隐患照片（共{len(paper.photos)}张）", SECTION)
        draw_photos(flow, paper.photos, photos)
    flow.finish()
    return output.getvalue()


def _opening(paper: RectificationNotice) -> str:
    people = "、".join(paper.inspectors)
    place = f"在{paper.inspected_place}" if paper.inspected_place else ""
    return (
        f"{printed_date(paper.inspected_on)}，{paper.imprint.office_name}检查人员{people}对你单位{place}进行了安全检查，"
        f"发现下列{len(paper.items)}项事故隐患，现通知你单位整改："
    )
