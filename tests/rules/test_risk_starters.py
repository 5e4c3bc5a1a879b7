"""Are the starter sets complete, honest about being starters, and written in the words of the other data?"""

from datetime import date

import pytest

from rules.bands import Colour
from rules.checklists import load_checklists
from rules.grading import grade_scored
from rules.grading_data import load_grading_book
from rules.risk_starters import StarterSet, find_starter_set, load_starter_sets
from rules.terms import ControlLevel, ControlMeasureKind

DAY = date(2026, 11, 20)
SETS = load_starter_sets()


def test_there_is_a_set_for_each_of_the_five_industries_with_twenty_five_points_or_more() -> None:
    assert {one.key for one in SETS} == {"ceramics", "glass", "machinery", "electronics_batteries", "warehouse"}
    assert all(len(one.points) >= 25 for one in SETS)


@pytest.mark.parametrize("one", SETS, ids=lambda one: one.key)
def test_every_source_has_an_accident_a_grade_and_all_five_kinds_of_measures(one: StarterSet) -> None:
    book = load_grading_book()
    for point in one.points:
        assert point.sources
        for source in point.sources:
            assert source.accidents
            assert all(words.strip() for _, words in source.measures)
            assert [kind for kind, _ in source.measures] == list(ControlMeasureKind)
            assert grade_scored(book, one.method, one.chosen(source), on=DAY, scheme=one.scheme).colour in set(Colour)


@pytest.mark.parametrize("one", SETS, ids=lambda one: one.key)
def test_a_set_says_that_it_is_a_starter_and_nobody_verified_it(one: StarterSet) -> None:
    assert not one.verified
    assert "现场" in one.note
    assert "自编" in one.origin


@pytest.mark.parametrize("one", SETS, ids=lambda one: one.key)
def test_most_sources_name_checklist_items_whose_clauses_carry_their_own_mark(one: StarterSet) -> None:
    checklists = load_checklists().at(DAY)
    cited = [source for point in one.points for source in point.sources if source.checks]
    assert len(cited) >= 0.9 * sum(len(point.sources) for point in one.points)
    for source in cited:
        for code in source.checks:
            item = checklists.find_item(code)
            assert item is not None
            assert item.basis


def test_a_set_is_found_by_its_key_and_offered_to_its_industries() -> None:
    ceramics = find_starter_set("ceramics")
    assert ceramics is not None
    assert ceramics.fits("3074")
    assert not ceramics.fits("3054")
    assert not ceramics.fits("")
    assert find_starter_set("mining") is None


def test_kinds_and_layers_of_control_have_the_labels_of_the_data() -> None:
    control = load_grading_book().control
    assert [kind.label for kind in ControlMeasureKind] == [one.name for one in control.measures]
    assert [level.label for level in ControlLevel] == [one.layer for one in control.layers]
