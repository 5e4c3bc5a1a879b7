"""What must hold of every grade, whatever the register, the hazards, the accidents and the people."""

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.bands import Colour
from rules.dynamic_grade import load_dynamic_rules
from rules.terms import EnterpriseRisk, GradeCause, OverrideKind
from server.grading.derivation import (
    AccidentFacts,
    HazardFacts,
    OverrideFacts,
    PointFacts,
    Situation,
    derive_grade,
    is_worse,
    months_between,
    worst_of,
    years_before,
)

DAY = date(2026, 11, 20)
COLOURS = st.sampled_from(Colour)
MAYBE = st.one_of(st.none(), COLOURS)


def uid(number: int) -> UUID:
    return UUID(int=number)


def point_facts(number: int, risk: Colour | None, unconfirmed: int) -> PointFacts:
    return PointFacts(uid(number), f"风险点{number}", risk, "D=1" if risk else "", None, 1, unconfirmed)


POINTS = st.lists(st.tuples(MAYBE, st.integers(0, 2)), max_size=6).map(
    lambda found: tuple(point_facts(number, *one) for number, one in enumerate(found, start=1))
)
HAZARDS = st.lists(st.tuples(st.booleans(), st.integers(0, 40), st.one_of(st.none(), st.integers(1, 7))), max_size=5).map(
    lambda found: tuple(
        HazardFacts(uid(100 + n), f"YH-{n}", major, "GM-10-8-4" if major else "", late, uid(place) if place else None)
        for n, (major, late, place) in enumerate(found)
        if major or late
    )
)
ACCIDENTS = st.lists(
    st.tuples(st.integers(0, 1500), st.integers(0, 3), st.integers(0, 4), st.integers(1, 4), st.booleans()), max_size=3
).map(
    lambda found: tuple(
        AccidentFacts(uid(200 + n), "事故", DAY - timedelta(days=ago), deaths, hurt, level, is_open)
        for n, (ago, deaths, hurt, level, is_open) in enumerate(found)
    )
)
OVERRIDES = st.lists(st.tuples(st.sampled_from(OverrideKind), COLOURS, MAYBE, st.one_of(st.none(), st.integers(1, 6))), max_size=3).map(
    lambda found: tuple(
        OverrideFacts(uid(300 + n), kind, colour, before, uid(place) if place else None, "理由", "周办、刘主任", DAY)
        for n, (kind, colour, before, place) in enumerate(found)
    )
)
SWITCHES = st.dictionaries(st.sampled_from([rule.id for rule in load_dynamic_rules().rules]), st.booleans())
SITUATIONS = st.builds(
    Situation,
    day=st.just(DAY),
    points=POINTS,
    hazards=HAZARDS,
    accidents=ACCIDENTS,
    overrides=OVERRIDES,
    switches=SWITCHES,
    risks=st.sets(st.sampled_from(EnterpriseRisk)),
    months_since_review=st.one_of(st.none(), st.integers(0, 30)),
    has_change=st.booleans(),
)


def without(situation: Situation, **changes: object) -> Situation:
    return msgspec.structs.replace(situation, **changes)


@given(SITUATIONS)
@settings(max_examples=400, deadline=None)
def test_hazards_accidents_and_raises_never_lower(situation: Situation) -> None:
    grade = derive_grade(situation)
    lowered = tuple(one for one in situation.overrides if one.kind is OverrideKind.LOWER)
    for milder in (
        without(situation, hazards=()),
        without(situation, accidents=()),
        without(situation, overrides=lowered),
        without(situation, hazards=situation.hazards[1:]),
        without(situation, accidents=situation.accidents[1:]),
    ):
        assert not is_worse(derive_grade(milder).colour, grade.colour)


@given(SITUATIONS)
@settings(max_examples=400, deadline=None)
def test_without_what_moves_it_the_grade_is_what_the_register_says(situation: Situation) -> None:
    quiet = derive_grade(without(situation, hazards=(), accidents=(), overrides=()))
    assert quiet.colour is quiet.assessed is worst_of(point.risk for point in situation.points)
    assert derive_grade(situation).assessed is quiet.assessed
    assert all(point.colour is point.assessed for point in quiet.points)


@given(SITUATIONS)
@settings(max_examples=400, deadline=None)
def test_a_lower_grade_hides_no_open_major_hazard_and_no_raise(situation: Situation) -> None:
    switched = without(situation, switches={**situation.switches, "open_major_hazard": True})
    grade = derive_grade(switched)
    if any(hazard.is_major for hazard in situation.hazards):
        assert grade.colour is Colour.RED
    for one in situation.overrides:
        known = one.point_id is None or one.point_id in {point.id for point in situation.points}
        if one.kind is OverrideKind.RAISE and known:
            assert not is_worse(one.colour, grade.colour)


