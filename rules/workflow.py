"""May this person do this to this hazard or order now, with which evidence, and if not, why not?

The state machines are tables in `data/workflow/`, one row per permitted step, each with its roles, the hazard levels it is open to, the
evidence it needs and its basis. What no row permits is refused. Dates are `deadlines.py`'s question, criteria `major_hazard.py`'s;
whether a piece of evidence is present is for the caller to establish, and `missing_evidence` says what is still lacking.
"""

from collections.abc import Collection, Hashable, Iterable
from enum import StrEnum
from functools import cache

import msgspec

from rules.loading import RuleDataError, list_tables, read_table
from rules.references import LegalBasis
from rules.terms import (
    ClosureKind,
    HazardAction,
    HazardLevel,
    HazardSource,
    HazardState,
    OrderAction,
    OrderProgress,
    OrderState,
    Role,
    Term,
)

State = HazardState | OrderState
Action = HazardAction | OrderAction

_BASES = "workflow/bases.toml"
_EVIDENCE = "workflow/evidence.toml"
_ALL_LEVELS = frozenset(HazardLevel)


class Subject(Term):
    """Whose life a transition belongs to."""

    HAZARD = "hazard", "隐患"
    ORDER = "order", "整改文书"


_STATES: dict[Subject, type[HazardState] | type[OrderState]] = {Subject.HAZARD: HazardState, Subject.ORDER: OrderState}
_ACTIONS: dict[Subject, type[HazardAction] | type[OrderAction]] = {Subject.HAZARD: HazardAction, Subject.ORDER: OrderAction}


class RefusalCode(StrEnum):
    """Why a step is refused."""

    STATE = "state"
    ROLE = "role"
    LEVEL = "level"
    LEVEL_UNKNOWN = "level_unknown"
    SAME_PERSON = "same_person"


class Refusal(msgspec.Struct, frozen=True):
    """A refusal: a `code` for programs and a Chinese `detail` that tells people why and what to do."""

    code: RefusalCode
    detail: str


class Evidence(msgspec.Struct, frozen=True):
    """A named requirement of a transition, with the label people read."""

    key: str
    label: str


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """One permitted step. `from_state` is None where nothing exists yet.

    `evidence` must all be present; `reminders` are asked for but do not block. `sources` is empty when any source will do, `closures` when
    it does not matter on which evidence the hazard was closed.
    `new_round` counts another round of rectification; `limit_key` names the time limit in `data/deadlines/`.
    """

    subject: Subject
    from_state: State | None
    action: Action
    to_state: State
    roles: frozenset[Role]
    levels: frozenset[HazardLevel]
    sources: frozenset[HazardSource]
    closures: frozenset[ClosureKind]
    evidence: tuple[Evidence, ...]
    reminders: tuple[Evidence, ...]
    basis: tuple[LegalBasis, ...]
    is_park_rule: bool
    new_round: bool
    limit_key: str

    @property
    def label(self) -> str:
        """The action's Chinese label."""
        return self.action.label

    @property
    def citations(self) -> tuple[str, ...]:
        """The basis as printed; a rule of the park's own says so."""
        return tuple(one.citation for one in self.basis) + (("园区自定",) if self.is_park_rule else ())

    def is_open_to(self, level: HazardLevel | None) -> bool:
        """Whether the level may take this step. An ungraded hazard may take only steps open to every level."""
        return self.levels == _ALL_LEVELS if level is None else level in self.levels

    def is_open_to_source(self, source: HazardSource) -> bool:
        """Whether a hazard from this source may take this step."""
        return not self.sources or source in self.sources

    def is_open_to_closure(self, kind: ClosureKind | None) -> bool:
        """Whether a hazard closed on this evidence, or not closed at all, may take this step."""
        return not self.closures or kind in self.closures


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    action: str
    to: str
    roles: tuple[Role, ...]
    levels: tuple[HazardLevel, ...]
    from_: str | None = msgspec.field(name="from", default=None)
    sources: tuple[HazardSource, ...] = ()
    closures: tuple[ClosureKind, ...] = ()
    evidence: tuple[str, ...] = ()
    reminders: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    park_rule: bool = False
    new_round: bool = False
    limit: str = ""


class _TransitionFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    subject: Subject
    title: str
    transition: tuple[_Row, ...]


class _EvidenceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    evidence: dict[str, str]


class _BasisFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    basis: dict[str, LegalBasis]


_Key = tuple[Subject, State | None, Action]


class Workflow(msgspec.Struct, frozen=True):
    """Every permitted transition, and the same rows by subject, state and action."""

    transitions: tuple[Transition, ...]
    by_step: dict[_Key, tuple[Transition, ...]]


def _build(file: str, subject: Subject, row: _Row, labels: dict[str, str], bases: dict[str, LegalBasis]) -> Transition:
    where = f"{row.from_ or '(none)'} {row.action}"

    def pick(keys: tuple[str, ...], known: Collection[str], what: str) -> tuple[str, ...]:
        for key in keys:
            if key not in known:
                raise RuleDataError(file, where, f"{what} {key} is not defined")
        return keys

    if not row.roles or not row.levels:
        raise RuleDataError(file, where, "a step nobody may take must be left out")
    if not row.basis and not row.park_rule:
        raise RuleDataError(file, where, "neither a basis nor park_rule = true")
    try:
        from_state = None if row.from_ is None else _STATES[subject](row.from_)
        to_state = _STATES[subject](row.to)
        action = _ACTIONS[subject](row.action)
    except ValueError as error:
        raise RuleDataError(file, where, str(error)) from error
    return Transition(
        subject=subject,
        from_state=from_state,
        action=action,
        to_state=to_state,
        roles=frozenset(row.roles),
        levels=frozenset(row.levels),
        sources=frozenset(row.sources),
        closures=frozenset(row.closures),
        evidence=tuple(Evidence(key, labels[key]) for key in pick(row.evidence, labels, "evidence")),
        reminders=tuple(Evidence(key, labels[key]) for key in pick(row.reminders, labels, "evidence")),
        basis=tuple(bases[key] for key in pick(row.basis, bases, "basis")),
        is_park_rule=row.park_rule,
        new_round=row.new_round,
        limit_key=row.limit,
    )


