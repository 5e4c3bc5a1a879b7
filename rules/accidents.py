"""How grave was an accident, of which class, and from which hazardous factor?

The grade by 国务院令第493号 第三条: of deaths, serious injuries (acute industrial poisoning included) and direct loss the gravest
decides, and “以上” includes the number. Accident classes stand in two editions of GB 6441 and the day of the accident chooses; hazardous
factors in GB/T 13861. Records keep edition and name together, because the codes of the 2025 edition are not confirmed.
"""

from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import TypeVar

import msgspec

from rules.bands import Colour
from rules.grade import unverified_texts
from rules.grading_data import refuse_if_not_in_force
from rules.loading import RuleDataError, read_table, refuse_duplicates
from rules.references import LegalBasis
from rules.requests import RequestError, normal_form, plain


class AccidentClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A class of accident. `code` is two digits, `printed` as the standard prints it; both empty where the code is not confirmed."""

    order: int
    name: str
    code: str = ""
    printed: str = ""


class AccidentClasses(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One edition of GB 6441."""

    id: str
    title: str
    basis: LegalBasis
    classes: tuple[AccidentClass, ...]


class HazardousFactor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A factor of GB/T 13861. Its parent is the longest other code it begins with."""

    code: str
    name: str
    verified: bool = True
    source: str = ""


class HazardousFactors(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One edition of GB/T 13861."""

    id: str
    title: str
    basis: LegalBasis
    factors: tuple[HazardousFactor, ...]

    def parent(self, factor: HazardousFactor) -> HazardousFactor | None:
        """The factor above, or None at the top."""
        above = [one for one in self.factors if factor.code != one.code and factor.code.startswith(one.code)]
        return max(above, key=lambda one: len(one.code), default=None)


