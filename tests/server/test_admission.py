"""A project on its way to a decision: two people check, departments speak, the leader decides, and nothing is skipped."""

from datetime import timedelta
from typing import Any

import pytest

from rules.terms import ConditionMilestone, ConditionState, ProjectAction, ProjectState, ScreeningOccasion
from server.admission.conditions import CONDITION_TABS
from server.admission.schemas import ConditionForm, DecisionForm, LandingForm, OpinionFacts, OpinionForm
from server.admission.service import (
    confirm_condition,
    count_conditions,
    decide,
    drop_condition,
    get_procedure,
    land_project,
    list_conditions,
    open_review,
    record_check,
    record_opinion,
    reopen,
    report_condition,
    resubmit,
    send_back,
)
from server.errors import EvidenceMissing, InvalidInput, NotAllowed, NotFound, StateConflict, StepNotYours
from server.grading.service import read_chemicals
from server.models.admission import AdmissionCondition
from server.papers import is_intact, read_value
from server.parks.schemas import ZoneForm
from server.parks.service import create_zone, far_in_words
from server.screening.schemas import NewProject
from server.screening.service import (
    answer_questions,
    complete_project,
    create_project,
    get_project,
    get_project_dossier,
    lock_project,
    run_screening,
    submit_description,
)
from tests.admission_hands import POTTERY, Screener
from tests.cast import World
from tests.server.test_enterprises import credit_code


def condition(**changes: Any) -> ConditionForm:
    values: dict[str, Any] = {"text": "窑炉燃气管道装设联锁切断阀", "responsible": "新窑陶瓷", "milestone": ConditionMilestone.BEFORE_TRIAL}
    return ConditionForm(**(values | changes))


def test_the_pottery_can_be_admitted_without_questions(world: World) -> None:
    hands = Screener(world)
    project_id = hands.screened()
    with world.work_as("leader", write=False) as work:
        procedure = get_procedure(work, hands.rulebook, project_id)
        assert procedure.dossier.screening is not None
        assert procedure.dossier.screening.blocking_questions == 0, procedure.dossier.kept


def test_a_whole_admission_from_two_checks_to_a_frozen_opinion(world: World) -> None:
    hands = Screener(world)
    project_id = hands.reviewed()
    with world.work_as("leader") as work:
        decision = decide(
            work,
            hands.rulebook,
            project_id,
            DecisionForm(
                action=ProjectAction.ADMIT_WITH_CONDITIONS, reason="符合园区定位", meeting="第3次联席会", conditions=(condition(),)
            ),
        )
        assert decision.document_number == "示经开安办准〔2026〕1号"
        assert decision.valid_until is not None
    assert hands.state(project_id) is ProjectState.DECIDED_CONDITIONAL
    with world.work_as("screener", write=False) as work:
        view = get_procedure(work, hands.rulebook, project_id).decisions[0]
        assert view.paper is not None
        assert is_intact(view.paper)
        facts = read_value(view.paper, OpinionFacts)
        assert facts.decision == "附条件准入"
        assert [one[0] for one in facts.departments] == ["生态环境部门", "应急管理部门"]
        assert len(facts.checkers) == 2
        assert facts.conditions[0][0] == "窑炉燃气管道装设联锁切断阀"
        assert [one.condition.rescreens for one in view.conditions] == ["", "before_construction", "before_trial"]
        assert facts.catalogue_sha256
        assert any(label == "产品" and "日用陶瓷" in text for label, text in facts.description)


def test_one_person_alone_never_checks_a_screening(world: World) -> None:
    hands = Screener(world)
    project_id = hands.screened()
    with world.work_as("screener") as work:
        record_check(work, hands.rulebook, project_id)
        with pytest.raises(StateConflict, match="另一个人"):
            record_check(work, hands.rulebook, project_id)
    assert hands.state(project_id) is ProjectState.SCREENED
    with world.work_as("office") as work:
        record_check(work, hands.rulebook, project_id, "命中与证据一致")
    assert hands.state(project_id) is ProjectState.CHECKED


