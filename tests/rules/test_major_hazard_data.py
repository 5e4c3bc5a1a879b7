"""Do the packaged standards hold what was collected, word for word, and do their expressions keep the traps of the texts?

The numbers and digests below freeze what was collected: id, title, number, clause, sectors, topic, condition, date, source and
verified mark of each criterion. Whoever corrects an entry against the official text changes the digest of its standard here, in the
same commit.
"""

import re
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import NamedTuple

import pytest

from rules.major_hazard import Outcome, load_major_hazards
from rules.major_hazard_data import Criterion, Fact
from rules.terms import Answer
from rules.three_valued import Condition, Holds, Joined, Not
from tests.rules import test_major_hazard as judging

LAW = load_major_hazards()


class Frozen(NamedTuple):
    """What one standard must hold: how many criteria, how many of them verified, the digest of the ids and of everything collected."""

    criteria: int
    verified: int
    ids: str
    collected: str


FROZEN = {
    "GM-10": Frozen(
        65,
        65,
        "87d6c4fd302406b7f030fcd3dec8b2d4ad3bd8b8a8dc31efbebed57a8aef19ca",
        "fb55f429fd2793ea34c95be26894600333e23032fc6c21e46296e4fd3f9f5090",
    ),
    "CHEM-121": Frozen(
        20,
        20,
        "30ad9b575ab47d57598d8f9a66d9bb59f5c86db4f9dee87362631057410b1b96",
        "d18b00455a025fcfe0f52420b44ef8645eae8f5c630e48ebe27a94684edcc967",
    ),
    "AQ3067": Frozen(
        53,
        0,
        "4148ee9792719b006d1eb6cfe5c2fee88a605525257b8338fa10c14ac7faf2b9",
        "5429d39bfb3697f33ec3b4018c3ebbe7476a98f603050084e8d3c92a92216eb0",
    ),
    "FW-121": Frozen(
        20,
        20,
        "78f6dd31060cc97c54acf58a7a5239b1ab1308f097cea06b189eea37b60a7bb3",
        "7934253c2c71fd8874f1dd7bc74f3030b355d15350d168bdb9c0f580542b7b2a",
    ),
    "FIRE17": Frozen(
        55,
        20,
        "823915798c27c2c797e312c0bbabfffa3e6827cb1c57e9f4e7e87ca665e70623",
        "4e6f45e9ddedbd38ad47a2fb21344641dd04f52a101b011f68c051a199f7c576",
    ),
    "FIRE25": Frozen(
        4,
        0,
        "1752c36636b31544da649315bf8c79c9d2dd2ee8db7bc0f45309dc206b871e8d",
        "e91f6578de8a3667657e92db6f39eebf279b8e85d2b0d8936898d35b45ff42f7",
    ),
    "CONST-2024": Frozen(
        53,
        53,
        "ba6802b9baecc6fa94bf13e55638a768b1b06f9de1cd955c2058a479741c53be",
        "8bc10287bd458c70928a64c86a11687dce97e25bf16168d893d5fa06d36eec89",
    ),
    "GAS-2023": Frozen(
        22,
        21,
        "365134909afcd22fbfea50f7ca1da5681f8c2434b2a01511affc781bbea7b63a",
        "98839320caac2d0d61c3f532176c7b0f9f9d642deb8fba1a23a2c280d226b1a8",
    ),
    "SE-45067": Frozen(
        39,
        37,
        "6eb6c4675f97a6578ed53a27bf4ce46db7f9f7309fd35cafcbc8857ab39a2a6d",
        "b29c45b233f83ef1eacb39ea3ad367226a3f7cc11edfd5169bf5623d6aa2748f",
    ),
}


def criteria_of(standard: str) -> list[Criterion]:
    return [one for one in map(LAW.criterion, sorted(LAW.ids)) if one.standard == standard]


def criteria_like(pattern: str) -> list[Criterion]:
    found = [LAW.criterion(one) for one in sorted(LAW.ids) if re.fullmatch(pattern, one)]
    assert found, pattern
    return found


def digest(lines: Iterator[str]) -> str:
    return sha256("\n".join(sorted(lines)).encode()).hexdigest()


