"""Use cases of a project's description: register it, type a draft, submit what is known, answer questions, confirm what counts as *no*.

A submitted description is a revision and stays for ever. Newer facts take a project that was already checked back to the start of its
checks, so that no check and no opinion silently covers what nobody looked at.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from rules.admission_workflow import OPEN_STATES
from rules.credit_code import CreditCodeError, check_credit_code
from rules.project import Project as ProjectFacts
from rules.project_reading import read_project
from rules.requests import RequestError
from rules.terms import ProjectAction, ProjectState
from server.canonical import canonical_bytes, sha256_hex
from server.errors import FieldError, InvalidInput, NotFound, StateConflict
from server.ids import new_id
from server.models.parks import Zone
from server.models.projects import Project, ProjectAssumption, ProjectDescription, ProjectDraft, ProjectScreening
from server.numbering import take_number, year_number
from server.parks.service import far_errors
from server.screening.access import demand_writer, readable_drafts, readable_projects
from server.screening.mistakes import mistakes_in
from server.screening.moves import take_step
from server.screening.paths import with_answer, with_rows
from server.screening.schemas import Facts, KeptScreening, NewProject, Origin
from server.steps import demand_version
from server.unit_of_work import Work

NUMBER_PREFIX = "XM"
LONGEST_NAME = 200
LARGEST_DESCRIPTION = 400_000
"""Bytes of one description; the longest notices need a tenth."""
_CHECKED = (ProjectState.SCREENED, ProjectState.CHECKED, ProjectState.JOINT_REVIEW)


def get_project(work: Work, project_id: UUID) -> Project:
    """A project the actor may see. Raises `NotFound`."""
    project = work.session.scalar(readable_projects(work.actor).where(Project.id == project_id))
    if project is None:
        raise NotFound("这个项目")
    return project


def lock_project(work: Work, project_id: UUID, *, version: int | None = None) -> Project:
    """A project the actor may see, held until this change is committed. Raises `NotFound`, `ChangedMeanwhile`."""
    query = readable_projects(work.actor).where(Project.id == project_id).with_for_update(of=Project)
    project = work.session.scalar(query.execution_options(populate_existing=True))
    if project is None:
        raise NotFound("这个项目")
    demand_version(project, version, "这个项目")
    return project


def create_project(work: Work, form: NewProject) -> Project:
    """Register a project as a lead. Raises `NotAllowed`, `InvalidInput`."""
    demand_writer(work.actor)
    values = check_head(work, form)
    year = work.today.year
    project = Project(
        id=new_id(),
        park_id=work.park_id,
        number=year_number(NUMBER_PREFIX, year, take_number(work.connection, work.park_id, "project", year)),
        state=ProjectState.CLUE,
        industry_codes=[],
        created_at=work.now,
        created_by=work.actor.id,
        created_by_name=work.actor.name,
        updated_at=work.now,
        **values,
    )
    work.session.add(project)
    work.session.flush()
    work.record("project", project.id, "project:registered", number=project.number, name=project.name, source=project.source_title)
    return project


def update_project(work: Work, project_id: UUID, form: NewProject, *, version: int | None = None) -> Project:
    """Change who applies, where and when; what the project is, is told by descriptions.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `ChangedMeanwhile`.
    """
    demand_writer(work.actor)
    project = lock_project(work, project_id, version=version)
    # The day chooses the edition: one left blank does not move it.
    form = msgspec.structs.replace(form, received_on=form.received_on or project.received_on)
    changes = {name: value for name, value in check_head(work, form, project).items() if getattr(project, name) != value}
    for name, value in changes.items():
        setattr(project, name, value)
    if changes:
        project.updated_at = work.now
        work.session.flush()
        work.record("project", project.id, "project:changed", changes=changes)
    return project


def check_head(work: Work, form: NewProject, kept: Project | None = None) -> dict[str, Any]:
    """Who applies, where and when, as it is kept; a place kept already needs no second word. Raises `InvalidInput`."""
    errors = []
    name, code = form.name.strip(), form.applicant_code.strip()
    if not name or len(name) > LONGEST_NAME:
        errors.append(FieldError("name", f"请填写项目名称，不超过 {LONGEST_NAME} 个字"))
    if code:
        try:
            code = check_credit_code(code)
        except CreditCodeError as error:
            errors.append(FieldError("applicant_code", str(error)))
    if form.zone_id is not None:
        zone = work.session.get(Zone, form.zone_id)
        if zone is None or zone.park_id != work.park_id:
            errors.append(FieldError("zone_id", "请选择本园区的片区"))
    if (form.latitude is None) != (form.longitude is None):
        errors.append(FieldError("latitude", "经度和纬度要一起填"))
    elif form.latitude is not None and form.longitude is not None and not (-90 <= form.latitude <= 90 and -180 <= form.longitude <= 180):
        errors.append(FieldError("latitude", "纬度应在 -90 和 90 之间，经度应在 -180 和 180 之间"))
    elif kept is None or (kept.latitude, kept.longitude) != (form.latitude, form.longitude):
        errors += far_errors(work, form.longitude, form.latitude, is_confirmed=form.is_far_confirmed)
    received_on = form.received_on or work.today
    if received_on > work.today:
        errors.append(FieldError("received_on", "收件日期不能晚于今天"))
    if errors:
        raise InvalidInput(errors)
    texts = {one: getattr(form, one).strip() for one in ("applicant_name", "contact_name", "contact_phone", "source_title", "source_url")}
    return {
        "name": name,
        "applicant_code": code,
        "zone_id": form.zone_id,
        "latitude": form.latitude,
        "longitude": form.longitude,
        "received_on": received_on,
        "source_day": form.source_day,
        "construction_on": form.construction_on,
        "trial_on": form.trial_on,
        **texts,
    }


def save_draft(work: Work, project_id: UUID, fields: Mapping[str, Any]) -> ProjectDraft:
    """Keep what is being typed, readable or not. Raises `NotAllowed`, `NotFound`, `InvalidInput` when it is out of all size."""
    demand_writer(work.actor)
    project = get_project(work, project_id)
    if len(canonical_bytes(fields)) > LARGEST_DESCRIPTION:
        raise InvalidInput([FieldError("fields", "内容太多，存不下；请把长文件作为附件上传")])
    draft = work.session.get(ProjectDraft, project_id)
    if draft is None:
        draft = ProjectDraft(project_id=project_id, park_id=project.park_id, fields={}, saved_at=work.now, saved_by_name="")
        work.session.add(draft)
    draft.fields = dict(fields)
    draft.saved_at, draft.saved_by, draft.saved_by_name = work.now, work.actor.id, work.actor.name
    work.session.flush()
    return draft


def find_draft(work: Work, project_id: UUID) -> ProjectDraft | None:
    """What was being typed, None when everything was submitted."""
    return work.session.scalar(readable_drafts(work.actor).where(ProjectDraft.project_id == project_id))


def drop_draft(work: Work, project_id: UUID) -> None:
    """Forget what was being typed: it was submitted, or somebody starts again from the last revision."""
    draft = find_draft(work, project_id)
    if draft is not None:
        work.session.delete(draft)
        work.session.flush()


def submit_description(
    work: Work, project_id: UUID, facts: Facts, *, origin: Origin = Origin.SCREENER, reason: str = "", version: int | None = None
) -> ProjectDescription:
    """Keep a new revision of what is known. The same facts again change nothing and give the revision that has them.

    A project already screened or checked goes back to be screened anew. Raises `NotAllowed`, `NotFound`, `InvalidInput` naming the field,
    `StateConflict` for a project that was decided or withdrawn, `StepNotYours`, `ChangedMeanwhile`.
    """
    demand_writer(work.actor)
    project = lock_project(work, project_id, version=version)
    if ProjectState(project.state) not in OPEN_STATES:
        raise StateConflict(
            f"项目“{ProjectState(project.state).label}”，情况不能再改；请先重新申报或重新审查。", reason="state", state=project.state
        )
    return keep_description(work, project, facts, origin=origin, reason=reason)


def keep_description(work: Work, project: Project, facts: Facts, *, origin: Origin, reason: str) -> ProjectDescription:
    """Write a revision down. The caller holds the project and has asked whether it may be described anew."""
    facts, read = check_facts(facts)
    body = canonical_bytes(facts)
    sha256 = sha256_hex(body)
    latest = latest_description(work, project.id)
    if latest is not None and latest.sha256 == sha256:
        drop_draft(work, project.id)
        return latest
    if len(body) > LARGEST_DESCRIPTION:
        raise InvalidInput([FieldError("facts", "内容太多，存不下；请把长文件作为附件上传")])
    if ProjectState(project.state) in _CHECKED:
        take_step(work, project, ProjectAction.SEND_BACK, {"reason"}, reason="项目情况有变，须重新筛查和复核")
    description = ProjectDescription(
        id=new_id(),
        park_id=project.park_id,
        project_id=project.id,
        revision=latest.revision + 1 if latest is not None else 1,
        facts=body,
        sha256=sha256,
        origin=origin,
        reason=reason.strip(),
        made_at=work.now,
        made_by=work.actor.id,
        made_by_name=work.actor.name,
    )
    work.session.add(description)
    project.description_id = description.id
    project.name = read.name or project.name
    project.build_type = read.build_type.value if read.build_type is not None else ""
    project.industry_codes = list(read.industry_codes)
    project.address = read.location.area
    project.updated_at = work.now
    work.session.flush()
    drop_draft(work, project.id)
    work.record(
        "project", project.id, "project:described", revision=description.revision, origin=origin.value, sha256=sha256, reason=reason.strip()
    )  # fmt: skip
    return description


def check_facts(facts: Facts) -> tuple[dict[str, Any], ProjectFacts]:
    """The facts as they are kept and as the rules read them. Raises `InvalidInput` for what they cannot read or would read as nothing."""
    kept = with_rows(facts)
    read = read_facts(kept)
    mistakes = mistakes_in(kept, read)
    if mistakes:
        raise InvalidInput(mistakes)
    return kept, read


def read_facts(facts: Facts) -> ProjectFacts:
    """The facts as the rules read them. Raises `InvalidInput` naming the field, in the words of the rules."""
    try:
        return read_project(facts)
    except RequestError as error:
        field = error.detail.split(" ", 1)[0].split("应", 1)[0].strip("，：。")
        raise InvalidInput([FieldError(field or "facts", error.detail)]) from error


def latest_description(work: Work, project_id: UUID) -> ProjectDescription | None:
    """The latest revision, None before the first."""
    query = select(ProjectDescription).where(ProjectDescription.project_id == project_id, ProjectDescription.park_id == work.park_id)
    return work.session.scalar(query.order_by(ProjectDescription.revision.desc()).limit(1))


def facts_of(description: ProjectDescription) -> dict[str, Any]:
    """A revision's facts."""
    facts: dict[str, Any] = msgspec.json.decode(description.facts)
    return facts


