"""Use cases of the decision: the leader decides, the opinion is numbered and frozen, conditions begin to run; and what may reopen it.

Only the screening that was checked and reviewed can be decided on. A decision is never changed; a project whose facts, law or conditions
moved is reopened, decided again, and the old decision stays readable beside the new one.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from rules.admission_workflow import ADMITTED_STATES, AdmissionStep
from rules.restriction_terms import Effect
from rules.rulebook import Rulebook
from rules.terms import (
    ConditionMilestone,
    ConditionState,
    DocumentKind,
    ProjectAction,
    ProjectState,
    ScreeningOccasion,
)
from server.admission.access import readable_decisions
from server.admission.evidence import evidence_for, latest, unconditioned_hits, weighed_hits
from server.admission.opinion import gather_opinion
from server.admission.schemas import OPINION_EDITION, ConditionForm, DecisionForm, ScreeningPair
from server.errors import FieldError, InvalidInput
from server.ids import new_id
from server.models.admission import AdmissionCondition, AdmissionDecision
from server.models.projects import Project
from server.numbering import take_number
from server.papers import freeze_paper, withdraw_papers
from server.parks.service import get_park
from server.screening.service import admission_step, lock_project, take_step
from server.unit_of_work import Work

VALIDITY = "admission.validity"
LONGEST_REASON = 4000
LONGEST_CONDITION = 500
MOST_CONDITIONS = 40
_LONGEST_VALIDITY = timedelta(days=3 * 366)
DECISIONS = frozenset({ProjectAction.ADMIT, ProjectAction.ADMIT_WITH_CONDITIONS, ProjectAction.RETURN, ProjectAction.REFUSE})
_ADMITS = frozenset({ProjectAction.ADMIT, ProjectAction.ADMIT_WITH_CONDITIONS})
_OWED = (
    (ConditionMilestone.BEFORE_CONSTRUCTION, ScreeningOccasion.BEFORE_CONSTRUCTION, "开工前复核：品种、最大存量、工艺与申报一致，重新筛查"),
    (ConditionMilestone.BEFORE_TRIAL, ScreeningOccasion.BEFORE_TRIAL, "试产前复核：品种、最大存量、工艺与申报一致，重新筛查"),
)
"""What every admitted project owes (restriction_catalogue §4, step 9)."""


def default_validity(rulebook: Rulebook, day: date) -> date:
    """Until when an admission decided on a day is valid, by the park's rule."""
    return rulebook.at(day).deadlines.due_on(VALIDITY, day, rulebook.calendar).due_on


def propose_conditions(pair: ScreeningPair, responsible: str) -> tuple[ConditionForm, ...]:
    """One condition for each hit that asks for one, in the words of its entry."""
    return tuple(
        ConditionForm(
            text=f"{hit['subject']}：{hit['condition']}"[:LONGEST_CONDITION],
            responsible=responsible,
            milestone=ConditionMilestone.BEFORE_CONSTRUCTION,
            entry_ids=(hit["id"],),
        )
        for hit in weighed_hits(pair)
        if hit["effect"] == Effect.CONDITIONAL.label
    )


