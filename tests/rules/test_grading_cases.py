"""Does the grading door answer every situation as the clause, the published question or the hand calculation does?"""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from rules.grading_requests import answer_grade, load_grading_rulebook
from rules.requests import RequestError
from tests.cases_reader import Situation, read_cases

BOOK = load_grading_rulebook()
FILES = ("grading_worked_examples", "grading_methods", "grading_installation", "grading_scores")
SITUATIONS = [case for file in FILES for case in read_cases(file)]


def _request(case: Situation) -> dict[str, Any]:
    return {**case.given, "on": case.on().isoformat()}


def _as_binary_floats(value: Any) -> Any:
    """The request as a JSON reader without exact decimals would hand it over."""
    if isinstance(value, dict):
        return {key: _as_binary_floats(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_binary_floats(one) for one in value]
    return float(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("case", SITUATIONS, ids=str)
def test_a_grading_request_is_answered_as_its_clause_says(case: Situation) -> None:
    expected = dict(case.expected)
    if code := expected.pop("error", None):
        with pytest.raises(RequestError) as refusal:
            answer_grade(_request(case), BOOK)
        assert refusal.value.code == code
        assert expected.pop("detail_has", "") in refusal.value.detail
        assert not expected
        return
    answer = answer_grade(_request(case), BOOK)
    checks: dict[str, Callable[[Any], bool]] = {
        "trail_has": lambda words: words in "\n".join(answer["trail"]),
        "questions_have": lambda words: words in "\n".join(answer["questions"]),
        "no_questions": lambda wanted: wanted is (answer["questions"] == []),
        "no_level": lambda wanted: wanted is (answer["level"] is None),
        "is_unverified": lambda wanted: wanted is bool(answer["unverified"]),
    }
    for key, value in expected.items():
        if key in checks:
            assert checks[key](value), (key, value, answer)
        elif value == "unknown":
            assert answer[key] is None, (key, answer)
        else:
            assert answer[key] == value, (key, answer)


@pytest.mark.parametrize("case", [case for case in SITUATIONS if "error" not in case.expected], ids=str)
def test_an_answer_is_plain_json_with_steps_and_citations_and_does_not_depend_on_binary_floats(case: Situation) -> None:
    answer = answer_grade(_request(case), BOOK)
    assert json.loads(json.dumps(answer, ensure_ascii=False)) == answer
    assert answer["trail"]
    assert all(one["citation"].startswith("《") and one["source"] for one in answer["basis"])
    assert answer["basis"]
    assert answer_grade(_as_binary_floats(_request(case)), BOOK) == answer