def collected_line(one: Criterion) -> str:
    clause = one.clause
    sectors = "|".join(sector.label for sector in one.sectors)
    verified = "true" if clause.verified else "false"
    parts = [one.id, clause.standard, clause.doc_no, clause.clause, sectors, one.topic, one.condition]
    return "\t".join([*parts, clause.effective_from.isoformat(), clause.source, verified])


def facts_of(one: Criterion) -> list[Fact]:
    return [LAW.facts[name] for name in LAW.fact_names(one.id)]


def required(condition: Condition, *, wanted: bool = True) -> set[tuple[str, Answer]]:
    """The yes/no facts without whose answer the condition cannot become `wanted`."""
    match condition:
        case Holds(fact):
            return {(fact, Answer.YES if wanted else Answer.NO)}
        case Not(part):
            return required(part, wanted=not wanted)
        case Joined(parts, settled_by) if settled_by is not wanted:
            return set().union(*(required(part, wanted=wanted) for part in parts))
        case _:
            return set()


def required_by(one: Criterion) -> set[tuple[str, Answer]]:
    assert one.meets is not None, one.id
    return required(one.meets)


def test_331_criteria_are_on_file_236_of_them_verified() -> None:
    assert len(LAW.ids) == 331
    assert sum(LAW.criterion(one).clause.verified for one in LAW.ids) == 236
    assert {LAW.criterion(one).standard for one in LAW.ids} == set(FROZEN)


@pytest.mark.parametrize("standard", FROZEN)
def test_a_standard_is_whole_and_word_for_word_as_collected(standard: str) -> None:
    criteria = criteria_of(standard)
    frozen = FROZEN[standard]
    assert len(criteria) == frozen.criteria
    assert sum(one.clause.verified for one in criteria) == frozen.verified
    assert digest(one.id for one in criteria) == frozen.ids
    assert digest(map(collected_line, criteria)) == frozen.collected


@pytest.mark.parametrize(
    "case",
    [case for name in ("fire", "construction", "gas", "special_equipment") for case in judging.load_cases(f"major_hazard_{name}*.toml")],
    ids=lambda case: case.name,
)
def test_case_of_these_standards_is_judged_as_the_standard_says(case: judging.Case) -> None:
    judging.test_case_is_judged_as_the_standard_says(case)


def test_index_only_means_that_the_condition_says_it_was_not_checked_and_the_reverse() -> None:
    marked = {one for one in LAW.ids if "【条件未核，仅索引】" in LAW.criterion(one).condition}
    assert marked == {one for one in LAW.ids if LAW.criterion(one).judging == "index_only"}
    assert len(marked) == 53 + 4 + 2


def test_catch_all_clauses_unclear_logic_references_and_rules_of_procedure_are_left_to_a_person() -> None:
    mine = ("FIRE17", "CONST-2024", "GAS-2023", "SE-45067")
    left = {one for one in LAW.ids if LAW.criterion(one).standard in mine and LAW.criterion(one).judging == "person_only"}
    rules = {f"FIRE17-R-5-3-3-{letter}" for letter in "abcd"} | {"FIRE17-X-5-1-3", "FIRE17-P-4"}
    assert left == rules | {"CONST-2024-11-2", "CONST-2024-16", "CONST-2024-17", "GAS-2023-10", "SE-45067-4-1-d"}


def test_special_equipment_is_judged_only_while_still_in_use_except_filling() -> None:
    for one in criteria_of("SE-45067"):
        if one.meets is None or one.id in ("SE-45067-4-5-a", "SE-45067-4-5-b"):
            continue
        in_use = "filling_equipment_still_in_use" if one.id == "SE-45067-4-5-c" else "equipment_still_in_use"
        assert (in_use, Answer.YES) in required_by(one), one.id
        assert ("仍继续使用" in one.condition) is True


def test_an_inspection_result_is_read_in_the_words_used_for_that_equipment() -> None:
    words = {"4-2-a": "不符合要求", "4-3-a": "不符合要求", "4-4-a": "不允许使用", "4-6-a": "不合格", "4-7-b": "不合格", "4-10-a": "不合格"}
    for clause, word in words.items():
        asks = [fact.ask for fact in facts_of(LAW.criterion(f"SE-45067-{clause}")) if fact.id != "equipment_still_in_use"]
        assert len(asks) == 1
        assert f"“{word}”" in asks[0]


