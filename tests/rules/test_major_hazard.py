"""Are findings judged as the standards say, on every side of every boundary, and is nothing concluded from what nobody answered?"""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.loading import RuleDataError, parse_table
from rules.major_hazard import MajorHazards, Outcome, UnknownCriterionError, UnusableFactError, _widened, load_major_hazards
from rules.major_hazard_data import CommonFactsFile, MajorHazardLaw, StandardFile, compile_law
from rules.supervision_sectors import load_supervision_sectors
from rules.terms import Answer, SupervisionSector
from rules.three_valued import Compares, Condition, FactValue, Holds, Joined, Not

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
CASES = Path(__file__).parent.parent / "cases"
SECTOR_OF_LABEL = {sector.label: sector for sector in SupervisionSector}
LAW = load_major_hazards()
TODAY = date(2026, 11, 22)
CERAMICS = (SupervisionSector.LIGHT_INDUSTRY_DAILY_CERAMICS, SupervisionSector.CONFINED_SPACE)
EVERY_SECTOR = tuple(SupervisionSector)
BY_FACTS = sorted(one for one in LAW.ids if LAW.criterion(one).judging == "facts")
KILN_WITHOUT_ALARM: Mapping[str, FactValue] = {"premixed_gas_kiln": YES, "hot_producer_gas_kiln": NO, "gas_main_pressure_alarm": NO}


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A situation a lawyer can review."""

    name: str
    day: date
    sectors: tuple[str, ...]
    criterion: str
    facts: dict[str, Any]
    outcome: str
    clause: str
    also: tuple[str, ...] | None = None
    asks: tuple[str, ...] | None = None
    photo_only: tuple[str, ...] = ()
    suspected: bool | None = None
    unverified: bool | None = None
    in_doubt: bool | None = None


class CaseFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of situations."""

    case: tuple[Case, ...]


def load_cases(pattern: str) -> list[Case]:
    files = sorted(CASES.glob(pattern))
    raw = [tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal) for path in files]
    return [case for one in raw for case in msgspec.convert(one, CaseFile).case]


def as_facts(raw: Mapping[str, Any]) -> dict[str, FactValue]:
    return {name: Answer(value) if isinstance(value, str) else Decimal(value) for name, value in raw.items()}


def possible_values(name: str, condition: Condition) -> list[FactValue]:
    """Both answers, or numbers on and around every boundary the condition knows of the fact."""
    if LAW.facts[name].kind == "yes_no":
        return [YES, NO]
    values: list[FactValue] = []
    for compared in comparisons(condition):
        if name not in compared.names():
            continue
        middle = compared.right if isinstance(compared.right, Decimal) else Decimal(100)
        values += [middle - 1, middle, middle + 1]
    return values


def comparisons(condition: Condition) -> list[Compares]:
    match condition:
        case Compares():
            return [condition]
        case Not(part):
            return comparisons(part)
        case Joined(parts, _):
            return [one for part in parts for one in comparisons(part)]
        case Holds():
            return []


def day_in_force(criterion_id: str) -> date:
    return LAW.criterion(criterion_id).clause.effective_from


@st.composite
def situations(draw: st.DrawFn) -> tuple[str, dict[str, FactValue]]:
    """A criterion judged by facts, with some of its facts answered."""
    criterion_id = draw(st.sampled_from(BY_FACTS))
    condition = LAW.criterion(criterion_id).meets
    assert condition is not None
    facts: dict[str, FactValue] = {}
    for name in LAW.fact_names(criterion_id):
        value = draw(st.sampled_from([None, UNKNOWN, *possible_values(name, condition)]))
        if value is not None:
            facts[name] = value
    return criterion_id, facts


