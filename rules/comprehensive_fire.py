"""Do several fire hazards together make a major fire hazard (重大火灾隐患), though none of them does alone?

GB 35181 counts the elements of its comprehensive judgement (综合判定要素): how many, and which, depends on the kind of place. The rule is
dated data (`data/major_hazard_counting/`) and is used only for days on which it was in force; for other days a person decides. An element
nobody looked at, or a kind of place nobody named, leaves the count open. Whether a single element is present is `major_hazard.py`'s
question, and the fire rescue authority decides in the end: a count that is reached is a suspicion to be referred.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import product

import msgspec

from rules.comprehensive_fire_data import Combination, CountingRule, find_counting_rule, load_counting_rules
from rules.major_hazard import Judgement, Outcome, Question, UnusableFactError
from rules.references import LegalBasis
from rules.terms import Answer
from rules.three_valued import Facts, answer_of


class NotAnElementError(ValueError):
    """Something was offered for counting that the rule of the day does not count. Carries `criterion_id`."""

    def __init__(self, criterion_id: str) -> None:
        super().__init__(f"{criterion_id} is no element of the comprehensive judgement")
        self.criterion_id = criterion_id


class ElementSeen(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen of one element at one spot. The same element may be offered as often as it was seen: it counts once.

    `corrected_on_the_spot`: what can be put right at once is no element and is not counted.
    """

    criterion_id: str
    present: Answer
    corrected_on_the_spot: bool = False


class CombinationCount(msgspec.Struct, frozen=True, kw_only=True):
    """The count under one combination: does it apply to the place, which elements are present, which still open, is it reached?"""

    criterion_id: str
    clause: LegalBasis
    applies: Answer
    at_least: int
    present: tuple[str, ...]
    still_open: tuple[str, ...]
    reached: Answer


class ComprehensiveJudgement(msgspec.Struct, frozen=True, kw_only=True):
    """What the counting rule says about one place on one day.

    `clause` is the rule's citation, `also` the clauses cited with it. `why` are Chinese sentences. `present` are the elements counted,
    `corrected` those left out because they were put right at once, `still_open` the elements that could still change the result (ask
    `MajorHazards.questions` for them), `ask` the questions about the place. `unverified` as everywhere: not compared with the text.
    """

    outcome: Outcome
    clause: LegalBasis
    why: tuple[str, ...]
    counts: tuple[CombinationCount, ...] = ()
    present: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    still_open: tuple[str, ...] = ()
    ask: tuple[Question, ...] = ()
    also: tuple[LegalBasis, ...] = ()
    unverified: bool = False
    successor: str = ""


def element_seen(judgement: Judgement, *, corrected_on_the_spot: bool = False) -> ElementSeen:
    """A single element's judgement as something to count. What a person must decide stays unknown."""
    present = {Outcome.MEETS: Answer.YES, Outcome.DOES_NOT_MEET: Answer.NO, Outcome.NOT_APPLICABLE: Answer.NO}
    if judgement.is_in_doubt:
        return ElementSeen(criterion_id=judgement.criterion_id, present=Answer.UNKNOWN, corrected_on_the_spot=corrected_on_the_spot)
    return ElementSeen(
        criterion_id=judgement.criterion_id,
        present=present.get(judgement.outcome, Answer.UNKNOWN),
        corrected_on_the_spot=corrected_on_the_spot,
    )


def judge_comprehensively(on: date, seen: Iterable[ElementSeen], facts: Facts) -> ComprehensiveJudgement:
    """Whether the elements seen at one place make a major fire hazard together, by the rule in force on the inspection day.

    `facts` tell the kind of place and whether an exclusion holds; what is missing counts as unknown, and so does every element that was
    not offered. Raises `NotAnElementError` and `UnusableFactError`.
    """
    rule = find_counting_rule(on)
    if rule is None:
        return _no_rule_that_day(on)
    _check_facts(rule, facts)
    tally = _tally(rule, seen)
    counts = tuple(_count(one, tally, facts) for one in rule.combinations)
    reached, open_places = _reached_in_any_place(rule, counts, facts)
    excluded = rule.excluded_when.value(facts)
    present, corrected = _in_state(tally, Answer.YES), tuple(name for name, one in tally.items() if one.is_corrected)
    if reached is False or excluded is True:
        return _result(rule, Outcome.DOES_NOT_MEET, _why_not(rule, counts, present, excluded=excluded is True), counts, present, corrected)
    if reached is True and excluded is False:
        why = (*_why_reached(counts), "疑似重大火灾隐患，须经集体讨论，由消防救援机构认定，建议移送。")
        return _result(rule, Outcome.MEETS, why, counts, present, corrected)
    deciding = () if reached else tuple(one for one in counts if _can_change(one))
    still_open = tuple(name for name in rule.elements if any(name in one.still_open for one in deciding))
    asked = (*open_places, *(rule.excluded_when.missing(facts) if excluded is None else ()))
    why = _why_open(counts, still_open, open_places, reached=reached is True, excluded=excluded)
    judgement = _result(rule, Outcome.NOT_KNOWN, why, counts, present, corrected)
    return msgspec.structs.replace(judgement, still_open=still_open, ask=tuple(rule.questions[name] for name in dict.fromkeys(asked)))


