"""Which open and admitted projects does each entry touch?

As their latest screening said. What the entry page lists and what lists count come from the same rows, and only from projects the reader
may see.
"""

from collections import Counter

from sqlalchemy import Select

from rules.admission_workflow import ADMITTED_STATES, OPEN_STATES
from server.models.projects import Project, ProjectScreening
from server.screening.access import readable_projects
from server.unit_of_work import Work

_WATCHED = tuple(one.value for one in (*OPEN_STATES, *ADMITTED_STATES))


def uses_of_entries(work: Work) -> dict[str, int]:
    """By entry id: how many projects it touches. One query."""
    rows = work.session.execute(_screened(work).with_only_columns(ProjectScreening.entry_ids))
    return Counter(entry_id for (entry_ids,) in rows for entry_id in set(entry_ids))


def projects_of_entry(work: Work, entry_id: str) -> list[Project]:
    """The projects an entry touches, newest first. One query."""
    rows = work.session.execute(_screened(work).add_columns(ProjectScreening.entry_ids).order_by(Project.number.desc()))
    return [project for project, entry_ids in rows if entry_id in entry_ids]


def _screened(work: Work) -> Select[Project]:
    query: Select[Project] = readable_projects(work.actor)
    return query.join(ProjectScreening, ProjectScreening.id == Project.screening_id).where(Project.state.in_(_WATCHED))
