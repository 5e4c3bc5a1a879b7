"""Which part of the rulebook goes offline with a phone?

The checklists in force, the major-hazard criteria their items link to with the facts each needs, the time limits, and the words for every
stored value. It is the same for every phone on one day, so it is encoded once a day and format and put into each bundle as it is.
"""

from datetime import date
from functools import lru_cache

import msgspec

from mobile_api.answers import Format, encode
from mobile_api.schemas import ChecklistSaid, CriterionSaid, FactSaid, ItemSaid, Law, LimitSaid
from rules.checklists import ChecklistItem, ChecklistTemplate
from rules.major_hazard import MajorHazards, load_major_hazards
from rules.rulebook import Rulebook
from rules.terms import (
    Answer,
    AnswerResult,
    HazardLevel,
    HazardState,
    InspectionMethod,
    ReinspectionResult,
    SupervisionSector,
    TargetKind,
    Term,
)
from server.inspections.marks import Mark
from server.rectification.schemas import ReinspectionMark

_TERMS: dict[str, type[Term]] = {
    "answer": Answer,
    "answer_result": AnswerResult,
    "hazard_level": HazardLevel,
    "hazard_state": HazardState,
    "inspection_method": InspectionMethod,
    "mark": Mark,
    "re_inspection_mark": ReinspectionMark,
    "re_inspection_result": ReinspectionResult,
    "supervision_sector": SupervisionSector,
    "target_kind": TargetKind,
}


@lru_cache(maxsize=8)
def encoded_law(rulebook: Rulebook, day: date, form: Format) -> msgspec.Raw:
    """The law of a day in a format, ready to be put into a bundle."""
    return msgspec.Raw(encode(read_law(rulebook, day), form))


def read_law(rulebook: Rulebook, day: date) -> Law:
    """The law of a day, as phones carry it."""
    rules = rulebook.at(day)
    templates = rules.checklists.templates
    criteria = load_major_hazards()
    linked = list(dict.fromkeys(one for template in templates for item in template.items for one in item.major_ids))
    asked = list(dict.fromkeys(name for one in linked for name in criteria.fact_names(one)))
    return Law(
        checklists=[_checklist(template) for template in templates],
        criteria=[_criterion(criteria, one) for one in linked],
        facts=[_fact(criteria, name) for name in asked],
        deadlines=[
            LimitSaid(
                key=limit.key,
                label=limit.label,
                value=limit.value,
                unit=limit.unit,
                in_words=limit.in_words,
                citation=limit.citation,
                verified=limit.verified,
            )
            for limit in rules.deadlines.limits.values()
        ],
        terms={name: {one.value: one.label for one in kind} for name, kind in _TERMS.items()},
    )


def _checklist(template: ChecklistTemplate) -> ChecklistSaid:
    return ChecklistSaid(
        code=template.code,
        name=template.name,
        edition=template.edition,
        effective_from=template.effective_from,
        repealed_on=template.repealed_on,
        industries=template.industries,
        targets=template.targets,
        items=[_item(item) for item in template.items],
    )


def _item(item: ChecklistItem) -> ItemSaid:
    return ItemSaid(
        code=item.code,
        section=item.section,
        text=item.text,
        methods=item.methods,
        basis=item.basis,
        severity_hint=item.severity_hint,
        photo_required=item.photo_required,
        suggested_deadline_days=item.suggested_deadline_days,
        major_criterion=item.major_criterion,
        major_ids=item.major_ids,
        major_conditional=item.is_major_conditional,
        verified=item.verified,
    )


def _criterion(criteria: MajorHazards, criterion_id: str) -> CriterionSaid:
    one = criteria.criterion(criterion_id)
    return CriterionSaid(
        id=one.id,
        topic=one.topic,
        condition=one.condition,
        citation=one.clause.citation,
        effective_from=one.clause.effective_from,
        repealed_on=one.clause.repealed_on,
        sectors=one.sectors,
        judging=one.judging,
        facts=criteria.fact_names(criterion_id),
        verified=one.clause.verified,
    )


def _fact(criteria: MajorHazards, name: str) -> FactSaid:
    fact = criteria.facts[name]
    return FactSaid(id=fact.id, ask=fact.ask, kind=fact.kind, evidence=fact.evidence, unit=fact.unit, hint=fact.hint, follows=fact.follows)
