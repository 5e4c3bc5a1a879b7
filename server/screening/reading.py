"""Which projects are there, and what is known of one?

Lists start from the readable select; a dossier reads with a constant number of queries. Why two screenings differ is told by comparing
what they were made from and what they said.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, String, case, cast, func, select

from rules.restriction_terms import SEVERITY, Outcome
from rules.rulebook import Rulebook
from rules.terms import ProjectState
from server.listing import Page, like_pattern, matches, narrow, paginate
from server.models.admission import DepartmentOpinion
from server.models.parks import Zone
from server.models.projects import Project, ProjectAssumption, ProjectDescription, ProjectDraft, ProjectScreening
from server.screening.access import readable_assumptions, readable_descriptions, readable_projects, readable_screenings
from server.screening.describing import facts_of, find_draft, get_project
from server.screening.judging import hits_of, is_screening_current, read_kept
from server.screening.paths import differences
from server.screening.schemas import ProjectDossier, ProjectQuery, ProjectRow, ProjectSort, ScreeningChange
from server.unit_of_work import Work

_ALL = ProjectQuery()


def list_projects(work: Work, query: ProjectQuery) -> Page[ProjectRow]:
    """One page of the projects the actor may see. Two queries."""
    return paginate(work.session, _listed(work, query), query.page, query.size).map(_row)


def stream_projects(work: Work, query: ProjectQuery) -> Iterator[ProjectRow]:
    """The same list, all pages of it, as it comes from the database. One query."""
    return map(_row, work.session.execute(_listed(work, query), execution_options={"yield_per": 500}))


def _listed(work: Work, query: ProjectQuery) -> Select[Any]:
    """The rows of the list in its order."""
    rows = _narrowed(work, query).add_columns(Zone.name, ProjectScreening.blocking_questions, ProjectDraft.project_id)
    severity = case({one.value: -SEVERITY[one] for one in Outcome}, value=Project.outcome, else_=0)
    orders: dict[str, tuple[Any, ...]] = {
        ProjectSort.NEWEST: (Project.updated_at.desc(),),
        ProjectSort.NUMBER: (Project.number.desc(),),
        ProjectSort.OUTCOME: (severity, Project.updated_at.desc()),
    }
    return rows.order_by(*orders.get(query.sort, orders[ProjectSort.NEWEST]), Project.id)


def _row(found: Any) -> ProjectRow:
    project, zone_name, blocking, drafted = found
    return ProjectRow(project=project, zone_name=zone_name or "", blocking_questions=blocking or 0, is_drafted=drafted is not None)


def _narrowed(work: Work, query: ProjectQuery) -> Select[tuple[Project]]:
    rows = (
        readable_projects(work.actor)
        .outerjoin(Zone, Zone.id == Project.zone_id)
        .outerjoin(ProjectScreening, ProjectScreening.id == Project.screening_id)
        .outerjoin(ProjectDraft, ProjectDraft.project_id == Project.id)
    )
    return narrow(rows, _filters(query))


def _filters(query: ProjectQuery) -> list[ColumnElement[bool] | None]:
    has_entry = cast(ProjectScreening.entry_ids, String).like(like_pattern(f'"{query.entry}"'), escape="\\") if query.entry else None
    return [
        matches(query.search, Project.number, Project.name, Project.applicant_name, Project.source_title),
        Project.state == query.state if query.state else None,
        Project.state.in_(query.states) if query.states else None,
        Project.outcome_confirmed == query.outcome if query.outcome else None,
        Project.zone_id == query.zone_id if query.zone_id else None,
        None if query.received_from is None else Project.received_on >= query.received_from,
        None if query.received_to is None else Project.received_on <= query.received_to,
        has_entry,
        ProjectDraft.project_id.is_not(None) if query.is_drafted else None,
        ProjectScreening.blocking_questions > 0 if query.is_waiting else None,
        _is_heard() if query.is_ready else None,
    ]


def _is_heard() -> ColumnElement[bool]:
    """Every department asked about the latest screening said something, or was written down as not answering."""
    asked = select(func.count(DepartmentOpinion.department.distinct())).where(DepartmentOpinion.screening_id == Project.screening_id)
    said = asked.where(DepartmentOpinion.view != "")
    return (asked.scalar_subquery() > 0) & (asked.scalar_subquery() == said.scalar_subquery())


def count_projects(work: Work, query: ProjectQuery = _ALL) -> dict[ProjectState, int]:
    """How many of the projects a query asks for, its states aside, stand in each state; every state has a number."""
    visible = _narrowed(work, msgspec.structs.replace(query, state="", states=())).subquery()
    rows = work.session.execute(select(visible.c.state, func.count()).group_by(visible.c.state))
    found = {row[0]: row[1] for row in rows}
    return {state: found.get(state.value, 0) for state in ProjectState}


def get_project_dossier(work: Work, rulebook: Rulebook, project_id: UUID) -> ProjectDossier:
    """Everything a project's page shows. Raises `NotFound`."""
    project = get_project(work, project_id)
    zone = work.session.get(Zone, project.zone_id) if project.zone_id is not None else None
    descriptions = readable_descriptions(work.actor).where(ProjectDescription.project_id == project_id)
    screenings = readable_screenings(work.actor).where(ProjectScreening.project_id == project_id)
    found = tuple(work.session.scalars(screenings.order_by(ProjectScreening.sequence.desc())))
    confirmed = readable_assumptions(work.actor).where(
        ProjectAssumption.project_id == project_id, ProjectAssumption.description_id == project.description_id
    )
    return ProjectDossier(
        project=project,
        zone_name=zone.name if zone is not None else "",
        draft=find_draft(work, project_id),
        descriptions=tuple(work.session.scalars(descriptions.order_by(ProjectDescription.revision.desc()))),
        screenings=found,
        kept=read_kept(found[0]) if found else None,
        confirmed=tuple(work.session.scalars(confirmed.order_by(ProjectAssumption.flag))),
        is_current=is_screening_current(work, project),
    )


def why_changed(before: ProjectScreening, after: ProjectScreening, facts: Mapping[UUID, ProjectDescription]) -> ScreeningChange:
    """Why two screenings of one project say something else: facts that changed, another catalogue, and the entries that came or went.

    `facts` are the revisions both are of, by id.
    """
    old, new = facts[before.description_id], facts[after.description_id]
    was = {hit["id"] for hit in hits_of(read_kept(before))}
    now = {hit["id"] for hit in hits_of(read_kept(after))}
    return ScreeningChange(
        facts=tuple(differences(facts_of(old), facts_of(new))) if old.id != new.id else (),
        is_other_catalogue=before.catalogue_sha256 != after.catalogue_sha256,
        added=tuple(sorted(now - was)),
        removed=tuple(sorted(was - now)),
        outcome_before=before.outcome_confirmed,
        outcome_after=after.outcome_confirmed,
    )
