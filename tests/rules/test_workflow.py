"""Is every step permitted to exactly those it should be, with the evidence it needs, and is every refusal explained?"""

from itertools import product

import msgspec
import pytest

from rules.deadlines import load_deadlines
from rules.loading import RuleDataError
from rules.rulebook import check_limits
from rules.terms import (
    ClosureKind,
    HazardAction,
    HazardLevel,
    HazardSource,
    HazardState,
    OrderAction,
    OrderProgress,
    OrderState,
    Role,
    Term,
)
from rules.workflow import (
    Action,
    RefusalCode,
    State,
    Subject,
    Workflow,
    check_reinspectors,
    find_transition,
    list_actions,
    load_workflow,
    missing_evidence,
    missing_reminders,
    order_progress,
    why_refused,
)
from tests.cases_reader import Situation, read_cases

GENERAL, MAJOR = HazardLevel.GENERAL, HazardLevel.MAJOR
LEVELS: dict[str, HazardLevel | None] = {"general_hazard": GENERAL, "major_hazard": MAJOR, "ungraded": None}
STATES: dict[Subject, tuple[State | None, ...]] = {Subject.HAZARD: (None, *HazardState), Subject.ORDER: (None, *OrderState)}
ACTIONS: dict[Subject, tuple[Action, ...]] = {Subject.HAZARD: tuple(HazardAction), Subject.ORDER: tuple(OrderAction)}

Step = tuple[str, str, Role, str]


def expected_steps(file: str) -> dict[Step, str]:
    """Every permitted step of the hand-written table, with the state it leads to."""
    return {
        (state, action, Role(one.given["role"]), one.given["level"]): to
        for one in read_cases(file)
        for state, actions in one.expected.items()
        for action, to in actions.items()
    }


@pytest.mark.parametrize(("subject", "file"), [(Subject.HAZARD, "workflow_hazard"), (Subject.ORDER, "workflow_order")])
def test_every_state_action_role_and_level_is_permitted_or_refused_as_written(subject: Subject, file: str) -> None:
    expected = expected_steps(file)
    seen = 0
    for state, action, role, level in product(STATES[subject], ACTIONS[subject], Role, LEVELS):
        step = ("none" if state is None else state.value, action.value, role, level)
        found = find_transition(subject, state, action, role, LEVELS[level])
        assert (found.to_state.value if found else None) == expected.get(step), step
        if found is None:
            refusal = why_refused(subject, state, action, role, LEVELS[level])
            assert action.label in refusal.detail
        seen += found is not None
    assert seen == len(expected)


@pytest.mark.parametrize("subject", list(Subject))
def test_the_list_of_actions_is_what_can_be_found_one_by_one(subject: Subject) -> None:
    for state, role, level in product(STATES[subject], Role, LEVELS.values()):
        listed = [one.action for one in list_actions(subject, state, role, level)]
        assert listed == [one for one in dict.fromkeys(listed) if find_transition(subject, state, one, role, level)]
        assert set(listed) == {one for one in ACTIONS[subject] if find_transition(subject, state, one, role, level)}


def test_people_who_only_look_or_serve_other_trades_can_change_nothing() -> None:
    for subject, role in product(Subject, (Role.SCREENER, Role.AUDITOR, Role.ADMIN, Role.SYSTEM)):
        assert not [one for state in STATES[subject] for level in LEVELS.values() for one in list_actions(subject, state, role, level)]


@pytest.mark.parametrize("case", read_cases("workflow_evidence"), ids=str)
def test_a_step_asks_for_the_evidence_written_down(case: Situation) -> None:
    given = case.given
    found = find_transition(
        Subject.HAZARD, HazardState(given["state"]), HazardAction(given["action"]), Role(given["role"]), HazardLevel(given["level"])
    )
    assert found is not None
    assert [one.key for one in missing_evidence(found, ())] == case.expected["evidence"]
    assert [one.key for one in missing_reminders(found, ())] == case.expected["reminders"]


def test_evidence_that_was_given_is_not_asked_for_again() -> None:
    found = find_transition(Subject.HAZARD, HazardState.VERIFIED, HazardAction.CLOSE, Role.LEADER, MAJOR)
    assert found is not None
    assert [one.label for one in missing_evidence(found, {"acceptance_approved"})] == ["向职工通报的登记"]
    assert missing_evidence(found, {"acceptance_approved", "employees_told"}) == ()


