"""Which elements of a fire-safety standard are counted together, how many suffice in which kind of place, and from when to when?

Reads `data/major_hazard_counting/`, one file per edition of the rule, and checks it against the criteria it counts. A mistake names the
file and the key. `comprehensive_fire.py` does the counting.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

import msgspec

from rules.loading import RuleDataError, list_tables, read_table, refuse_duplicates, refuse_overlaps
from rules.major_hazard import Question
from rules.major_hazard_data import Criterion, Fact, FactRow, MajorHazardLaw, read_major_hazard_law
from rules.references import LegalBasis
from rules.three_valued import Condition, ExpressionError, number_facts, parse_condition

FOLDER = "major_hazard_counting"


class RuleRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One edition of the counting rule as written in a file.

    `standard` is the prefix of its criteria, `exclusion` and `procedure` are criteria cited with a result, `excluded_when` an expression
    over facts that keeps a place from being judged major.
    """

    id: str
    standard: str
    clause: str
    exclusion: str
    excluded_when: str
    procedure: str
    effective_from: date
    repealed_on: date | None = None
    note: str = ""


class CombinationRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many of which elements suffice in which kind of place. No `elements` means every element of the rule."""

    criterion: str
    applies_when: str
    at_least: int
    elements: tuple[str, ...] = ()


class CountingFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file of the folder."""

    rule: RuleRow
    combination: tuple[CombinationRow, ...]
    fact: tuple[FactRow, ...] = ()


class Combination(msgspec.Struct, frozen=True, kw_only=True):
    """A checked combination: `clause` cites it, `applies_when` reads facts about the place, `at_least` includes the number itself."""

    criterion_id: str
    clause: LegalBasis
    applies_when: Condition
    elements: frozenset[str]
    at_least: int


class CountingRule(msgspec.Struct, frozen=True, kw_only=True):
    """One edition of the counting rule, checked against the criteria it counts."""

    id: str
    clause: LegalBasis
    elements: Mapping[str, Criterion]
    combinations: tuple[Combination, ...]
    excluded_when: Condition
    exclusion: LegalBasis
    procedure: LegalBasis
    questions: Mapping[str, Question]

    @property
    def place_facts(self) -> tuple[str, ...]:
        """The facts about the kind of place, in the order they are asked."""
        return tuple(dict.fromkeys(name for one in self.combinations for name in one.applies_when.names()))


@cache
def load_counting_rules() -> tuple[CountingRule, ...]:
    """The packaged editions, oldest first. Raises `RuleDataError`."""
    files = {file: read_table(file, CountingFile) for file in list_tables(FOLDER)}
    return compile_counting_rules(files, read_major_hazard_law())


def compile_counting_rules(files: Mapping[str, CountingFile], law: MajorHazardLaw) -> tuple[CountingRule, ...]:
    """Check the editions against the criteria they count and against each other. Raises `RuleDataError`."""
    if not files:
        raise RuleDataError(FOLDER, "(folder)", "no counting rule")
    rules = [_compiled(file, content, law) for file, content in files.items()]
    refuse_overlaps(f"{FOLDER}/", "rule.effective_from", ((one.clause.effective_from, one.clause.repealed_on) for one in rules))
    return tuple(sorted(rules, key=lambda one: one.clause.effective_from))


def find_counting_rule(on: date) -> CountingRule | None:
    """The edition in force on a day, or None."""
    return next((one for one in load_counting_rules() if one.clause.is_in_force(on)), None)


