"""Use cases of a catalogue's impact on projects, gathered for the doors and the timed work."""

from server.impact.deciding import count_open, decide_line, get_impact, list_impacts, list_lines
from server.impact.running import begin_effect, carry_on, find_need, start_effect, start_preview, unfinished_runs
from server.impact.timed import compare_projects

__all__ = [
    "begin_effect",
    "carry_on",
    "compare_projects",
    "count_open",
    "decide_line",
    "find_need",
    "get_impact",
    "list_impacts",
    "list_lines",
    "start_effect",
    "start_preview",
    "unfinished_runs",
]
