"""Can a park lay its own edition over the law, and is every difference told?"""

from datetime import date
from functools import cache
from typing import Any

import pytest

from rules.catalogue_editions import EditionFile, diff_catalogues, lay_over
from rules.loading import RuleDataError, parse_table
from rules.requests import RequestError
from rules.restriction import Catalogue, load_catalogue
from rules.screening_requests import answer_catalogue_diff, answer_screen, diff_fields

_HEAD = """
[edition]
id = "demo_2026"
park = "虚构园区"
title = "虚构园区禁限控目录(2026年版)"
doc_no = "虚园管发〔2026〕1号"
effective_from = 2026-06-01
approver = "虚构园区管委会"
is_adopted = {adopted}
"""
_ADD = """
[[entry]]
id = "DEMO-1"
kind = "prohibited"
clause = "第1条"
subject = "烤花纸印刷"
condition = "不再引进溶剂型花纸印刷"
effective_from = 2026-06-01
effect_new = "refuse"
effect_existing = "review"
layer = "park"
confidence = "high"
verified = true
source = "虚构决定"
[entry.match]
products = ["花纸"]
"""
_TIGHTEN = """
[[tighten]]
id = "CIR-2024-X-9-3"
reason = "控制建陶总量"
limit_value = 3000000
"""
_WAIVE = """
[[waive]]
id = "LLP-11"
reason = "集中煤气站已纳入监管"
approver = "虚构园区管委会主任"
until = 2027-06-01
[[waive]]
id = "CIR-2024-TE-18-2"
reason = "过渡期"
approver = "虚构园区管委会主任"
"""
_CONFIRM = """
[[confirm]]
id = "CIR-2024-X-9-3"
source = "官方公报扫描件第12页"
confirmed_on = 2026-05-20
confirmed_by = ["虚构甲", "虚构乙"]
"""


@cache
def _laid(text: str, *, adopted: bool = True) -> Catalogue:
    written = _HEAD.format(adopted="true" if adopted else "false") + text
    return lay_over(load_catalogue(), parse_table("edition.toml", written, EditionFile), file="edition.toml")


def _screen(catalogue: Catalogue, on: str = "2026-11-22", **fields: Any) -> dict[str, Any]:
    return answer_screen({"on": on, "build_type": "新建", "location": {"in_park": True}, **fields}, catalogue)


def _ids(answer: dict[str, Any]) -> set[str]:
    return {hit["id"] for hit in answer["hits"]}


_DECALS: dict[str, Any] = {"industry_codes": ["2319"], "products": ["陶瓷花纸"]}
_TILES: dict[str, Any] = {
    "industry_codes": ["3071"],
    "products": [{"name": "仿古砖", "capacity": 200, "unit": "万平方米/年", "scope": "单线"}],
    "equipment": ["辊道窑"],
}
_COAL: dict[str, Any] = {"industry_codes": ["3074"], "products": ["日用瓷"], "equipment": ["隧道窑"], "fuels": ["煤"]}
_BOILER: dict[str, Any] = {"industry_codes": ["3389"], "products": ["五金件"], "equipment": ["4t/h燃煤锅炉"]}


def test_an_added_entry_refuses_from_its_day_once_adopted() -> None:
    assert "DEMO-1" not in _ids(_screen(load_catalogue(), **_DECALS))
    assert "DEMO-1" not in _ids(_screen(_laid(_ADD), on="2026-05-31", **_DECALS))
    answer = _screen(_laid(_ADD), on="2026-06-01", **_DECALS)
    assert (answer["outcome"], answer["outcome_confirmed"]) == ("不予准入", "不予准入")
    assert answer["edition"] == "虚构园区禁限控目录(2026年版)（虚园管发〔2026〕1号）"


def test_a_draft_edition_only_proposes() -> None:
    answer = _screen(_laid(_ADD, adopted=False), **_DECALS)
    assert (answer["outcome"], answer["outcome_confirmed"]) == ("不予准入", "人工研判")


def test_a_stricter_limit_stands_beside_the_law_and_leaves_it_untouched() -> None:
    answer = _screen(_laid(_TIGHTEN), **_TILES)
    assert "demo_2026:CIR-2024-X-9-3" in _ids(answer)
    assert "CIR-2024-X-9-3" not in _ids(answer)
    assert answer["outcome_confirmed"] == "不予准入"


def test_a_waived_park_entry_is_set_aside_until_its_last_day_and_says_so() -> None:
    answer = _screen(_laid(_WAIVE), near_misses=True, **_COAL)
    assert "LLP-11" not in _ids(answer)
    said = next(one["failed"] for one in answer["near_misses"] if one["id"] == "LLP-11")
    assert "集中煤气站已纳入监管" in said
    assert "虚构园区管委会主任" in said
    assert "LLP-11" in _ids(_screen(_laid(_WAIVE), on="2027-06-01", **_COAL))
    assert "LLP-11" in _ids(_screen(_laid(_WAIVE), on="2026-05-31", **_COAL))


