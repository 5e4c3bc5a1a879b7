"""Use cases of inspection tasks."""

from uuid import UUID

from rules.rulebook import Rulebook
from server.listing import Page
from server.models.documents import InspectionTask
from server.tasks.schemas import TaskDossier, TaskForm, TaskQuery, TaskRow
from server.unit_of_work import Work


def get_task(work: Work, task_id: UUID) -> InspectionTask:
    """A task the actor may see. Raises `NotFound`."""
    raise NotImplementedError


def get_task_dossier(work: Work, task_id: UUID) -> TaskDossier:
    """Everything a task's page shows."""
    raise NotImplementedError


def list_tasks(work: Work, query: TaskQuery) -> Page[TaskRow]:
    """One page of the tasks the actor may see."""
    raise NotImplementedError


def plan_task(work: Work, rulebook: Rulebook, form: TaskForm) -> InspectionTask:
    """Plan a visit. Raises `NotAllowed`, `InvalidInput`."""
    raise NotImplementedError


def update_task(work: Work, rulebook: Rulebook, task_id: UUID, form: TaskForm) -> InspectionTask:
    """Change a planned visit."""
    raise NotImplementedError


def cancel_task(work: Work, task_id: UUID, reason: str) -> InspectionTask:
    """Cancel a planned visit, with the reason."""
    raise NotImplementedError


def complete_task(work: Work, task_id: UUID, inspection_id: UUID) -> bool:
    """A document was filed for this task: the visit took place. Harmless when repeated; False when there is no such planned task."""
    raise NotImplementedError
