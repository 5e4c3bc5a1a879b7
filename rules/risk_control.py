"""Who answers for a graded risk, and when may its grade fall?

The layers of control come from `data/grading/control.toml`, from the company down to the shift: a risk the upper layer answers for is
answered for by every layer below it as well. A grade is given with the measures that exist today; measures still planned lower nothing
until somebody has verified them and a named person has approved the lower grade. A higher grade takes effect at once.
"""

from datetime import date

import msgspec

from rules.bands import Colour
from rules.grade import Grade
from rules.grading_data import Control, ControlLayer


def responsible_layers(control: Control, colour: Colour) -> tuple[ControlLayer, ...]:
    """Every layer that answers for a risk of that colour, from the top down."""
    return tuple(layer for layer in control.layers if layer.colour.risk.number >= colour.risk.number)


class MeasureVerification(msgspec.Struct, frozen=True, kw_only=True):
    """That added measures were found in place and effective: when, by whom, and who approved grading the risk anew."""

    verified_on: date
    verified_by: str
    approved_by: str


class ResidualRisk(msgspec.Struct, frozen=True):
    """The grade in force after measures were added, and why it is this one."""

    grade: Grade
    is_lowered: bool
    reason: str


def residual_risk(current: Grade, reassessed: Grade, verification: MeasureVerification | None, *, on: date) -> ResidualRisk:
    """The grade in force on that day, given a reassessment with added measures.

    Both grades come from one scheme of one method, or the comparison would mean nothing: raises `ValueError` otherwise.
    """
    if (current.method, current.scheme) != (reassessed.method, reassessed.scheme):
        raise ValueError(f"cannot compare {current.method}/{current.scheme} with {reassessed.method}/{reassessed.scheme}")
    if _danger(reassessed) >= _danger(current):
        return ResidualRisk(reassessed, is_lowered=False, reason="再评等级不低于原等级，即时生效")
    if verification is None:
        return ResidualRisk(current, is_lowered=False, reason="新增措施尚未验证，验证前不得降级，维持原等级")
    if verification.verified_on > on:
        return ResidualRisk(current, is_lowered=False, reason=f"新增措施 {verification.verified_on} 才验证，此前维持原等级")
    if not verification.verified_by.strip() or not verification.approved_by.strip():
        return ResidualRisk(current, is_lowered=False, reason="降级须写明验证人和批准人，维持原等级")
    reason = f"新增措施经 {verification.verified_by} 于 {verification.verified_on} 验证有效，{verification.approved_by} 批准降级"
    return ResidualRisk(reassessed, is_lowered=True, reason=reason)


def _danger(grade: Grade) -> tuple[int, int]:
    """How dangerous, the greater the worse: by colour where both have one, then by level."""
    if grade.level is None:
        raise ValueError("a grade without a level cannot be compared")
    return (-grade.colour.risk.number if grade.colour is not None else 0, -grade.level)