def test_nothing_is_checked_while_assumptions_are_open(world: World) -> None:
    hands = Screener(world)
    with world.work_as("screener") as work:
        project = create_project(work, NewProject(name="日用陶瓷（虚构）"))
        submit_description(work, project.id, POTTERY)
        complete_project(work, project.id)
        run_screening(work, hands.rulebook, project.id)
        assert get_project_dossier(work, hands.rulebook, project.id).open_assumptions
        with pytest.raises(StateConflict, match="按否处理"):
            record_check(work, hands.rulebook, project.id)


def test_newer_facts_void_the_checks_and_the_review(world: World) -> None:
    hands = Screener(world)
    project_id = hands.reviewed()
    with world.work_as("office") as work:
        answer_questions(work, project_id, {"fuels": ["煤制气"]})
    assert hands.state(project_id) is ProjectState.COMPLETE
    with world.work_as("leader") as work, pytest.raises(StateConflict):
        decide(work, hands.rulebook, project_id, DecisionForm(action=ProjectAction.ADMIT, reason="同意"))
    with world.work_as("screener") as work:
        run_screening(work, hands.rulebook, project_id)
        assert get_procedure(work, hands.rulebook, project_id).checks == ()


def test_the_leader_is_told_what_is_missing(world: World) -> None:
    hands = Screener(world)
    project_id = hands.checked()
    with world.work_as("office") as work:
        open_review(work, hands.rulebook, project_id, ["fire"])
    with world.work_as("leader") as work, pytest.raises(EvidenceMissing) as refused:
        decide(work, hands.rulebook, project_id, DecisionForm(action=ProjectAction.ADMIT_WITH_CONDITIONS, reason="同意"))
    missing = "、".join(refused.value.facts["missing"])
    assert "会审意见" in missing
    assert "条件" in missing
    with world.work_as("leader", write=False) as work:
        steps = {one.step.action: one for one in get_procedure(work, hands.rulebook, project_id).steps}
        assert "opinions_recorded" in {one.key for one in steps[ProjectAction.ADMIT].missing}
        assert not steps[ProjectAction.RETURN].missing


