"""Which criteria of major hazards are there, what does each need to know, and where does it stand in the law?

Reads `data/major_hazard/`: one file per standard, and the facts several standards share. Everything is checked once, at load: a mistake
names the file and the key. `data/major_hazard/README.md` tells a safety officer how the files are written; `major_hazard.py` judges.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Literal

import msgspec

from rules.loading import RuleDataError, list_tables, read_table, refuse_duplicates
from rules.references import LegalBasis
from rules.terms import SupervisionSector
from rules.three_valued import Condition, ExpressionError, Holds, all_of, number_facts, parse_condition, replace_facts, yes_no_facts

FOLDER = "major_hazard"
COMMON_FACTS = f"{FOLDER}/facts_common.toml"

Evidence = Literal["on_site", "documents", "interview", "test"]
FactKind = Literal["yes_no", "number"]
Judging = Literal["facts", "person_only", "index_only"]

_SECTOR_OF_TAG = {sector.label: sector for sector in SupervisionSector}


class FactRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A fact as written in a file: see the README."""

    id: str
    ask: str
    kind: FactKind
    evidence: tuple[Evidence, ...]
    unit: str = ""
    hint: str = ""
    device: str = ""


class CriterionRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A criterion as written in a file: see the README."""

    id: str
    clause: str
    sectors: tuple[str, ...]
    topic: str
    condition: str
    effective_from: date
    source: str
    verified: bool
    judging: Judging
    meets: str = ""
    repealed_on: date | None = None
    superseded_by: str = ""
    successors: tuple[str, ...] = ()
    counts_towards: str = ""
    note: str = ""


class FailedAsAbsent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The standard says that a device which is installed but does not work counts as absent.

    `rule` is the criterion that says so, `ask` the question about one device, with `{device}` in it.
    """

    rule: str
    ask: str


