"""How was the colour of an enterprise reached? The sections of the grading report, each answering one question a reader may ask.

Every list is whole, and says so when there is nothing in it: a missing section would read as a missing question.
"""

import re
from collections.abc import Callable

import msgspec

from reports.colour_marks import letter, tint
from reports.grading_values import moved, not_assessed, number_of, unconfirmed, with_gaps
from reports.layout import RECORD_BODY, SMALL, PageFlow
from reports.paper import CitedClause, printed_clauses, short_date
from reports.tables import REPORT_TABLE, Column, Table
from rules.terms import ControlMeasureKind
from server.grading.paper_schemas import ChemicalUnitLine, GradingFacts, OverrideLine, PointLine, SourceLine

UNVERIFIED = "（条文待核）"


class Section(msgspec.Struct, frozen=True):
    """One section: the question it answers as its title, and what draws it."""

    title: str
    draw: Callable[[PageFlow, GradingFacts], None]


def _draw_trail(flow: PageFlow, facts: GradingFacts) -> None:
    for number, step in enumerate(facts.trail, start=1):
        flow.paragraph(f"（{number}）{step}", RECORD_BODY)
    changed = moved(facts)
    if changed:
        flow.skip(4)
        names = "、".join(f"{one.number} {one.name}（{letter(one.assessed)}→{letter(one.colour)}）" for one in changed)
        flow.paragraph(f"当日等级与清单评价不同的风险点：{names}。", RECORD_BODY)


_FACTOR = re.compile(r"^[^=，：]*?\s?([A-Z] = [^=]*（.*）)$")
"""A step that names a factor before its value: 事故发生的可能性 L = 3（可能但不经常）."""
_POINT_COLUMNS = (
    Column("序号", 6, "centre"),
    Column("危险源、后果、事故类型", 21),
    Column("取值与推导（评价时所存）", 43),
    Column("结果", 10, "centre"),
    Column("等级", 7, "centre"),
    Column("谁负责、谁评价", 21),
)


def _draw_points(flow: PageFlow, facts: GradingFacts) -> None:
    flow.paragraph(
        "每个风险点取其危险源中最高的等级为清单评价；当日等级另计未销号的隐患和人工调整。推导照录评价时所存，因素的名称见下一节的取值表。",
        SMALL,
    )
    table = Table(flow, _POINT_COLUMNS, REPORT_TABLE)
    for point in facts.points:
        where = "；".join(part for part in (point.kind, point.location) if part)
        title = f"{point.number}　{point.unit}·{point.name}（{where}）"
        assessed, today = f"评价 {letter(point.assessed)}", f"当日 {letter(point.colour)}"
        rows = [
            (number_of(point, one), _what(one), _derivation(one), one.score_text or "—", letter(one.colour), _who(one))
            for one in point.sources
        ]
        below = table.height_of(rows[0]) if rows else 20
        table.band(
            [(title, 76, None), (assessed, 15, tint(point.assessed)), (today, 15, tint(point.colour))],
            room_below=below + (40 if point.reasons else 0),
        )
        if point.reasons:
            table.note("当日等级的来由：" + "；".join(point.reasons), "left")
        for one, row in zip(point.sources, rows, strict=True):
            table.row(row, fills={4: tint(one.colour)})
        if not point.sources:
            table.note("这个风险点还没有登记危险源。")
    if not facts.points:
        table.note("还没有登记风险点。")


def _what(source: SourceLine) -> str:
    parts = [source.name]
    if source.consequence:
        parts.append(f"后果：{source.consequence}")
    if source.accidents:
        parts.append(f"事故类型：{'、'.join(source.accidents)}")
    return "\n".join(parts)


def _derivation(source: SourceLine) -> str:
    """The assessment's reckoning as it was kept, direct judgements and doubts beside it; factors by their symbol."""
    if not source.trail:
        return "尚未评价；未评价不等于低风险。"
    steps = (_FACTOR.sub(r"\1", step) for step in source.trail)
    return "\n".join((*steps, *(f"直接判定：{one}" for one in source.direct), *(f"{one}{UNVERIFIED}" for one in source.unverified)))


def _who(source: SourceLine) -> str:
    parts = [source.layer or "未定管控层级", "　".join(one for one in (source.department, source.person) if one) or "未写明责任人"]
    if source.assessed_on is not None:
        parts.append(f"{short_date(source.assessed_on)} {source.assessed_by}评价")
    parts.append(f"{short_date(source.confirmed_on)} {source.confirmed_by}现场确认" if source.confirmed_on else "待现场确认")
    return "\n".join(parts)


