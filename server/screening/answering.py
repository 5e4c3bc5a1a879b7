"""Use case of answering a screening's questions where they are asked: the answers make a new revision, and it is screened at once."""

from collections.abc import Mapping
from uuid import UUID

from rules.rulebook import Rulebook
from rules.terms import ProjectState, ScreeningOccasion
from server.errors import StateConflict
from server.models.projects import Project, ProjectScreening
from server.screening.describing import answer_questions, complete_project, facts_of, find_draft, latest_description, lock_project
from server.screening.judging import current_screening, read_kept, run_screening
from server.screening.questions import answers_in, asks_of
from server.unit_of_work import Work


def answer_and_screen(
    work: Work, rulebook: Rulebook, project_id: UUID, typed: Mapping[str, str], *, version: int | None = None
) -> ProjectScreening:
    """Keep what was answered to the latest screening's questions and screen again. `typed` are the fields of `questions.asks_of`.

    Refused while a draft waits to be submitted, because each would undo the other. `version` is the
    project's when the questions were read: places are row numbers, and rows may have moved since. Raises as `lock_project`,
    `answer_questions` and `run_screening`.
    """
    project = lock_project(work, project_id, version=version)
    if find_draft(work, project_id) is not None:
        raise StateConflict(
            "填写页有一份没有提交的草稿。请先提交或放弃草稿，再在这里回答，两边才不会互相盖掉。", reason="draft", state=project.state
        )
    latest, screening = latest_description(work, project_id), current_screening(work, project)
    facts = facts_of(latest) if latest is not None else {}
    questions = read_kept(screening).screening["questions"] if screening is not None else []
    answer_questions(work, project_id, answers_in(typed, asks_of(questions, facts)))
    complete_if_ready(work, project)
    return run_screening(work, rulebook, project_id, occasion=ScreeningOccasion.ANSWERS)


def complete_if_ready(work: Work, project: Project) -> None:
    """A lead whose description now has its industry and its kind of construction is complete."""
    if project.state == ProjectState.CLUE and project.industry_codes and project.build_type:
        complete_project(work, project.id)