@cache
def load_workflow() -> Workflow:
    """Read the tables once. Raises `RuleDataError` for unknown words, and for two rows that answer the same question."""
    labels = read_table(_EVIDENCE, _EvidenceFile).evidence
    bases = read_table(_BASES, _BasisFile).basis
    transitions: list[Transition] = []
    by_step: dict[_Key, tuple[Transition, ...]] = {}
    for file in list_tables("workflow"):
        if file in (_BASES, _EVIDENCE):
            continue
        table = read_table(file, _TransitionFile)
        for row in table.transition:
            one = _build(file, table.subject, row, labels, bases)
            key = (one.subject, one.from_state, one.action)
            for other in by_step.get(key, ()):
                if other.levels & one.levels:
                    raise RuleDataError(file, f"{row.from_} {row.action}", "two rows are open to the same level")
            by_step[key] = (*by_step.get(key, ()), one)
            transitions.append(one)
    return Workflow(tuple(transitions), by_step)


def find_transition(
    subject: Subject, state: State | None, action: Action, role: Role, level: HazardLevel | None = None
) -> Transition | None:
    """The row that permits this step, or None. `state` None means that nothing exists yet; `level` None that it is not graded yet.

    For an order, `level` is the gravest level among its hazards.
    """
    for one in load_workflow().by_step.get((subject, state, action), ()):
        if role in one.roles and one.is_open_to(level):
            return one
    return None


def list_actions(subject: Subject, state: State | None, role: Role, level: HazardLevel | None = None) -> tuple[Transition, ...]:
    """Every transition this role may take from here, in the table's order; each names its action, evidence and basis."""
    return tuple(
        one
        for one in load_workflow().transitions
        if one.subject == subject and one.from_state == state and role in one.roles and one.is_open_to(level)
    )


def why_refused(subject: Subject, state: State | None, action: Action, role: Role, level: HazardLevel | None = None) -> Refusal:
    """Why `find_transition` answered None. Raises ValueError for a step that is permitted: there is no refusal to explain."""
    rows = load_workflow().by_step.get((subject, state, action), ())
    if not rows:
        where = "尚未登记" if state is None else f"处于“{state.label}”"
        usual = [one.from_state for one in load_workflow().transitions if one.subject == subject and one.action == action]
        need = "、".join(sorted({"尚未登记" if one is None else f"“{one.label}”" for one in usual}))
        return Refusal(RefusalCode.STATE, f"{subject.label}{where}，不能“{action.label}”；这一步须在{need}时办理。")
    open_rows = [one for one in rows if one.is_open_to(level)]
    if not open_rows:
        if level is None:
            return Refusal(RefusalCode.LEVEL_UNKNOWN, f"尚未说明隐患级别，不能“{action.label}”；请先选定一般隐患或重大事故隐患。")
        allowed = "、".join(one.label for one in HazardLevel if any(one in row.levels for row in rows))
        return Refusal(RefusalCode.LEVEL, f"{level.label}不能“{action.label}”；这一步只对{allowed}开放。")
    if any(role in one.roles for one in open_rows):
        raise ValueError(f"{role} may {action} from {state}")
    who = "、".join(one.label for one in Role if any(one in row.roles for row in open_rows))
    subject_name = subject.label if level is None else level.label if subject is Subject.HAZARD else f"含{level.label}的{subject.label}"
    return Refusal(RefusalCode.ROLE, f"{role.label}不能对{subject_name}“{action.label}”；这一步由{who}办理。")


def missing_evidence(transition: Transition, given: Collection[str]) -> tuple[Evidence, ...]:
    """The requirements that block this step because their keys are not among those given."""
    return tuple(one for one in transition.evidence if one.key not in given)


def missing_reminders(transition: Transition, given: Collection[str]) -> tuple[Evidence, ...]:
    """What should be asked for although the step may be taken without it."""
    return tuple(one for one in transition.reminders if one.key not in given)


def check_reinspectors(repliers: Collection[Hashable], reinspectors: Iterable[Hashable]) -> Refusal | None:
    """A refusal when somebody who submitted the rectification also re-inspects it; people are compared by id (workflow §6, park rule)."""
    if any(one in repliers for one in reinspectors):
        return Refusal(RefusalCode.SAME_PERSON, "同一人不得既提交整改又复查；请由其他检查人员复查。")
    return None


def order_progress(hazard_states: Iterable[HazardState]) -> OrderProgress:
    """How far an order's hazards have come. Void hazards are not counted; those back at 已定级 are no longer part of the order."""
    counted = [one for one in hazard_states if one not in (HazardState.VOID, HazardState.FOUND, HazardState.CONFIRMED)]
    closed = counted.count(HazardState.CLOSED)
    done = closed + counted.count(HazardState.VERIFIED)
    if not counted:
        return OrderProgress.EMPTY
    if closed == len(counted):
        return OrderProgress.ALL_CLOSED
    if done == len(counted):
        return OrderProgress.ALL_VERIFIED
    return OrderProgress.PARTIALLY_DONE if done else OrderProgress.OUTSTANDING
