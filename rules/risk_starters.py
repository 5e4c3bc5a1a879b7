"""Which risk points does an enterprise of an industry usually have?

Starter sets under `data/risk_starters/`: typical risk points with hazard sources, accident classes, a proposed LEC or LS score and the five
kinds of control measures. They are the rulebook's own, to begin a register with: every one must be confirmed on site before anybody stands
for it, and the proposed scores are no assessment. What a source rests on is told by checklist items, each with its clause and whether that
was verified.
"""

from datetime import date
from decimal import Decimal
from functools import cache

import msgspec

from rules.accidents import accident_classes
from rules.checklists import load_checklists
from rules.grading import METHOD_FACTORS
from rules.grading_data import ScoredMethod, load_grading_book
from rules.loading import RuleDataError, list_tables, read_table, refuse_duplicates
from rules.requests import RequestError
from rules.terms import ControlMeasureKind, RiskPointKind

FOLDER = "risk_starters"


class StarterSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A hazard source of a starter point.

    `scores` are those of the set's method in its order: L, E, C for LEC; L, S for LS. `accidents` are class names of GB 6441-2025, `checks`
    codes of checklist items that look at this source. The five measures are one sentence each.
    """

    name: str
    accidents: tuple[str, ...]
    scores: tuple[Decimal, ...]
    engineering: str
    management: str
    training: str
    protection: str
    emergency: str
    consequence: str = ""
    checks: tuple[str, ...] = ()

    @property
    def measures(self) -> tuple[tuple[ControlMeasureKind, str], ...]:
        """The five kinds of measures with their words."""
        return tuple((kind, getattr(self, kind.value)) for kind in ControlMeasureKind)


class StarterPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A typical risk point of a unit."""

    id: str
    unit: str
    name: str
    kind: RiskPointKind
    sources: tuple[StarterSource, ...] = msgspec.field(name="source")


class StarterSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The starter points of one industry. `industries` are code prefixes of GB/T 4754-2017 the set was written for, or `*`.

    `method` and `scheme` are those the scores belong to. `origin` tells who wrote the set and on what, `note` what its reader must know.
    """

    key: str
    name: str
    industries: tuple[str, ...]
    method: ScoredMethod
    scheme: str
    effective_from: date
    origin: str
    verified: bool
    note: str
    points: tuple[StarterPoint, ...] = msgspec.field(name="point")

    def fits(self, industry_code: str) -> bool:
        """Whether the set was written for this industry; an unknown one fits only sets for all."""
        return any(one == "*" or (industry_code and industry_code.startswith(one)) for one in self.industries)

    def chosen(self, source: StarterSource) -> dict[str, str]:
        """The proposed scores by factor, as an assessment takes them."""
        return {factor: f"{score.normalize():f}" for factor, score in zip(METHOD_FACTORS[self.method], source.scores, strict=True)}


@cache
def load_starter_sets() -> tuple[StarterSet, ...]:
    """Read and check every starter set. Raises `RuleDataError` naming file and key."""
    sets = []
    for file in list_tables(FOLDER):
        one = read_table(file, StarterSet)
        _check(file, one)
        sets.append(one)
    refuse_duplicates(FOLDER, "set", (one.key for one in sets))
    refuse_duplicates(FOLDER, "point", (point.id for one in sets for point in one.points))
    return tuple(sets)


def find_starter_set(key: str) -> StarterSet | None:
    """The set of that key."""
    return next((one for one in load_starter_sets() if one.key == key), None)


def _check(file: str, one: StarterSet) -> None:
    """Refuse what contradicts the other data: accident classes, checklist items, scores outside the tables."""
    try:
        classes = {found.name for found in accident_classes(one.effective_from).classes}
        scheme = load_grading_book().scheme(one.method, one.scheme, one.effective_from)
    except RequestError as error:
        raise RuleDataError(file, "scheme", error.detail) from error
    book, checklists = load_grading_book(), load_checklists().at(one.effective_from)
    factors = METHOD_FACTORS[one.method]
    tables = [book.factor(one.method, factor, scheme.variant or None) for factor in factors]
    for point in one.points:
        for source in point.sources:
            where = f"point {point.id} source {source.name}"
            if unknown := set(source.accidents) - classes:
                raise RuleDataError(file, where, f"no accident class named {sorted(unknown)}")
            if unknown := {code for code in source.checks if checklists.find_item(code) is None}:
                raise RuleDataError(file, where, f"checks names {sorted(unknown)}, which is in no checklist")
            if len(source.scores) != len(factors):
                raise RuleDataError(file, where, f"scores are those of {', '.join(factors)}")
            for table, score in zip(tables, source.scores, strict=True):
                if table.row(score) is None:
                    raise RuleDataError(file, where, f"{table.factor} = {score} is not in the table of values")
