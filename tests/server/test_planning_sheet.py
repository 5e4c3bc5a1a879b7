"""The plan as a sheet: what was taken away yesterday does not undo what a colleague changed today."""

import io
from datetime import date
from uuid import UUID

import pytest

from server.planning.schemas import VisitState
from server.planning.service import drop_visit, export_visits, find_plan, import_visits, move_visit, read_plan_sheet
from server.planning.spreadsheet import SheetReport
from server.sheets import SheetRow
from tests.cast import World
from tests.server.office import RULEBOOK
from tests.server.plan_hands import Planner

FIRST, SECOND = date(2026, 12, 22), date(2026, 12, 24)


def taken_away(world: World) -> list[SheetRow]:
    """The plan as exported now, read as it would be when handed in."""
    with world.work_as("office", write=False) as work:
        plan = find_plan(work, 2026)
        assert plan is not None
        return read_plan_sheet(io.BytesIO(export_visits(work, RULEBOOK, plan)))


def handed_in(world: World, plan_id: UUID, rows: list[SheetRow]) -> SheetReport:
    """What becomes of the rows."""
    with world.work_as("office") as work:
        return import_visits(work, RULEBOOK, plan_id, rows, "表格调整", dry_run=False)


def row_of(rows: list[SheetRow], number: int, **cells: str) -> SheetRow:
    """The row of a visit, some cells typed over."""
    row = next(one for one in rows if one.cells["编号"] == str(number))
    return SheetRow(line=row.line, cells=row.cells | cells)


def test_a_row_nobody_touched_does_not_put_back_the_visit_a_colleague_moved(world: World) -> None:
    planner = Planner(world)
    plan_id = planner.in_force()
    mine, other = planner.visits()
    rows = taken_away(world)
    planner.change(move_visit, mine.id, planner.form(FIRST, "inspector", reason="窑炉检修"))
    rows = [row_of(rows, other.number, 计划日期=SECOND.isoformat()) if one.cells["编号"] == str(other.number) else one for one in rows]
    report = handed_in(world, plan_id, rows)
    assert [(one.line, one.column) for one in report.errors] == [(row_of(rows, mine.number).line, "版本")]
    assert "请重新下载" in report.errors[0].reason
    assert ([one.number for one in report.changes], report.unchanged) == ([other.number], 2)
    assert {one.id: one.planned_on for one in planner.visits()} == {mine.id: FIRST, other.id: SECOND}


def test_a_visit_a_colleague_moved_is_not_dropped_by_an_older_sheet(world: World) -> None:
    planner = Planner(world)
    plan_id = planner.in_force()
    visit = planner.visits()[0]
    rows = taken_away(world)
    planner.change(move_visit, visit.id, planner.form(FIRST, reason="窑炉检修"))
    report = handed_in(world, plan_id, [row_of(rows, visit.number, 取消原因="停产")])
    assert ([one.column for one in report.errors], report.changes) == (["版本"], ())
    assert {one.state for one in planner.visits()} == {VisitState.PLANNED}


def test_a_sheet_taken_away_after_the_last_change_is_taken_and_so_is_one_that_says_what_is_so_already(world: World) -> None:
    planner = Planner(world)
    plan_id = planner.in_force()
    visit = planner.visits()[0]
    old = taken_away(world)
    planner.change(move_visit, visit.id, planner.form(FIRST, "inspector", reason="窑炉检修"))
    same = handed_in(world, plan_id, [row_of(old, visit.number, 计划日期=FIRST.isoformat(), 主检="王检", 协检="")])
    assert (same.unchanged, same.errors) == (1, ())
    new = handed_in(world, plan_id, [row_of(taken_away(world), visit.number, 计划日期=SECOND.isoformat())])
    assert ([one.number for one in new.changes], new.errors) == ([visit.number], ())


def test_a_sheet_from_before_there_were_versions_is_still_taken(world: World) -> None:
    planner = Planner(world)
    plan_id = planner.in_force()
    visit = planner.visits()[0]
    row = row_of(taken_away(world), visit.number, 计划日期=SECOND.isoformat())
    planner.change(move_visit, visit.id, planner.form(FIRST, reason="窑炉检修"))
    cells = {heading: text for heading, text in row.cells.items() if heading != "版本"}
    assert handed_in(world, plan_id, [SheetRow(line=2, cells=cells)]).errors == ()
    planner.change(move_visit, visit.id, planner.form(FIRST, reason="窑炉检修"))
    assert handed_in(world, plan_id, [SheetRow(line=2, cells=cells | {"版本": ""})]).errors == ()
    assert planner.visits()[-1].planned_on == SECOND


@pytest.mark.parametrize("typed", ["一", "1.5", "-1", "９", "9" * 1900])
def test_a_version_that_cannot_be_one_is_named_and_the_row_left(sqlite_world: World, typed: str) -> None:
    planner = Planner(sqlite_world)
    plan_id = planner.in_force()
    visit = planner.visits()[0]
    row = row_of(taken_away(sqlite_world), visit.number, 计划日期=SECOND.isoformat(), 版本=typed)
    report = handed_in(sqlite_world, plan_id, [row])
    assert ([one.column for one in report.errors], report.changes) == (["版本"], ())


def test_a_row_copied_to_add_a_visit_may_carry_the_version_of_the_other(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    plan_id = planner.in_force()
    visit = planner.visits()[0]
    row = row_of(taken_away(sqlite_world), visit.number, 编号="", 计划日期=SECOND.isoformat(), 版本="7")
    report = handed_in(sqlite_world, plan_id, [row])
    assert (len(report.changes), report.errors) == (1, ())


def test_a_visit_dropped_meanwhile_is_left_dropped(sqlite_world: World) -> None:
    planner = Planner(sqlite_world)
    plan_id = planner.in_force()
    visit = planner.visits()[0]
    rows = taken_away(sqlite_world)
    planner.change(drop_visit, visit.id, "停产", who="leader")
    report = handed_in(sqlite_world, plan_id, [row_of(rows, visit.number, 计划日期=SECOND.isoformat())])
    assert ([one.column for one in report.errors], report.changes) == (["版本"], ())
