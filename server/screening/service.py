"""Use cases of projects before they are decided: register, describe, screen, answer, confirm, look."""

from server.screening.catalogues import catalogue_for
from server.screening.comparing import differences_of
from server.screening.describing import (
    answer_questions,
    complete_project,
    confirm_assumptions,
    create_project,
    drop_draft,
    facts_of,
    find_draft,
    get_project,
    latest_description,
    lock_project,
    read_facts,
    save_draft,
    submit_description,
    update_project,
    withdraw_project,
)
from server.screening.judging import (
    current_screening,
    hits_of,
    is_screening_current,
    judge,
    read_kept,
    record_screening,
    run_screening,
)
from server.screening.moves import admission_step, take_step
from server.screening.questions import arithmetic_words
from server.screening.reading import count_projects, get_project_dossier, list_projects, stream_projects, why_changed

__all__ = [
    "admission_step",
    "answer_questions",
    "arithmetic_words",
    "catalogue_for",
    "complete_project",
    "confirm_assumptions",
    "count_projects",
    "create_project",
    "current_screening",
    "differences_of",
    "drop_draft",
    "facts_of",
    "find_draft",
    "get_project",
    "get_project_dossier",
    "hits_of",
    "is_screening_current",
    "judge",
    "latest_description",
    "list_projects",
    "lock_project",
    "read_facts",
    "read_kept",
    "record_screening",
    "run_screening",
    "save_draft",
    "stream_projects",
    "submit_description",
    "take_step",
    "update_project",
    "why_changed",
    "withdraw_project",
]