def decide(work: Work, rulebook: Rulebook, project_id: UUID, form: DecisionForm) -> AdmissionDecision:
    """Decide on a project, take the number, freeze the opinion, let the conditions run.

    Raises `StateConflict`, `StepNotYours`, `EvidenceMissing`, `InvalidInput`, `ChangedMeanwhile`, `NotFound`.
    """
    if form.action not in DECISIONS:
        raise InvalidInput([FieldError("action", "请选择准入、附条件准入、退回或否决")])
    project = lock_project(work, project_id, version=form.version)
    _refuse_bad_form(work, form)
    pair = latest(work, project)
    admits = form.action in _ADMITS
    bare = unconditioned_hits(pair, form) if admits else ()
    said = {"reason": form.reason.strip(), "meeting": form.meeting.strip()}
    if bare:
        said |= {"unconditioned": "、".join(bare), "unconditioned_reason": form.unconditioned_reason.strip()}
    given = evidence_for(work, rulebook, project, form)
    if bare and not form.unconditioned_reason.strip():
        # Whoever may not decide, or lacks more than this, is told so first.
        admission_step(work, project, form.action, given | {"conditional_answered"})
        why = f"命中“附条件”的 {'、'.join(bare)} 没有写成条件：请逐条写成条件（附条件准入），或在这里写明为什么不附条件"
        raise InvalidInput([FieldError("unconditioned_reason", why)])
    step = take_step(work, project, form.action, given, **said)
    park = get_park(work)
    year = work.today.year
    sequence = take_number(work.connection, work.park_id, DocumentKind.SCREENING_OPINION.value, year)
    decision = AdmissionDecision(
        id=new_id(),
        park_id=project.park_id,
        project_id=project.id,
        screening_id=pair.screening.id,
        action=form.action,
        outcome=pair.screening.outcome,
        reason=form.reason.strip(),
        meeting=form.meeting.strip(),
        unconditioned_ids=list(bare),
        unconditioned_reason=form.unconditioned_reason.strip() if bare else "",
        valid_until=(form.valid_until or default_validity(rulebook, work.today)) if admits else None,
        decided_on=work.today,
        decided_at=work.now,
        decided_by=work.actor.id,
        decided_by_name=work.actor.name,
        document_number=rulebook.permission.format_document_number(park.document_prefix, DocumentKind.SCREENING_OPINION, year, sequence),
    )
    work.session.add(decision)
    work.session.flush()
    conditions = tuple(_conditions(project, decision, form)) if admits else ()
    work.session.add_all(conditions)
    work.session.flush()
    _freeze(work, project, pair, decision, step, conditions)
    return decision


def _refuse_bad_form(work: Work, form: DecisionForm) -> None:
    errors = []
    if len(form.reason) > LONGEST_REASON:
        errors.append(FieldError("reason", f"理由不能超过 {LONGEST_REASON} 个字"))
    if len(form.unconditioned_reason) > LONGEST_REASON:
        errors.append(FieldError("unconditioned_reason", f"理由不能超过 {LONGEST_REASON} 个字"))
    if form.valid_until is not None and not work.today < form.valid_until <= work.today + _LONGEST_VALIDITY:
        errors.append(FieldError("valid_until", "有效期应在明天和三年之内"))
    if form.action is ProjectAction.ADMIT and form.conditions:
        errors.append(FieldError("conditions", "写了条件的请选“附条件准入”"))
    if len(form.conditions) > MOST_CONDITIONS:
        errors.append(FieldError("conditions", f"条件不能超过 {MOST_CONDITIONS} 项"))
    for place, one in enumerate(form.conditions):
        where = f"conditions.{place}"
        if not one.text.strip() or len(one.text) > LONGEST_CONDITION:
            errors.append(FieldError(f"{where}.text", f"第 {place + 1} 项条件：请写明要做到什么，不超过 {LONGEST_CONDITION} 个字"))
        if not one.responsible.strip():
            errors.append(FieldError(f"{where}.responsible", f"第 {place + 1} 项条件：请写明责任人或责任单位"))
        if one.milestone not in set(ConditionMilestone):
            errors.append(FieldError(f"{where}.milestone", f"第 {place + 1} 项条件：请选择期限或节点"))
        elif one.milestone == ConditionMilestone.DAY and (one.due_on is None or one.due_on < work.today):
            errors.append(FieldError(f"{where}.due_on", f"第 {place + 1} 项条件：请写今天或以后的日期"))
    if errors:
        raise InvalidInput(errors)


