"""Do the stored materials of a project make a major hazard installation, as far as the catalogue asks?

Screening needs S and R of GB 18218 for a handful of entries. The standard's own arithmetic is `major_hazard_installation.py`; this module
only hands it the materials that stand on table 1, at their largest design storage. A judge is a function, so a caller may bring its own.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from rules.major_hazard_installation import InventoryItem, grade_installation
from rules.major_hazard_installation_data import load_installation_book
from rules.requests import RequestError, plain
from rules.restriction_terms import SubstanceList
from rules.substance_lookup import Chemical
from rules.substances import Resolved, standing

_FIRST_DAY = date(2019, 3, 1)
_PIPED_WORDS = ("管道", "市政")
_STORED_WORDS = ("LNG", "CNG", "液化", "储罐", "钢瓶", "气瓶", "储存")
_METHANE = "74-82-8"
_SOLUTION_NAMES = ("氢氟酸", "溶液")


class Installation(msgspec.Struct, frozen=True):
    """`constitutes` is None while a missing fact can decide; `r` is None when not graded or not known.

    `is_asked` tells that a material of table 1 is there at all.
    """

    constitutes: bool | None
    r: Decimal | None = None
    trail: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    is_asked: bool = False


InstallationJudge = Callable[[Sequence[Resolved], date], Installation]
NOTHING_STORED = Installation(False, trail=("没有列入 GB 18218 表1 的物料",))


def judge_installation(materials: Sequence[Resolved], on: date) -> Installation:
    """S and R of the materials that stand on table 1 of GB 18218-2018. Piped natural gas without a stored quantity is not counted."""
    items: list[InventoryItem] = []
    trail: list[str] = []
    questions: list[str] = []
    unsure: list[str] = []
    for one in materials:
        stands = standing(one, SubstanceList.GB18218_TABLE_1)
        if stands.holds is False:
            continue
        stored = one.material.max_storage_t
        if one.cas == _METHANE and stored is None and is_piped(one):
            trail.append(f"{one.field}“{one.material.name}”为管道供气，没有储存量，不计入 S")
            continue
        if stands.holds is None:
            if stored is not None and stored == 0:
                continue
            questions.append(stands.question)
            continue
        concentration = one.material.concentration
        if one.substance is not None and one.substance.counted_pure and stored is not None:
            if concentration is not None:
                pure = stored * concentration / 100
                trail.append(f"{one.field}“{one.material.name}”折百：{plain(stored)} t × {plain(concentration)}% = {plain(pure)} t")
                stored, concentration = pure, None
            elif any(word in one.text for word in _SOLUTION_NAMES):
                unsure.append(f"“{one.material.name}”的质量浓度是多少（存量要折百）？")
        chemical = Chemical(
            cas=one.cas,
            state=one.material.state or None,
            concentration=None if concentration is None else f"{concentration}%",
        )
        items.append(InventoryItem(chemical=chemical, quantity_t=stored))
    if not items:
        if questions:
            return Installation(None, None, tuple(trail), tuple(questions), is_asked=True)
        return NOTHING_STORED if not trail else Installation(False, trail=tuple(trail))
    try:
        grade = grade_installation(load_installation_book(), items, None, on=max(on, _FIRST_DAY))
    except RequestError as error:
        return Installation(None, None, tuple(trail), (*questions, error.detail), is_asked=True)
    r = None if grade.r is None else Decimal(grade.r.numerator) / Decimal(grade.r.denominator)
    constitutes = grade.constitutes if grade.constitutes or not questions else None
    if constitutes and unsure:
        # A solution counted whole reaches at least what its pure part reaches: below 1 the answer stands, from 1 on it is open.
        constitutes = None
        questions += unsure
    missing = [
        f"“{one.material.name}”的设计最大存量是多少吨（不是年用量）？"
        for one in materials
        if one.material.max_storage_t is None
        and standing(one, SubstanceList.GB18218_TABLE_1).holds
        and not (one.cas == _METHANE and is_piped(one))
    ]
    asked = missing or [text for text in grade.questions if "常住人口" not in text]
    return Installation(constitutes, r, (*trail, *grade.trail), (*questions, *asked), is_asked=True)


def is_piped(one: Resolved) -> bool:
    """Whether natural gas comes by pipe: it says so, or says nothing of bottles, tanks or liquefaction."""
    text = one.text + one.material.storage.upper()
    return any(word in text for word in _PIPED_WORDS) or not any(word in text for word in _STORED_WORDS)
