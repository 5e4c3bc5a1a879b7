"""Who answers for a risk, and does a grade fall only when it may?"""

from datetime import date

import pytest

from rules.bands import Colour
from rules.grade import Grade
from rules.grading import grade_scored
from rules.grading_data import ScoredMethod, load_grading_book
from rules.risk_control import MeasureVerification, residual_risk, responsible_layers

BOOK = load_grading_book()
DAY = date(2026, 5, 1)
VERIFIED = MeasureVerification(verified_on=DAY, verified_by="王检", approved_by="周办")


def _lec(consequence: int, scheme: str = "colour4_ge") -> Grade:
    return grade_scored(BOOK, ScoredMethod.LEC, {"likelihood": 3, "exposure": 6, "consequence": consequence}, on=DAY, scheme=scheme)


@pytest.mark.parametrize(("colour", "count"), [("red", 4), ("orange", 3), ("yellow", 2), ("blue", 1)])
def test_every_layer_below_answers_too_from_the_top_down(colour: str, count: int) -> None:
    layers = responsible_layers(BOOK.control, Colour(colour))
    assert [layer.layer for layer in layers] == ["公司(厂)级", "公司职能部门级", "车间(部室)级", "班组、岗位级"][-count:]


def test_measures_are_of_five_kinds_in_order() -> None:
    assert [one.name for one in BOOK.control.measures] == ["工程技术措施", "管理措施", "培训教育措施", "个体防护措施", "应急处置措施"]


def test_a_grade_falls_only_after_verification() -> None:
    before, after = _lec(15), _lec(3)
    assert residual_risk(before, after, None, on=DAY).grade is before
    later = MeasureVerification(verified_on=date(2026, 5, 2), verified_by="王检", approved_by="周办")
    assert residual_risk(before, after, later, on=DAY).grade is before
    unsigned = MeasureVerification(verified_on=DAY, verified_by="王检", approved_by=" ")
    assert residual_risk(before, after, unsigned, on=DAY).grade is before
    lowered = residual_risk(before, after, VERIFIED, on=DAY)
    assert (lowered.grade, lowered.is_lowered) == (after, True)
    assert "周办 批准" in lowered.reason


def test_a_higher_grade_holds_at_once_and_needs_nobody() -> None:
    raised = residual_risk(_lec(3), _lec(15), None, on=DAY)
    assert (raised.grade.colour, raised.is_lowered) == (Colour.ORANGE, False)


def test_grades_of_different_schemes_are_not_compared() -> None:
    with pytest.raises(ValueError, match="cannot compare"):
        residual_risk(_lec(15), _lec(3, "classic5"), VERIFIED, on=DAY)