class _Tally(msgspec.Struct):
    """What is known of one element over all spots."""

    present: Answer = Answer.UNKNOWN
    is_corrected: bool = False


def _tally(rule: CountingRule, seen: Iterable[ElementSeen]) -> dict[str, _Tally]:
    """Each element of the rule once: present if present at some spot, open if some spot is open or nobody looked, otherwise absent."""
    spots: dict[str, list[ElementSeen]] = {name: [] for name in rule.elements}
    for one in seen:
        if one.criterion_id not in spots:
            raise NotAnElementError(one.criterion_id)
        spots[one.criterion_id].append(one)
    tally: dict[str, _Tally] = {}
    for name, ones in spots.items():
        left = {one.present for one in ones if not one.corrected_on_the_spot}
        if Answer.YES in left:
            tally[name] = _Tally(Answer.YES)
        elif Answer.UNKNOWN in left or not ones:
            tally[name] = _Tally(Answer.UNKNOWN)
        else:
            tally[name] = _Tally(Answer.NO, is_corrected=any(one.corrected_on_the_spot for one in ones))
    return tally


def _in_state(tally: Mapping[str, _Tally], state: Answer) -> tuple[str, ...]:
    return tuple(name for name, one in tally.items() if one.present is state)


def _count(combination: Combination, tally: Mapping[str, _Tally], facts: Facts) -> CombinationCount:
    """The count under one combination: reached for certain, out of reach, or open."""
    present = tuple(name for name in _in_state(tally, Answer.YES) if name in combination.elements)
    still_open = tuple(name for name in _in_state(tally, Answer.UNKNOWN) if name in combination.elements)
    reached: bool | None = None
    if len(present) >= combination.at_least:
        reached = True
    elif len(present) + len(still_open) < combination.at_least:
        reached = False
    return CombinationCount(
        criterion_id=combination.criterion_id,
        clause=combination.clause,
        applies=answer_of(combination.applies_when.value(facts)),
        at_least=combination.at_least,
        present=present,
        still_open=still_open,
        reached=answer_of(reached),
    )


def _can_change(count: CombinationCount) -> bool:
    """Whether an element still open could decide under this combination."""
    return count.applies is not Answer.NO and count.reached is Answer.UNKNOWN


def _reached_in_any_place(rule: CountingRule, counts: tuple[CombinationCount, ...], facts: Facts) -> tuple[bool | None, tuple[str, ...]]:
    """Whether some combination that applies is reached, and the unknown facts about the place that matter.

    The combinations exclude each other (a place is of one of three kinds, or of none), so it is not enough to ask each of them alone: the
    answer is certain when it comes out the same whatever the unknown kinds turn out to be.
    """
    unknown = tuple(name for name in rule.place_facts if facts.get(name) not in (Answer.YES, Answer.NO))
    supposed: dict[tuple[Answer, ...], frozenset[str] | None] = {}
    for guess in product((Answer.YES, Answer.NO), repeat=len(unknown)):
        supposed[guess] = _open_combinations(rule, counts, {**facts, **dict(zip(unknown, guess, strict=True))})
    reached: bool | None = None
    if all(one is None for one in supposed.values()):
        reached = True
    elif all(one is not None and not one for one in supposed.values()):
        reached = False
    return reached, tuple(name for at, name in enumerate(unknown) if any(_differs(supposed, guess, at) for guess in supposed))


def _open_combinations(rule: CountingRule, counts: tuple[CombinationCount, ...], facts: Facts) -> frozenset[str] | None:
    """With every kind of place settled: None when a combination that applies is reached, otherwise those that may still be."""
    apply = [count for combination, count in zip(rule.combinations, counts, strict=True) if combination.applies_when.value(facts) is True]
    if any(one.reached is Answer.YES for one in apply):
        return None
    return frozenset(one.criterion_id for one in apply if one.reached is Answer.UNKNOWN)


