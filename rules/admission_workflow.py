"""What may be done to a project on its way to admission, by whom, with which evidence, and if not, why not?

The procedure is a table in `data/admission/procedure.toml`; what no row permits is refused. The table says who and with what; whether a
piece of evidence is there is for the caller to establish. Which statutory reviews follow is `admission_reviews.py`'s question, what the
catalogue says `restriction.py`'s.
"""

from collections.abc import Collection
from enum import StrEnum
from functools import cache

import msgspec

from rules.loading import RuleDataError, read_table
from rules.references import LegalBasis
from rules.terms import ProjectAction, ProjectState, Role

_FILE = "admission/procedure.toml"

OPEN_STATES = frozenset({ProjectState.CLUE, ProjectState.COMPLETE, ProjectState.SCREENED, ProjectState.CHECKED, ProjectState.JOINT_REVIEW})
"""A project nobody has decided yet."""
ADMITTED_STATES = frozenset({ProjectState.DECIDED_ADMITTED, ProjectState.DECIDED_CONDITIONAL})
DECIDED_STATES = ADMITTED_STATES | {ProjectState.DECIDED_RETURNED, ProjectState.DECIDED_REFUSED}


class AdmissionRefusalCode(StrEnum):
    """Why a step is refused."""

    STATE = "state"
    ROLE = "role"


class AdmissionRefusal(msgspec.Struct, frozen=True):
    """A refusal: a `code` for programs and a Chinese `detail` that tells people why and what to do."""

    code: AdmissionRefusalCode
    detail: str


class AdmissionEvidence(msgspec.Struct, frozen=True):
    """A named requirement of a step, with the label people read."""

    key: str
    label: str


class AdmissionStep(msgspec.Struct, frozen=True, kw_only=True):
    """One permitted step. All of `evidence` must be there."""

    from_state: ProjectState
    action: ProjectAction
    to_state: ProjectState
    roles: frozenset[Role]
    evidence: tuple[AdmissionEvidence, ...]
    basis: tuple[LegalBasis, ...]
    is_park_rule: bool

    @property
    def citations(self) -> tuple[str, ...]:
        """The basis as printed; a step of the park's own says so, and one nobody compared with the text says that."""
        cited = tuple(one.citation + ("" if one.verified else "（条文待核）") for one in self.basis)
        return cited + (("园区自定程序",) if self.is_park_rule else ())


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    from_: ProjectState = msgspec.field(name="from")
    action: ProjectAction
    to: ProjectState
    roles: tuple[Role, ...]
    evidence: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    park_rule: bool = False


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    evidence: dict[str, str]
    basis: dict[str, LegalBasis]
    transition: tuple[_Row, ...]


class AdmissionWorkflow(msgspec.Struct, frozen=True):
    """Every permitted step in the table's order, the same by state and action, and the texts they rest on by key."""

    steps: tuple[AdmissionStep, ...]
    by_step: dict[tuple[ProjectState, ProjectAction], AdmissionStep]
    bases: dict[str, LegalBasis]


@cache
def load_admission_workflow() -> AdmissionWorkflow:
    """Read the table once. Raises `RuleDataError` for unknown words, a step without ground, and two rows for one step."""
    table = read_table(_FILE, _File)
    steps: dict[tuple[ProjectState, ProjectAction], AdmissionStep] = {}
    for row in table.transition:
        where = f"{row.from_} {row.action}"
        for what, keys, known in (("evidence", row.evidence, set(table.evidence)), ("basis", row.basis, set(table.basis))):
            for key in keys:
                if key not in known:
                    raise RuleDataError(_FILE, where, f"{what} {key} is not defined")
        if not row.roles:
            raise RuleDataError(_FILE, where, "a step nobody may take must be left out")
        if not row.basis and not row.park_rule:
            raise RuleDataError(_FILE, where, "neither a basis nor park_rule = true")
        if (row.from_, row.action) in steps:
            raise RuleDataError(_FILE, where, "two rows for one step")
        steps[row.from_, row.action] = AdmissionStep(
            from_state=row.from_,
            action=row.action,
            to_state=row.to,
            roles=frozenset(row.roles),
            evidence=tuple(AdmissionEvidence(key, table.evidence[key]) for key in row.evidence),
            basis=tuple(table.basis[key] for key in row.basis),
            is_park_rule=row.park_rule,
        )
    return AdmissionWorkflow(tuple(steps.values()), steps, table.basis)


def find_admission_step(state: ProjectState, action: ProjectAction, role: Role) -> AdmissionStep | None:
    """The row that permits this step to this role, or None."""
    step = load_admission_workflow().by_step.get((state, action))
    return step if step is not None and role in step.roles else None


def list_admission_steps(state: ProjectState, role: Role) -> tuple[AdmissionStep, ...]:
    """Every step this role may take from here, in the table's order."""
    return tuple(one for one in load_admission_workflow().steps if one.from_state is state and role in one.roles)


def why_admission_refused(state: ProjectState, action: ProjectAction, role: Role) -> AdmissionRefusal:
    """Why `find_admission_step` answered None. Raises ValueError for a step that is permitted: there is no refusal to explain."""
    workflow = load_admission_workflow()
    step = workflow.by_step.get((state, action))
    if step is None:
        usual = "、".join(f"“{one.from_state.label}”" for one in workflow.steps if one.action is action)
        return AdmissionRefusal(AdmissionRefusalCode.STATE, f"项目处于“{state.label}”，不能“{action.label}”；这一步须在{usual}时办理。")
    if role in step.roles:
        raise ValueError(f"{role} may {action} from {state}")
    who = "、".join(one.label for one in Role if one in step.roles)
    return AdmissionRefusal(AdmissionRefusalCode.ROLE, f"{role.label}不能对项目“{action.label}”；这一步由{who}办理。")


def missing_admission_evidence(step: AdmissionStep, given: Collection[str]) -> tuple[AdmissionEvidence, ...]:
    """The requirements that block this step because their keys are not among those given."""
    return tuple(one for one in step.evidence if one.key not in given)
