"""What stands behind the summary of the park's grading? The sections of its report, each list whole."""

from collections.abc import Callable, Sequence

import msgspec
from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing

from reports.colour_marks import ORDER, letter, tint
from reports.four_colour_map import MapValue, TrendMonth, draw_map, draw_trend
from reports.grading_sections import UNVERIFIED, confirmed_words
from reports.layout import RECORD_BODY, SMALL, TOTAL_FILL, PageFlow
from reports.map_values import MapEntry, MapOutline, lay_out
from reports.paper import printed_date, short_date
from reports.park_counts import (
    NO_ZONE,
    GroupRow,
    all_points,
    by_industry,
    by_zone,
    dangerous,
    movers,
    points_of,
    together,
    visits,
    without_register,
)
from reports.tables import REPORT_TABLE, Column, Fill, Table
from server.grading.park_schemas import ParkFacts

_COLOURS = tuple(Column(letter(colour), 9, "right") for colour in ORDER)


class ParkSection(msgspec.Struct, frozen=True):
    """One section: its title, and what draws it."""

    title: str
    draw: Callable[[PageFlow, ParkFacts], None]
    room: float = 130
    """How much of it stays on the page of its title."""


def draw_zones(flow: PageFlow, facts: ParkFacts) -> None:
    """Enterprises by zone, with the park's total."""
    _draw_groups(flow, facts, "片区", by_zone(facts))


def _draw_industries(flow: PageFlow, facts: ParkFacts) -> None:
    _draw_groups(flow, facts, "行业", by_industry(facts))


def _draw_groups(flow: PageFlow, facts: ParkFacts, head: str, groups: Sequence[GroupRow]) -> None:
    whole = together(facts.enterprises)
    table = Table(flow, (Column(head, 40), *_COLOURS, Column("合计", 9, "right")), REPORT_TABLE)
    for one in groups:
        table.row(_group_cells(one), fills=_group_fills(one))
    table.row(_group_cells(whole), is_total=True, fill=TOTAL_FILL)


def _group_cells(one: GroupRow) -> tuple[str, ...]:
    return (one.name, *(str(count) for count in one.counts), str(one.total))


def _group_fills(one: GroupRow) -> dict[int, Fill | None]:
    """Only where there is something to see."""
    return {place: tint(colour) for place, (colour, count) in enumerate(zip(ORDER, one.counts, strict=True), start=1) if count}


_MAP_HEIGHT, _TREND_HEIGHT = 360.0, 150.0


def map_of(facts: ParkFacts) -> MapValue:
    """The map of the enterprises, numbered as they are listed."""
    entries = [
        MapEntry(name=one.name, colour=one.colour, longitude=one.longitude, latitude=one.latitude, zone=one.zone or None)
        for one in facts.enterprises
    ]
    outlines = [MapOutline(one.name, one.name, one.colour, one.outline) for one in facts.zones]
    return lay_out(entries, outlines, day=facts.day, park_name=facts.park_name, is_fictional=facts.fictional)


def _draw_map(flow: PageFlow, facts: ParkFacts) -> None:
    _place(flow, draw_map(map_of(facts), flow.fonts, flow.frame.body_width, _MAP_HEIGHT))


def _place(flow: PageFlow, drawing: Drawing) -> None:
    """A drawing over the body's width, whole on one page."""
    flow.ensure(drawing.height)
    flow.y -= drawing.height
    renderPDF.draw(drawing, flow.canvas, flow.frame.left, flow.y)
    flow.skip(6)


def _draw_trend(flow: PageFlow, facts: ParkFacts) -> None:
    months = [TrendMonth(day=one.day, counts=one.counts) for one in facts.trend]
    _place(flow, draw_trend(months, flow.fonts, flow.frame.body_width, _TREND_HEIGHT))
    columns = (Column("月末企业数", 16, "centre"), *(Column(f"{one.day:%y-%m}", 7, "right") for one in facts.trend))
    table = Table(flow, columns, REPORT_TABLE)
    for colour in ORDER:
        table.row((letter(colour), *(str(one.counts.get(colour, 0)) for one in facts.trend)), fills={0: tint(colour)})
    table.row(("合计", *(str(sum(one.counts.values())) for one in facts.trend)), is_total=True, fill=TOTAL_FILL)


