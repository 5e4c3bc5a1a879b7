"""Which checklists does an inspector take along on a day, and what did an item of an edition say?

Templates come from `data/checklists/`, one file per template and edition. An edition once used stays for ever, because records name it;
on any day at most one edition of a template is in force. An item's severity is a hint for people: whether a failed item is a major
hazard is `major_hazard.py`'s question.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache

import msgspec

from rules.loading import RuleDataError, list_tables, read_table, refuse_duplicates, refuse_overlaps
from rules.terms import HazardLevel, InspectionMethod, TargetKind

_ALL_INDUSTRIES = "*"


class ChecklistItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing to check. `basis` cites the clauses; `verified` tells whether they were seen or remembered.

    `major_ids` name criteria a failure may meet; `is_major_conditional` items have a further condition and are never judged by machine
    alone. `suggested_deadline_days` are calendar days, 0 means at once; it is advice, not law. `gb13861` is the cause's code of
    GB/T 13861-2022, `accident` and `accident_code` the accident type of GB 6441-2025, `accident_1986` its nearest name of 1986.
    """

    code: str
    section: str
    text: str
    methods: tuple[InspectionMethod, ...]
    basis: tuple[str, ...]
    severity_hint: HazardLevel
    photo_required: bool
    gb13861: str
    accident: str
    accident_code: str
    accident_1986: str
    suggested_deadline_days: int
    verified: bool
    major_criterion: str = ""
    major_ids: tuple[str, ...] = ()
    is_major_conditional: bool = msgspec.field(name="major_conditional", default=False)


class ChecklistTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One edition of a checklist, in force on [effective_from, repealed_on).

    `industries` are code prefixes of GB/T 4754-2017, or `*`; empty `targets` means any kind of inspection target.
    """

    code: str
    name: str
    edition: str
    effective_from: date
    industries: tuple[str, ...]
    items: tuple[ChecklistItem, ...] = msgspec.field(name="item")
    targets: tuple[TargetKind, ...] = ()
    repealed_on: date | None = None

    def is_in_force(self, on: date) -> bool:
        """Whether this edition is the one to take along on that day."""
        return self.effective_from <= on and (self.repealed_on is None or on < self.repealed_on)

    def is_for_industry(self, industry_code: str) -> bool:
        """Whether the industry falls under this template by prefix. An unknown industry ("") gets the general templates only."""
        return any(prefix == _ALL_INDUSTRIES or (industry_code and industry_code.startswith(prefix)) for prefix in self.industries)

    def is_for_target(self, kind: TargetKind) -> bool:
        """Whether this kind of inspection target is checked with this template."""
        return not self.targets or kind in self.targets


class ChecklistsAt:
    """The templates in force on one day."""

    def __init__(self, templates: Iterable[ChecklistTemplate], items: dict[tuple[str, str], ChecklistItem]) -> None:
        self.templates = tuple(templates)
        self._by_code = {one.code: one for one in self.templates}
        self._items = items

    def find_template(self, code: str) -> ChecklistTemplate | None:
        """The edition of this template in force."""
        return self._by_code.get(code)

    def find_item(self, item_code: str) -> ChecklistItem | None:
        """The item as it reads in the edition in force."""
        template = self._by_code.get(template_code_of(item_code))
        return None if template is None else self._items.get((item_code, template.edition))

    def for_industry(self, industry_code: str) -> tuple[ChecklistTemplate, ...]:
        """Every template for an industry code of GB/T 4754-2017, matched by prefix; "" when the code is not known."""
        return tuple(one for one in self.templates if one.is_for_industry(industry_code))

    def for_target(self, kind: TargetKind, industry_code: str = "") -> tuple[ChecklistTemplate, ...]:
        """The templates to offer for a target of this kind and industry."""
        return tuple(one for one in self.for_industry(industry_code) if one.is_for_target(kind))


class Checklists:
    """Every edition of every template."""

    def __init__(self, templates: Iterable[ChecklistTemplate]) -> None:
        self.templates = tuple(sorted(templates, key=lambda one: (one.code, one.effective_from)))
        self._editions = {(one.code, one.edition): one for one in self.templates}
        self._items = {(item.code, one.edition): item for one in self.templates for item in one.items}

    def at(self, day: date) -> ChecklistsAt:
        """The templates in force on that day."""
        return ChecklistsAt((one for one in self.templates if one.is_in_force(day)), self._items)

    def edition_known(self, code: str, edition: str) -> bool:
        """Whether this template ever had this edition; a record naming another one is kept and marked."""
        return (code, edition) in self._editions

    def find_template(self, code: str, edition: str) -> ChecklistTemplate | None:
        """One edition of a template, in force or not."""
        return self._editions.get((code, edition))

    def find_item(self, item_code: str, edition: str) -> ChecklistItem | None:
        """The item as it reads in that edition, in force or not: one dict access."""
        return self._items.get((item_code, edition))


def template_code_of(item_code: str) -> str:
    """The template an item belongs to: `GEN-001` belongs to `GEN`."""
    return item_code.rpartition("-")[0]


def check_template(file: str, template: ChecklistTemplate) -> None:
    """Raise `RuleDataError` for duplicate or foreign item codes, missing citations and severities that contradict their criteria."""
    refuse_duplicates(file, "item", (item.code for item in template.items))
    if not template.items or not template.industries:
        raise RuleDataError(file, template.code, "has no items or no industries")
    for item in template.items:
        if template_code_of(item.code) != template.code:
            raise RuleDataError(file, item.code, f"does not begin with {template.code}-")
        if not item.basis or not all(one.strip() for one in item.basis):
            raise RuleDataError(file, item.code, "cites no basis")
        if not item.methods:
            raise RuleDataError(file, item.code, "names no method")
        if item.suggested_deadline_days < 0:
            raise RuleDataError(file, item.code, "suggests a deadline in the past")
        if (item.severity_hint is HazardLevel.MAJOR) != bool(item.major_ids and item.major_criterion):
            raise RuleDataError(file, item.code, "a hint at a major hazard and its criterion must stand together")


@cache
def load_checklists() -> Checklists:
    """Read every edition in `data/checklists/`. Raises `RuleDataError`."""
    templates: list[ChecklistTemplate] = []
    for file in list_tables("checklists"):
        template = read_table(file, ChecklistTemplate)
        check_template(file, template)
        templates.append(template)
    refuse_duplicates("checklists", "edition", (f"{one.code} {one.edition}" for one in templates))
    for code in sorted({one.code for one in templates}):
        refuse_overlaps("checklists", code, ((one.effective_from, one.repealed_on) for one in templates if one.code == code))
    return Checklists(templates)
