"""Are the elements of GB 35181 counted as its rule says, only on its days, and is nothing concluded from what nobody looked at?"""

from datetime import date
from decimal import Decimal
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.comprehensive_fire import ComprehensiveJudgement, ElementSeen, NotAnElementError, element_seen, judge_comprehensively
from rules.comprehensive_fire_data import CountingFile, compile_counting_rules, find_counting_rule, load_counting_rules
from rules.loading import RuleDataError, data_folder, parse_table
from rules.major_hazard import Outcome, UnusableFactError, load_major_hazards
from rules.major_hazard_data import read_major_hazard_law
from rules.terms import Answer
from rules.three_valued import FactValue
from tests.cases_reader import Situation, read_cases

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
DAY = date(2024, 6, 1)
RULE = load_counting_rules()[0]
ELEMENTS = sorted(RULE.elements)
FACTS = sorted(RULE.questions)
FILE = "major_hazard_counting/gb_35181.toml"
TEXT = (data_folder() / "major_hazard_counting" / "gb_35181.toml").read_text(encoding="utf-8")
NOT_EXCLUDED = dict.fromkeys(("fire_expert_review_with_measures", "fire_place_closed_down", "fire_too_small_for_disaster"), NO)
CROWDED = {"fire_is_crowded_place": YES, "fire_is_flammable_place": NO, "fire_is_important_place": NO}


def seen_in(case: Situation) -> list[ElementSeen]:
    given_ones = case.given
    seen = [ElementSeen(criterion_id=one, present=YES) for one in given_ones["present"]]
    seen += [ElementSeen(criterion_id=one, present=UNKNOWN) for one in given_ones["unknown"]]
    seen += [ElementSeen(criterion_id=one, present=YES, corrected_on_the_spot=True) for one in given_ones["corrected"]]
    if given_ones["others"] == "no":
        named = {one.criterion_id for one in seen}
        seen += [ElementSeen(criterion_id=one, present=NO) for one in ELEMENTS if one not in named]
    return seen


def answers(element: str, *present: Answer) -> list[ElementSeen]:
    return [ElementSeen(criterion_id=element, present=one) for one in present]


@pytest.mark.parametrize("case", read_cases("comprehensive_fire"), ids=str)
def test_elements_are_counted_as_the_rule_of_the_day_says(case: Situation) -> None:
    facts = {name: Answer(value) for name, value in case.given["facts"].items()}
    judgement = judge_comprehensively(case.on(), seen_in(case), facts)
    found = {
        "outcome": judgement.outcome.value,
        "reached": [one.criterion_id for one in judgement.counts if one.applies is not NO and one.reached is YES],
        "asks": [one.fact_id for one in judgement.ask],
        "still_open": list(judgement.still_open),
    }
    assert {key: found[key] for key in case.expected} == case.expected
    assert judgement.why
    assert all(sentence.endswith(("。", "）")) for sentence in judgement.why)
    if judgement.outcome is not Outcome.PERSON_DECIDES:
        assert case.clause in {one.clause for one in judgement.also}


def test_a_count_rests_on_unverified_clauses_and_says_so() -> None:
    judgement = judge_comprehensively(DAY, [], {})
    assert judgement.unverified
    assert not judgement.clause.verified
    assert judgement.clause.citation == "《重大火灾隐患判定方法》（GB 35181-2017）5.3.3（综合判定规则）"


def test_a_reached_count_is_a_suspicion_to_be_referred() -> None:
    seen = [one for element in ("FIRE17-C-7-3-1", "FIRE17-C-7-3-6", "FIRE17-C-7-9-3") for one in answers(element, YES)]
    judgement = judge_comprehensively(DAY, seen, {**CROWDED, **NOT_EXCLUDED})
    assert judgement.outcome is Outcome.MEETS
    assert judgement.present == ("FIRE17-C-7-3-1", "FIRE17-C-7-3-6", "FIRE17-C-7-9-3")
    assert "消防救援机构认定" in judgement.why[-1]
    assert {"第4章（程序）", "5.1.3（排除）"} <= {one.clause for one in judgement.also}


