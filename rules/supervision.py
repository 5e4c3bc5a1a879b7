"""How often may, and must, an enterprise be inspected?

A *floor* says at least so often, a *cap* at most so often (国办发〔2024〕54号 and what provinces published after it); the two are different
rules and never stand for each other. Inspections triggered by a report, an accident, a referral or a re-inspection do not use up the cap
and are listed apart. The published frequencies are other places' and some firms' own: a park adopts one by its id, nothing applies by
itself.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache

import msgspec

from rules.grading_data import refuse_if_not_in_force
from rules.loading import list_tables, read_table, refuse_duplicates
from rules.references import LegalBasis
from rules.requests import RequestError, normal_form, plain


class FrequencyKind(StrEnum):
    """Whether a frequency is the least or the most."""

    FLOOR = "floor"
    CAP = "cap"


class Period(StrEnum):
    """The time a number of inspections is counted over."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    THREE_YEARS = "three_years"

    @property
    def per_year(self) -> Fraction:
        """How many of these periods a year has."""
        return _PER_YEAR[self]


_PER_YEAR = {
    Period.WEEK: Fraction(52),
    Period.MONTH: Fraction(12),
    Period.QUARTER: Fraction(4),
    Period.HALF_YEAR: Fraction(2),
    Period.YEAR: Fraction(1),
    Period.THREE_YEARS: Fraction(1, 3),
}