def _draw_schemes(flow: PageFlow, facts: GradingFacts) -> None:
    flow.paragraph("端点：“≤”含该值，“<”不含该值。第1级最危险。", SMALL)
    for one in facts.schemes:
        basis = printed_clauses(tuple(CitedClause(citation=each.citation, is_verified=each.verified) for each in one.basis))
        flow.paragraph(f"{one.method}　{one.title}（{one.scheme}）。依据：{basis}。", RECORD_BODY, keep_with_next=60)
        for level in one.levels:
            flow.paragraph(f"　　{level}", RECORD_BODY)
        for table in one.tables:
            flow.paragraph(f"　　{table}", SMALL)
    if not facts.schemes:
        flow.paragraph("没有用过任何评价方案。", RECORD_BODY)


_HAZARD_COLUMNS = (
    Column("隐患编号", 17, "centre"),
    Column("级别", 9, "centre"),
    Column("判定情形和依据", 38),
    Column("风险点", 18),
    Column("整改期限", 14, "centre"),
    Column("逾期", 8, "centre"),
    Column("文书", 17),
)
_POLICY_COLUMNS = (Column("规则", 32), Column("结果", 22), Column("出处", 30), Column("本园区", 16))


def _draw_dynamic(flow: PageFlow, facts: GradingFacts) -> None:
    table = Table(flow, _HAZARD_COLUMNS, REPORT_TABLE)
    for one in facts.hazards:
        clauses = tuple(CitedClause(citation=each.citation, is_verified=each.verified) for each in one.clauses)
        basis = "\n".join(part for part in (one.criterion, printed_clauses(clauses, "")) if part)
        late = f"{one.overdue_days}日" if one.overdue_days else "未逾期"
        table.row(
            (
                one.number,
                one.level,
                basis or "—",
                one.point or "未关联，按企业整体计",
                short_date(one.due_on),
                late,
                one.order_number or "—",
            )
        )
    if not facts.hazards:
        table.note("没有使等级升高的未销号隐患。")
    flow.skip(6)
    accidents = "；".join(facts.accidents) or "没有登记在册、仍计入等级的事故"
    flow.paragraph(f"事故：{accidents}。", RECORD_BODY)
    flow.skip(6)
    policies = Table(flow, _POLICY_COLUMNS, REPORT_TABLE)
    for rule in facts.policies:
        since = f"{rule.set_by} {short_date(rule.set_on)}：{rule.reason}" if rule.set_on else "按缺省"
        origin = rule.origin + ("" if rule.verified else UNVERIFIED)
        policies.row((rule.title, rule.effect, origin, f"{'启用' if rule.is_on else '未启用'}（{since}）"))


_OVERRIDE_COLUMNS = (
    Column("对象", 16),
    Column("调整", 14, "centre"),
    Column("提出（人、日期、理由）", 28),
    Column("确认（人、日期、理由）", 28),
    Column("现状", 20),
)


def _draw_overrides(flow: PageFlow, facts: GradingFacts) -> None:
    table = Table(flow, _OVERRIDE_COLUMNS, REPORT_TABLE)
    for one in facts.overrides:
        asked = f"{one.requested_by} {short_date(one.requested_on)}\n{one.reason}"
        step = f"{one.kind}\n{letter(one.from_colour)}→{letter(one.to_colour)}"
        table.row((one.where, step, asked, confirmed_words(one), state_words(one)), fills={1: tint(one.to_colour)})
    if not facts.overrides:
        table.note("没有人工调整。")


def confirmed_words(one: OverrideLine) -> str:
    """Who put an override in force, and with which reason of their own."""
    if one.decided_on is None:
        return "—"
    return "\n".join(part for part in (f"{one.decided_by} {short_date(one.decided_on)}", one.decided_reason) if part)


def state_words(one: OverrideLine) -> str:
    """Where an override stands, and who ended it why."""
    if one.ended_on is None:
        return one.state
    return f"{short_date(one.ended_on)} {one.ended_by}结束：{one.end_reason}"


_CHEMICAL_COLUMNS = (
    Column("化学品", 30),
    Column("CAS", 18, "centre"),
    Column("最大量 q（t）", 14, "right"),
    Column("临界量 Q（t）", 14, "right"),
    Column("q/Q", 14, "right"),
    Column("β", 8, "right"),
)


def _draw_chemicals(flow: PageFlow, facts: GradingFacts) -> None:
    for unit in facts.chemicals:
        _draw_chemical_unit(flow, unit)
    if not facts.chemicals:
        flow.paragraph("没有登记危险化学品单元。", RECORD_BODY)