def test_what_was_corrected_is_named_and_not_counted() -> None:
    seen = [ElementSeen(criterion_id="FIRE17-C-7-3-9", present=YES, corrected_on_the_spot=True)]
    judgement = judge_comprehensively(DAY, seen, CROWDED)
    assert judgement.corrected == ("FIRE17-C-7-3-9",)
    assert "当场改正、不计数：FIRE17-C-7-3-9。" in judgement.why
    assert "FIRE17-C-7-3-9" not in judgement.still_open


def test_an_element_absent_here_and_open_there_stays_open() -> None:
    seen = [*answers("FIRE17-C-7-3-9", NO, UNKNOWN)]
    assert "FIRE17-C-7-3-9" in judge_comprehensively(DAY, seen, CROWDED).still_open


def test_an_element_judged_by_its_facts_can_be_counted() -> None:
    law = load_major_hazards()
    lane: dict[str, FactValue] = {"fire_lane_provided": YES, "fire_lane_blocked": YES, "fire_correctable_at_once": NO}
    assert element_seen(law.judge("FIRE17-C-7-1-1", DAY, (), lane)).present is YES
    assert element_seen(law.judge("FIRE17-C-7-1-1", DAY, (), {**lane, "fire_correctable_at_once": YES})).present is NO
    assert element_seen(law.judge("FIRE17-C-7-1-1", DAY, (), {})).present is UNKNOWN
    assert element_seen(law.judge("FIRE17-C-7-1-1", date(2026, 1, 1), (), lane)).present is UNKNOWN


def test_only_elements_of_the_rule_can_be_counted() -> None:
    with pytest.raises(NotAnElementError, match="FIRE17-D-6-1"):
        judge_comprehensively(DAY, answers("FIRE17-D-6-1", YES), {})


def test_a_number_is_no_answer_to_a_kind_of_place() -> None:
    facts: dict[str, FactValue] = {"fire_is_crowded_place": Decimal(3)}
    with pytest.raises(UnusableFactError, match="fire_is_crowded_place"):
        judge_comprehensively(DAY, [], facts)


def test_no_rule_counts_on_a_day_outside_its_force() -> None:
    assert find_counting_rule(date(2018, 6, 30)) is None
    assert find_counting_rule(date(2018, 7, 1)) is RULE
    assert find_counting_rule(date(2025, 10, 31)) is RULE
    assert find_counting_rule(date(2025, 11, 1)) is None
    later = judge_comprehensively(date(2026, 11, 22), [], {})
    assert later.outcome is Outcome.PERSON_DECIDES
    assert later.why[0].startswith("依据待核")
    assert later.successor == "GB 35181-2025（2025-11-01起）"
    assert not later.counts


def test_the_exclusion_of_the_count_is_that_of_the_direct_elements() -> None:
    direct = load_major_hazards().criterion("FIRE17-D-6-1")
    assert direct.meets is not None
    assert set(RULE.excluded_when.names()) == set(direct.meets.names()) & set(NOT_EXCLUDED)


STATES = st.sampled_from([YES, NO, UNKNOWN])
PLACES = st.dictionaries(st.sampled_from(FACTS), STATES)
SEEN = st.lists(
    st.builds(ElementSeen, criterion_id=st.sampled_from(ELEMENTS), present=STATES, corrected_on_the_spot=st.booleans()), max_size=60
)


@given(SEEN, PLACES, st.randoms(use_true_random=False))
def test_the_order_of_what_was_seen_never_matters(seen: list[ElementSeen], facts: dict[str, Answer], random: Random) -> None:
    shuffled = list(seen)
    random.shuffle(shuffled)
    assert judge_comprehensively(DAY, seen, facts) == judge_comprehensively(DAY, shuffled, facts)