_DANGEROUS_COLUMNS = (
    Column("序号", 6, "centre"),
    Column("企业", 22),
    Column("片区", 12),
    Column("等级", 7, "centre"),
    Column("理由", 43),
    Column("风险点\n红/橙", 10, "centre"),
)


def _draw_dangerous(flow: PageFlow, facts: ParkFacts) -> None:
    table = Table(flow, _DANGEROUS_COLUMNS, REPORT_TABLE)
    for one in dangerous(facts):
        red, orange, *_ = points_of(one)
        cells = (str(one.number), one.name, one.zone or NO_ZONE, letter(one.colour), one.headline, f"{red}/{orange}")
        table.row(cells, fills={3: tint(one.colour)})
    if not dangerous(facts):
        table.note("没有红色和橙色的企业。")


_POINT_COLUMNS = (
    Column("企业", 24),
    Column("风险点", 22),
    Column("评价", 7, "centre"),
    Column("当日", 7, "centre"),
    Column("结果", 12, "centre"),
    Column("当日等级与评价不同或另有隐患的，理由", 34),
)


def _draw_points(flow: PageFlow, facts: ParkFacts) -> None:
    red, orange, *_ = all_points(facts.enterprises)
    flow.paragraph(f"红{red}个，橙{orange}个，共{len(facts.points)}个。企业名前的数字是其在企业一览中的序号。", SMALL)
    names = {one.number: one.name for one in facts.enterprises}
    table = Table(flow, _POINT_COLUMNS, REPORT_TABLE)
    for one in facts.points:
        cells = (
            f"{one.enterprise} {names[one.enterprise]}",
            one.name,
            letter(one.assessed),
            letter(one.colour),
            one.said or "—",
            "；".join(one.reasons) or "—",
        )
        table.row(cells, fills={2: tint(one.assessed), 3: tint(one.colour)})
    if not facts.points:
        table.note("没有红色和橙色的风险点。")


_MOVER_COLUMNS = (
    Column("企业", 19),
    Column("变动", 8, "centre"),
    Column("原等级", 8, "centre"),
    Column("现等级", 8, "centre"),
    Column("原来的理由", 29),
    Column("现在的理由", 29),
)


def _draw_movers(flow: PageFlow, facts: ParkFacts) -> None:
    flow.paragraph(f"与{printed_date(facts.since)}日终的等级相比。", SMALL)
    table = Table(flow, _MOVER_COLUMNS, REPORT_TABLE)
    for moved in movers(facts):
        one = moved.row
        before = one.before or ""
        cells = (one.name, moved.direction, letter(before), letter(one.colour), one.headline_before, one.headline)
        table.row(cells, fills={2: tint(before), 3: tint(one.colour)})
    if not movers(facts):
        table.note("没有企业的等级变动。")


_OVERRIDE_COLUMNS = (
    Column("企业", 20),
    Column("对象", 14),
    Column("调整", 12, "centre"),
    Column("提出（人、日期、理由）", 27),
    Column("确认（人、日期、理由）", 27),
)


def _draw_overrides(flow: PageFlow, facts: ParkFacts) -> None:
    table = Table(flow, _OVERRIDE_COLUMNS, REPORT_TABLE)
    for enterprise, one in facts.overrides:
        step = f"{one.kind}\n{letter(one.from_colour)}→{letter(one.to_colour)}"
        asked = f"{one.requested_by} {short_date(one.requested_on)}\n{one.reason}"
        table.row((enterprise, one.where, step, asked, confirmed_words(one)), fills={2: tint(one.to_colour)})
    if not facts.overrides:
        table.note("没有生效中的人工调整。")


_VISIT_COLUMNS = (
    Column("等级", 10, "centre"),
    Column("园区采用的频次", 34),
    Column("企业", 12, "right"),
    Column("本年已查", 12, "right"),
    Column("本年未查", 12, "right"),
    Column("本年检查次数", 14, "right"),
)


