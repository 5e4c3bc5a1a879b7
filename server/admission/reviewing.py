"""Use cases before the decision: two people check a screening, hits are assessed in writing, departments are asked and answer."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from rules.admission_reviews import load_departments
from rules.admission_workflow import OPEN_STATES
from rules.rulebook import Rulebook
from rules.terms import DepartmentView, ProjectAction, ProjectState, Role
from server.admission.access import demand_writer
from server.admission.evidence import checks_of, evidence_for, hits_to_review, latest, opinions_of
from server.admission.schemas import OpinionForm
from server.errors import FieldError, InvalidInput, StateConflict
from server.ids import new_id
from server.models.admission import DepartmentOpinion, HitReview, ProjectCheck
from server.models.projects import Project
from server.screening.service import lock_project, take_step
from server.steps import demand_role
from server.unit_of_work import Work

LONGEST_TEXT = 2000
REVIEWERS = frozenset({Role.SCREENER, Role.OFFICE, Role.LEADER})


def record_check(work: Work, rulebook: Rulebook, project_id: UUID, note: str = "") -> ProjectCheck:
    """One person stands for it that the hits and the evidence were compared. With the second the project is 已复核.

    Raises `NotAllowed`, `NotFound`, `StateConflict`, `EvidenceMissing` when assumptions are open, `InvalidInput`.
    """
    demand_writer(work.actor)
    project = lock_project(work, project_id)
    _demand_state(project, ProjectState.SCREENED, "复核")
    pair = latest(work, project)
    _refuse_long("note", note)
    if any(one.checked_by == work.actor.id for one in checks_of(work, pair.screening)):
        raise StateConflict("您已经复核过这次筛查，还要另一个人复核。", reason="checked", state=project.state)
    given = evidence_for(work, rulebook, project)
    if not {"screening_current", "assumptions_confirmed"} <= given:
        raise StateConflict(
            "这次筛查不是按最新情况和今天的目录做的，或还有按否处理的项没有确认；请先办好再复核。", reason="not_ready", state=project.state
        )
    check = ProjectCheck(
        id=new_id(),
        park_id=project.park_id,
        project_id=project.id,
        screening_id=pair.screening.id,
        note=note.strip(),
        checked_at=work.now,
        checked_by=work.actor.id,
        checked_by_name=work.actor.name,
    )
    work.session.add(check)
    try:
        work.session.flush()
    except IntegrityError as error:
        raise StateConflict("您已经复核过这次筛查，还要另一个人复核。", reason="checked", state=project.state) from error
    work.record("project", project.id, "project:checked_by_one", screening=pair.screening.sequence, note=check.note)
    if "two_persons" in evidence_for(work, rulebook, project):
        people = [one.checked_by_name for one in checks_of(work, pair.screening)]
        take_step(work, project, ProjectAction.CHECK, evidence_for(work, rulebook, project), people=people)
    return check


def review_hit(work: Work, project_id: UUID, entry_id: str, *, stands_against: bool, reason: str) -> HitReview:
    """Assess in writing whether an entry stands against the project. A later assessment replaces an earlier one; both are kept.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`.
    """
    demand_role(work.actor, REVIEWERS, "书面研判")
    project = lock_project(work, project_id)
    _demand_open(project)
    pair = latest(work, project)
    hit = next((one for one in hits_to_review(pair) if one["id"] == entry_id), None)
    if hit is None:
        raise InvalidInput([FieldError("entry_id", "这一条不在本次筛查需要研判的条目里，请刷新后再看")])
    if not reason.strip() or len(reason) > LONGEST_TEXT:
        raise InvalidInput([FieldError("reason", f"请写明研判理由和依据，不超过 {LONGEST_TEXT} 个字")])
    review = HitReview(
        id=new_id(),
        park_id=project.park_id,
        project_id=project.id,
        screening_id=pair.screening.id,
        entry_id=entry_id,
        stands_against=stands_against,
        reason=reason.strip(),
        reviewed_at=work.now,
        reviewed_by=work.actor.id,
        reviewed_by_name=work.actor.name,
    )
    work.session.add(review)
    work.session.flush()
    said = "不予准入" if stands_against else "不影响准入"
    work.record("project", project.id, "project:hit_reviewed", clause=entry_id, result=said, reason=review.reason)
    return review


def open_review(work: Work, rulebook: Rulebook, project_id: UUID, departments: Collection[str]) -> Project:
    """Ask departments for their opinions and open the joint review.

    Raises `StateConflict`, `StepNotYours`, `EvidenceMissing`, `InvalidInput`, `NotFound`.
    """
    project = lock_project(work, project_id)
    known = {one.key: one.label for one in load_departments()}
    unknown = [one for one in departments if one not in known]
    if unknown or not departments:
        raise InvalidInput([FieldError("departments", "请至少选一个会审部门" if not departments else "所选部门不在会审名单里")])
    pair = latest(work, project)
    given = evidence_for(work, rulebook, project) | {"departments_named"}
    asked = opinions_of(work, pair.screening)
    take_step(work, project, ProjectAction.OPEN_REVIEW, given, departments=[known[one] for one in departments])
    for key in dict.fromkeys(departments):
        if key not in asked:
            work.session.add(_opinion(work, project, pair.screening.id, OpinionForm(department=key, view="")))
    work.session.flush()
    return project


def record_opinion(work: Work, project_id: UUID, form: OpinionForm) -> DepartmentOpinion:
    """Write down what a department said, or that it did not answer and how it was reminded.

    Raises `NotAllowed`, `NotFound`, `StateConflict`, `InvalidInput`.
    """
    demand_writer(work.actor)
    project = lock_project(work, project_id)
    _demand_state(project, ProjectState.JOINT_REVIEW, "记录会审意见")
    pair = latest(work, project)
    asked = opinions_of(work, pair.screening)
    errors = []
    if form.department not in asked:
        errors.append(FieldError("department", "这个部门没有参加本次会审"))
    if form.view not in set(DepartmentView):
        errors.append(FieldError("view", "请选择意见"))
    elif form.view != DepartmentView.AGREE and not form.text.strip():
        errors.append(FieldError("text", "请写明具体意见；未回复的写明何时怎样催办"))
    if form.view != DepartmentView.NO_REPLY and not form.person.strip():
        errors.append(FieldError("person", "请填写发表意见的人"))
    if form.said_on is not None and form.said_on > work.today:
        errors.append(FieldError("said_on", "日期不能晚于今天"))
    if len(form.text) > LONGEST_TEXT:
        errors.append(FieldError("text", f"不能超过 {LONGEST_TEXT} 个字"))
    if errors:
        raise InvalidInput(errors)
    opinion = _opinion(work, project, pair.screening.id, form, asked_on=asked[form.department])
    work.session.add(opinion)
    work.session.flush()
    label = next(one.label for one in load_departments() if one.key == form.department)
    view = DepartmentView(form.view).label
    work.record("project", project.id, "project:opinion_recorded", department=label, result=view, note=opinion.text, person=opinion.person)
    return opinion


def _opinion(
    work: Work, project: Project, screening_id: UUID, form: OpinionForm, *, asked_on: DepartmentOpinion | None = None
) -> DepartmentOpinion:
    return DepartmentOpinion(
        id=new_id(),
        park_id=project.park_id,
        project_id=project.id,
        screening_id=screening_id,
        department=form.department,
        asked_on=asked_on.asked_on if asked_on is not None else work.today,
        view=form.view,
        text=form.text.strip(),
        person=form.person.strip(),
        said_on=form.said_on or (work.today if form.view else None),
        recorded_at=work.now,
        recorded_by=work.actor.id,
        recorded_by_name=work.actor.name,
    )


def _demand_state(project: Project, state: ProjectState, what: str) -> None:
    if project.state != state:
        now = ProjectState(project.state).label
        raise StateConflict(f"项目处于“{now}”，不能{what}；这一步须在“{state.label}”时办理。", reason="state", state=project.state)


def _demand_open(project: Project) -> None:
    if ProjectState(project.state) not in OPEN_STATES:
        raise StateConflict(f"项目“{ProjectState(project.state).label}”，不再研判。", reason="state", state=project.state)


def _refuse_long(field: str, text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise InvalidInput([FieldError(field, f"不能超过 {LONGEST_TEXT} 个字")])