def answer_questions(work: Work, project_id: UUID, answers: Mapping[str, Any], *, version: int | None = None) -> ProjectDescription:
    """A new revision: the latest one with answers put at their places, named as the questions name them.

    Raises what `submit_description` raises, and `InvalidInput` for a place that is not there or when nothing was answered.
    """
    latest = latest_description(work, project_id)
    facts: dict[str, Any] = facts_of(latest) if latest is not None else {}
    if not answers:
        raise InvalidInput([FieldError("answers", "请至少回答一个问题")])
    errors = []
    for path, value in answers.items():
        try:
            facts = with_answer(facts, path, value)
        except LookupError:
            errors.append(FieldError(path, f"没有“{path}”这一处，项目情况可能已被改过，请刷新后再答"))
    if errors:
        raise InvalidInput(errors)
    return submit_description(
        work, project_id, facts, origin=Origin.ANSWERS, reason=f"回答 {len(answers)} 个问题", version=version
    )  # fmt: skip


def confirm_assumptions(work: Work, project_id: UUID, flags: Collection[str]) -> int:
    """Somebody stands for it that these questions may count as *no*; returns how many were confirmed now.

    Only what the latest screening took as *no* can be confirmed, and only while it is of the latest description. Raises `NotAllowed`,
    `NotFound`, `InvalidInput`, `StateConflict`.
    """
    demand_writer(work.actor)
    project = lock_project(work, project_id)
    screening = work.session.get(ProjectScreening, project.screening_id) if project.screening_id else None
    if screening is None or screening.description_id != project.description_id:
        raise StateConflict("项目情况已有新的一版，请先重新筛查，再确认按否处理的各项。", reason="not_screened", state=project.state)
    asked = {one.flag for one in msgspec.json.decode(screening.answer, type=KeptScreening).assumptions}
    unknown = [one for one in flags if one not in asked]
    if unknown or not flags:
        raise InvalidInput([FieldError("flags", "请选择要确认的项目" if not flags else f"“{'”“'.join(unknown)}”不在按否处理之列")])
    query = select(ProjectAssumption.flag).where(ProjectAssumption.description_id == screening.description_id)
    done = set(work.session.scalars(query))
    new = [one for one in dict.fromkeys(flags) if one not in done]
    for flag in new:
        work.session.add(
            ProjectAssumption(
                id=new_id(),
                park_id=project.park_id,
                project_id=project.id,
                description_id=screening.description_id,
                flag=flag,
                confirmed_at=work.now,
                confirmed_by=work.actor.id,
                confirmed_by_name=work.actor.name,
            )
        )
    work.session.flush()
    if new:
        work.record("project", project.id, "project:assumptions_confirmed", flags=new, screening=screening.sequence)
    return len(new)


def complete_project(work: Work, project_id: UUID, *, version: int | None = None) -> Project:
    """Say that the papers are complete and the project can be screened for a decision.

    Raises `StateConflict`, `StepNotYours`, `EvidenceMissing`, `NotFound`, `ChangedMeanwhile`.
    """
    project = lock_project(work, project_id, version=version)
    given = {"description_submitted"} if project.description_id is not None else set()
    given |= {"industry_confirmed"} if project.industry_codes else set()
    given |= {"build_type_confirmed"} if project.build_type else set()
    take_step(work, project, ProjectAction.COMPLETE, given)
    return project


def withdraw_project(work: Work, project_id: UUID, reason: str, *, version: int | None = None) -> Project:
    """The applicant gives up, or the lead was wrong. Raises `StateConflict`, `StepNotYours`, `EvidenceMissing`, `NotFound`."""
    project = lock_project(work, project_id, version=version)
    take_step(work, project, ProjectAction.WITHDRAW, {"reason"} if reason.strip() else set(), reason=reason.strip())
    return project