@pytest.mark.parametrize(
    "case", load_cases("major_hazard_gm10*.toml") + load_cases("major_hazard_chem121*.toml"), ids=lambda case: case.name
)
def test_case_is_judged_as_the_standard_says(case: Case) -> None:
    sectors = [SECTOR_OF_LABEL[label] for label in case.sectors]
    judgement = LAW.judge(case.criterion, case.day, sectors, as_facts(case.facts), photo_only=case.photo_only)
    assert judgement.outcome == Outcome(case.outcome), judgement.why
    assert judgement.clause.clause == case.clause
    assert judgement.why
    assert all(sentence.endswith("。") for sentence in judgement.why)
    if case.also is not None:
        assert tuple(basis.clause for basis in judgement.also) == case.also
    if case.asks is not None:
        assert tuple(question.fact_id for question in judgement.ask) == case.asks
    if case.suspected is not None:
        assert judgement.is_suspected == case.suspected
    if case.unverified is not None:
        assert judgement.unverified == case.unverified
    if case.in_doubt is not None:
        assert judgement.is_in_doubt == case.in_doubt


def test_a_case_mentions_only_facts_of_its_criterion() -> None:
    for case in load_cases("major_hazard_gm10*.toml") + load_cases("major_hazard_chem121*.toml"):
        assert set(case.facts) <= set(LAW.fact_names(case.criterion)), case.name


def test_orders_10_and_121_are_whole() -> None:
    counted = {prefix: sum(one.startswith(f"{prefix}-") for one in LAW.ids) for prefix in ("GM-10", "CHEM-121", "FW-121")}
    assert counted == {"GM-10": 65, "CHEM-121": 20, "FW-121": 20}
    not_judged = [one for one in LAW.ids if one.startswith(tuple(counted)) and LAW.criterion(one).judging != "facts"]
    assert not_judged == ["GM-10-14"]


@pytest.mark.parametrize("criterion_id", BY_FACTS)
def test_every_criterion_can_be_met_and_can_fail_to_be_met(criterion_id: str) -> None:
    condition = LAW.criterion(criterion_id).meets
    assert condition is not None
    names = LAW.fact_names(criterion_id)
    seen: set[bool | None] = set()
    for values in product(*(possible_values(name, condition) for name in names)):
        seen.add(condition.value(dict(zip(names, values, strict=True))))
        if len(seen) == 2:
            break
    assert seen == {True, False}


@given(situations(), st.data())
def test_one_more_answer_never_turns_a_result_into_its_contrary(situation: tuple[str, dict[str, FactValue]], data: st.DataObject) -> None:
    criterion_id, facts = situation
    on = day_in_force(criterion_id)
    before = LAW.judge(criterion_id, on, EVERY_SECTOR, facts).outcome
    condition = LAW.criterion(criterion_id).meets
    assert condition is not None
    missing = [name for name in LAW.fact_names(criterion_id) if facts.get(name, UNKNOWN) is UNKNOWN]
    fuller = {**facts, **{name: data.draw(st.sampled_from(possible_values(name, condition))) for name in missing}}
    after = LAW.judge(criterion_id, on, EVERY_SECTOR, fuller).outcome
    assert after in (Outcome.MEETS, Outcome.DOES_NOT_MEET)
    assert before in (Outcome.NOT_KNOWN, after)


@given(situations())
def test_not_known_asks_and_a_known_result_does_not(situation: tuple[str, dict[str, FactValue]]) -> None:
    criterion_id, facts = situation
    on = day_in_force(criterion_id)
    judgement = LAW.judge(criterion_id, on, EVERY_SECTOR, facts)
    asked = LAW.questions([criterion_id], on, EVERY_SECTOR, facts)
    assert judgement.ask == asked
    assert bool(asked) == (judgement.outcome is Outcome.NOT_KNOWN)
    assert all(facts.get(question.fact_id, UNKNOWN) is UNKNOWN for question in asked)


@settings(max_examples=50)
@given(st.lists(st.sampled_from(BY_FACTS), min_size=1, max_size=6), st.data())
def test_answering_every_question_leaves_no_question(criterion_ids: list[str], data: st.DataObject) -> None:
    on = max(day_in_force(one) for one in criterion_ids)
    asked = LAW.questions(criterion_ids, on, EVERY_SECTOR, {})
    assert len({question.fact_id for question in asked}) == len(asked)
    known: dict[str, FactValue] = {}
    for question in asked:
        condition = LAW.criterion(question.criteria[0]).meets
        assert condition is not None
        known[question.fact_id] = data.draw(st.sampled_from(possible_values(question.fact_id, condition)))
    assert LAW.questions(criterion_ids, on, EVERY_SECTOR, known) == ()


