"""Does what was found meet a criterion of major hazards (重大事故隐患), and what must still be asked?

The inspection day and the enterprise's supervision sectors choose the criteria; the answers to their questions are judged in three-valued
logic, so a missing fact gives *not known* and its question, never *does not meet*. Criteria of which only the index is known, catch-all
clauses and clauses whose logic is unclear are never judged: a person decides. Every result is a suggestion a person confirms; what follows
from a confirmed major hazard is `workflow.py`'s question. The criteria themselves come from `major_hazard_data.py`.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

import msgspec

from rules.major_hazard_data import Criterion, Evidence, Fact, FactKind, MajorHazardLaw, Standard, read_major_hazard_law
from rules.references import LegalBasis
from rules.terms import Answer, SupervisionSector, Term
from rules.three_valued import Condition, Facts, FactValue

Sectors = Collection[SupervisionSector]

# 工贸通用 applies to every enterprise of the eight trades of 应急管理部令第10号.
_TRADES = frozenset(
    {
        SupervisionSector.METALLURGY,
        SupervisionSector.NON_FERROUS,
        SupervisionSector.BUILDING_MATERIALS,
        SupervisionSector.MACHINERY,
        SupervisionSector.LIGHT_INDUSTRY,
        SupervisionSector.TEXTILES,
        SupervisionSector.TOBACCO,
        SupervisionSector.COMMERCE,
    }
)
# A register that names none of these does not tell yet what kind of enterprise this is; the risks it states may stand there alone.
_INDUSTRIES = _TRADES | {
    SupervisionSector.CHEMICALS,
    SupervisionSector.PHARMACEUTICALS,
    SupervisionSector.FIREWORKS,
    SupervisionSector.CONSTRUCTION,
    SupervisionSector.GAS_SUPPLY,
}
# These criteria are written for whoever uses the building or the equipment, whatever the trade.
_EVERYBODY = frozenset(
    sector for sector in SupervisionSector if sector is SupervisionSector.FIRE_SAFETY or sector.label.startswith("特种设备/")
)
# These tags stand for a risk the enterprise has, not for its trade: a register may simply not know of it yet.
_RISKS = frozenset(
    {
        SupervisionSector.METAL_SMELTING,
        SupervisionSector.COMBUSTIBLE_DUST,
        SupervisionSector.AMMONIA_REFRIGERATION,
        SupervisionSector.CONFINED_SPACE,
    }
)
_SECTOR_OF_LABEL = {sector.label: sector for sector in SupervisionSector}


class Outcome(Term):
    """What a criterion says about the facts."""

    MEETS = "meets", "符合判定条件"
    DOES_NOT_MEET = "does_not_meet", "不符合判定条件"
    NOT_KNOWN = "not_known", "待核"
    NOT_APPLICABLE = "not_applicable", "不适用"
    PERSON_DECIDES = "person_decides", "由人员认定"


class UnknownCriterionError(KeyError):
    """No criterion has this id. Carries `criterion_id`."""

    def __init__(self, criterion_id: str) -> None:
        super().__init__(criterion_id)
        self.criterion_id = criterion_id


class UnusableFactError(ValueError):
    """A fact was given in the wrong kind: a number for a yes/no question, or the reverse. Carries `fact_id`."""

    def __init__(self, fact_id: str, reason: str) -> None:
        super().__init__(f"{fact_id}: {reason}")
        self.fact_id = fact_id


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that is still needed. `follows` names the fact that must be answered yes before this question makes sense.

    `evidence` says what can establish the answer; `criteria` for which criteria it is asked.
    """

    fact_id: str
    ask: str
    kind: FactKind
    evidence: tuple[Evidence, ...]
    unit: str = ""
    hint: str = ""
    follows: str = ""
    criteria: tuple[str, ...] = ()


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that decided a result: the question, the answer as printed, what can establish it, and whether only a photo speaks for it."""

    fact_id: str
    ask: str
    answer: str
    evidence: tuple[Evidence, ...]
    photo_only: bool = False


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What one criterion says on one day about one enterprise's facts.

    `clause` is the criterion's citation; `also` are clauses that must be cited with it (the rule that a failed device counts as absent).
    `why` are Chinese sentences; `grounds` the deciding facts behind them; `ask` the facts still needed.
    `counts_towards`: the comprehensive rule that counts this criterion as an element; met alone, it is no major hazard.
    `decided_by`: the authority that alone may find the hazard major; the park only suspects and refers.
    `is_suspected`: the criterion would be met if what only a photo shows were proven. `unverified`: the clause was not compared with its
    text, or it is not settled whether it still binds. `successor` is the text that took over, `see` the ids of criteria to look at as well.
    `is_in_doubt`: not applicable on paper, but the register may be incomplete, or no text of that day is on file.
    """

    criterion_id: str
    outcome: Outcome
    clause: LegalBasis
    why: tuple[str, ...]
    ask: tuple[Question, ...] = ()
    grounds: tuple[Ground, ...] = ()
    also: tuple[LegalBasis, ...] = ()
    counts_towards: str = ""
    decided_by: str = ""
    unverified: bool = False
    is_suspected: bool = False
    is_in_doubt: bool = False
    successor: str | None = None
    see: tuple[str, ...] = ()


