"""Papers of grading of a fictional enterprise for the tests: every list filled, texts that tempt a line to break in the wrong place."""

from datetime import date
from typing import Any

from reports import grading_report, park_grading, risk_cards, risk_notice, risk_register
from reports.grading_values import GradingPaper, PointsPaper
from reports.park_counts import ParkPaper
from reports.risk_cards import RiskCards
from rules.terms import ControlMeasureKind, DocumentKind
from server.grading.paper_schemas import (
    AboutEnterprise,
    ChemicalLine,
    ChemicalUnitLine,
    GradingFacts,
    HazardLine,
    HistoryLine,
    MeasureLine,
    OverrideLine,
    PointLine,
    PointsFacts,
    PolicyLine,
    ReasonLine,
    SchemeLine,
    SourceLine,
    WhatIfLine,
)
from server.grading.park_schemas import Frequencies, FrequencyLine, ParkFacts, ParkPoint, ParkRow, SchemeUse, TrendLine, ZoneLine
from server.rectification.schemas import CitedBasis
from tests.reports.sample_papers import AS_OF, TEMPTING, imprint

_RESULTS = (
    ("red", ("3", "6", "40"), "D=720", "重大风险"),
    ("orange", ("1", "6", "40"), "D=240", "较大风险"),
    ("yellow", ("3", "6", "7"), "D=126", "一般风险"),
    ("blue", ("1", "6", "7"), "D=42", "低风险"),
    ("", (), "", ""),
)
DOUBT = "《双重预防机制建设导则》（虚构条文）：未核对正本"


def source(number: int) -> SourceLine:
    """A hazard source; every fifth is not assessed, every third not confirmed."""
    colour, chosen, said, label = _RESULTS[number % 5]
    product = "×".join(chosen)
    return SourceLine(
        id=f"{number:032x}",
        number=number,
        name=f"燃气压力异常（低压、超压），熄火后燃气积聚；第{number}处",
        consequence="爆炸、人员伤亡",
        accidents=("可燃气体爆炸", "火灾"),
        accident_edition="GB 6441-2025",
        method="lec" if colour else "",
        scheme="colour4_ge" if colour else "",
        chosen=dict(zip(("likelihood", "exposure", "consequence"), chosen, strict=False)),
        score_text=said,
        level_label=label,
        colour=colour,
        trail=("方案 colour4_ge：LEC 四色（D≥320 为红）", f"D = L × E × C = {product}", f"{said}：“{label}”") if colour else (),
        direct=("涉及重大危险源（通则，第3项，条文待核）",) if number == 5 else (),
        layer="公司(厂)级",
        department="烧成车间",
        person=f"张{number % 3}",
        measures=tuple(MeasureLine(kind=kind, text=f"{kind.label}：{TEMPTING}"[:60]) for kind in ControlMeasureKind if number % 4),
        gaps=() if number % 4 else ("缺少工程技术措施",),
        assessed_on=AS_OF if colour else None,
        assessed_by="王检" if colour else "",
        confirmed_on=AS_OF if number % 3 else None,
        confirmed_by="王检" if number % 3 else "",
        edition="0123456789ab",
        unverified=(DOUBT,) if number == 7 else (),
    )


def points(count: int) -> tuple[PointLine, ...]:
    """Risk points with two sources each."""
    return tuple(
        PointLine(
            number=number,
            unit="烧成车间（二期）",
            name=f"{number}号辊道窑燃气系统",
            kind="设备设施",
            location=f"{number}号窑",
            assessed=_RESULTS[(2 * number - 1) % 5][0],
            colour="red" if number == 2 else _RESULTS[(2 * number - 1) % 5][0],
            reasons=("红：未销号重大隐患 GM-10-3-2、YH-2026-0001（园区自定）",) if number == 2 else (),
            sources=(source(2 * number - 1), source(2 * number)),
        )
        for number in range(1, count + 1)
    )


def head(kind: DocumentKind, *, is_draft: bool) -> dict[str, Any]:
    """What every paper of grading says of itself."""
    return {
        "kind": kind.value,
        "park_name": "醴陵经济开发区",
        "office_name": "醴陵经济开发区安全生产办公室",
        "office_phone": "0731-2300 0000",
        "fictional": True,
        "document_number": "" if is_draft else "醴经开安办评〔2026〕12号",
        "day": AS_OF,
        "edition": "0123456789ab",
        "issued_on": None if is_draft else AS_OF,
        "issued_by_name": "" if is_draft else "周办",
        "contact_name": "周办",
        "note": "请于12月5日前完成现场确认（附表见系统）。",
    }