class InjuryDegree(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A degree of injury: from so many lost working days."""

    name: str
    days_at_least: int


class InjuryDegrees(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Degrees of injury by lost working days."""

    title: str
    basis: LegalBasis
    degrees: tuple[InjuryDegree, ...]


class AccidentGradeRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A grade: reached by any one of the three, the number itself included."""

    level: int
    label: str
    deaths: int
    serious_injuries: int
    loss_wan: Decimal


class AccidentGrades(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The four grades, gravest first."""

    title: str
    rule: str
    basis: LegalBasis
    grades: tuple[AccidentGradeRow, ...]


class AccidentGrade(msgspec.Struct, frozen=True, kw_only=True):
    """The grade of an accident. When a number is missing and could still raise it, `questions` ask and the grade is the least it can be."""

    level: int
    label: str
    trail: tuple[str, ...]
    questions: tuple[str, ...]
    basis: tuple[LegalBasis, ...]
    unverified: tuple[str, ...] = ()
    colour: Colour | None = None


class FoundClass(msgspec.Struct, frozen=True):
    """A class with the edition it belongs to."""

    edition: str
    found: AccidentClass
    basis: LegalBasis
    note: str = ""


_ASKS = {
    "deaths": "死亡几人？（deaths）",
    "serious_injuries": "重伤几人，含急性工业中毒？（serious_injuries）",
    "loss_wan": "直接经济损失多少万元？（loss_wan）",
}
_WORDS = {"deaths": ("死亡", "人"), "serious_injuries": ("重伤", "人"), "loss_wan": ("直接经济损失", "万元")}


def grade_accident(deaths: int | None, serious_injuries: int | None, loss_wan: Decimal | None, *, on: date) -> AccidentGrade:
    """The grade of an accident: the gravest of the three numbers decides. `loss_wan` in 万元.

    Raises `RequestError` when none of the three is known, and for a day before the regulation was in force.
    """
    table = _load_grades()
    refuse_if_not_in_force(table.basis, table.title, on)
    told: dict[str, int | Decimal | None] = {"deaths": deaths, "serious_injuries": serious_injuries, "loss_wan": loss_wan}
    known = {name: number for name, number in told.items() if number is not None}
    if not known:
        raise RequestError("missing_field", "死亡、重伤、直接经济损失至少要有一项（deaths、serious_injuries、loss_wan）")
    trail = []
    levels = []
    for name, number in known.items():
        row = next(one for one in table.grades if number >= getattr(one, name))
        words, unit = _WORDS[name]
        least = getattr(row, name)
        reached = f"达到“{plain(Decimal(least))}{unit}以上”（含本数）：{row.label}" if least else f"未达较大事故：{row.label}"
        trail.append(f"{words} {plain(Decimal(number))} {unit}，{reached}")
        levels.append(row)
    gravest = min(levels, key=lambda one: one.level)
    trail.append(f"三项取最高：{gravest.label}")
    if not any(known.values()):
        trail.append("各项均为 0，是否属于生产安全事故另行认定")
    missing = [name for name in told if name not in known]
    questions = tuple(_ASKS[name] for name in missing) if gravest.level > 1 else ()
    if questions:
        trail.append(f"有 {len(missing)} 项未知，以上是至少的等级")
    return AccidentGrade(
        level=gravest.level,
        label=gravest.label,
        trail=tuple(trail),
        questions=questions,
        basis=(table.basis,),
        unverified=unverified_texts((table.basis,)),
    )


def accident_classes(on: date) -> AccidentClasses:
    """The edition of GB 6441 for an accident on that day. Raises `RequestError` for a day before the first edition."""
    return _in_force(load_accident_classes(), on)


def find_accident_class(named: str, on: date) -> FoundClass:
    """A class by name or code, in the edition of that day. Raises `RequestError` when that edition does not have it."""
    edition = accident_classes(on)
    wanted = normal_form(named)
    for one in edition.classes:
        if wanted in {normal_form(text) for text in (one.name, one.code, one.printed) if text}:
            return FoundClass(edition.id, one, edition.basis, "" if one.code else "正式编码未核实，按标准版本与类别名记录")
    others = [other.id for other in load_accident_classes() if any(wanted == normal_form(one.name) for one in other.classes)]
    hint = f"；它是 {'、'.join(others)} 的类别" if others else ""
    raise RequestError("unknown_accident_class", f"{edition.basis.doc_no} 没有“{named}”这一类{hint}")


def hazardous_factors(on: date) -> HazardousFactors:
    """The edition of GB/T 13861 of that day; of the 2009 edition only the management factors are held."""
    return _in_force(load_hazardous_factors(), on)


def injury_degree(lost_days: int) -> InjuryDegree:
    """The degree of an injury by lost working days. Raises `RequestError` below one day."""
    for one in reversed(_load_degrees().degrees):
        if lost_days >= one.days_at_least:
            return one
    raise RequestError("out_of_range", f"损失工作日 {lost_days} 不足 1 日，不分伤害程度")


AnyEdition = TypeVar("AnyEdition", AccidentClasses, HazardousFactors)


def _in_force(editions: tuple[AnyEdition, ...], on: date) -> AnyEdition:
    for one in editions:
        if one.basis.is_in_force(on):
            return one
    raise RequestError("not_in_force", f"{on} 没有施行中的版本；已存：{'、'.join(one.basis.doc_no for one in editions)}")


@cache
def load_accident_classes() -> tuple[AccidentClasses, ...]:
    """Both editions of GB 6441, checked."""
    editions = []
    for file in ("accidents/gb6441_1986.toml", "accidents/gb6441_2025.toml"):
        edition = read_table(file, AccidentClasses)
        refuse_duplicates(file, "class", (one.name for one in edition.classes))
        refuse_duplicates(file, "code", (one.code for one in edition.classes if one.code))
        editions.append(edition)
    return tuple(editions)


@cache
def load_hazardous_factors() -> tuple[HazardousFactors, ...]:
    """The editions of GB/T 13861, checked."""
    editions = []
    for file in ("accidents/gbt13861_2022.toml", "accidents/gbt13861_2009.toml"):
        edition = read_table(file, HazardousFactors)
        refuse_duplicates(file, "factor", (one.code for one in edition.factors))
        editions.append(edition)
    return tuple(editions)


@cache
def _load_grades() -> AccidentGrades:
    file = "accidents/order_493.toml"
    table = read_table(file, AccidentGrades)
    for upper, lower in pairwise(table.grades):
        if upper.deaths <= lower.deaths or upper.serious_injuries <= lower.serious_injuries or upper.loss_wan <= lower.loss_wan:
            raise RuleDataError(file, "grades", "each grade needs higher numbers than the next")
    return table


@cache
def _load_degrees() -> InjuryDegrees:
    return read_table("accidents/injury_degrees.toml", InjuryDegrees)
