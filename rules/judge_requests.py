"""How is a ruling on major hazards (重大事故隐患) asked for, and answered, as JSON?

The JSON door `judge`: which criteria, or which failed checklist item, of which enterprise, on which inspection day, with which facts. The
answer tells for each criterion what it says, by which clause and why, and what must still be asked; a missing fact is never a *no*. On
request the elements of GB 35181 are counted together. The judging itself is `major_hazard.py`'s and `comprehensive_fire.py`'s.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

import msgspec

from rules.checklists import ChecklistItem, Checklists
from rules.comprehensive_fire import (
    CombinationCount,
    ComprehensiveJudgement,
    ElementSeen,
    NotAnElementError,
    element_seen,
    judge_comprehensively,
)
from rules.comprehensive_fire_data import find_counting_rule, load_counting_rules
from rules.grading_requests import basis_answer
from rules.major_hazard import FindingAdvice, Judgement, MajorHazards, Outcome, Question, UnusableFactError
from rules.major_hazard_data import Evidence
from rules.project_values import read_yes_no
from rules.references import LegalBasis
from rules.requests import RequestError, normal_form, read_day, read_list, read_number, read_text, refuse_unknown_fields, require
from rules.rulebook import Rulebook
from rules.supervision_sectors import SectorTag
from rules.terms import Answer as YesNo
from rules.terms import EnterpriseRisk, SupervisionSector, Term
from rules.three_valued import Facts, FactValue, answer_of

Answer = dict[str, Any]
FactGiven = bool | int | float | str | None

_EVIDENCE_WORDS: dict[Evidence, str] = {"on_site": "现场看", "documents": "查文件", "interview": "询问", "test": "检测或试验"}


class ElementGiven(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An element of the comprehensive judgement as seen: present or not (null: nobody could tell), and whether it was put right at once."""

    present: bool | str | None = None
    corrected_on_the_spot: bool | None = None