class Frequency(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The frequency of one category, in the source's words; `times` per `per` where it gives a number."""

    category: str
    text: str
    times: int | None = None
    per: Period | None = None

    @property
    def yearly(self) -> Fraction | None:
        """Inspections a year, or None where the source gives no number."""
        return None if self.times is None or self.per is None else self.times * self.per.per_year


class FrequencyRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One published rule of frequency."""

    id: str
    title: str
    region: str
    kind: FrequencyKind
    applies_to: str
    basis: LegalBasis
    frequencies: tuple[Frequency, ...]


class CapPrinciple(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why there are caps, and the reasons of inspections that do not use them up, with their Chinese names."""

    title: str
    triggered_reasons: dict[str, str]
    basis: LegalBasis


class PlanPrinciple(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the law asks of a year's plan of inspections; a park that makes its own takes it as a model."""

    title: str
    text: str
    basis: LegalBasis


class LetterDirection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which letter is the worst in a scheme from elsewhere."""

    scheme: str
    worst_letter: str
    source: str
    verified: bool


class LetterDirections(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Directions of letter grades: they run both ways, so a letter without its scheme says nothing."""

    title: str
    directions: tuple[LetterDirection, ...]


class EnforcementNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A known practice of classified enforcement."""

    name: str
    text: str
    source: str
    verified: bool


class EnforcementNotes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Known practices, for reading only."""

    title: str
    notes: tuple[EnforcementNote, ...]


class FrequencyBounds(msgspec.Struct, frozen=True, kw_only=True):
    """The yearly bounds that adopted rules set: at least `floor`, at most `cap`; None where no rule sets one."""

    floor: Fraction | None
    cap: Fraction | None
    trail: tuple[str, ...]
    basis: tuple[LegalBasis, ...]

    @property
    def contradict(self) -> bool:
        """Whether the floor asks for more than the cap allows: the office must settle it, neither bound gives way by itself."""
        return self.floor is not None and self.cap is not None and self.floor > self.cap


class InspectionUse(msgspec.Struct, frozen=True):
    """An inspection of the year: `reason` is empty for a planned one, otherwise one of the triggered reasons."""

    inspected_on: date
    reason: str = ""


class CapUse(msgspec.Struct, frozen=True, kw_only=True):
    """How a year's inspections stand against a cap: those that count, those triggered, and what is left."""

    counted: tuple[InspectionUse, ...]
    triggered: tuple[InspectionUse, ...]
    left: Fraction
    is_exceeded: bool
    sentence: str


def frequency_bounds(adopted: Mapping[str, str], *, on: date) -> FrequencyBounds:
    """The bounds of the rules a park adopted: `adopted` maps a rule's id to the enterprise's category in it.

    Several floors: the greatest binds; several caps: the least. Raises `RequestError` for an unknown rule or category.
    """
    floor: Fraction | None = None
    cap: Fraction | None = None
    trail, basis = [], []
    for rule_id, category in adopted.items():
        rule = find_frequency_rule(rule_id, on)
        found = next((one for one in rule.frequencies if normal_form(one.category) == normal_form(category)), None)
        if found is None:
            raise RequestError(
                "unknown_category", f"{rule.title} 没有“{category}”这一类；可用：{'、'.join(one.category for one in rule.frequencies)}"
            )
        word = "至少" if rule.kind is FrequencyKind.FLOOR else "至多"
        yearly = found.yearly
        trail.append(
            f"{rule.title}，{found.category}：{found.text}" + (f"，{word}每年 {plain(yearly)} 次" if yearly is not None else "（没有次数）")
        )
        basis.append(rule.basis)
        if yearly is not None and rule.kind is FrequencyKind.FLOOR:
            floor = yearly if floor is None else max(floor, yearly)
        elif yearly is not None:
            cap = yearly if cap is None else min(cap, yearly)
    if floor is not None and cap is not None and floor > cap:
        trail.append(f"下限每年 {plain(floor)} 次多于上限每年 {plain(cap)} 次，两者冲突，须由安全办决定")
    return FrequencyBounds(floor=floor, cap=cap, trail=tuple(trail), basis=tuple(basis))


def use_of_cap(inspections: Iterable[InspectionUse], cap: int | Fraction, year: int) -> CapUse:
    """How a year's inspections of one enterprise stand against its cap. Raises `RequestError` for an unknown reason."""
    reasons = load_cap_principle().triggered_reasons
    counted: list[InspectionUse] = []
    triggered: list[InspectionUse] = []
    for one in sorted(inspections, key=lambda use: use.inspected_on):
        if one.inspected_on.year != year:
            continue
        if one.reason and one.reason not in reasons:
            raise RequestError("unknown_reason", f"触发原因“{one.reason}”不在清单内；可用：{'、'.join(reasons)}")
        (triggered if one.reason else counted).append(one)
    left = Fraction(cap) - len(counted)
    excepted = f"，另有触发式检查 {len(triggered)} 次不占上限" if triggered else ""
    state = f"超出 {plain(-left)} 次" if left < 0 else f"还可 {plain(left)} 次"
    sentence = f"{year} 年上限 {plain(Fraction(cap))} 次，已查 {len(counted)} 次，{state}{excepted}"
    return CapUse(counted=tuple(counted), triggered=tuple(triggered), left=max(left, Fraction(0)), is_exceeded=left < 0, sentence=sentence)


def find_frequency_rule(rule_id: str, on: date) -> FrequencyRule:
    """The rule of that id. Raises `RequestError` for an unknown one and one not in force on that day."""
    for rule in load_frequency_rules():
        if rule.id == rule_id:
            refuse_if_not_in_force(rule.basis, rule.title, on)
            return rule
    raise RequestError(
        "unknown_frequency_rule", f"没有名为“{rule_id}”的频次规则；可用：{'、'.join(rule.id for rule in load_frequency_rules())}"
    )


def most_dangerous_first(letters: Iterable[str], scheme: str) -> list[str]:
    """Letter grades of a known scheme, the worst first. Raises `RequestError` for a scheme whose direction nobody recorded."""
    directions = load_letter_directions().directions
    found = next((one for one in directions if normal_form(one.scheme) == normal_form(scheme)), None)
    if found is None:
        raise RequestError("unknown_scheme", f"未登记“{scheme}”的字母方向；已登记：{'、'.join(one.scheme for one in directions)}")
    return sorted(letters, reverse=found.worst_letter != "A")


@cache
def load_frequency_rules() -> tuple[FrequencyRule, ...]:
    """Every published rule of frequency, checked."""
    rules = []
    for file in list_tables("supervision/frequencies"):
        rule = read_table(file, FrequencyRule)
        refuse_duplicates(file, "category", (one.category for one in rule.frequencies))
        rules.append(rule)
    refuse_duplicates("supervision/frequencies", "rule", (rule.id for rule in rules))
    return tuple(rules)


@cache
def load_cap_principle() -> CapPrinciple:
    """The principle of caps."""
    return read_table("supervision/caps.toml", CapPrinciple)


@cache
def load_plan_principle() -> PlanPrinciple:
    """What the law asks of a year's plan."""
    return read_table("supervision/annual_plan.toml", PlanPrinciple)


@cache
def load_letter_directions() -> LetterDirections:
    """The directions of letter grades."""
    return read_table("supervision/letter_directions.toml", LetterDirections)


@cache
def load_enforcement_notes() -> EnforcementNotes:
    """Known practices of classified enforcement."""
    return read_table("supervision/classified_enforcement.toml", EnforcementNotes)