def test_a_department_that_does_not_answer_is_written_down_with_how_it_was_reminded(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    project_id = hands.checked()
    with sqlite_world.work_as("office") as work:
        open_review(work, hands.rulebook, project_id, ["fire"])
        with pytest.raises(InvalidInput):
            record_opinion(work, project_id, OpinionForm(department="fire", view="no_reply"))
        with pytest.raises(InvalidInput):
            record_opinion(work, project_id, OpinionForm(department="ecology", view="agree", person="张科"))
        record_opinion(work, project_id, OpinionForm(department="fire", view="no_reply", text="11月10日、15日两次电话催办"))
        record_opinion(work, project_id, OpinionForm(department="fire", view="disagree", text="消防水源不足", person="李工"))
        opinions = {one.department.key: one.opinion for one in get_procedure(work, hands.rulebook, project_id).departments}
        assert opinions["fire"] is not None
        assert opinions["fire"].view == "disagree"


def test_a_hit_assessed_as_standing_against_keeps_a_project_out(world: World) -> None:
    hands = Screener(world)
    # An existing catalogue entry that asks for a person: kilns fired by producer gas.
    project_id = hands.checked(POTTERY | {"fuels": ["煤制气"], "equipment": [{"name": "辊道窑", "fuel": "煤制气"}]})
    hands.assess(project_id, against=True)
    with world.work_as("office") as work:
        assert get_procedure(work, hands.rulebook, project_id).to_review
        open_review(work, hands.rulebook, project_id, ["ecology"])
        record_opinion(work, project_id, OpinionForm(department="ecology", view="disagree", text="不同意用煤制气", person="张科"))
    with world.work_as("leader") as work:
        with pytest.raises(EvidenceMissing):
            decide(work, hands.rulebook, project_id, DecisionForm(action=ProjectAction.ADMIT, reason="同意"))
        decision = decide(work, hands.rulebook, project_id, DecisionForm(action=ProjectAction.REFUSE, reason="窑炉燃料不符合"))
        assert decision.valid_until is None
    assert hands.state(project_id) is ProjectState.DECIDED_REFUSED
    with world.work_as("screener") as work:
        resubmit(work, hands.rulebook, project_id, "改用天然气")
    assert hands.state(project_id) is ProjectState.COMPLETE


def test_a_refusal_needs_a_ground(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    project_id = hands.reviewed()
    with sqlite_world.work_as("leader") as work, pytest.raises(EvidenceMissing, match="否决依据"):
        decide(work, hands.rulebook, project_id, DecisionForm(action=ProjectAction.REFUSE, reason="不想要"))


# A product of the list of seventy-four explosive precursors: its entry asks for a condition.
OXIDISER = {"name": "硝酸钾", "cas": "7757-79-1", "max_storage_t": "1", "annual_t": "5", "state": "固体", "role": "原料"}


def test_a_hit_that_asks_for_a_condition_is_never_passed_over_in_silence(world: World) -> None:
    hands = Screener(world)
    project_id = hands.reviewed(POTTERY | {"materials": [{"name": "高岭土"}, OXIDISER]})
    with world.work_as("leader") as work:
        proposed = get_procedure(work, hands.rulebook, project_id).proposed
        assert proposed, "the entry proposes a condition"
        asked = [entry for one in proposed for entry in one.entry_ids]
        other = (condition(),)
        for form in (
            DecisionForm(action=ProjectAction.ADMIT, reason="同意"),
            DecisionForm(action=ProjectAction.ADMIT, reason="同意", unconditioned_reason="  "),
            DecisionForm(action=ProjectAction.ADMIT_WITH_CONDITIONS, reason="同意", conditions=other),
        ):
            with pytest.raises(InvalidInput, match="没有写成条件"):
                decide(work, hands.rulebook, project_id, form)
        why = "硝酸钾已改用溶液，由供应商配送"
        decision = decide(
            work, hands.rulebook, project_id, DecisionForm(action=ProjectAction.ADMIT, reason="同意", unconditioned_reason=why)
        )
        assert decision.unconditioned_ids == asked
        assert decision.unconditioned_reason == why
    with world.work_as("auditor", write=False) as work:
        paper = get_procedure(work, hands.rulebook, project_id).decisions[0].paper
        assert paper is not None
        facts = read_value(paper, OpinionFacts)
        assert (facts.unconditioned, facts.unconditioned_reason) == (tuple(asked), why)


def test_a_condition_that_names_its_entry_answers_it(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    project_id = hands.reviewed(POTTERY | {"materials": [{"name": "高岭土"}, OXIDISER]})
    with sqlite_world.work_as("leader") as work:
        proposed = get_procedure(work, hands.rulebook, project_id).proposed
        form = DecisionForm(action=ProjectAction.ADMIT_WITH_CONDITIONS, reason="同意", conditions=proposed, unconditioned_reason="多余")
        decision = decide(work, hands.rulebook, project_id, form)
        assert (decision.unconditioned_ids, decision.unconditioned_reason) == ([], "")


def test_only_the_leader_decides_and_only_once(world: World) -> None:
    hands = Screener(world)
    project_id = hands.reviewed()
    for who in ("screener", "office"):
        with world.work_as(who) as work, pytest.raises(StepNotYours):
            decide(work, hands.rulebook, project_id, DecisionForm(action=ProjectAction.ADMIT, reason="同意"))
    with world.work_as("leader") as work:
        decide(work, hands.rulebook, project_id, DecisionForm(action=ProjectAction.ADMIT, reason="同意"))
        with pytest.raises(StateConflict):
            decide(work, hands.rulebook, project_id, DecisionForm(action=ProjectAction.ADMIT, reason="同意"))


def test_bad_conditions_are_named_by_place(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    project_id = hands.reviewed()
    bad = (condition(text=" "), condition(responsible="", milestone=ConditionMilestone.DAY))
    with sqlite_world.work_as("leader") as work, pytest.raises(InvalidInput) as refused:
        decide(work, hands.rulebook, project_id, DecisionForm(action=ProjectAction.ADMIT_WITH_CONDITIONS, reason="同意", conditions=bad))
    assert {one.field for one in refused.value.errors} == {"conditions.0.text", "conditions.1.responsible", "conditions.1.due_on"}


def test_conditions_are_met_by_evidence_and_a_second_person(world: World) -> None:
    hands = Screener(world)
    project_id = hands.reviewed()
    form = DecisionForm(
        action=ProjectAction.ADMIT_WITH_CONDITIONS, reason="同意", conditions=(condition(milestone="day", due_on=world.clock.today()),)
    )
    with world.work_as("leader") as work:
        decide(work, hands.rulebook, project_id, form)
    world.clock.advance(days=3)
    with world.work_as("office") as work:
        found = list_conditions(work, tab="overdue").items
        assert [one.overdue_days for one in found] == [3]
        mine = found[0].condition
        report_condition(work, mine.id, "联锁阀已安装，附照片")
        with pytest.raises(StateConflict, match="另一个人"):
            confirm_condition(work, mine.id)
        assert list_conditions(work, tab="reported").total == 1
    with world.work_as("screener") as work:
        confirm_condition(work, mine.id)
        assert work.session.get_one(AdmissionCondition, mine.id).state == ConditionState.FULFILLED
        owed = next(one.condition for one in list_conditions(work).items if one.condition.rescreens == "before_construction")
        with pytest.raises(InvalidInput, match="重新筛查"):
            report_condition(work, owed.id, "没有变化")
        run_screening(work, hands.rulebook, project_id, occasion=ScreeningOccasion.BEFORE_CONSTRUCTION)
        report_condition(work, owed.id, "重新筛查结论不变")
    with world.work_as("leader") as work, pytest.raises(StateConflict):
        drop_condition(work, owed.id, "不需要")
    assert hands.state(project_id) is ProjectState.DECIDED_CONDITIONAL, "an owed screening changes no admission by itself"
    with world.work_as("auditor", write=False) as work:
        procedure = get_procedure(work, hands.rulebook, project_id)
    assert len(procedure.checks) == 2, "what was decided stays about the screening it was decided on"
    assert [one.department.key for one in procedure.departments if one.opinion] == ["ecology", "emergency"]
    decided_on, latest = procedure.screening, procedure.dossier.screening
    assert [one.sequence for one in (decided_on, latest) if one is not None] == [1, 2]


def test_a_condition_is_overdue_on_the_page_exactly_when_its_row_is(world: World) -> None:
    hands = Screener(world)
    project_id = hands.reviewed()
    milestones = ("before_construction", "before_trial", "before_operation", "continuous")
    conditions = tuple(condition(milestone=one, text=one) for one in milestones)
    with world.work_as("leader") as work:
        decide(
            work,
            hands.rulebook,
            project_id,
            DecisionForm(action=ProjectAction.ADMIT_WITH_CONDITIONS, reason="同意", conditions=conditions),
        )
    with world.work_as("screener") as work:
        project = lock_project(work, project_id)
        project.construction_on, project.trial_on = world.clock.today() + timedelta(days=1), world.clock.today() + timedelta(days=400)
    world.clock.advance(days=5)
    with world.work_as("office", write=False) as work:
        rows = list_conditions(work).items
        assert {one.condition.milestone for one in rows} >= set(milestones)
        late = [one.condition.id for one in rows if one.overdue_days]
        assert late
        assert [one.condition.id for one in list_conditions(work, tab="overdue").items] == late
        assert count_conditions(work) == {tab: list_conditions(work, tab=tab).total for tab in CONDITION_TABS}
        assert count_conditions(work)["overdue"] == len(late)
        days = [one.due_on for one in rows]
        assert days == sorted(days, key=lambda day: (day is None, day))


def test_reopening_ends_the_admission_and_says_so_on_its_paper(world: World) -> None:
    hands = Screener(world)
    project_id = hands.reviewed()
    with world.work_as("leader") as work:
        decide(work, hands.rulebook, project_id, DecisionForm(action=ProjectAction.ADMIT, reason="同意"))
    with world.work_as("office") as work:
        reopen(work, hands.rulebook, project_id, "产品改为电瓷")
        view = get_procedure(work, hands.rulebook, project_id).decisions[0]
        assert view.decision.reopened_on == work.today
        assert view.paper is not None
        assert view.paper.withdrawn_at is not None
        assert list_conditions(work, tab="all").total == 0


def test_an_admitted_project_becomes_an_enterprise_with_its_chemicals(world: World) -> None:
    hands = Screener(world)
    gas = {"name": "液化石油气", "cas": "68476-85-7", "max_storage_t": "2", "state": "液化气体", "role": "原料"}
    waiting = hands.screened(POTTERY)
    with world.work_as("office") as work, pytest.raises(StateConflict):
        land_project(work, hands.rulebook, waiting, LandingForm())
    admitted = hands.reviewed(POTTERY | {"materials": [{"name": "高岭土"}, gas]})
    with world.work_as("leader") as work:
        form = DecisionForm(
            action=ProjectAction.ADMIT_WITH_CONDITIONS, reason="同意", conditions=(condition(),), unconditioned_reason="瓶组间已配报警"
        )
        decide(work, hands.rulebook, admitted, form)
    with world.work_as("screener") as work, pytest.raises(NotAllowed):
        land_project(work, hands.rulebook, admitted, LandingForm())
    with world.work_as("office") as work:
        enterprise = land_project(work, hands.rulebook, admitted, LandingForm(enterprise_id=world.enterprise_id))
        assert land_project(work, hands.rulebook, admitted, LandingForm()).id == enterprise.id
        assert get_project(work, admitted).enterprise_id == world.enterprise_id
        units = read_chemicals(work, hands.rulebook, world.enterprise_id)
        assert [[one.name for one in unit.chemicals] for unit in units] == [["液化石油气"]]


def test_a_project_far_outside_the_park_lands_where_it_said_it_stands(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    project_id = hands.reviewed(POTTERY)
    with sqlite_world.work_as("leader") as work:
        decide(work, hands.rulebook, project_id, DecisionForm(action=ProjectAction.ADMIT, reason="同意"))
    with sqlite_world.work_as("office") as work:
        corners = [[113.5, 27.65], [113.52, 27.65], [113.52, 27.67], [113.5, 27.65]]
        create_zone(work, ZoneForm(name="谷", outline={"type": "Polygon", "coordinates": [corners]}))
        project = get_project(work, project_id)
        project.longitude, project.latitude = 113.9, 27.9
        enterprise = land_project(work, hands.rulebook, project_id, LandingForm(name="湘瓷新厂（虚构）", credit_code=credit_code(7)))
        assert (enterprise.longitude, enterprise.latitude) == (113.9, 27.9)
        assert far_in_words(work, enterprise.longitude, enterprise.latitude) == "在园区边界外 45.3 公里"


def test_another_park_and_other_roles_see_no_procedure(world: World) -> None:
    hands = Screener(world)
    project_id = hands.checked()
    for who in ("inspector", "enterprise", "outsider", "admin", "foreign_office"):
        with world.work_as(who) as work:
            with pytest.raises(NotFound):
                get_procedure(work, hands.rulebook, project_id)
            with pytest.raises((NotFound, NotAllowed)):
                record_check(work, hands.rulebook, project_id)
            assert list_conditions(work, tab="all").total == 0


def test_sending_back_needs_a_reason(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    project_id = hands.checked()
    with sqlite_world.work_as("office") as work:
        with pytest.raises(EvidenceMissing):
            send_back(work, hands.rulebook, project_id, " ")
        send_back(work, hands.rulebook, project_id, "产能口径有误")
    assert hands.state(project_id) is ProjectState.COMPLETE
