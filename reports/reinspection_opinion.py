"""Were the hazards of a notice put right? The 整改复核意见 of a park without entrusted enforcement (mode A).

It names the notice it answers, gives the outcome hazard by hazard with its photos (before beside after), and what the office concludes.
What the enterprise reported is quoted as its own words; the office's words keep to mode A.
"""

import io
from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

import msgspec

from reports.fonts import FontSet
from reports.layout import OFFICIAL_ADDRESSEE, OFFICIAL_BODY, OFFICIAL_FRAME, SECTION, PageFlow
from reports.official import draw_closing, draw_official_head
from reports.paper import Imprint, PaperPhoto, PhotoSource, photo_numbers, printed_date, require_template
from reports.photo_grid import draw_pairs
from reports.tables import RECORD_TABLE, Column, Table
from reports.wording import WordingProblem, find_enforcement_words, refuse_enforcement_words

TEMPLATE_VERSION = "reinspection_opinion/1"
PAPER_TITLE = "整改复核意见"


class OpinionItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One hazard re-inspected. `outcome_label` is 已整改, 部分整改, 未整改 or 不合格; `measures` are the enterprise's own words."""

    number: int
    description: str
    due_on: date
    reinspected_on: date
    outcome_label: str
    measures: str = ""
    reason: str = ""
    photos_before: tuple[int, ...] = ()
    photos_after: tuple[int, ...] = ()


class ReinspectionOpinion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The opinion as printed. `passed` and `failed` count its items; `conclusion` is the office's sentence on what follows.

    `photos` are shown in pairs by the numbers its items name: before on the left, after on the right.
    """

    imprint: Imprint
    enterprise_name: str
    notice_number: str
    notice_issued_on: date
    inspectors: tuple[str, ...]
    items: tuple[OpinionItem, ...]
    passed: int
    failed: int
    conclusion: str
    contact_name: str
    contact_phone: str
    issued_on: date | None = None
    photos: tuple[PaperPhoto, ...] = ()


COLUMNS = (
    Column("序号", 5.5, "centre"),
    Column("隐患", 22),
    Column("整改期限", 11.5, "centre"),
    Column("企业整改措施", 20),
    Column("复核日期", 11.5, "centre"),
    Column("复核结果", 20),
    Column("照片\n前／后", 9, "centre"),
)


def _office_texts(paper: ReinspectionOpinion) -> Iterator[tuple[str, str]]:
    """The texts the office answers for; the enterprise's measures are its own words."""
    for item in paper.items:
        yield f"第{item.number}项隐患", item.description
        yield f"第{item.number}项复核结果", item.outcome_label
        yield f"第{item.number}项复核理由", item.reason
    yield "复核意见", paper.conclusion


def find_wording_problems(paper: ReinspectionOpinion) -> tuple[WordingProblem, ...]:
    """Words the office must replace before the opinion can be issued; empty when there are none."""
    return find_enforcement_words(_office_texts(paper))


def _pairs(paper: ReinspectionOpinion) -> list[tuple[PaperPhoto | str, PaperPhoto | str]]:
    """Before on the left, after on the right, hazard by hazard, each saying which it is. A missing side says so; other photos come last."""
    known = {photo.number: photo for photo in paper.photos}
    pairs: list[tuple[PaperPhoto | str, PaperPhoto | str]] = []
    for item in paper.items:
        sides: list[list[PaperPhoto | str]] = [
            [_titled(known[number], f"第{item.number}项　{when}") for number in numbers] or [_none_taken(item, when)]
            for numbers, when in ((item.photos_before, "整改前"), (item.photos_after, "整改后"))
        ]
        if item.photos_before or item.photos_after:
            pairs += zip_longest(sides[0], sides[1], fillvalue="")
    named = {number for item in paper.items for number in (*item.photos_before, *item.photos_after)}
    others = [photo for photo in paper.photos if photo.number not in named]
    return pairs + list(zip_longest(others[::2], others[1::2], fillvalue=""))


def _none_taken(item: OpinionItem, when: str) -> str:
    return f"第{item.number}项没有{when}照片"


def _titled(photo: PaperPhoto, title: str) -> PaperPhoto:
    """The photo with its hazard and side before its own caption."""
    caption = photo.caption.removeprefix(title)
    return msgspec.structs.replace(photo, caption=f"{title}　{caption}" if caption else title)


def draw_reinspection_opinion(paper: ReinspectionOpinion, fonts: FontSet, photos: PhotoSource) -> bytes:
    """The opinion as a PDF. Raises `ForbiddenWordingError` when `find_wording_problems` is not empty."""
    require_template(paper.imprint, TEMPLATE_VERSION)
    refuse_enforcement_words(_office_texts(paper))
    output = io.BytesIO()
    flow = PageFlow(output, OFFICIAL_FRAME, fonts, paper.imprint, PAPER_TITLE, plain_first_page=True)
    draw_official_head(flow, PAPER_TITLE)
    flow.paragraph(f"{paper.enterprise_name}：", OFFICIAL_ADDRESSEE)
    people = "、".join(paper.inspectors)
    flow.paragraph(
        f"{paper.imprint.office_name}于{printed_date(paper.notice_issued_on)}向你单位发出《隐患整改通知书》（{paper.notice_number}）。"
        f"经检查人员{people}现场复核，结果如下：",
        OFFICIAL_BODY,
    )
    flow.skip(6)
    table = Table(flow, COLUMNS, RECORD_TABLE)
    for item in paper.items:
        table.row(
            (
                str(item.number),
                item.description,
                printed_date(item.due_on),
                item.measures or "—",
                printed_date(item.reinspected_on),
                f"{item.outcome_label}。{item.reason}" if item.reason else item.outcome_label,
                f"{photo_numbers(item.photos_before)}／{photo_numbers(item.photos_after)}",
            )
        )
    flow.skip(8)
    draw_closing(
        flow,
        [
            f"本次共复核{len(paper.items)}项，已整改{paper.passed}项，未通过{paper.failed}项。{paper.conclusion}",
            f"联系人：{paper.contact_name}　联系电话：{paper.contact_phone}",
        ],
        signers=[*(("复核人员（签名）", name) for name in paper.inspectors), ("企业负责人（签名）", "")],
        issued_on=paper.issued_on,
        copies=f"本意见一式两份：企业一份，{paper.imprint.office_name}存档一份。",
    )
    if paper.photos:
        flow.new_page()
        flow.paragraph(f"附：整改前后照片（共{len(paper.photos)}张）", SECTION)
        draw_pairs(flow, _pairs(paper), photos)
    flow.finish()
    return output.getvalue()
