"""What goes in and out of the use cases of inspection tasks."""

from datetime import date
from uuid import UUID

import msgspec

from rules.terms import Term
from server.models.documents import Inspection, InspectionTask
from server.models.enterprises import InspectionTarget


class TaskState(Term):
    """Where an inspection task stands."""

    PLANNED = "planned", "待检查"
    DONE = "done", "已检查"
    CANCELLED = "cancelled", "已取消"


class TaskForm(msgspec.Struct, frozen=True, kw_only=True):
    """A visit to plan: which target, which checklist templates (by code), who goes, and until when."""

    target_id: UUID
    checklists: tuple[str, ...]
    assignees: tuple[UUID, ...]
    planned_on: date
    due_on: date
    note: str = ""


class TaskQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which tasks to list. `late` keeps planned tasks whose day has passed."""

    search: str = ""
    state: str = ""
    assignee_id: UUID | None = None
    target_id: UUID | None = None
    due_from: date | None = None
    due_to: date | None = None
    late: bool | None = None
    page: int = 1
    size: int = 20


class TaskRow(msgspec.Struct, frozen=True, kw_only=True):
    """A task in a list."""

    id: UUID
    state: str
    target_id: UUID
    target_name: str
    target_kind: str
    checklists: list[str]
    assignees: tuple[str, ...]
    planned_on: date
    due_on: date
    is_late: bool
    inspections: int
    note: str


class TaskDossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a task's page shows."""

    task: InspectionTask
    target: InspectionTarget
    assignees: tuple[tuple[UUID, str], ...]
    inspections: tuple[Inspection, ...]
    is_late: bool