class ComprehensiveRequest(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The elements seen, by criterion id; a list names elements that are present. Elements not named are judged by the facts."""

    elements: dict[str, bool | str | ElementGiven | None] | list[str] | str | None = None


class JudgeRequest(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A ruling on major hazards.

    Asked for by `criteria` (ids) or by `item` (the code of a failed checklist item, of the edition in force unless `edition` names one);
    with neither, by every criterion in force for the enterprise that reads one of the `facts`. `industry_code` (GB/T 4754) and `risks` give
    the sectors; `sectors` adds some by name. `facts` are answered 是 / 否 / 不清楚 (true / false / null) or by a number; `photo_only` names
    those that rest on photos alone. `comprehensive` asks for counting by GB 35181. `note` is not read.
    """

    on: date
    id: str | int | None = None
    criteria: list[str] | str | None = None
    item: str | None = None
    edition: str | None = None
    industry_code: str | int | None = None
    sectors: list[str] | str | None = None
    risks: list[str] | str | None = None
    facts: dict[str, FactGiven] | None = None
    photo_only: list[str] | str | None = None
    comprehensive: bool | ComprehensiveRequest | None = None
    note: str | None = None


def answer_judge(request: Mapping[str, Any], rulebook: Rulebook) -> Answer:
    """The answer to one request to judge. Raises `RequestError` for a request that cannot be judged."""
    refuse_unknown_fields(request, _fields(JudgeRequest), "judge ")
    on = read_day(require(request, "on"))
    tags, sector_questions = _sectors(request, rulebook, on)
    sectors = frozenset(tag.sector for tag in tags)
    facts = _facts(request.get("facts"), rulebook.major_hazards)
    photo_only = frozenset(
        _fact_id(read_text(one, "photo_only"), rulebook.major_hazards) for one in read_list(request.get("photo_only"), "photo_only")
    )
    comprehensive = request.get("comprehensive")
    item = _item(request, rulebook.checklists, on)
    ids = item.major_ids if item is not None else _criteria(request, rulebook, on, sectors, facts)
    if not ids and item is None and not comprehensive:
        raise RequestError("missing_field", "要写明判什么：criteria（判定条目 id）、item（检查项编号），或 facts（现场事实）")
    try:
        advice = rulebook.major_hazards.judge_finding(
            ids, on, sectors, facts, item.is_major_conditional if item is not None else False, photo_only
        )
        counted = _count(comprehensive, rulebook.major_hazards, on, sectors, facts, photo_only) if comprehensive else None
    except UnusableFactError as error:
        raise RequestError("unusable_fact", f"facts.{error.fact_id} 的回答类型不对：是非题答 是/否/不清楚，数值题答数字") from error
    answer: Answer = {
        "id": request.get("id"),
        "on": on.isoformat(),
        "edition": rulebook.edition,
        "sectors": [_sector_answer(tag) for tag in tags],
        "sector_questions": list(sector_questions),
        **_advice_answer(advice, rulebook.major_hazards, tags, sector_questions if not sectors else ()),
    }
    if item is not None:
        answer["item"] = _item_answer(item)
    if counted is not None:
        answer["comprehensive"] = _comprehensive_answer(counted)
        if not advice.judgements:
            # Only the count was asked for: what it says is the suggestion, and the fire rescue authority decides.
            answer["suggestion"] = "".join(counted.why)
    return answer


# --- reading ------------------------------------------------------------------------------------------------------------------------


def _sectors(request: Mapping[str, Any], rulebook: Rulebook, on: date) -> tuple[tuple[SectorTag, ...], tuple[str, ...]]:
    """The sectors of the enterprise with why, and what must be asked before they are complete."""
    code = request.get("industry_code")
    text = (
        ""
        if code is None or code == ""
        else read_text(str(code) if isinstance(code, int) and not isinstance(code, bool) else code, "industry_code")
    )
    risks = [_term(EnterpriseRisk, one, "risks") for one in read_list(request.get("risks"), "risks")]
    at = rulebook.at(on).sectors
    tags = {tag.sector: tag for tag in at.sectors_of(text, risks)}
    for one in read_list(request.get("sectors"), "sectors"):
        sector = _term(SupervisionSector, one, "sectors")
        tags.setdefault(sector, SectorTag(sector, "请求写明", verified=True))
    questions = at.questions_about(text, risks) if text or not request.get("sectors") else ()
    return tuple(tags.values()), questions


def _facts(given: object, hazards: MajorHazards) -> dict[str, FactValue]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise RequestError("not_an_object", f"facts 应为对象，写作 {{事实 id: 回答}}，收到的是 {given!r}")
    facts: dict[str, FactValue] = {}
    for name, value in given.items():
        fact_id = _fact_id(str(name), hazards)
        if fact_id in facts:
            raise RequestError("duplicate_field", f"facts 里“{name}”与另一个键是同一个事实，只能答一次")
        facts[fact_id] = _fact_value(fact_id, value, hazards)
    return facts


def _fact_value(fact_id: str, value: object, hazards: MajorHazards) -> FactValue:
    fact = hazards.facts.get(fact_id)
    field = f"facts.{fact_id}"
    if value is None or (fact is not None and fact.kind == "yes_no") or fact is None:
        return answer_of(read_yes_no(value, field))
    if isinstance(value, str):
        if normal_form(value) in {"不清楚", "未知", "不详", "unknown"}:
            return YesNo.UNKNOWN
        value = normal_form(value).removesuffix(normal_form(fact.unit))
    return read_number(value, field)


def _fact_id(named: str, hazards: MajorHazards) -> str:
    """A fact by id or by its question as asked."""
    place = {name: question.ask for rule in load_counting_rules() for name, question in rule.questions.items()}
    if named in hazards.facts or named in place:
        return named
    wanted = normal_form(named)
    asks = {**place, **{fact.id: fact.ask for fact in hazards.facts.values()}}
    found = [name for name, ask in asks.items() if normal_form(ask) == wanted]
    if len(found) == 1:
        return found[0]
    near = get_close_matches(named, asks, n=3)
    hint = (
        "；相近的：" + "、".join(f"{name}（{asks[name]}）" for name in near)
        if near
        else "；先不填 facts 判一次，答复的 questions 会列出要问的事实 id"
    )
    raise RequestError("unknown_fact", f"没有名为“{named}”的事实{hint}")


def _item(request: Mapping[str, Any], checklists: Checklists, on: date) -> ChecklistItem | None:
    named = request.get("item")
    if named is None:
        if request.get("edition") is not None:
            raise RequestError("unknown_field", "edition 只和 item 一起用，指检查表版本")
        return None
    if request.get("criteria") is not None:
        raise RequestError("conflicting_fields", "item 与 criteria 只写一个：检查项已经指明关联的判定条目")
    code = read_text(named, "item").upper()
    edition = request.get("edition")
    item = checklists.at(on).find_item(code) if edition is None else checklists.find_item(code, read_text(edition, "edition"))
    if item is None:
        codes = [one.code for template in checklists.templates for one in template.items]
        near = get_close_matches(code, codes, n=3)
        hint = f"；相近的：{'、'.join(near)}" if near else ""
        when = f"{on} 施行的检查表" if edition is None else f"版本 {edition}"
        raise RequestError("unknown_item", f"{when}里没有检查项“{named}”{hint}")
    return item


def _criteria(
    request: Mapping[str, Any], rulebook: Rulebook, on: date, sectors: frozenset[SupervisionSector], facts: Facts
) -> tuple[str, ...]:
    """The criteria named; with none named, those in force for the enterprise that read one of the facts."""
    hazards = rulebook.major_hazards
    named = [read_text(one, "criteria") for one in read_list(request.get("criteria"), "criteria")]
    known = {one.upper(): one for one in hazards.ids}
    for one in named:
        if one.upper() not in known:
            near = get_close_matches(one.upper(), known, n=3)
            hint = f"；相近的：{'、'.join(known[name] for name in near)}" if near else ""
            raise RequestError("unknown_criterion", f"没有编号为“{one}”的判定条目{hint}")
    if named:
        return tuple(dict.fromkeys(known[one.upper()] for one in named))
    if not facts or request.get("comprehensive"):
        return ()
    reading = tuple(one.id for one in hazards.criteria_on(on, sectors) if not facts.keys().isdisjoint(hazards.fact_names(one.id)))
    if not reading:
        reading = tuple(one.id for one in hazards.at(on) if not facts.keys().isdisjoint(hazards.fact_names(one.id)))
    if not reading:
        raise RequestError("no_criterion_reads_these_facts", f"{on} 施行的判定条目没有一条用到所填的事实；请写明 criteria 或检查日 on")
    return reading


def _term(kind: type[Term], given: object, field: str) -> Any:
    """A value of an enumeration by its stored value or its Chinese label, the label's part before a bracket included."""
    wanted = normal_form(read_text(given, field))
    for one in kind:
        if wanted in {normal_form(one.value), normal_form(one.label), normal_form(one.label.split("（")[0])}:
            return one
    raise RequestError(f"unknown_{field.removesuffix('s')}", f"{field} 没有“{given}”；可用：{'、'.join(one.label for one in kind)}")


def _count(
    given: object,
    hazards: MajorHazards,
    on: date,
    sectors: frozenset[SupervisionSector],
    facts: Facts,
    photo_only: frozenset[str],
) -> ComprehensiveJudgement:
    """The comprehensive count: elements as stated, every other one as the facts say."""
    if given is not True and not isinstance(given, Mapping):
        raise RequestError("not_an_object", f'comprehensive 应为 true 或 {{"elements": …}}，收到的是 {given!r}')
    if isinstance(given, Mapping):
        refuse_unknown_fields(given, _fields(ComprehensiveRequest), "comprehensive ")
    elements = given.get("elements") if isinstance(given, Mapping) else None
    stated = (
        elements.items()
        if isinstance(elements, Mapping)
        else ((read_text(one, "elements"), True) for one in read_list(elements, "elements"))
    )
    seen = [_element(str(name), value) for name, value in stated]
    rule = find_counting_rule(on)
    if rule is not None:
        named = {one.criterion_id for one in seen}
        seen += [element_seen(hazards.judge(name, on, sectors, facts, photo_only)) for name in rule.elements if name not in named]
    place = {name for one in load_counting_rules() for name in one.questions}
    try:
        return judge_comprehensively(on, seen, {name: value for name, value in facts.items() if name in place})
    except NotAnElementError as error:
        raise RequestError("not_an_element", f"{error.criterion_id} 不是 {on} 适用的综合判定要素") from error


def _element(name: str, value: object) -> ElementSeen:
    field = f"comprehensive.elements.{name}"
    corrected: bool | None = None
    if isinstance(value, Mapping):
        refuse_unknown_fields(value, _fields(ElementGiven), f"{field} ")
        corrected = read_yes_no(value.get("corrected_on_the_spot"), f"{field}.corrected_on_the_spot")
        value = value.get("present")
    return ElementSeen(criterion_id=name, present=answer_of(read_yes_no(value, field)), corrected_on_the_spot=corrected is True)


# --- answering ----------------------------------------------------------------------------------------------------------------------


def _advice_answer(advice: FindingAdvice, hazards: MajorHazards, tags: Iterable[SectorTag], sector_questions: Iterable[str]) -> Answer:
    judgements = advice.judgements
    cited = [basis for one in judgements for basis in (one.clause, *one.also)]
    needed = {sector for one in judgements for sector in hazards.criterion(one.criterion_id).sectors}
    doubtful = [f"监管行业“{tag.sector.label}”未核：{tag.why}" for tag in tags if not tag.verified and tag.sector in needed]
    return {
        "suggest_major": advice.suggest_major.value,
        "suggestion": "".join(advice.why),
        "judgements": [_judgement_answer(one, hazards) for one in judgements],
        "questions": [*({"question": one, "fact": None} for one in sector_questions), *(_question_answer(one) for one in advice.ask)],
        "unverified": list(dict.fromkeys([*(_unverified(one) for one in cited if not one.verified), *doubtful])),
    }


def _judgement_answer(judgement: Judgement, hazards: MajorHazards) -> Answer:
    criterion = hazards.criterion(judgement.criterion_id)
    return {
        "criterion": judgement.criterion_id,
        "topic": criterion.topic,
        "condition": criterion.condition,
        "outcome": judgement.outcome.value,
        "label": judgement.outcome.label,
        "clause": judgement.clause.citation,
        "why": list(judgement.why),
        "grounds": [
            {
                "fact": one.fact_id,
                "question": one.ask,
                "answer": one.answer,
                "evidence": _evidence(one.evidence),
                "photo_only": one.photo_only,
            }
            for one in judgement.grounds
        ],
        "questions": [_question_answer(one) for one in judgement.ask],
        "basis": basis_answer((judgement.clause, *judgement.also)),
        "unverified": judgement.unverified,
        "suspected": judgement.is_suspected,
        "in_doubt": judgement.is_in_doubt,
        "decided_by": judgement.decided_by or None,
        "counts_towards": judgement.counts_towards or None,
        "successor": judgement.successor,
        "see": list(judgement.see),
    }


def _comprehensive_answer(judgement: ComprehensiveJudgement) -> Answer:
    return {
        "outcome": judgement.outcome.value,
        "label": judgement.outcome.label,
        "clause": judgement.clause.citation,
        "why": list(judgement.why),
        "counts": [_count_answer(one) for one in judgement.counts],
        "present": list(judgement.present),
        "corrected": list(judgement.corrected),
        "still_open": list(judgement.still_open),
        "questions": [_question_answer(one) for one in judgement.ask],
        "basis": basis_answer((judgement.clause, *judgement.also)),
        "decided_by": "消防救援机构" if judgement.outcome is Outcome.MEETS else None,
        "unverified": judgement.unverified,
        "successor": judgement.successor or None,
    }


def _count_answer(count: CombinationCount) -> Answer:
    return {
        "criterion": count.criterion_id,
        "clause": count.clause.clause,
        "applies": count.applies.value,
        "at_least": count.at_least,
        "present": list(count.present),
        "still_open": len(count.still_open),
        "reached": count.reached.value,
    }


def _question_answer(question: Question) -> Answer:
    answer: Answer = {
        "question": question.ask,
        "fact": question.fact_id,
        "kind": question.kind,
        "evidence": _evidence(question.evidence),
        "criteria": list(question.criteria),
    }
    optional = {"unit": question.unit, "hint": question.hint, "follows": question.follows}
    return {**answer, **{name: text for name, text in optional.items() if text}}


def _item_answer(item: ChecklistItem) -> Answer:
    return {
        "code": item.code,
        "text": item.text,
        "basis": list(item.basis),
        "severity_hint": item.severity_hint.label,
        "major_criterion": item.major_criterion or None,
        "conditional": item.is_major_conditional,
        "suggested_deadline_days": item.suggested_deadline_days,
        "verified": item.verified,
    }


def _sector_answer(tag: SectorTag) -> Answer:
    return {"sector": tag.sector.value, "label": tag.sector.label, "why": tag.why, "verified": tag.verified}


def _evidence(evidence: Iterable[Evidence]) -> list[str]:
    return [_EVIDENCE_WORDS[one] for one in evidence]


def _unverified(basis: LegalBasis) -> str:
    return f"{basis.citation}：未核对正本（来源：{basis.source}）"


def _fields(schema: type[msgspec.Struct]) -> list[str]:
    return [field.name for field in msgspec.structs.fields(schema)]
