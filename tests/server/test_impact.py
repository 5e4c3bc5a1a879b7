"""What another catalogue does to the projects a park has: compared one by one, resumed, marked by a person, deciding nothing."""

import threading
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from rules.terms import ProjectState, ScreeningOccasion
from server.catalogue.schemas import EditionForm, TightenForm
from server.catalogue.service import (
    approve_edition,
    claim_entry,
    confirm_record,
    draft_edition,
    enter_record,
    park_catalogue,
    projects_of_entry,
    review_edition,
    tighten_entry,
    withdraw_record,
)
from server.errors import InvalidInput, NotAllowed, NotFound, StateConflict
from server.impact import running
from server.impact.schemas import Change, ImpactQuery, Purpose, RunState
from server.impact.service import (
    carry_on,
    compare_projects,
    count_open,
    decide_line,
    find_need,
    get_impact,
    list_impacts,
    list_lines,
    start_effect,
    start_preview,
)
from server.models.catalogue import CatalogueImpact
from server.models.projects import Project, ProjectDescription
from server.parks.service import system_actor
from server.screening.schemas import NewProject
from server.screening.service import (
    complete_project,
    create_project,
    get_project_dossier,
    run_screening,
    submit_description,
    withdraw_project,
)
from tests.cast import World
from tests.catalogue_hands import approval_of, seen
from tests.server.office import RULEBOOK

TILES = "CIR-2024-X-9-3"
TILE_FACTS: dict[str, Any] = {
    "name": "年产100万平方米陶瓷外墙砖（虚构）",
    "build_type": "新建",
    "industry_codes": ["3071"],
    "products": [{"name": "陶瓷外墙砖", "capacity": {"value": 1000000, "unit": "平方米/年"}, "scope": "单线"}],
    "processes": ["成型", "烧成"],
    "location": {"in_park": True},
}
PLAIN_FACTS: dict[str, Any] = {
    "name": "纸箱加工（虚构）",
    "build_type": "新建",
    "industry_codes": ["2231"],
    "products": [{"name": "瓦楞纸箱"}],
    "processes": ["裁切"],
    "location": {"in_park": True},
}


def screened(world: World, facts: dict[str, Any]) -> UUID:
    """A project described and screened by today's catalogue."""
    with world.work_as("screener") as work:
        project = create_project(work, NewProject(name=facts["name"]))
        submit_description(work, project.id, facts)
        complete_project(work, project.id)
        run_screening(work, RULEBOOK, project.id)
        return project.id


def confirmed(world: World) -> UUID:
    """Two officers confirm the entry about small tile plants."""
    with world.work_as("screener") as work:
        record = claim_entry(work, TILES)
        enter_record(work, record.id, seen(world.clock.today()))
    with world.work_as("office") as work:
        confirm_record(work, record.id, "", compared=True)
    return record.id


def compare(world: World) -> int:
    """The timed work comes by."""
    return compare_projects(world.database, world.clock, threading.Event())


def newest(world: World, who: str = "office") -> Any:
    """The newest run."""
    with world.work_as(who, write=False) as work:
        return list_impacts(work)[0]


def lines(world: World, run_id: UUID, **query: Any) -> list[Any]:
    """The projects of a run."""
    with world.work_as("office", write=False) as work:
        return list_lines(work, run_id, ImpactQuery(**{"change": "", **query})).items


def test_a_confirmed_clause_is_laid_beside_every_open_project_and_nothing_else_changes(world: World) -> None:
    tiles, plain = screened(world, TILE_FACTS), screened(world, PLAIN_FACTS)
    assert compare(world) == 0, "nothing to compare while the catalogue stands"
    confirmed(world)
    with world.work_as("office", write=False) as work:
        assert find_need(work).projects == 2
    assert compare(world) == 1
    assert compare(world) == 0, "once is enough"
    row = newest(world)
    assert (row.run.state, row.run.total, row.run.done, row.open) == (RunState.DONE, 2, 2, 1)
    assert row.counts == {Change.OUTCOME: 1, Change.ENTRIES: 0, Change.UNREADABLE: 0, Change.NONE: 1}
    (line,) = lines(world, row.run.id, change=Change.OUTCOME.value)
    assert line.project.id == tiles
    assert (line.row.confirmed_before, line.row.confirmed_after) == ("review", "refuse")
    assert [(one.entry_id, one.before, one.after) for one in line.differences] == [(TILES, "人工研判（字面不予准入）", "不予准入")]
    with world.work_as("office", write=False) as work:
        for project_id in (tiles, plain):
            dossier = get_project_dossier(work, RULEBOOK, project_id)
            assert dossier.project.state == ProjectState.SCREENED
            assert len(dossier.screenings) == 1
            assert not dossier.is_current


