"""The catalogue of the fictional park: an edition in force, a draft of the next, clauses compared with texts that do not exist.

Everything a comparison rests on is invented and says so on its scan and in its words: no demonstration may look as if somebody had
compared real law. One comparison found another number, one was sent back, one waits for its second person, one was just taken.
"""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

import msgspec
from PIL import Image, ImageDraw

from scripts.demo_parts.life import Step
from scripts.demo_parts.pictures import caption_font
from scripts.demo_parts.stage import Stage
from server.catalogue.schemas import ApprovalForm, EditionForm, EntryForm, RecordForm, TightenForm, WaiveForm
from server.catalogue.service import (
    add_entry,
    approve_edition,
    attach_scan,
    claim_entry,
    confirm_record,
    draft_edition,
    enter_record,
    keep_scan,
    return_record,
    review_edition,
    tighten_entry,
    waive_entry,
)
from server.clock import CHINA
from server.photo_store import PhotoStore

SCREENER, OFFICE, LEADER = "screener", "office", "leader"
_BEGINS_BEFORE_END = timedelta(days=120)
_TILES, _STRICTER = "CIR-2024-X-9-3", "3000000"


class _Compared(msgspec.Struct, frozen=True, kw_only=True):
    """A comparison: who entered it when, and how it ended. `second` is empty while it waits, `finding` empty when only taken."""

    entry_id: str
    days: int
    by: str
    second: str = ""
    finding: str = "agrees"
    difference: str = ""
    limit_value: str = ""
    returned: str = ""


_COMPARED = (
    _Compared(entry_id="CIR-2024-TE-8-5", days=60, by=SCREENER, second=OFFICE),
    _Compared(entry_id="CIR-2024-TE-8-7", days=58, by=OFFICE, second=SCREENER, finding="reference"),
    _Compared(entry_id="CIR-2024-TE-8-8", days=40, by=SCREENER, second=OFFICE),
    _Compared(
        entry_id=_TILES,
        days=21,
        by=SCREENER,
        second=OFFICE,
        finding="differs",
        difference="虚构的原文为 200 万平方米/年",
        limit_value="2000000",
    ),
    _Compared(entry_id="CIR-2024-X-4-1b", days=15, by=OFFICE, second=SCREENER, returned="扫描件缺页，请补第 12 页"),
    _Compared(entry_id="CIR-2024-X-4-1a", days=6, by=SCREENER),
    _Compared(entry_id="HN-LG-1", days=4, by=OFFICE),
    _Compared(entry_id="CIR-2024-X-4-1c", days=1, by=SCREENER, finding=""),
)


