"""How often must, and may, an enterprise of a colour be inspected in a year, as the park decided?

A frequency joins the park's own table with the published rules it adopted, by the arithmetic of `rules.supervision`: the greatest floor
and the least cap bind. A floor of less than once a year asks for a visit when none was made in as many years.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any

import msgspec

from rules.bands import Colour
from rules.references import LegalBasis
from rules.requests import RequestError, normal_form, plain
from rules.supervision import FrequencyKind, FrequencyRule, find_frequency_rule, frequency_bounds, load_frequency_rules

UNASSESSED = "none"
COLOUR_KEYS: tuple[str, ...] = (*(colour.value for colour in Colour), UNASSESSED)
"""The rows of a frequency: the colours, worst first, and those not assessed, which are none of them."""
MOST_A_YEAR = 60
_RANKS = {"red": 1.0, UNASSESSED: 1.5, "orange": 2.0, "yellow": 3.0, "blue": 4.0}


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """At least `floor` and at most `cap` a year; None where nothing sets one. `trail` says by what."""

    floor: Fraction | None
    cap: Fraction | None
    trail: tuple[str, ...]
    basis: tuple[LegalBasis, ...]

    @property
    def contradict(self) -> bool:
        """Whether the floor asks for more than the cap allows."""
        return self.floor is not None and self.cap is not None and self.floor > self.cap

    @property
    def most(self) -> int | None:
        """The cap in whole inspections."""
        return None if self.cap is None else floor(self.cap)

    def required(self, year: int, earlier: Iterable[date]) -> int:
        """How many inspections the floor asks for in a year, given the days of earlier years' inspections."""
        if not self.floor:
            return 0
        if self.floor >= 1:
            return ceil(self.floor)
        years = ceil(1 / self.floor)
        return 0 if any(year - years < day.year < year for day in earlier) else 1


class AdoptedRule(msgspec.Struct, frozen=True, kw_only=True):
    """A published rule as the park adopted it: colour → the category that stands for it."""

    rule: FrequencyRule
    categories: dict[str, str]


def colour_key(colour: Colour | None) -> str:
    """The row of a frequency for a colour."""
    return UNASSESSED if colour is None else colour.value


def colour_words(key: str) -> str:
    """A row's name as people say it: 红, or 未评价."""
    return Colour(key).risk.colour if key in set(Colour) else "未评价"


def rank_of(key: str) -> float:
    """Who comes first when there is not room for everybody; not assessed is no blue."""
    return _RANKS[key]


def find_rule(rule_id: str) -> FrequencyRule | None:
    """A published rule by its id, in force or not."""
    return next((one for one in load_frequency_rules() if one.id == rule_id), None)


def rules_of(kind: FrequencyKind, on: date) -> tuple[FrequencyRule, ...]:
    """The published rules of a kind in force on a day."""
    return tuple(one for one in load_frequency_rules() if one.kind is kind and one.basis.is_in_force(on))


def likely_category(rule: FrequencyRule, key: str) -> str:
    """The category of a rule that names a colour by its own word; empty when none does, which a person then settles."""
    if key == UNASSESSED:
        return next((one.category for one in rule.frequencies if "未定级" in one.category), "")
    word = Colour(key).risk.colour
    return next((one.category for one in rule.frequencies if word in one.category), "")


def adopted_rules(adopted: Mapping[str, Any]) -> tuple[AdoptedRule, ...]:
    """The published rules of a frequency with their categories."""
    found = ((find_rule(rule_id), categories) for rule_id, categories in adopted.items())
    return tuple(AdoptedRule(rule=rule, categories=dict(categories)) for rule, categories in found if rule is not None)


def bounds_of(own: Mapping[str, Any], adopted: Mapping[str, Any], key: str, on: date) -> Bounds:
    """The bounds of one row: the park's own numbers and the published rules together. Raises `RequestError` for an unknown rule."""
    chosen = {rule_id: str(categories[key]) for rule_id, categories in adopted.items() if categories.get(key)}
    published = frequency_bounds(chosen, on=on)
    row = own.get(key, {})
    floors = [one for one in (published.floor, _number(row.get("floor"))) if one is not None]
    caps = [one for one in (published.cap, _number(row.get("cap"))) if one is not None]
    trail = list(published.trail)
    for name, word in (("floor", "至少"), ("cap", "至多")):
        number = _number(row.get(name))
        if number is not None:
            trail.append(f"园区自定，{colour_words(key)}：每年{word} {plain(number)} 次")
    return Bounds(floor=max(floors, default=None), cap=min(caps, default=None), trail=tuple(trail), basis=published.basis)


def _number(value: Any) -> Fraction | None:
    return None if value in (None, "") else Fraction(str(value))


def check_adopted(adopted: Mapping[str, Mapping[str, str]], on: date) -> list[str]:
    """What is wrong with adopting these rules from a day on, in words."""
    wrong = []
    for rule_id, categories in adopted.items():
        try:
            rule = find_frequency_rule(rule_id, on)
        except RequestError as error:
            wrong.append(error.detail)
            continue
        known = {normal_form(one.category) for one in rule.frequencies}
        wrong += [f"{rule.title} 没有“{one}”这一类" for one in categories.values() if normal_form(one) not in known]
        if not categories:
            wrong.append(f"{rule.title}：请至少为一种等级选定类别")
    return wrong