def _compiled(file: str, content: CountingFile, law: MajorHazardLaw) -> CountingRule:
    """One edition, checked: what it names exists, its elements are meant to be counted, and its dates lie within the standard's."""
    row = content.rule
    standard = law.standards.get(row.standard)
    if standard is None:
        raise RuleDataError(file, "rule.standard", f"no standard has the prefix {row.standard}")
    starts_early = row.effective_from < standard.effective_from
    if starts_early or (standard.repealed_on is not None and (row.repealed_on is None or row.repealed_on > standard.repealed_on)):
        raise RuleDataError(file, "rule.effective_from", f"{row.standard} is not in force on all these days")
    elements = {one.id: one for one in law.criteria.values() if one.counts_towards == row.id and one.is_in_force(row.effective_from)}
    if not elements:
        raise RuleDataError(file, "rule.id", f"no criterion counts towards {row.id}")
    questions = dict(_questions(file, content.fact, law))
    refuse_duplicates(file, "combination", (one.criterion for one in content.combination))
    clause = LegalBasis(
        standard=standard.title,
        doc_no=standard.doc_no,
        clause=row.clause,
        effective_from=row.effective_from,
        repealed_on=row.repealed_on,
        superseded_by=standard.superseded_by,
        source="；".join(dict.fromkeys(_criterion(file, one.criterion, law).clause.source for one in content.combination)),
        verified=all(_criterion(file, one.criterion, law).clause.verified for one in content.combination),
        note=row.note,
    )
    combinations = tuple(_combination(file, one, law, elements, questions) for one in content.combination)
    if not combinations:
        raise RuleDataError(file, "combination", "a rule without combinations counts nothing")
    excluded_when = _condition(file, "rule.excluded_when", row.excluded_when, questions)
    used = {name for one in combinations for name in one.applies_when.names()} | set(excluded_when.names())
    for own in content.fact:
        if own.id not in used:
            raise RuleDataError(file, f"fact {own.id}", "nothing in this file uses it")
    return CountingRule(
        id=row.id,
        clause=clause,
        elements=elements,
        combinations=combinations,
        excluded_when=excluded_when,
        exclusion=_criterion(file, row.exclusion, law).clause,
        procedure=_criterion(file, row.procedure, law).clause,
        questions={name: one for name, one in questions.items() if name in used},
    )


def _questions(file: str, own: tuple[FactRow, ...], law: MajorHazardLaw) -> Iterator[tuple[str, Question]]:
    """Every yes/no fact an expression of this file may name: its own, and those of the criteria."""
    refuse_duplicates(file, "fact", (row.id for row in own))
    for row in own:
        if row.id in law.facts:
            raise RuleDataError(file, f"fact {row.id}", "stands among the facts of the criteria already; name it, do not write it again")
        if row.kind != "yes_no" or not row.ask.strip() or not row.evidence:
            raise RuleDataError(file, f"fact {row.id}", "must be a yes/no fact with ask and evidence")
    for fact in law.facts.values():
        if fact.kind == "yes_no":
            yield fact.id, _question(fact)
    for row in own:
        yield row.id, _question(row)


def _question(fact: Fact | FactRow) -> Question:
    return Question(fact_id=fact.id, ask=fact.ask, kind=fact.kind, evidence=fact.evidence, hint=fact.hint)


def _combination(
    file: str, row: CombinationRow, law: MajorHazardLaw, elements: Mapping[str, Criterion], questions: Mapping[str, Question]
) -> Combination:
    key = f"combination {row.criterion}"
    counted = frozenset(row.elements or elements)
    for name in row.elements:
        if name not in elements:
            raise RuleDataError(file, f"{key}.elements", f"{name} is no criterion that counts towards this rule")
    if len(row.elements) != len(set(row.elements)):
        raise RuleDataError(file, f"{key}.elements", "an element stands twice")
    if not 1 <= row.at_least <= len(counted):
        raise RuleDataError(file, f"{key}.at_least", f"must lie between 1 and {len(counted)}")
    return Combination(
        criterion_id=row.criterion,
        clause=_criterion(file, row.criterion, law).clause,
        applies_when=_condition(file, f"{key}.applies_when", row.applies_when, questions),
        elements=counted,
        at_least=row.at_least,
    )


def _criterion(file: str, criterion_id: str, law: MajorHazardLaw) -> Criterion:
    try:
        return law.criteria[criterion_id]
    except KeyError:
        raise RuleDataError(file, "criterion", f"no criterion is called {criterion_id}") from None


def _condition(file: str, key: str, text: str, questions: Mapping[str, Question]) -> Condition:
    try:
        condition = parse_condition(text)
    except ExpressionError as error:
        raise RuleDataError(file, key, str(error)) from error
    for name in condition.names():
        if name not in questions or name in number_facts(condition):
            raise RuleDataError(file, key, f"no yes/no fact is called {name}")
    return condition