def _conditions(project: Project, decision: AdmissionDecision, form: DecisionForm) -> Iterable[AdmissionCondition]:
    """The leader's conditions, then the re-screenings every admission owes."""
    days = {ConditionMilestone.BEFORE_CONSTRUCTION: project.construction_on, ConditionMilestone.BEFORE_TRIAL: project.trial_on}
    for ordinal, one in enumerate(form.conditions, start=1):
        due_on = one.due_on or days.get(ConditionMilestone(one.milestone))
        yield _condition(project, decision, ordinal, one.text, one.responsible, one.milestone, due_on, list(one.entry_ids))
    for ordinal, (milestone, occasion, text) in enumerate(_OWED, start=len(form.conditions) + 1):
        responsible = project.applicant_name or "申报单位"
        yield _condition(project, decision, ordinal, text, responsible, milestone, days[milestone], [], occasion)


def _condition(
    project: Project, decision: AdmissionDecision, ordinal: int, text: str, responsible: str, milestone: str, due_on: date | None,
    entry_ids: list[str], rescreens: str = "",
) -> AdmissionCondition:  # fmt: skip
    return AdmissionCondition(
        id=new_id(),
        park_id=project.park_id,
        project_id=project.id,
        decision_id=decision.id,
        ordinal=ordinal,
        text=text.strip(),
        entry_ids=entry_ids,
        responsible=responsible.strip(),
        milestone=milestone,
        due_on=due_on,
        rescreens=rescreens,
        state=ConditionState.OPEN,
    )


def _freeze(
    work: Work,
    project: Project,
    pair: ScreeningPair,
    decision: AdmissionDecision,
    step: AdmissionStep,
    conditions: tuple[AdmissionCondition, ...],
) -> None:
    kind = DocumentKind.SCREENING_OPINION
    paper = freeze_paper(
        work,
        kind=kind,
        subject_kind="project",
        subject_id=project.id,
        enterprise_id=None,
        document_number=decision.document_number,
        template_version=f"{kind.value}/{OPINION_EDITION}",
        value=gather_opinion(work, project, pair, decision, step, conditions),
    )
    decision.paper_id = paper.id
    work.session.flush()


def send_back(work: Work, rulebook: Rulebook, project_id: UUID, reason: str, *, version: int | None = None) -> Project:
    """Send a project back to be described or screened anew. Raises as `decide` does."""
    return _with_reason(work, rulebook, project_id, ProjectAction.SEND_BACK, reason, version)


def resubmit(work: Work, rulebook: Rulebook, project_id: UUID, reason: str, *, version: int | None = None) -> Project:
    """A project that was returned or refused applies again, and anew: the catalogue of this day rules. Raises as `decide` does."""
    return _applied_again(work, _with_reason(work, rulebook, project_id, ProjectAction.RESUBMIT, reason, version), ProjectAction.RESUBMIT)


def reopen(work: Work, rulebook: Rulebook, project_id: UUID, reason: str, *, version: int | None = None) -> Project:
    """An admitted project is reviewed anew; from today its admission no longer holds, and its opinion says so. Raises as `decide` does."""
    project = lock_project(work, project_id)
    was_admitted = ProjectState(project.state) in ADMITTED_STATES
    project = _applied_again(work, _with_reason(work, rulebook, project_id, ProjectAction.REOPEN, reason, version), ProjectAction.REOPEN)
    if was_admitted:
        decision = last_decision(work, project)
        if decision is not None:
            decision.reopened_on = work.today
        work.session.flush()
        withdraw_papers(work, project.id)
    return project


def _applied_again(work: Work, project: Project, action: ProjectAction) -> Project:
    project.applied_again_on, project.applied_again_as = work.today, action
    work.session.flush()
    return project


def last_decision(work: Work, project: Project) -> AdmissionDecision | None:
    """The latest decision on a project, None before the first."""
    query = readable_decisions(work.actor).where(AdmissionDecision.project_id == project.id)
    return work.session.scalar(query.order_by(AdmissionDecision.decided_at.desc(), AdmissionDecision.id.desc()).limit(1))


def _with_reason(work: Work, rulebook: Rulebook, project_id: UUID, action: ProjectAction, reason: str, version: int | None) -> Project:
    project = lock_project(work, project_id, version=version)
    given = evidence_for(work, rulebook, project) | ({"reason"} if reason.strip() else set())
    take_step(work, project, action, given, reason=reason.strip())
    return project