@settings(max_examples=50)
@given(situations(), st.randoms(use_true_random=False))
def test_the_order_of_facts_and_criteria_never_matters(situation: tuple[str, dict[str, FactValue]], random: Any) -> None:
    criterion_id, facts = situation
    on = day_in_force(criterion_id)
    shuffled = list(facts.items())
    random.shuffle(shuffled)
    assert LAW.judge(criterion_id, on, EVERY_SECTOR, dict(shuffled)) == LAW.judge(criterion_id, on, EVERY_SECTOR, facts)
    ids = [criterion_id, "GM-10-8-4", "GM-10-13-1"]
    forward = LAW.judge_finding(ids, TODAY, EVERY_SECTOR, facts, major_conditional=False)
    backward = LAW.judge_finding(reversed(ids), TODAY, EVERY_SECTOR, facts, major_conditional=False)
    assert forward.suggest_major is backward.suggest_major
    assert {question.fact_id for question in forward.ask} == {question.fact_id for question in backward.ask}


def test_a_criterion_known_by_its_index_only_is_never_judged() -> None:
    for criterion_id in LAW.ids:
        criterion = LAW.criterion(criterion_id)
        if criterion.judging == "index_only":
            judgement = LAW.judge(criterion_id, criterion.clause.effective_from, EVERY_SECTOR, {})
            assert judgement.outcome is Outcome.PERSON_DECIDES
            assert judgement.unverified
            assert LAW.questions([criterion_id], criterion.clause.effective_from, EVERY_SECTOR, {}) == ()


def test_a_question_is_asked_once_for_all_criteria_that_need_it() -> None:
    sectors = [SupervisionSector.BUILDING_MATERIALS, SupervisionSector.MACHINERY]
    questions = LAW.questions(["GM-10-6-5", "GM-10-7-5"], TODAY, sectors, {})
    alarm = [question for question in questions if question.fact_id == "gas_main_pressure_alarm"]
    assert [question.criteria for question in alarm] == [("GM-10-6-5", "GM-10-7-5")]


def test_whether_a_device_works_follows_the_question_whether_it_is_there() -> None:
    questions = {question.fact_id: question for question in LAW.questions(["GM-10-6-6"], TODAY, [SupervisionSector.BUILDING_MATERIALS], {})}
    assert questions["gas_room_alarm_works"].follows == "gas_room_alarm"
    assert "固定式可燃气体浓度监测报警装置" in questions["gas_room_alarm_works"].ask
    answered: dict[str, FactValue] = {"hydrogen_or_gas_room": YES, "gas_room_alarm": NO}
    assert LAW.questions(["GM-10-6-6"], TODAY, [SupervisionSector.BUILDING_MATERIALS], answered) == ()


def test_an_interlock_counts_only_where_the_clause_names_one() -> None:
    assert "gas_main_shutoff_interlock_works" in LAW.fact_names("GM-10-6-5")
    assert not any("interlock" in name for name in LAW.fact_names("GM-10-6-6"))


def test_no_fact_about_papers_or_interlocks_is_taken_from_a_photo() -> None:
    for name in ("special_operator_without_licence", "safety_leader_not_assessed", "confined_space_in_ledger", "confined_space_approved"):
        assert not LAW.facts[name].is_visible
    interlocks = [name for name in LAW.facts if name.endswith(("_interlock", "_interlock_works"))]
    assert interlocks
    assert not any(LAW.facts[name].is_visible for name in interlocks if LAW.facts[name].kind == "yes_no")


def test_the_rule_on_failed_devices_leads_to_the_clause_of_the_failed_device() -> None:
    facts: dict[str, FactValue] = {
        "premixed_gas_kiln": YES,
        "hot_producer_gas_kiln": NO,
        "gas_main_pressure_alarm": YES,
        "gas_main_pressure_alarm_works": NO,
    }
    advice = LAW.judge_finding(["GM-10-14"], TODAY, CERAMICS, facts, major_conditional=False)
    assert [(one.criterion_id, one.outcome) for one in advice.judgements] == [
        ("GM-10-14", Outcome.PERSON_DECIDES),
        ("GM-10-8-4", Outcome.MEETS),
    ]
    assert advice.suggest_major is YES
    assert "第十四条" in advice.why[0]


