"""What do the rules say about one hazard, on the day it was found and for the enterprise it was found at?

Gathers what a judgement needs from the row (the failed item, the answers given so far, the sectors) and asks `rules.major_hazard`. It
suggests; a person confirms, and may choose any criterion in force that day.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from rules.checklists import ChecklistItem
from rules.major_hazard import FindingAdvice, load_major_hazards
from rules.major_hazard_data import Criterion, Fact
from rules.rulebook import Rulebook
from rules.terms import Answer, HazardLevel, SupervisionSector
from rules.three_valued import FactValue
from server.enterprises.service import sectors_of
from server.errors import FieldError, InvalidInput
from server.hazards.schemas import CriterionView, FactView, GradingAdvice, KeptJudgement
from server.models.enterprises import Enterprise
from server.models.hazards import Hazard

_SUGGESTED = {Answer.YES: HazardLevel.MAJOR, Answer.NO: HazardLevel.GENERAL}
_LARGEST = Decimal("1e9")


def find_item(rulebook: Rulebook, hazard: Hazard) -> ChecklistItem | None:
    """The checklist item the hazard failed, as it reads in the edition the inspector had; else as it read that day."""
    if not hazard.item_code:
        return None
    known = rulebook.checklists.find_item(hazard.item_code, hazard.checklist_edition)
    return known or rulebook.at(hazard.found_on).checklists.find_item(hazard.item_code)


def sectors_for(rulebook: Rulebook, hazard: Hazard, enterprise: Enterprise | None) -> tuple[SupervisionSector, ...]:
    """The supervision sectors that choose the criteria."""
    return tuple(SupervisionSector(one.sector) for one in sectors_of(rulebook, enterprise, hazard.found_on).sectors)


def read_facts(stored: Mapping[str, object]) -> dict[str, FactValue]:
    """Stored answers as the rules read them. An answer to a question this release does not know, or of the wrong kind, is left out."""
    known = load_major_hazards().facts
    facts: dict[str, FactValue] = {}
    for name, value in stored.items():
        fact = known.get(name)
        read = _read(fact, str(value)) if fact is not None else None
        if read is not None:
            facts[name] = read
    return facts


def check_answers(answers: Mapping[str, str]) -> dict[str, str]:
    """Answers as they are stored; empty ones mean that an answer is taken back. Raises `InvalidInput` naming each question."""
    known = load_major_hazards().facts
    kept: dict[str, str] = {}
    errors = []
    for name, typed in answers.items():
        text = typed.strip()
        fact = known.get(name)
        if fact is None:
            errors.append(FieldError(name, f"没有“{name}”这个问题"))
        elif not text:
            kept[name] = ""
        else:
            value = _read(fact, text)
            if value is None:
                how = "请选是、否或不清楚" if fact.kind == "yes_no" else f"请填数字（{fact.unit}）"
                errors.append(FieldError(name, f"{fact.ask}{how}"))
            else:
                kept[name] = value.value if isinstance(value, Answer) else str(value)
    if errors:
        raise InvalidInput(errors)
    return kept


def advise(rulebook: Rulebook, hazard: Hazard, enterprise: Enterprise | None) -> FindingAdvice:
    """What the criteria linked to the failed item suggest."""
    item = find_item(rulebook, hazard)
    return load_major_hazards().judge_finding(
        item.major_ids if item else (),
        hazard.found_on,
        sectors_for(rulebook, hazard, enterprise),
        read_facts(hazard.facts),
        item.is_major_conditional if item else False,
    )


def suggested_level(advice: FindingAdvice) -> HazardLevel | None:
    """The level an advice suggests; None while facts are missing, or where no criterion is linked."""
    return _SUGGESTED.get(advice.suggest_major)


def describe_grading(rulebook: Rulebook, hazard: Hazard, enterprise: Enterprise | None) -> GradingAdvice:
    """The advice with everything a person needs to grade: open questions, answers so far, criteria to choose from."""
    law = load_major_hazards()
    advice = advise(rulebook, hazard, enterprise)
    sectors = sectors_for(rulebook, hazard, enterprise)
    judged = [one.criterion_id for one in advice.judgements]
    offered = [law.criterion(one) for one in judged]
    offered += [one for one in law.criteria_on(hazard.found_on, sectors) if one.id not in judged]
    return GradingAdvice(
        hazard=hazard,
        advice=advice,
        questions=advice.ask,
        known=tuple(_fact_view(law.facts[name], value) for name, value in read_facts(hazard.facts).items()),
        criteria=tuple(_criterion_view(one, linked=one.id in judged) for one in offered if one.is_in_force(hazard.found_on)),
        edition=rulebook.edition,
    )


def find_criterion(criterion_id: str, hazard: Hazard) -> Criterion | None:
    """The criterion, when it was in force on the day the hazard was found."""
    law = load_major_hazards()
    if criterion_id not in law.ids:
        return None
    criterion = law.criterion(criterion_id)
    return criterion if criterion.is_in_force(hazard.found_on) else None


def keep_judgements(
    rulebook: Rulebook, hazard: Hazard, enterprise: Enterprise | None, advice: FindingAdvice, chosen: str
) -> list[dict[str, Any]]:
    """What every linked criterion and the chosen one said, with the rules' edition, in plain values that can be kept for ever."""
    judgements = {one.criterion_id: one for one in advice.judgements}
    if chosen and chosen not in judgements:
        sectors = sectors_for(rulebook, hazard, enterprise)
        judgements[chosen] = load_major_hazards().judge(chosen, hazard.found_on, sectors, read_facts(hazard.facts))
    kept = (KeptJudgement(edition=rulebook.edition, judgement=msgspec.to_builtins(one)) for one in judgements.values())
    return [msgspec.to_builtins(one) for one in kept]


def _read(fact: Fact, text: str) -> FactValue | None:
    if fact.kind == "yes_no":
        return Answer(text) if text in set(Answer) else None
    if text == Answer.UNKNOWN:
        return Answer.UNKNOWN
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) <= _LARGEST else None


def _fact_view(fact: Fact, value: FactValue) -> FactView:
    shown = value.label if isinstance(value, Answer) else f"{value.normalize():f}{fact.unit}"
    stored = value.value if isinstance(value, Answer) else str(value)
    return FactView(fact_id=fact.id, ask=fact.ask, kind=fact.kind, unit=fact.unit, value=stored, shown=shown)


def _criterion_view(criterion: Criterion, *, linked: bool) -> CriterionView:
    return CriterionView(
        id=criterion.id,
        topic=criterion.topic,
        condition=criterion.condition,
        citation=criterion.clause.citation,
        verified=criterion.clause.verified,
        linked=linked,
    )
