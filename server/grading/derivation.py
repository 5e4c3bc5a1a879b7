"""Which colour has an enterprise on a day, and why?

A function from what is known to a grade, without database or clock. Risk points take their worst hazard source, the enterprise its worst
point; people may have overruled either; then open hazards and accidents raise by the rules of `rules.dynamic_grade` the park has switched
on. Raising comes last and nothing lowers it, so a lower grade somebody granted never hides an open major hazard.
A hazard nobody placed at a risk point counts against the enterprise as a whole, as if it lay at its worst point.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from uuid import UUID

import msgspec

from rules.bands import Colour, worst_colour
from rules.dynamic_grade import DynamicEffect, DynamicRule, DynamicScope, load_dynamic_rules, raise_grade
from rules.terms import Answer, EnterpriseRisk, GradeCause, OverrideKind
from rules.three_valued import FactValue

_MOST_NAMED = 3
_MAJOR_ACCIDENT = 2
"""重大事故, by 国务院令第493号; 1 is 特别重大, 3 较大, 4 一般."""
_RED_EFFECTS = (DynamicEffect.RISK_POINT_RED, DynamicEffect.ENTERPRISE_RED, DynamicEffect.ENTERPRISE_LOWEST)


class PointFacts(msgspec.Struct, frozen=True):
    """A risk point as assessed. `said` names the decisive result (D=240); `unconfirmed` counts sources still to be confirmed on site."""

    id: UUID
    name: str
    risk: Colour | None
    said: str = ""
    score: Decimal | None = None
    sources: int = 1
    unconfirmed: int = 0


class HazardFacts(msgspec.Struct, frozen=True):
    """A hazard (隐患) not closed on the day. `overdue_days` is 0 while it is in time. `is_named`: the reader may know its number."""

    id: UUID
    number: str
    is_major: bool
    criterion_id: str
    overdue_days: int
    point_id: UUID | None
    is_named: bool = True

    @property
    def words(self) -> str:
        """The hazard as told in a reason."""
        what = "未销号重大隐患" if self.is_major else "一般隐患"
        named = "、".join(one for one in (self.criterion_id, self.number) if one) if self.is_named else "尚未下达文书"
        late = f"，逾期 {self.overdue_days} 日未销号" if self.overdue_days else ""
        return f"{what} {named}{late}"


class AccidentFacts(msgspec.Struct, frozen=True):
    """An accident that counts on the day; `level` 1 is the gravest."""

    id: UUID
    title: str
    occurred_on: date
    deaths: int
    serious_injuries: int
    level: int
    is_open: bool

    @property
    def words(self) -> str:
        """The accident as told in a reason."""
        hurt = "".join(f"，{what} {n} 人" for what, n in (("死亡", self.deaths), ("重伤", self.serious_injuries)) if n)
        return f"{self.occurred_on} {self.title}{hurt}" + ("，尚未结案" if self.is_open else "")


class OverrideFacts(msgspec.Struct, frozen=True):
    """A manual override in force on the day. `from_colour` is what a lower grade was granted for."""

    id: UUID
    kind: OverrideKind
    colour: Colour
    from_colour: Colour | None
    point_id: UUID | None
    reason: str
    by: str
    since: date

    def holds_for(self, assessed: Colour | None) -> bool:
        """Whether a lower grade still rests on what it was granted for: the register must not have come to say worse since."""
        return assessed is not None and self.from_colour is not None and assessed.risk.number >= self.from_colour.risk.number


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the colour of one enterprise on one day depends on. `switches` are the park's policies by rule id."""

    day: date
    points: Sequence[PointFacts] = ()
    hazards: Sequence[HazardFacts] = ()
    accidents: Sequence[AccidentFacts] = ()
    overrides: Sequence[OverrideFacts] = ()
    switches: Mapping[str, bool] = {}
    risks: Collection[EnterpriseRisk] = ()
    months_since_review: int | None = None
    has_change: bool = False


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a colour stands: the colour it leads to, in words, by which rule and on what it rests."""

    cause: GradeCause
    colour: Colour
    text: str
    origin: str = ""
    rule_id: str = ""
    point_id: UUID | None = None
    subject_ids: tuple[UUID, ...] = ()

    @property
    def sentence(self) -> str:
        """The reason with its colour word: 红：未销号重大隐患 GM-10-8-4."""
        return f"{self.colour.risk.colour}：{self.text}"


class PointGrade(msgspec.Struct, frozen=True, kw_only=True):
    """A risk point on the day: as assessed, as people settled it, and with its open hazards. `reasons` tell what moved it;
    `is_raised` when hazards or people raised it, which no lower grade of the enterprise may hide."""

    id: UUID
    name: str
    assessed: Colour | None
    settled: Colour | None
    colour: Colour | None
    said: str
    sources: int
    unconfirmed: int
    is_raised: bool = False
    reasons: tuple[Reason, ...] = ()
    trail: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()


class EnterpriseGrade(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise on the day.

    `assessed` follows from the register alone and `colour` is the answer; either is None when there is nothing to say. `headline` is the
    answer in one line, `trail` every step. `reviews` are rules that ask for a new assessment, `effects` those that ask for other things.
    """

    day: date
    assessed: Colour | None
    colour: Colour | None
    points: tuple[PointGrade, ...]
    reasons: tuple[Reason, ...]
    headline: str
    trail: tuple[str, ...]
    questions: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    unconfirmed: int = 0

    @property
    def counts(self) -> dict[Colour | None, int]:
        """How many risk points have each colour on the day; None counts those not assessed. Adds up to `points`."""
        counts: dict[Colour | None, int] = dict.fromkeys((*Colour, None), 0)
        for point in self.points:
            counts[point.colour] += 1
        return counts