def test_the_rule_on_failed_devices_alone_names_the_clauses_to_pair_it_with() -> None:
    judgement = LAW.judge("GM-10-14", TODAY, CERAMICS, {})
    assert judgement.see == ("GM-10-8-2", "GM-10-8-4", "GM-10-8-6")
    assert LAW.judge_finding(["GM-10-14"], TODAY, CERAMICS, {}, major_conditional=True).suggest_major is UNKNOWN


def test_a_met_criterion_is_suggested_as_major_and_left_to_a_person() -> None:
    advice = LAW.judge_finding(["GM-10-8-4"], TODAY, CERAMICS, KILN_WITHOUT_ALARM, major_conditional=False)
    assert advice.suggest_major is YES
    assert "须由人员确认" in advice.why[-1]


def test_an_item_with_a_further_condition_is_never_suggested_as_major() -> None:
    advice = LAW.judge_finding(["GM-10-8-4"], TODAY, CERAMICS, KILN_WITHOUT_ALARM, major_conditional=True)
    assert advice.suggest_major is UNKNOWN
    assert advice.judgements[0].outcome is Outcome.MEETS


def test_one_open_criterion_keeps_the_suggestion_open() -> None:
    facts: dict[str, FactValue] = {"premixed_gas_kiln": NO}
    assert LAW.judge_finding(["GM-10-8-4"], TODAY, CERAMICS, facts, major_conditional=False).suggest_major is NO
    advice = LAW.judge_finding(["GM-10-8-4", "GM-10-13-1"], TODAY, CERAMICS, facts, major_conditional=False)
    assert advice.suggest_major is UNKNOWN
    assert advice.ask[0].fact_id == "toxic_confined_space"


def test_an_incomplete_register_never_suggests_no() -> None:
    for sectors in ([], [SupervisionSector.CONFINED_SPACE, SupervisionSector.HAZARDOUS_CHEMICALS], [SupervisionSector.LIGHT_INDUSTRY]):
        advice = LAW.judge_finding(["GM-10-8-4"], TODAY, sectors, KILN_WITHOUT_ALARM, major_conditional=False)
        assert advice.suggest_major is UNKNOWN
    other_trade = LAW.judge_finding(["GM-10-8-4"], TODAY, [SupervisionSector.TEXTILES], KILN_WITHOUT_ALARM, major_conditional=False)
    assert other_trade.suggest_major is NO


def test_the_sectors_of_the_register_are_complete_for_judging() -> None:
    mapping = load_supervision_sectors().at(TODAY)
    codes = ("2672", "2611", "3051", "3071", "3074", "3079", "3391", "3834", "3841", "5211")
    for code in codes:
        tags = frozenset(tag.sector for tag in mapping.sectors_of(code))
        assert tags, code
        assert _widened(tags) == tags, code


def test_an_item_without_criteria_is_left_open() -> None:
    assert LAW.judge_finding([], TODAY, CERAMICS, {}, major_conditional=False).suggest_major is UNKNOWN


def test_the_inspection_day_chooses_between_a_text_and_its_successor() -> None:
    chemicals = [SupervisionSector.CHEMICALS]
    facts: dict[str, FactValue] = {"special_operations_rules_set": NO}
    before = LAW.judge_finding(["AQ3067-5-6-1"], date(2026, 9, 29), chemicals, facts, major_conditional=False)
    assert [(one.criterion_id, one.outcome) for one in before.judgements] == [
        ("AQ3067-5-6-1", Outcome.NOT_APPLICABLE),
        ("CHEM-121-18", Outcome.MEETS),
    ]
    after = LAW.judge_finding(["CHEM-121-18"], date(2026, 9, 30), chemicals, facts, major_conditional=False)
    assert [(one.criterion_id, one.outcome) for one in after.judgements] == [
        ("CHEM-121-18", Outcome.PERSON_DECIDES),
        ("AQ3067-5-6-1", Outcome.PERSON_DECIDES),
    ]
    assert after.suggest_major is UNKNOWN
    assert "依据待核" in after.judgements[0].why[0]
    assert after.judgements[0].successor is not None
    assert after.judgements[0].successor.startswith("AQ 3067-2026")


