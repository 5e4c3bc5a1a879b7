"""Does screening answer every situation with the clauses that must be hit, without those that must not, and with the right outcome?"""

import json
from decimal import Decimal
from typing import Any

import pytest

from rules.requests import RequestError
from rules.restriction import load_catalogue
from rules.screening_requests import answer_screen
from tests.cases_reader import Situation, read_cases

FILES = (
    "screening_ceramics",
    "screening_glass_and_coating",
    "screening_metal_and_machinery",
    "screening_chemicals",
    "screening_place_and_people",
    "screening_examined",
)
SITUATIONS = [case for file in FILES for case in read_cases(file)]
KNOWN = {
    "outcome", "outcome_confirmed", "hits", "not_hits", "open", "effects", "derived", "arithmetic", "questions_have", "assumptions_have",
    "error", "detail_has",
}  # fmt: skip


def _request(case: Situation) -> dict[str, Any]:
    return {**case.given, "on": case.on().isoformat()}


@pytest.mark.parametrize("case", SITUATIONS, ids=str)
def test_a_project_is_screened_as_its_clauses_say(case: Situation) -> None:
    expected = case.expected
    assert set(expected) <= KNOWN
    if "error" in expected:
        with pytest.raises(RequestError) as refusal:
            answer_screen(_request(case), load_catalogue())
        assert refusal.value.code == expected["error"]
        assert expected["detail_has"] in refusal.value.detail
        return
    answer = answer_screen(_request(case), load_catalogue())
    hits = {hit["id"]: hit for hit in answer["hits"]}
    met = {name for name, hit in hits.items() if hit["status"] == "命中"}
    asked = "\n".join(one["question"] for one in answer["questions"])
    shown = {name: (hit["effect"], hit["status"]) for name, hit in hits.items()}
    assert set(expected.get("hits", ())) <= met, (shown, asked)
    assert set(expected.get("open", ())) <= set(hits) - met, (shown, asked)
    assert not set(expected.get("not_hits", ())) & set(hits), shown
    assert answer["outcome"] == expected.get("outcome", answer["outcome"]), (shown, asked)
    assert answer["outcome_confirmed"] == expected.get("outcome_confirmed", answer["outcome_confirmed"]), shown
    for name, effect in expected.get("effects", {}).items():
        assert hits[name]["effect"] == effect
    for name, sources in expected.get("derived", {}).items():
        assert hits[name]["derived_from"] == sources
    for name, words in expected.get("arithmetic", {}).items():
        assert words in "\n".join(hits[name]["arithmetic"]), hits[name]["arithmetic"]
    assert expected.get("questions_have", "") in asked
    assert expected.get("assumptions_have", "") in "\n".join(answer["assumptions"])


@pytest.mark.parametrize("case", [case for case in SITUATIONS if "error" not in case.expected], ids=str)
def test_an_answer_is_plain_json_and_every_hit_tells_words_source_and_exceptions(case: Situation) -> None:
    answer = answer_screen(_request(case), load_catalogue())
    assert json.loads(json.dumps(answer, ensure_ascii=False)) == answer
    for hit in answer["hits"]:
        assert hit["clause"]
        assert hit["source"]
        assert hit["layer"] in {"国家", "湖南省", "园区", "园区建议"}
        assert isinstance(hit["verified"], bool)
        assert hit["matched"] or hit["arithmetic"] or hit["id"] == "HN-EE-1"
        if not hit["verified"] or hit["layer"] == "园区建议":
            assert hit["effect_confirmed"] not in {"不予准入", "限期淘汰"}


def test_every_blocking_question_tells_whom_to_ask() -> None:
    for case in SITUATIONS:
        if "error" in case.expected:
            continue
        for one in answer_screen(_request(case), load_catalogue())["questions"]:
            assert one["question"]
            assert one["whom"]


def test_numbers_as_binary_floats_are_read_as_written() -> None:
    request = {
        "on": "2026-11-22",
        "build_type": "新建",
        "industry_codes": ["3072"],
        "products": [{"name": "坐便器", "capacity": 59.9, "unit": "万件/年", "scope": "单线"}],
        "equipment": ["隧道窑"],
    }
    exact = {**request, "products": [{"name": "坐便器", "capacity": Decimal("59.9"), "unit": "万件/年", "scope": "单线"}]}
    assert answer_screen(request, load_catalogue()) == answer_screen(exact, load_catalogue())


def test_near_misses_come_on_request_with_the_one_condition_that_failed() -> None:
    request = {
        "on": "2026-11-22",
        "build_type": "新建",
        "industry_codes": ["3391"],
        "products": ["铸铁件"],
        "processes": ["粘土砂造型"],
        "equipment": ["中频炉", "静压自动造型线"],
        "location": {"in_park": True},
    }
    assert "near_misses" not in answer_screen(request, load_catalogue())
    near = {one["id"]: one["failed"] for one in answer_screen({**request, "near_misses": True}, load_catalogue())["near_misses"]}
    assert near["CIR-2024-TE-5-3"] == "行业代码 3391 不属 3120、3130"
    assert "例外成立：自动造型线" in near["CIR-2024-X-11-30"]


def test_the_same_request_gives_the_same_hits_with_and_without_near_misses() -> None:
    for case in SITUATIONS:
        if "error" in case.expected:
            continue
        plain = answer_screen(_request(case), load_catalogue())
        near = answer_screen({**_request(case), "near_misses": True}, load_catalogue())
        assert {key: value for key, value in near.items() if key != "near_misses"} == plain
        assert not {one["id"] for one in near["near_misses"]} & {hit["id"] for hit in plain["hits"]}