@given(SITUATIONS)
@settings(max_examples=400, deadline=None)
def test_every_colour_has_a_reason_of_that_colour_and_the_counts_equal_the_points(situation: Situation) -> None:
    grade = derive_grade(situation)
    assert sum(grade.counts.values()) == len(grade.points) == len(situation.points)
    assert {colour: count for colour, count in grade.counts.items() if count} == dict(Counter(point.colour for point in grade.points))
    assert (grade.colour is None) == (not grade.reasons)
    if grade.colour is not None:
        assert any(reason.colour is grade.colour for reason in grade.reasons)
        assert grade.headline.startswith(grade.reasons[0].colour.risk.colour)
    assert not any(is_worse(reason.colour, grade.colour) for reason in grade.reasons)
    assert grade.trail[-1].startswith("结论：")


def test_the_headline_tells_score_and_clause() -> None:
    points = (PointFacts(uid(1), "辊道窑燃气", Colour.ORANGE, "D=240"), PointFacts(uid(2), "窑车", Colour.BLUE, "D=42"))
    hazards = (HazardFacts(uid(9), "YH-2026-0007", is_major=True, criterion_id="GM-10-8-4", overdue_days=0, point_id=uid(1)),)
    grade = derive_grade(Situation(day=DAY, points=points, hazards=hazards))
    assert grade.headline == "红：辊道窑燃气：未销号重大隐患 GM-10-8-4、YH-2026-0007；橙：辊道窑燃气 D=240"
    assert [point.colour for point in grade.points] == [Colour.RED, Colour.BLUE]
    assert "园区自定" in "".join(grade.trail)


def test_a_lower_grade_lapses_when_the_register_comes_to_say_worse() -> None:
    override = OverrideFacts(uid(5), OverrideKind.LOWER, Colour.YELLOW, Colour.ORANGE, None, "新增联锁", "周办、刘主任", DAY)
    granted = Situation(day=DAY, points=(PointFacts(uid(1), "窑", Colour.ORANGE, "D=240"),), overrides=(override,))
    assert derive_grade(granted).colour is Colour.YELLOW
    worse = without(granted, points=(PointFacts(uid(1), "窑", Colour.RED, "D=720"),))
    grade = derive_grade(worse)
    assert grade.colour is Colour.RED
    assert any("不再适用" in one for one in grade.trail)


def test_nothing_assessed_is_not_blue_but_a_major_hazard_is_red_all_the_same() -> None:
    late = (HazardFacts(uid(9), "YH-1", is_major=False, criterion_id="", overdue_days=3, point_id=None),)
    major = (HazardFacts(uid(9), "YH-1", is_major=True, criterion_id="GM-10-8-4", overdue_days=0, point_id=None),)
    assert derive_grade(Situation(day=DAY)).colour is None
    assert derive_grade(Situation(day=DAY, hazards=late)).colour is None
    assert derive_grade(Situation(day=DAY, hazards=major)).colour is Colour.RED


def test_chemical_rules_reach_chemical_enterprises_alone() -> None:
    accidents = tuple(AccidentFacts(uid(n), "事故", DAY - timedelta(days=30 * n), 1, 0, 4, is_open=False) for n in (1, 2))
    points = (PointFacts(uid(1), "窑", Colour.BLUE, "D=42"),)
    other = Situation(day=DAY, points=points, accidents=accidents, months_since_review=1)
    assert derive_grade(other).colour is Colour.BLUE
    chemical = derive_grade(without(other, risks=frozenset({EnterpriseRisk.HAZARDOUS_CHEMICALS})))
    assert chemical.colour is Colour.RED
    assert chemical.reasons[0].cause is GradeCause.ACCIDENT


def test_an_open_accident_raises_by_the_day_and_years_are_counted_by_the_calendar() -> None:
    points = (PointFacts(uid(1), "窑", Colour.BLUE, "D=42"),)
    hurt = AccidentFacts(uid(2), "挤压", DAY, 0, 1, 4, is_open=True)
    assert derive_grade(Situation(day=DAY, points=points, accidents=(hurt,))).colour is Colour.RED
    scratch = msgspec.structs.replace(hurt, serious_injuries=0)
    assert derive_grade(Situation(day=DAY, points=points, accidents=(scratch,))).colour is Colour.BLUE
    assert years_before(date(2028, 2, 29), 1) == date(2027, 2, 28)
    assert [months_between(date(2026, 1, 31), day) for day in (date(2026, 2, 28), date(2026, 3, 31))] == [0, 2]
