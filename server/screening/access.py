"""Who may see and work on projects?

Screeners and the office keep them; the leader decides and the auditor reads. Inspectors, enterprises, liaison and administrators see none:
a project is somebody's business plan. Another park never sees any.
"""

from typing import Any, TypeVar

from sqlalchemy import Select, false, select

from rules.terms import Role
from server.identity import Actor
from server.models.base import Base
from server.models.projects import (
    Project,
    ProjectAssumption,
    ProjectAttachment,
    ProjectDescription,
    ProjectDraft,
    ProjectInvitation,
    ProjectScreening,
)
from server.steps import demand_role

READERS = frozenset({Role.SCREENER, Role.OFFICE, Role.LEADER, Role.AUDITOR})
WRITERS = frozenset({Role.SCREENER, Role.OFFICE})

T = TypeVar("T", bound=Base)


def _readable(actor: Actor, model: type[T]) -> Select[T]:
    columns: Any = model
    query = select(model).where(columns.park_id == actor.park_id)
    return query if actor.role in READERS else query.where(false())


def readable_projects(actor: Actor) -> Select[Project]:
    """The projects the actor may see."""
    return _readable(actor, Project)


def readable_drafts(actor: Actor) -> Select[ProjectDraft]:
    """What is being typed."""
    return _readable(actor, ProjectDraft)


def readable_descriptions(actor: Actor) -> Select[ProjectDescription]:
    """The submitted revisions the actor may see."""
    return _readable(actor, ProjectDescription)


def readable_screenings(actor: Actor) -> Select[ProjectScreening]:
    """The screenings the actor may see."""
    return _readable(actor, ProjectScreening)


def readable_assumptions(actor: Actor) -> Select[ProjectAssumption]:
    """The assumptions confirmed."""
    return _readable(actor, ProjectAssumption)


def readable_invitations(actor: Actor) -> Select[ProjectInvitation]:
    """The invitations sent to applicants."""
    return _readable(actor, ProjectInvitation)


def readable_attachments(actor: Actor) -> Select[ProjectAttachment]:
    """The files kept with projects."""
    return _readable(actor, ProjectAttachment)


def demand_writer(actor: Actor) -> None:
    """Raises `NotAllowed` for who may not work on projects."""
    demand_role(actor, WRITERS, "项目准入登记和筛查")