class _Raised(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules of dynamic raising made of a colour."""

    colour: Colour | None
    reasons: tuple[Reason, ...] = ()
    trail: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    rules: tuple[DynamicRule, ...] = ()


def derive_grade(situation: Situation) -> EnterpriseGrade:
    """The grade of one enterprise on one day."""
    points = _grade_points(situation)
    known = {point.id for point in points}
    assessed = worst_of(point.assessed for point in points)
    settled = worst_of(point.settled for point in points)
    reasons = _register_reasons(points, settled)
    trail = _register_trail(situation.points, assessed)
    for one in situation.overrides:
        if one.point_id is None and one.kind is OverrideKind.LOWER and is_worse(settled, one.colour):
            if one.holds_for(assessed):
                settled, reasons = one.colour, [_override_reason(one)]
            else:
                trail.append(_lapsed(one))
    moved = [point for point in points if point.reasons]
    reasons += [reason for point in moved for reason in point.reasons]
    colour = worst_of((settled, *(point.colour for point in moved if point.is_raised)))
    unplaced = [one for one in situation.hazards if one.point_id not in known]
    whole = _raise_by_hazards(situation, settled, unplaced, None)
    enterprise = _raise_by_facts(situation, worst_of((colour, whole.colour)))
    colour = enterprise.colour
    for one in situation.overrides:
        if one.point_id is None and one.kind is OverrideKind.RAISE:
            reasons.append(_override_reason(one))
            colour = worst_of((colour, one.colour))
    ordered = tuple(sorted((*reasons, *whole.reasons, *enterprise.reasons), key=lambda reason: reason.colour.risk.number))
    steps = [*trail, *(step for point in moved for step in point.trail), *whole.trail, *enterprise.trail]
    told = [f"{reason.sentence}（{reason.origin}）" if reason.origin else reason.sentence for reason in ordered]
    doubts = (*(text for point in moved for text in point.unverified), *whole.unverified, *enterprise.unverified)
    return EnterpriseGrade(
        day=situation.day,
        assessed=assessed,
        colour=colour,
        points=points,
        reasons=ordered,
        headline="；".join(reason.sentence for reason in ordered) or _words(colour),
        trail=tuple(dict.fromkeys((*steps, *told, f"结论：{_words(colour)}"))),
        questions=enterprise.questions,
        unverified=tuple(dict.fromkeys(doubts)),
        reviews=tuple(rule.title for rule in enterprise.rules if rule.effect is DynamicEffect.REASSESS),
        effects=tuple(rule.effect_text for rule in enterprise.rules if rule.effect is DynamicEffect.KEY_ENTERPRISE),
        unconfirmed=sum(point.unconfirmed for point in points),
    )


def worst_of(colours: Iterable[Colour | None]) -> Colour | None:
    """The most dangerous of some colours; None when there is none."""
    found = [one for one in colours if one is not None]
    return worst_colour(found) if found else None


def is_worse(one: Colour | None, other: Colour | None) -> bool:
    """Whether the first is more dangerous than the second; nothing is more dangerous than it is."""
    return one is not None and (other is None or one.risk.number < other.risk.number)


def _grade_points(situation: Situation) -> tuple[PointGrade, ...]:
    hazards: dict[UUID | None, list[HazardFacts]] = {}
    for hazard in situation.hazards:
        hazards.setdefault(hazard.point_id, []).append(hazard)
    overrides: dict[UUID | None, list[OverrideFacts]] = {}
    for override in situation.overrides:
        overrides.setdefault(override.point_id, []).append(override)
    return tuple(_grade_point(situation, one, overrides.get(one.id, ()), hazards.get(one.id, ())) for one in situation.points)


def _grade_point(situation: Situation, point: PointFacts, overrides: Sequence[OverrideFacts], hazards: Sequence[HazardFacts]) -> PointGrade:
    settled = point.risk
    reasons: list[Reason] = []
    trail: list[str] = []
    # Lower first: whatever the order in which people spoke, a higher grade has the last word.
    for one in sorted(overrides, key=lambda override: override.kind is OverrideKind.RAISE):
        if one.kind is OverrideKind.RAISE:
            settled = worst_of((settled, one.colour))
            reasons.append(_override_reason(one, point.name))
        elif is_worse(settled, one.colour):
            if one.holds_for(point.risk):
                settled = one.colour
                reasons.append(_override_reason(one, point.name))
            else:
                trail.append(f"{point.name}：{_lapsed(one)}")
    raised = _raise_by_hazards(situation, settled, hazards, point)
    return PointGrade(
        id=point.id,
        name=point.name,
        assessed=point.risk,
        settled=settled,
        colour=raised.colour,
        said=point.said,
        sources=point.sources,
        unconfirmed=point.unconfirmed,
        is_raised=bool(raised.reasons) or any(one.kind is OverrideKind.RAISE for one in overrides),
        reasons=(*reasons, *raised.reasons),
        trail=(*trail, *raised.trail),
        unverified=raised.unverified,
    )


def _register_reasons(points: Sequence[PointGrade], settled: Colour | None) -> list[Reason]:
    """What the register says for itself: the points that have the enterprise's settled colour because they were assessed so."""
    if settled is None:
        return []
    decisive = [point for point in points if point.settled is settled and point.assessed is settled]
    if not decisive:
        return []
    named = "、".join(f"{point.name} {point.said}".strip() for point in decisive[:_MOST_NAMED])
    more = f" 等 {len(decisive)} 处" if len(decisive) > _MOST_NAMED else ""
    ids = tuple(point.id for point in decisive)
    return [Reason(cause=GradeCause.ASSESSED, colour=settled, text=f"{named}{more}", subject_ids=ids)]


def _register_trail(points: Sequence[PointFacts], assessed: Colour | None) -> list[str]:
    trail = []
    missing = sum(point.risk is None for point in points)
    if assessed is None:
        trail.append("风险清单中还没有评价过的风险点，未评价不等于低风险")
    else:
        trail.append(f"企业取其 {len(points) - missing} 个已评价风险点中最高的等级：{assessed.words}")
        if missing:
            trail.append(f"另有 {missing} 个风险点尚未评价")
    unconfirmed = sum(point.unconfirmed for point in points)
    if unconfirmed:
        trail.append(f"其中 {unconfirmed} 个危险源采用行业参考清单，待现场确认")
    return trail


def _raise_by_hazards(situation: Situation, colour: Colour | None, hazards: Sequence[HazardFacts], point: PointFacts | None) -> _Raised:
    """The rules for risk points with these hazards; without a point the enterprise as a whole stands for it."""
    if not hazards:
        return _Raised(colour=colour)
    causes: dict[str, list[HazardFacts]] = {
        "open_major_hazards": [one for one in hazards if one.is_major],
        "overdue_general_hazards": [one for one in hazards if not one.is_major and one.overdue_days],
    }
    facts: dict[str, FactValue] = {name: Decimal(len(found)) for name, found in causes.items()}
    # Whether the enterprise must be assessed anew is asked once, for the enterprise.
    switches = dict(situation.switches) | dict.fromkeys(_review_rules(), False)
    # A point nobody assessed can become red by a rule that says red; one level up from nothing says nothing.
    found = raise_grade(colour or Colour.BLUE, facts, DynamicScope.RISK_POINT, on=situation.day, switches=switches, risks=situation.risks)
    reached = found.colour if colour is not None or found.colour is Colour.RED else None
    where = f"{point.name}：" if point is not None else ""
    reasons = []
    for rule in found.effects:
        told = [one for name in rule.fact_names for one in causes.get(name, ())]
        result = Colour.RED if rule.effect in _RED_EFFECTS else _one_up(colour)
        if told and result is not None:
            reasons.append(_rule_reason(rule, result, f"{where}{_listed(one.words for one in told)}", told, point))
    steps = [] if point is not None else ["有隐患未关联风险点，从严按企业整体计"]
    if colour is None and reached is None and found.effects:
        steps.append("尚未评价，逾期隐患升一级无从计起")
    return _Raised(colour=reached, reasons=tuple(reasons), trail=tuple(steps) if found.effects else (), unverified=found.unverified)


def _raise_by_facts(situation: Situation, colour: Colour | None) -> _Raised:
    """The rules for enterprises: accidents, major hazards past their deadline, reviews that are due."""
    day, accidents = situation.day, situation.accidents
    year_ago, three_years_ago = years_before(day, 1), years_before(day, 3)
    late = [one for one in situation.hazards if one.is_major and one.overdue_days]
    recent = [one for one in accidents if one.occurred_on >= year_ago]
    of_three_years = [one for one in accidents if one.occurred_on >= three_years_ago]
    causes: dict[str, Sequence[AccidentFacts | HazardFacts]] = {
        "major_or_worse_accidents_3y": [one for one in of_three_years if one.level <= _MAJOR_ACCIDENT],
        "serious_accidents_3y": [one for one in of_three_years if one.level == _MAJOR_ACCIDENT + 1],
        "fatal_accidents_1y": [one for one in recent if one.deaths],
        "serious_injuries_1y": [one for one in recent if one.serious_injuries],
        "fatal_accidents_last_year": [one for one in accidents if one.occurred_on.year == day.year - 1 and one.deaths],
        "open_casualty_accidents": [one for one in accidents if one.is_open and (one.deaths or one.serious_injuries)],
        "overdue_major_hazards": late,
    }
    facts: dict[str, FactValue] = {name: Decimal(len(found)) for name, found in causes.items()}
    facts["serious_injuries_1y"] = Decimal(max((one.serious_injuries for one in recent), default=0))
    facts["has_change"] = Answer.YES if situation.has_change else Answer.NO
    if situation.months_since_review is not None:
        facts["months_since_review"] = Decimal(situation.months_since_review)
    found = raise_grade(colour or Colour.BLUE, facts, DynamicScope.ENTERPRISE, on=day, switches=situation.switches, risks=situation.risks)
    reasons = []
    for rule in found.effects:
        told = list(dict.fromkeys(one for name in rule.fact_names for one in causes.get(name, ())))
        if rule.effect in _RED_EFFECTS:
            reasons.append(_rule_reason(rule, Colour.RED, _listed(one.words for one in told) or rule.title, told, None))
    reached = found.colour if colour is not None or found.colour is Colour.RED else None
    other = tuple(f"“{rule.title}”成立：{rule.effect_text}（{rule.origin}）" for rule in found.effects if rule.effect not in _RED_EFFECTS)
    return _Raised(
        colour=reached, reasons=tuple(reasons), trail=other, unverified=found.unverified, questions=found.questions, rules=found.effects
    )


def _rule_reason(
    rule: DynamicRule, colour: Colour, text: str, told: Sequence[HazardFacts | AccidentFacts], point: PointFacts | None
) -> Reason:
    cause = GradeCause.ACCIDENT
    if told and isinstance(told[0], HazardFacts):
        cause = GradeCause.HAZARD_OPEN if told[0].is_major else GradeCause.HAZARD_OVERDUE
    return Reason(
        cause=cause,
        colour=colour,
        text=text,
        origin=f"{rule.title}，{rule.origin}",
        rule_id=rule.id,
        point_id=point.id if point is not None else None,
        subject_ids=tuple(one.id for one in told),
    )


def _override_reason(one: OverrideFacts, where: str = "") -> Reason:
    text = f"{where}人工{one.kind.label}（{one.by}，{one.since}）：{one.reason}"
    return Reason(cause=GradeCause.OVERRIDE, colour=one.colour, text=text, point_id=one.point_id, subject_ids=(one.id,))


def _lapsed(one: OverrideFacts) -> str:
    return f"下调为{one.colour.words}（{one.by}，{one.since}）是按{_words(one.from_colour)}批准的，现评价结果更高，不再适用"


def _listed(words: Iterable[str]) -> str:
    said = list(words)
    more = f" 等 {len(said)} 项" if len(said) > _MOST_NAMED else ""
    return "、".join(said[:_MOST_NAMED]) + more


def _words(colour: Colour | None) -> str:
    return colour.words if colour is not None else "未评价"


def _one_up(colour: Colour | None) -> Colour | None:
    order = list(Colour)
    return None if colour is None else order[max(0, order.index(colour) - 1)]


def years_before(day: date, years: int) -> date:
    """The same day some years earlier; 28 February for a leap day."""
    year = max(date.min.year, day.year - years)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def months_between(earlier: date, later: date) -> int:
    """Whole months from one day to a later one."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months - 1 if later.day < earlier.day else months


@cache
def _review_rules() -> tuple[str, ...]:
    return tuple(rule.id for rule in load_dynamic_rules().rules if rule.effect is DynamicEffect.REASSESS)
