"""Which facts raise a grade for the time being?

An open major hazard, an overdue rectification, an accident: rules in `data/grading/dynamic.toml`, each cited or marked as the park's own,
each with a switch, because no national rule gives numbers for them. A raised grade holds while the fact holds and is never lowered here.
Facts a switched-on rule needs and nobody told become questions; a rule that cannot be decided raises nothing and says so.
"""

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from functools import cache

import msgspec

from rules.bands import Colour
from rules.grade import unverified_texts
from rules.loading import RuleDataError, read_table, refuse_duplicates
from rules.references import LegalBasis
from rules.terms import EnterpriseRisk
from rules.three_valued import Condition, ExpressionError, FactValue, parse_condition

_FILE = "grading/dynamic.toml"


class DynamicScope(StrEnum):
    """Whose grade is asked about."""

    RISK_POINT = "risk_point"
    ENTERPRISE = "enterprise"


class DynamicEffect(StrEnum):
    """What a rule does. Only the first two change a risk point's colour; `REASSESS` asks for a new assessment of either."""

    RISK_POINT_RED = "risk_point_red"
    RISK_POINT_UP_ONE = "risk_point_up_one"
    ENTERPRISE_RED = "enterprise_red"
    ENTERPRISE_LOWEST = "enterprise_lowest"
    KEY_ENTERPRISE = "key_enterprise"
    REASSESS = "reassess"

    def reaches(self, scope: DynamicScope) -> bool:
        """Whether the effect belongs to that scope."""
        is_for_points = self in (DynamicEffect.RISK_POINT_RED, DynamicEffect.RISK_POINT_UP_ONE)
        return self is DynamicEffect.REASSESS or is_for_points == (scope is DynamicScope.RISK_POINT)


class DynamicFact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A fact the conditions use, and how to ask for it."""

    id: str
    ask: str


class DynamicRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule. `when` is a condition over facts; `is_park_own` marks 园区自定, which no published text asks for.

    `only_with_risk` limits it to enterprises with that standing risk, as `applies_to` says in words.
    """

    id: str
    title: str
    effect_text: str
    when: str
    effect: DynamicEffect
    applies_to: str
    is_park_own: bool
    is_on_by_default: bool
    basis: LegalBasis
    only_with_risk: EnterpriseRisk | None = None

    @property
    def fact_names(self) -> tuple[str, ...]:
        """The facts the condition asks for."""
        return tuple(_conditions()[self.id].names())

    @property
    def origin(self) -> str:
        """Where the rule comes from, as printed beside it."""
        return "园区自定" if self.is_park_own else self.basis.citation


class DynamicRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All rules and their facts."""

    title: str
    facts: tuple[DynamicFact, ...]
    rules: tuple[DynamicRule, ...]


class DynamicGrade(msgspec.Struct, frozen=True, kw_only=True):
    """What the facts do to a grade: the colour for the time being, other effects, why, and what is not known."""

    colour: Colour
    raised_by: tuple[DynamicRule, ...]
    effects: tuple[DynamicRule, ...]
    trail: tuple[str, ...]
    questions: tuple[str, ...]
    basis: tuple[LegalBasis, ...]
    unverified: tuple[str, ...]


def raise_grade(
    colour: Colour,
    facts: Mapping[str, FactValue],
    scope: DynamicScope,
    *,
    on: date,
    switches: Mapping[str, bool] | None = None,
    risks: Collection[EnterpriseRisk] | None = None,
) -> DynamicGrade:
    """The colour of a risk point or an enterprise with the facts of that day.

    `switches` turns rules on or off by id; a rule not named follows its default. Raises `KeyError` for a rule or fact the data does not
    have: a mistyped switch must not silently leave a rule as it was. With `risks`, the standing risks of the enterprise, rules for other
    enterprises are left out; without, every rule is tried.
    """
    table = load_dynamic_rules()
    chosen = switches or {}
    if unknown := (set(chosen) - {rule.id for rule in table.rules}) | (set(facts) - {fact.id for fact in table.facts}):
        raise KeyError(f"no dynamic rule or fact named {sorted(unknown)}")
    asks = {fact.id: fact.ask for fact in table.facts}
    now, trail, questions = colour, [], dict[str, None]()
    raised: list[DynamicRule] = []
    effects: list[DynamicRule] = []
    # Going up one level comes before going red, so that the order of the rules in the file does not matter.
    for rule in sorted(table.rules, key=lambda one: one.effect is not DynamicEffect.RISK_POINT_UP_ONE):
        if not (rule.effect.reaches(scope) and chosen.get(rule.id, rule.is_on_by_default) and rule.basis.is_in_force(on)):
            continue
        if risks is not None and rule.only_with_risk is not None and rule.only_with_risk not in risks:
            continue
        condition = _conditions()[rule.id]
        value = condition.value(facts)
        if value is None:
            questions.update(dict.fromkeys(asks[name] for name in condition.missing(facts)))
            trail.append(f"“{rule.title}”是否成立未知，暂不升级（{rule.origin}）")
        if not value:
            continue
        effects.append(rule)
        higher = _raised(now, rule.effect)
        if higher is not now:
            raised.append(rule)
        trail.append(
            f"“{rule.title}”成立：{rule.effect_text}（{rule.origin}）" + (f"，{now.words} → {higher.words}" if higher is not now else "")
        )
        now = higher
    basis = tuple(dict.fromkeys(rule.basis for rule in effects))
    own = tuple(f"“{rule.title}”为园区自定，没有全国统一规定" for rule in effects if rule.is_park_own)
    return DynamicGrade(
        colour=now,
        raised_by=tuple(raised),
        effects=tuple(effects),
        trail=tuple(trail),
        questions=tuple(questions),
        basis=basis,
        unverified=(*unverified_texts(rule.basis for rule in effects if not rule.is_park_own), *own),
    )


def _raised(colour: Colour, effect: DynamicEffect) -> Colour:
    if effect in (DynamicEffect.RISK_POINT_RED, DynamicEffect.ENTERPRISE_RED, DynamicEffect.ENTERPRISE_LOWEST):
        return Colour.RED
    if effect is DynamicEffect.RISK_POINT_UP_ONE:
        return list(Colour)[max(0, list(Colour).index(colour) - 1)]
    return colour


@cache
def load_dynamic_rules() -> DynamicRules:
    """Read and check the rules. Raises `RuleDataError` naming file and key."""
    table = read_table(_FILE, DynamicRules)
    refuse_duplicates(_FILE, "rule", (rule.id for rule in table.rules))
    refuse_duplicates(_FILE, "fact", (fact.id for fact in table.facts))
    known = {fact.id for fact in table.facts}
    for rule in table.rules:
        try:
            names = set(parse_condition(rule.when).names())
        except ExpressionError as error:
            raise RuleDataError(_FILE, f"rule {rule.id} when", str(error)) from error
        if not names <= known:
            raise RuleDataError(_FILE, f"rule {rule.id} when", f"facts without a question: {sorted(names - known)}")
    return table


@cache
def _conditions() -> dict[str, Condition]:
    return {rule.id: parse_condition(rule.when) for rule in load_dynamic_rules().rules}
