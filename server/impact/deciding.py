"""Use cases of a run's result: list what changes, mark each difference, screen a project again by a person's hand."""

from uuid import UUID

import msgspec
from sqlalchemy import func

from rules.rulebook import Rulebook
from rules.terms import ScreeningOccasion
from server.catalogue.service import park_catalogue
from server.errors import FieldError, InvalidInput, NotFound, StateConflict
from server.impact.access import DECIDERS, demand_decider, readable_impacts, readable_project_impacts
from server.impact.running import count_changes
from server.impact.schemas import (
    Change,
    Decision,
    ImpactDossier,
    ImpactLine,
    ImpactQuery,
    ImpactRow,
    Purpose,
    RunState,
)
from server.listing import Page, matches, narrow, paginate
from server.models.catalogue import CatalogueEdition, CatalogueImpact, ProjectImpact
from server.models.projects import Project
from server.screening.access import READERS, WRITERS
from server.screening.schemas import Difference
from server.screening.service import run_screening
from server.steps import demand_role
from server.unit_of_work import Work

LONGEST_NOTE = 300


def list_impacts(work: Work) -> tuple[ImpactRow, ...]:
    """The runs of the park, newest first. Two queries. Raises `NotAllowed`."""
    demand_role(work.actor, READERS, "查看目录变化对项目的影响")
    is_open = (ProjectImpact.decision == "") & (ProjectImpact.change != Change.NONE)
    query = readable_project_impacts(work.actor).with_only_columns(
        ProjectImpact.impact_id, ProjectImpact.change, func.count(), func.count().filter(is_open)
    )
    counts: dict[UUID, dict[Change, int]] = {}
    open_rows: dict[UUID, int] = {}
    for impact_id, change, count, unseen in work.session.execute(query.group_by(ProjectImpact.impact_id, ProjectImpact.change)):
        counts.setdefault(impact_id, {})[Change(change)] = count
        open_rows[impact_id] = open_rows.get(impact_id, 0) + unseen
    runs = work.session.scalars(readable_impacts(work.actor).order_by(CatalogueImpact.created_at.desc(), CatalogueImpact.id.desc()))
    return tuple(
        ImpactRow(run=run, counts={one: counts.get(run.id, {}).get(one, 0) for one in Change}, open=open_rows.get(run.id, 0))
        for run in runs
    )


def get_impact(work: Work, impact_id: UUID) -> ImpactDossier:
    """Everything a run's page shows besides its list. Raises `NotFound`."""
    run = work.session.scalar(readable_impacts(work.actor).where(CatalogueImpact.id == impact_id))
    if run is None:
        raise NotFound("这次比对")
    unseen = (
        readable_project_impacts(work.actor)
        .with_only_columns(func.count())
        .where(ProjectImpact.impact_id == impact_id, ProjectImpact.decision == "", ProjectImpact.change != Change.NONE)
    )
    return ImpactDossier(
        run=run,
        edition=None if run.edition_id is None else work.session.get(CatalogueEdition, run.edition_id),
        counts=count_changes(work, impact_id),
        open=work.session.scalar(unseen) or 0,
        may_decide=work.actor.role in DECIDERS and run.purpose == Purpose.EFFECT,
        is_current=run.purpose == Purpose.PREVIEW or run.catalogue_sha256 == park_catalogue(work, work.today).fingerprint,
    )


def list_lines(work: Work, impact_id: UUID, query: ImpactQuery) -> Page[ImpactLine]:
    """One page of a run's projects. Two queries."""
    rows = (
        readable_project_impacts(work.actor)
        .add_columns(Project)
        .join(Project, Project.id == ProjectImpact.project_id)
        .where(ProjectImpact.impact_id == impact_id)
    )
    conditions = [
        matches(query.search, Project.number, Project.name, Project.applicant_name),
        ProjectImpact.change == query.change if query.change else None,
        (ProjectImpact.decision == "") & (ProjectImpact.change != Change.NONE) if query.open else None,
    ]
    page = paginate(work.session, narrow(rows, conditions).order_by(Project.number, ProjectImpact.id), query.page, query.size)
    return page.map(
        lambda found: ImpactLine(row=found[0], project=found[1], differences=msgspec.convert(found[0].differences, tuple[Difference, ...]))
    )


def decide_line(work: Work, rulebook: Rulebook, line_id: UUID, decision: str, note: str) -> ProjectImpact:
    """Mark what a person made of a difference; 须重新筛查 screens the project by today's catalogue, in this person's name.

    An admission stays what it is. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`, and as `run_screening`.
    """
    demand_decider(work.actor, "处理目录变化")
    row = work.session.scalar(readable_project_impacts(work.actor).where(ProjectImpact.id == line_id).with_for_update())
    if row is None:
        raise NotFound("这条影响")
    run = work.session.get_one(CatalogueImpact, row.impact_id)
    if run.purpose != Purpose.EFFECT or run.state != RunState.DONE:
        raise StateConflict("试算和没有比对完的结果只供参考，不在这里处理。", reason="preview")
    errors = []
    if decision not in set(Decision):
        errors.append(FieldError("decision", "请选择怎样处理"))
    elif decision == Decision.KEEP and not note.strip():
        errors.append(FieldError("note", "维持原结论要写明理由"))
    if len(note.strip()) > LONGEST_NOTE:
        errors.append(FieldError("note", f"说明不超过 {LONGEST_NOTE} 个字"))
    if errors:
        raise InvalidInput(errors)
    if row.decision:
        raise StateConflict(f"{row.decided_by_name}已处理过这个项目：{Decision(row.decision).label}。", reason="decided")
    if decision == Decision.RESCREEN:
        demand_role(work.actor, WRITERS, "重新筛查项目")
        run_screening(work, rulebook, row.project_id, occasion=ScreeningOccasion.EDITION, reason=note.strip() or run.catalogue_edition)
    row.decision, row.note = decision, note.strip()
    row.decided_by, row.decided_by_name, row.decided_at = work.actor.id, work.actor.name, work.now
    work.session.flush()
    work.record(
        "project", row.project_id, "project:catalogue_change_seen", decision=decision, note=row.note, catalogue=run.catalogue_edition
    )
    return row


def count_open(work: Work) -> int:
    """How many differences of the newest finished run nobody has decided; 0 when the catalogue is another again."""
    newest = (
        readable_impacts(work.actor)
        .with_only_columns(CatalogueImpact.id)
        .where(CatalogueImpact.purpose == Purpose.EFFECT, CatalogueImpact.state == RunState.DONE)
        .order_by(CatalogueImpact.created_at.desc(), CatalogueImpact.id.desc())
        .limit(1)
    )
    run_id = work.session.scalar(newest)
    if run_id is None:
        return 0
    newest_run = get_impact(work, run_id)
    return newest_run.open if newest_run.is_current else 0
