"""What does an answer of the rulings door look like?

One struct per command, for `python -m rules schema` and for the test that compares every example with it. Answers are made as plain objects
by the modules of their commands; a field added there is added here.
"""

from typing import Any, Literal

import msgspec

Id = str | int | float | None
YesNoUnknown = Literal["yes", "no", "unknown"]


class Refusal(msgspec.Struct, forbid_unknown_fields=True):
    """Why a request was not judged: `code` for programs, `detail` in Chinese for people."""

    code: str
    detail: str


class ErrorAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """The answer to a request that cannot be judged; `id` is null where the line could not be read."""

    id: Any
    error: Refusal


class Citation(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A legal basis; `citation` is the sentence that is printed."""

    citation: str
    standard: str
    clause: str
    effective_from: str
    source: str
    verified: bool
    doc_no: str
    repealed_on: str | None
    superseded_by: str
    note: str


class LevelByScore(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The grade by score alone, before direct judgements."""

    level: int | None
    label: str
    colour: str | None


class DirectAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A direct judgement that was named, and whether it changed the risk point's colour."""

    id: str
    text: str
    scope: Literal["risk", "enterprise", "hazard"]
    result: Literal["red", "lowest_grade", "major_hazard"]
    applied: bool
    citation: str
    verified: bool


class ItemAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One chemical of an installation; decimal strings."""

    name: str
    table1_no: int | None
    threshold_t: str | None
    ratio: str | None
    beta: str | None


class GradeAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A grade. `score` is a decimal string; `level` 1 is the most dangerous, null when it cannot or need not be graded."""

    id: Id
    method: str
    scheme: str
    score: str | None
    level: int | None
    label: str
    colour: Literal["red", "orange", "yellow", "blue"] | None
    questions: list[str]
    trail: list[str]
    basis: list[Citation]
    unverified: list[str]
    risk: str | None = None
    scored: LevelByScore | None = None
    direct: list[DirectAnswer] = []
    responsible_layers: list[str] = []
    s: str | None = None
    s_at_least: str | None = None
    r: str | None = None
    alpha: str | None = None
    constitutes: bool | None = None
    items: list[ItemAnswer] = []
    grade: str | None = None
    worst_grade: str | None = None


class MatchedAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The project's own words that met an entry, and the entry's word."""

    field: str
    text: str
    word: str
    note: str = ""


class WaiverAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Why a park decided not to apply an entry, and who approved it."""

    reason: str
    approver: str
    id: str = ""


class CatalogueEntryAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An entry of the catalogue; words in Chinese."""

    id: str
    kind: str
    layer: str
    title: str
    doc_no: str
    clause: str
    subject: str
    condition: str
    effective_from: str
    verified: bool
    confidence: str
    source: str
    repealed_on: str = ""
    date_status: str = ""
    corroborated_2019: bool = False
    note: str = ""
    touches: list[str] = []


class HitAnswer(CatalogueEntryAnswer, forbid_unknown_fields=True, kw_only=True):
    """An entry that was met (命中) or that waits for facts (待补正)."""

    effect: str
    effect_confirmed: str
    status: str
    matched: list[MatchedAnswer]
    arithmetic: list[str]
    exceptions: list[str]
    derived_from: list[str] = []
    waiver: WaiverAnswer | None = None


class ScreenQuestion(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to ask whom; `blocking` when the outcome waits for it."""

    question: str
    whom: str
    field: str
    entries: list[str]
    blocking: bool


class NearMissAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An entry that failed by one condition."""

    id: str
    subject: str
    clause: str
    failed: str
    matched: list[MatchedAnswer]


class ScreenAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A screening. `outcome` as the catalogue is written; `outcome_confirmed` with only confirmed entries refusing."""

    id: Id
    on: str
    edition: str
    outcome: str
    outcome_confirmed: str
    hits: list[HitAnswer]
    questions: list[ScreenQuestion]
    assumptions: list[str]
    layout: list[str]
    near_misses: list[NearMissAnswer] = []
    not_used: list[str] = []


class JudgeQuestion(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A fact that is still needed, by its id in `fact`; null where the sector itself is in question."""

    question: str
    fact: str | None
    kind: Literal["yes_no", "number"] | None = None
    evidence: list[str] = []
    criteria: list[str] = []
    unit: str = ""
    hint: str = ""
    follows: str = ""


class GroundAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A fact that decided."""

    fact: str
    question: str
    answer: str
    evidence: list[str]
    photo_only: bool


class JudgementAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What one criterion says."""

    criterion: str
    topic: str
    condition: str
    outcome: Literal["meets", "does_not_meet", "not_known", "not_applicable", "person_decides"]
    label: str
    clause: str
    why: list[str]
    grounds: list[GroundAnswer]
    questions: list[JudgeQuestion]
    basis: list[Citation]
    unverified: bool
    suspected: bool
    in_doubt: bool
    decided_by: str | None
    counts_towards: str | None
    successor: str | None
    see: list[str]


class CountAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One combination of GB 35181: does it apply, what is present, is it reached."""

    criterion: str
    clause: str
    applies: YesNoUnknown
    at_least: int
    present: list[str]
    still_open: int
    reached: YesNoUnknown


class ComprehensiveAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The elements counted together."""

    outcome: Literal["meets", "does_not_meet", "not_known", "person_decides"]
    label: str
    clause: str
    why: list[str]
    counts: list[CountAnswer]
    present: list[str]
    corrected: list[str]
    still_open: list[str]
    questions: list[JudgeQuestion]
    basis: list[Citation]
    decided_by: str | None
    unverified: bool
    successor: str | None


class SectorAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A supervision sector and why it applies."""

    sector: str
    label: str
    why: str
    verified: bool


class ChecklistItemAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The checklist item that was asked about."""

    code: str
    text: str
    basis: list[str]
    severity_hint: str
    major_criterion: str | None
    conditional: bool
    suggested_deadline_days: int
    verified: bool


class JudgeAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A ruling on major hazards: a suggestion that a person confirms."""

    id: Id
    on: str
    edition: str
    sectors: list[SectorAnswer]
    sector_questions: list[str]
    suggest_major: YesNoUnknown
    suggestion: str
    judgements: list[JudgementAnswer]
    questions: list[JudgeQuestion]
    unverified: list[str]
    item: ChecklistItemAnswer | None = None
    comprehensive: ComprehensiveAnswer | None = None


class DeadlineAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A time limit. `due_on` is null where no date follows; `provisional` when a holiday notice is still missing."""

    id: Id
    key: str | None
    due_on: str | None
    label: str = ""
    limit: str | None = None
    start_on: str | None = None
    due_at: str | None = None
    moved_from: str | None = None
    provisional: bool = False
    citation: str = ""
    basis: list[Citation] = []
    park_rule: bool = False
    verified: bool | None = None
    unverified: list[str] = []
    questions: list[str] = []
    trail: list[str] = []
    remind: bool | None = None
    as_of: str | None = None
    is_overdue: bool | None = None
    overdue_days: int | None = None
    days_left: int | None = None
    words: str = ""


class LawEntryAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An entry of the rulebook."""

    kind: str
    kind_label: str
    id: str
    name: str
    text: str
    citation: str
    effective_from: str | None
    repealed_on: str | None
    verified: bool | None
    source: str
    note: str


class ExplainedEntry(LawEntryAnswer, forbid_unknown_fields=True, kw_only=True):
    """An entry with its file, its line and how it is corrected."""

    basis: list[Citation]
    details: dict[str, str]
    file: str | None
    line: int | None
    how_to_correct: str
    in_force: bool | None = None


class ExplainAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Every entry of that id or name."""

    id: Id
    what: str
    edition: str
    entries: list[ExplainedEntry]


class DiffSide(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A day and the edition of the catalogue."""

    on: str
    edition: str


class ChangedEntry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An entry of the catalogue that says something else."""

    id: str
    subject: str
    changes: list[str]
    touches: list[str]


class ReplacedEntry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A rule that took the place of another under the same id."""

    kind: str
    kind_label: str
    id: str
    name: str
    before: LawEntryAnswer
    after: LawEntryAnswer


class LawDiff(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, rename={"from_": "from"}):
    """What comes into force, ends and is replaced outside the catalogue."""

    from_: str
    to: str
    comes_into_force: list[LawEntryAnswer]
    ends: list[LawEntryAnswer]
    replaced: list[ReplacedEntry]


class DiffAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, rename={"from_": "from"}):
    """What changed; the catalogue's part first, `law` everything else."""

    id: Id
    from_: DiffSide | None = None
    to: DiffSide | None = None
    added: list[CatalogueEntryAnswer] = []
    removed: list[CatalogueEntryAnswer] = []
    changed: list[ChangedEntry] = []
    waived: list[WaiverAnswer] = []
    undated: list[str] = []
    law: LawDiff | None = None