def test_gas_criteria_are_about_an_operator_and_a_user_s_fault_needs_the_operator_s_silence() -> None:
    for one in criteria_of("GAS-2023"):
        if one.meets is None:
            continue
        who = "conducts_gas_business" if one.id == "GAS-2023-4-1" else "is_gas_operator"
        assert (who, Answer.YES) in required_by(one), one.id
    for one in criteria_like(r"GAS-2023-9-\d"):
        assert {("found_during_user_inspection", Answer.YES), ("user_notified_in_writing", Answer.NO)} <= required_by(one), one.id


def test_what_can_be_corrected_at_once_is_no_element_of_a_major_fire_hazard() -> None:
    for one in criteria_like(r"FIRE17-[DC]-.+"):
        assert ("fire_correctable_at_once", Answer.NO) in required_by(one), one.id


def test_direct_fire_elements_judge_alone_unless_excluded_and_comprehensive_ones_are_only_counted() -> None:
    exclusions = {
        (name, Answer.NO) for name in ("fire_expert_review_with_measures", "fire_place_closed_down", "fire_too_small_for_disaster")
    }
    direct = criteria_like(r"FIRE17-D-.+")
    counted = criteria_like(r"FIRE17-C-.+")
    assert (len(direct), len(counted)) == (10, 39)
    for one in direct:
        assert exclusions <= required_by(one), one.id
        assert not one.counts_towards
    for one in counted:
        assert one.counts_towards == "gb_35181"
        assert "单独成立不等于重大" in one.condition


def test_a_comprehensive_fire_element_that_is_present_never_suggests_a_major_hazard() -> None:
    lane = {"fire_lane_provided": Answer.YES, "fire_lane_blocked": Answer.YES, "fire_correctable_at_once": Answer.NO}
    advice = LAW.judge_finding(["FIRE17-C-7-1-1"], date(2024, 6, 1), (), lane, major_conditional=False)
    assert advice.suggest_major is Answer.UNKNOWN
    assert advice.judgements[0].counts_towards == "gb_35181"


def test_the_2017_fire_standard_never_judges_once_its_successor_is_in_force() -> None:
    first_day = date(2025, 11, 1)
    for one in criteria_of("FIRE17"):
        judgement = LAW.judge(one.id, first_day, (), {})
        assert judgement.outcome is Outcome.PERSON_DECIDES, one.id
        assert judgement.unverified
        assert judgement.successor == "GB 35181-2025（2025-11-01起）"
        assert judgement.why[0].startswith("依据待核")


@pytest.mark.parametrize(
    ("criterion", "cannot_alone"), [("9-3", "platform_points_on_stable_structure"), ("11-1", "site_confined_space_marked")]
)
def test_both_conditions_of_an_and_clause_are_needed(criterion: str, cannot_alone: str) -> None:
    needed = required_by(LAW.criterion(f"CONST-2024-{criterion}"))
    assert (cannot_alone, Answer.NO) in needed
    assert len([one for one in needed if one[1] is Answer.NO]) == 2


def test_questions_of_these_standards_can_be_answered_yes_or_no_without_a_double_negation() -> None:
    for standard in ("FIRE17", "CONST-2024", "GAS-2023", "SE-45067"):
        for one in criteria_of(standard):
            for fact in facts_of(one):
                assert fact.ask.count("？") == 1, fact.ask
                assert "是否没有" not in fact.ask, fact.ask
                assert fact.ask.endswith(("？", "。")), fact.ask
                assert "是否" in fact.ask or "能否" in fact.ask or fact.kind == "number", fact.ask
                assert fact.hint.startswith("查证："), fact.id


def test_a_clause_with_a_limit_says_which_side_the_limit_itself_belongs_to() -> None:
    for one in criteria_like(r"(FIRE17|CONST-2024|GAS-2023|SE-45067)-.+"):
        for fact in facts_of(one):
            compared = re.search(r"是否(小于|超过|大于)", fact.ask) or fact.kind == "number"
            if compared:
                assert re.search(r"正好|等于|算在内|没有超出", fact.ask), fact.ask