ABOUT = AboutEnterprise(
    name="醴陵市华瓷日用陶瓷有限公司（虚构）",
    credit_code="91430281MA4L16JQ9W",
    industry="3074 日用陶瓷制品制造",
    zone_name="陶瓷产业园（一谷一城一园）",
    address="湖南省醴陵市经济开发区陶瓷谷A区12栋",
    principal_officer="马总",
    principal_phone="0731-2300 0001",
    safety_officer="李企",
    safety_phone="0731-2300 0002",
)


def points_facts(kind: DocumentKind, *, is_draft: bool = False, count: int = 12) -> PointsFacts:
    """What register, notice and cards are drawn from."""
    return PointsFacts(**head(kind, is_draft=is_draft), about=ABOUT, colour="red", headline="红：1号辊道窑 D=720", points=points(count))


def report(*, is_draft: bool = False, count: int = 12) -> GradingPaper:
    """A grading report."""
    facts = GradingFacts(
        **head(DocumentKind.GRADING_REPORT, is_draft=is_draft),
        about=ABOUT,
        colour="red",
        assessed="orange",
        headline="红：未销号重大隐患",
        points=points(count),
        reasons=(
            ReasonLine(colour="red", cause="隐患未销号", text="未销号重大隐患 GM-10-3-2、YH-2026-0001", origin="园区自定"),
            ReasonLine(colour="orange", cause="风险评价", text="2号辊道窑 D=240"),
        ),
        trail=("企业取其 10 个已评价风险点中最高的等级：较大风险（橙）", "结论：重大风险（红）"),
        questions=("是否有停产、检维修、开停车或变更？",),
        reviews=("至少每年一次全面复评",),
        effects=("列入重点企业",),
        unverified=(DOUBT,),
        schemes=(
            SchemeLine(
                method="作业条件危险性评价法（LEC）",
                scheme="colour4_ge",
                title="LEC 四色（D≥320 为红）",
                basis=(CitedBasis(citation="《作业条件危险性评价法（LEC）四色分级》D 值分级", verified=False),),
                levels=("320 ≤ D：重大风险（红）", "160 ≤ D < 320：较大风险（橙）", "70 ≤ D < 160：一般风险（黄）", "D < 70：低风险（蓝）"),
                tables=("事故发生的可能性 L：10 完全可以预料；6 相当可能；3 可能但不经常",),
            ),
        ),
        hazards=(
            HazardLine(
                number="YH-2026-0001",
                level="重大事故隐患",
                criterion="GM-10-3-2",
                clauses=(CitedBasis(citation="《工贸企业重大事故隐患判定标准》第三条第（二）项", verified=False),),
                point="2号辊道窑燃气系统",
                due_on=date(2026, 12, 7),
                overdue_days=0,
                order_number="醴经开安办改〔2026〕12号",
            ),
        ),
        accidents=("2026-03-01 窑车挤压事故，重伤 1 人",),
        policies=(
            PolicyLine(
                title="一般隐患逾期未改", effect="升一级", origin="园区自定", is_on=True, is_park_own=True, verified=True,
                set_by="周办", set_on=AS_OF, reason="例会商定",
            ),
            PolicyLine(
                title="上年度发生死亡事故", effect="列入重点单位", origin="外省办法", is_on=False, is_park_own=False, verified=False
            ),
        ),
        overrides=(
            OverrideLine(
                where="3号辊道窑燃气系统", kind="下调", state="生效", is_in_force=True, from_colour="red", to_colour="orange",
                reason="已停用，清洗置换完毕", requested_by="周办", requested_on=AS_OF, decided_by="刘主任", decided_on=AS_OF,
                decided_reason="现场看过，同意",
            ),
        ),
        chemicals=(
            ChemicalUnitLine(
                name="液化石油气站",
                residents="35 人",
                chemicals=(ChemicalLine(name="液化石油气", cas="68476-85-7", quantity="60", threshold="50", ratio="1.2", beta="1.5"),),
                label="四级",
                trail=("S = Σ q/Q = 1.2", "S ≥ 1（恰为 1 也是），构成重大危险源", "R = α Σ β q/Q = 1.2 × 1.5 × 1.2 = 2.16"),
                questions=("液化石油气的危险类别是什么？",),
                unverified=("β 取值：未核对正本",),
                advice=("请对照直接判定评价所在的风险点",),
            ),
        ),
        what_if=(
            WhatIfLine(
                what="醴经开安办改〔2026〕12号", hazards=("YH-2026-0001",), due_on=date(2026, 12, 7), colour="orange", missed="red",
                headline="橙：2号辊道窑 D=240",
            ),
        ),
        history=tuple(
            HistoryLine(day=AS_OF, cause="风险评价", text=TEMPTING, colour="orange", by="周办", edition="0123456789ab", is_kept=kept)
            for kept in (True, False) * 3
        ),
    )  # fmt: skip
    return GradingPaper(imprint=imprint(grading_report.TEMPLATE_VERSION, is_draft=is_draft), facts=facts)


