"""Does a project ever come off more lightly because somebody said less?

Facts of real cases are dropped or answered 不清楚 one by one. The outcome may become softer only where a question or an assumption says so:
nothing passes in silence.
"""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.project_reading import read_project
from rules.requests import RequestError
from rules.restriction import Screening, load_catalogue, screen
from rules.restriction_terms import SEVERITY, Outcome
from server.screening.form import blanks_of

CASES = Path(__file__).parents[1] / "cases"
STRICT = SEVERITY[Outcome.REVIEW]
IDENTIFYING = {"products", "processes", "equipment", "materials", "fuels", "name"}
"""What is not told of at all: a machine nobody names is known to nobody. Its absence is told, see the last test."""


def _situations() -> list[dict[str, Any]]:
    found = []
    for path in sorted(CASES.glob("screening_*.toml")):
        for one in tomllib.loads(path.read_text("utf-8"))["situation"]:
            try:
                before = _screened(one["given"], one["day"])
            except RequestError:
                continue
            if SEVERITY[before.outcome] >= STRICT:
                found.append({"given": one["given"], "day": one["day"], "name": one["name"]})
    return found


def _screened(facts: Any, day: Any) -> Screening:
    return screen(read_project(facts), day, load_catalogue())


def _places(facts: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every single fact of a description but the names of things."""
    items = facts.items() if isinstance(facts, dict) else enumerate(facts)
    for key, value in items:
        place = (*where, key)
        if isinstance(value, dict | list) and (where or key in {"location", "flags", "figures", *IDENTIFYING}):
            yield from _places(value, place)
        elif key != "name" and isinstance(key, str):
            yield place


def _without(facts: Any, place: tuple[Any, ...], *, is_null: bool) -> Any:
    key, *rest = place
    if isinstance(facts, list):
        return [_without(one, tuple(rest), is_null=is_null) if at == key else one for at, one in enumerate(facts)]
    if rest:
        return {**facts, key: _without(facts[key], tuple(rest), is_null=is_null)}
    left = {name: value for name, value in facts.items() if name != key}
    return left | {key: None} if is_null else left


SITUATIONS = _situations()
DROPS = [(one, place) for one in SITUATIONS for place in _places(one["given"])]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.sampled_from(DROPS), st.booleans())
def test_saying_less_never_softens_a_ruling_in_silence(drop: tuple[dict[str, Any], tuple[Any, ...]], is_null: bool) -> None:
    situation, place = drop
    less = _without(situation["given"], place, is_null=is_null)
    before, after = _screened(situation["given"], situation["day"]), _screened(less, situation["day"])
    if SEVERITY[after.outcome] >= min(SEVERITY[before.outcome], STRICT):
        return
    # Told anew: a question or an assumption of the screening, or a field the page lists as left open.
    said = {one.question for one in after.questions} - {one.question for one in before.questions}
    assumed = set(after.assumptions) - set(before.assumptions)
    flags = [one.flag for one in load_catalogue().index.flags.values()]
    blank = set(blanks_of(less, flags)) - set(blanks_of(situation["given"], flags))
    assert said or assumed or blank, f"{situation['name']}: without {place} {before.outcome.label} became {after.outcome.label} in silence"


@pytest.mark.parametrize("kind", ["equipment", "materials", "processes"])
def test_rows_nobody_filled_in_are_asked_for(kind: str) -> None:
    facts = {"build_type": "新建", "industry_codes": ["3071"], "products": ["仿古砖"], "location": {"in_park": True}}
    facts |= {"equipment": ["辊道窑"], "materials": ["高岭土"], "processes": ["烧成"]}
    label = {"equipment": "设备", "materials": "物料", "processes": "工艺"}[kind]
    asked = [one.question.text for one in _screened({k: v for k, v in facts.items() if k != kind}, date(2026, 11, 22)).questions]
    assert any(text.startswith(f"{label}没有填") for text in asked)
