"""What does the page of a project's procedure show: who did what, what is missing for the next step, what was decided?"""

from uuid import UUID

from rules.admission_reviews import load_departments
from rules.admission_workflow import ADMITTED_STATES, DECIDED_STATES, list_admission_steps, missing_admission_evidence
from rules.rulebook import Rulebook
from rules.terms import ProjectState
from server.admission.access import readable_conditions, readable_decisions
from server.admission.conditions import as_of_today
from server.admission.deciding import default_validity, propose_conditions
from server.admission.evidence import checks_of, evidence_for, hit_reviews_of, hits_to_review, opinions_of, weighed_hits
from server.admission.schemas import DecisionView, DepartmentView, OpenCondition, ProcedureDossier, ScreeningPair, StepView
from server.events.service import StoryEntry, find_latest, read_story
from server.models.admission import AdmissionCondition, AdmissionDecision
from server.models.orders import IssuedPaper
from server.models.projects import Project
from server.papers import list_papers
from server.screening.schemas import ProjectDossier
from server.screening.service import get_project_dossier, read_kept
from server.unit_of_work import Work

_TYPED_IN_THE_FORM = frozenset({"reason", "conditions_dated", "conditional_answered", "validity_set", "departments_named"})
"""Evidence the form of a step brings itself; it is not missing before somebody fills the form in."""


def get_procedure(work: Work, rulebook: Rulebook, project_id: UUID) -> ProcedureDossier:
    """Everything the page shows. Raises `NotFound`."""
    dossier = get_project_dossier(work, rulebook, project_id)
    project = dossier.project
    decisions = _decisions(work, project)
    pair = _pair_of(dossier, decisions)
    opinions = opinions_of(work, pair.screening) if pair is not None else {}
    ids = list(dict.fromkeys(hit["id"] for hit in weighed_hits(pair))) if pair is not None else []
    given = evidence_for(work, rulebook, project) | _TYPED_IN_THE_FORM
    steps = list_admission_steps(ProjectState(project.state), work.actor.role)
    return ProcedureDossier(
        dossier=dossier,
        screening=pair.screening if pair is not None else None,
        checks=checks_of(work, pair.screening) if pair is not None else (),
        hit_reviews=hit_reviews_of(work, pair.screening) if pair is not None else {},
        to_review=hits_to_review(pair) if pair is not None else (),
        departments=tuple(
            DepartmentView(department=one, entry_ids=tuple(id for id in ids if id.startswith(one.entries)), opinion=opinions.get(one.key))
            for one in load_departments()
        ),
        decisions=decisions,
        steps=tuple(StepView(step=one, missing=missing_admission_evidence(one, given)) for one in steps),
        proposed=propose_conditions(pair, project.applicant_name or "申报单位") if pair is not None else (),
        default_validity=default_validity(rulebook, work.today),
        sent_back=_sent_back(work, project),
        story=read_story(work, "project", [project.id]),
    )


def _pair_of(dossier: ProjectDossier, decisions: tuple[DecisionView, ...]) -> ScreeningPair | None:
    """The screening the procedure is about: what was decided stays about the one it was decided on, whatever was screened later."""
    decided = decisions[0].decision.screening_id if decisions and ProjectState(dossier.project.state) in DECIDED_STATES else None
    wanted = decided or dossier.project.screening_id
    screening = next((one for one in dossier.screenings if one.id == wanted), None)
    return ScreeningPair(screening, read_kept(screening)) if screening is not None else None


def _sent_back(work: Work, project: Project) -> StoryEntry | None:
    if ProjectState(project.state) is not ProjectState.COMPLETE:
        return None
    return find_latest(work, "project", project.id, "project:sent_back")


def _decisions(work: Work, project: Project) -> tuple[DecisionView, ...]:
    query = readable_decisions(work.actor).where(AdmissionDecision.project_id == project.id)
    decisions = list(work.session.scalars(query.order_by(AdmissionDecision.decided_at.desc(), AdmissionDecision.id.desc())))
    found = readable_conditions(work.actor).where(AdmissionCondition.project_id == project.id).order_by(AdmissionCondition.ordinal)
    standing = {one.id for one in decisions if one.reopened_on is None} if ProjectState(project.state) in ADMITTED_STATES else set()
    conditions: dict[UUID, list[OpenCondition]] = {}
    for one in work.session.scalars(found):
        view = as_of_today(work, one, project, is_owed=one.decision_id in standing)
        conditions.setdefault(one.decision_id, []).append(view)
    papers: dict[UUID, IssuedPaper] = {paper.id: paper for paper in list_papers(work, project.id)}
    return tuple(
        DecisionView(
            decision=one,
            conditions=tuple(conditions.get(one.id, ())),
            paper=papers.get(one.paper_id) if one.paper_id is not None else None,
        )
        for one in decisions
    )