class Standard(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A standard: `prefix` begins each criterion id. `repealed_on` and `superseded_by` hold for each criterion without its own.

    `decided_by` names the authority that alone may find the hazard major: the park only suspects and refers.
    """

    title: str
    doc_no: str
    prefix: str
    effective_from: date
    repealed_on: date | None = None
    superseded_by: str = ""
    decided_by: str = ""
    note: str = ""
    failed_as_absent: FailedAsAbsent | None = None


class StandardFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file of the folder."""

    standard: Standard
    criterion: tuple[CriterionRow, ...]
    fact: tuple[FactRow, ...] = ()


class CommonFactsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The facts that criteria of several standards share."""

    fact: tuple[FactRow, ...]


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something an inspector or an enterprise can answer.

    `evidence` names what can establish it. `follows` is the fact that must be yes before this one makes sense (a device must be there to
    work). `is_working` marks the question whether an installed device works.
    """

    id: str
    ask: str
    kind: FactKind
    evidence: tuple[Evidence, ...]
    unit: str = ""
    hint: str = ""
    follows: str = ""
    is_working: bool = False

    @property
    def is_visible(self) -> bool:
        """Whether a photo of the place can establish the fact. That a device works is seen by trying it, never in a photo."""
        return "on_site" in self.evidence and not self.is_working


class Criterion(msgspec.Struct, frozen=True, kw_only=True):
    """One criterion of a standard.

    `condition` is the clause in our own words, never its text. `meets` is the compiled expression, present when `judging` is `facts`.
    `expression` is the same as written in the file. `successors` are criteria on the same subject in the standard that took over.
    `counts_towards` names the comprehensive rule that counts this criterion as one element: met alone, it is no major hazard.
    `decided_by` names the authority that alone may find the hazard major, empty where the park's safety office may.
    """

    id: str
    standard: str
    sectors: tuple[SupervisionSector, ...]
    topic: str
    condition: str
    clause: LegalBasis
    judging: Judging
    meets: Condition | None = None
    expression: str = ""
    successors: tuple[str, ...] = ()
    counts_towards: str = ""
    decided_by: str = ""
    failed_as_absent: str = ""

    def is_in_force(self, on: date) -> bool:
        """Whether the criterion binds on that day."""
        return self.clause.is_in_force(on)


class MajorHazardLaw(msgspec.Struct, frozen=True, kw_only=True):
    """All standards, criteria and facts, by id."""

    standards: Mapping[str, Standard]
    criteria: Mapping[str, Criterion]
    facts: Mapping[str, Fact]


@cache
def read_major_hazard_law() -> MajorHazardLaw:
    """The packaged law, read once. Raises `RuleDataError`."""
    files = {file: read_table(file, StandardFile) for file in list_tables(FOLDER) if file != COMMON_FACTS}
    return compile_law(files, read_table(COMMON_FACTS, CommonFactsFile))


def compile_law(files: Mapping[str, StandardFile], common: CommonFactsFile) -> MajorHazardLaw:
    """Check the files against each other and compile their expressions. Raises `RuleDataError`."""
    facts: dict[str, Fact] = {}
    criteria: dict[str, Criterion] = {}
    standards: dict[str, Standard] = {}
    shared = {row.id: row for row in _checked_facts(COMMON_FACTS, common.fact, None)}
    facts.update((row.id, _fact(row)) for row in shared.values())
    used_anywhere: set[str] = set()
    for file, content in files.items():
        standard = content.standard
        _check_standard(file, content)
        if standard.prefix in standards:
            raise RuleDataError(file, "standard.prefix", f"{standard.prefix} stands in another file already")
        standards[standard.prefix] = standard
        own = {row.id: row for row in _checked_facts(file, content.fact, standard.failed_as_absent)}
        for row in own.values():
            if row.id in facts:
                raise RuleDataError(file, f"fact {row.id}", "stands in another file already; a shared fact belongs in facts_common.toml")
        facts.update(_with_working(own.values(), standard.failed_as_absent))
        used: set[str] = set()
        for criterion in content.criterion:
            if criterion.id in criteria:
                raise RuleDataError(file, f"criterion {criterion.id}", "this id stands in another file already")
            criteria[criterion.id] = _criterion(file, standard, criterion, own, shared)
            if criterion.meets:
                used.update(parse_condition(criterion.meets).names())
        for name in own:
            if name not in used:
                raise RuleDataError(file, f"fact {name}", "no criterion of this file uses it")
        used_anywhere |= used
    for name in shared:
        if name not in used_anywhere:
            raise RuleDataError(COMMON_FACTS, f"fact {name}", "no criterion uses it")
    _check_successors(files, criteria)
    return MajorHazardLaw(standards=standards, criteria=criteria, facts=facts)


def _check_standard(file: str, content: StandardFile) -> None:
    standard = content.standard
    for key in ("title", "doc_no", "prefix"):
        if not getattr(standard, key).strip():
            raise RuleDataError(file, f"standard.{key}", "a citation needs it")
    refuse_duplicates(file, "criterion", (row.id for row in content.criterion))
    rule = standard.failed_as_absent
    if rule is not None:
        if rule.rule not in {row.id for row in content.criterion}:
            raise RuleDataError(file, "standard.failed_as_absent.rule", f"no criterion {rule.rule} in this file")
        if "{device}" not in rule.ask:
            raise RuleDataError(file, "standard.failed_as_absent.ask", "must contain {device}")


def _checked_facts(file: str, rows: tuple[FactRow, ...], rule: FailedAsAbsent | None) -> tuple[FactRow, ...]:
    refuse_duplicates(file, "fact", (row.id for row in rows))
    for row in rows:
        key = f"fact {row.id}"
        if not row.id.isidentifier() or row.id != row.id.lower():
            raise RuleDataError(file, key, "an id is English snake_case")
        if not row.ask.strip() or not row.evidence:
            raise RuleDataError(file, key, "ask and evidence must not be empty")
        if (row.kind == "number") != bool(row.unit):
            raise RuleDataError(file, f"{key}.unit", "a number has a unit, a yes/no fact has none")
        if row.device and (rule is None or row.kind != "yes_no"):
            raise RuleDataError(file, f"{key}.device", "only a yes/no fact of a standard with failed_as_absent names a device")
    return rows


def _fact(row: FactRow) -> Fact:
    return Fact(id=row.id, ask=row.ask, kind=row.kind, evidence=row.evidence, unit=row.unit, hint=row.hint)


def working_fact(fact_id: str) -> str:
    """The id of the fact that says whether the device of `fact_id` works."""
    return f"{fact_id}_works"


def _with_working(rows: Iterable[FactRow], rule: FailedAsAbsent | None) -> dict[str, Fact]:
    """The facts of a file, each device followed by the question whether it works."""
    facts: dict[str, Fact] = {}
    for row in rows:
        facts[row.id] = _fact(row)
        if row.device and rule is not None:
            # A test always counts; what can be seen of the device itself can be seen of its failure.
            evidence = row.evidence if "test" in row.evidence else (*row.evidence, "test")
            name = working_fact(row.id)
            ask = rule.ask.replace("{device}", row.device)
            facts[name] = Fact(id=name, ask=ask, kind="yes_no", evidence=evidence, follows=row.id, is_working=True)
    return facts


def _criterion(file: str, standard: Standard, row: CriterionRow, own: Mapping[str, FactRow], shared: Mapping[str, FactRow]) -> Criterion:
    key = f"criterion {row.id}"
    if not row.id.startswith(f"{standard.prefix}-"):
        raise RuleDataError(file, key, f"the id must begin with {standard.prefix}-")
    for name in ("clause", "topic", "condition", "source"):
        if not getattr(row, name).strip():
            raise RuleDataError(file, f"{key}.{name}", "must not be empty: every criterion is cited")
    for tag in row.sectors:
        if tag not in _SECTOR_OF_TAG:
            raise RuleDataError(file, f"{key}.sectors", f"no supervision sector is called {tag}")
    if not row.sectors:
        raise RuleDataError(file, f"{key}.sectors", "must not be empty")
    repealed_on = row.repealed_on or standard.repealed_on
    if row.effective_from < standard.effective_from:
        raise RuleDataError(file, f"{key}.effective_from", "before the standard itself")
    if repealed_on is not None and repealed_on <= row.effective_from:
        raise RuleDataError(file, f"{key}.repealed_on", "not after effective_from")
    if row.counts_towards and row.judging != "facts":
        raise RuleDataError(file, f"{key}.counts_towards", "only an element judged by facts can be counted")
    condition = _compiled(file, row, own, shared)
    return Criterion(
        id=row.id,
        standard=standard.prefix,
        sectors=tuple(_SECTOR_OF_TAG[tag] for tag in row.sectors),
        topic=row.topic,
        condition=row.condition,
        clause=LegalBasis(
            standard=standard.title,
            doc_no=standard.doc_no,
            clause=row.clause,
            effective_from=row.effective_from,
            repealed_on=repealed_on,
            superseded_by=row.superseded_by or standard.superseded_by,
            source=row.source,
            verified=row.verified,
            note=row.note,
        ),
        judging=row.judging,
        meets=condition,
        expression=" ".join(row.meets.split()),
        successors=row.successors,
        counts_towards=row.counts_towards,
        decided_by=standard.decided_by,
        failed_as_absent=standard.failed_as_absent.rule if standard.failed_as_absent else "",
    )


def _compiled(file: str, row: CriterionRow, own: Mapping[str, FactRow], shared: Mapping[str, FactRow]) -> Condition | None:
    """The criterion's expression, each device of the standard read as *installed and working*."""
    key = f"criterion {row.id}.meets"
    if (row.judging == "facts") != bool(row.meets.strip()):
        raise RuleDataError(file, key, "an expression is written exactly when judging is facts")
    if not row.meets:
        return None
    try:
        condition = parse_condition(row.meets)
    except ExpressionError as error:
        raise RuleDataError(file, key, str(error)) from error
    for names, kind in ((yes_no_facts(condition), "yes_no"), (number_facts(condition), "number")):
        for name in names:
            fact = own.get(name) or shared.get(name)
            if fact is None:
                raise RuleDataError(file, key, f"no fact is called {name}")
            if fact.kind != kind:
                raise RuleDataError(file, key, f"fact {name} is {fact.kind} and is read here as {kind}")
    devices = {name: all_of(Holds(name), Holds(working_fact(name))) for name, fact in own.items() if fact.device}
    return replace_facts(condition, devices)


def _check_successors(files: Mapping[str, StandardFile], criteria: Mapping[str, Criterion]) -> None:
    for file, content in files.items():
        for row in content.criterion:
            for successor in row.successors:
                if successor not in criteria:
                    raise RuleDataError(file, f"criterion {row.id}.successors", f"no criterion is called {successor}")
