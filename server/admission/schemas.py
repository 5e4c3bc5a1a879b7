"""What goes in and out of the use cases of admission, and the value an opinion is frozen from."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from rules.admission_reviews import Department
from rules.admission_workflow import AdmissionEvidence, AdmissionStep
from rules.terms import ConditionMilestone, ProjectAction
from server.events.service import StoryEntry
from server.layout.schemas import LayoutFacts
from server.models.admission import AdmissionCondition, AdmissionDecision, DepartmentOpinion, HitReview, ProjectCheck
from server.models.orders import IssuedPaper
from server.models.projects import Project, ProjectScreening
from server.screening.schemas import KeptEdition, KeptReview, KeptScreening, ProjectDossier

OPINION_EDITION = 1
"""The drawing that opinions issued now are made for."""


class ConditionForm(msgspec.Struct, frozen=True, kw_only=True):
    """A condition: what must be done, by whom, by which day or step, and which entries of the catalogue it comes from."""

    text: str
    responsible: str
    milestone: str = ConditionMilestone.DAY
    due_on: date | None = None
    entry_ids: tuple[str, ...] = ()


class DecisionForm(msgspec.Struct, frozen=True, kw_only=True):
    """The leader's decision. `valid_until` may be left to the park's rule."""

    action: ProjectAction
    reason: str = ""
    meeting: str = ""
    valid_until: date | None = None
    conditions: tuple[ConditionForm, ...] = ()
    unconditioned_reason: str = ""
    """Why hits that ask for a condition get none."""
    version: int | None = None


class OpinionForm(msgspec.Struct, frozen=True, kw_only=True):
    """What a department said."""

    department: str
    view: str
    text: str = ""
    person: str = ""
    said_on: date | None = None


class DepartmentView(msgspec.Struct, frozen=True, kw_only=True):
    """A department in the joint review: what it looks at, which hits are its own, what it said last."""

    department: Department
    entry_ids: tuple[str, ...]
    opinion: DepartmentOpinion | None


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """A step the actor's role may take from here, and what it still needs."""

    step: AdmissionStep
    missing: tuple[AdmissionEvidence, ...]


class OpenCondition(msgspec.Struct, frozen=True, kw_only=True):
    """A condition as the list of obligations shows it."""

    condition: AdmissionCondition
    project: Project
    due_on: date | None
    """The day it is due: its own, or that of the step it precedes."""
    overdue_days: int


class DecisionView(msgspec.Struct, frozen=True, kw_only=True):
    """A decision with its conditions and paper."""

    decision: AdmissionDecision
    conditions: tuple[OpenCondition, ...]
    paper: IssuedPaper | None

    @property
    def overdue(self) -> int:
        """How many of its conditions are late."""
        return sum(one.overdue_days > 0 for one in self.conditions)


class ProcedureDossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page of a project's procedure shows."""

    dossier: ProjectDossier
    screening: ProjectScreening | None
    """What the procedure is about: the screening that was decided on, before a decision the latest one."""
    checks: tuple[ProjectCheck, ...]
    """Of that screening."""
    hit_reviews: dict[str, HitReview]
    """The latest of each entry, for that screening."""
    to_review: tuple[dict[str, Any], ...]
    """The hits that need a person's written assessment."""
    departments: tuple[DepartmentView, ...]
    decisions: tuple[DecisionView, ...]
    """Newest first."""
    steps: tuple[StepView, ...]
    proposed: tuple[ConditionForm, ...]
    """Conditions the hits suggest."""
    default_validity: date
    sent_back: StoryEntry | None
    """The last time it was sent back to be completed, while that is where it stands."""
    story: tuple[StoryEntry, ...]
    """What was done to it, newest first."""


class OpinionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a 项目安全准入筛查意见书 says, frozen when the decision was made."""

    office_name: str
    park_name: str
    fictional: bool
    issued_by_name: str
    document_number: str
    decided_on: date
    decision: str
    reason: str
    meeting: str
    valid_until: date | None
    project_number: str
    project_name: str
    applicant_name: str
    applicant_code: str
    build_type: str
    industry_codes: tuple[str, ...]
    zone_name: str
    address: str
    received_on: date
    source: str
    description: tuple[tuple[str, str], ...]
    """What was stated, as label and text."""
    revision: int
    screened_on: date
    screening_sequence: int
    outcome: str
    outcome_confirmed: str
    catalogue_edition: str
    catalogue_sha256: str
    rulebook_edition: str
    hits: tuple[dict[str, Any], ...]
    assumptions: tuple[tuple[str, str], ...]
    """What was taken as *no*, and who confirmed it when."""
    hit_reviews: tuple[tuple[str, str, str], ...]
    """Entry, assessment with its reason, by whom and when."""
    checkers: tuple[str, ...]
    departments: tuple[tuple[str, str, str], ...]
    """Department, view, words."""
    reviews: tuple[KeptReview, ...]
    conditions: tuple[tuple[str, str, str, str], ...]
    """Text, responsible, by when, entries."""
    unconditioned: tuple[str, ...] = ()
    """Entries that ask for a condition and got none."""
    unconditioned_reason: str = ""
    edition: KeptEdition | None = None
    """Whose catalogue ruled, why, and what the catalogue of the day of the screening says otherwise."""
    layout: LayoutFacts | None = None
    """The measured distances."""
    never_promised: tuple[str, ...]
    citations: tuple[str, ...]


class ScreeningPair(msgspec.Struct, frozen=True):
    """A project's latest screening with what it said."""

    screening: ProjectScreening
    kept: KeptScreening


class LandingForm(msgspec.Struct, frozen=True, kw_only=True):
    """An admitted project becomes an enterprise: what the park must still know. `enterprise_id` names one that is there already."""

    enterprise_id: UUID | None = None
    name: str = ""
    credit_code: str = ""
    principal_officer: str = ""
    principal_phone: str = ""
    safety_officer: str = ""
    safety_phone: str = ""
