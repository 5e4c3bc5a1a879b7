"""What may a request of each command say, as JSON Schema?

`python -m rules schema <command>` prints the schema of requests, with the schemas of the answer and of the error among its definitions,
named by `x-answer` and `x-error`. The structs stand beside the code that reads them.
"""

from inspect import cleandoc
from typing import Any

import msgspec

from rules.answer_schemas import DeadlineAnswer, DiffAnswer, ErrorAnswer, ExplainAnswer, GradeAnswer, JudgeAnswer, ScreenAnswer
from rules.deadline_requests import DeadlineRequest
from rules.diff_requests import DiffRequest
from rules.explain_requests import ExplainRequest
from rules.grading_request_schema import AnyGradeRequest
from rules.judge_requests import JudgeRequest
from rules.screening_request_schema import ScreenRequest

# The request and the answer of each command.
SHAPES: dict[str, tuple[Any, type[msgspec.Struct]]] = {
    "grade": (AnyGradeRequest, GradeAnswer),
    "screen": (ScreenRequest, ScreenAnswer),
    "judge": (JudgeRequest, JudgeAnswer),
    "deadline": (DeadlineRequest, DeadlineAnswer),
    "diff": (DiffRequest, DiffAnswer),
    "explain": (ExplainRequest, ExplainAnswer),
}


def schema_of(command: str) -> dict[str, Any]:
    """The JSON Schema of a command's requests."""
    request, answer = SHAPES[command]
    (asked, answered, refused), definitions = msgspec.json.schema_components([request, answer, ErrorAnswer], ref_template="#/$defs/{name}")
    for one in definitions.values():
        if "description" in one:
            one["description"] = " ".join(cleandoc(one["description"]).split())
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"python -m rules {command}",
        **asked,
        "x-answer": answered,
        "x-error": refused,
        "$defs": definitions,
    }