def _draw_visits(flow: PageFlow, facts: ParkFacts) -> None:
    adopted = facts.frequencies
    said = {one.colour: one.words for one in adopted.lines} if adopted is not None else {}
    if adopted is None:
        flow.paragraph("园区还没有采用检查频次；采用后在这里列出下限和上限。", SMALL)
    else:
        decided = f"{adopted.decided_by}，{adopted.decision_number}，{printed_date(adopted.effective_from)}起"
        flow.paragraph(f"频次由{decided}采用。" + "".join(f"依据：{one}。" for one in adopted.basis), SMALL)
    table = Table(flow, _VISIT_COLUMNS, REPORT_TABLE)
    for row in visits(facts):
        is_total = row.colour is None
        title = "合计" if row.colour is None else letter(row.colour)
        counts = (row.enterprises, row.visited, row.enterprises - row.visited, row.inspections)
        words = "" if row.colour is None else said.get(row.colour, "未采用")
        table.row(
            (title, words, *map(str, counts)),
            is_total=is_total,
            fill=TOTAL_FILL if is_total else None,
            fills={0: tint(row.colour or "")},
        )


def _draw_missing(flow: PageFlow, facts: ParkFacts) -> None:
    missing = without_register(facts)
    names = "、".join(f"{one.number} {one.name}" for one in missing)
    flow.paragraph(f"共{len(missing)}家：{names}。" if missing else "所有企业都已登记风险点。", RECORD_BODY)


def _draw_unverified(flow: PageFlow, facts: ParkFacts) -> None:
    for one in facts.schemes:
        mark = "" if one.verified else UNVERIFIED
        flow.paragraph(f"{one.method}，{one.title}（{one.scheme}）：{one.sources}个危险源。{one.citation}{mark}", SMALL)
    flow.skip(4)
    flow.paragraph(f"条文待核（{len(facts.unverified)}处）：", RECORD_BODY)
    for number, text in enumerate(facts.unverified, start=1):
        flow.paragraph(f"（{number}）{text}", SMALL)
    if not facts.unverified:
        flow.paragraph("没有。", RECORD_BODY)


_ALL_COLUMNS = (
    Column("序号", 6, "centre"),
    Column("企业", 23),
    Column("片区", 13.5),
    Column("等级", 7, "centre"),
    *(Column(letter(colour), 6.6, "right", "风险点") for colour in ORDER),
    Column("合计", 7.4, "right", "风险点"),
    Column("待确认\n危险源", 8, "right"),
    Column("本年\n检查", 6.5, "right"),
    Column("最近检查", 14, "centre"),
)


def _draw_all(flow: PageFlow, facts: ParkFacts) -> None:
    table = Table(flow, _ALL_COLUMNS, REPORT_TABLE)
    for one in facts.enterprises:
        points = points_of(one)
        cells = (
            str(one.number),
            one.name,
            one.zone or NO_ZONE,
            letter(one.colour),
            *_counts(points),
            str(one.unconfirmed),
            str(one.inspections),
            short_date(one.inspected_on),
        )
        table.row(cells, fills={3: tint(one.colour)})
    if not facts.enterprises:
        table.note("园区还没有登记企业。")
        return
    totals = (sum(one.unconfirmed for one in facts.enterprises), sum(one.inspections for one in facts.enterprises))
    whole = ("", f"合计（{len(facts.enterprises)}家）", "", "", *_counts(all_points(facts.enterprises)), *map(str, totals), "")
    table.row(whole, is_total=True, fill=TOTAL_FILL)


def _counts(points: Sequence[int]) -> tuple[str, ...]:
    return (*map(str, points), str(sum(points)))


SECTIONS = (
    ParkSection("四色分布图", _draw_map, room=_MAP_HEIGHT),
    ParkSection("月末等级分布", _draw_trend, room=_TREND_HEIGHT + 135),
    ParkSection("各行业的企业", _draw_industries),
    ParkSection("红色和橙色企业", _draw_dangerous),
    ParkSection("等级有变动的企业", _draw_movers),
    ParkSection("生效中的人工调整", _draw_overrides),
    ParkSection("检查频次和本年检查", _draw_visits),
    ParkSection("没有建立清单的企业", _draw_missing),
    ParkSection("评价方法和条文待核", _draw_unverified),
    ParkSection("企业一览", _draw_all),
    ParkSection("红色和橙色风险点", _draw_points),
)