class CatalogueLife:
    """The steps of the catalogue of one park."""

    def __init__(self, stage: Stage, store: PhotoStore, ends_on: date) -> None:
        self._stage = stage
        self._store = store
        self._ends_on = ends_on
        self._first: UUID | None = None
        self._records: dict[str, UUID] = {}

    def steps(self) -> Iterator[Step]:
        """Everything, in any order."""
        day = self._ends_on - _BEGINS_BEFORE_END
        yield Step(_at(day, 9), lambda: self._draft(day))
        yield Step(_at(day + timedelta(days=3), 15), self._review)
        yield Step(_at(day + timedelta(days=5), 16), lambda: self._approve(day + timedelta(days=14)))
        for turn, one in enumerate(_COMPARED):
            at = self._ends_on - timedelta(days=one.days)
            yield Step(_at(at, 10, turn), lambda one=one: self._enter(one))  # type: ignore[misc]
            if one.second:
                yield Step(_at(at + timedelta(days=1), 11, turn), lambda one=one: self._decide(one))  # type: ignore[misc]
        yield Step(_at(self._ends_on - timedelta(days=3), 14), self._begin_next)

    def _draft(self, day: date) -> None:
        with self._stage.work(SCREENER) as work:
            form = EditionForm(
                title=f"示范园区禁限控目录（{day.year}年版，虚构演示）", planned_from=day + timedelta(days=14), note="虚构，仅供演示"
            )
            self._first = draft_edition(work, form).id
            add_entry(work, self._first, _decals())
            for entry_id, reason in (("LLP-11", "园区集中供气已通（虚构）"), ("FWK-1", "花炮不入园（虚构）")):
                tighten_entry(work, self._first, TightenForm(entry_id=entry_id, reason=reason))
            waiver = WaiveForm(entry_id="LLP-18", reason="本园区没有这类布局（虚构）", approver="示范园区管委会（虚构）")
            waive_entry(work, self._first, waiver)

    def _review(self) -> None:
        with self._stage.work(OFFICE) as work:
            review_edition(work, self._known(self._first), "与会议纪要逐条核对（虚构）")

    def _approve(self, effective_from: date) -> None:
        form = ApprovalForm(
            document_number=f"示管发〔{effective_from.year}〕7号",
            approver="示范园区管委会（虚构）",
            effective_from=effective_from,
            valid_until=effective_from.replace(year=effective_from.year + 2, day=1) - timedelta(days=1),
            fairness_review="市场监管部门审查，未发现排除、限制竞争的内容（虚构）",
        )
        with self._stage.work(LEADER) as work:
            approve_edition(work, self._known(self._first), form)

    def _begin_next(self) -> None:
        with self._stage.work(SCREENER) as work:
            title = f"示范园区禁限控目录（{self._ends_on.year + 1}年版，虚构演示）"
            form = EditionForm(title=title, planned_from=self._ends_on + timedelta(days=40), based_on_id=self._first)
            edition_id = draft_edition(work, form).id
            tighten_entry(work, edition_id, TightenForm(entry_id=_TILES, reason="控制建筑陶瓷总量（虚构）", limit_value=_STRICTER))

    def _enter(self, one: _Compared) -> None:
        day = self._stage.clock.today()
        with self._stage.work(one.by) as work:
            record = claim_entry(work, one.entry_id)
            self._records[one.entry_id] = record.id
            if not one.finding:
                return
            scan = keep_scan(self._store, _draw_scan(one.entry_id), f"虚构演示-{one.entry_id}.png", max_bytes=10_000_000)
            attach_scan(work, record.id, scan)
            form = RecordForm(
                document="虚构演示文件（不是官方原文）",
                document_number="虚构演示第1号",
                issued_on=None,
                page="12",
                clause="虚构演示 第3项",
                wording="虚构演示：这里应是官方原文的文字。本演示没有核对过任何真实法规。",
                finding=one.finding,
                difference=one.difference,
                limit_value=one.limit_value,
                seen_on=day,
                where_seen="虚构演示，没有原件",
            )
            enter_record(work, record.id, form)

    def _decide(self, one: _Compared) -> None:
        with self._stage.work(one.second) as work:
            record_id = self._records[one.entry_id]
            if one.returned:
                return_record(work, record_id, one.returned)
            else:
                confirm_record(work, record_id, "虚构演示", compared=True)

    @staticmethod
    def _known(edition_id: UUID | None) -> UUID:
        if edition_id is None:
            raise LookupError("the edition was not drafted")
        return edition_id


def _decals() -> EntryForm:
    return EntryForm(
        kind="prohibited",
        subject="溶剂型花纸印刷",
        clause="第1条",
        condition="不再引进溶剂型陶瓷花纸印刷",
        exceptions="水性、UV 固化花纸不适用",
        reason="园区挥发性有机物已近上限（虚构）",
        effect_new="refuse",
        effect_existing="review",
        source="示范园区管委会会议纪要（虚构）",
        products="花纸、贴花纸",
        except_products="水性、UV",
    )


def _draw_scan(entry_id: str) -> io.BytesIO:
    """A sheet that looks like nothing official and says so."""
    image = Image.new("RGB", (900, 1270), (250, 249, 244))
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 860, 1230), outline=(160, 160, 150), width=3)
    draw.text((450, 150), "虚构演示", font=caption_font(96), fill=(176, 32, 32), anchor="mm")
    draw.text((450, 260), "不是官方原文，没有核对过任何真实法规", font=caption_font(34), fill=(60, 60, 60), anchor="mm")
    draw.text((90, 380), f"目录条目 {entry_id}", font=caption_font(30), fill=(60, 60, 60))
    for row in range(18):
        draw.line((90, 460 + row * 40, 810 - row % 3 * 90, 460 + row * 40), fill=(205, 205, 198), width=8)
    output = io.BytesIO()
    image.save(output, "PNG")
    output.seek(0)
    return output


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), CHINA)
