"""Visits the office asks for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from server.errors import InvalidInput, NotAllowed, NotFound, StateConflict
from server.ids import new_id
from server.models.documents import InspectionTask
from server.tasks.schemas import TaskForm, TaskQuery, TaskState
from server.tasks.service import cancel_task, get_task, get_task_dossier, list_tasks, plan_task, update_task
from server.unit_of_work import Work
from tests.cast import World
from tests.server.counting import counted
from tests.server.office import RULEBOOK


def form(world: World, **changes: Any) -> TaskForm:
    """A complete form."""
    today = world.clock.today()
    complete = TaskForm(
        target_id=world.enterprise_id,
        checklists=("GEN", "FIRE"),
        assignees=(world.accounts["inspector"].id, world.accounts["second_inspector"].id),
        planned_on=today,
        due_on=today + timedelta(days=7),
    )
    return msgspec.structs.replace(complete, **changes)


def plan(world: World, **changes: Any) -> InspectionTask:
    """A visit the office planned."""
    with world.work_as("office") as work:
        return plan_task(work, RULEBOOK, form(world, **changes))


def test_a_planned_visit_names_who_goes_and_is_late_after_its_day(world: World) -> None:
    task = plan(world, note="复查窑炉")
    with world.work_as("inspector", write=False) as work:
        dossier = get_task_dossier(work, task.id)
    assert [name for _, name in dossier.assignees] == sorted(["王检", "赵检"])
    assert not dossier.is_late
    world.clock.advance(days=8)
    with world.work_as("office", write=False) as work:
        (row,) = list_tasks(work, TaskQuery(late=True)).items
        assert list_tasks(work, TaskQuery(late=False)).total == 0
    assert (row.is_late, row.target_name, row.checklists, row.inspections) == (True, "湘瓷日用瓷（虚构）", ["GEN", "FIRE"], 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"target_id": new_id()}, "target_id"),
        ({"checklists": ()}, "checklists"),
        ({"checklists": ("NOPE",)}, "checklists"),
        ({"assignees": ()}, "assignees"),
        ({"assignees": (new_id(),)}, "assignees"),
        ({"note": "长" * 501}, "note"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_at_its_field(sqlite_world: World, change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        plan(sqlite_world, **change)
    assert [error.field for error in refusal.value.errors] == [field]


def test_enterprise_people_foreign_targets_and_past_days_make_no_visit(sqlite_world: World) -> None:
    today = sqlite_world.clock.today()
    for change in (
        {"assignees": (sqlite_world.accounts["enterprise"].id,)},
        {"assignees": (sqlite_world.accounts["foreign_inspector"].id,)},
        {"target_id": sqlite_world.foreign_enterprise_id},
        {"due_on": today - timedelta(days=1), "planned_on": today - timedelta(days=2)},
        {"due_on": today, "planned_on": today + timedelta(days=1)},
    ):
        with pytest.raises(InvalidInput):
            plan(sqlite_world, **change)


def test_a_changed_visit_sends_others_and_a_cancelled_one_stays_with_its_reason(world: World) -> None:
    task = plan(world)
    with world.work_as("leader") as work:
        update_task(work, RULEBOOK, task.id, form(world, assignees=(world.accounts["inspector"].id,), checklists=("GEN", "GEN")))
        assert [name for _, name in get_task_dossier(work, task.id).assignees] == ["王检"]
        assert get_task(work, task.id).checklists == ["GEN"]
        with pytest.raises(InvalidInput):
            cancel_task(work, task.id, " ")
        cancel_task(work, task.id, "企业停产")
        with pytest.raises(StateConflict, match="已取消"):
            update_task(work, RULEBOOK, task.id, form(world))
    with world.work_as("office", write=False) as work:
        assert get_task(work, task.id).cancel_reason == "企业停产"
        assert [row.state for row in list_tasks(work, TaskQuery(state=TaskState.CANCELLED)).items] == [TaskState.CANCELLED]


@pytest.mark.parametrize("who", ["enterprise", "outsider", "foreign_office", "screener", "liaison", "admin"])
def test_an_unannounced_visit_stays_unannounced(world: World, who: str) -> None:
    task = plan(world)
    steps: tuple[Callable[[Work], object], ...] = (
        lambda work: get_task(work, task.id),
        lambda work: get_task_dossier(work, task.id),
        lambda work: cancel_task(work, task.id, "不想被查"),
    )
    with world.work_as(who, write=False) as work:
        assert list_tasks(work, TaskQuery()).total == 0
    for step in steps:
        with pytest.raises((NotFound, NotAllowed)), world.work_as(who) as work:
            step(work)


@pytest.mark.parametrize("who", ["inspector", "auditor"])
def test_who_goes_or_looks_plans_nothing(sqlite_world: World, who: str) -> None:
    with pytest.raises(NotAllowed), sqlite_world.work_as(who) as work:
        plan_task(work, RULEBOOK, form(sqlite_world))


def test_the_list_filters_by_person_and_target_and_takes_three_queries(world: World) -> None:
    mine = plan(world, assignees=(world.accounts["inspector"].id,))
    plan(world, assignees=(world.accounts["second_inspector"].id,), target_id=world.other_enterprise_id)
    with world.work_as("inspector", write=False) as work, counted(world.database) as sent:
        rows = list_tasks(work, TaskQuery(assignee_id=world.accounts["inspector"].id)).items
    assert [row.id for row in rows] == [mine.id]
    assert sent.count == 3
    with world.work_as("office", write=False) as work:
        assert list_tasks(work, TaskQuery(target_id=world.other_enterprise_id)).total == 1
        assert list_tasks(work, TaskQuery(search="渌江")).total == 1
        assert list_tasks(work, TaskQuery(due_to=world.clock.today())).total == 0