def test_browsing_shows_what_binds_that_enterprise_that_day() -> None:
    shown = {criterion.id for criterion in LAW.criteria_on(TODAY, [SupervisionSector.LIGHT_INDUSTRY_DAILY_CERAMICS])}
    assert {"GM-10-8-4", "GM-10-8-6", "GM-10-3-1", "GM-10-14"} <= shown
    assert shown.isdisjoint({"GM-10-6-5", "GM-10-8-5", "GM-10-11-1", "CHEM-121-1"})
    assert not any(criterion.standard in ("GM-10", "CHEM-121") for criterion in LAW.at(date(2017, 1, 1)))


def test_an_unknown_criterion_and_a_fact_of_the_wrong_kind_are_refused() -> None:
    with pytest.raises(UnknownCriterionError):
        LAW.judge("GM-10-99", TODAY, CERAMICS, {})
    with pytest.raises(UnusableFactError):
        LAW.judge("GM-10-8-4", TODAY, CERAMICS, {"premixed_gas_kiln": Decimal(1)})
    for wrong in (YES, Decimal("NaN")):
        with pytest.raises(UnusableFactError):
            LAW.judge("GM-10-12-2", TODAY, EVERY_SECTOR, {"quick_freezer_people": wrong})


SMALL = """
[standard]
title = "某判定标准（虚构）"
doc_no = "虚构〔2020〕1号"
prefix = "TEST"
effective_from = 2020-01-01

[standard.failed_as_absent]
rule = "TEST-9"
ask = "{device}是否正常？"

[[fact]]
id = "has_furnace"
ask = "有炉吗？"
kind = "yes_no"
evidence = ["on_site"]

[[fact]]
id = "alarm"
ask = "有报警吗？"
kind = "yes_no"
evidence = ["on_site"]
device = "报警"

[[criterion]]
id = "TEST-1"
clause = "第一条"
sectors = ["建材"]
topic = "炉"
condition = "有炉没有报警。"
effective_from = 2020-01-01
source = "虚构"
verified = true
judging = "facts"
meets = "has_furnace and not alarm"

[[criterion]]
id = "TEST-9"
clause = "第九条"
sectors = ["建材"]
topic = "通则"
condition = "失效等同没有。"
effective_from = 2020-01-01
source = "虚构"
verified = true
judging = "person_only"
"""


def compile_small(text: str) -> MajorHazardLaw:
    return compile_law({"test.toml": parse_table("test.toml", text, StandardFile)}, CommonFactsFile(fact=()))


def test_the_small_standard_compiles() -> None:
    law = MajorHazards(compile_small(SMALL))
    assert law.fact_names("TEST-1") == ("has_furnace", "alarm", "alarm_works")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('topic = "炉"', 'topic = "炉"\ncolour = "red"', "criterion[0]"),
        ('verified = true\njudging = "facts"', 'judging = "facts"', "criterion[0]"),
        (
            'source = "虚构"\nverified = true\njudging = "facts"',
            'source = " "\nverified = true\njudging = "facts"',
            "criterion TEST-1.source",
        ),
        ('clause = "第一条"', 'clause = ""', "criterion TEST-1.clause"),
        ('doc_no = "虚构〔2020〕1号"', 'doc_no = ""', "standard.doc_no"),
        ('id = "TEST-9"', 'id = "TEST-1"', "criterion TEST-1"),
        ('id = "TEST-1"', 'id = "OTHER-1"', "criterion OTHER-1"),
        ('sectors = ["建材"]\ntopic = "炉"', 'sectors = ["没有这个行业"]\ntopic = "炉"', "criterion TEST-1.sectors"),
        ('meets = "has_furnace and not alarm"', "", "criterion TEST-1.meets"),
        ('judging = "person_only"', 'judging = "index_only"\nmeets = "has_furnace"', "criterion TEST-9.meets"),
        ("not alarm", "not alarms", "criterion TEST-1.meets"),
        ("not alarm", "alarm < 3", "criterion TEST-1.meets"),
        ("not alarm", "f(alarm)", "criterion TEST-1.meets"),
        ("has_furnace and not alarm", "not alarm", "fact has_furnace"),
        ('id = "has_furnace"', 'id = "alarm"', "fact alarm"),
        ('id = "has_furnace"', 'id = "HasFurnace"', "fact HasFurnace"),
        ('ask = "有炉吗？"\nkind = "yes_no"', 'ask = "有炉吗？"\nkind = "number"', "fact has_furnace.unit"),
        ('rule = "TEST-9"', 'rule = "TEST-8"', "standard.failed_as_absent.rule"),
        ('ask = "{device}是否正常？"', 'ask = "是否正常？"', "standard.failed_as_absent.ask"),
        ('judging = "facts"', 'judging = "facts"\nsuccessors = ["TEST-7"]', "criterion TEST-1.successors"),
        ('judging = "facts"', 'judging = "facts"\nrepealed_on = 2019-01-01', "criterion TEST-1.repealed_on"),
        (
            'condition = "有炉没有报警。"\neffective_from = 2020-01-01',
            'condition = "有炉没有报警。"\neffective_from = 2019-01-01',
            "criterion TEST-1.effective_from",
        ),
    ],
)
def test_a_mistake_in_the_file_is_refused_naming_file_and_key(old: str, new: str, key: str) -> None:
    assert old in SMALL
    with pytest.raises(RuleDataError) as refusal:
        compile_small(SMALL.replace(old, new, 1))
    assert refusal.value.file == "test.toml"
    assert key in refusal.value.key


