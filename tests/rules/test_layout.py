"""Does a measured distance suffice? Three-valued, by rules that are dated, cited, and mostly not yet verified."""

from datetime import date
from decimal import Decimal

import pytest

from rules.layout import Fit, LayoutKind, judge_distance, load_distances, rules_for
from rules.project import Project
from rules.restriction_terms import BuildType

DAY = date(2026, 11, 29)
CHEMICAL = Project(industry_codes=("2614",), build_type=BuildType.NEW)
CERAMICS = Project(industry_codes=("3074",), build_type=BuildType.NEW, flags={"甲乙类": False})


def judge(kind: LayoutKind, metres: str, project: Project | None, accuracy: str = "10") -> dict[str, Fit]:
    return {one.rule.id: one.fit for one in judge_distance(kind, Decimal(metres), Decimal(accuracy), project, on=DAY)}


@pytest.mark.parametrize(
    ("metres", "fit"), [("980", Fit.BELOW), ("989.9", Fit.BELOW), ("990", Fit.UNKNOWN), ("1009.9", Fit.UNKNOWN), ("1010", Fit.MEETS)]
)
def test_a_distance_within_its_accuracy_decides_nothing(metres: str, fit: Fit) -> None:
    assert judge(LayoutKind.XIANGJIANG, metres, CHEMICAL)["LAY-YZL-1"] is fit


def test_a_rule_that_does_not_apply_says_so_and_one_nobody_can_tell_asks() -> None:
    assert judge(LayoutKind.XIANGJIANG, "300", CERAMICS)["LAY-YZL-1"] is Fit.NOT_APPLICABLE
    unknown = judge_distance(LayoutKind.XIANGJIANG, Decimal(300), Decimal(10), None, on=DAY)[0]
    assert unknown.fit is Fit.UNKNOWN
    assert unknown.whom == "申报单位"
    assert "行业代码" in unknown.ask
    assert "新建" in unknown.ask
    assert set(judge(LayoutKind.XIANGJIANG, "2000", None).values()) == {Fit.MEETS}, "enough is enough whether or not the rule applies"


def test_the_lujiang_is_always_left_to_people() -> None:
    (found,) = judge_distance(LayoutKind.LUJIANG, Decimal(400), Decimal(10), CHEMICAL, on=DAY)
    assert found.fit is Fit.BELOW
    assert found.rule.basis.verified
    assert not found.rule.refuses_alone


def test_a_rule_without_a_number_asks_for_what_the_number_depends_on() -> None:
    class_a = Project(flags={"甲乙类": True})
    line, pile = judge_distance(LayoutKind.OVERHEAD_LINE, Decimal(5000), Decimal(1), class_a, on=DAY)
    assert "可燃材料堆场" in pile.ask
    assert line.whom == "供电公司、申报单位的设计单位"
    assert line.fit is Fit.UNKNOWN
    assert "杆（塔）高" in line.ask
    assert judge(LayoutKind.OVERHEAD_LINE, "1", CERAMICS)["LAY-GB50016-6"] is Fit.NOT_APPLICABLE
    school = judge(LayoutKind.SCHOOL, "30", class_a)
    assert school["LAY-GB50016-1"] is Fit.UNKNOWN, "whether it is class A nobody stated: short of 50 m is a question, not a refusal"
    assert school["LAY-GBT37243"] is Fit.UNKNOWN


def test_a_rule_binds_from_its_day() -> None:
    assert rules_for(LayoutKind.XIANGJIANG, date(2021, 2, 28)) == ()
    assert [one.id for one in rules_for(LayoutKind.XIANGJIANG, date(2021, 3, 1))] == ["LAY-YZL-1", "LAY-YZL-3"]


def test_nothing_unverified_refuses_alone_and_every_kind_has_a_rule() -> None:
    assert not [one.id for one in load_distances() if one.refuses_alone and not one.basis.verified]
    assert not [kind for kind in LayoutKind if not rules_for(kind, DAY)]


def test_a_pipeline_nearer_than_five_metres_is_a_question_until_somebody_says_which_pipeline_it_is() -> None:
    near = {one.rule.id: one for one in judge_distance(LayoutKind.PIPELINE, Decimal("3"), Decimal(1), CERAMICS, on=DAY)}
    assert (near["LAY-PIPE-5"].fit, near["LAY-PIPE-5"].whom) == (Fit.UNKNOWN, "申报单位")
    assert not near["LAY-PIPE-5"].rule.basis.verified
    assert judge(LayoutKind.PIPELINE, "60", CERAMICS)["LAY-PIPE-5"] is Fit.MEETS
    assert judge(LayoutKind.PIPELINE, "60", CERAMICS)["LAY-PIPE"] is Fit.UNKNOWN, "the distance of hazardous places has no table here"


def test_whatever_is_asked_is_asked_of_somebody() -> None:
    for kind in LayoutKind:
        for project in (None, CHEMICAL, CERAMICS, Project(flags={"甲乙类": True})):
            for metres in ("0", "20", "40", "990", "100000"):
                for one in judge_distance(kind, Decimal(metres), Decimal(15), project, on=DAY):
                    assert bool(one.ask) == bool(one.whom) == (one.fit is Fit.UNKNOWN), (kind, metres, one)
