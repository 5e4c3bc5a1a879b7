"""What raises a grade for the time being, by whose rule, and what is asked?"""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from rules.bands import Colour
from rules.dynamic_grade import DynamicEffect, DynamicScope, load_dynamic_rules, raise_grade
from rules.terms import Answer, EnterpriseRisk
from rules.three_valued import FactValue

DAY = date(2026, 5, 1)
QUIET: dict[str, FactValue] = {
    **{fact.id: Decimal(0) for fact in load_dynamic_rules().facts if fact.id != "has_change"},
    "has_change": Answer.NO,
}


def test_quiet_facts_change_nothing() -> None:
    for colour, scope in product(Colour, DynamicScope):
        result = raise_grade(colour, QUIET, scope, on=DAY)
        assert (result.colour, result.effects, result.questions, result.unverified) == (colour, (), (), ())


def test_an_open_major_hazard_makes_the_risk_point_red_by_the_parks_own_rule() -> None:
    result = raise_grade(Colour.BLUE, {**QUIET, "open_major_hazards": Decimal(1)}, DynamicScope.RISK_POINT, on=DAY)
    assert result.colour is Colour.RED
    assert [rule.id for rule in result.raised_by] == ["open_major_hazard"]
    assert "园区自定" in result.trail[0]
    assert result.unverified


@pytest.mark.parametrize(("before", "after"), [("blue", "yellow"), ("yellow", "orange"), ("orange", "red"), ("red", "red")])
def test_an_overdue_hazard_raises_by_one_level_up_to_red(before: str, after: str) -> None:
    result = raise_grade(Colour(before), {**QUIET, "overdue_general_hazards": Decimal(3)}, DynamicScope.RISK_POINT, on=DAY)
    assert result.colour is Colour(after)


def test_every_rule_can_be_switched_off() -> None:
    loud: dict[str, FactValue] = {**{fact: Decimal(99) for fact in QUIET}, "has_change": Answer.YES}
    off = {rule.id: False for rule in load_dynamic_rules().rules}
    for scope in DynamicScope:
        result = raise_grade(Colour.BLUE, loud, scope, on=DAY, switches=off)
        assert (result.colour, result.effects) == (Colour.BLUE, ())


def test_other_regions_rules_are_off_until_a_park_switches_them_on() -> None:
    facts = {**QUIET, "fatal_accidents_1y": Decimal(1)}
    assert raise_grade(Colour.YELLOW, facts, DynamicScope.ENTERPRISE, on=DAY).colour is Colour.YELLOW
    switched = raise_grade(Colour.YELLOW, facts, DynamicScope.ENTERPRISE, on=DAY, switches={"recent_death": True})
    assert switched.colour is Colour.RED


@pytest.mark.parametrize(
    ("facts", "is_red"),
    [
        ({"major_or_worse_accidents_3y": 1}, True),
        ({"serious_accidents_3y": 1}, False),
        ({"serious_accidents_3y": 2}, True),
        ({"fatal_accidents_1y": 1}, False),
        ({"fatal_accidents_1y": 2}, True),
    ],
)
def test_accidents_put_a_hazchem_enterprise_into_red(facts: dict[str, int], is_red: bool) -> None:
    told: dict[str, FactValue] = {**QUIET, **{name: Decimal(number) for name, number in facts.items()}}
    assert (raise_grade(Colour.BLUE, told, DynamicScope.ENTERPRISE, on=DAY).colour is Colour.RED) is is_red


def test_what_is_not_told_is_asked_and_raises_nothing() -> None:
    result = raise_grade(Colour.BLUE, {}, DynamicScope.RISK_POINT, on=DAY)
    assert result.colour is Colour.BLUE
    assert "未销号的重大事故隐患几条？" in result.questions
    assert "逾期未改的一般隐患几条？" in result.questions


def test_a_change_asks_for_a_new_assessment_and_leaves_the_colour() -> None:
    result = raise_grade(Colour.YELLOW, {**QUIET, "has_change": Answer.YES}, DynamicScope.RISK_POINT, on=DAY)
    assert result.colour is Colour.YELLOW
    assert [rule.effect for rule in result.effects] == [DynamicEffect.REASSESS]


def test_a_mistyped_switch_or_fact_is_refused() -> None:
    with pytest.raises(KeyError, match="open_major"):
        raise_grade(Colour.BLUE, QUIET, DynamicScope.RISK_POINT, on=DAY, switches={"open_major": False})
    with pytest.raises(KeyError, match="overdue"):
        raise_grade(Colour.BLUE, {"overdue": Decimal(1)}, DynamicScope.RISK_POINT, on=DAY)


def test_every_rule_is_cited_or_marked_as_the_parks_own() -> None:
    rules = load_dynamic_rules().rules
    assert {rule.id for rule in rules if rule.is_park_own} == {"open_major_hazard", "overdue_general_hazard", "open_casualty_accident"}
    assert all(not rule.basis.verified for rule in rules if rule.is_park_own)
    assert all(rule.origin == "园区自定" or rule.origin.startswith("《") for rule in rules)


def test_a_rule_for_chemical_enterprises_reaches_no_other_when_the_risks_are_told() -> None:
    facts = {**QUIET, "fatal_accidents_1y": Decimal(2)}
    assert raise_grade(Colour.BLUE, facts, DynamicScope.ENTERPRISE, on=DAY, risks=()).colour is Colour.BLUE
    chemical = raise_grade(Colour.BLUE, facts, DynamicScope.ENTERPRISE, on=DAY, risks={EnterpriseRisk.HAZARDOUS_CHEMICALS})
    assert chemical.colour is Colour.RED


def test_an_accident_that_hurt_people_makes_the_enterprise_red_until_its_case_is_closed() -> None:
    facts = {**QUIET, "open_casualty_accidents": Decimal(1)}
    result = raise_grade(Colour.YELLOW, facts, DynamicScope.ENTERPRISE, on=DAY, risks=())
    assert result.colour is Colour.RED
    assert [rule.id for rule in result.raised_by] == ["open_casualty_accident"]