def register(*, is_draft: bool = False) -> PointsPaper:
    """A register."""
    facts = points_facts(DocumentKind.RISK_REGISTER, is_draft=is_draft)
    return PointsPaper(imprint=imprint(risk_register.TEMPLATE_VERSION, is_draft=is_draft), facts=facts)


def notice(*, is_draft: bool = False) -> PointsPaper:
    """A notice of risks."""
    facts = points_facts(DocumentKind.RISK_NOTICE, is_draft=is_draft)
    return PointsPaper(imprint=imprint(risk_notice.TEMPLATE_VERSION, is_draft=is_draft), facts=facts)


def cards(*, is_draft: bool = False, by: str = "point", size: str = "a5") -> RiskCards:
    """Cards."""
    facts = points_facts(DocumentKind.RISK_CARDS, is_draft=is_draft)
    return RiskCards(imprint=imprint(risk_cards.TEMPLATE_VERSION, is_draft=is_draft), facts=facts, by=by, size=size)


def park_row(number: int) -> ParkRow:
    """An enterprise; every seventh has no register, every ninth is new, every fifth moved."""
    colours = ("red", "orange", "yellow", "blue")
    colour = "" if number % 7 == 0 else colours[number % 4]
    kept = {} if number % 7 == 0 else {one: number % 3 + place for place, one in enumerate(colours) if place >= number % 4}
    return ParkRow(
        number=number,
        name=f"醴陵市第{number}日用陶瓷有限公司（虚构）",
        zone=("陶瓷产业园（一谷一城一园）", "电子信息产业园", "")[number % 3],
        industry=("3074 日用陶瓷制品制造", "3054 日用玻璃制品制造", "")[number % 3],
        colour=colour,
        assessed=colour,
        before=None if number % 9 == 0 else colours[(number + 1) % 4] if number % 5 == 0 else colour,
        points={one: count for one, count in kept.items() if count},
        unconfirmed=number % 4,
        headline=f"{number}号辊道窑 D=720；未销号重大隐患 GM-10-3-2" if colour else "未评价",
        headline_before="1号辊道窑 D=240",
        inspections=number % 3,
        inspected_on=AS_OF if number % 3 else None,
        longitude=113.48 + number % 8 / 400 if number % 6 else None,
        latitude=27.66 + number // 8 / 400 if number % 6 else None,
    )


_SQUARE = {
    "type": "Polygon",
    "coordinates": [[[113.475, 27.655], [113.505, 27.655], [113.505, 27.68], [113.475, 27.68], [113.475, 27.655]]],
}


def park(*, is_draft: bool = False, enterprises: int = 40) -> ParkPaper:
    """A grading report of the park; red and orange points are named, as many as the enterprises say."""
    rows = tuple(park_row(number) for number in range(1, enterprises + 1))
    named = tuple(
        ParkPoint(enterprise=row.number, name=f"{place}号窑", assessed=colour, colour=colour, said="D=720", reasons=())
        for row in rows
        for colour in ("red", "orange")
        for place in range(row.points.get(colour, 0))
    )
    facts = ParkFacts(
        **head(DocumentKind.PARK_GRADING_REPORT, is_draft=is_draft),
        since=date(2026, 9, 30),
        colour="red",
        trail=("园区取其已评价企业中最高的等级：重大风险（红）",),
        enterprises=rows,
        zones=(
            ZoneLine(name="陶瓷产业园（一谷一城一园）", colour="red", outline=_SQUARE),
            ZoneLine(name="电子信息产业园", colour="orange", outline=None),
        ),
        points=named,
        overrides=((rows[0].name, report().facts.overrides[0]),),
        trend=(TrendLine(day=date(2026, 10, 31), counts={"red": 1, "orange": 2}), TrendLine(day=AS_OF, counts={"red": 3, "": 1})),
        schemes=(
            SchemeUse(
                method="作业条件危险性评价法（LEC）", title="LEC 四色（D≥320 为红）", scheme="colour4_ge",
                citation="《作业条件危险性评价法（LEC）四色分级》D 值分级", verified=False, sources=900,
            ),
        ),
        frequencies=Frequencies(
            decided_by="园区安委会",
            decision_number="会议纪要〔2026〕3号",
            effective_from=date(2026, 1, 1),
            lines=(FrequencyLine(colour="red", words="每年至少 4 次、每年至多 6 次"),),
        ),
        unverified=(DOUBT,),
    )  # fmt: skip
    return ParkPaper(imprint=imprint(park_grading.TEMPLATE_VERSION, is_draft=is_draft), facts=facts)