class FindingAdvice(msgspec.Struct, frozen=True, kw_only=True):
    """What the criteria linked to a failed checklist item suggest. A person confirms; the advice decides nothing."""

    suggest_major: Answer
    judgements: tuple[Judgement, ...]
    why: tuple[str, ...]
    ask: tuple[Question, ...]


class MajorHazards:
    """The criteria of all standards, ready to be asked. Immutable; make one with `load_major_hazards`."""

    def __init__(self, law: MajorHazardLaw) -> None:
        self._law = law
        predecessors: dict[str, list[str]] = {}
        paired: dict[str, list[str]] = {}
        self._fact_names: dict[str, tuple[str, ...]] = {}
        for criterion in law.criteria.values():
            for successor in criterion.successors:
                predecessors.setdefault(successor, []).append(criterion.id)
            names = tuple(dict.fromkeys(criterion.meets.names())) if criterion.meets is not None else ()
            self._fact_names[criterion.id] = names
            if any(law.facts[name].is_working for name in names):
                paired.setdefault(criterion.failed_as_absent, []).append(criterion.id)
        self._predecessors: Mapping[str, tuple[str, ...]] = {key: tuple(ids) for key, ids in predecessors.items()}
        self._paired: Mapping[str, tuple[str, ...]] = {key: tuple(ids) for key, ids in paired.items()}

    @property
    def ids(self) -> frozenset[str]:
        """Every criterion id ever used, in force or not."""
        return frozenset(self._law.criteria)

    @property
    def standards(self) -> Mapping[str, Standard]:
        """Every standard by the prefix of its criterion ids, with its scope in `note`."""
        return self._law.standards

    @property
    def facts(self) -> Mapping[str, Fact]:
        """Every fact by id."""
        return self._law.facts

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion with this id. Raises `UnknownCriterionError`."""
        try:
            return self._law.criteria[criterion_id]
        except KeyError:
            raise UnknownCriterionError(criterion_id) from None

    def fact_names(self, criterion_id: str) -> tuple[str, ...]:
        """The facts a criterion looks at, in the order they are asked; none for one that is not judged by facts."""
        self.criterion(criterion_id)
        return self._fact_names[criterion_id]

    def at(self, day: date) -> tuple[Criterion, ...]:
        """The criteria in force on a day."""
        return tuple(criterion for criterion in self._law.criteria.values() if criterion.is_in_force(day))

    def criteria_on(self, day: date, sectors: Sectors) -> tuple[Criterion, ...]:
        """The criteria in force on a day that apply to an enterprise of these sectors, for browsing."""
        held = _widened(frozenset(sectors))
        return tuple(criterion for criterion in self.at(day) if not held.isdisjoint(criterion.sectors))

    def questions(self, criterion_ids: Iterable[str], on: date, sectors: Sectors, known: Facts) -> tuple[Question, ...]:
        """What is still needed to decide these criteria: each fact once, none that can no longer change a result.

        A criterion that does not apply, or that a person decides, asks nothing.
        """
        held = _widened(frozenset(sectors))
        asked: dict[str, list[str]] = {}
        for criterion_id in dict.fromkeys(criterion_ids):
            criterion = self.criterion(criterion_id)
            if criterion.meets is None or held.isdisjoint(criterion.sectors) or not criterion.is_in_force(on):
                continue
            self._check_facts(criterion_id, known)
            for name in dict.fromkeys(criterion.meets.missing(known)):
                asked.setdefault(name, []).append(criterion_id)
        return tuple(self._question(name, tuple(ids)) for name, ids in asked.items())

    def judge(self, criterion_id: str, on: date, sectors: Sectors, facts: Facts, photo_only: Collection[str] = frozenset()) -> Judgement:
        """What the criterion says on the inspection day about these facts.

        `photo_only` names facts known from photos alone: they count only where seeing the place can establish the fact, otherwise they
        raise a suspicion. Raises `UnknownCriterionError`, and `UnusableFactError` for a fact of the wrong kind.
        """
        criterion = self.criterion(criterion_id)
        elsewhere = self._not_applicable(criterion, on, sectors)
        if elsewhere is not None:
            return elsewhere
        if criterion.meets is None or not criterion.is_in_force(on):
            return self._left_to_a_person(criterion, on, sectors)
        self._check_facts(criterion_id, facts)
        return self._judge_facts(criterion, criterion.meets, facts, frozenset(photo_only))

    def judge_finding(
        self,
        item_major_ids: Iterable[str],
        on: date,
        sectors: Sectors,
        facts: Facts,
        major_conditional: bool,
        photo_only: Collection[str] = frozenset(),
    ) -> FindingAdvice:
        """What the criteria linked to a failed checklist item suggest on the inspection day.

        A link to a text not yet or no longer in force leads to the text of the day as well; a link to the rule on failed devices leads to
        the criteria whose device is known to have failed. `suggest_major` is *yes* when a criterion is met, the item has no further
        condition and the safety office may find so itself; *no* only when every criterion is known not to be met or not to apply;
        otherwise *unknown*. Raises as `judge` does.
        """
        judgements: dict[str, Judgement] = {}
        for criterion_id in item_major_ids:
            first = self.judge(criterion_id, on, sectors, facts, photo_only)
            judgements[criterion_id] = first
            for other in first.see:
                if criterion_id not in self._paired or self._has_failed_device(other, facts):
                    judgements.setdefault(other, self.judge(other, on, sectors, facts, photo_only))
        judged = tuple(judgements.values())
        suggestion, why = _suggestion(judged, major_conditional=major_conditional)
        return FindingAdvice(suggest_major=suggestion, judgements=judged, why=why, ask=_together(judged))

    def _not_applicable(self, criterion: Criterion, on: date, sectors: Sectors) -> Judgement | None:
        """Why the criterion does not apply that day to that enterprise, or None when it does or when its successor is in question."""
        clause = criterion.clause
        held = _widened(frozenset(sectors))
        if held.isdisjoint(criterion.sectors):
            why, is_open = _outside(criterion, frozenset(sectors), held)
            return _judgement(criterion, Outcome.NOT_APPLICABLE, why, is_in_doubt=is_open)
        if on < clause.effective_from:
            earlier = tuple(one for one in self._predecessors.get(criterion.id, ()) if self._law.criteria[one].is_in_force(on))
            hint = [f"检查日{_day(on)}，该标准未施行（{_day(clause.effective_from)}起施行）。"]
            if earlier:
                hint.append(f"当日适用的是在先标准中同主题的条项：{'、'.join(earlier)}（按主题对应，待核）。")
            return _judgement(criterion, Outcome.NOT_APPLICABLE, tuple(hint), is_in_doubt=not earlier, see=earlier)
        if not clause.is_in_force(on) and not clause.superseded_by and not criterion.successors:
            return _judgement(criterion, Outcome.NOT_APPLICABLE, (f"检查日{_day(on)}，该标准已废止（{_day(clause.repealed_on)}起）。",))
        return None

    def _left_to_a_person(self, criterion: Criterion, on: date, sectors: Sectors) -> Judgement:
        clause = criterion.clause
        if not clause.is_in_force(on):
            later = tuple(one for one in criterion.successors if self._law.criteria[one].is_in_force(on))
            taken_over = f"本条自{_day(clause.repealed_on)}起由{clause.superseded_by or '新标准'}承接"
            hint = [f"依据待核：检查日{_day(on)}，{taken_over}，只作提示，不作判定。"]
            if later:
                hint.append(f"请对照承接标准中同主题的条项：{'、'.join(later)}（按主题对应，待核）。")
            judgement = _judgement(criterion, Outcome.PERSON_DECIDES, tuple(hint), see=later, successor=clause.superseded_by or None)
            return msgspec.structs.replace(judgement, unverified=True)
        if criterion.id in self._paired:
            held = _widened(frozenset(sectors))
            pairs = tuple(
                one
                for one in self._paired[criterion.id]
                if self._law.criteria[one].is_in_force(on) and not held.isdisjoint(self._law.criteria[one].sectors)
            )
            why = (f"{clause.clause}是通则，须与失效装置所属的具体条项一起引用，不单独成立；先选定是哪一条所列的装置失效。",)
            return _judgement(criterion, Outcome.PERSON_DECIDES, why, see=pairs)
        if criterion.judging == "index_only":
            why = ("条件未核，仅有条号和主题，不参与自动判定；请查原文后由人员认定。",)
        else:
            why = ("本条须由人员对照原文认定，系统只作提示。",)
        return _judgement(criterion, Outcome.PERSON_DECIDES, why)

    def _judge_facts(self, criterion: Criterion, condition: Condition, facts: Facts, photo_only: frozenset[str]) -> Judgement:
        unproven = frozenset(
            name for name in photo_only if name in facts and name in self._law.facts and not self._law.facts[name].is_visible
        )
        proven = {name: value for name, value in facts.items() if name not in unproven} if unproven else facts
        value = condition.value(proven)
        if value is None:
            return self._not_known(criterion, condition, facts, proven)
        grounds = tuple(self._ground(name, proven, photo_only) for name in dict.fromkeys(condition.deciding(proven)) if name in proven)
        why = tuple(_sentence(ground) for ground in grounds)
        also: tuple[LegalBasis, ...] = ()
        if value and self._rests_on_failure(grounds, proven):
            rule = self._law.criteria[criterion.failed_as_absent].clause
            also = (rule,)
            why = (*why, f"按{rule.clause}，装置已设置但失效的等同没有，与{criterion.clause.clause}一并引用。")
        return _judgement(criterion, Outcome.MEETS if value else Outcome.DOES_NOT_MEET, why, grounds=grounds, also=also)

    def _not_known(self, criterion: Criterion, condition: Condition, facts: Facts, proven: Facts) -> Judgement:
        ask = tuple(self._question(name, (criterion.id,)) for name in dict.fromkeys(condition.missing(proven)))
        why = [f"待核：还缺{len(ask)}项事实，补齐后才能判定。"]
        is_suspected = proven is not facts and condition.value(facts) is True
        if is_suspected:
            why.append("照片所见符合条项，但照片不能单独证明，列为疑似，须补查文件或做测试。")
        return _judgement(criterion, Outcome.NOT_KNOWN, tuple(why), ask=ask, is_suspected=is_suspected)

    def _rests_on_failure(self, grounds: tuple[Ground, ...], facts: Facts) -> bool:
        """Whether a device that is there but does not work is among the reasons."""
        return any(
            fact.is_working and facts.get(fact.id) is Answer.NO and facts.get(fact.follows) is not Answer.NO
            for fact in (self._law.facts[ground.fact_id] for ground in grounds)
        )

    def _has_failed_device(self, criterion_id: str, facts: Facts) -> bool:
        return any(self._law.facts[name].is_working and facts.get(name) is Answer.NO for name in self._fact_names[criterion_id])

    def _check_facts(self, criterion_id: str, facts: Facts) -> None:
        for name in self._fact_names[criterion_id]:
            value = facts.get(name)
            if value is None or value is Answer.UNKNOWN:
                continue
            if self._law.facts[name].kind == "yes_no":
                if not isinstance(value, Answer):
                    raise UnusableFactError(name, "is answered with yes, no or unknown")
            elif not isinstance(value, Decimal) or not value.is_finite():
                raise UnusableFactError(name, "is answered with a finite number")

    def _question(self, name: str, criteria: tuple[str, ...]) -> Question:
        fact = self._law.facts[name]
        return Question(
            fact_id=fact.id,
            ask=fact.ask,
            kind=fact.kind,
            evidence=fact.evidence,
            unit=fact.unit,
            hint=fact.hint,
            follows=fact.follows,
            criteria=criteria,
        )

    def _ground(self, name: str, facts: Facts, photo_only: frozenset[str]) -> Ground:
        fact = self._law.facts[name]
        return Ground(
            fact_id=name, ask=fact.ask, answer=_answer(facts[name], fact.unit), evidence=fact.evidence, photo_only=name in photo_only
        )


@cache
def load_major_hazards() -> MajorHazards:
    """The packaged criteria, read and checked once. Raises `RuleDataError`."""
    return MajorHazards(read_major_hazard_law())


@lru_cache(maxsize=1024)
def _widened(sectors: frozenset[SupervisionSector]) -> frozenset[SupervisionSector]:
    """The sectors with what they imply: the trade of a sub-sector, 工贸通用 for the eight trades, and what applies to everybody."""
    held = set(sectors)
    held.update(trade for trade in map(_trade, sectors) if trade is not None)
    if not held.isdisjoint(_TRADES):
        held.add(SupervisionSector.INDUSTRY_AND_TRADE)
    return frozenset(held | _EVERYBODY)


def _trade(sector: SupervisionSector) -> SupervisionSector | None:
    """The trade a sub-sector belongs to: 轻工 for 轻工/日用陶瓷. None for what is no sub-sector."""
    trade, slash, _ = sector.label.partition("/")
    return _SECTOR_OF_LABEL.get(trade) if slash else None


def _outside(
    criterion: Criterion, sectors: frozenset[SupervisionSector], held: frozenset[SupervisionSector]
) -> tuple[tuple[str, ...], bool]:
    """Why an enterprise is outside a criterion's sectors, and whether its register may be incomplete."""
    tags = "、".join(sector.label for sector in criterion.sectors)
    why = f"不在适用行业：本条适用于{tags}，企业登记为{'、'.join(sorted(sector.label for sector in sectors)) or '（未登记）'}。"
    if held.isdisjoint(_INDUSTRIES):
        return (why, "企业还没有核定监管行业，先核定行业再判。"), True
    if not _RISKS.isdisjoint(criterion.sectors):
        return (why, "如企业确有该风险，先更正风险登记再判。"), True
    for trade in map(_trade, criterion.sectors):
        if trade is not None and trade in held and not any(_trade(other) is trade for other in sectors):
            return (why, f"企业只登记到{trade.label}，没有登记子行业，先核定子行业再判。"), True
    return (why,), False