def test_an_edition_is_tried_out_before_and_recorded_on_its_day(sqlite_world: World) -> None:
    world = sqlite_world
    facts = TILE_FACTS | {"products": [{"name": "陶瓷外墙砖", "capacity": {"value": 2000000, "unit": "平方米/年"}, "scope": "单线"}]}
    screened(world, facts)
    day = date(2026, 12, 1)
    with world.work_as("screener") as work:
        edition = draft_edition(work, EditionForm(title="示范园区目录", planned_from=day))
        tighten_entry(work, edition.id, TightenForm(entry_id=TILES, reason="总量控制", limit_value="3000000"))
        preview = start_preview(work, edition.id).id
        actor = work.actor
    assert carry_on(world.database, world.clock, actor, preview)
    (line,) = lines(world, preview)
    assert line.row.change == Change.OUTCOME
    assert [one.entry_id for one in line.differences] == [f"{edition.name}:{TILES}"]
    assert newest(world).run.purpose == Purpose.PREVIEW
    with pytest.raises(StateConflict, match="试算"), world.work_as("office") as work:
        decide_line(work, RULEBOOK, line.row.id, "keep", "x")
    with world.work_as("office") as work:
        review_edition(work, edition.id, "好")
    with world.work_as("leader") as work:
        approve_edition(work, edition.id, approval_of(day))
    assert compare(world) == 0, "its day has not come"
    world.clock.set_day(day)
    assert compare(world) == 1
    row = newest(world)
    assert (row.run.purpose, row.run.edition_id, row.counts[Change.OUTCOME]) == (Purpose.EFFECT, edition.id, 1)


def test_a_run_goes_on_where_it_stopped_and_two_take_turns(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "AT_ONCE", 2)
    for _ in range(5):
        screened(world, PLAIN_FACTS)
    confirmed(world)
    with world.work_as("office") as work:
        run = start_effect(work)
        assert run is not None
        assert start_effect(work) is None, "one run for one catalogue"
        actor = work.actor
    assert not carry_on(world.database, world.clock, actor, run.id, seconds=0)
    assert (newest(world).run.done, newest(world).run.state) == (2, RunState.RUNNING)
    with world.work_as("office") as work:
        work.session.get_one(CatalogueImpact, run.id).busy_until = work.now.replace(year=2027)
    assert not carry_on(world.database, world.clock, system_actor(world.park_id), run.id), "somebody else is at it"
    with world.work_as("office") as work:
        work.session.get_one(CatalogueImpact, run.id).busy_until = work.now
    assert carry_on(world.database, world.clock, system_actor(world.park_id), run.id)
    row = newest(world)
    assert (row.run.done, row.run.total, row.run.state) == (5, 5, RunState.DONE)
    assert len({line.project.id for line in lines(world, run.id, size=50)}) == 5


