"""Use cases of the year's plan, gathered for the doors and other subjects; each lives in the file named after what it is about."""

from server.planning.arranging import accept_proposals, generate_plan, rearrange_plan
from server.planning.board import count_months, find_plan, get_plan, list_years, read_board, read_visits
from server.planning.policies import adopt_frequency, bounds_by_row, find_policy, list_policies, read_frequency, words_of
from server.planning.releasing import release_month, withdraw_spare_tasks
from server.planning.spreadsheet import export_visits, import_visits, read_plan_sheet, write_problems
from server.planning.staffing import add_pause, read_staffing, remove_pause, set_capacity, set_manner
from server.planning.steps import approve_plan, list_revisions, return_plan, review_plan
from server.planning.visits import (
    add_visit,
    drop_visit,
    filter_visits,
    find_triggers,
    get_visit,
    list_visits,
    mark_triggered,
    move_visit,
)

__all__ = [
    "accept_proposals",
    "add_pause",
    "add_visit",
    "adopt_frequency",
    "approve_plan",
    "bounds_by_row",
    "count_months",
    "drop_visit",
    "export_visits",
    "filter_visits",
    "find_plan",
    "find_policy",
    "find_triggers",
    "generate_plan",
    "get_plan",
    "get_visit",
    "import_visits",
    "list_policies",
    "list_revisions",
    "list_visits",
    "list_years",
    "mark_triggered",
    "move_visit",
    "read_board",
    "read_frequency",
    "read_plan_sheet",
    "read_staffing",
    "read_visits",
    "rearrange_plan",
    "release_month",
    "remove_pause",
    "return_plan",
    "review_plan",
    "set_capacity",
    "set_manner",
    "withdraw_spare_tasks",
    "words_of",
    "write_problems",
]