def _judgement(
    criterion: Criterion,
    outcome: Outcome,
    why: tuple[str, ...],
    *,
    ask: tuple[Question, ...] = (),
    grounds: tuple[Ground, ...] = (),
    also: tuple[LegalBasis, ...] = (),
    is_suspected: bool = False,
    is_in_doubt: bool = False,
    successor: str | None = None,
    see: tuple[str, ...] = (),
) -> Judgement:
    return Judgement(
        criterion_id=criterion.id,
        outcome=outcome,
        clause=criterion.clause,
        why=why,
        ask=ask,
        grounds=grounds,
        also=also,
        counts_towards=criterion.counts_towards,
        decided_by=criterion.decided_by,
        unverified=not criterion.clause.verified,
        is_suspected=is_suspected,
        is_in_doubt=is_in_doubt,
        successor=successor,
        see=see,
    )


def _suggestion(judgements: tuple[Judgement, ...], *, major_conditional: bool) -> tuple[Answer, tuple[str, ...]]:
    """The suggestion for a finding and its reasons."""
    if not judgements:
        return Answer.UNKNOWN, ("本检查项没有关联判定条项，系统不作判定；认为可能构成重大的，由人员选定条项。",)
    met = [one for one in judgements if one.outcome is Outcome.MEETS and not one.counts_towards]
    if met:
        cited = dict.fromkeys(basis.citation for one in met for basis in (one.clause, *one.also))
        why = f"所答事实符合{'；'.join(cited)}。"
        if major_conditional:
            return Answer.UNKNOWN, (why, "本检查项另有附加前提，不得直接判为重大，须由人员核对前提后确认。")
        if all(one.decided_by for one in met):
            return Answer.UNKNOWN, (why, f"列为疑似，由{'、'.join(dict.fromkeys(one.decided_by for one in met))}认定，建议移送。")
        return Answer.YES, (why, "建议认定为重大事故隐患，须由人员确认。")
    elements = [one.criterion_id for one in judgements if one.outcome is Outcome.MEETS]
    if elements:
        return Answer.UNKNOWN, (f"{'、'.join(elements)}是综合判定要素，单条成立不等于重大，须按综合判定规则计数后由人员认定。",)
    open_ones = [one for one in judgements if not _is_settled(one)]
    if open_ones:
        return Answer.UNKNOWN, (f"尚不能判定：{'、'.join(f'{one.criterion_id}（{one.outcome.label}）' for one in open_ones)}。",)
    return Answer.NO, ("所关联的条项都不符合或不适用，按现有事实不构成重大事故隐患。",)


def _is_settled(judgement: Judgement) -> bool:
    """Whether the judgement rules the criterion out."""
    if judgement.outcome is Outcome.NOT_APPLICABLE:
        return not judgement.is_in_doubt
    return judgement.outcome is Outcome.DOES_NOT_MEET


def _together(judgements: tuple[Judgement, ...]) -> tuple[Question, ...]:
    """The questions of several judgements, each fact once."""
    asked: dict[str, Question] = {}
    for judgement in judgements:
        for question in judgement.ask:
            first = asked.get(question.fact_id)
            asked[question.fact_id] = (
                question if first is None else msgspec.structs.replace(first, criteria=first.criteria + question.criteria)
            )
    return tuple(asked.values())


def _sentence(ground: Ground) -> str:
    return f"{ground.ask}答：{ground.answer}。"


def _answer(value: FactValue, unit: str) -> str:
    return value.label if isinstance(value, Answer) else f"{value.normalize():f}{unit}"


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day is not None else "（未定）"