def test_a_park_s_waiver_of_national_law_sends_the_case_to_a_person() -> None:
    answer = _screen(_laid(_WAIVE), **_BOILER)
    assert answer["outcome"] == "人工研判"
    hit = next(one for one in answer["hits"] if one["id"] == "CIR-2024-TE-18-2")
    assert hit["waiver"] == {"reason": "过渡期", "approver": "虚构园区管委会主任"}


def test_a_clause_two_people_confirmed_may_refuse() -> None:
    small = {**_TILES, "products": [{"name": "仿古砖", "capacity": 150, "unit": "万平方米/年", "scope": "单线"}]}
    assert _screen(load_catalogue(), **small)["outcome_confirmed"] == "人工研判"
    answer = _screen(_laid(_CONFIRM), **small)
    assert answer["outcome_confirmed"] == "不予准入"
    hit = next(one for one in answer["hits"] if one["id"] == "CIR-2024-X-9-3")
    assert hit["source"] == "官方公报扫描件第12页"
    assert "虚构甲、虚构乙" in hit["note"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (_TIGHTEN.replace("3000000", "1000000"), "only tighten"),
        ('[[tighten]]\nid = "HN-CP-1"\nreason = "x"\neffect_new = "review"\n', "only tighten"),
        ('[[tighten]]\nid = "NOBODY"\nreason = "x"\n', "no entry has this id"),
        ('[[tighten]]\nid = "HN-CP-1"\nreason = ""\neffect_existing = "refuse"\n', "reason"),
        (_WAIVE.replace('approver = "虚构园区管委会主任"', 'approver = ""'), "approver"),
        (_CONFIRM.replace('["虚构甲", "虚构乙"]', '["虚构甲"]'), "two different people"),
        (_ADD.replace("DEMO-1", "HZL-1"), "stands already"),
        (_ADD.replace('products = ["花纸"]', 'industries = ["花"]'), "GB/T 4754"),
    ],
)
def test_an_edition_that_softens_or_leaves_out_its_reasons_is_refused(text: str, reason: str) -> None:
    with pytest.raises(RuleDataError, match=r"edition\.toml") as refusal:
        _laid(text)
    assert reason in refusal.value.reason


def test_the_difference_of_two_days_names_the_entries_and_the_projects_they_touch() -> None:
    answer = answer_catalogue_diff({"id": 7, "from": "2026-04-30", "to": "2026-05-01"}, load_catalogue())
    assert answer["id"] == 7
    assert {one["id"] for one in answer["added"]} == {f"HZL-{number}" for number in range(1, 8)}
    assert answer["removed"] == answer["changed"] == []
    second = next(one for one in answer["added"] if one["id"] == "HZL-2")
    assert "“产品含危险化学品”为是" in second["touches"]
    assert "LLP-1" in answer["undated"]


def test_the_difference_of_the_same_day_is_empty() -> None:
    answer = answer_catalogue_diff({"from": "2026-11-22", "to": "2026-11-22"}, load_catalogue())
    assert answer["added"] == answer["removed"] == answer["changed"] == answer["waived"] == []


def test_the_difference_of_two_editions_names_additions_confirmations_and_waivers() -> None:
    day = date(2026, 11, 22)
    answer = diff_fields(diff_catalogues(load_catalogue(), day, _laid(_ADD + _CONFIRM + _WAIVE), day))
    assert [one["id"] for one in answer["added"]] == ["DEMO-1"]
    changed = {one["id"]: one["changes"] for one in answer["changed"]}
    assert any("verified：False → True" in line for line in changed["CIR-2024-X-9-3"])
    assert {one["id"] for one in answer["waived"]} == {"LLP-11", "CIR-2024-TE-18-2"}


def test_an_unknown_edition_and_an_unknown_field_are_refused() -> None:
    with pytest.raises(RequestError) as refusal:
        answer_catalogue_diff({"from": "2026-01-01", "to": "2026-01-02", "edition": "没有"}, load_catalogue())
    assert refusal.value.code == "unknown_edition"
    with pytest.raises(RequestError) as refusal:
        answer_catalogue_diff({"from": "2026-01-01", "too": "2026-01-02"}, load_catalogue())
    assert refusal.value.code == "unknown_field"
    with pytest.raises(RequestError) as refusal:
        answer_catalogue_diff({"from": "2026-01-01"}, load_catalogue())
    assert refusal.value.code == "missing_field"
