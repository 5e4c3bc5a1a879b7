"""Is every step of an admission permitted to exactly those it should be, and does every refusal say who may and when?"""

from itertools import product

import pytest

from rules.admission_workflow import (
    ADMITTED_STATES,
    OPEN_STATES,
    AdmissionRefusalCode,
    find_admission_step,
    list_admission_steps,
    load_admission_workflow,
    missing_admission_evidence,
    why_admission_refused,
)
from rules.deadlines import load_deadlines
from rules.terms import ProjectAction, ProjectState, Role
from tests.cases_reader import read_cases

ENDS = {ProjectAction.ADMIT, ProjectAction.ADMIT_WITH_CONDITIONS, ProjectAction.REFUSE, ProjectAction.RETURN}


def expected_steps() -> dict[tuple[str, str, Role], str]:
    """Every permitted step of the hand-written table, with the state it leads to."""
    return {
        (state, action, Role(case.given["role"])): to
        for case in read_cases("admission_procedure")
        for state, actions in case.expected.items()
        for action, to in actions.items()
    }


def test_every_state_action_and_role_is_permitted_or_refused_as_written() -> None:
    expected = expected_steps()
    seen = 0
    for state, action, role in product(ProjectState, ProjectAction, Role):
        found = find_admission_step(state, action, role)
        assert (found.to_state.value if found else None) == expected.get((state.value, action.value, role)), (state, action, role)
        seen += found is not None
        if found is None:
            refusal = why_admission_refused(state, action, role)
            assert action.label in refusal.detail
            has_row = (state, action) in load_admission_workflow().by_step
            assert refusal.code is (AdmissionRefusalCode.ROLE if has_row else AdmissionRefusalCode.STATE)
    assert seen == len(expected)


@pytest.mark.parametrize("role", list(Role))
def test_the_list_of_steps_is_what_can_be_found_one_by_one(role: Role) -> None:
    for state in ProjectState:
        listed = {one.action for one in list_admission_steps(state, role)}
        assert listed == {one for one in ProjectAction if find_admission_step(state, one, role)}


def test_nobody_decides_without_the_screening_the_opinions_and_a_reason() -> None:
    for step in load_admission_workflow().steps:
        needed = {one.key for one in step.evidence}
        if step.action in ENDS:
            assert step.from_state is ProjectState.JOINT_REVIEW
            assert step.roles == {Role.LEADER}
        if step.to_state in ADMITTED_STATES:
            assert {"screening_current", "assumptions_confirmed", "opinions_recorded", "no_blocking_question", "nothing_against"} <= needed
        if step.action is ProjectAction.REFUSE:
            assert {"refusal_grounded", "reason", "screening_current"} <= needed
        if step.action in {ProjectAction.SEND_BACK, ProjectAction.WITHDRAW, ProjectAction.REOPEN, ProjectAction.RETURN}:
            assert "reason" in needed
        assert step.citations


def test_every_state_but_the_first_is_reached_and_every_open_one_can_be_left() -> None:
    steps = load_admission_workflow().steps
    assert {one.to_state for one in steps} == set(ProjectState) - {ProjectState.CLUE}
    assert {one.from_state for one in steps} >= OPEN_STATES


def test_what_is_missing_is_named_in_words() -> None:
    step = find_admission_step(ProjectState.JOINT_REVIEW, ProjectAction.ADMIT_WITH_CONDITIONS, Role.LEADER)
    assert step is not None
    missing = missing_admission_evidence(step, {one.key for one in step.evidence} - {"conditions_dated"})
    assert [one.key for one in missing] == ["conditions_dated"]
    assert "期限" in missing[0].label


def test_the_park_sets_how_long_an_admission_is_valid() -> None:
    validity = {one.key: one for one in load_deadlines().limits}["admission.validity"]
    assert validity.is_park_rule
    assert not validity.verified
