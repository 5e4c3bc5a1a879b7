"""Which projects does the park prohibit, restrict and control? The printed 禁限控目录, as a PDF to file and as a sheet to work with.

Columns follow published catalogues. A row that nobody compared with the official text says 条文待核, a proposal says 园区建议, and the head
counts them, so that no reader takes the paper for more than it is. An approved edition is drawn from what was frozen then.
"""

import io
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from reports.fonts import FontSet
from reports.layout import LANDSCAPE_FRAME, REPORT_TITLE, SMALL, PageFlow
from reports.paper import FICTIONAL_NOTICE, Imprint, PhotoSource, printed_date, printed_minute, require_template
from reports.spreadsheets import Kind, Sheet, SheetColumn
from reports.tables import DENSE_TABLE, Column, Table
from server.catalogue.schemas import CatalogueFacts, CatalogueLine

TEMPLATE_VERSION = "catalogue_edition/1"
TITLE = "禁限控目录"


class CataloguePaper(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The catalogue with who printed it, and the reader's choices in words when it is a part of it."""

    imprint: Imprint
    facts: CatalogueFacts
    filters: tuple[str, ...] = ()


class CatalogueColumn(msgspec.Struct, frozen=True):
    """A column: its head, what stands in it, its width in the sheet, its share of the page (0: in the sheet only), how it is set."""

    title: str
    value: Callable[[CatalogueLine], str]
    sheet_width: float = 12
    share: float = 0
    kind: Kind = "text"


COLUMNS = (
    CatalogueColumn("类别", lambda line: line.kind, 7, 5, "centred"),
    CatalogueColumn("品名或工艺装备", lambda line: line.subject, 26, 14),
    CatalogueColumn("别名、型号", lambda line: line.aliases, 40, 17),
    CatalogueColumn("CAS", lambda line: line.cas, 14, 10),
    CatalogueColumn("行业", lambda line: line.industries, 10, 7.5, "centred"),
    CatalogueColumn("适用区域", lambda line: line.areas, 14, 7, "centred"),
    CatalogueColumn("限制条件", lambda line: line.condition, 44, 23),
    CatalogueColumn("新建、扩建、迁建", lambda line: line.effect_new, 10, 8.5, "centred"),
    CatalogueColumn("现有改造", lambda line: line.effect_existing, 10, 8.5, "centred"),
    CatalogueColumn("例外", lambda line: line.exceptions, 32, 15),
    CatalogueColumn("依据", lambda line: line.basis, 44, 20),
    CatalogueColumn("期限", lambda line: line.dates, 22, 10.5, "centred"),
    CatalogueColumn("核对", lambda line: line.mark, 9, 8.5, "centred"),
    CatalogueColumn("编号", lambda line: line.entry_id, 18),
    CatalogueColumn("谁定的", lambda line: line.layer, 10, 0, "centred"),
    CatalogueColumn("园区不适用", lambda line: line.waiver, 24),
    CatalogueColumn("核对情况", lambda line: line.confirmation, 40),
    CatalogueColumn("来源", lambda line: line.source, 40),
    CatalogueColumn("把握", lambda line: line.confidence, 7, 0, "centred"),
    CatalogueColumn("备注", lambda line: line.note, 30),
)
PRINTED_COLUMNS = tuple(column for column in COLUMNS if column.share)


def catalogue_paper_of(facts: CatalogueFacts, imprint: Imprint) -> CataloguePaper:
    """The paper of frozen facts."""
    return CataloguePaper(imprint=imprint, facts=facts)


def draw_catalogue(paper: CataloguePaper, fonts: FontSet, output: BinaryIO) -> int:
    """Write the catalogue as a PDF to `output` and return how many entries it lists."""
    require_template(paper.imprint, TEMPLATE_VERSION)
    facts = paper.facts
    flow = PageFlow(output, LANDSCAPE_FRAME, fonts, paper.imprint, facts.title)
    flow.draw_verification_corner()
    flow.paragraph(title_of(paper), REPORT_TITLE)
    for text in statements(paper):
        flow.paragraph(text, SMALL)
    flow.skip(4)
    columns = [Column("序号", 5.5, "centre")]
    columns += [Column(one.title, one.share, "left" if one.kind == "text" else "centre") for one in PRINTED_COLUMNS]
    table = Table(flow, columns, DENSE_TABLE)
    for number, line in enumerate(facts.lines, start=1):
        table.row([str(number), *(_printed(one, line) for one in PRINTED_COLUMNS)])
    if not facts.lines:
        table.note("所选范围内没有条目。")
    flow.skip(6)
    flow.paragraph(f"共{len(facts.lines)}条。内容校验值 {facts.fingerprint}", SMALL)
    flow.finish()
    return len(facts.lines)


def draw_issued_catalogue(paper: CataloguePaper, fonts: FontSet, _: PhotoSource) -> bytes:
    """The catalogue as issued papers are drawn."""
    output = io.BytesIO()
    draw_catalogue(paper, fonts, output)
    return output.getvalue()


def write_catalogue_sheet(paper: CataloguePaper, output: BinaryIO) -> int:
    """Write the catalogue as an XLSX file to `output` and return how many entries it lists."""
    require_template(paper.imprint, TEMPLATE_VERSION)
    columns = [SheetColumn("序号", 7, "number"), *(SheetColumn(one.title, one.sheet_width, one.kind) for one in COLUMNS)]
    sheet = Sheet(output, TITLE, columns, created_at=paper.imprint.printed_at, author=paper.imprint.office_name)
    sheet.title(title_of(paper))
    if paper.imprint.is_fictional:
        sheet.note(f"【{FICTIONAL_NOTICE}】")
    for text in statements(paper):
        sheet.note(text, lines=1 + len(text) // 220)
    sheet.head()
    for number, line in enumerate(paper.facts.lines, start=1):
        sheet.row([number, *(one.value(line) for one in COLUMNS)])
    sheet.finish()
    return len(paper.facts.lines)


def title_of(paper: CataloguePaper) -> str:
    """The title over the table; a catalogue without an edition of its own names the park."""
    facts = paper.facts
    return facts.title if facts.approver or facts.is_draft else f"{facts.park_name}{facts.title}"


def statements(paper: CataloguePaper) -> tuple[str, ...]:
    """What the catalogue says about itself: by whose decision and for which days, what its marks mean, and what is not its to decide."""
    facts = paper.facts
    said = []
    if facts.document_number:
        said.append(
            f"文号：{facts.document_number}　批准机关：{facts.approver}　施行日：{printed_date(facts.effective_from)}　"
            f"有效期至：{printed_date(facts.valid_until)}　公平竞争审查：{facts.fairness_review}"
        )
    elif facts.is_draft:
        said.append(f"草案，未经批准，不能作为依据。拟施行日：{printed_date(facts.effective_from)}")
    said.append(f"{printed_date(facts.day)}适用：{facts.edition}" + (f"　筛选：{'；'.join(paper.filters)}" if paper.filters else ""))
    counts = "、".join(f"{mark} {count} 条" for mark, count in facts.counts if count)
    said.append(
        f"{counts}。“条文待核”尚未与官方原文核对，“园区建议”尚未印发，二者命中只转人工研判，不能单独否决。"
        "目录是规范性文件，不创设许可和处罚；文字为概括，以官方原文为准。"
    )
    printed = "，".join(part for part in (paper.imprint.printed_by, printed_minute(paper.imprint.printed_at)) if part)
    said.append(f"编制：{facts.office_name}　{'批准' if facts.document_number else '打印'}：{printed}")
    return tuple(said)


def _printed(column: CatalogueColumn, line: CatalogueLine) -> str:
    text = column.value(line)
    if column.title == "核对" and line.waiver:
        return f"{text}；园区{line.waiver.partition('：')[0].removeprefix('本园区')}"
    return text