def _draw_chemical_unit(flow: PageFlow, unit: ChemicalUnitLine) -> None:
    table = Table(flow, _CHEMICAL_COLUMNS, REPORT_TABLE)
    table.band([(f"{unit.name}　厂界外500 m内常住人口：{unit.residents}", 70, None), (unit.label, 30, None)])
    for one in unit.chemicals:
        table.row((one.name or "—", one.cas or "—", one.quantity, one.threshold, one.ratio, one.beta))
    if not unit.chemicals:
        table.note("这个单元还没有登记化学品。")
    if unit.trail:
        table.note("\n".join(unit.trail), "left")
    doubts = (*unit.questions, *unit.advice, *(f"{one}{UNVERIFIED}" for one in unit.unverified), *((unit.problem,) if unit.problem else ()))
    if doubts:
        table.note("\n".join(doubts), "left")
    flow.skip(6)


_WHAT_IF_COLUMNS = (
    Column("文书", 17),
    Column("隐患", 18),
    Column("期限", 13, "centre"),
    Column("若销号", 9, "centre"),
    Column("若逾期", 9, "centre"),
    Column("销号以后的理由", 34),
)


def _draw_what_if(flow: PageFlow, facts: GradingFacts) -> None:
    table = Table(flow, _WHAT_IF_COLUMNS, REPORT_TABLE)
    for one in facts.what_if:
        missed = "—" if one.missed is None else letter(one.missed)
        cells = (one.what, "、".join(one.hazards), short_date(one.due_on), letter(one.colour), missed, one.headline)
        table.row(cells, fills={3: tint(one.colour), 4: tint(one.missed or "")})
    if not facts.what_if:
        table.note("没有未销号的隐患。")


_MEASURE_COLUMNS = (
    Column("序号", 6, "centre"),
    Column("危险源", 14),
    *(Column(kind.label, 14) for kind in ControlMeasureKind),
    Column("缺项", 12),
)


def _draw_measures(flow: PageFlow, facts: GradingFacts) -> None:
    flow.paragraph(f"共{len(with_gaps(facts.points))}个危险源有缺项。", SMALL)
    table = Table(flow, _MEASURE_COLUMNS, REPORT_TABLE)
    for point in facts.points:
        for one in point.sources:
            measures = ("；".join(one.measures_of(kind)) or "缺" for kind in ControlMeasureKind)
            table.row((number_of(point, one), one.name, *measures, "；".join(one.gaps) or "无"))
    if not any(point.sources for point in facts.points):
        table.note("还没有登记危险源。")


def _draw_open_ends(flow: PageFlow, facts: GradingFacts) -> None:
    for what, found in (("待现场确认", unconfirmed(facts.points)), ("尚未评价", not_assessed(facts.points))):
        flow.paragraph(f"{what}（{len(found)}个）：{_named(found)}。", RECORD_BODY)
    flow.paragraph(f"条文待核（{len(facts.unverified)}处）：", RECORD_BODY, keep_with_next=20)
    for number, text in enumerate(facts.unverified, start=1):
        flow.paragraph(f"（{number}）{text}", SMALL)
    if not facts.unverified:
        flow.paragraph("没有。", RECORD_BODY)


def _named(found: list[tuple[PointLine, SourceLine]]) -> str:
    return "、".join(f"{number_of(point, one)} {one.name}" for point, one in found) or "没有"


_HISTORY_COLUMNS = (
    Column("日期", 13, "centre"),
    Column("事由", 14, "centre"),
    Column("说明", 46),
    Column("等级", 8, "centre"),
    Column("经办", 10, "centre"),
    Column("规则版本", 14, "centre"),
)


def _draw_history(flow: PageFlow, facts: GradingFacts) -> None:
    flow.paragraph("新的在前。没有经办人的一行由隐患记录推算：隐患定级、逾期和销号当日的等级。", SMALL)
    table = Table(flow, _HISTORY_COLUMNS, REPORT_TABLE)
    for one in facts.history:
        by = one.by if one.is_kept else "（推算）"
        table.row((short_date(one.day), one.cause, one.text, letter(one.colour), by, one.edition), fills={3: tint(one.colour)})
    if not facts.history:
        table.note("还没有变化记录。")


SECTIONS = (
    Section("等级是怎样一步步得出的", _draw_trail),
    Section("各风险点、危险源的评价", _draw_points),
    Section("评价方法、取值表和分级端点", _draw_schemes),
    Section("动态升级：未销号隐患、事故和规则", _draw_dynamic),
    Section("人工调整", _draw_overrides),
    Section("危险化学品（GB 18218）", _draw_chemicals),
    Section("未销号隐患若销号、若逾期，等级怎样", _draw_what_if),
    Section("管控措施和缺项", _draw_measures),
    Section("未现场确认、未评价和条文待核", _draw_open_ends),
    Section("等级变化记录", _draw_history),
)