def completed(seen: list[ElementSeen], facts: dict[str, Answer], data: st.DataObject) -> ComprehensiveJudgement:
    """The same place with every open element and every open fact answered."""
    certain = [
        one if one.present is not UNKNOWN else msgspec.structs.replace(one, present=data.draw(STATES.filter(bool_known))) for one in seen
    ]
    named = {one.criterion_id for one in seen}
    certain += [ElementSeen(criterion_id=one, present=data.draw(STATES.filter(bool_known))) for one in ELEMENTS if one not in named]
    known = {name: facts.get(name, UNKNOWN) for name in FACTS}
    known = {name: value if value is not UNKNOWN else data.draw(STATES.filter(bool_known)) for name, value in known.items()}
    return judge_comprehensively(DAY, certain, known)


def bool_known(answer: Answer) -> bool:
    return answer is not UNKNOWN


@given(SEEN, PLACES, st.data())
def test_answering_what_is_open_never_turns_a_known_result_round(
    seen: list[ElementSeen], facts: dict[str, Answer], data: st.DataObject
) -> None:
    before = judge_comprehensively(DAY, seen, facts)
    after = completed(seen, facts, data)
    assert after.outcome in (Outcome.MEETS, Outcome.DOES_NOT_MEET)
    assert not after.ask
    assert not after.still_open
    if before.outcome is not Outcome.NOT_KNOWN:
        assert after.outcome is before.outcome
    else:
        assert before.ask or before.still_open


@given(SEEN, PLACES, st.sampled_from(ELEMENTS))
def test_one_more_element_never_softens_the_outcome(seen: list[ElementSeen], facts: dict[str, Answer], element: str) -> None:
    harder = {Outcome.DOES_NOT_MEET: 0, Outcome.NOT_KNOWN: 1, Outcome.MEETS: 2}
    before = judge_comprehensively(DAY, seen, facts)
    after = judge_comprehensively(DAY, [*seen, *answers(element, YES)], facts)
    assert harder[after.outcome] >= harder[before.outcome]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("at_least = 3", "at_least = 0", "at_least"),
        ("at_least = 3", "at_least = 12", "at_least"),
        ('"FIRE17-C-7-3-1"', '"FIRE17-D-6-1"', "elements"),
        ('"FIRE17-C-7-3-2"', '"FIRE17-C-7-3-1"', "elements"),
        ('criterion = "FIRE17-R-5-3-3-a"', 'criterion = "FIRE17-R-5-3-3-z"', "criterion"),
        ('criterion = "FIRE17-R-5-3-3-a"', 'criterion = "FIRE17-R-5-3-3-b"', "combination"),
        ('applies_when = "fire_is_crowded_place"', 'applies_when = "fire_is_busy_place"', "applies_when"),
        ('applies_when = "fire_is_crowded_place"', 'applies_when = "fire_is_crowded_place + 1"', "applies_when"),
        ("repealed_on = 2025-11-01", "repealed_on = 2025-11-02", "rule.effective_from"),
        ("effective_from = 2018-07-01", "effective_from = 2018-06-30", "rule.effective_from"),
        ('standard = "FIRE17"', 'standard = "FIRE18"', "rule.standard"),
        ('id = "gb_35181"', 'id = "gb_9999"', "rule.id"),
        ('id = "fire_is_important_place"', 'id = "fire_is_crowded_place"', "fact fire_is_crowded_place"),
        ('clause = "5.3.3', 'paragraph = 1\nclause = "5.3.3', "rule"),
    ],
)
def test_a_mistake_in_the_file_is_refused_naming_file_and_key(old: str, new: str, key: str) -> None:
    assert old in TEXT
    with pytest.raises(RuleDataError) as refusal:
        compile_counting_rules({FILE: parse_table(FILE, TEXT.replace(old, new, 1), CountingFile)}, read_major_hazard_law())
    assert refusal.value.file == FILE
    assert key in refusal.value.key


def test_two_editions_never_share_a_day() -> None:
    one = parse_table(FILE, TEXT, CountingFile)
    with pytest.raises(RuleDataError, match="two values in force"):
        compile_counting_rules({FILE: one, "major_hazard_counting/again.toml": one}, read_major_hazard_law())
