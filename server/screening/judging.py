"""Use cases of screening: run one, say whether it still stands, and read what it said.

A screening is kept whole: its answer with every entry's words, the revision it is of, the catalogue by edition and fingerprint. It decides
nothing by itself; where the project stands changes only by the steps of `rules.admission_workflow`.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from rules.admission_reviews import triage
from rules.admission_workflow import ADMITTED_STATES
from rules.project import Project as ProjectFacts
from rules.restriction import Screening, screen
from rules.restriction_data import Flag
from rules.rulebook import Rulebook
from rules.screening_requests import screening_fields
from rules.terms import ProjectAction, ProjectState, ScreeningOccasion
from server.canonical import canonical_bytes, sha256_hex
from server.errors import StateConflict
from server.ids import new_id
from server.models.projects import Project, ProjectScreening
from server.screening.access import demand_writer
from server.screening.catalogues import catalogue_for
from server.screening.describing import facts_of, latest_description, lock_project, read_facts
from server.screening.moves import take_step
from server.screening.schemas import CatalogueInUse, KeptAssumption, KeptReview, KeptScreening
from server.unit_of_work import Work

_CLOSED = frozenset({ProjectState.WITHDRAWN, ProjectState.DECIDED_REFUSED, ProjectState.DECIDED_RETURNED})
_BEHIND_SCREENING = (ProjectState.CHECKED, ProjectState.JOINT_REVIEW)


def judge(facts: ProjectFacts, used: CatalogueInUse, work: Work) -> tuple[Screening, KeptScreening]:
    """What the catalogue says today to these facts, and the same as it is kept. Changes nothing."""
    result = screen(facts, work.today, used.catalogue, near_misses=True)
    flags = used.catalogue.index.flags
    kept = KeptScreening(
        screening=screening_fields(result),
        reviews=tuple(
            KeptReview(
                id=one.review.id,
                label=one.review.label,
                what=one.review.what,
                who=one.review.who,
                answer=one.answer,
                reasons=one.reasons,
                asks=one.asks,
                citation=one.citation,
                verified=one.review.basis.verified,
            )
            for one in triage(result)
        ),
        assumptions=tuple(_assumption(flags[name].flag) for name in result.assumptions),
        not_used=facts.not_used,
    )
    return result, kept


def _assumption(flag: Flag) -> KeptAssumption:
    return KeptAssumption(flag=flag.name, question=flag.question, whom=flag.whom)


def run_screening(
    work: Work, rulebook: Rulebook, project_id: UUID, *, occasion: ScreeningOccasion = ScreeningOccasion.INTAKE, reason: str = ""
) -> ProjectScreening:
    """Screen the latest description against the catalogue of today and keep what was said.

    A project whose papers are complete is then 已筛查; one already checked goes back there, because its checks were of another screening.
    An admitted one stays admitted, and the difference is for a person to decide. Raises `NotAllowed`, `NotFound`, `StateConflict`,
    `StepNotYours`.
    """
    demand_writer(work.actor)
    project = lock_project(work, project_id)
    state = ProjectState(project.state)
    if state in _CLOSED:
        raise StateConflict(f"项目“{state.label}”，不再筛查；请先重新申报。", reason="state", state=state.value)
    screening = record_screening(work, rulebook, project, occasion=occasion, reason=reason)
    if state in ADMITTED_STATES:
        return screening
    if state in _BEHIND_SCREENING:
        take_step(work, project, ProjectAction.SEND_BACK, {"reason"}, reason="重新筛查，须重新复核")
        state = ProjectState(project.state)
    if state is ProjectState.COMPLETE:
        take_step(work, project, ProjectAction.SCREEN, {"description_submitted", "screening_current"}, screening=screening.sequence)
    return screening


def record_screening(
    work: Work, rulebook: Rulebook, project: Project, *, occasion: ScreeningOccasion, reason: str = ""
) -> ProjectScreening:
    """Screen and keep; the project's state stays. The caller holds the project. Raises `StateConflict` without a description."""
    description = latest_description(work, project.id)
    if description is None:
        raise StateConflict("还没有提交项目情况，不能筛查；请先填写并提交。", reason="no_description", state=project.state)
    used = catalogue_for(work, rulebook, work.today)
    result, kept = judge(read_facts(facts_of(description)), used, work)
    body = canonical_bytes(kept)
    count = work.session.scalar(select(func.max(ProjectScreening.sequence)).where(ProjectScreening.project_id == project.id)) or 0
    screening = ProjectScreening(
        id=new_id(),
        park_id=project.park_id,
        project_id=project.id,
        description_id=description.id,
        sequence=count + 1,
        occasion=occasion,
        reason=reason.strip(),
        screened_on=work.today,
        screened_at=work.now,
        screened_by=work.actor.id,
        screened_by_name=work.actor.name,
        catalogue_edition=used.edition,
        catalogue_sha256=used.sha256,
        rulebook_edition=rulebook.edition,
        outcome=result.outcome,
        outcome_confirmed=result.outcome_confirmed,
        blocking_questions=sum(one.is_blocking for one in result.questions),
        entry_ids=[one.entry.id for one in result.hits],
        answer=body,
        sha256=sha256_hex(body),
    )
    work.session.add(screening)
    project.screening_id = screening.id
    project.outcome, project.outcome_confirmed = screening.outcome, screening.outcome_confirmed
    project.screened_on, project.updated_at = work.today, work.now
    work.session.flush()
    work.record(
        "project",
        project.id,
        "project:screened",
        sequence=screening.sequence,
        occasion=occasion.value,
        outcome=result.outcome.label,
        outcome_confirmed=result.outcome_confirmed.label,
        entries=screening.entry_ids,
        catalogue=used.edition,
        catalogue_sha256=used.sha256,
        sha256=screening.sha256,
    )
    return screening


def read_kept(screening: ProjectScreening) -> KeptScreening:
    """What a screening said."""
    return msgspec.json.decode(screening.answer, type=KeptScreening)


def current_screening(work: Work, project: Project) -> ProjectScreening | None:
    """The project's latest screening, None before the first."""
    return work.session.get(ProjectScreening, project.screening_id) if project.screening_id is not None else None


def is_screening_current(work: Work, rulebook: Rulebook, project: Project) -> bool:
    """Whether the latest screening is of the latest description and of the catalogue as it stands today."""
    screening = current_screening(work, project)
    if screening is None or screening.description_id != project.description_id:
        return False
    return screening.catalogue_sha256 == catalogue_for(work, rulebook, work.today).sha256


def hits_of(kept: KeptScreening) -> list[Mapping[str, Any]]:
    """The hits of a kept screening, strictest first."""
    hits: list[Mapping[str, Any]] = kept.screening["hits"]
    return hits
