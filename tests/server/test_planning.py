"""The year's plan: a frequency adopted, visits generated, approved, moved, released, ticked and counted."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from rules.terms import OverrideKind
from server.enterprises.service import mark_left
from server.errors import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound, StateConflict
from server.ids import new_id
from server.models.documents import InspectionTask
from server.models.events import Event
from server.models.plan import PlanRevision, PlanVisit
from server.planning.schemas import FrequencyForm, GenerateForm, PlanState, RevisionKind, VisitOrigin, VisitState
from server.planning.service import (
    accept_proposals,
    add_pause,
    add_visit,
    adopt_frequency,
    approve_plan,
    drop_visit,
    find_plan,
    generate_plan,
    get_visit,
    list_policies,
    list_revisions,
    mark_triggered,
    move_visit,
    read_staffing,
    rearrange_plan,
    remove_pause,
    return_plan,
    review_plan,
    set_capacity,
    set_manner,
    withdraw_spare_tasks,
)
from server.tasks.schemas import TaskForm
from server.tasks.service import cancel_task, get_task_dossier, update_task
from tests.cast import World
from tests.server.counting import counted
from tests.server.grading_hands import BLUE, ORANGE, RED, Grading, point
from tests.server.office import RULEBOOK
from tests.server.plan_hands import EVERY, Planner, own_bounds

MONDAY = date(2026, 12, 14)


def test_a_plan_is_drafted_reviewed_approved_and_its_first_revision_holds_every_visit(world: World) -> None:
    planner = Planner(world)
    planner.adopt()
    plan_id = planner.generate()
    board = planner.board()
    assert (board.plan.state, board.figures.planned, board.unplaced) == (PlanState.DRAFT, 4, ())
    with pytest.raises(NotAllowed):
        planner.change(approve_plan, plan_id)
    with pytest.raises(StateConflict):
        planner.change(approve_plan, plan_id, who="leader")
    planner.approve(plan_id)
    with world.work_as("auditor", write=False) as work:
        (revision,) = list_revisions(work, plan_id)
        plan = find_plan(work, 2026)
    assert plan is not None
    assert (plan.state, plan.approved_by_name, plan.reviewed_by_name) == (PlanState.IN_FORCE, "刘主任", "周办")
    assert (revision.number, revision.kind, len(revision.changes)) == (1, RevisionKind.APPROVED, 4)
    assert {one["enterprise"] for one in revision.changes} == {"湘瓷日用瓷（虚构）", "渌江电瓷（虚构）"}
    assert all("未评价：每年至少 2 次、每年至多 4 次" in one.why for one in board.visits)


def test_a_reviewed_plan_goes_back_with_a_reason_and_is_not_changed_meanwhile(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    planner.adopt()
    plan_id = planner.generate()
    with sqlite_world.work_as("office") as work:
        review_plan(work, plan_id)
    with pytest.raises(StateConflict):
        planner.change(move_visit, planner.visits()[0].id, planner.form(MONDAY))
    with pytest.raises(StateConflict):
        planner.generate()
    with pytest.raises(InvalidInput), sqlite_world.work_as("leader") as work:
        return_plan(work, plan_id, " ")
    with sqlite_world.work_as("leader") as work:
        return_plan(work, plan_id, "十二月太满")
    assert planner.board().plan.state == PlanState.DRAFT
    planner.generate()


def test_a_draft_whose_visits_were_all_dropped_is_not_put_up_for_approval(world: World) -> None:
    planner = Planner(world)
    planner.adopt()
    plan_id = planner.generate()
    for visit in planner.board().visits:
        planner.change(drop_visit, visit.id, "企业停产")
    with pytest.raises(StateConflict) as refusal, world.work_as("office") as work:
        review_plan(work, plan_id)
    assert (refusal.value.facts["reason"], "请先增加检查" in refusal.value.detail) == ("empty", True)
    assert planner.board().plan.state == PlanState.DRAFT
    planner.change(add_visit, plan_id, world.enterprise_id, planner.form(MONDAY))
    planner.approve(plan_id)
    with world.work_as("office", write=False) as work:
        (revision,) = list_revisions(work, plan_id)
    assert (revision.number, len(revision.changes)) == (1, 1)


def test_without_a_frequency_or_in_a_past_year_there_is_no_plan(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    with pytest.raises(StateConflict) as refusal:
        planner.generate()
    assert "采用检查频次" in refusal.value.detail
    planner.adopt()
    for form in (GenerateForm(year=2025, starts_on=date(2025, 1, 1)), GenerateForm(year=2026, starts_on=date(2026, 1, 1))):
        with pytest.raises(InvalidInput):
            planner.change(generate_plan, form)


def test_what_was_inspected_this_year_counts_for_floor_and_cap_and_triggered_ones_stand_apart(world: World) -> None:
    planner = Planner(world)
    planner.adopt(EVERY | {"none": ("3", "3")})
    first, second = planner.inspect(on=date(2026, 10, 12)), planner.inspect(on=date(2026, 11, 2))
    with world.work_as("office") as work:
        mark_triggered(work, second, "report", "举报单 12 号")
    planner.generate()
    row = next(one for one in planner.board().coverage if one.enterprise_id == world.enterprise_id)
    assert (row.required, row.counted, row.triggered, row.open_visits, row.missing, row.over) == (3, 1, 1, 2, 0, 0)
    with world.work_as("office") as work:
        mark_triggered(work, second, "", "")
        mark_triggered(work, first, "", "")
    board = planner.board()
    row = next(one for one in board.coverage if one.enterprise_id == world.enterprise_id)
    # Both were known when the visits were asked for: they count, and neither is one of the visits. Now that is one too many.
    assert (row.counted, row.triggered, row.open_visits, row.over) == (2, 0, 2, 1)
    assert board.figures.done == 0


def test_a_mark_needs_a_known_reason_and_its_paper(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    made = planner.inspect()
    for reason, note in (("nonsense", "x"), ("report", ""), ("report", "长" * 201)):
        with pytest.raises(InvalidInput), sqlite_world.work_as("office") as work:
            mark_triggered(work, made, reason, note)
    with pytest.raises(NotAllowed), sqlite_world.work_as("inspector") as work:
        mark_triggered(work, made, "report", "x")
    with pytest.raises(NotFound), sqlite_world.work_as("foreign_office") as work:
        mark_triggered(work, made, "report", "x")


def test_an_adopted_rule_of_another_place_gives_the_bounds_and_says_where_from(world: World) -> None:
    planner = Planner(world)
    colours = {"red": "红", "orange": "橙", "yellow": "黄", "blue": "蓝"}
    planner.adopt(
        {"none": ("1", "")},
        adopted={"internal_mes": colours, "sx_nonhigh": {"yellow": "未定级"}},
        since=date(2026, 1, 1),
    )
    with world.work_as("auditor", write=False) as work:
        (view,) = list_policies(work)
    rows = {one.key: one.bounds for one in view.rows}
    assert [one.rule.id for one in view.rules] == ["internal_mes", "sx_nonhigh"]
    said = [str(one) for one in (rows["orange"].floor, rows["yellow"].floor, rows["yellow"].cap, rows["none"].floor)]
    assert said == ["12", "4", "6", "1"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"decided_by": " "}, "decided_by"),
        ({"decision_number": ""}, "decision_number"),
        ({"bounds": own_bounds({"red": ("六", "")})}, "floor-red"),
        ({"bounds": own_bounds({"red": ("6", "4")})}, "floor-red"),
        ({"bounds": own_bounds({"red": ("", "4")})}, "floor-red"),
        ({"bounds": own_bounds({"red": ("61", "")})}, "floor-red"),
        ({"bounds": own_bounds({"red": ("0000009999", "")})}, "floor-red"),
        ({"bounds": own_bounds({"red": ("", "4"), "blue": ("1", "0" * 5000)})}, "cap-blue"),
        ({"adopted": {"nowhere": {"red": "红"}}}, "adopted"),
        ({"adopted": {"gd": {"red": "红"}}}, "adopted"),
        ({"adopted": {"gd": {}}}, "adopted"),
        ({"effective_from": date(2020, 1, 1)}, "effective_from"),
    ],
)
def test_a_frequency_that_cannot_be_is_refused_at_its_field(sqlite_world: World, changes: dict[str, Any], field: str) -> None:
    form = FrequencyForm(
        effective_from=date(2026, 1, 1),
        decided_by="园区安委会",
        decision_number="3号",
        bounds=own_bounds(EVERY),
        adopted={},
    )
    with pytest.raises(InvalidInput) as refusal, sqlite_world.work_as("office") as work:
        adopt_frequency(work, msgspec.structs.replace(form, **changes))
    assert field in {one.field for one in refusal.value.errors}


def test_a_later_frequency_follows_and_the_earlier_stays(world: World) -> None:
    planner = Planner(world)
    planner.adopt()
    planner.adopt(EVERY | {"none": ("4", "6")}, since=date(2026, 11, 20))
    planner.adopt(EVERY | {"none": ("1", "6")}, since=date(2027, 1, 1))
    with world.work_as("office", write=False) as work:
        views = list_policies(work)
    assert [view.is_current for view in views] == [False, True, False]
    planner.generate()
    assert {one.required for one in planner.board().coverage} == {4}


def test_a_month_released_twice_makes_every_task_once_and_they_reach_the_phones(world: World) -> None:
    planner = Planner(world)
    plan_id = planner.in_force()
    december = [one for one in planner.board().visits if one.planned_on.month == 12]
    first, second = planner.release(plan_id, 12), planner.release(plan_id, 12)
    assert (first.released, first.already, first.refused) == (len(december), 0, ())
    assert (second.released, second.already) == (0, len(december))
    with world.work_as("office", write=False) as work:
        assert work.session.scalar(select(func.count()).select_from(InspectionTask)) == len(december)
        row = next(one for one in planner.board().visits if one.id == december[0].id)
        assert row.task_id is not None
        task = get_task_dossier(work, row.task_id).task
    assert (task.planned_on, task.due_on, row.state) == (row.planned_on, date(2026, 12, 31), VisitState.RELEASED)
    assert "GEN" in task.checklists
    with pytest.raises(NotAllowed):
        planner.release(plan_id, 12, who="inspector")


def test_only_a_plan_in_force_is_released(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    planner.adopt()
    plan_id = planner.generate()
    with pytest.raises(StateConflict):
        planner.release(plan_id, 12)
    planner.approve(plan_id)
    with pytest.raises(InvalidInput):
        planner.release(plan_id, 13)


def test_an_inspection_for_the_task_ticks_its_visit_and_one_without_ticks_by_the_window(world: World) -> None:
    planner = Planner(world)
    plan_id = planner.in_force()
    planner.release(plan_id, 12)
    planner.release(plan_id, 11)
    _, late = planner.visits()
    world.clock.set_day(late.planned_on)
    by_task = planner.inspect(task=late.task_id)
    assert [(one.state, one.seen.id if one.seen else None, one.by_task) for one in planner.visits()] == [
        (VisitState.RELEASED, None, False),
        (VisitState.DONE, by_task, True),
    ]
    by_itself = planner.inspect()
    assert [(one.seen.id if one.seen else None, one.by_task) for one in planner.visits()] == [(by_itself, False), (by_task, True)]
    # A third one finds no visit left, and counts for the cap alone.
    planner.inspect()
    board = planner.board()
    row = next(one for one in board.coverage if one.enterprise_id == world.enterprise_id)
    assert (row.counted, row.open_visits, board.figures.done) == (3, 0, 2)


def test_a_task_another_inspection_did_the_work_of_is_taken_back(world: World) -> None:
    planner = Planner(world)
    plan_id = planner.in_force()
    for month in (11, 12):
        planner.release(plan_id, month)
    visit = planner.visits()[0]
    world.clock.advance(minutes=1)
    planner.inspect()
    spare = planner.visits()[0]
    assert (spare.state, spare.has_spare_task, spare.task_id) == (VisitState.DONE, True, visit.task_id)
    assert planner.change(withdraw_spare_tasks, plan_id) == 1
    assert planner.change(withdraw_spare_tasks, plan_id) == 0
    after = planner.visits()[0]
    assert (after.state, after.has_spare_task) == (VisitState.DONE, False)
    with world.work_as("office", write=False) as work:
        assert visit.task_id is not None
        assert "已由检查记录 JC-2026" in get_task_dossier(work, visit.task_id).task.cancel_reason


def test_a_cancelled_task_frees_its_visit_and_the_next_release_makes_one_again(world: World) -> None:
    planner = Planner(world)
    plan_id = planner.in_force()
    planner.release(plan_id, 12)
    visit = next(one for one in planner.visits() if one.planned_on.month == 12)
    assert visit.task_id is not None
    with world.work_as("office") as work:
        cancel_task(work, visit.task_id, "企业停产")
    freed = next(one for one in planner.visits() if one.id == visit.id)
    assert (freed.state, freed.task_id) == (VisitState.PLANNED, None)
    assert planner.release(plan_id, 12).released == 1
    again = next(one for one in planner.visits() if one.id == visit.id)
    assert again.state is VisitState.RELEASED
    assert again.task_id != visit.task_id


def test_a_released_visit_takes_its_task_along_when_moved_and_cancels_it_when_dropped(world: World) -> None:
    planner = Planner(world)
    plan_id = planner.in_force()
    planner.release(plan_id, 12)
    visit = next(one for one in planner.visits() if one.planned_on.month == 12)
    assert visit.task_id is not None
    with pytest.raises(InvalidInput):
        planner.change(move_visit, visit.id, planner.form(date(2026, 12, 30)))
    planner.change(move_visit, visit.id, planner.form(date(2026, 12, 30), "second_inspector", reason="检修"))
    with world.work_as("office", write=False) as work:
        dossier = get_task_dossier(work, visit.task_id)
        assert (dossier.task.planned_on, [name for _, name in dossier.assignees]) == (date(2026, 12, 30), ["赵检"])
    moved = next(one for one in planner.visits() if one.id == visit.id)
    assert (moved.was_moved, moved.first_planned_on, moved.is_fixed) == (visit.planned_on != date(2026, 12, 30), visit.planned_on, True)
    assert "检修" in moved.why
    # Two is the floor: the leader alone may go below it.
    with pytest.raises(NotAllowed):
        planner.change(drop_visit, visit.id, "停产")
    planner.change(drop_visit, visit.id, "停产", who="leader")
    with world.work_as("office", write=False) as work:
        assert get_task_dossier(work, visit.task_id).task.state == "cancelled"
        assert [one.kind for one in list_revisions(work, plan_id)] == [RevisionKind.DROPPED, RevisionKind.MOVED, RevisionKind.APPROVED]
    row = next(one for one in planner.board().coverage if one.enterprise_id == world.enterprise_id)
    assert (row.missing, row.waived, row.proposed) == (1, 1, 0)


def test_who_was_added_to_the_task_alone_still_goes_when_its_visit_is_moved(world: World) -> None:
    planner = Planner(world)
    plan_id = planner.in_force()
    planner.release(plan_id, 12)
    visit = next(one for one in planner.visits() if one.planned_on.month == 12)
    assert visit.task_id is not None
    assert {one.name for one in visit.people} == {"王检", "赵检"}
    with world.work_as("office") as work:
        task = get_task_dossier(work, visit.task_id).task
        form = TaskForm(
            target_id=task.target_id,
            checklists=tuple(task.checklists),
            assignees=tuple(world.accounts[one].id for one in ("inspector", "second_inspector", "office")),
            planned_on=task.planned_on,
            due_on=task.due_on,
            note=task.note,
        )
        update_task(work, RULEBOOK, task.id, form)
    planner.change(move_visit, visit.id, planner.form(date(2026, 12, 30), "inspector", reason="检修"))
    with world.work_as("office", write=False) as work:
        dossier = get_task_dossier(work, visit.task_id)
    # 赵检 was planned and no longer is; 周办 was never the plan's to send or to call off.
    assert (dossier.task.planned_on, {name for _, name in dossier.assignees}) == (date(2026, 12, 30), {"王检", "周办"})
    planner.change(move_visit, visit.id, planner.form(date(2026, 12, 29), "office", reason="再改"))
    with world.work_as("office", write=False) as work:
        assert [name for _, name in get_task_dossier(work, visit.task_id).assignees] == ["周办"]


def test_a_visit_changed_on_an_old_page_is_refused(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    planner.in_force()
    visit = planner.visits()[0]
    planner.change(move_visit, visit.id, planner.form(MONDAY, "inspector", reason="一", version=visit.version))
    with pytest.raises(ChangedMeanwhile):
        planner.change(move_visit, visit.id, planner.form(MONDAY, reason="二", version=visit.version))
    with pytest.raises(ChangedMeanwhile):
        planner.change(drop_visit, visit.id, "二", visit.version, who="leader")


@pytest.mark.parametrize("day", [date(2027, 1, 4), date(2026, 11, 19)])
def test_a_visit_is_not_moved_out_of_its_year_nor_into_the_past(sqlite_world: World, day: date) -> None:
    planner = Planner(sqlite_world)
    planner.in_force()
    with pytest.raises(InvalidInput) as refusal:
        planner.change(move_visit, planner.visits()[0].id, planner.form(day, reason="试"))
    assert [one.field for one in refusal.value.errors] == ["planned_on"]


def test_only_the_parks_own_inspectors_are_sent(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    planner.in_force()
    for who in ("enterprise", "foreign_inspector", "auditor"):
        with pytest.raises(InvalidInput) as refusal:
            planner.change(move_visit, planner.visits()[0].id, planner.form(MONDAY, who, reason="试"))
        assert [one.field for one in refusal.value.errors] == ["people"]


def test_a_visit_on_a_sunday_or_in_somebodys_leave_is_taken_and_says_so(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    planner.in_force()
    with sqlite_world.work_as("office") as work:
        add_pause(work, MONDAY, MONDAY, sqlite_world.accounts["inspector"].id, "请假")
    first, second = planner.visits()
    planner.change(move_visit, first.id, planner.form(MONDAY, reason="夜查"))
    planner.change(move_visit, second.id, planner.form(date(2026, 12, 20), reason="夜查"))
    told = {one.id: (one.why, one.is_workday) for one in planner.visits()}
    assert "注意：王检：请假" in told[first.id][0]
    assert ("不是工作日" in told[second.id][0], told[second.id][1]) == (True, False)


def test_an_added_visit_stays_within_the_cap(world: World) -> None:
    planner = Planner(world)
    plan_id = planner.in_force()
    for _ in range(2):
        planner.change(add_visit, plan_id, world.enterprise_id, planner.form(MONDAY, reason="专项"))
    with pytest.raises(StateConflict) as refusal:
        planner.change(add_visit, plan_id, world.enterprise_id, planner.form(MONDAY, reason="专项"))
    assert "上限 4 次" in refusal.value.detail
    with pytest.raises(NotFound):
        planner.change(add_visit, plan_id, world.foreign_enterprise_id, planner.form(MONDAY, reason="专项"))
    added = [one for one in planner.visits() if one.origin == VisitOrigin.ADDED]
    assert [(one.number, one.is_fixed) for one in added] == [(5, True), (6, True)]


def test_arranging_anew_moves_free_visits_alone_and_keeps_their_numbers(world: World) -> None:
    planner = Planner(world)
    planner.adopt()
    plan_id = planner.generate()
    mine, *_ = planner.visits()
    planner.change(move_visit, mine.id, planner.form(date(2026, 12, 31), "inspector"))
    planner.generate()
    before = {one.id: (one.number, one.planned_on, one.people) for one in planner.board().visits}
    planner.generate()
    assert {one.id: (one.number, one.planned_on, one.people) for one in planner.board().visits} == before
    with world.work_as("office") as work:
        add_pause(work, date(2026, 12, 1), date(2026, 12, 24), None, "年底赶工")
    planner.generate()
    after = {one.id: one for one in planner.board().visits}
    assert set(after) == set(before)
    assert {one.number for one in after.values()} == {number for number, _, _ in before.values()}
    assert after[mine.id].planned_on == date(2026, 12, 31)
    assert not [one for one in after.values() if date(2026, 12, 1) <= one.planned_on <= date(2026, 12, 24)]
    planner.approve(plan_id)
    with world.work_as("office") as work:
        (pause,) = read_staffing(work).pauses
        remove_pause(work, pause.id)
        remove_pause(work, pause.id)
    changed = planner.change(rearrange_plan, plan_id, "年底不赶工了")
    with world.work_as("office", write=False) as work:
        latest = list_revisions(work, plan_id)[0]
    assert changed
    assert (latest.kind, len(latest.changes), latest.reason) == (RevisionKind.REARRANGED, changed, "年底不赶工了")
    assert next(one for one in planner.board().visits if one.id == mine.id).planned_on == date(2026, 12, 31)


def test_who_has_been_there_this_year_is_remembered_when_the_rest_is_arranged_anew(world: World) -> None:
    planner = Planner(world)
    planner.adopt()
    with world.work_as("office") as work:
        set_manner(work, 1, 20)
    plan_id = planner.approve(planner.generate())
    made, left = planner.visits()
    world.clock.set_day(made.planned_on)
    planner.inspect()
    # Only who went already can go again: the reason says that they did.
    other = next(one for one in ("inspector", "second_inspector") if world.accounts[one].id != made.people[0].id)
    with world.work_as("office") as work:
        set_capacity(work, world.accounts[other].id, 0, ())
    planner.change(rearrange_plan, plan_id, "赵检借调")
    done, again = planner.visits()
    assert (done.id, done.state, again.id, again.people) == (made.id, VisitState.DONE, left.id, made.people)
    assert "今年已去或已排 1 次" in again.why


def test_fewer_visits_are_taken_out_of_a_draft_and_dropped_from_a_plan_in_force(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    planner.adopt()
    plan_id = planner.generate()
    planner.adopt(EVERY | {"none": ("1", "4")}, since=sqlite_world.clock.today())
    planner.generate()
    assert [one.state for one in planner.board().visits] == [VisitState.PLANNED] * 2
    planner.approve(plan_id)
    planner.adopt(EVERY | {"none": ("", "")}, since=sqlite_world.clock.today())
    planner.change(rearrange_plan, plan_id, "频次改了")
    assert {(one.state, one.drop_reason) for one in planner.board().visits} == {(VisitState.DROPPED, "重新编排后不再需要")}


def test_an_enterprise_that_turns_red_is_proposed_more_visits_which_a_person_accepts(world: World) -> None:
    planner = Planner(world)
    plan_id = planner.in_force()
    assert [one.proposed for one in planner.board().coverage] == [0, 0]
    Grading(world).overrule(OverrideKind.RAISE, "red")
    row = next(one for one in planner.board().coverage if one.proposed)
    assert (row.enterprise_id, row.colour, row.planned_colour, row.has_changed, row.proposed) == (
        world.enterprise_id,
        "red",
        "none",
        True,
        2,
    )
    before = {one.id: one.planned_on for one in planner.board().visits}
    with pytest.raises(InvalidInput):
        planner.change(accept_proposals, plan_id, {world.enterprise_id}, "")
    assert planner.change(accept_proposals, plan_id, {world.enterprise_id}, "等级变为红色") == 2
    board = planner.board()
    assert {one.id: one.planned_on for one in board.visits if one.id in before} == before
    added = [one for one in board.visits if one.id not in before]
    assert [(one.origin, one.colour) for one in added] == [(VisitOrigin.PROPOSED, "red")] * 2
    assert [one.proposed for one in board.coverage] == [0, 0]
    with pytest.raises(InvalidInput):
        planner.change(accept_proposals, plan_id, {world.enterprise_id}, "再来一次")


def test_a_visit_is_overdue_when_its_month_is_over_and_the_figures_say_so(world: World) -> None:
    planner = Planner(world)
    planner.in_force()
    november = [one for one in planner.board().visits if one.planned_on.month == 11]
    world.clock.set_day(date(2026, 11, 30))
    assert planner.board().figures.overdue == 0
    world.clock.set_day(date(2026, 12, 1))
    board = planner.board()
    figures = board.figures
    assert len(november) > 0
    assert (figures.due, figures.overdue, figures.done_of_due) == (len(november), len(november), 0)
    assert {one.id for one in board.visits if one.is_overdue} == {one.id for one in november}
    planner.inspect(target=november[0].enterprise_id)
    figures = planner.board().figures
    assert (figures.done, figures.overdue, figures.inspected, figures.to_inspect) == (1, len(november) - 1, 1, 2)


def test_an_enterprise_that_left_is_refused_by_name_when_its_month_is_released(world: World) -> None:
    planner = Planner(world)
    plan_id = planner.in_force()
    with world.work_as("office") as work:
        mark_left(work, world.other_enterprise_id, world.clock.today(), "搬迁")
    released = planner.release(plan_id, 12)
    theirs = [one for one in planner.visits(world.other_enterprise_id) if one.planned_on.month == 12]
    assert len(released.refused) == len(theirs) > 0
    assert all("渌江电瓷" in words for words in released.refused)
    board = planner.board()
    assert {one.has_left for one in board.visits if one.enterprise_id == world.other_enterprise_id} == {True}
    assert [one.enterprise_id for one in board.coverage] == [world.enterprise_id]


def test_capacity_absence_and_one_persons_visits_shape_the_plan(world: World) -> None:
    planner = Planner(world)
    planner.adopt()
    with world.work_as("office") as work:
        set_manner(work, 1, 3)
        set_capacity(work, world.accounts["second_inspector"].id, 0, ())
        set_capacity(work, world.accounts["office"].id, 1, ())
        add_pause(work, date(2026, 11, 20), date(2026, 11, 30), world.accounts["inspector"].id, "培训")
    planner.generate()
    board = planner.board()
    people = {(person.name, one.planned_on.month) for one in board.visits for person in one.people}
    assert {name for name, _ in people} <= {"王检", "周办"}
    assert ("王检", 11) not in people
    assert board.figures.planned == 4
    for wrong in ((3, 5), (1, 0), (None, 5)):
        with pytest.raises(InvalidInput), world.work_as("office") as work:
            set_manner(work, *wrong)
    with pytest.raises(NotFound), world.work_as("office") as work:
        set_capacity(work, world.accounts["foreign_inspector"].id, 5, ())
    with pytest.raises(InvalidInput), world.work_as("office") as work:
        add_pause(work, date(2026, 12, 2), date(2026, 12, 1), None, "倒着")


def test_a_plan_that_does_not_fit_says_what_found_no_place(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    planner.adopt(EVERY | {"none": ("12", "")})
    with sqlite_world.work_as("office") as work:
        set_manner(work, 2, 2)
    planner.generate()
    board = planner.board()
    assert sum(one.visits for one in board.unplaced) + board.figures.planned == 24
    assert all("容量" in one.why for one in board.unplaced)
    assert sum(one.missing for one in board.coverage) == sum(one.visits for one in board.unplaced)


def test_a_floor_of_once_in_three_years_asks_for_nothing_when_it_was_met_lately(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    planner.adopt({"red": ("1", "")}, adopted={"gd": {"none": "一般"}})
    planner.inspect(on=date(2026, 11, 18))
    sqlite_world.clock.set_day(date(2026, 12, 20))
    planner.generate(date(2027, 1, 1))
    board = planner.board(2027)
    assert {one.enterprise_id: one.required for one in board.coverage} == {
        sqlite_world.enterprise_id: 0,
        sqlite_world.other_enterprise_id: 1,
    }
    assert [one.enterprise_id for one in board.visits] == [sqlite_world.other_enterprise_id]
    assert RULEBOOK.calendar.is_provisional(board.visits[0].planned_on)


def test_nobody_outside_the_staff_sees_the_plan_and_another_park_knows_nothing_of_it(world: World) -> None:
    planner = Planner(world)
    plan_id = planner.in_force()
    visit = planner.visits()[0]
    for who in ("enterprise", "outsider", "screener", "liaison", "admin"):
        with world.work_as(who, write=False) as work:
            assert find_plan(work, 2026) is None
            with pytest.raises(NotAllowed):
                get_visit(work, RULEBOOK.calendar, visit.id)
    for use_case, args in (
        (move_visit, (visit.id, planner.form(MONDAY, reason="试"))),
        (drop_visit, (visit.id, "试")),
        (add_visit, (plan_id, world.enterprise_id, planner.form(MONDAY, reason="试"))),
        (rearrange_plan, (plan_id, "试")),
    ):
        with pytest.raises(NotFound):
            planner.change(use_case, *args, who="foreign_office")
        with pytest.raises(NotAllowed):
            planner.change(use_case, *args, who="inspector")
        with pytest.raises(NotAllowed):
            planner.change(use_case, *args, who="auditor")


def test_every_change_leaves_an_event_and_reading_leaves_none(world: World) -> None:
    planner = Planner(world)
    plan_id = planner.in_force()
    planner.change(move_visit, planner.visits()[0].id, planner.form(MONDAY, reason="检修"))
    planner.release(plan_id, 12)
    planner.board()
    with world.work_as("office", write=False) as work:
        kept = list(work.session.scalars(select(Event.action).where(Event.subject_id == plan_id).order_by(Event.sequence)))
        visits = work.session.scalar(select(func.count()).select_from(PlanVisit))
        revisions = work.session.scalar(select(func.count()).select_from(PlanRevision))
    assert kept == [f"inspection_plan:{one}" for one in ("generated", "reviewed", "approved", "moved", "released")]
    assert (visits, revisions) == (4, 2)


def test_a_plan_is_held_against_the_colours_of_its_last_day_once_its_year_is_over(world: World) -> None:
    planner = Planner(world)
    planner.in_force()
    Grading(world).add(point("窑", ORANGE), point("车", BLUE))
    world.clock.set_day(date(2027, 1, 11))
    Grading(world).add(point("炉", RED))
    colours = {one.enterprise_id: one.colour for one in planner.board(2026).coverage}
    assert colours == {world.enterprise_id: "orange", world.other_enterprise_id: "none"}


def test_reading_a_plan_asks_the_database_no_more_for_many_visits_than_for_few(world: World) -> None:
    planner = Planner(world)
    planner.adopt()
    planner.generate()
    with counted(world.database) as few:
        planner.board()
    planner.adopt(EVERY | {"none": ("12", "")}, since=world.clock.today())
    planner.generate()
    for day in range(1, 5):
        planner.inspect(on=world.clock.today() - timedelta(days=day))
    with counted(world.database) as many:
        assert planner.board().figures.planned > 15
    assert many.count == few.count


def test_an_unknown_plan_or_visit_is_not_found(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    for use_case, args in ((move_visit, (new_id(), planner.form(MONDAY))), (rearrange_plan, (new_id(), ""))):
        with pytest.raises(NotFound):
            planner.change(use_case, *args)
    with sqlite_world.work_as("office", write=False) as work, pytest.raises(NotFound):
        list_revisions(work, new_id())
    with sqlite_world.work_as("office", write=False) as work:
        assert find_plan(work, 2026) is None
        assert read_staffing(work).people_per_visit == 2