def _differs(supposed: Mapping[tuple[Answer, ...], frozenset[str] | None], guess: tuple[Answer, ...], at: int) -> bool:
    """Whether the answer at that place changes what can come out, all others as guessed."""
    other = Answer.NO if guess[at] is Answer.YES else Answer.YES
    return supposed[guess] != supposed[(*guess[:at], other, *guess[at + 1 :])]


def _result(
    rule: CountingRule,
    outcome: Outcome,
    why: tuple[str, ...],
    counts: tuple[CombinationCount, ...],
    present: tuple[str, ...],
    corrected: tuple[str, ...],
) -> ComprehensiveJudgement:
    if corrected:
        why = (*why, f"当场改正、不计数：{_names(corrected)}。")
    also = (*(one.clause for one in counts if one.applies is not Answer.NO), rule.exclusion, rule.procedure)
    cited = (rule.clause, *also, *(rule.elements[name].clause for name in present))
    return ComprehensiveJudgement(
        outcome=outcome,
        clause=rule.clause,
        why=why,
        counts=counts,
        present=present,
        corrected=corrected,
        also=also,
        unverified=not all(one.verified for one in cited),
    )


def _why_reached(counts: tuple[CombinationCount, ...]) -> tuple[str, ...]:
    """Which combinations are reached, by which elements. Those that may yet turn out not to apply say so."""
    return tuple(
        f"{one.clause.clause}：成立{len(one.present)}条（{_names(one.present)}），达到{one.at_least}条。"
        + ("" if one.applies is Answer.YES else "（场所类别未定，但无论哪一类都达到。）")
        for one in counts
        if one.applies is not Answer.NO and one.reached is Answer.YES
    )


def _why_not(rule: CountingRule, counts: tuple[CombinationCount, ...], present: tuple[str, ...], *, excluded: bool) -> tuple[str, ...]:
    if excluded:
        return (f"按{rule.exclusion.clause}不判为重大火灾隐患；已成立的综合判定要素{len(present)}条，仍是一般火灾隐患，须整改。",)
    sentences = tuple(
        f"{one.clause.clause}：成立{len(one.present)}条，未核{len(one.still_open)}条，达不到{one.at_least}条。"
        for one in counts
        if one.applies is not Answer.NO
    )
    return (*sentences, "各要素单独成立不等于重大，仍是火灾隐患，须整改。") if present else sentences


def _why_open(
    counts: tuple[CombinationCount, ...], still_open: tuple[str, ...], places: tuple[str, ...], *, reached: bool, excluded: bool | None
) -> tuple[str, ...]:
    if reached:
        return (*_why_reached(counts), "条数已达到，但还没有核实是否属于不予判定的情形。")
    why = [
        f"{one.clause.clause}：成立{len(one.present)}条，未核{len(one.still_open)}条，须达到{one.at_least}条。"
        for one in counts
        if one.applies is not Answer.NO
    ]
    if places:
        why.append("待核：场所类别未定。")
    if still_open:
        why.append(f"待核：还有{len(still_open)}条要素没有结论，可能改变结果。")
    if excluded is None:
        why.append("待核：还没有核实是否属于不予判定的情形。")
    return tuple(why)


def _no_rule_that_day(on: date) -> ComprehensiveJudgement:
    """Before the first edition, in a gap, or after the last: nothing is counted, a person decides."""
    rules = load_counting_rules()
    before = [one for one in rules if one.clause.effective_from <= on]
    rule = before[-1] if before else rules[0]
    clause = rule.clause
    day = f"检查日{on.year}年{on.month}月{on.day}日"
    if before:
        successor = clause.superseded_by or "新标准"
        reason = f"依据待核：{day}，{clause.doc_no}已不适用，其要素、条数和场所分类不得用于当日；由{successor}承接，尚未核实。"
    else:
        reason = f"依据待核：{day}，{clause.doc_no}未施行，当日适用的判定方法不在库内。"
    return ComprehensiveJudgement(
        outcome=Outcome.PERSON_DECIDES,
        clause=clause,
        why=(reason, "不作综合计数，由人员对照当日有效的标准认定。"),
        unverified=True,
        successor=clause.superseded_by if before else "",
    )


def _names(elements: tuple[str, ...]) -> str:
    return "、".join(elements)


def _check_facts(rule: CountingRule, facts: Facts) -> None:
    for name in rule.questions:
        if name in facts and not isinstance(facts[name], Answer):
            raise UnusableFactError(name, "is answered with yes, no or unknown")