def test_a_run_stops_when_the_catalogue_changes_under_it_and_another_begins(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world = sqlite_world
    monkeypatch.setattr(running, "AT_ONCE", 1)
    for _ in range(3):
        screened(world, TILE_FACTS)
    record = confirmed(world)
    with world.work_as("office") as work:
        run = start_effect(work)
        actor = work.actor
    assert run is not None
    carry_on(world.database, world.clock, actor, run.id, seconds=0)
    with world.work_as("office") as work:
        withdraw_record(work, record, "扫描件不全")
    compare(world)
    with world.work_as("office", write=False) as work:
        assert work.session.get_one(CatalogueImpact, run.id).state == RunState.OVERTAKEN
        assert not find_need(work).is_needed, "back to the catalogue the projects were screened by"


def test_a_person_marks_each_difference_once_and_may_screen_again(sqlite_world: World) -> None:
    world = sqlite_world
    first, second = screened(world, TILE_FACTS), screened(world, TILE_FACTS)
    confirmed(world)
    compare(world)
    run_id = newest(world).run.id
    by_project = {line.project.id: line.row.id for line in lines(world, run_id)}
    for decision, note, field in (("", "", "decision"), ("keep", " ", "note")):
        with pytest.raises(InvalidInput) as refused, world.work_as("office") as work:
            decide_line(work, RULEBOOK, by_project[first], decision, note)
        assert [one.field for one in refused.value.errors] == [field]
    for who, error in (("auditor", NotAllowed), ("inspector", NotAllowed), ("foreign_office", NotFound)):
        with pytest.raises(error), world.work_as(who) as work:
            decide_line(work, RULEBOOK, by_project[first], "keep", "x")
    with world.work_as("leader") as work:
        decide_line(work, RULEBOOK, by_project[first], "keep", "会上已研究（虚构）")
    with pytest.raises(StateConflict, match="已处理过"), world.work_as("office") as work:
        decide_line(work, RULEBOOK, by_project[first], "discuss", "")
    with world.work_as("screener") as work:
        decide_line(work, RULEBOOK, by_project[second], "rescreen", "")
    with world.work_as("office", write=False) as work:
        assert get_impact(work, run_id).open == 0
        dossier = get_project_dossier(work, RULEBOOK, second)
        assert dossier.is_current
        assert dossier.screenings[0].occasion == ScreeningOccasion.EDITION
        assert dossier.project.outcome_confirmed == "refuse"
        assert get_project_dossier(work, RULEBOOK, first).project.outcome_confirmed == "review"


def test_closed_projects_are_left_alone_and_entries_count_the_projects_they_touch(sqlite_world: World) -> None:
    world = sqlite_world
    kept, gone = screened(world, TILE_FACTS), screened(world, TILE_FACTS)
    with world.work_as("screener") as work:
        withdraw_project(work, gone, "不建了")
    confirmed(world)
    compare(world)
    assert [line.project.id for line in lines(world, newest(world).run.id)] == [kept]
    with world.work_as("office", write=False) as work:
        assert [one.id for one in projects_of_entry(work, TILES)] == [kept]
    with world.work_as("inspector", write=False) as work:
        assert projects_of_entry(work, TILES) == []


def test_a_project_nobody_can_read_any_more_keeps_no_other_from_being_compared(sqlite_world: World) -> None:
    world = sqlite_world
    odd, good = screened(world, TILE_FACTS), screened(world, TILE_FACTS)
    with world.work_as("office") as work:
        description = work.session.get_one(ProjectDescription, work.session.get_one(Project, odd).description_id)
        description.facts = b'{"products": 5}'
    confirmed(world)
    assert compare(world) == 1
    found = {line.project.id: line for line in lines(world, newest(world).run.id)}
    assert found[good].row.change == Change.OUTCOME
    assert found[odd].row.change == Change.UNREADABLE
    assert "products" in found[odd].differences[0].after
    assert newest(world).open == 2


def test_a_law_whose_day_has_come_is_another_catalogue(sqlite_world: World) -> None:
    with sqlite_world.work_as("office", write=False) as work:
        days = (date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 2))
        before, first, second = (park_catalogue(work, day).fingerprint for day in days)
    assert before != first, "危险化学品安全法 binds from 2026-05-01"
    assert first == second


def test_a_difference_waits_for_nobody_once_the_catalogue_is_another_again(sqlite_world: World) -> None:
    screened(sqlite_world, TILE_FACTS)
    record = confirmed(sqlite_world)
    compare(sqlite_world)
    with sqlite_world.work_as("office") as work:
        assert count_open(work) == 1
        withdraw_record(work, record, "扫描件不全")
    with sqlite_world.work_as("office", write=False) as work:
        assert count_open(work) == 0
        assert not get_impact(work, list_impacts(work)[0].run.id).is_current


def test_another_park_sees_no_run(sqlite_world: World) -> None:
    screened(sqlite_world, TILE_FACTS)
    confirmed(sqlite_world)
    compare(sqlite_world)
    run_id = newest(sqlite_world).run.id
    with sqlite_world.work_as("foreign_office", write=False) as work:
        assert list_impacts(work) == ()
        assert not find_need(work).is_needed
        with pytest.raises(NotFound):
            get_impact(work, run_id)
    with sqlite_world.database.read() as connection:
        assert set(connection.execute(select(CatalogueImpact.park_id)).scalars()) == {sqlite_world.park_id}
        assert connection.execute(select(Project.park_id)).scalars().first() == sqlite_world.park_id
