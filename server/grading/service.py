"""Use cases of risk grading, gathered for the doors and other subjects; each lives in the file named after what it is about."""

from server.grading.accidents import (
    close_accident,
    correct_accident,
    get_accident,
    list_accidents,
    record_accident,
    void_accident,
)
from server.grading.assessment import (
    form_of,
    offered_accidents,
    offered_direct_judgements,
    offered_schemes,
    propose,
)
from server.grading.chemicals import read_chemicals, retire_chemical_unit, save_chemical_unit
from server.grading.dynamics import list_policies, place_hazard, set_policy, suggest_points
from server.grading.grades import get_grade, grade_if_closed, grade_park, list_grades
from server.grading.history import list_history
from server.grading.overrides import (
    confirm_end,
    confirm_lower,
    end_lower,
    list_open_requests,
    list_overrides,
    raise_by_hand,
    refuse_lower,
    reject_end,
    request_end,
    request_lower,
)
from server.grading.reading import get_point, get_source, get_source_view, list_assessments, list_sources, read_register
from server.grading.register import (
    add_points,
    add_source,
    assess_source,
    confirm_sources,
    finish_review,
    note_change,
    retire_point,
    retire_source,
    update_point,
    update_source,
)
from server.grading.spreadsheet import export_register, import_register, read_register_sheet, write_register_template
from server.grading.starters import copy_starter, get_starter, list_starters
from server.grading.trend import monthly_trend

__all__ = [
    "add_points",
    "add_source",
    "assess_source",
    "close_accident",
    "confirm_end",
    "confirm_lower",
    "confirm_sources",
    "copy_starter",
    "correct_accident",
    "end_lower",
    "export_register",
    "finish_review",
    "form_of",
    "get_accident",
    "get_grade",
    "get_point",
    "get_source",
    "get_source_view",
    "get_starter",
    "grade_if_closed",
    "grade_park",
    "import_register",
    "list_accidents",
    "list_assessments",
    "list_grades",
    "list_history",
    "list_open_requests",
    "list_overrides",
    "list_policies",
    "list_sources",
    "list_starters",
    "monthly_trend",
    "note_change",
    "offered_accidents",
    "offered_direct_judgements",
    "offered_schemes",
    "place_hazard",
    "propose",
    "raise_by_hand",
    "read_chemicals",
    "read_register",
    "read_register_sheet",
    "record_accident",
    "refuse_lower",
    "reject_end",
    "request_end",
    "request_lower",
    "retire_chemical_unit",
    "retire_point",
    "retire_source",
    "save_chemical_unit",
    "set_policy",
    "suggest_points",
    "update_point",
    "update_source",
    "void_accident",
    "write_register_template",
]
