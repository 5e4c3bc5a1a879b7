"""May this person take this step of a project now, with the evidence at hand, and what does the step change?

The answer comes from `rules.admission_workflow`; this module turns a *no* into the refusal a door answers with, and makes a step the same
everywhere: the state changes, an event says so.
"""

from collections.abc import Collection
from typing import Any

from rules.admission_workflow import (
    AdmissionRefusalCode,
    AdmissionStep,
    find_admission_step,
    missing_admission_evidence,
    why_admission_refused,
)
from rules.terms import ProjectAction, ProjectState
from server.errors import EvidenceMissing, StateConflict, StepNotYours
from server.models.projects import Project
from server.unit_of_work import Work

EVENTS: dict[ProjectAction, str] = {
    ProjectAction.COMPLETE: "project:completed",
    ProjectAction.SCREEN: "project:screening_accepted",
    ProjectAction.CHECK: "project:checked",
    ProjectAction.OPEN_REVIEW: "project:review_opened",
    ProjectAction.ADMIT: "project:admitted",
    ProjectAction.ADMIT_WITH_CONDITIONS: "project:admitted_with_conditions",
    ProjectAction.RETURN: "project:returned",
    ProjectAction.REFUSE: "project:refused",
    ProjectAction.SEND_BACK: "project:sent_back",
    ProjectAction.RESUBMIT: "project:resubmitted",
    ProjectAction.REOPEN: "project:reopened",
    ProjectAction.WITHDRAW: "project:withdrawn",
}
"""What the trail calls each step."""


def admission_step(work: Work, project: Project, action: ProjectAction, given: Collection[str]) -> AdmissionStep:
    """The permitted step. Raises `StateConflict`, `StepNotYours` or `EvidenceMissing`."""
    state = ProjectState(project.state)
    step = find_admission_step(state, action, work.actor.role)
    if step is None:
        refusal = why_admission_refused(state, action, work.actor.role)
        if refusal.code is AdmissionRefusalCode.ROLE:
            raise StepNotYours(refusal.detail)
        raise StateConflict(refusal.detail, reason=refusal.code.value, state=state.value)
    missing = missing_admission_evidence(step, given)
    if missing:
        raise EvidenceMissing([one.label for one in missing])
    return step


def take_step(work: Work, project: Project, action: ProjectAction, given: Collection[str], **facts: Any) -> AdmissionStep:
    """Take a permitted step: the project's state changes, an event says so. Raises as `admission_step`."""
    step = admission_step(work, project, action, given)
    project.state = step.to_state
    project.updated_at = work.now
    work.session.flush()
    work.record("project", project.id, EVENTS[action], **facts)
    return step
