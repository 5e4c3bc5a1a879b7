"""What did the park decide on a project, on which clauses, facts, reviews and words? The 项目安全准入筛查意见书.

It must stand in a meeting and in an administrative review: the decision first, then everything it rests on, each entry with the project's
own words, the arithmetic and its standing. What nobody compared with the official text says so. It replaces no statutory approval.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from reports.fonts import FontSet
from reports.grading_report import draw_report_head, draw_signatures
from reports.layout import RECORD_BODY, RECORD_FRAME, SECTION, SMALL_GREY, PageFlow
from reports.paper import UNVERIFIED_CLAUSE, Imprint, PhotoSource, printed_date, require_template, short_date
from reports.tables import REPORT_TABLE, Column, Table, draw_form_row
from rules.edition_day import EditionGround
from rules.layout import Fit
from rules.restriction_terms import Outcome
from rules.terms import Answer, DocumentKind
from server.admission.schemas import OpinionFacts
from server.layout.schemas import LayoutFacts, ToldDistance, ToldRule

TEMPLATE_VERSION = "screening_opinion/1"
TITLE = DocumentKind.SCREENING_OPINION.label
_SIGNATURES = (("经办人", ""), ("复核人", ""), ("分管领导（签发）", ""))
_ENTRIES = (Column("条目", 19), Column("依据", 24), Column("申报原文与计算", 29), Column("例外与说明", 16), Column("效力", 12, "centre"))
_PAIRS = (Column("项目", 22), Column("申报内容", 78))
_DISTANCES = (Column("到", 24), Column("量得", 12, "centre"), Column("规定", 32), Column("判断", 32))
_QUESTIONS = (Column("问", 6, "centre"), Column("规定", 30), Column("要问清什么、问谁", 40), Column("关系到（上表序号）", 24))
_REVIEWED = (Column("条目", 16), Column("研判意见", 62), Column("谁、何时", 22))
_DEPARTMENTS = (Column("部门", 20), Column("意见", 14, "centre"), Column("具体意见", 66))
_STATUTORY = (Column("审查", 22), Column("是否须办", 11, "centre"), Column("理由和要问的", 39), Column("依据", 28))
_CONDITIONS = (Column("序号", 7, "centre"), Column("条件", 49), Column("谁落实", 16), Column("期限", 14, "centre"), Column("条目", 14))
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一")
_ENTRY_ROOM = 170
"""An entry with its arithmetic is tall: its heading does not stay alone at the foot of a page."""
_ANSWERS = {Answer.YES: "须办理", Answer.NO: "不须", Answer.UNKNOWN: "不清楚"}


class ScreeningOpinion(msgspec.Struct, frozen=True):
    """The paper: who printed it, and what was frozen."""

    imprint: Imprint
    facts: OpinionFacts


def opinion_paper_of(facts: OpinionFacts, imprint: Imprint) -> ScreeningOpinion:
    """The value that is drawn."""
    return ScreeningOpinion(imprint, facts)


def draw_screening_opinion(paper: ScreeningOpinion, fonts: FontSet, photos: PhotoSource) -> bytes:
    """The opinion as a PDF."""
    require_template(paper.imprint, TEMPLATE_VERSION)
    facts = paper.facts
    output = io.BytesIO()
    flow = PageFlow(output, RECORD_FRAME, fonts, paper.imprint, TITLE)
    draw_report_head(flow, facts.project_name, TITLE)
    numbers = section_numbers(facts)
    flow.paragraph(f"{numbers['decision']}　意见", SECTION, keep_with_next=60)
    for sentence in conclusions(facts):
        flow.paragraph(sentence, RECORD_BODY)
    flow.skip(2)
    flow.paragraph(
        f"目录：{facts.catalogue_edition}；目录校验值 {facts.catalogue_sha256}；规则版本 {facts.rulebook_edition}；"
        f"第{facts.screening_sequence}次筛查，{printed_date(facts.screened_on)}。",
        SMALL_GREY,
    )
    for sentence in edition_words(facts):
        flow.paragraph(sentence, RECORD_BODY)
    if facts.conditions:
        _section(flow, f"{numbers['conditions']}　条件", _CONDITIONS, ((str(n), *one) for n, one in enumerate(facts.conditions, start=1)))
    _project(flow, f"{numbers['project']}　项目", facts)
    _section(flow, f"{numbers['description']}　申报情况（第{facts.revision}版）", _PAIRS, facts.description)
    _section(
        flow,
        f"{numbers['entries']}　目录命中条目",
        _ENTRIES,
        (entry_cells(hit) for hit in weighed_entries(facts)),
        "没有命中条目。",
        room=_ENTRY_ROOM,
    )
    if facts.layout is not None:
        _layout(flow, f"{numbers['layout']}　外部布局与距离", facts.layout)
    if facts.hit_reviews:
        _section(flow, f"{numbers['written']}　书面研判", _REVIEWED, facts.hit_reviews)
    if facts.assumptions:
        flow.skip(8)
        flow.paragraph(f"{numbers['assumed']}　按“否”处理的事项", SECTION, keep_with_next=40)
        flow.paragraph("；".join(f"{flag}（{who}）" for flag, who in facts.assumptions) + "。", RECORD_BODY)
    _section(flow, f"{numbers['joint']}　联席会审意见", _DEPARTMENTS, facts.departments, "没有会审记录。")
    _section(flow, f"{numbers['ahead']}　之后还须办理的法定审查", _STATUTORY, (_review_cells(one) for one in facts.reviews))
    flow.skip(8)
    flow.paragraph(f"{numbers['remarks']}　说明", SECTION, keep_with_next=40)
    for sentence in notes(facts):
        flow.paragraph(sentence, RECORD_BODY)
    draw_signatures(flow, _SIGNATURES, "", facts.rulebook_edition)
    flow.finish()
    return output.getvalue()


def section_numbers(facts: OpinionFacts) -> dict[str, str]:
    """The numeral of each section: what is left out leaves no gap. A paper from before layouts were printed keeps the numbers it had."""
    is_first = facts.layout is None
    has = {
        "decision": True,
        "conditions": is_first or bool(facts.conditions),
        "project": True,
        "description": True,
        "entries": True,
        "layout": not is_first,
        "written": is_first or bool(facts.hit_reviews),
        "assumed": is_first or bool(facts.assumptions),
        "joint": True,
        "ahead": True,
        "remarks": True,
    }
    return dict(zip((key for key, is_there in has.items() if is_there), _NUMERALS, strict=False))


def conclusions(facts: OpinionFacts) -> list[str]:
    """The decision in sentences, most important first."""
    told = [f"{facts.office_name}对“{facts.project_name}”的意见：{facts.decision}。"]
    if facts.valid_until is not None:
        told.append(f"本意见有效期至{printed_date(facts.valid_until)}；逾期未开工的，须重新筛查。")
    if facts.reason:
        told.append(f"理由：{facts.reason}")
    if facts.unconditioned:
        told.append(f"命中“附条件”的条目 {'、'.join(facts.unconditioned)} 未附条件，理由：{facts.unconditioned_reason}")
    if facts.meeting:
        told.append(f"会议：{facts.meeting}")
    said = f"目录筛查结论：{facts.outcome_confirmed}"
    if facts.outcome != facts.outcome_confirmed:
        said += f"（按目录字面为{facts.outcome}；条文未经核对原文或园区尚未印发的条目不单独否决）"
    told.append(f"{said}。")
    told.append(f"复核：{'；'.join(facts.checkers) or '无记录'}。")
    return told


def edition_words(facts: OpinionFacts) -> list[str]:
    """Whose catalogue ruled and why, and what the catalogue of the day of the screening says otherwise."""
    edition = facts.edition
    if edition is None:
        return []
    mark = "" if edition.verified else UNVERIFIED_CLAUSE
    told = [f"目录按{edition.why} 的版本（{edition.citation}{mark}）。"]
    if edition.ground is EditionGround.UNDATED:
        told.append("没有申报日期，只能按筛查当天的目录；申报是哪天，须问申报单位。")
    day = short_date(edition.today)
    if not edition.later:
        told.append(f"已与筛查当天（{day}）的目录比对，没有不同。")
        return told
    outcome = Outcome(edition.today_outcome_confirmed).label
    told.append(f"筛查当天（{day}）的目录（{edition.today_edition}）有 {len(edition.later)} 处不同，按它结论为{outcome}，已交人研判：")
    for one in edition.later:
        said = one.difference
        law = "（现行法律，不能研判放行）" if one.is_law else ""
        told.append(f"{said.entry_id}　{said.subject}：{said.before or '不命中'} → {said.after or '不命中'}{law}")
    return told


def weighed_entries(facts: OpinionFacts) -> list[Mapping[str, Any]]:
    """The hits of the ruling, then what the catalogue of the day of the screening adds or makes weigh otherwise, each saying so."""
    later = [one.hit for one in facts.edition.later if one.hit is not None] if facts.edition is not None else []
    return [*facts.hits, *(hit | {"subject": f"{hit['subject']}\n（筛查当天的目录）"} for hit in later)]


class _Question(msgspec.Struct, frozen=True):
    """What must be asked before distances can be judged: the rule that asks, and the numbers of the distances it concerns."""

    rule: ToldRule
    numbers: list[str]


def open_questions(layout: LayoutFacts) -> list[_Question]:
    """Every open question once, in the order of the distances."""
    asked: dict[tuple[str, str, str], _Question] = {}
    for row in layout.rows:
        for one in row.rules:
            if one.ask:
                asked.setdefault((_rule_words(one), one.why, one.ask), _Question(one, [])).numbers.append(str(row.number))
    return list(asked.values())


def distance_cells(row: ToldDistance, questions: Sequence[_Question]) -> Iterator[tuple[str, ...]]:
    """The cells of one distance: a row for each rule that could be judged, one naming the questions it waits for."""
    to = f"{row.number}　{row.to}\n（{row.kind}）"
    measured = f"{row.metres} 米\n±{row.accuracy}"
    for one in row.rules:
        if not one.ask:
            yield to, measured, _rule_words(one), f"{one.fit}\n{one.why}"
    waits_for = [f"问 {place}" for place, one in enumerate(questions, 1) if str(row.number) in one.numbers]
    if waits_for:
        yield to, measured, "见" + "、".join(waits_for), Fit.UNKNOWN.label
    if not row.rules:
        yield to, measured, "；".join(row.not_applicable), Fit.NOT_APPLICABLE.label


def question_cells(place: int, question: _Question) -> tuple[str, ...]:
    """The cells of one question."""
    rule = question.rule
    return (
        str(place),
        _rule_words(rule),
        f"{rule.why}\n要问{rule.whom}：{rule.ask}",
        f"{len(question.numbers)} 处：{'、'.join(question.numbers)}",
    )


def _rule_words(rule: ToldRule) -> str:
    minimum = f"不小于 {rule.minimum} 米" if rule.minimum else "没有收录数值"
    return f"{rule.title}：{minimum}\n{rule.citation}{'' if rule.verified else UNVERIFIED_CLAUSE}"


def entry_cells(hit: Mapping[str, Any]) -> tuple[str, ...]:
    """The cells of one hit, in the order of the head."""
    number = f"（{hit['doc_no']}）" if hit.get("doc_no") else ""
    marks = "" if hit["verified"] else UNVERIFIED_CLAUSE
    basis = f"{hit['layer']}　{hit['title']}{number}{hit['clause']}{marks}，{hit['effective_from']}起"
    if hit.get("date_status"):
        basis += f"（{hit['date_status']}）"
    if hit.get("confirmation"):
        basis += f"\n{hit['confirmation']}"
    own = [f"{one['text']}（{one['word']}）" for one in hit["matched"]]
    effect = str(hit["effect"])
    if hit["effect_confirmed"] != hit["effect"]:
        effect = f"{hit['effect_confirmed']}\n（字面：{hit['effect']}）"
    if hit["status"] == "待补正":
        effect += "\n待补正"
    considered = [*hit["exceptions"], *([f"由{'、'.join(hit['derived_from'])}推出"] if hit.get("derived_from") else [])]
    return (
        f"{hit['id']}\n{hit['subject']}",
        basis,
        "\n".join(dict.fromkeys([*own, *hit["arithmetic"]])) or "—",
        "\n".join(considered) or "—",
        effect,
    )


def notes(facts: OpinionFacts) -> list[str]:
    """What the paper is not, and on what the procedure rests."""
    told = ["本意见是园区内部准入意见，不是行政许可，不代替备案核准、节能审查、环评、安全审查、消防和施工许可等法定程序。"]
    if facts.never_promised:
        told.append(f"下列事项不得容缺受理，也不得以告知承诺代替：{'、'.join(facts.never_promised)}。")
    told.append("开工前、试产前，以及产品、数量、工艺变更或目录换版后，须重新筛查；结论改变的，重新办理。")
    if any(not hit["verified"] for hit in facts.hits):
        told.append(f"标“{UNVERIFIED_CLAUSE.strip('（）')}”的条文见于转引，尚未与官方原文核对。")
    told.append(f"程序依据：{'；'.join(facts.citations)}。")
    return told


def _layout(flow: PageFlow, title: str, layout: LayoutFacts) -> None:
    """The measured distances, and what they cannot tell."""
    day = printed_date(layout.measured_on)
    if not layout.site:
        flow.skip(8)
        flow.paragraph(title, SECTION, keep_with_next=40)
        flow.paragraph("没有标定场址，外部距离一处也没有量，都没有判定。要问申报单位：场址边界在哪里？", RECORD_BODY)
        return
    questions = open_questions(layout)
    rows = (cells for row in layout.rows for cells in distance_cells(row, questions))
    _section(flow, title, _DISTANCES, rows, "没有登记可以量到的要素。")
    if questions:
        flow.skip(6)
        flow.paragraph("还不能判定的距离，要问清：", RECORD_BODY, keep_with_next=110)
        table = Table(flow, _QUESTIONS, REPORT_TABLE)
        for place, one in enumerate(questions, 1):
            table.row(question_cells(place, one))
    flow.skip(4)
    flow.paragraph(f"从{layout.site}量到各要素最近处的平面距离，{day}量；判断已计入测量误差，不代替实测和法定论证。", SMALL_GREY)
    if layout.missing:
        kinds = "、".join(layout.missing)
        flow.paragraph(f"没有登记、没有量的种类：{kinds}。没有登记不等于没有，要问自然资源、住建、应急等主管部门：周边有没有？", SMALL_GREY)


def _project(flow: PageFlow, title: str, facts: OpinionFacts) -> None:
    flow.skip(8)
    flow.paragraph(title, SECTION, keep_with_next=60)
    draw_form_row(flow, [("项目编号", facts.project_number, 50), ("收件日期", printed_date(facts.received_on), 50)])
    draw_form_row(flow, [("申报单位", facts.applicant_name or "未填", 50), ("信用代码", facts.applicant_code or "未填", 50)])
    draw_form_row(flow, [("建设性质", facts.build_type, 50), ("行业代码", "、".join(facts.industry_codes) or "未填", 50)])
    place = "　".join(part for part in (facts.zone_name, facts.address) if part) or "未填"
    draw_form_row(flow, [("位置", place, 50), ("资料来源", facts.source or "申报材料", 50)])


def _section(
    flow: PageFlow, title: str, columns: tuple[Column, ...], rows: Iterable[Iterable[str]], nothing: str = "", *, room: float = 70
) -> None:
    flow.skip(8)
    flow.paragraph(title, SECTION, keep_with_next=room)
    table = Table(flow, columns, REPORT_TABLE)
    count = 0
    for row in rows:
        table.row(tuple(row))
        count += 1
    if not count:
        table.note(nothing or "没有记录。")


def _review_cells(one: Any) -> tuple[str, ...]:
    reasons = "；".join([*one.reasons, *(f"要问：{ask}" for ask in one.asks)])
    return f"{one.label}\n（{one.who}）", _ANSWERS[Answer(one.answer)], f"{one.what}\n{reasons}", one.citation