def test_a_fact_standing_in_two_files_is_refused() -> None:
    second = SMALL.replace("TEST", "SECOND")
    files = {name: parse_table(name, text, StandardFile) for name, text in (("a.toml", SMALL), ("b.toml", second))}
    with pytest.raises(RuleDataError, match="another file"):
        compile_law(files, CommonFactsFile(fact=()))


def test_what_another_authority_decides_is_suspected_and_referred() -> None:
    law = MajorHazards(compile_small(SMALL.replace('prefix = "TEST"', 'prefix = "TEST"\ndecided_by = "消防救援机构"')))
    facts: dict[str, FactValue] = {"has_furnace": YES, "alarm": NO}
    advice = law.judge_finding(["TEST-1"], TODAY, [SupervisionSector.BUILDING_MATERIALS], facts, major_conditional=False)
    assert advice.suggest_major is UNKNOWN
    assert advice.why[-1] == "列为疑似，由消防救援机构认定，建议移送。"


def test_an_element_of_a_comprehensive_rule_is_no_major_hazard_by_itself() -> None:
    law = MajorHazards(compile_small(SMALL.replace('judging = "facts"', 'judging = "facts"\ncounts_towards = "some_rule"')))
    facts: dict[str, FactValue] = {"has_furnace": YES, "alarm": NO}
    advice = law.judge_finding(["TEST-1"], TODAY, [SupervisionSector.BUILDING_MATERIALS], facts, major_conditional=False)
    assert advice.judgements[0].outcome is Outcome.MEETS
    assert advice.suggest_major is UNKNOWN
    assert "单条成立不等于重大" in advice.why[0]


def test_a_judgement_travels_as_json() -> None:
    sent = msgspec.json.encode(LAW.judge("GM-10-8-4", TODAY, CERAMICS, {}))
    received = msgspec.json.decode(sent)
    assert received["outcome"] == "not_known"
    assert received["clause"]["verified"] is True
    assert received["ask"][0]["fact_id"] == "premixed_gas_kiln"


def test_a_text_repealed_without_successor_no_longer_applies() -> None:
    law = MajorHazards(
        compile_small(SMALL.replace("effective_from = 2020-01-01", "effective_from = 2020-01-01\nrepealed_on = 2022-01-01", 1))
    )
    facts: dict[str, FactValue] = {"has_furnace": YES, "alarm": NO}
    sectors = [SupervisionSector.BUILDING_MATERIALS]
    assert law.judge("TEST-1", date(2021, 12, 31), sectors, facts).outcome is Outcome.MEETS
    repealed = law.judge("TEST-1", date(2022, 1, 1), sectors, facts)
    assert repealed.outcome is Outcome.NOT_APPLICABLE
    assert "已废止" in repealed.why[0]
