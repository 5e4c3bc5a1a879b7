"""Use cases of admission: check, assess, ask departments, decide, reopen, follow conditions, land."""

from server.admission.conditions import (
    confirm_condition,
    count_conditions,
    drop_condition,
    due_on_of,
    list_conditions,
    report_condition,
    return_condition,
)
from server.admission.deciding import decide, default_validity, last_decision, reopen, resubmit, send_back
from server.admission.evidence import evidence_for
from server.admission.landing import land_project
from server.admission.reading import get_procedure
from server.admission.reviewing import open_review, record_check, record_opinion, review_hit

__all__ = [
    "confirm_condition",
    "count_conditions",
    "decide",
    "default_validity",
    "drop_condition",
    "due_on_of",
    "evidence_for",
    "get_procedure",
    "land_project",
    "last_decision",
    "list_conditions",
    "open_review",
    "record_check",
    "record_opinion",
    "reopen",
    "report_condition",
    "resubmit",
    "return_condition",
    "review_hit",
    "send_back",
]
