"""What must hold for every project: more hits never soften, order never matters, and a missing fact never becomes a pass."""

import copy
import random
from datetime import date
from functools import cache
from typing import Any

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rules.project_reading import read_project
from rules.restriction import Catalogue, Screening, _strictest, load_catalogue, screen
from rules.restriction_data import load_entries, load_shared_terms
from rules.restriction_terms import EFFECT_SEVERITY, SEVERITY, Effect, Outcome
from tests.cases_reader import read_cases

DAY = date(2026, 11, 22)
FILES = (
    "screening_ceramics",
    "screening_glass_and_coating",
    "screening_metal_and_machinery",
    "screening_chemicals",
    "screening_place_and_people",
)


@cache
def _requests() -> tuple[dict[str, Any], ...]:
    return tuple(case.given for file in FILES for case in read_cases(file) if "error" not in case.expected)


def _screen(request: dict[str, Any], catalogue: Catalogue | None = None) -> Screening:
    return screen(read_project(request), DAY, catalogue or load_catalogue())


requests = st.sampled_from(_requests())


@st.composite
def mixed_requests(draw: st.DrawFn) -> dict[str, Any]:
    """Two situations' rows in one project, so that combinations nobody wrote are tried too."""
    first: dict[str, Any] = copy.deepcopy(draw(requests))
    second: dict[str, Any] = copy.deepcopy(draw(requests))
    for field in ("industry_codes", "products", "processes", "equipment", "fuels", "materials"):
        rows = [*_rows(first, field), *_rows(second, field)]
        if rows:
            first[field] = rows
    first["flags"] = {**second.get("flags", {}), **first.get("flags", {})}
    return first


def _rows(request: dict[str, Any], field: str) -> list[Any]:
    value = request.get(field, [])
    return value if isinstance(value, list) else [value]


@given(st.lists(st.sampled_from(Effect), max_size=6), st.sampled_from(Effect), st.booleans())
def test_adding_a_hit_never_softens_the_outcome(effects: list[Effect], added: Effect, is_blocked: bool) -> None:
    before = _strictest([(one, False) for one in effects], is_blocked=is_blocked, is_outside=False)
    after = _strictest([(one, False) for one in (*effects, added)], is_blocked=is_blocked, is_outside=False)
    assert SEVERITY[after] >= SEVERITY[before]
    assert SEVERITY[after] >= (EFFECT_SEVERITY[added] if added is not Effect.PREFERRED else 0)


@settings(max_examples=60, deadline=None)
@given(mixed_requests(), st.integers(min_value=0, max_value=10**6))
def test_an_entry_more_in_the_catalogue_never_softens_the_outcome(request: dict[str, Any], seed: int) -> None:
    entries = [one for one in load_entries() if not one.yields_to]
    fewer = random.Random(seed).sample(entries, len(entries) // 2)  # noqa: S311 - which half is left out
    small = Catalogue(fewer, load_shared_terms(), edition="half")
    large = Catalogue(entries, load_shared_terms(), edition="whole")
    assert SEVERITY[_screen(request, large).outcome] >= SEVERITY[_screen(request, small).outcome]


@settings(max_examples=150, deadline=None)
@given(mixed_requests(), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(request: dict[str, Any], dice: random.Random) -> None:
    shuffled = copy.deepcopy(request)
    for field in ("industry_codes", "products", "processes", "equipment", "fuels", "materials"):
        if isinstance(shuffled.get(field), list):
            dice.shuffle(shuffled[field])
    first, second = _screen(request), _screen(shuffled)
    assert first.outcome is second.outcome
    assert first.outcome_confirmed is second.outcome_confirmed
    assert {(hit.entry.id, hit.effect, hit.is_open) for hit in first.hits} == {
        (hit.entry.id, hit.effect, hit.is_open) for hit in second.hits
    }
    assert len(first.questions) == len(second.questions)


@settings(max_examples=300, deadline=None)
@given(mixed_requests(), st.data())
def test_removing_a_figure_a_flag_or_a_distance_never_turns_a_person_s_case_into_a_pass(
    request: dict[str, Any], data: st.DataObject
) -> None:
    before = _screen(request)
    assume(SEVERITY[before.outcome] >= SEVERITY[Outcome.REVIEW])
    paths = _removable(request)
    assume(paths)
    poorer = _without(request, data.draw(st.sampled_from(paths)))
    after = _screen(poorer).outcome
    # Outside the park its catalogue does not decide; saying so is no pass.
    assert after not in {Outcome.ALLOWED, Outcome.PREFERRED, Outcome.CONDITIONAL}, (before.outcome, [hit.entry.id for hit in before.hits])


def _removable(request: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The figures, distances, scopes, states and flags that stand in a request; a flag is answered 不清楚 instead of being left out."""
    paths: list[tuple[Any, ...]] = []
    for field in ("products", "equipment", "materials"):
        for number, row in enumerate(_rows(request, field)):
            if isinstance(row, dict):
                paths += [(field, number, key) for key in row if key in _FACTS]
    paths += [("location", key) for key in request["location"] if isinstance(request.get("location"), dict)]
    paths += [("flags", key) for key in request.get("flags", {})]
    paths += [(key,) for key in ("build_type", "industry_codes", "max_staff_per_building") if key in request]
    return paths


_FACTS = {
    "capacity",
    "unit",
    "scope",
    "lines",
    "figures",
    "concentration",
    "max_storage_t",
    "annual_t",
    "state",
    "role",
    "existing_capacity",
}


def _without(request: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    poorer = copy.deepcopy(request)
    if path[0] == "flags":
        poorer["flags"][path[1]] = None
        return poorer
    holder: Any = poorer
    for step in path[:-1]:
        holder = holder[step] if isinstance(holder[step], dict | list) else [holder[step]]
    del holder[path[-1]]
    return poorer


@settings(max_examples=100, deadline=None)
@given(mixed_requests())
def test_unconfirmed_entries_never_refuse_in_the_confirmed_outcome(request: dict[str, Any]) -> None:
    result = _screen(request)
    confirmed = [one for one in load_entries() if one.verified and one.layer != "park_proposal"]
    refusing = {Outcome.REFUSE, Outcome.PHASE_OUT}
    if result.outcome_confirmed in refusing:
        assert {hit.entry.id for hit in result.hits if hit.effect in (Effect.REFUSE, Effect.PHASE_OUT)} & {one.id for one in confirmed}
    assert SEVERITY[result.outcome_confirmed] <= SEVERITY[result.outcome]


@settings(max_examples=60, deadline=None)
@given(requests)
def test_an_encouraged_entry_changes_nothing_but_allowed_into_preferred(request: dict[str, Any]) -> None:
    without = Catalogue(
        [msgspec.structs.replace(one, yields_to=()) for one in load_entries() if one.effect_new is not Effect.PREFERRED],
        load_shared_terms(),
        edition="without encouragement",
    )
    with_it, plain = _screen(request), _screen(request, without)
    assert with_it.outcome is plain.outcome or (plain.outcome, with_it.outcome) == (Outcome.ALLOWED, Outcome.PREFERRED)