@pytest.mark.parametrize(
    ("state", "action", "role", "level", "code", "words"),
    [
        (HazardState.FOUND, HazardAction.CLOSE_ON_THE_SPOT, Role.INSPECTOR, MAJOR, RefusalCode.LEVEL, "重大事故隐患不能“当场整改”"),
        (HazardState.FOUND, HazardAction.CLOSE_ON_THE_SPOT, Role.INSPECTOR, None, RefusalCode.LEVEL_UNKNOWN, "先选定"),
        (HazardState.VERIFIED, HazardAction.CLOSE, Role.OFFICE, MAJOR, RefusalCode.ROLE, "由分管领导办理"),
        (HazardState.VERIFIED, HazardAction.CLOSE, Role.LEADER, GENERAL, RefusalCode.ROLE, "由安全办办理"),
        (HazardState.RECTIFYING, HazardAction.REPLY, Role.OFFICE, GENERAL, RefusalCode.ROLE, "由企业办理"),
        (HazardState.CLOSED, HazardAction.REPLY, Role.ENTERPRISE, GENERAL, RefusalCode.STATE, "须在“整改中”时办理"),
        (None, HazardAction.CONFIRM, Role.OFFICE, GENERAL, RefusalCode.STATE, "尚未登记"),
    ],
)
def test_a_refusal_says_why_and_what_to_do(
    state: HazardState | None, action: HazardAction, role: Role, level: HazardLevel | None, code: RefusalCode, words: str
) -> None:
    refusal = why_refused(Subject.HAZARD, state, action, role, level)
    assert refusal.code is code
    assert words in refusal.detail


def test_asking_why_a_permitted_step_is_refused_is_an_error() -> None:
    with pytest.raises(ValueError, match="may"):
        why_refused(Subject.HAZARD, HazardState.FOUND, HazardAction.CONFIRM, Role.OFFICE, GENERAL)


def test_who_submitted_the_rectification_may_not_re_inspect_it() -> None:
    refusal = check_reinspectors({"li"}, ["wang", "li"])
    assert refusal is not None
    assert refusal.code is RefusalCode.SAME_PERSON
    assert check_reinspectors({"li"}, ["wang", "zhao"]) is None


def test_only_hazards_of_the_enterprises_own_finding_may_be_treated_without_an_order() -> None:
    found = find_transition(Subject.HAZARD, HazardState.CONFIRMED, HazardAction.TREAT_BY_ITSELF, Role.ENTERPRISE, GENERAL)
    assert found is not None
    assert [one for one in HazardSource if found.is_open_to_source(one)] == [HazardSource.SELF_CHECK]


def test_only_what_was_closed_on_the_spot_is_checked_or_taken_back_by_the_office() -> None:
    for action in (HazardAction.CHECK_ON_THE_SPOT, HazardAction.TAKE_BACK):
        found = find_transition(Subject.HAZARD, HazardState.CLOSED, action, Role.OFFICE, GENERAL)
        assert found is not None
        assert [one for one in (*ClosureKind, None) if found.is_open_to_closure(one)] == [ClosureKind.ON_THE_SPOT]
    reopen = find_transition(Subject.HAZARD, HazardState.CLOSED, HazardAction.REOPEN, Role.OFFICE, GENERAL)
    assert reopen is not None
    assert all(reopen.is_open_to_closure(one) for one in (*ClosureKind, None))


def test_failing_a_re_inspection_and_reopening_count_another_round_and_nothing_else_does() -> None:
    rounds = {one.action for one in load_workflow().transitions if one.new_round}
    assert rounds == {HazardAction.FAIL_REINSPECTION, HazardAction.REOPEN}


def test_every_step_has_a_basis_or_says_that_it_is_the_parks_own() -> None:
    for one in load_workflow().transitions:
        assert one.citations
        assert one.is_park_rule or one.basis


def test_every_limit_a_step_names_exists() -> None:
    check_limits(load_workflow(), load_deadlines())
    assert [one.limit_key for one in load_workflow().transitions if one.limit_key] == ["hazard.reopen_within"]


def test_a_limit_that_does_not_exist_stops_the_start() -> None:
    reopen = next(one for one in load_workflow().transitions if one.limit_key)
    broken = Workflow((msgspec.structs.replace(reopen, limit_key="hazard.never"),), {})
    with pytest.raises(RuleDataError, match=r"hazard\.never"):
        check_limits(broken, load_deadlines())


def test_every_state_but_the_last_ones_can_be_left_and_every_state_can_be_reached() -> None:
    for subject in Subject:
        rows = [one for one in load_workflow().transitions if one.subject is subject]
        reached: set[State] = {one.to_state for one in rows}
        left = {one.from_state for one in rows}
        everything = {one for one in STATES[subject] if one is not None}
        assert reached == everything
        assert everything - left == ({HazardState.VOID} if subject is Subject.HAZARD else {OrderState.ARCHIVED, OrderState.WITHDRAWN})


S = HazardState


@pytest.mark.parametrize(
    ("states", "progress"),
    [
        ([], OrderProgress.EMPTY),
        ([S.VOID, S.CONFIRMED], OrderProgress.EMPTY),
        ([S.ORDERED, S.RECTIFYING, S.SUBMITTED], OrderProgress.OUTSTANDING),
        ([S.RECTIFYING, S.VERIFIED], OrderProgress.PARTIALLY_DONE),
        ([S.SUBMITTED, S.CLOSED], OrderProgress.PARTIALLY_DONE),
        ([S.VERIFIED, S.CLOSED], OrderProgress.ALL_VERIFIED),
        ([S.VERIFIED, S.VOID], OrderProgress.ALL_VERIFIED),
        ([S.CLOSED, S.CLOSED], OrderProgress.ALL_CLOSED),
    ],
)
def test_an_orders_progress_is_derived_from_its_hazards(states: list[HazardState], progress: Term) -> None:
    assert order_progress(states) is progress
